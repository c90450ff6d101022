"""A tree of evidence in English: one line for each node, its branches indented below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lt_proofs.proof.inequality import ordered
from lt_proofs.terms import Judgement
from lt_proofs.terms.judgement import decode_term
from lt_proofs.terms.tree import plain

MAX_TEXT = 160
Row = tuple[str, list[Any]]
"""What a node says, and its branches."""


def explained(judgement: Judgement, evidence: Any) -> list[str]:
    """The proof of an inequality judgement, from the evidence of its certificate, as indented lines."""
    sign, left, right = ordered(judgement["conclusion"])
    if evidence[0] == "both":
        lines = [f"Both {text(right - left)} >= 0 and the opposite are shown."]
        return [*lines, *(line for branch in evidence[1:] for line in indented(branch))]
    return [f"To show: {text(right - left)} {'>' if sign == '<' else '>='} 0.", *indented(evidence)]


def indented(evidence: Any, depth: int = 1) -> Iterator[str]:
    """The lines of one node and its branches."""
    said, branches = NODES[evidence[0]](*evidence[1:])
    yield "  " * depth + said
    for branch in branches:
        if isinstance(branch, str):
            yield "  " * (depth + 1) + branch
        elif branch is not None:
            yield from indented(branch, depth + 1)


def text(term: Any) -> str:
    """A term, given as a term or as a certificate writes it, shortened."""
    whole = plain(decode_term(term) if isinstance(term, str | list) else term)
    return whole if len(whole) <= MAX_TEXT else whole[: MAX_TEXT - 2] + " …"


def _defined(rows: Any, tree: Any) -> Row:
    return "It is defined on the box:", [*(row[2] for row in rows), "Its sign:", tree]


def _product(rows: Any) -> Row:
    branches: list[Any] = []
    for factor, exponent, sign, evidence in rows:
        said = (
            "an even power" if sign == 0 else f"{'positive' if sign > 0 else 'negative'} or zero, as its evidence says"
        )
        branches += [f"factor ({text(factor)})^{exponent}: {said}", evidence]
    return "It is a product of factors of known sign.", branches


def _sum(rows: Any) -> Row:
    return "It is a sum of terms, none of them negative.", [x for term, tree in rows for x in (f"{text(term)}:", tree)]


def _change(name: str, there: Any, back: Any, ends: Any, tree: Any) -> Row:
    held = f"{name} is {text(back)} of a new variable in {ends[0]}{ends[1]}, {ends[2]}{ends[3]}, namely {text(there)}."
    return held, [ends[4], ends[5], tree]


def _abstract(part: Any, name: str, ends: Any, tree: Any) -> Row:
    return f"Write {name} for {text(part)}, which lies in {ends[0]}{ends[1]}, {ends[2]}{ends[3]}.", [
        ends[4],
        ends[5],
        tree,
    ]


def _taylor(tree: Any) -> Row:
    orders = leaves(tree)
    boxes = "the box" if len(orders) == 1 else f"{len(orders)} boxes"
    return f"Taylor's formula shows the sign on {boxes}, with at most {max(orders)} coefficients.", []


def leaves(tree: Any) -> list[int]:
    """The numbers at the leaves of a tree of halvings."""
    return [tree] if isinstance(tree, int) else [x for branch in tree[1:] for x in leaves(branch)]


def _touch(name: str, order: int, zeros: int, side: int) -> Row:
    end = "lower" if side > 0 else "upper"
    return (
        f"At the {end} end of {name} {zeros} Taylor coefficients vanish; the others of {order} decide the sign.",
        [],
    )


def _slope(up: bool) -> Callable[..., Row]:
    def said(name: str, evidence: Any, face: Any) -> Row:
        way, end = ("rises", "lower") if up else ("falls", "upper")
        return f"It {way} in {name}, so its {end} end is looked at.", ["The slope:", evidence, f"The {end} end:", face]

    return said


NODES: dict[str, Callable[..., Row]] = {
    "defined": _defined,
    "interval": lambda _: ("The interval of the term says it.", []),
    "given": lambda: ("A hypothesis leaves out this side.", []),
    "empty": lambda number: (f"Hypothesis {number + 1} holds nowhere on the box.", []),
    "halves": lambda name, at, *sides: (f"Cut {name} at {text(at)}.", list(sides)),
    "curve": lambda name, at, *sides: (f"Cut the box along {name} = {text(at)}.", list(sides)),
    "order": lambda x, y, *sides: (f"Either {x} >= {y} or {y} >= {x}.", list(sides)),
    "inside": lambda name, tree: (f"By continuity the inside of the range of {name} is enough.", [tree]),
    "rise": _slope(True),
    "fall": _slope(False),
    "concave": lambda name, bend, *ends: (f"It is concave in {name}, so both ends are looked at.", [bend, *ends]),
    "zero": lambda: ("It is identically zero.", []),
    "bernstein": lambda _: (
        "No Bernstein coefficient of the polynomial is negative, on boxes if it was halved.",
        [],
    ),
    "like": lambda term, tree: (f"It equals {text(term)}.", [tree]),
    "product": _product,
    "square": lambda b, _, *trees: (f"It is b - a with b >= 0 and b^2 >= a^2, b = {text(b)}.", list(trees)),
    "logs": lambda _, a, first, gap, tree: (f"By logarithms: {text(a)} > 0 and {text(gap)} >= 0.", [first, tree]),
    "replace": lambda old, new, *trees: (f"{text(old)} is {text(new)} there.", list(trees)),
    "either": lambda old, *trees: (f"Whichever value {text(old)} has:", list(trees)),
    "sum": _sum,
    "invert": lambda name, tree: (f"{name} is a constant plus 1/s with s in (0, 1].", [tree]),
    "period": lambda name, tree: (f"It has the period 2 pi in {name}; one period is enough.", [tree]),
    "change": _change,
    "abstract": _abstract,
    "taylor": _taylor,
    "touch": _touch,
}
"""What each node of evidence says (Mathematics, chapter 6)."""
