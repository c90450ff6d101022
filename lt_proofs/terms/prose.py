"""Judgements in English from the templates of forms.json, in pieces: each view renders the formulas in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from operator import add, mul, sub, truediv
from string import Template
from typing import Any, Union

from lt_proofs.terms.forms import CHOICES, FORMS, TABLE
from lt_proofs.terms.judgement import Domain, Judgement, Law, decode_term
from lt_proofs.terms.tree import Apply, Number, Relation, Symbol, Term, number, plain, substitute

Piece = Union[str, Term, Relation, Domain]  # noqa: UP007 - a name for the reader
Sentence = list[Piece]
Parts = dict[str, Sentence]
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv}


def sentence(judgement: Judgement) -> Sentence:
    """The statement as a list of words and formulas."""
    said = filled(" ".join(TABLE["forms"][judgement.form]["says"]), parts_of(judgement))
    first = str(said[0])
    return [first[:1].upper() + first[1:], *said[1:]]


def plain_sentence(judgement: Judgement) -> str:
    """The statement as plain text, word for word what the checker prints of it.

    >>> from lt_proofs.terms import parse_domain, parse_relation
    >>> plain_sentence(Judgement.of("inequality", domain=parse_domain("v in [0, 1]"), hypotheses=(),
    ...     conclusion=parse_relation("v*(1-v) <= 1/4")))
    'For all v in [0, 1]: both sides are defined and v*(1 - v) <= 1/4.'
    """
    return "".join(piece_text(piece) for piece in sentence(judgement))


def piece_text(piece: Piece) -> str:
    """One piece as plain text; log is written ln, for it is the natural logarithm."""
    if isinstance(piece, str):
        return piece
    # a number alone needs no brackets
    text = str(piece.value) if isinstance(piece, Number) else plain(piece) if isinstance(piece, Term) else repr(piece)
    return re.sub(r"\blog\(", "ln(", text)


def filled(template: str, parts: Mapping[str, Sentence]) -> Sentence:
    """A template in pieces, its names replaced by their parts; adjacent words are one piece."""
    pieces: Sentence = []
    last = 0
    for match in Template.pattern.finditer(template):
        pieces += [template[last : match.start()], *parts[match["named"] or match["braced"]]]
        last = match.end()
    return joined([*pieces, template[last:]])


def joined(pieces: Iterable[Piece]) -> Sentence:
    """The pieces with adjacent words joined and empty ones left out."""
    kept: Sentence = []
    for piece in pieces:
        if isinstance(piece, str) and kept and isinstance(kept[-1], str):
            kept[-1] += piece
        elif piece != "":
            kept.append(piece)
    return kept


def parts_of(judgement: Judgement) -> Parts:
    """What the names in the templates of a form stand for."""
    row, fields = TABLE["forms"][judgement.form], FORMS[judgement.form]
    parts = {field: SPOKEN[kind](judgement[field]) for field, kind in fields.items()}
    terms = values_of(judgement)
    parts |= {f"{field}_count": [str(len(judgement[field]))] for field, kind in fields.items() if kind == "terms"}
    parts |= law_parts(judgement["law"]) if "law" in fields else {}
    parts |= range_parts(judgement) | derived(row, terms)
    for field, letter in row.get("named", {}).items():
        # "l layers" where the number of layers is l itself, "l layers, l = 2," where it is not
        known = judgement[field] == Symbol(letter)
        parts[f"{field}_is"] = [] if known else [f", {letter} = ", judgement[field], ","]
    for part, choice in row.get("once", {}).items():  # what is the same for two fields is said once
        same = "same" if judgement[choice["of"][0]] == judgement[choice["of"][1]] else "each"
        parts[part] = filled(choice[same], parts)
    return parts


def values_of(judgement: Judgement) -> dict[str, Term]:
    """The terms that derived terms are made of: FIELD for each field, and FIELD_k for the items of a list."""
    terms: dict[str, Term] = {}
    for field, kind in FORMS[judgement.form].items():
        value = judgement[field]
        if kind in ("term", "name"):
            terms[field] = Symbol(value) if kind == "name" else value
        elif kind == "terms":
            terms |= {f"{field}_{place}": item for place, item in enumerate(value)}
    return terms


def range_parts(judgement: Judgement) -> Parts:
    """Where a judgement holds: `place` at its beginning, or `given` and `shape` where a template says it later."""
    row, fields = TABLE["forms"][judgement.form], FORMS[judgement.form]
    ranges = judgement["domain"].ranges if "domain" in fields else ()
    hypotheses = between(judgement["hypotheses"], " and ") if "hypotheses" in fields else []
    # a number that two fields share is named once
    whole = list(dict.fromkeys(judgement[field] for field in row.get("whole", ())))
    apart = [judgement[field] for field in row.get("apart", ())]
    counted = Domain(tuple(r for r in ranges if Symbol(r.name) in whole))
    others = Domain(tuple(r for r in ranges if Symbol(r.name) not in (*whole, *apart)))
    groups: list[Sentence] = [["whole numbers ", counted]] if counted.ranges else []
    groups += [[others]] if others.ranges else []
    place: Sentence = ["for all ", *(piece for k, g in enumerate(groups) for piece in ([" and all "] * (k > 0) + g))]
    place = place if groups else []
    place += [p for item in whole if isinstance(item, Apply) for p in (" for which ", item, " is a whole number")]
    given: Sentence = [" with ", *hypotheses] if hypotheses else []
    parts: Parts = {"given": given}
    if apart:
        shape = Domain(tuple(r for r in ranges if Symbol(r.name) in apart))
        parts = {"shape": [shape, *([" and ", *hypotheses] if hypotheses else [])]}
        given = []
    place = [*place, *given] if place else ["if ", *given[1:]] if given else []
    return {**parts, "place": joined([*place, ": "]) if place else []}


def derived(row: Mapping[str, Any], values: Mapping[str, Term]) -> Parts:
    """The terms that a row of the table derives from values, simplified."""
    return {name: [folded(substitute(decode_term(data), values))] for name, data in row.get("terms", {}).items()}


def folded(term: Term) -> Term:
    """A term with its operations on numbers carried out."""
    if not isinstance(term, Apply):
        return term
    args = tuple(map(folded, term.args))
    values = [arg.value for arg in args if isinstance(arg, Number)]
    if term.head in ARITHMETIC and len(values) == len(args) and (term.head != "/" or values[1]):
        result, *rest = values if len(values) > 1 else [Fraction(0), *values]
        for value in rest:
            result = ARITHMETIC[term.head](result, value)
        return number(result)
    return Apply(term.head, args)


def law_parts(law: Law) -> Parts:
    """The law of one sample in words, and what it says of the `entries` of two random matrices."""
    row = TABLE["laws"][law.kind]
    values = dict(zip(row["numbers"], law.numbers, strict=True))
    parts: Parts = {name: [value] for name, value in values.items()} | derived(row, values)
    for name, text in row.get("grids", {}).items():  # a grid of step 0 is no grid
        parts[f"{name}_grid"] = [] if values[name] == number(0) else filled(text, parts)
    said = {"law": row["says"], "entries": row.get("entries", f"of the law of {row['says']}")}
    return {name: filled(text, parts) for name, text in said.items()}


def between(items: Iterable[Any], words: str = ", ") -> Sentence:
    """Items one after the other."""
    said = [item if isinstance(item, Term | Relation) else str(item) for item in items]
    return [piece for place, item in enumerate(said) for piece in ([words] * (place > 0) + [item])]


def _choice(words: Mapping[str, str]) -> Callable[[Any], Sentence]:
    return lambda word: [words[word]]


SPOKEN: dict[str, Callable[[Any], Sentence]] = {
    "term": lambda term: [term],
    "terms": between,
    "relation": lambda relation: [relation],
    "relations": lambda relations: between(relations, " and "),
    "domain": lambda domain: [domain],
    "integers": between,
    "integer": lambda value: [str(value)],
    "law": lambda law: [repr(law)],
    "name": lambda name: [Symbol(name)],
    **{kind: _choice(words) for kind, words in CHOICES.items()},
}
