"""Inequality judgements: concluded from a tree of evidence, or refuted by a point."""

from fractions import Fraction

from algebra import divide, rational, same
from errors import Malformed, Rejected
from evidence import established
from goal import Goal
from intervals import evaluate
from points import admissible, exact, exact_point, holds, value
from syntax import closed, term


def tree(goal, premises, data, _folder):
    """Conclude an inequality or identity from a tree of evidence for the sign of its difference."""
    if goal["form"] != "inequality" or premises:
        raise Rejected("this rule concludes inequalities from evidence alone")
    sign, left, right = goal["conclusion"]
    for item in (goal["conclusion"], *goal["hypotheses"]):
        closed(item, goal["domain"], "an inequality")
    difference = ("-", right, left) if sign in ("<", "<=", "=") else ("-", left, right)
    task, evidence = Goal(difference, goal["domain"], goal["hypotheses"]), data.get("evidence")
    if sign == "=" and same(left, right):
        established(task._replace(term=("*", difference, Fraction(0))), evidence, strict=False)
    elif sign == "=":
        if not isinstance(evidence, list) or len(evidence) != 3 or evidence[0] != "both":
            raise Rejected("the two sides differ as functions of their atoms")
        established(task, evidence[1], strict=False)
        established(task._replace(term=("-", difference)), evidence[2], strict=False)
    else:
        established(task, evidence, sign in ("<", ">"))


def refuted_inequality(statement, data):
    """A rational point of the domain that meets the hypotheses but not the conclusion, or a root of the difference."""
    if "root" in data:
        return refuted_at_root(statement, data["root"])
    point = exact_point(data.get("point"))
    admissible(statement, point)
    if holds(statement["conclusion"], point):
        raise Rejected("the conclusion holds at the point")
    return None


def refuted_at_root(statement, data):
    """A strict inequality in one variable whose difference vanishes at an isolated root of a polynomial."""
    if not isinstance(data, list) or len(data) != 3 or len(statement["domain"]) != 1 or statement["hypotheses"]:
        raise Malformed("a root is [polynomial, low, high] in one variable without hypotheses")
    name = statement["domain"][0][0]
    low, high = exact(data[1]), exact(data[2])
    sign, left, right = statement["conclusion"]
    p, below = rational(term(data[0]), {})
    difference, _ = rational(("-", right, left), {})
    ends = [value(term(data[0]), {name: x}) for x in (low, high)]
    for x in (low, high):
        admissible(statement, {name: x})
    evaluate(("-", right, left), {name: (low, high, False, False)}, 256)
    if below or sign not in ("<", ">") or low >= high or ends[0] * ends[1] > 0 or divide(difference, p) is None:
        raise Rejected("the difference does not vanish at a root between the ends, or is not asked to be strict")
