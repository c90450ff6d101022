"""Proofs of inequality judgements: one step whose data is a tree of evidence."""

from __future__ import annotations

from typing import Any

from lt_proofs.proof.certificate import Steps
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.search import OutOfTime, Search
from lt_proofs.terms import Judgement, Relation, Term, number

FLIP = {">=": "<=", ">": "<"}
BUDGET = 10.0


def prove_inequality(goal: Judgement, steps: Steps, seconds: float = BUDGET) -> int | None:
    """Add a step that concludes the inequality, and return its number; None when no proof is found."""
    data, _ = evidence_for(goal, seconds)
    return None if data is None else steps.add("tree", goal, [], data)


def evidence_for(goal: Judgement, seconds: float) -> tuple[dict[str, Any] | None, str]:
    """The checker's hints for an inequality judgement, or None and where the search got stuck."""
    sign, left, right = ordered(goal["conclusion"])
    search = Search(seconds)
    difference: Term = right - left
    if sign == "=":
        difference = difference * number(0)
    task = Goal(difference, goal["domain"], goal["hypotheses"])
    try:
        evidence = search.established(task, strict=sign == "<")
    except (OutOfTime, RecursionError):
        return None, f"out of time near {search.stuck or repr(difference)}"
    return (None if evidence is None else {"evidence": evidence}), search.stuck


def ordered(relation: Relation) -> tuple[str, Term, Term]:
    """The relation as ``left <= right``, ``left < right`` or ``left = right``."""
    if relation.sign in FLIP:
        return FLIP[relation.sign], relation.right, relation.left
    return relation.sign, relation.left, relation.right
