"""``lt-proofs compare``: how far two networks can be apart, certified, beside what an attack finds."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.output import json_option, note, print_json, shown
from lt_proofs.cli.progress import on_stderr
from lt_proofs.errors import BadInput, as_typed
from lt_proofs.exact.rational import decimal_text, parse_rational, rational_text

if TYPE_CHECKING:
    from lt_proofs.networks.compare import Compared, Near

# parts of the table of regions: the least, the median, nine of ten, all
QUANTILES = (("least", 0.0), ("median", 0.5), ("9 of 10", 0.9), ("largest", 1.0))


def around_options(function: Any) -> Any:
    """Add the options that name inputs and what is near them."""
    options = [
        click.option("--around", type=click.Path(path_type=Path), help="File of inputs: .npy, .npz or .safetensors."),
        click.option("--radius", metavar="NUMBER", help="With --around: how near an input; 0 is the input itself."),
        click.option(
            "--norm",
            type=click.Choice(["inf", "2"]),
            default="inf",
            show_default=True,
            help="With --around: near in every coordinate, or in Euclidean norm.",
        ),
        click.option("--divide", metavar="NUMBER", help="With --around: divide the inputs by this, as pixels by 255."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command("compare")
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="[B]", type=click.Path(path_type=Path), required=False)
@click.option("--box", metavar="LO,HI", help="Inputs from LO to HI; or LO,HI;LO,HI;… with one pair for each input.")
@click.option("--ball", metavar="R", help="Inputs of Euclidean norm at most R.")
@around_options
@click.option("--error", metavar="NUMBER", help="Stop where the bound reaches this; exit code 1 if it does not.")
@click.option("--leaves", type=click.IntRange(min=1), help="Most parts of the box; by default as many as take minutes.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End the search of a better bound after so long.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the certificate.")
@click.option("--force", is_flag=True, help="Replace OUTPUT if it is a comparison.")
@json_option
def command(
    first: Path,
    second: Path | None,
    box: str | None,
    ball: str | None,
    around: Path | None,
    radius: str | None,
    norm: str,
    divide: str | None,
    error: str | None,
    leaves: int | None,
    seconds: float | None,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Bound how far the outputs of two networks can be apart, in Euclidean norm; the checker accepts the bound.

    A and B are files of networks with as many inputs, layers and outputs, such as an original and a quantised, pruned
    or retrained one, or a network and the folder of a ticket; a folder alone is compared with its own target. Inputs
    are those of a box or a ball, or those near the inputs of a file, inside the box if one is given; for a ticket, its
    own domain if nothing is said. OUTPUT gets the networks and the certificate; `lt-proofs recheck OUTPUT` checks them
    independently. Exit code 0: bounded, and within ERROR if that is given; 1: not within ERROR.
    """
    from lt_proofs.networks.any_network import matched, network_of, target_beside
    from lt_proofs.networks.comparing import compare
    from lt_proofs.networks.partial import partial_of

    began = time.perf_counter()
    goal = None if error is None else parse_rational(error, "--error")
    ends = None if box is None else ends_of_box(box)
    check_around(around, radius, divide)
    one = network_of(first)
    if second is None and not first.is_dir():
        raise BadInput("B", "nothing", "give a second network; only the folder of a ticket is compared with its target")
    other = target_beside(first) if second is None else network_of(second)
    rows = None if around is None else read_around(around, matched(one, other).inputs, divide)
    try:
        with on_stderr("steps, two for each input" if around is not None else "leaves") as progress:
            found = compare(
                one,
                other,
                box=ends,
                ball=ball,
                around=rows,
                radius=radius,
                norm=norm,
                error=goal,
                folder=output,
                leaves=leaves,
                seconds=seconds,
                force=force,
                progress=progress,
            )
    except KeyboardInterrupt:
        partial = None if output is None else partial_of(output)
        if partial is None or not partial.is_file():
            raise
        raise KeyboardInterrupt(f"{partial} has what is found; the same command goes on from there") from None
    result = facts(found, time.perf_counter() - began)
    if as_json:
        print_json(result)
    else:
        show(found, result)
        if output is not None:
            more = "" if found.work is None else f"--work {found.work} "
            note(f"lt-proofs recheck {more}{output} checks it independently")
    if goal is not None and found.bound > goal:
        note(f"--error {error}: not reached; {advice(found)}")
        return 1
    return 0


def ends_of_box(text: str) -> list[tuple[Fraction, Fraction]]:
    """Return the ends of a text such as ``0,1`` or ``0,1;-1,2``; raise BadInput for anything else."""
    pairs = [part.split(",") for part in text.split(";")]
    if any(len(pair) != 2 for pair in pairs):
        raise BadInput("--box", text, "give two numbers in rising order, as in 0,1, or such a pair for each input")
    return [(parse_rational(low, "--box"), parse_rational(high, "--box")) for low, high in pairs]


def check_around(around: Path | None, radius: str | None, divide: str | None) -> None:
    """Raise BadInput for options that belong together and are not given together."""
    if around is not None and radius is None:
        raise BadInput("--around", around, "say how near with --radius")
    for option, value in (("--radius", radius), ("--divide", divide)):
        if around is None and value is not None:
            raise BadInput(option, value, "say near which inputs with --around")


def read_around(path: Path, width: int, divide: str | None) -> Any:
    """Return the inputs of a file, divided by a number if one is given."""
    from lt_proofs.networks.inputs_file import read_inputs

    divisor = None if divide is None else parse_rational(divide, "--divide")
    with as_typed({"file": ("--around", path)}):
        return read_inputs(path, width, divisor)


def advice(found: Compared) -> str:
    """Return what may help where an error is not reached."""
    if found.regions is not None:
        return "give a smaller radius"
    if found.bound and float(found.found / found.bound) > 0.9:
        return f"an attack found {shown(found.found, up=False)}, so no bound is much smaller"
    return "give more --leaves, a smaller box, or the inputs that matter with --around"


def facts(found: Compared, seconds: float) -> dict[str, Any]:
    """Return what the command reports as JSON data, with exact numbers as texts."""
    near, ratio = found.regions, found.ratio
    result: dict[str, Any] = {
        "bound": rational_text(found.bound),
        "found": rational_text(found.found),
        "ratio": None if ratio is None else round(ratio, 4),
        "regions": None,
        "proved_class": None,
        "leaves": found.leaves,
        "by_norms": found.by_norms,
        "checker_work": found.work,
        "seconds": round(seconds, 3),
    }
    if near is not None:
        rows = zip(near.bounds, near.found.tolist(), near.classes, strict=True)
        result["regions"] = [{"bound": rational_text(b), "found": round(f, 9), "class": label} for b, f, label in rows]
        result["proved_class"] = near.proved_class
    return result


def show(found: Compared, result: dict[str, Any]) -> None:
    """Print a comparison."""
    bound, size = shown(found.bound, up=True), shown(found.found, up=False)
    if found.regions is None:
        how = "by norms" if found.by_norms else "by planes" if found.leaves == 1 else f"by planes, {found.leaves} parts"
        print(f"difference        outputs differ by at most {bound} in Euclidean norm, on {words(found)} (certified)")
        print(f"largest found     {size}, by an attack: the true maximum is at least this{times(result['ratio'])}")
        print(f"bounded           {how}")
    else:
        show_near(found.regions)
        print(f"difference        outputs differ by at most {bound} in every region (certified)")
        print(f"largest found     {size}, by an attack: the true maximum is at least this")
    print(f"seconds           {result['seconds']}")


def words(found: Compared) -> str:
    """Return the domain in words."""
    from lt_proofs.networks.domains import Ball

    domain = found.domain
    if domain is None or isinstance(domain, Ball):
        return "inputs of norm at most " + str(domain.radius if domain is not None else 0)
    if len({*domain.low}) == len({*domain.high}) == 1:
        return f"all inputs from {domain.low[0]} to {domain.high[0]}"
    return "the box that is given"


def times(ratio: float | None) -> str:
    """Return how many times as large as what was found a bound is, rounded up."""
    return "" if ratio is None else f"; the bound is {decimal_text(Fraction(ratio), 2, up=True)} times as large"


def show_near(near: Near) -> None:
    """Print the table of regions: bounds, what was found, and their ratios, from the least to the largest."""
    import numpy as np

    where = "every coordinate" if near.norm == "inf" else "Euclidean norm"
    inside = "" if near.box is None else ", inside the box"
    count = len(near.bounds)
    print(f"regions           {count} inputs, each with all within {near.radius} of it in {where}{inside}")
    print(f"same class        by both networks in the whole region, proved for {near.proved_class} of {count}")
    bounds = np.array([float(bound) for bound in near.bounds])
    columns = (("bound", bounds), ("found", near.found), ("ratio", near.ratios))
    print(f"{'':18}" + "".join(f"{name:>12}" for name, _ in QUANTILES))
    for name, values in columns:
        cells = [f"{np.quantile(values, share):.6f}" if values.size else "-" for _, share in QUANTILES]
        print(f"{name:<18}" + "".join(f"{cell:>12}" for cell in cells))
