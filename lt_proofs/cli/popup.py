"""``lt-proofs popup``: the paper's second experiment, structure against width, compared with tickets by subset sums."""

from __future__ import annotations

from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from lt_proofs.cli.output import device_option, json_option, note, print_json
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import parse_rational

RESULT = "popup.json"


@click.command("popup")
@click.option(
    "--data",
    default="digits",
    show_default=True,
    metavar="digits|FOLDER",
    help="A folder holds MNIST's four IDX files.",
)
@click.option("--preset", default="small", show_default=True, help="small (hidden width 32) or paper (500).")
@click.option("--networks", metavar="NAME,…", help="Some of fc2,fc4,lenet5.")
@click.option("--variants", metavar="NAME,…", help="Some of structure-linear,structure-relu,wide,ticket.")
@click.option("--fractions", metavar="F,…", help="Removed fractions, from 0 to below 1.")
@click.option("--seeds", type=int, default=3, show_default=True, help="Number of seeds, from 0 on.")
@click.option("--r", type=int, default=5, show_default=True, help="Random hidden units for each input.")
@click.option("--epochs", type=int, help="Largest number of epochs; validation chooses one.")
@device_option
@click.option("--ledger", type=click.Path(path_type=Path), help="Keep every run in this file.")
@click.option("--resume", is_flag=True, help="Continue with the runs that the ledger holds.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for popup.json; an older one is replaced."
)
@json_option
def command(
    data: str, ledger: Path | None, resume: bool, output: Path | None, as_json: bool, **options: Any
) -> int:  # fmt: skip
    """Search random networks by edge-popup: the structure of Theorem 1 against a wide network, tickets, training.

    Needs the extra [torch]. Without options: scikit-learn's digits, three small networks, five removed fractions and
    three seeds, in a few minutes.
    """
    if resume and ledger is None:
        raise BadInput("--resume", "without --ledger", "name the ledger to continue")
    from lt_proofs.experiments.popup.settings import Settings

    texts = ("networks", "variants")
    options |= {name: listed(options[name]) for name in texts}
    options["fractions"] = fractions_of(options["fractions"])
    settings = Settings.of(data, **options)
    from lt_proofs.experiments.popup.sweep import require_device, require_torch
    from lt_proofs.files import check_folder

    # what is missing is said before images are read and networks are trained
    require_torch()
    require_device(settings.device)
    if output is not None:
        check_folder(output, frozenset({RESULT}))
    result = _result(settings, ledger, resume=resume)
    if output is not None:
        _write(output, result)
    if as_json:
        print_json(result)
    else:
        show(result)
    return 0


def listed(text: str | None) -> list[str] | None:
    """Return the names in a text such as fc2,fc4; None without a text."""
    return None if text is None else [part.strip() for part in text.split(",")]


def fractions_of(text: str | None) -> list[Fraction] | None:
    """Return the exact numbers in a text such as 0.5,9/10; None without a text; raise BadInput for others."""
    return None if text is None else [parse_rational(part.strip(), "--fractions") for part in text.split(",")]


def _result(settings: Any, ledger: Path | None, *, resume: bool) -> dict[str, Any]:
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.experiments.popup.images import load
    from lt_proofs.experiments.popup.summary import summary
    from lt_proofs.experiments.popup.sweep import Sweep, open_ledger

    sweep = Sweep(settings, load(settings.data))
    opened = nullcontext() if ledger is None else open_ledger(ledger, settings, sweep.split, resume=resume)
    try:
        with opened as book, on_stderr("runs") as progress:
            return summary(sweep, sweep.all(book, progress))
    except KeyboardInterrupt:
        if ledger is not None:
            note(f"lt-proofs: the runs done so far are in {ledger}; the same command with --resume continues")
        raise


def _write(folder: Path, result: dict[str, Any]) -> None:
    import json

    from lt_proofs.files import new_folder, write_file

    with new_folder(folder, frozenset({RESULT})) as part:
        write_file(part / RESULT, (json.dumps(result, indent=1, ensure_ascii=False) + "\n").encode())


def show(result: dict[str, Any]) -> None:
    """Print the curves as lines: removed fraction, kept weights per weight of the target, share of correct images."""
    for network in result["networks"]:
        trained = network["trained"]
        print(f"{network['name']}: widths {','.join(map(str, network['widths']))}; trained {_mean(trained)}")
        for curve in network["curves"]:
            for point in curve["points"]:
                print(f"  {curve['variant']:<17} {point['removed']:>7} removed  {_point(point)}")
        margin = network["equal_accuracy"]["margin"]
        for row in network["equal_accuracy"]["rows"]:
            kept = row["kept_per_weight"]
            text = "at no point" if kept is None else f"{kept} kept, {row['drawn_per_weight']} drawn for each weight"
            print(f"  within {margin} of the trained network: {row['variant']}: {text}")
        for bound in network["bounds"]:
            number = f"{bound['drawn_per_weight']} drawn for each weight at eps {bound['eps']}"
            print(f"  {bound['claim']}: {number}, {bound['what']}")
    print(f"intervals: {result['interval']}")
    print(f"{result['published']['note']}; seconds {result['seconds']}")


def _point(point: dict[str, Any]) -> str:
    if "none" in point:
        return str(point["none"])
    return f"{point['kept_per_weight']:>8} kept of {point['drawn_per_weight']:<9} {_mean(point)}"


def _mean(point: dict[str, Any]) -> str:
    ends = "" if point["low"] is None else f" [{100 * point['low']:.1f}, {100 * point['high']:.1f}]"
    return f"{100 * point['mean']:.1f} %{ends} correct"
