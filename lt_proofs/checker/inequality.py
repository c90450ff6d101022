"""Inequality judgements: concluded from a tree of evidence, or refuted by a point."""

from fractions import Fraction

from algebra import same
from errors import Rejected
from evidence import established
from goal import Goal
from points import admissible, exact_point, holds
from syntax import closed


def tree(goal, premises, data, _folder):
    """Conclude an inequality or identity from a tree of evidence for the sign of its difference."""
    if goal["form"] != "inequality" or premises:
        raise Rejected("this rule concludes inequalities from evidence alone")
    sign, left, right = goal["conclusion"]
    for item in (goal["conclusion"], *goal["hypotheses"]):
        closed(item, goal["domain"], "an inequality")
    difference = ("-", right, left) if sign in ("<", "<=", "=") else ("-", left, right)
    if sign == "=":
        if not same(left, right):
            raise Rejected("the two sides differ as functions of their atoms")
        difference = ("*", difference, Fraction(0))
    established(Goal(difference, goal["domain"], goal["hypotheses"]), data.get("evidence"), sign in ("<", ">"))


def refuted_inequality(statement, data):
    """A rational point of the domain that meets the hypotheses but not the conclusion."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    if holds(statement["conclusion"], point):
        raise Rejected("the conclusion holds at the point")
