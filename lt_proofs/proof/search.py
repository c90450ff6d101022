"""The search for evidence that a term is not negative on a box: its budget, and its recursion over the strategies.

The search is free to guess with floats, Arb and FLINT: whatever it returns counts for nothing until the checker has
accepted it. How far it goes is counted in units of work, by the sizes of the terms that it looks at, so that the same
inequality has the same answer on a busy machine; seconds are a safety net that no answer depends on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from lt_proofs.proof.calculus import conditions
from lt_proofs.proof.evidence import INTERVAL, Evidence, Inapplicable, OutOfTime, OutOfWork
from lt_proofs.proof.goal import Goal, plainly
from lt_proofs.proof.work import DONE

STEP = 10
MAX_DEPTH = 14

Strategy = Callable[["Search", Goal, bool, int], Evidence | None]
"""(search, goal, strict, depth) -> evidence or None; see lt_proofs.proof.strategies."""


class Search:
    """One search on a budget of counted work.

    ``strategies`` gives the strategies for a goal in the order in which they are tried. ``stuck`` is a sentence that
    says which goal was open when the search last gave one up.
    """

    def __init__(self, work: int, seconds: float, strategies: Callable[[Goal], Sequence[Strategy]]) -> None:
        self.start, self.limit = DONE[0], work
        self.deadline = time.monotonic() + seconds
        self.strategies = strategies
        self.stuck = ""
        self.open: Goal | None = None
        self.left_out: Collection[Strategy] = ()
        # how many changes of variable lead to the goal at hand: each may allow another one
        self.changes = 0
        # goals that failed are not tried again: cuts and faces lead to the same goal along many paths
        self.failed: set[Any] = set()
        self.polynomials: dict[Any, Evidence | None] = {}

    @property
    def spent(self) -> int:
        """The units of work done so far."""
        return DONE[0] - self.start

    def tick(self) -> None:
        """Count a step; raises OutOfWork when the budget is spent, and OutOfTime when the safety net is."""
        DONE[0] += STEP
        if self.spent > self.limit:
            raise OutOfWork
        if time.monotonic() > self.deadline:
            raise OutOfTime

    def within(self, share: float, attempt: Callable[[], Evidence | None]) -> Evidence | None:
        """Run an attempt on a share of the work that is left; None if it fails or uses it up.

        OutOfTime passes through: an attempt that the clock ended must not look like one that failed.
        """
        whole = self.limit
        self.limit = self.spent + int(share * max(0, whole - self.spent))
        try:
            return attempt()
        except (OutOfWork, Inapplicable):
            return None
        finally:
            self.limit = whole

    def limited(self, units: int, attempt: Callable[[], Evidence | None]) -> Evidence | None:
        """Run an attempt on so many units of work, or on what is left; None if it fails or uses them up."""
        left = self.limit - self.spent
        return self.within(min(1.0, units / left), attempt) if left > 0 else None

    def without(self, left_out: Collection[Strategy], attempt: Callable[[], Evidence | None]) -> Evidence | None:
        """Run an attempt without some strategies; what fails in it may succeed later."""
        whole, failed = self.left_out, set(self.failed)
        self.left_out = left_out
        try:
            return attempt()
        finally:
            self.left_out, self.failed = whole, failed

    def established(self, goal: Goal, strict: bool, depth: int = 0) -> Evidence | None:
        """Evidence that the term is defined and not negative (positive if ``strict``) on the box."""
        rows = self.definedness(goal, depth)
        if rows is None:
            return None
        tree = self.shown(goal, strict, depth)
        if tree is None:
            return None
        return ["defined", rows, tree] if rows else tree

    def all_established(self, goals: Iterable[Goal], strict: bool, depth: int) -> list[Evidence] | None:
        """Evidence for each of several goals; None as soon as one is not established."""
        found = []
        for goal in goals:
            evidence = self.established(goal, strict, depth)
            if evidence is None:
                return None
            found.append(evidence)
        return found

    def definedness(self, goal: Goal, depth: int) -> list[Any] | None:
        """Rows [number, sign, evidence] for the conditions that intervals do not settle; None if one is open."""
        rows = []
        for k, (u, kind) in enumerate(conditions(goal.term)):
            if plainly(goal.of(u), kind):
                continue
            # a denominator may be of either sign, an argument of a logarithm or root of one only
            for sign in (1, -1) if kind == "!=" else (1,):
                evidence = self.shown(goal.of(u if sign > 0 else -u), kind != ">=", depth + 1)
                if evidence is not None:
                    rows.append([k, sign, evidence])
                    break
            else:
                wanted = {">": "positive", ">=": "non-negative", "!=": "different from 0"}[kind]
                self.stuck, self.open = f"{u!r} was not shown to be {wanted} for {goal.domain!r}", goal.of(u)
                return None
        return rows

    def shown(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Evidence that the term is not negative (positive), where it is known to be defined; None if none is found."""
        self.tick()
        if goal.settled(strict):
            return list(INTERVAL)
        if depth > MAX_DEPTH:
            return None
        mark = (goal.term, goal.domain, goal.hypotheses, strict)
        if mark in self.failed or not goal.never_negative():
            return None
        tree = self.attempt(goal, strict, depth)
        if tree is None:
            self.failed.add(mark)
            self.stuck, self.open = f"{goal.term!r} >= 0 was not shown for {goal.domain!r}", goal
        return tree

    def attempt(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """The evidence of the first strategy that finds any."""
        self.tick()
        for strategy in self.strategies(goal):
            if strategy in self.left_out:
                continue
            try:
                tree = strategy(self, goal, strict, depth)
            except Inapplicable:
                # algebra fails on this term, for example because it is too large; another strategy may not need it
                continue
            if tree is not None:
                return tree
        return None
