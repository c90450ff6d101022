"""Have Coq's kernel check an instance of Theorem 1: *kernel-checked* is what it accepted without any axiom."""

from __future__ import annotations

from dataclasses import dataclass

from lt_proofs.coq.coqc import CLOSED, SECONDS, compiled, version_of
from lt_proofs.coq.instance import Instance
from lt_proofs.coq.instance_file import FILE, instance_text, modules_of
from lt_proofs.coq.library import Progress, built, coqc_for, workplace
from lt_proofs.errors import BadInput


@dataclass(frozen=True)
class KernelAnswer:
    """What the kernel said: ``checked`` only for a theorem that it accepted and that rests on no axiom."""

    checked: bool
    reason: str
    version: str


def kernel_check(instance: Instance, argument: str, progress: Progress | None = None) -> KernelAnswer:
    """Compile the instance with coqc, after formal/ where that was not done before.

    ``progress`` is called with (files of formal/ compiled, files in all). Raises BadInput, which names the argument
    that asked for it, where coqc is not installed or does not answer, and where formal/ is missing or does not compile.
    """
    coqc = coqc_for(argument)
    library = built(modules_of(instance), coqc, progress)
    with workplace(library) as (folder, options):
        (folder / FILE).write_text(instance_text(instance), "ascii")
        answer = compiled(coqc, folder, FILE, *options)
    if answer.timed_out:
        raise BadInput(argument, FILE, f"coqc gave no answer in {SECONDS:g} s; try a machine that is less busy")
    closed = answer.printed.split("\n")[0].strip() == CLOSED and len(answer.printed.splitlines()) == 1
    if not answer.confirmed and not instance.accepted:
        return KernelAnswer(False, "the inequalities between its whole numbers do not hold", version_of(coqc))
    reason = answer.reason or ("" if closed else f"it rests on axioms: {', '.join(answer.axioms) or 'unknown ones'}")
    return KernelAnswer(answer.confirmed and closed, reason, version_of(coqc))
