r"""Find the formulas in prose: names and brackets with a subscript or a power, such as ``d_(i-1)^2``."""

from __future__ import annotations

import re
from dataclasses import dataclass

# what can have a subscript or a power: a short name, a number, or a bracket that ends here
BASE = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,2}(?![A-Za-z])|[α-ω]|[0-9]+|[)\]‖]")
SIMPLE = re.compile(r"[-+−]?(?:[A-Za-zα-ω](?![A-Za-z])|[0-9]+)")
NAMES = {"α": r"\alpha", "β": r"\beta", "δ": r"\delta", "ε": r"\varepsilon", "η": r"\eta", "κ": r"\kappa"}
NAMES |= {"σ": r"\sigma", "λ": r"\lambda", "τ": r"\tau", "‖": r"\|", "−": "-", "⁺": "^{+}", "⁻": "^{-}"}
NAMES |= {"·": r"\cdot ", "…": r"\ldots "}


@dataclass(frozen=True)
class InlineFormula:
    """A piece of prose that is set as a formula, in TeX."""

    tex: str


def formulas(text: str) -> list[str | InlineFormula]:
    r"""Split prose into words and formulas.

    >>> formulas("take d_(i-1)^2 units")
    ['take ', InlineFormula(tex='d_{i-1}^{2}'), ' units']
    """
    parts: list[str | InlineFormula] = []
    start = place = 0
    while place < len(text):
        base = BASE.match(text, place)
        end = base.end() if base else place + 1
        scripts, after = _scripts(text, end) if base else ("", end)
        if base and scripts:
            if text[start:place]:
                parts.append(text[start:place])
            parts.append(InlineFormula(_tex(base.group()) + scripts))
            start = after
        place = after
    return [*parts, text[start:]] if text[start:] else parts


def _scripts(text: str, place: int) -> tuple[str, int]:
    """Return the subscript and the power that stand at this place, in TeX, and the place behind them."""
    tex, seen = "", ""
    while place < len(text) and text[place] in "_^" and text[place] not in seen:
        inside, after = _argument(text, place + 1)
        if inside is None:
            break
        seen += text[place]
        tex += f"{text[place]}{{{inside}}}"
        place = after
    return tex, place


def _argument(text: str, place: int) -> tuple[str | None, int]:
    """Return a letter, a number or what is in brackets, in TeX; None if neither stands here."""
    if text[place : place + 1] == "(":
        depth, end = 1, place + 1
        while end < len(text) and depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        inside = text[place + 1 : end - 1]
        # only plain terms: whatever TeX reads as a command stays text
        return (None, place) if depth or not re.fullmatch(r"[\w\s+\-−*/().,^·|‖≥≤=]+", inside) else (_tex(inside), end)
    simple = SIMPLE.match(text, place)
    return (None, place) if simple is None else (_tex(simple.group()), simple.end())


def _tex(text: str) -> str:
    """Return a plain term in TeX, with the powers inside it."""
    return "".join(part.tex if isinstance(part, InlineFormula) else _signs(part) for part in formulas(text))


def _signs(text: str) -> str:
    return "".join(NAMES.get(sign, sign) for sign in text)
