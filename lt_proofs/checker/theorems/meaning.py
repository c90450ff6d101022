"""When a judgement says something: names have ranges, ranges have points, terms have values, tolerances are positive.

What plain intervals do not settle becomes an obligation, which the certificate proves like any other.  The domain of
an inequality is checked here as well; that its two sides are defined is a part of what an inequality says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise
from typing import Any

from errors import Malformed, Rejected
from inequalities.formulas import Formula, Relation, Statement, equal
from inequalities.goal import Goal, plainly
from inequalities.points import admissible, exact_point, holds
from inequalities.syntax import FORMS, TABLE, alike, closed, domain
from shapes import Comparison, Data, Judgement, Range, Term
from theorems.obligations import ZERO, about

# the names that the words of a form or law use for what they speak of
RESERVED = {key: row.get("reserves", "") for rows in (TABLE["forms"], TABLE["laws"]) for key, row in rows.items()}
# the names that a field of a form, or the number of a law, binds, each with its range
BOUND = {kind: domain(row["binds"]) for kind, row in TABLE["laws"].items() if "binds" in row}
BOUND |= {
    (form, field): domain(ranges)
    for form, row in TABLE["forms"].items()
    for field, ranges in row.get("binds", {}).items()
}
# what the words of a form or law take for granted of its fields or numbers
ASSUMED = {
    "positive": lambda x: 0 < x,
    "not_negative": lambda x: 0 <= x,
    "from_one": lambda x: 1 <= x,
    "at_most_one": lambda x: x <= 1,
    "below_one": lambda x: x < 1,
}


def meant(goal: Judgement, data: dict[str, Data], final: bool = False) -> list[Judgement]:
    """The obligations under which a judgement says something; Malformed or Rejected where it does not.

    `data` holds a point of the domain that meets the hypotheses, which every judgement but an inequality inside a
    proof must show: a conclusion under hypotheses that nothing meets is true and says nothing.
    """
    if goal["form"] == "not":
        return meant(Statement(goal["statement"]), data, final=True)
    if not FORMS[goal["form"]]:
        return []
    named(goal)
    listed_once(goal)
    if "domain" in goal:
        not_empty(goal["domain"])
    hypotheses = goal.get("hypotheses", ()) if "domain" in goal else ()
    if hypotheses and (final or goal["form"] != "inequality"):
        if "point" not in data:
            raise Rejected("a point that meets the hypotheses must be shown")
        admissible(goal, exact_point(data["point"]))
    whole = {"domain": goal.get("domain", ())}
    asked = []
    for side in (side for h in hypotheses for side in h[1:]):
        asked += defined(whole, side, ())
    if goal["form"] == "inequality":
        return asked
    for item, ranges in terms_of(goal):
        asked += defined(goal, item, ranges)
    for condition, ranges in conditions_of(goal):
        asked += settled(goal, condition, ranges)
    return asked


def named(goal: Judgement) -> None:
    """Reject a judgement that holds a variable without a range, or gives one to a name that its words use."""
    form, law, ranges = goal["form"], goal.get("law", ("",))[0], goal.get("domain", ())
    apart_from_the_words(form, law, ranges)
    for end in (end for r in ranges for end in r[2:4] if end is not None):
        closed(end, (), "the end of a range")
    if "domain" not in goal and (form, "error") not in BOUND:
        return  # about grids, cells or matrices: the rules put numbers for the names of such a form
    for field, kind in FORMS[form].items():
        for part in goal[field] if kind in ("terms", "relations") else (goal[field],):
            if kind not in ("domain", "name", *TABLE["choices"]):
                closed(part, (*ranges, *BOUND.get((form, field), BOUND.get(law, ()) if kind == "law" else ())),
                       f"the {field}")  # fmt: skip
    if form == "drift" and "v" not in {r[0] for r in ranges}:
        raise Malformed("the fraction v of the window has no range")


def apart_from_the_words(form: str, law: str, ranges: Iterable[Range]) -> None:
    """Reject a range of a name that the words of a form or law use for what they speak of."""
    taken = RESERVED.get(form, "") + RESERVED.get(law, "")
    if {r[0] for r in ranges} & set(taken):
        raise Malformed(f"the words of this judgement use {' and '.join(taken)} themselves")


def listed_once(goal: Judgement) -> None:
    """Reject a list that names a thing twice or whole numbers out of order, and a row of integers without a middle."""
    form = goal["form"]
    for field in TABLE["increasing"].get(form, ()):
        if any(first >= second for first, second in pairwise(goal[field])):
            raise Malformed(f"the {field} must be different whole numbers in increasing order")
    for field in TABLE["different"].get(form, ()):
        if any(alike(*both) for both in combinations(goal[field], 2)):
            raise Malformed(f"the {field} must be different")
    if form == "restricted-process" and goal["points"] % 2 == 0:
        raise Malformed(f"a row of {goal['points']} integers has no middle one; an odd number of points is needed")


def not_empty(domain: Iterable[Range]) -> None:
    """Reject a range without a point."""
    for name, opening, low, high, closing in domain:
        if low is not None and high is not None:
            sign = "<=" if opening + closing == "[]" else "<"
            if not holds((sign, low, high), {}):
                raise Rejected(f"the range of {name} is empty")


def terms_of(goal: Judgement) -> Iterator[tuple[Term, tuple[Range, ...]]]:
    """The terms of a judgement that must be defined, each with the ranges of the names that it binds."""
    form, inside = goal["form"], {r[0] for r in goal.get("domain", ())}
    if "domain" not in goal and (form, "error") not in BOUND:
        return  # a statement about numbers, which its rule evaluates
    for field, kind in FORMS[form].items():
        item = goal[field]
        if kind == "law":
            bound = tuple(r for r in BOUND.get(item[0], ()) if r[0] not in inside)
            yield from ((number, bound) for number in item[1:])
        elif kind in ("term", "terms", "relation"):
            parts = item if kind == "terms" else item[1:] if kind == "relation" else (item,)
            yield from ((part, BOUND.get((form, field), ())) for part in parts)


def conditions_of(goal: Judgement) -> Iterator[tuple[Comparison, tuple[Range, ...]]]:
    """The relations that the words of a form and of a law take for granted, with the ranges that their fields bind."""
    form, (kind, *numbers) = goal["form"], goal.get("law", ("",))
    for field, relation in assumed_of(TABLE["forms"][form]):
        yield relation(Formula(goal[field])), BOUND.get((form, field), ())
    if form == "drift":
        yield 0 <= Formula("v"), ()
        yield Formula("v") <= 1, ()
    if "domain" in goal and kind:
        row = TABLE["laws"][kind]
        values = dict(zip(row["numbers"], numbers, strict=True))
        yield from ((relation(Formula(values[number])), ()) for number, relation in assumed_of(row))


def assumed_of(row: dict[str, Any]) -> list[tuple[str, Callable[[Formula], Relation]]]:
    """The fields of which a row of the table assumes something, each with what it assumes."""
    return [(field, ASSUMED[what]) for what, fields in row.get("assumes", {}).items() for field in fields]


def enough(goal: Judgement, ranges: tuple[Range, ...]) -> tuple[Comparison, ...]:
    """That the number n of samples which a tolerance binds is one that the judgement speaks of."""
    counted = goal.get("form") == "cover" and ranges == BOUND["cover", "tolerance"]
    return (Formula(goal["samples"]) <= Formula("n"),) if counted else ()


def defined(goal: Judgement, item: Term, ranges: tuple[Range, ...]) -> list[Judgement]:
    """That a term is defined on the domain: by intervals, or else by an obligation."""
    try:
        Goal(item, (*goal["domain"], *ranges) if "domain" in goal else ranges).must_be_defined()
    except Rejected:
        return about(goal, equal(item, item), ranges=ranges, given=enough(goal, ranges))
    return []


def settled(goal: Judgement, condition: Comparison, ranges: tuple[Range, ...]) -> list[Judgement]:
    """That a relation holds on the domain: by intervals, or else by an obligation."""
    sign, left, right = condition
    box = Goal(ZERO, (*goal["domain"], *ranges)).box()
    if plainly(("-", right, left), ">" if sign == "<" else ">=", box):
        return []
    return about(goal, condition, ranges=ranges, given=enough(goal, ranges))
