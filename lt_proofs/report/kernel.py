"""What Coq's kernel checks, for the report: the statements of formal/, and whether this run had them checked."""

from __future__ import annotations

from functools import cache

from lt_proofs.coq.library import coqc_for, is_built
from lt_proofs.coq.statements import MODULE, kernel_assumptions, statements
from lt_proofs.errors import BadInput

BY_HAND = "lt-proofs check --kernel has Coq check them"
QUICK = f"not run by --quick; {BY_HAND}"


def kernel_facts() -> list[dict[str, str]]:
    """Return the statements in words and for Coq; that they are proved is for the kernel to say, see `kernel_run`."""
    return [{"id": s.id, "title": s.title, "says": s.words, "theorem": s.theorem, "coq": s.coq} for s in statements()]


@cache
def kernel_run() -> str:
    """Have Coq check the statements, once in a process, and say what came out.

    Nothing is run where formal/ is not compiled yet, because compiling it takes minutes.
    """
    try:
        coqc = coqc_for("--kernel")
        if not is_built([MODULE], coqc):
            return f"not run: formal/ is not compiled here; {BY_HAND}"
        found = kernel_assumptions([s.theorem for s in statements()], "--kernel")
    except BadInput as error:
        return f"not run: {error}"
    accepted = sum(one.checked for one in found.values())
    version = next(iter(found.values())).version
    return f"kernel-checked: {accepted} of {len(found)} statements, by Coq {version}, without axioms"
