"""Trees of evidence that a term is not negative (or is positive) on a box under hypotheses.

`established` first shows that the term is defined everywhere on the box, then reads the tree.  Each node is a
short theorem of algebra or calculus: it checks its own conditions and says which tasks are left to its branches.
"""

from __future__ import annotations

from errors import Malformed, Rejected, spend
from inequalities.calculus import conditions
from inequalities.goal import Goal
from inequalities.nodes import NODES
from inequalities.syntax import integer, listed, term
from shapes import Evidence, Function


def established(goal: Goal, strict: bool, evidence: Evidence) -> None:
    """The term is defined on the box, and >= 0 (strict: > 0) there."""
    given = {}
    if isinstance(evidence, list) and evidence[:1] == ["defined"]:
        _, rows, evidence = listed(evidence, '["defined", rows, evidence]', str, list, object)
        rows = [listed(row, "[number, sign, evidence]", int, int, object) for row in rows]
        given = {number: (sign, tree) for number, sign, tree in rows}
    goal.must_be_defined(but=given)
    for number, (u, kind) in enumerate(conditions(goal.term)):
        if number in given:
            sign, tree = given[number]
            if sign != 1 and (sign != -1 or kind != "!="):
                raise Rejected("a root or logarithm needs an argument that is not negative")
            shown(goal.about(u if sign > 0 else ("-", u)), kind != ">=", tree)
    shown(goal, strict, evidence)


def shown(goal: Goal, strict: bool, evidence: Evidence) -> None:
    """Read one node of the tree and its branches; the term is known to be defined on the box."""
    if not isinstance(evidence, list) or not evidence or not isinstance(evidence[0], str) or evidence[0] not in NODES:
        raise Malformed(f"not a node of evidence: {str(evidence)[:40]!r}")
    spend(1000)
    node, words = NODES[evidence[0]]
    kinds = words.split()
    if len(evidence) != len(kinds) + 1:
        raise Malformed(f"{evidence[0]} takes {len(kinds)} arguments")
    read: dict[str, Function] = {"integer": integer, "term": term, "range": goal.range, "tree": lambda tree: tree}
    arguments = [read[kind](item) for kind, item in zip(kinds, evidence[1:], strict=True)]
    for task in node(goal, strict, *arguments):
        (established if task.new else shown)(task.goal, task.strict, task.evidence)
