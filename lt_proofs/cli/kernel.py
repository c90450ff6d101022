"""Options that ask Coq's kernel: the grid of the weights, the instance of Theorem 1, and what the kernel said."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lt_proofs.cli.output import note, parse_widths
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import parse_rational, rational_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lt_proofs.coq.instance import Instance
    from lt_proofs.coq.kernel import KernelAnswer
    from lt_proofs.coq.statements import Statement

GRID = "2^-36"
"""The grid of an instance that names none."""
KERNEL_CHECKED = "KERNEL-CHECKED"
"""The verdict on what Coq's kernel accepted without any axiom."""
COMPILED = "files of formal/ compiled, once for all"
POWER = re.compile(r"2\^-([1-9][0-9]{0,3})", re.ASCII)


def asked_instance(widths: str | None, eps: Fraction, delta: Fraction, grid: str | None, option: str) -> Instance:
    """Return the instance of Theorem 1 with the fewest hidden units for what the user typed.

    Raises BadInput, which names options, for whatever cannot be used; ``option`` is the one that needs --widths.
    """
    from lt_proofs.coq.instances import find_instance

    if widths is None:
        raise BadInput(option, "without --widths", "name the widths of a target, as --widths 784,500,10")
    shape, points = parse_widths(widths), parse_grid(GRID if grid is None else grid)
    try:
        return find_instance(shape, eps, delta, points)
    except BadInput as error:
        raise BadInput(f"--{error.argument}", error.value, error.remedy) from None


def parse_grid(text: str) -> int:
    """Return Q for a grid 1/Q.

    >>> parse_grid("2^-10"), parse_grid("1/1000"), parse_grid("0.5")
    (1024, 1000, 2)

    Raises BadInput unless the text is 2^-K or a fraction 1/Q.
    """
    power = POWER.fullmatch(text.strip())
    step = Fraction(1, 1 << int(power[1])) if power else parse_rational(text, "--grid")
    if step.numerator != 1 or step == 1:
        raise BadInput("--grid", text, "give 1/Q with an even number Q, such as 2^-36")
    return step.denominator


def run_kernel(instance: Instance, option: str = "--kernel") -> KernelAnswer:
    """Return what Coq's kernel says of an instance, with progress on stderr while formal/ is compiled for it."""
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.coq.kernel import kernel_check

    with on_stderr(COMPILED) as progress:
        answer = kernel_check(instance, option, progress)
    if not answer.checked:
        note(f"Coq's kernel did not accept the instance: {answer.reason}")
    return answer


def kernel_words(answer: KernelAnswer) -> str:
    """Return a verdict of the kernel in words."""
    return f"{KERNEL_CHECKED if answer.checked else 'UNDECIDED'} (Coq {answer.version})"


def run_assumptions(asked: Sequence[Statement], option: str) -> list[dict[str, Any]]:
    """Return what Coq's kernel says of statements of formal/, as JSON data; nothing is run for none."""
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.coq.statements import kernel_assumptions

    if not asked:
        return []
    with on_stderr(COMPILED) as progress:
        found = kernel_assumptions([statement.theorem for statement in asked], option, progress)
    return [
        {
            "id": statement.id,
            "title": statement.title,
            "theorem": statement.theorem,
            "verdict": KERNEL_CHECKED if found[statement.theorem].checked else "UNDECIDED",
            "axioms": list(found[statement.theorem].axioms),
            "says": f"{statement.theorem}, Coq {found[statement.theorem].version}",
        }
        for statement in asked
    ]


def instance_facts(instance: Instance) -> dict[str, Any]:
    """Return the numbers of an instance as JSON data, with rationals as texts."""
    from lt_proofs.coq.instance_file import says

    layers = zip(instance.widths, instance.widths[1:], instance.units, instance.hidden, strict=False)
    return {
        "says": says(instance),
        "eps": None if instance.eps is None else rational_text(instance.eps),
        "delta": rational_text(instance.delta),
        "grid": instance.grid,
        "law": instance.law.name,
        "layers": [{"inputs": d, "outputs": e, "n": n, "hidden": k} for d, e, n, k in layers],
    }
