"""``lt-proofs export``: the real inequalities behind the claims as files for Coq."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lt_proofs.cli.output import json_option, note, print_json


@click.command("export")
@click.option(
    "--coq",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the Coq files; an older export there is replaced.",
)
@click.option("--run", "run_it", is_flag=True, help="Compile each file with coqc and report which it confirms.")
@json_option
def command(folder: Path, run_it: bool, as_json: bool) -> int:
    """Write every real inequality that the claims of record rest on as a Coq file of its own.

    Exit code 2: with --run, coqc did not confirm all of them.
    """
    from lt_proofs.files import check_folder
    from lt_proofs.coq.inequalities import files_of, find_coqc, obligations, run_coqc, write_export
    from lt_proofs.theory.record import CLAIMS

    check_folder(folder, files_of(claim.id for claim in CLAIMS), argument="--coq")
    # found before anything is written: without coqc, --run has no answer
    coqc = find_coqc() if run_it else ""
    found = obligations(CLAIMS)
    names = write_export(folder, found)
    facts: dict[str, Any] = {"coq": str(folder), "files": names}
    if not run_it:
        report(facts, as_json)
        return 0
    from lt_proofs.cli.progress import on_stderr

    with on_stderr("Coq files") as progress:
        outcomes = run_coqc(coqc, found, progress=progress)
    facts["confirmed"] = [o.file for o in outcomes if o.confirmed]
    facts["unconfirmed"] = [{"file": o.file, "reason": o.reason} for o in outcomes if not o.confirmed]
    facts["axioms"] = sorted({axiom for o in outcomes for axiom in o.axioms})
    report(facts, as_json)
    return 2 if facts["unconfirmed"] else 0


def report(facts: dict[str, Any], as_json: bool) -> None:
    """Print the facts as one JSON object or as lines."""
    if as_json:
        print_json(facts)
        return
    print(f"{len(facts['files'])} obligations written to {facts['coq']}")
    if "confirmed" not in facts:
        note(f"coqc can confirm them: lt-proofs export --coq {facts['coq']} --run")
        return
    print(f"{len(facts['confirmed'])} of {len(facts['files'])} confirmed by coqc")
    for row in facts["unconfirmed"]:
        print(f"  not confirmed: {row['file']} ({row['reason']})")
