"""``lt-proofs subset``: which of the given samples add up to a target?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.output import RATIONAL, json_option, print_json
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text

if TYPE_CHECKING:
    from lt_proofs.subset_sum import Subset


@click.command("subset")
@click.argument("samples", type=click.Path(path_type=Path))
@click.option("--target", type=RATIONAL, required=True, help="The number to reach; read exactly.")
@click.option(
    "--objective",
    type=click.Choice(["best", "fewest", "any"]),
    default="best",
    show_default=True,
    help="best: least error; fewest: fewest samples within EPS; any: any subset within EPS.",
)
@click.option("--eps", type=RATIONAL, help="Tolerance; needed for fewest and any.")
@click.option("--key", help="Name of the list, if the file holds several.")
@json_option
def command(
    samples: Path, target: Fraction, objective: str, eps: Fraction | None, key: str | None, as_json: bool
) -> int:
    """Find a subset of SAMPLES whose sum is close to the target, exactly.

    Ties go to the subset with the fewest samples, then to the smallest mask, in which sample i counts 2^i.

    SAMPLES is a .json, .npy, .npz or .safetensors file. Exit code 0: found (within EPS, if given);
    1: no subset is within EPS.
    """
    if eps is None and objective != "best":
        raise BadInput("--eps", "nothing", f"give a tolerance for --objective {objective}")
    if eps is not None and eps < 0:
        raise BadInput("--eps", eps, "give a tolerance of at least 0")
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.files import read_samples
    from lt_proofs.subset_sum import any_within, best_subset, fewest_within
    from lt_proofs.subset_sum.working_memory import FOUR_LISTS

    # more samples than four lists can hold are refused while they are read
    values = read_samples(samples, key, FOUR_LISTS)
    found: Subset | None
    with on_stderr("steps") as progress:
        if objective == "best":
            found = best_subset(values, target, progress=progress)
        elif objective == "any":
            found = any_within(values, target, eps, progress=progress)
        else:
            found = fewest_within(values, target, eps)
    within = found is not None and (eps is None or found.error <= eps)
    if as_json:
        print_json(facts(found, values, objective, within=within))
    elif found is None:
        print(f"no sum of some of the {len(values)} samples is within {eps} of {target}")
    else:
        print("\n".join(answer(found, values, target, objective)))
        if not within:
            print(f"the best sum is not within {eps} of {target}")
    return 0 if within else 1


def facts(found: Subset | None, values: Sequence[Fraction], objective: str, *, within: bool) -> dict[str, Any]:
    """Return the answer as JSON data; ``chosen`` are the places of the samples, counted from 0."""
    if found is None:
        return {"mask": None, "chosen": None, "sum": None, "error": None, "objective": objective, "within": within}
    return {
        "mask": found.text(len(values)),
        "chosen": found.members(len(values)),
        "sum": rational_text(found.sum),
        "error": rational_text(found.error),
        "objective": objective,
        "within": within,
    }


def answer(found: Subset, values: Sequence[Fraction], target: Fraction, objective: str) -> list[str]:
    """Return the answer as lines: the chosen samples, their sum, and what the objective says of the error."""
    chosen = [values[k] for k in found.members(len(values))]
    meaning = {
        "best": "no other sum of samples is nearer",
        "fewest": "no sum of fewer samples is as near as asked",
        "any": "as near as asked",
    }
    terms = " + ".join(rational_text(x) if x >= 0 else f"({rational_text(x)})" for x in chosen) or "no sample"
    return [
        f"mask   {found.text(len(values))}: {len(chosen)} of {len(values)} samples",
        f"sum    {terms} = {in_decimals(found.sum)}",
        f"error  {in_decimals(found.error)}, the distance from {rational_text(target)}; {meaning[objective]}",
    ]


def in_decimals(value: Fraction) -> str:
    """Return a number exactly, and in decimals where those are shorter to read.

    >>> in_decimals(Fraction(1, 30)), in_decimals(Fraction(1, 2))
    ('1/30 (about 0.0333333)', '1/2 (0.5)')
    """
    exact, near = rational_text(value), f"{float(value):.6g}"
    if exact == near:
        return exact
    return f"{exact} ({near})" if Fraction(near) == value else f"{exact} (about {near})"
