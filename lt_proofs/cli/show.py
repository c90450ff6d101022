"""``lt-proofs show``: one claim in full, or the list of them."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import Any

import click

from lt_proofs.cli.completion import claim_ids
from lt_proofs.cli.output import json_option, print_json

COLOURS = {"PROVED": "green", "REFUTED": "red", "UNDECIDED": "yellow"}


@click.command("show")
@click.argument("name", required=False, metavar="[ID]", shell_complete=claim_ids)
@json_option
def command(name: str | None, as_json: bool) -> int:
    """Show a claim: statement, proof in English, place in the paper, premises, axioms; without ID the list."""
    from lt_proofs.theory.record import CLAIMS, find

    if name is None:
        if as_json:
            print_json({"claims": [{"id": c.id, "title": c.title, "premises": list(c.premises)} for c in CLAIMS]})
        else:
            print_list([(c.id, c.title, ", ".join(c.premises)) for c in CLAIMS])
        return 0
    facts = facts_of(find(name).id)
    if as_json:
        print_json({**facts, "statement": facts["statement"]["text"]})
    else:
        print_claim(facts)
    return 0


def facts_of(name: str) -> dict[str, Any]:
    """What the report says of a claim, its certificate just examined by the checker."""
    import tempfile
    from pathlib import Path

    from lt_proofs.report.claims import claims_facts
    from lt_proofs.report.searches import checked_claims
    from lt_proofs.theory.record import CLAIMS, find

    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as folder:
        (facts,) = claims_facts(checked_claims([find(name)], Path(folder), anew=False))
    return {**facts, "unblocks": [claim.id for claim in CLAIMS if name in claim.premises]}


def print_list(rows: list[tuple[str, str, str]]) -> None:
    """The claims, each with what it rests on."""
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, title, rests in rows:
        line = f"{click.style(name, bold=True)}{'':<{first - len(name)}}  {title:<{second}}  {rests}"
        click.echo(line.rstrip())


def print_claim(facts: dict[str, Any]) -> None:
    """A claim for people: what it says, how it is proved, what was tried against it."""
    verdict = click.style(facts["verdict"], fg=COLOURS[facts["verdict"]], bold=True)
    head = click.style(f"{facts['id']}: {facts['title']}", bold=True)
    click.echo(f"{head} — {verdict} ({facts['tier']})")
    section("Statement", [facts["statement"]["text"]])
    section("Proof", [facts["proof"]])
    section("Step by step", [step_words(step, facts["statement"]["text"]) for step in facts["steps"]])
    section("Place", [facts["place"]])
    section("Compared with the paper", [facts["changes"]])
    section("Example", [facts["witness"]])
    section("Rests on", [", ".join(facts["premises"])])
    section("Used by", [", ".join(facts["unblocks"])])
    section("Axioms: textbook facts, and theorems that rules of the checker embody", ["; ".join(facts["axioms"])])
    section("Tested", [f"evaluated at {facts['instances']} random points that meet the hypotheses"])
    section("Planted errors", [plant_words(plant) for plant in facts["plants"]])
    measured = [row for found in facts["evidence"] for row in found["rows"]]
    if measured:
        section(
            "Measured", [f"{r['what']}: {r['low']} to {r['high']}; the claim says {r['claimed']}" for r in measured]
        )
    section("Check it again", facts["again"][:1])


def section(title: str, lines: list[str]) -> None:
    """A heading and its lines, folded to the width of a terminal."""
    from lt_proofs.report.views import words

    click.echo(f"\n{click.style(title, bold=True)}")
    for line in lines or [""]:
        click.echo(folded(words(line or "none")))


def folded(text: str) -> str:
    """Two blanks in front; more where a line is continued, which happens on terminals only."""
    if not sys.stdout.isatty():
        return f"  {text}"
    width = max(40, shutil.get_terminal_size().columns)
    return textwrap.fill(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def step_words(step: dict[str, Any], statement: str) -> str:
    """A step in one line; the statement itself is not said again."""
    if step["claim"] is not None:
        return f"{step['number']}. {step['claim']}: {step['says']}"
    says = "The statement." if step["says"] == statement else step["says"]
    rests = ", ".join(map(str, step["rests"]))
    count = len(step["inequalities"])
    parts = [step["how"], f"from {rests}" if rests else "", _counted(count)]
    return f"{step['number']}. {says} ({', '.join(part for part in parts if part)})"


def _counted(count: int) -> str:
    return f"with {count} {'inequality' if count == 1 else 'inequalities'}" if count else ""


def plant_words(plant: dict[str, Any]) -> str:
    """A planted error and how it was caught."""
    caught = f": {plant['caught']}" if plant["caught"] is not None else ""
    return f"{plant['verdict']:<9}  {plant['change']}{caught}"
