"""Render report.json: a first page and a page for each claim, as HTML and Markdown, and lines for a terminal."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from lt_proofs.report.dependencies import chain_svg, proof_svg
from lt_proofs.report.drawing import svg
from lt_proofs.report.formulas import InlineFormula, formulas
from lt_proofs.report.mathml import mathml
from lt_proofs.report.sharp_picture import sharpness_svg
from lt_proofs.report.signs import words

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


class Raw(str):
    """Markdown that is not to be escaped."""

    __slots__ = ()


def views(facts: dict[str, Any]) -> dict[str, str]:
    """Return every page that is rendered from the facts, by its place in the folder of the report."""
    pages = {"report.html": html(facts), "report.md": markdown(facts)}
    for claim in facts["claims"]:
        pages[f"claims/{claim['id']}.html"] = html(facts, claim)
        pages[f"claims/{claim['id']}.md"] = markdown(facts, claim)
    return pages


def html(facts: dict[str, Any], claim: dict[str, Any] | None = None) -> str:
    """Return the first page, or that of a claim: a self-contained file.

    Its content-security policy allows only its own style sheet.
    """
    page = Environment(
        loader=FunctionLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters |= {"words": words, "formula": mathml, "prose": prose_html, "capitalize_first": capitalized}
    page.filters |= {"drawing": svg, "chain": chain_svg, "proof_of": proof_svg, "counting": counting}
    page.filters |= {"sharp": sharpness_svg}
    # the policy allows the style sheet by its hash, so even a value that escaped escaping could load or run nothing
    style = template("style.css")
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    given = {"report": facts, "style": Markup(style), "style_hash": allowed, **_places(claim, "html")}
    return page.get_template("report.html.j2" if claim is None else "claim.html.j2").render(given) + "\n"


def markdown(facts: dict[str, Any], claim: dict[str, Any] | None = None) -> str:
    """Return the first page or that of a claim as Markdown; values are escaped unless a filter makes them Raw."""
    # Markdown has no automatic escaping, so every value passes through ``escaped`` unless a filter made it Raw
    text = Environment(
        loader=FunctionLoader(template),
        autoescape=False,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text.filters |= {"words": words, "prose": prose_markdown, "code": code, "tex": tex_block, "commands": commands}
    text.filters |= {"raw": Raw, "capitalize_first": capitalized, "counting": counting}
    text.filters |= {"numbers": plot_table, "rows": table, "claims": partial(claim_links, claim is None)}
    name = "report.md.j2" if claim is None else "claim.md.j2"
    return text.get_template(name).render({"report": facts, **_places(claim, "md")}) + "\n"


def _places(claim: dict[str, Any] | None, kind: str) -> dict[str, Any]:
    """Return where a page finds the report's folder, the pages of claims and the first page."""
    if claim is None:
        return {"claim": None, "root": "", "claims_at": "claims/", "home": ""}
    return {"claim": claim, "root": "../", "claims_at": "", "home": f"../report.{kind}"}


def terminal(facts: dict[str, Any]) -> list[str]:
    """Return the verdicts and main numbers as lines of text."""
    counts = facts["counts"]
    plants, tiers = counts["plants"], counts["tiers"]
    lines = [
        f"{claim['verdict']:<9}  {claim['id']:<22} {claim['title']} ({claim['tier']}; "
        f"{claim['planted']['refuted']} of {claim['planted']['all']} planted errors refuted)"
        for claim in facts["claims"]
    ]
    lines += [
        f"{row['agreed']:<9}  {row['claim'] or 'certified chain':<22} {row['what']} at {', '.join(row['at'])}: "
        f"{row['claimed']}"
        for row in facts["bounds"]
    ]
    lines += [
        f"{'gap':<9}  {'':<22} {row['what']}: {row['necessary']} necessary, "
        f"{row['measured'] + ' measured, ' if row['measured'] else ''}{row['enough']} enough"
        for row in facts["sharpness"]
    ]
    return [
        *lines,
        *_ticket_lines(facts["network"]),
        *_ticket_lines(facts["images"]),
        f"{'Coq':<9}  {'':<22} {facts['run']['kernel']}",
        f"{facts['verdict']}: {counts['claims']} claims, {tiers['proved']} proved, {tiers['exhaustive']} exhaustive, "
        f"{counts['invalid']} certificates invalid; planted errors: "
        f"{plants['refuted']} refuted, {plants['undecided']} undecided, {plants['proved']} proved",
    ]


def _ticket_lines(network: dict[str, Any]) -> list[str]:
    """Return what is proved and what is measured of the ticket of a network."""
    accuracy, factor = network["accuracy"], f" (factor {network['factor']})" if "factor" in network else ""
    return [
        f"{network['certificate']['state']:<9}  {network['name']:<22} {network['solved']} of {network['weights']} "
        f"weights within {network['eps']}; outputs of target and ticket{factor} differ by at most "
        f"{network['error_bound']['at_most']} in Euclidean norm on {network['where']}",
        f"{'found':<9}  {'':<22} {network['found']['where']} a difference of {network['found']['at_least']}"
        + (f"; the bound is {network['ratio']} times as large" if network["ratio"] else ""),
        f"{'measured':<9}  {'':<22} the ticket classifies {accuracy['ticket']} of {accuracy['images']} test images "
        f"correctly, the target {accuracy['target']}",
    ]


def prose_html(text: str) -> Markup:
    """Return prose whose subscripts and powers are set as formulas, and everything else escaped."""
    parts = formulas(words(text))
    return Markup("").join(mathml(part.tex) if isinstance(part, InlineFormula) else escape(part) for part in parts)


def prose_markdown(text: str) -> Raw:
    """Return prose whose subscripts and powers are set as formulas, and everything else escaped."""
    parts = formulas(words(text))
    return Raw("".join(f"${part.tex}$" if isinstance(part, InlineFormula) else escaped(part) for part in parts))


def claim_links(first_page: bool, ids: list[str], otherwise: str) -> Raw:
    """Return links to the pages of claims, or other words if there are none."""
    place = "claims/" if first_page else ""
    return Raw(", ".join(f"[{escaped(name)}]({place}{name}.md)" for name in ids) or escaped(otherwise))


def escaped(value: Any) -> Any:
    r"""Escape everything in a value that Markdown or HTML would read as markup.

    >>> escaped("<b>_x_</b>")
    '\\<b\\>\\_x\\_\\</b\\>'
    """
    return value if isinstance(value, Raw) else SPECIAL.sub(r"\\\1", re.sub(r"\s*[\r\n]\s*", " ", str(value)))


def code(text: str) -> Raw:
    """Return a code span on one line, fenced by enough backticks; a single number or name stays plain.

    >>> code("a*(2 - a)"), code("a")
    ('`a*(2 - a)`', 'a')
    """
    line = " ".join(text.split())
    if line.isalnum():
        return Raw(line)
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    # a span ends at the first run of backticks of the length of its fence
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    # in a table a bar ends the cell, even inside a code span
    return Raw(f"{fence}{pad}{line}{pad}{fence}".replace("|", r"\|"))


def counting(number: int, noun: str) -> str:
    """The number with its noun, which a number other than 1 makes a plural.

    >>> counting(1, "step"), counting(12, "step")
    ('1 step', '12 steps')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def capitalized(text: str) -> str:
    """Return the text with its first letter capitalised and the rest unchanged."""
    return text[:1].upper() + text[1:]


def plot_table(plot: dict[str, Any]) -> Raw:
    """Return a plot in Markdown: its title, its description and its table."""
    says = escaped(words(plot["says"]))
    return Raw(f"### {escaped(plot['title'])}\n\n{says}\n\n{table(plot)}")


def table(facts: dict[str, Any]) -> Raw:
    """Return columns and rows as a Markdown table."""
    head = "| " + " | ".join(escaped(column) for column in facts["columns"]) + " |"
    lines = ["| " + " | ".join(escaped(_cell(value)) for value in row) + " |" for row in facts["rows"]]
    name = facts.get("name")
    title = [f"{escaped(name)}:", ""] if name else []
    return Raw("\n".join([*title, head, "|" + "---|" * len(facts["columns"]), *lines]))


def _cell(value: Any) -> str:
    """Write a cell: a text, or a union of intervals."""
    return value if isinstance(value, str) else " ∪ ".join(f"[{low}, {high}]" for low, high in value)


def tex_block(text: str) -> Raw:
    """Return a displayed formula in Markdown."""
    return Raw(f"```math\n{text}\n```")


def commands(lines: list[str]) -> Raw:
    """Return a fenced block of shell commands."""
    return Raw("\n".join(["```sh", *(" ".join(line.split()) for line in lines), "```"]))


def template(name: str) -> str:
    """Return the text of a template file."""
    return files("lt_proofs.report").joinpath("templates", name).read_text("utf-8")
