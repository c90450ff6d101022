"""``lt-proofs show``: one claim in full, or the list of them."""

from __future__ import annotations

import re
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
    """Show a claim: statement, proof in English, place in the paper, what it rests on; without ID list the claims."""
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
    """Return the report's facts about a claim, after the checker has examined its certificate.

    Raises BadInput for an unknown id.
    """
    # imported here, for the list of claims needs neither the report nor the prover
    import tempfile
    from pathlib import Path

    from lt_proofs.report.claims import claims_facts
    from lt_proofs.report.searches import checked_claims
    from lt_proofs.theory.record import CLAIMS, find

    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as folder:
        (facts,) = claims_facts(checked_claims([find(name)], Path(folder), anew=False))
    return {**facts, "unblocks": [claim.id for claim in CLAIMS if name in claim.premises]}


def print_list(rows: list[tuple[str, str, str]]) -> None:
    """Print the ids and titles of claims, each with the claims that it rests on."""
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, title, rests in rows:
        line = f"{click.style(name, bold=True)}{'':<{first - len(name)}}  {title:<{second}}  {rests}"
        click.echo(line.rstrip())


def print_claim(facts: dict[str, Any]) -> None:
    """Print a claim for readers who know the paper's abstract only: what it says, why it holds, what was tried."""
    verdict = click.style(facts["verdict"], fg=COLOURS[facts["verdict"]], bold=True)
    head = click.style(f"{facts['id']}: {facts['title']}", bold=True)
    click.echo(f"{head}\n{verdict}: {meaning_of(facts['verdict'], facts['tier'])}")
    says = facts["statement"]["text"]
    section("Statement", sentences(says))
    section("Compared with the paper", sentences(facts["changes"]))
    section("Example", [facts["witness"]])
    section("Idea of the proof", sentences(facts["proof"]))
    section("Where the proof is", [f"{facts['place']} (in docs/mathematics)"])
    section("Steps of the certificate", [step_words(step, says) for step in facts["steps"]])
    section("Rests on the claims", [", ".join(facts["premises"])])
    section("Used by the claims", [", ".join(facts["unblocks"])])
    # a reader trusts textbooks without looking, but should look at the proofs of the rules
    embodied = [axiom for axiom in facts["axioms"] if "(Mathematics" in axiom]
    section("Taken for granted: facts from textbooks", ["; ".join(a for a in facts["axioms"] if a not in embodied)])
    section("Taken for granted: theorems that the checker's rules embody, proved in docs/mathematics", embodied)
    section("Tested", [evaluated(facts)])
    section("Planted errors: false variants, which must be refuted", [plant_words(plant) for plant in facts["plants"]])
    for found in facts["evidence"]:
        title = f"Measured in {found['trials']} random trials, confidence level {found['level']} (no proof)"
        section(
            title, [f"{r['what']}: {r['low']} to {r['high']}; the claim says {r['claimed']}" for r in found["rows"]]
        )
    section("Check it again", facts["again"][:1])


def meaning_of(verdict: str, tier: str) -> str:
    """Return what a verdict means, in the report's words; a tier other than "proved" is explained too.

    >>> meaning_of("PROVED", "proved")
    'the checker accepted a certificate of the statement of record'
    """
    from lt_proofs.report.about import TIERS, VERDICTS

    return VERDICTS[verdict] if tier == "proved" else f"{VERDICTS[verdict]} ({tier}: {TIERS[tier]})"


def evaluated(facts: dict[str, Any]) -> str:
    """Return how the statement was evaluated at random, and where it failed, if anywhere."""
    where = facts["disagreement"]
    outcome = "none contradicts it" if where is None else f"contradicted at {where}"
    return f"The statement was evaluated at {facts['instances']} random points that meet its hypotheses: {outcome}."


def sentences(text: str) -> list[str]:
    """Split a text into sentences, one a line: long statements are read in parts.

    >>> sentences("Let n_1, …, n_l be whole. Put k_i = d n_i. With probability 1 - δ, f = g.")
    ['Let n_1, …, n_l be whole.', 'Put k_i = d n_i.', 'With probability 1 - δ, f = g.']
    """
    return re.split(r"(?<=[.?])\s+(?=[A-Z])", text)


def section(title: str, lines: list[str]) -> None:
    """Print a heading and its lines, folded to the width of a terminal; "none" if there are no lines."""
    from lt_proofs.report.views import words

    click.echo(f"\n{click.style(title, bold=True)}")
    for line in lines or [""]:
        click.echo(folded(words(line or "none")))


def folded(text: str) -> str:
    """Return a line with two blanks before it; on a terminal it is folded, elsewhere left whole for grep."""
    if not sys.stdout.isatty():
        return f"  {text}"
    width = max(40, shutil.get_terminal_size().columns)
    return textwrap.fill(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def step_words(step: dict[str, Any], statement: str) -> str:
    """Return a step in one line; the last step does not repeat the statement."""
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
    """Return a planted error in one line, with the counterexample that refutes it."""
    caught = f": {plant['caught']}" if plant["caught"] is not None else ""
    return f"{plant['verdict']:<9}  {plant['change']}{caught}"
