"""``lt-proofs export``: for Coq, the real inequalities behind the claims, or Theorem 1 for given widths."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from lt_proofs.cli.output import RATIONAL, json_option, note, print_json
from lt_proofs.errors import BadInput


@click.command("export")
@click.option(
    "--coq",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the Coq files; an older export there is replaced.",
)
@click.option("--run", "run_it", is_flag=True, help="Compile each file with coqc and report which it confirms.")
@click.option("--coq-theorem", "theorem", is_flag=True, help="Theorem 1 of formal/ for the numbers that follow.")
@click.option("--widths", metavar="784,500,10", help="With --coq-theorem: widths of a target, input first.")
@click.option("--eps", type=RATIONAL, help="With --coq-theorem: tolerance; read exactly.")
@click.option("--delta", type=RATIONAL, help="With --coq-theorem: probability of failure; read exactly.")
@click.option("--grid", metavar="1/Q", help="With --coq-theorem: weights are odd multiples of 1/Q.  [default: 2^-36]")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.v", help="The file for the theorem.")
@json_option
def command(
    folder: Path | None,
    run_it: bool,
    theorem: bool,
    widths: str | None,
    eps: Fraction | None,
    delta: Fraction | None,
    grid: str | None,
    output: Path | None,
    as_json: bool,
) -> int:
    """Write files for Coq: with --coq every real inequality that the claims of record rest on, as a file of its own.

    With --coq-theorem it is one file: Theorem 1 of formal/ for given widths, with the fewest hidden units. Compile it
    with coqc -R formal LT FILE.v, or have `lt-proofs recheck FILE.v` do so. Exit code 2: with --run, coqc did not
    confirm all inequalities.
    """
    given = {"--widths": widths, "--eps": eps, "--delta": delta, "--grid": grid, "--output": output}
    if theorem == (folder is not None):
        raise click.UsageError(f"give either --coq DIR or --coq-theorem, not {'both' if theorem else 'none'}")
    if folder is not None:
        for option, value in given.items():
            if value is not None:
                raise BadInput(option, value, "it belongs to --coq-theorem; leave it out")
        return export_inequalities(folder, run_it, as_json)
    if widths is None or eps is None or delta is None or output is None:
        missing = [option for option in ("--widths", "--eps", "--delta", "--output") if given[option] is None]
        raise click.UsageError(f"--coq-theorem needs {', '.join(missing)} too")
    if run_it:
        raise BadInput("--run", "with --coq-theorem", "leave it out; lt-proofs recheck FILE.v runs coqc")
    return export_theorem(widths, eps, delta, grid, output, as_json)


def export_theorem(widths: str, eps: Fraction, delta: Fraction, grid: str | None, output: Path, as_json: bool) -> int:
    """Write Theorem 1 for these numbers as a Coq file; coqc is not needed."""
    from lt_proofs.cli.kernel import asked_instance, instance_facts
    from lt_proofs.coq.instance_file import instance_text, says
    from lt_proofs.files import write_file

    instance = asked_instance(widths, eps, delta, grid, "--coq-theorem")
    write_file(output, instance_text(instance).encode("ascii"))
    if as_json:
        print_json({**instance_facts(instance), "kernel": None, "file": str(output)})
    else:
        print(f"written to {output}: {says(instance)}")
        note(f"Coq decides it: lt-proofs recheck {output}")
    return 0


def export_inequalities(folder: Path, run_it: bool, as_json: bool) -> int:
    """Write the inequalities into a folder and, with ``run_it``, have coqc confirm them."""
    from lt_proofs.coq.coqc import find_coqc
    from lt_proofs.coq.inequalities import PACKAGES, files_of, obligations, run_coqc, write_export
    from lt_proofs.files import check_folder
    from lt_proofs.theory.record import CLAIMS

    check_folder(folder, files_of(claim.id for claim in CLAIMS), argument="--coq")
    # found before anything is written: without coqc, --run has no answer
    coqc = find_coqc("--run", PACKAGES) if run_it else ""
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
