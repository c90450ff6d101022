"""The views of report.json: a page, a Markdown text, and the lines for a terminal."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from lt_proofs.report.chain import chain_svg
from lt_proofs.report.drawing import svg
from lt_proofs.report.mathml import mathml

SIGNS = {"<=": "≤", ">=": "≥", "kappa": "κ", "eps": "ε", "delta": "δ", "->": "→", " - ": " − "}
SIGN = re.compile(r"<=|>=|->|\bkappa\b|\beps\b|\bdelta\b|(?<=[\w)]) - (?=[\w(])")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


class Raw(str):
    """Markdown that is meant as it stands."""

    __slots__ = ()


def html(facts: dict[str, Any]) -> str:
    """The page: one self-contained file whose content-security policy allows nothing but its own style."""
    page = Environment(
        loader=FunctionLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters |= {"words": words, "formula": mathml, "capitalize_first": capitalized, "drawing": svg}
    page.filters["chain"] = chain_svg
    style = template("style.css")
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return page.get_template("report.html.j2").render(report=facts, style=Markup(style), style_hash=allowed) + "\n"


def markdown(facts: dict[str, Any]) -> str:
    """The same facts as Markdown; every value is escaped unless a filter made it code or a formula."""
    text = Environment(
        loader=FunctionLoader(template),
        autoescape=False,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text.filters |= {"words": words, "code": code, "tex": tex_block, "commands": commands, "raw": Raw}
    text.filters |= {"capitalize_first": capitalized, "numbers": plot_table, "rows": table}
    return text.get_template("report.md.j2").render(report=facts) + "\n"


def terminal(facts: dict[str, Any]) -> list[str]:
    """The front page in lines."""
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
        f"{'measured':<9}  {'':<22} {accuracy['ticket']} of {accuracy['images']} test images right by the ticket, "
        f"{accuracy['target']} by the target",
        f"{facts['verdict']}: {counts['claims']} claims, {tiers['proved']} proved, {tiers['exhaustive']} exhaustive, "
        f"{counts['invalid']} certificates invalid; planted errors: "
        f"{plants['refuted']} refuted, {plants['undecided']} undecided, {plants['proved']} proved",
    ]


def words(text: str) -> str:
    """Prose with its signs as a reader writes them.

    >>> words("0 <= v and 1 - kappa/2")
    '0 ≤ v and 1 − κ/2'
    """
    return SIGN.sub(lambda found: SIGNS[found.group()], text)


def escaped(value: Any) -> Any:
    r"""A value with everything that Markdown or HTML would read as markup disarmed.

    >>> escaped("<b>_x_</b>")
    '\\<b\\>\\_x\\_\\</b\\>'
    """
    return value if isinstance(value, Raw) else SPECIAL.sub(r"\\\1", re.sub(r"\s*[\r\n]\s*", " ", str(value)))


def code(text: str) -> Raw:
    """A code span, on one line and with enough backticks around it; a lone number or name stays plain.

    >>> code("a*(2 - a)"), code("a")
    ('`a*(2 - a)`', 'a')
    """
    line = " ".join(text.split())
    if line.isalnum():
        return Raw(line)
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    # a bar would end the cell of a table, in code too
    return Raw(f"{fence}{pad}{line}{pad}{fence}".replace("|", r"\|"))


def capitalized(text: str) -> str:
    """The text with a capital letter in front and nothing else changed."""
    return text[:1].upper() + text[1:]


def plot_table(plot: dict[str, Any]) -> Raw:
    """A plot as its title, what it says and its numbers."""
    says = escaped(words(plot["says"]))
    return Raw(f"### {escaped(plot['title'])}\n\n{says}\n\n{table(plot)}")


def table(facts: dict[str, Any]) -> Raw:
    """Columns and rows as a table."""
    head = "| " + " | ".join(escaped(column) for column in facts["columns"]) + " |"
    lines = ["| " + " | ".join(escaped(_cell(value)) for value in row) + " |" for row in facts["rows"]]
    name = facts.get("name")
    title = [f"{escaped(name)}:", ""] if name else []
    return Raw("\n".join([*title, head, "|" + "---|" * len(facts["columns"]), *lines]))


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else " ∪ ".join(f"[{low}, {high}]" for low, high in value)


def tex_block(text: str) -> Raw:
    """A displayed formula."""
    return Raw(f"```math\n{text}\n```")


def commands(lines: list[str]) -> Raw:
    """A block of commands."""
    return Raw("\n".join(["```sh", *(" ".join(line.split()) for line in lines), "```"]))


def template(name: str) -> str:
    """The text of a file among the templates."""
    return files("lt_proofs.report").joinpath("templates", name).read_text("utf-8")
