"""``lt-proofs recheck``: have the independent checker examine certificates again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lt_proofs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from lt_proofs.certificates.checking import Examined

MAX_FILES = 10_000
# how the checker says that a certificate is one of a campaign
COUNTS = "about the trials that it names"


@click.command("recheck")
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
@click.option("--leaves", metavar="K|all", help="Of each campaign, run so many leaves again.")
@json_option
def command(paths: tuple[str, ...], leaves: str | None, as_json: bool) -> int:
    """Check certificates again, with the checker as a process of its own.

    A PATH is a certificate file, the folder of a ticket, or a folder of certificates.
    """
    from lt_proofs.certificates.checking import run_checker

    files = [file for path in paths for file in certificates(path)]
    examined = run_checker(files)
    if leaves is not None:
        examined = [recounted(e, leaves) for e in examined]
    states = {state: [e.file for e in examined if e.state == state] for state in ("accepted", "rejected", "malformed")}
    if as_json:
        print_json({**states, "reports": [e.report for e in examined]})
    else:
        for e in examined:
            print(f"{e.state:<9}  {e.file}")
            print(f"           {e.report['says'] if e.accepted else e.report['reason']}")
            for remark in e.report.get("remarks", []):
                print(f"           {remark}")
            if e.accepted:
                print(f"           ({e.report['standing']})")
    return 3 if states["malformed"] else 1 if states["rejected"] else 0


def recounted(examined: Examined, leaves: str) -> Examined:
    """What holds of a campaign's certificate after so many of its leaves have been run again by the kernels."""
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.evidence.recount import asked_leaves, recount

    count = asked_leaves(leaves)
    if not examined.accepted or examined.report["standing"] != COUNTS:
        return examined
    with on_stderr("leaves") as progress:
        reason = recount(Path(examined.file), count, progress)
    if reason is not None:
        report = {"file": examined.file, "state": "rejected", "reason": reason}
        return replace(examined, state="rejected", report=report)
    remark = f"Leaves run again with the kernels ({leaves}): no difference."
    return replace(examined, report={**examined.report, "remarks": [*examined.report["remarks"], remark]})


def certificates(path: str) -> list[Path]:
    """The certificate files that a path stands for; raises BadInput when there are none."""
    from lt_proofs.errors import BadInput

    place = Path(path)
    if not place.exists():
        raise BadInput("PATH", path, "no such file or folder; give a certificate or a folder of them")
    if not place.is_dir():
        return [place]
    if (place / "certificate.json").exists():
        return [place / "certificate.json"]
    found = sorted(
        Path(folder) / name for folder, _, names in os.walk(place) for name in names if name.endswith(".json")
    )
    if not found:
        raise BadInput("PATH", path, "the folder holds no .json file; give a certificate or a folder of them")
    if len(found) > MAX_FILES:
        raise BadInput("PATH", path, f"the folder holds more than {MAX_FILES} files; name fewer")
    return found
