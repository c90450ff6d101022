"""Exact values of terms at rational points, for attacks whose instances are exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from lt_proofs.terms import Apply, Domain, Number, Relation, Symbol, Term

COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<=": lambda x, y: x <= y,
    "<": lambda x, y: x < y,
    ">=": lambda x, y: x >= y,
    ">": lambda x, y: x > y,
    "=": lambda x, y: x == y,
}


class NotExact(ArithmeticError):
    """The term has no rational value at the point, or none that rational arithmetic gives."""


def exact_value(term: Term, point: Mapping[str, Fraction]) -> Fraction:
    """The value of a term at a rational point; raises NotExact for functions, roots, pi and undefined values."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Symbol) and term.name in point:
        return point[term.name]
    if not isinstance(term, Apply):
        raise NotExact(f"no value for {term!r}")
    values = [exact_value(arg, point) for arg in term.args]
    if term.head == "+":
        return sum(values, Fraction(0))
    if term.head == "-":
        return -values[0] if len(values) == 1 else values[0] - values[1]
    if term.head == "*":
        result = Fraction(1)
        for value in values:
            result *= value
        return result
    if term.head == "/" and values[1]:
        return values[0] / values[1]
    # larger powers would cost more than an instance is worth
    if term.head == "^" and values[1].denominator == 1 and abs(values[1]) <= 64 and (values[0] or values[1] > 0):
        return values[0] ** int(values[1])
    if term.head in ("min", "max"):
        return min(values) if term.head == "min" else max(values)
    if term.head == "abs":
        return abs(values[0])
    raise NotExact(f"{term.head} has no exact rational value here")


def holds(relation: Relation, point: Mapping[str, Fraction]) -> bool:
    """Whether the relation holds at a rational point; raises NotExact where that is not decided exactly."""
    return COMPARE[relation.sign](exact_value(relation.left, point), exact_value(relation.right, point))


def inside(domain: Domain, point: Mapping[str, Fraction]) -> bool:
    """Whether a rational point lies in the box; raises NotExact where an end is not rational."""
    for r in domain.ranges:
        x = point[r.name]
        if r.low is not None:
            low = exact_value(r.low, {})
            if x < low or (x == low and r.opening == "("):
                return False
        if r.high is not None:
            high = exact_value(r.high, {})
            if x > high or (x == high and r.closing == ")"):
                return False
    return True
