"""Judgements in English: sentences made of words and formulas, so that each view renders the formulas its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Union

from lt_proofs.terms.judgement import Domain, Judgement
from lt_proofs.terms.prose_lower import LOWER
from lt_proofs.terms.tree import Apply, Relation, Symbol, Term, plain

Piece = Union[str, Term, Relation, Domain]  # noqa: UP007 - a name for the reader
Sentence = list[Piece]


def sentence(judgement: Judgement) -> Sentence:
    """The statement as a list of words and formulas."""
    return SENTENCES[judgement.form](judgement)


def plain_sentence(judgement: Judgement) -> str:
    """The statement as plain text.

    >>> from lt_proofs.terms import parse_domain, parse_relation
    >>> plain_sentence(Judgement.of("inequality", domain=parse_domain("v in [0, 1]"), hypotheses=(),
    ...     conclusion=parse_relation("v*(1-v) <= 1/4")))
    'For all v in [0, 1]: v*(1 - v) <= 1/4.'
    """
    return "".join(piece_text(piece) for piece in sentence(judgement))


def piece_text(piece: Piece) -> str:
    """One piece as plain text."""
    return plain(piece) if isinstance(piece, Term) else str(piece)


def _given(hypotheses: tuple[Relation, ...]) -> Sentence:
    words: Sentence = []
    for place, hypothesis in enumerate(hypotheses):
        words += [" with " if place == 0 else " and ", hypothesis]
    return words


def _list(items: tuple[Any, ...]) -> Sentence:
    words: Sentence = []
    for place, item in enumerate(items):
        words += ([", "] if place else []) + [item if isinstance(item, Term) else str(item)]
    return words


def _inequality(j: Judgement) -> Sentence:
    place: Sentence = ["For all ", j["domain"], *_given(j["hypotheses"]), ": "] if j["domain"].ranges else []
    return [*place, j["conclusion"], "."]


def _lattice(j: Judgement) -> Sentence:
    return [
        f"Colour two rows of {len(j['weights'])} cells of weights ", *_list(j["weights"]),
        " in any way. Among the pairs (i, j) of cells of different colour, i in the first row and j in the second, "
        f"those with -{j['reach']} <= i - j <= {j['reach'] - 1} have a sum of w_i w_j/(w_i + w_j) of at least ",
        j["share"], " times the sum of w_i w_j over all of them.",
    ]  # fmt: skip


def _grid_cut(j: Judgement) -> Sentence:
    return [
        "For every set of a of the M points of a grid, M in {", *_list(j["points"]), "}, and every radius r in {",
        *_list(j["radii"]), "}", *_given(j["hypotheses"]), ": at least ", j["bound"],
        " pairs of a point of the set and a point outside it are at most r apart.",
    ]  # fmt: skip


def _cut(j: Judgement) -> Sentence:
    return [
        "For every measurable set A of measure a inside [0, ", j["length"], "], ", j["domain"],
        *_given(j["hypotheses"]), ": the pairs of a point of A and a point of the rest that are at most ",
        j["radius"], " apart have measure at least ", j["bound"], ".",
    ]  # fmt: skip


def _contraction(j: Judgement) -> Sentence:
    v, tops = Symbol(j["variable"]), j["ceilings"]
    top = Apply("min", tops) if len(tops) > 1 else tops[0]
    return [
        "For all ", j["domain"], " and every random V with ", v, " <= V <= ", top, " and mean E V >= ",
        v + j["drift"], ": with g(", v, ") = ", j["potential"], ", E g(V) <= (", j["factor"], ") g(", v, ").",
    ]  # fmt: skip


SENTENCES: dict[str, Callable[[Judgement], Sentence]] = {
    "inequality": _inequality,
    "lattice": _lattice,
    "grid-cut": _grid_cut,
    "cut": _cut,
    "contraction": _contraction,
    **LOWER,
}
