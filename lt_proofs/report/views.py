"""Render report.json as an HTML page, as Markdown, and as lines for a terminal."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from lt_proofs.report.dependencies import chain_svg
from lt_proofs.report.drawing import svg
from lt_proofs.report.mathml import mathml

# ASCII spellings in the facts and the signs that a reader sees
SIGNS = {"<=": "≤", ">=": "≥", "kappa": "κ", "eps": "ε", "delta": "δ", "->": "→", " - ": " − "}
SIGN = re.compile(r"<=|>=|->|\bkappa\b|\beps\b|\bdelta\b|(?<=[\w)]) - (?=[\w(])")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


class Raw(str):
    """Markdown that is not to be escaped."""

    __slots__ = ()


def html(facts: dict[str, Any]) -> str:
    """Return the page: one self-contained file whose content-security policy allows only its own style sheet."""
    page = Environment(
        loader=FunctionLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters |= {"words": words, "formula": mathml, "capitalize_first": capitalized, "drawing": svg}
    page.filters |= {"chain": chain_svg, "counting": counting}
    # the policy allows the style sheet by its hash, so even a value that escaped escaping could load or run nothing
    style = template("style.css")
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return page.get_template("report.html.j2").render(report=facts, style=Markup(style), style_hash=allowed) + "\n"


def markdown(facts: dict[str, Any]) -> str:
    """Return the facts as Markdown; every value is escaped unless a filter has made it code or a formula."""
    # Markdown has no automatic escaping, so every value passes through ``escaped`` unless a filter made it Raw
    text = Environment(
        loader=FunctionLoader(template),
        autoescape=False,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text.filters |= {"words": words, "code": code, "tex": tex_block, "commands": commands, "raw": Raw}
    text.filters |= {"capitalize_first": capitalized, "counting": counting, "numbers": plot_table, "rows": table}
    return text.get_template("report.md.j2").render(report=facts) + "\n"


def terminal(facts: dict[str, Any]) -> list[str]:
    """Return the verdicts and main numbers as lines of text."""
    network, counts = facts["network"], facts["counts"]
    plants, tiers = counts["plants"], counts["tiers"]
    lines = [
        f"{claim['verdict']:<9}  {claim['id']:<22} {claim['title']} ({claim['tier']}; "
        f"{claim['planted']['refuted']} of {claim['planted']['all']} planted errors refuted)"
        for claim in facts["claims"]
    ]
    accuracy = network["accuracy"]
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
        f"{network['certificate']['state']:<9}  {network['name']:<22} {network['solved']} of {network['weights']} "
        f"weights within {network['eps']}; outputs of target and ticket (factor {network['factor']}) differ by at most "
        f"{network['error_bound']['at_most']} in Euclidean norm on the {network['domain']}",
        f"{'measured':<9}  {'':<22} the ticket classifies {accuracy['ticket']} of {accuracy['images']} test images "
        f"correctly, the target {accuracy['target']}",
        f"{'Coq':<9}  {'':<22} {facts['run']['kernel']}",
        f"{facts['verdict']}: {counts['claims']} claims, {tiers['proved']} proved, {tiers['exhaustive']} exhaustive, "
        f"{counts['invalid']} certificates invalid; planted errors: "
        f"{plants['refuted']} refuted, {plants['undecided']} undecided, {plants['proved']} proved",
    ]


def words(text: str) -> str:
    """Replace the ASCII spellings of signs and Greek letters in prose by the signs themselves.

    >>> words("0 <= v and 1 - kappa/2")
    '0 ≤ v and 1 − κ/2'
    """
    return SIGN.sub(lambda found: SIGNS[found.group()], text)


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
