"""Evidence for inequality judgements ``left <= right``: the first moves, before the search has a single term to show.

Where both sides are roots or powers, comparing their squares or logarithms is easier than the sign of the difference,
which is what the search is about.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from lt_proofs.proof.advice import advice
from lt_proofs.proof.changing import by_change, by_extracting, by_halfline, by_splitting, by_turning
from lt_proofs.proof.evidence import BUDGET, WORK, Evidence, OutOfTime, OutOfWork
from lt_proofs.proof.expansions import by_expansion
from lt_proofs.proof.fields import identical, logarithm_of
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.rewriting import radicand
from lt_proofs.proof.search import Search, Strategy
from lt_proofs.proof.strategies import strategies_for
from lt_proofs.terms import Apply, Judgement, Number, Relation, Term, encode, number
from lt_proofs.terms.tree import subterms, variables

FLIP = {">=": "<=", ">": "<"}
SQUARES_SHARE, LOGS_SHARE = 0.3, 0.4
"""The shares of the work that comparing squares, and comparing logarithms, may use up."""
QUICK = (100_000, 300_000)
"""The units of the first attempts, which are made twice; some have twice as many."""
LATER = frozenset({by_change, by_expansion, by_extracting, by_halfline, by_splitting, by_turning})
"""Strategies that the first attempts do without: the evidence of the others is easier to read, and Coq reads it."""
Attempt = Callable[[], Evidence | None]


def evidence_of(judgement: Judgement, work: int | None = None) -> dict[str, Any] | None:
    """The data of the step that concludes an inequality judgement; None when no evidence is found."""
    # WORK is looked up at each call, not bound at the definition: tests set it
    return remembered(judgement, WORK if work is None else work)[0]


@lru_cache(maxsize=4096)
def remembered(judgement: Judgement, work: int) -> tuple[dict[str, Any] | None, str]:
    """What was found for the same judgement before: claims share most of their obligations."""
    return evidence_for(judgement, work)


def evidence_for(judgement: Judgement, work: int = WORK, seconds: float = BUDGET) -> tuple[dict[str, Any] | None, str]:
    """The data of the step that concludes an inequality judgement, or None; and which goal was open at the end.

    The search stops after ``work`` units, and as a safety net after ``seconds``.
    """
    sign, left, right = ordered(judgement["conclusion"])
    search = Search(work, seconds, strategies_for)
    difference: Term = right - left
    goal = Goal(difference, judgement["domain"], judgement["hypotheses"])
    try:
        evidence = equality(search, goal) if sign == "=" else compared(search, goal, left, right, sign == "<")
    except OutOfTime:
        said = f"the time limit of {seconds:g} s ended the search after {search.spent} of {work} units of work"
        return None, f"{said}; another run may decide the inequality, give it more seconds (--budget)"
    except (OutOfWork, RecursionError):
        near = search.stuck or f"{difference!r} >= 0 was not shown"
        return None, f"the search used up its {work} units of work (--work gives it more); {near}{helping(search)}"
    return (None if evidence is None else {"evidence": evidence}), search.stuck + helping(search)


def helping(search: Search) -> str:
    """What may help where the search was stuck."""
    if search.open is None:
        return ""
    return f"; it may help to give {advice(search.open.domain, variables(search.open.term))}"


def compared(search: Search, goal: Goal, left: Term, right: Term, strict: bool) -> Evidence | None:
    """Evidence for left <= right: by squares where roots occur, by logarithms where powers do, else directly."""
    heads = {part.head for part in subterms(goal.term) if isinstance(part, Apply)}
    squares = partial(by_squares, search, goal, left, right, strict)
    logs = partial(by_logs, search, goal, left, right, strict)
    first: list[tuple[float, Attempt]] = []
    if any(radicand(part) is not None for part in subterms(goal.term)):
        first.append((SQUARES_SHARE, squares))
    if "exp" in heads or any(is_power(part) for part in subterms(goal.term)):
        first.append((LOGS_SHARE, logs))
    # at first each attempt has little work, so that what one of them shows at once is not looked for by the others
    quick: list[tuple[int, Attempt]] = [(1, partial(search.without, LATER, attempt)) for _, attempt in first]
    quick += [(2, partial(search.without, LATER, partial(search.established, goal, strict)))]
    parts = ((1, by_expansion), (2, by_change), (2, by_halfline))
    quick += [(units, partial(alone, strategy, search, goal, strict)) for units, strategy in parts]
    for scale in QUICK:
        for units, attempt in quick:
            evidence = search.limited(scale * units, attempt)
            if evidence is not None:
                return evidence
    for share, attempt in first:
        evidence = search.within(share, attempt)
        if evidence is not None:
            return evidence
    return search.established(goal, strict)


def alone(strategy: Strategy, search: Search, goal: Goal, strict: bool) -> Evidence | None:
    """Evidence that begins with one strategy."""
    rows = search.definedness(goal, 0)
    tree = None if rows is None else strategy(search, goal, strict, 0)
    return ["defined", rows, tree] if rows and tree is not None else tree


def by_squares(search: Search, goal: Goal, left: Term, right: Term, strict: bool) -> Evidence | None:
    """Evidence from right >= 0 and right^2 >= left^2 (> for a strict inequality)."""
    gap = right * right - left * left
    rows = search.definedness(goal, 0)
    # samples first: they refuse most comparisons that do not hold, at a small part of the cost of a search
    if rows is None or not goal.of(right).never_negative() or not goal.of(gap).never_negative():
        return None
    first = search.established(goal.of(right), strict=False)
    second = None if first is None else search.established(goal.of(gap), strict)
    if second is None:
        return None
    tree = ["square", encode(right), encode(left), first, second]
    return ["defined", rows, tree] if rows else tree


def by_logs(search: Search, goal: Goal, left: Term, right: Term, strict: bool) -> Evidence | None:
    """Evidence from left > 0 and log right >= log left (> for a strict inequality)."""
    rows = search.definedness(goal, 0)
    if rows is None or not all(goal.of(side).never_negative() for side in (left, right)):
        return None
    gap = logarithm_of(right) - logarithm_of(left)
    inner = search.established(goal.of(gap), strict)
    positive = None if inner is None else search.established(goal.of(left), strict=True)
    if positive is None:
        return None
    tree = ["logs", encode(right), encode(left), positive, encode(gap), inner]
    return ["defined", rows, tree] if rows else tree


def is_power(part: Term) -> bool:
    """Whether this is a power whose exponent is not a number."""
    return isinstance(part, Apply) and part.head == "^" and not isinstance(part.args[1], Number)


def equality(search: Search, goal: Goal) -> Evidence | None:
    """Evidence for an identity: the difference is zero as a rational function of its atoms, or >= 0 and <= 0."""
    if identical(goal.term):
        # 0 times the term is not negative, and asks that the term is defined, which an identity does as well
        return search.established(goal.of(goal.term * number(0)), strict=False)
    sides = [search.established(goal.of(side), strict=False) for side in (goal.term, -goal.term)]
    return None if None in sides else ["both", *sides]


def ordered(relation: Relation) -> tuple[str, Term, Term]:
    """The relation as ``left <= right``, ``left < right`` or ``left = right``."""
    if relation.sign in FLIP:
        return FLIP[relation.sign], relation.right, relation.left
    return relation.sign, relation.left, relation.right
