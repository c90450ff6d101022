"""Display claims, checked claims, tickets and campaigns in a notebook: ``%load_ext lt_proofs.report.notebook``.

Sentences and MathML are those of the report, and every text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from lt_proofs.campaigns.intervals import shown
from lt_proofs.campaigns.run import Outcome
from lt_proofs.exact.rational import decimal_text, rational_text
from lt_proofs.networks.ticket import Ticket
from lt_proofs.proof.claims import CheckedClaim
from lt_proofs.proof.decision import Decision
from lt_proofs.report.drawing import svg
from lt_proofs.report.mathml import mathml
from lt_proofs.report.pictures import outcome_picture, ticket_picture
from lt_proofs.report.signs import words
from lt_proofs.report.statement import statement_facts
from lt_proofs.terms import Judgement
from lt_proofs.theory.claim import Claim

TICKET_COLUMNS = ("matrix", "size", "kept", "of")
# the report's colours, for pictures in a page with a style of its own
NOTEBOOK_STYLE = (
    ".plot{max-width:40rem;font:13px sans-serif}.plot .grid{stroke:#d3d9df;fill:none}"
    ".plot .line{stroke:#0a58a6;stroke-width:2;fill:none}.plot .area{fill:#0a58a6;fill-opacity:.35;stroke:#0a58a6}"
    ".plot .symbol{fill:#0a58a6}"
)


def load_ipython_extension(_shell: Any) -> None:
    """Give the project's classes their HTML representation; IPython calls this for ``%load_ext``."""
    for kind, represent in REPRESENTED.items():
        setattr(kind, "_repr_html_", represent)  # noqa: B010 - the classes themselves must not depend on HTML


def statement_html(judgement: Judgement) -> Markup:
    """Render a judgement: its sentence with formulas as MathML, and its conclusion as a displayed formula."""
    found = statement_facts(judgement)
    # every text goes through escape or format, which escapes its arguments
    pieces = [mathml(p["tex"]) if "tex" in p else escape(words(p["words"])) for p in found["pieces"]]
    display = mathml(found["conclusion"], block=True) if found["conclusion"] is not None else Markup("")
    return Markup("<p>{}</p>{}").format(Markup("").join(pieces), display)


def claim_html(claim: Claim) -> str:
    """Render a claim of record: its statement and the idea of its proof; a verdict is given by ``check`` only."""
    head = Markup("<h3>{}: {}</h3>").format(claim.id, claim.title)
    proof = Markup("<p><strong>Proof.</strong> {}</p>").format(words(claim.proof))
    rests = Markup("<p><strong>Rests on.</strong> {}</p>").format(", ".join(claim.premises) or "no other claim")
    return str(head + statement_html(claim.judgement) + proof + rests)


def checked_html(checked: CheckedClaim) -> str:
    """Render a claim that was checked, with verdict, tier, axioms and planted errors."""
    verdict = Markup("<p><strong>{}</strong> ({})</p>").format(checked.verdict.value, checked.tier.value)
    axioms = Markup("<p><strong>Axioms.</strong> {}</p>").format("; ".join(checked.axioms) or "none")
    rows = [
        [plant.change, outcome.verdict.value]
        for plant, outcome in zip(checked.claim.plants, checked.plants, strict=True)
    ]
    return claim_html(checked.claim) + str(verdict + axioms + table_html(("planted error", "verdict"), rows))


def decision_html(decision: Decision) -> str:
    """Render the result of ``prove``: statement, verdict, and the counterexample or where the search stopped."""
    point = ", ".join(f"{name} = {value}" for name, value in (decision.counterexample or {}).items())
    found = f" at {point}" if point else f": {decision.reason}" if decision.reason else ""
    return str(
        statement_html(decision.judgement)
        + Markup("<p><strong>{}</strong>{}</p>").format(decision.verdict.value, found)
    )


def outcome_html(outcome: Outcome) -> str:
    """Render a campaign: for each n the successes and the confidence interval of their probability."""
    rows = [[str(row.n), str(row.successes), shown(row.low), shown(row.high)] for row in outcome.rows]
    level = Markup("<p>{} trials; simultaneous confidence level {} of all intervals ({}); evidence, not proof</p>")
    about = level.format(outcome.trials, rational_text(outcome.level), outcome.method)
    drawn = picture_html(outcome_picture(outcome))
    return str(about + drawn + table_html(("n", "successes", "from", "to"), rows))


def ticket_html(ticket: Ticket) -> str:
    """Render a ticket: how many entries of each random matrix are kept."""
    rows = [
        [str(number), f"{mask.shape[0]} x {mask.shape[1]}", str(int(mask.sum())), str(mask.size)]
        for number, mask in sorted(ticket.masks.items())
    ]
    constant = "; a constant input 1 is appended inside" if ticket.constant_input else ""
    about = Markup("<p>{} inputs, {} outputs{}; the outputs of the masked network are multiplied by 2^{}</p>")
    shown = about.format(ticket.inputs, ticket.outputs, constant, ticket.scale)
    bound = Markup("<p>error at most {}, in Euclidean norm, on {}</p>")
    certified = bound.format(decimal_text(ticket.error_bound, 6, up=True), ticket.domain)
    return str(shown + certified + picture_html(ticket_picture(ticket)) + table_html(TICKET_COLUMNS, rows))


def picture_html(facts: dict[str, Any]) -> Markup:
    """Render a plot as SVG with the colours of the report, which a notebook does not have otherwise."""
    return Markup("<style>{}</style>{}").format(Markup(NOTEBOOK_STYLE), svg(facts))


def table_html(columns: tuple[str, ...], rows: list[list[str]]) -> Markup:
    """Render a table with escaped cells."""
    head = Markup("").join(Markup("<th scope=col>{}</th>").format(column) for column in columns)
    lines = [Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row) for row in rows]
    body = Markup("").join(Markup("<tr>{}</tr>").format(line) for line in lines)
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


REPRESENTED: dict[type, Callable[[Any], str]] = {
    Claim: claim_html,
    CheckedClaim: checked_html,
    Judgement: lambda judgement: str(statement_html(judgement)),
    Decision: decision_html,
    Outcome: outcome_html,
    Ticket: ticket_html,
}
