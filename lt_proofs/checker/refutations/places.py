"""Points at which an inequality fails."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from errors import Malformed, Rejected
from inequalities.algebra import rational
from inequalities.intervals import evaluate
from inequalities.points import admissible, exact, exact_point, holds, value
from inequalities.polynomial import divide
from inequalities.syntax import listed, term
from shapes import Data, Judgement


def refuted_inequality(statement: Judgement, data: dict[str, Data]) -> None:
    """A rational point of the domain that meets the hypotheses but not the conclusion, or a root of the difference."""
    if "root" in data:
        refuted_at_root(statement, data["root"])
        return
    point = exact_point(data.get("point"))
    admissible(statement, point)
    if holds(statement["conclusion"], point):
        raise Rejected("the conclusion holds at the point")


def refuted_at_root(statement: Judgement, data: Data) -> None:
    """A strict inequality in one variable whose difference vanishes at a root of a polynomial between two points."""
    if len(statement["domain"]) != 1 or statement["hypotheses"]:
        raise Malformed("a root refutes a statement in one variable without hypotheses")
    factor, low, high = listed(data, "a root [polynomial, low, high]", object, str, str)
    factor, low, high = term(factor), exact(low), exact(high)
    name = statement["domain"][0][0]
    sign, left, right = statement["conclusion"]
    difference = ("-", right, left)
    signs = Fraction(1)
    for x in (low, high):
        admissible(statement, {name: x})
        signs *= value(factor, {name: x})
    evaluate(difference, {name: (low, high, False, False)}, 256)
    table: dict[Any, Any] = {}
    (p, below), (whole, _) = rational(factor, table), rational(difference, table)
    if sign not in ("<", ">") or low >= high or signs > 0 or below or not p or divide(whole, p) is None:
        raise Rejected("the difference does not vanish at a root between the ends, or is not asked to be strict")
