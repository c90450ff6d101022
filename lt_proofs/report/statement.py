"""A judgement for the report: its sentence in pieces, and its conclusion as a displayed formula."""

from __future__ import annotations

from typing import Any

from lt_proofs.report.displayed import displayed
from lt_proofs.terms import Domain, Judgement
from lt_proofs.terms.prose import Piece, piece_text, plain_sentence, sentence
from lt_proofs.terms.tex import tex


def statement_facts(judgement: Judgement) -> dict[str, Any]:
    """Return the statement as plain text, as pieces of words and formulas, and its conclusion in TeX or None."""
    pieces = [
        {"words": part} if isinstance(part, str) else {"plain": piece_text(part), "tex": tex(part)}
        for piece in sentence(judgement)
        for part in _parts(piece)
        if part != ""
    ]
    return {
        "text": plain_sentence(judgement),
        "pieces": pieces,
        "conclusion": displayed(judgement),
    }


def _parts(piece: Piece) -> list[Piece]:
    """Split a domain into its ranges, so that a line can break between them."""
    if not isinstance(piece, Domain) or len(piece.ranges) < 2:
        return [piece]
    first, *rest = piece.ranges
    return [Domain((first,)), *(part for r in rest for part in (", ", Domain((r,))))]
