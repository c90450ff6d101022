"""``lt-proofs subset``: which of the given samples add up to a target?"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from lt_proofs.cli.output import RATIONAL, json_option, print_json
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text


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
    from lt_proofs.subset_sum import Subset, any_within, best_subset, fewest_within
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
    mask, total, error = (
        (found.text(len(values)), rational_text(found.sum), rational_text(found.error))
        if found is not None
        else (None, None, None)
    )
    if as_json:
        print_json({"mask": mask, "sum": total, "error": error, "objective": objective, "within": within})
    elif found is None:
        print(f"no subset is within {eps} of {target}")
    else:
        print(f"mask  {mask}\nsum   {total}\nerror {error}")
        if not within:
            print(f"the best subset is not within {eps}")
    return 0 if within else 1
