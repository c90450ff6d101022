"""Search for trees of evidence that a term is not negative on a box; the checker reads them again.

The search is free to guess with floats, Arb and sympy: whatever it returns counts for nothing until the checker
has accepted it.  How far it goes is counted in units of work, by the sizes of the terms that it looks at, so that the
same question has the same answer on a busy machine; seconds are a safety net that no answer depends on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lt_proofs.proof.calculus import conditions
from lt_proofs.proof.cutting import by_cases, by_choice, by_cutting, by_hypothesis, by_lines
from lt_proofs.proof.derivatives import by_derivatives
from lt_proofs.proof.evidence import INTERVAL, UNABLE, Evidence, OutOfTime, OutOfWork
from lt_proofs.proof.goal import Goal, plainly
from lt_proofs.proof.products import by_factors, by_opening, by_roots, by_squares, by_zero
from lt_proofs.proof.slopes import bent, by_scaling, by_slope
from lt_proofs.proof.sums import by_sums
from lt_proofs.proof.turning import by_bounds, by_inversion, by_period
from lt_proofs.proof.work import DONE

STEP = 10


class Search:
    """One search on a budget of counted work; ``stuck`` says where it was when it gave up."""

    def __init__(self, work: int, seconds: float) -> None:
        self.start, self.limit = DONE[0], work
        self.deadline = time.monotonic() + seconds
        self.stuck = ""
        self.failed: set[Any] = set()
        self.polynomials: dict[Any, Evidence | None] = {}

    @property
    def spent(self) -> int:
        """The units of work done so far."""
        return DONE[0] - self.start

    def tick(self) -> None:
        """Count a step, and stop when the budget is spent."""
        DONE[0] += STEP
        if self.spent > self.limit:
            raise OutOfWork
        if time.monotonic() > self.deadline:
            raise OutOfTime

    def within(self, share: float, attempt: Callable[[], Evidence | None]) -> Evidence | None:
        """Run an attempt on a share of the work that is left; None if it fails or uses it up."""
        whole = self.limit
        self.limit = self.spent + int(share * max(0, whole - self.spent))
        try:
            return attempt()
        except (OutOfWork, *UNABLE):
            return None
        finally:
            self.limit = whole

    def established(self, goal: Goal, strict: bool, depth: int = 0) -> Evidence | None:
        """Evidence that the term is defined and not negative (positive) on the box."""
        rows = self.definedness(goal, depth)
        if rows is None:
            return None
        tree = self.shown(goal, strict, depth)
        if tree is None:
            return None
        return ["defined", rows, tree] if rows else tree

    def definedness(self, goal: Goal, depth: int) -> list[Any] | None:
        """Rows [number, sign, evidence] for the conditions that intervals do not settle; None if one is open."""
        rows = []
        for k, (u, kind) in enumerate(conditions(goal.term)):
            if plainly(goal.of(u), kind):
                continue
            for sign in (1, -1) if kind == "!=" else (1,):
                evidence = self.shown(goal.of(u if sign > 0 else -u), kind != ">=", depth + 1)
                if evidence is not None:
                    rows.append([k, sign, evidence])
                    break
            else:
                self.stuck = f"{u!r} is not shown to be {'positive' if kind == '>' else 'defined'} on {goal.domain!r}"
                return None
        return rows

    def shown(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """A node of evidence, or None when none is found."""
        self.tick()
        found = goal.interval()
        if found is not None and (found[0] > 0 or (found[0] == 0 and (found[1] or not strict))):
            return list(INTERVAL)
        if depth > 14:
            return None
        mark = (goal.term, goal.domain, goal.hypotheses, strict)
        if mark in self.failed or not goal.never_negative():
            return None
        tree = self.attempt(goal, strict, depth)
        if tree is None:
            self.failed.add(mark)
            self.stuck = f"{goal.term!r} >= 0 on {goal.domain!r}"
        return tree

    def attempt(self, goal: Goal, strict: bool, depth: int) -> Evidence | None:
        """Try the ways one after the other, the cheap and exact ones first."""
        self.tick()
        calculus = (by_scaling, by_slope) if bent(goal.term) else (by_slope, by_scaling)
        algebra = (by_roots, by_factors, by_squares)
        for way in (
            by_zero,
            by_choice,
            by_hypothesis,
            by_sums,
            by_cases,
            by_opening,
            by_derivatives,
            by_lines,
            *algebra,
            by_period,
            *calculus,
            by_bounds,
            by_inversion,
            by_cutting,
        ):
            try:
                tree = way(self, goal, strict, depth)
            except UNABLE:
                continue
            if tree is not None:
                return tree
        return None
