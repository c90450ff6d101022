"""Inequality judgements: concluded from a tree of evidence, or refuted by a point."""

from __future__ import annotations

from fractions import Fraction

from errors import Rejected
from inequalities.algebra import same
from inequalities.evidence import established
from inequalities.goal import Goal
from inequalities.syntax import closed
from shapes import Data, Judgement


def tree(goal: Judgement, data: dict[str, Data]) -> None:
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
