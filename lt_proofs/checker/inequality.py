"""Inequality judgements: concluded from a tree of evidence, or refuted by a point."""

from fractions import Fraction

from algebra import rational, same
from errors import Malformed, Rejected
from evidence import established
from goal import Goal
from intervals import evaluate
from points import admissible, exact, exact_point, holds, value
from polynomial import divide
from syntax import closed, listed, term


def tree(goal, data):
    """Mathematics 5.3: an inequality or identity from a tree of evidence for the sign of its difference."""
    sign, left, right = goal["conclusion"]
    for item in (goal["conclusion"], *goal["hypotheses"]):
        closed(item, goal["domain"], "an inequality")
    difference = ("-", right, left) if sign in ("<", "<=", "=") else ("-", left, right)
    task, evidence = Goal(difference, goal["domain"], goal["hypotheses"]), data.get("evidence")
    if sign == "=" and same(left, right):
        established(task.about(("*", difference, Fraction(0))), False, evidence)
    elif sign == "=":
        if not isinstance(evidence, list) or len(evidence) != 3 or evidence[0] != "both":
            raise Rejected("the two sides differ as functions of their atoms")
        established(task, False, evidence[1])
        established(task.about(("-", difference)), False, evidence[2])
    else:
        established(task, sign in ("<", ">"), evidence)


def refuted_inequality(statement, data):
    """A rational point of the domain that meets the hypotheses but not the conclusion, or a root of the difference."""
    if "root" in data:
        refuted_at_root(statement, data["root"])
        return
    point = exact_point(data.get("point"))
    admissible(statement, point)
    if holds(statement["conclusion"], point):
        raise Rejected("the conclusion holds at the point")


def refuted_at_root(statement, data):
    """A strict inequality in one variable whose difference vanishes at a root of a polynomial between two points."""
    if len(statement["domain"]) != 1 or statement["hypotheses"]:
        raise Malformed("a root refutes a statement in one variable without hypotheses")
    factor, low, high = listed(data, "a root [polynomial, low, high]", object, str, str)
    factor, low, high = term(factor), exact(low), exact(high)
    name = statement["domain"][0][0]
    sign, left, right = statement["conclusion"]
    difference = ("-", right, left)
    signs = 1
    for x in (low, high):
        admissible(statement, {name: x})
        signs *= value(factor, {name: x})
    evaluate(difference, {name: (low, high, False, False)}, 256)
    table = {}
    (p, below), (whole, _) = rational(factor, table), rational(difference, table)
    if sign not in ("<", ">") or low >= high or signs > 0 or below or not p or divide(whole, p) is None:
        raise Rejected("the difference does not vanish at a root between the ends, or is not asked to be strict")
