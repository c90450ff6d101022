"""``lt-proofs report``: all claims checked again and everything recorded, as one report in three views."""

from __future__ import annotations

from pathlib import Path

import click

from lt_proofs.cli.output import json_option, note, print_json


@click.command("report")
@click.option(
    "--quick", is_flag=True, help="Reuse the results of earlier searches; the checker examines all of them anew."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("report"),
    show_default=True,
    help="Folder for the report; an older report in it is replaced.",
)
@json_option
def command(quick: bool, output: Path, as_json: bool) -> int:
    """Prove the claims of record again, prune the digits network, and write the report.

    OUTPUT gets report.json, report.html and report.md, which show the same facts, certificates/ and ticket/.
    Exit code 0: everything proved, accepted and solved; 1: something refuted, rejected or unsolved; 2: undecided.
    """
    from lt_proofs.cli.progress import on_stderr
    from lt_proofs.report.build import exit_code, write_report
    from lt_proofs.report.views import terminal

    try:
        with on_stderr("parts of the report") as progress:
            facts = write_report(output, progress, anew=not quick)
    except KeyboardInterrupt:
        # the report is written whole or not at all, but searches that were finished are cached
        note("lt-proofs: the searches done so far are kept; the same command with --quick continues")
        raise
    if as_json:
        print_json(
            {
                "report": str(output / "report.json"),
                "html": str(output / "report.html"),
                "markdown": str(output / "report.md"),
                "verdict": facts["verdict"],
                "counts": facts["counts"],
                "network": {key: facts["network"][key] for key in ("weights", "solved", "error_bound", "accuracy")},
                "digest": facts["digest"],
            }
        )
    else:
        print("\n".join(terminal(facts)))
        print(f"written to {output / 'report.html'}, report.md and report.json")
    return exit_code(facts)
