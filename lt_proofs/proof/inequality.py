"""Proofs of inequality judgements: one step whose data is a tree of evidence."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lt_proofs.proof.evidence import BUDGET, WORK, OutOfTime, OutOfWork
from lt_proofs.proof.fields import identical, logarithm_of
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.rewriting import radicand
from lt_proofs.proof.search import Search
from lt_proofs.proof.strategies import strategies_for
from lt_proofs.terms import Apply, Judgement, Number, Relation, Term, encode, number
from lt_proofs.terms.tree import subterms

FLIP = {">=": "<=", ">": "<"}


def evidence_of(goal: Judgement, work: int | None = None) -> dict[str, Any] | None:
    """The checker's hints for an inequality judgement; None when no proof is found."""
    return remembered(goal, WORK if work is None else work)[0]


@lru_cache(maxsize=4096)
def remembered(goal: Judgement, work: int) -> tuple[dict[str, Any] | None, str]:
    """What was found for the same judgement before: claims share most of their obligations."""
    return evidence_for(goal, work)


def evidence_for(goal: Judgement, work: int = WORK, seconds: float = BUDGET) -> tuple[dict[str, Any] | None, str]:
    """The checker's hints for an inequality judgement, or None and where the search got stuck."""
    sign, left, right = ordered(goal["conclusion"])
    search = Search(work, seconds, strategies_for)
    difference: Term = right - left
    task = Goal(difference, goal["domain"], goal["hypotheses"])
    try:
        evidence = equality(search, task) if sign == "=" else compared(search, task, left, right, sign == "<")
    except OutOfTime:
        said = f"the time limit of {seconds:g} s ended the search after {search.spent} of {work} units of work"
        return None, f"{said}; another run may decide the inequality, give it more seconds (--budget)"
    except (OutOfWork, RecursionError):
        near = search.stuck or f"{difference!r} >= 0 was not shown"
        return None, f"the search used up its {work} units of work (--work gives it more); {near}"
    return (None if evidence is None else {"evidence": evidence}), search.stuck


def compared(search: Search, task: Goal, left: Term, right: Term, strict: bool) -> Any:
    """Evidence for left <= right: by squares where roots occur, by logarithms where powers do, else directly."""
    heads = {part.head for part in subterms(task.term) if isinstance(part, Apply)}
    if any(radicand(part) is not None for part in subterms(task.term)):
        evidence = search.within(0.3, lambda: by_squares(search, task, left, right, strict))
        if evidence is not None:
            return evidence
    if "exp" in heads or any(is_power(part) for part in subterms(task.term)):
        evidence = search.within(0.4, lambda: by_logs(search, task, left, right, strict))
        if evidence is not None:
            return evidence
    return search.established(task, strict)


def by_squares(search: Search, task: Goal, left: Term, right: Term, strict: bool) -> Any:
    """right >= 0 and right^2 >= left^2."""
    rows = search.definedness(task, 0)
    if rows is None or not task.of(right).never_negative() or not task.of(right * right - left * left).never_negative():
        return None
    first = search.established(task.of(right), strict=False)
    second = None if first is None else search.established(task.of(right * right - left * left), strict)
    if second is None:
        return None
    tree = ["square", encode(right), encode(left), first, second]
    return ["defined", rows, tree] if rows else tree


def by_logs(search: Search, task: Goal, left: Term, right: Term, strict: bool) -> Any:
    """log right >= log left where both are positive."""
    rows = search.definedness(task, 0)
    if rows is None or not all(task.of(side).never_negative() for side in (left, right)):
        return None
    gap = logarithm_of(right) - logarithm_of(left)
    inner = search.established(task.of(gap), strict)
    positive = None if inner is None else search.established(task.of(left), strict=True)
    if positive is None:
        return None
    tree = ["logs", encode(right), encode(left), positive, encode(gap), inner]
    return ["defined", rows, tree] if rows else tree


def is_power(part: Term) -> bool:
    """Whether this is a power whose exponent is not a number."""
    return isinstance(part, Apply) and part.head == "^" and not isinstance(part.args[1], Number)


def equality(search: Search, task: Goal) -> Any:
    """Evidence for an identity: the difference is zero as a function of its atoms, or neither sign is possible."""
    if identical(task.term):
        return search.established(task.of(task.term * number(0)), strict=False)
    sides = [search.established(task.of(side), strict=False) for side in (task.term, -task.term)]
    return None if None in sides else ["both", *sides]


def ordered(relation: Relation) -> tuple[str, Term, Term]:
    """The relation as ``left <= right``, ``left < right`` or ``left = right``."""
    if relation.sign in FLIP:
        return FLIP[relation.sign], relation.right, relation.left
    return relation.sign, relation.left, relation.right
