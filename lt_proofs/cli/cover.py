"""``lt-proofs cover``: are given samples enough to cover a window?"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from lt_proofs.cli.output import RATIONAL, ends_of, json_option, print_json
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text


@click.command("cover")
@click.argument("samples", type=click.Path(path_type=Path))
@click.option("--eps", type=RATIONAL, required=True, help="Tolerance, at least 0; read exactly.")
@click.option("--window", default="-1,1", show_default=True, help="The interval to cover, as A,B.")
@click.option("--key", help="Name of the list, if the file holds several.")
@json_option
def command(samples: Path, eps: Fraction, window: str, key: str | None, as_json: bool) -> int:
    """Decide whether every point of the window is within EPS of a subset sum of SAMPLES.

    SAMPLES is a .json, .npy, .npz or .safetensors file. Exit code 0: covered; 1: not covered.
    """
    low, high = ends_of(window)
    if eps < 0:
        raise BadInput("--eps", eps, "give a tolerance of at least 0")
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.files import read_samples
    from lt_proofs.subset_sum import coverage

    values = read_samples(samples, key)
    with on_stderr("samples") as progress:
        found = coverage(values, eps, (low, high), progress=progress)
    gaps = [[rational_text(a), rational_text(b)] for a, b in found.uncovered]
    if as_json:
        print_json(
            {
                "covered": found.covered,
                "first_passage": found.first_passage,
                "uncovered": gaps,
                "gaps": found.gaps,
                "samples": len(values),
                "eps": rational_text(eps),
                "window": [rational_text(low), rational_text(high)],
            }
        )
    elif found.covered:
        some = f"some of the first {found.first_passage} of {len(values)} samples"
        print(f"covered: every number in [{low}, {high}] is within {eps} of a sum of {some}")
    else:
        print(
            f"not covered: no number between {gaps[0][0]} and {gaps[0][1]} is within {eps} of a sum of some of the "
            f"{len(values)} samples; gaps in [{low}, {high}] in all: {found.gaps}"
        )
    return 0 if found.covered else 1
