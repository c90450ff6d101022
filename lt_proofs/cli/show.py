"""``lt-proofs show``: one claim in full, or the list of them."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.completion import claim_ids
from lt_proofs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from lt_proofs.coq.statements import Statement

COLOURS = {"PROVED": "green", "REFUTED": "red", "UNDECIDED": "yellow"}


@click.command("show")
@click.argument("name", required=False, metavar="[ID]", shell_complete=claim_ids)
@json_option
def command(name: str | None, as_json: bool) -> int:
    """Show a claim: statement, proof in English, place in the paper, what it rests on; without ID list the claims.

    The statements that Coq's kernel has checked are listed after the claims, and shown in the same way.
    """
    from lt_proofs.coq.statements import find_statement, statements
    from lt_proofs.theory.record import CLAIMS, find

    if name is None:
        formal = [{"id": s.id, "title": s.title, "theorem": s.theorem} for s in statements()]
        if as_json:
            claims = [{"id": c.id, "title": c.title, "premises": list(c.premises)} for c in CLAIMS]
            print_json({"claims": claims, "kernel-checked": formal})
        else:
            print_list([(c.id, c.title, ", ".join(c.premises)) for c in CLAIMS])
            heading("Kernel-checked statements, for weights on a grid (formal/statements.v)")
            print_list([(row["id"], row["title"], "") for row in formal])
        return 0
    statement = find_statement(name)
    if statement is not None:
        show_statement(statement, as_json)
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


def show_statement(statement: Statement, as_json: bool) -> None:
    """Print a statement of formal/ in words and in Coq; Coq is not asked, so nothing is claimed to be checked here."""
    again = [f"lt-proofs check {statement.id}"]
    if as_json:
        facts = {"id": statement.id, "title": statement.title, "statement": statement.words}
        print_json({**facts, "theorem": statement.theorem, "coq": statement.coq, "axioms": [], "again": again})
        return
    click.echo(click.style(f"{statement.id}: {statement.title}", bold=True))
    click.echo(f"To be kernel-checked: proved in Coq as {statement.theorem}, for weights on a grid")
    section("Statement", sentences(statement.words))
    heading("Statement in Coq")
    click.echo("\n".join(f"  {line}" for line in statement.coq.splitlines()))
    section("Have Coq's kernel check it here", again)


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
    if facts["kernel"] is not None:
        twin = facts["kernel"]
        section("Also kernel-checked, for weights on a grid", [f"as {twin['theorem']}: {twin['of']}"])
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
    from lt_proofs.report.signs import words

    heading(title)
    for line in lines or [""]:
        click.echo(folded(words(line or "none")))


def heading(title: str) -> None:
    """Print the heading of a section."""
    click.echo(f"\n{click.style(title, bold=True)}")


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
