"""Rules about random variables: each states its obligations as inequalities and trusts nothing else."""

from __future__ import annotations

from typing import Any

from errors import Malformed
from inequalities.formulas import Formula, Statement
from shapes import Judgement
from theorems.obligations import UNIT, about

RESERVED = {"t", "V", "E", "g"}
RESERVED_TEXT = ", ".join(sorted(RESERVED))


def two_point(goal: Statement) -> list[Judgement]:
    """Mathematics 5.7: the worst law of V on [v, u] has its mass on the two ends, for the potential g is convex.

    What makes E g(V) <= c g(v) true for every law of V on [v, u] with mean >= v + h, u = min(ceilings): for each
    ceiling u, where it is the least, v < u; g lies below its chord on [v, u]; g(u) <= g(v); and the chord at mean
    v + h is at most c g(v).  The chord falls, so a larger mean and any other law do no harm.
    """
    speaks_of_its_variable(goal)
    name, h, c = goal["variable"], goal.drift, goal.factor
    v, t = Formula(name), Formula("t")

    def g(level: Any) -> Formula:
        return goal.put("potential", **{name: level})

    asked = []
    for u in map(Formula, goal["ceilings"]):
        least = tuple(u <= Formula(other) for other in goal["ceilings"] if u != other)
        chord = (1 - t) * g(v) + t * g(u)
        asked += [
            *about(goal, v < u, given=least),
            *about(goal, g(v + t * (u - v)) <= chord, ranges=(UNIT,), given=least),
            *about(goal, g(u) <= g(v), given=least),
            *about(goal, (u - v) * g(v) + h * (g(u) - g(v)) <= c * (g(v) * (u - v)), given=least),
        ]
    return asked


def speaks_of_its_variable(goal: Judgement) -> str:
    """The variable of a contraction, which is in its domain; none of the names that rule and words use is there."""
    names = [r[0] for r in goal["domain"]]
    if goal["variable"] not in names or not goal["ceilings"] or RESERVED & set(names):
        raise Malformed(f"a contraction needs its variable in the domain, none of {RESERVED_TEXT} there, and a ceiling")
    return goal["variable"]
