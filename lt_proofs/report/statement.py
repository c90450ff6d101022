"""A judgement for the page: its sentence in pieces, and the conclusion as one displayed formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lt_proofs.terms import Judgement, Symbol
from lt_proofs.terms.prose import piece_text, plain_sentence, sentence
from lt_proofs.terms.tex import tex


def statement_facts(judgement: Judgement) -> dict[str, Any]:
    """The statement as plain text, as pieces of words and formulas, and its conclusion in TeX (or None)."""
    pieces = [
        {"words": piece} if isinstance(piece, str) else {"plain": piece_text(piece), "tex": tex(piece)}
        for piece in sentence(judgement)
        if piece != ""
    ]
    displayed = DISPLAYED.get(judgement.form)
    return {
        "text": plain_sentence(judgement),
        "pieces": pieces,
        "conclusion": displayed(judgement) if displayed is not None else None,
    }


def _inequality(j: Judgement) -> str:
    return tex(j["conclusion"])


def _lattice(j: Judgement) -> str:
    near = rf"-{j['reach']} \le i - j \le {j['reach'] - 1}"
    term = r"\frac{w_{i} w_{j}}{w_{i} + w_{j}}"
    return rf"\sum_{{{near}}} {term} \ge {tex(j['share'])} \sum_{{i,\ j}} w_{{i}} w_{{j}}"


def _pairs(radius: str, bound: str, size: str) -> str:
    pairs = rf"(y,\ z) \in A \times A^{{c}} \mid \left|y - z\right| \le {radius}"
    return rf"{size}\left\{{{pairs}\right\}} \ge {bound}"


def _grid_cut(j: Judgement) -> str:
    radius = tex(j["radii"][0]) if len(j["radii"]) == 1 else "r"
    return _pairs(radius, tex(j["bound"]), r"\operatorname{number}")


def _cut(j: Judgement) -> str:
    return _pairs(tex(j["radius"]), tex(j["bound"]), r"\operatorname{area}")


def _contraction(j: Judgement) -> str:
    v = tex(Symbol(j["variable"]))
    factor = rf"\left({tex(j['factor'])}\right)"
    return rf"\operatorname{{E}} g(V) \le {factor}\, g({v}), \quad g({v}) = {tex(j['potential'])}"


# forms without an entry are shown by their sentence alone
DISPLAYED: dict[str, Callable[[Judgement], str]] = {
    "inequality": _inequality,
    "lattice": _lattice,
    "grid-cut": _grid_cut,
    "cut": _cut,
    "contraction": _contraction,
}
