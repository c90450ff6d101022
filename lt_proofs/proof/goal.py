"""What the search works on: a term to show non-negative on a box under hypotheses, and float samples of it.

Samples steer the search and prove nothing: a goal that is negative at one of them is not worth a search. They are the
same in every process, so that the search is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import inf
from typing import Any

import numpy as np

from lt_proofs.exact.enclosure import Box, Undefined, box_of, enclosure
from lt_proofs.proof.calculus import Floats, as_float, floats, noise
from lt_proofs.proof.work import counted
from lt_proofs.terms import Domain, Number, Range, Relation, Symbol, Term, number
from lt_proofs.terms.tree import substitute, variables

SAMPLES = 160
# random numbers in [0, 1) for up to eight variables, which points_of stretches to their ranges
UNITS = np.random.default_rng(20260101).random((8, SAMPLES))
# corners, places next to them and simple fractions: inequalities tend to fail, or to touch zero, there
EDGE = np.array([0.0, 1.0, 0.5, 1e-3, 1 - 1e-3, 0.25, 0.75, 1e-6, 1 - 1e-6])


enclosed = counted(5)(enclosure)


@dataclass(frozen=True)
class Goal:
    """A term to show >= 0 (or > 0, as the search is told) on the domain wherever the hypotheses hold."""

    term: Term
    domain: Domain
    hypotheses: tuple[Relation, ...] = ()

    @cached_property
    def box(self) -> Box:
        """The domain as intervals."""
        return boxed(self.domain)

    def range(self, name: str) -> Range:
        """The range of a variable."""
        return next(r for r in self.domain.ranges if r.name == name)

    def of(self, term: Term) -> Goal:
        """The same box for another term."""
        return replace(self, term=term)

    def with_range(self, name: str, *rest: Any) -> Goal:
        """The range of one variable replaced by (opening, low, high, closing), or dropped."""
        new = (Range(name, *rest),) if rest else ()
        ranges = tuple(x for r in self.domain.ranges for x in (new if r.name == name else (r,)))
        return replace(self, domain=Domain(ranges))

    def free_of(self, name: str) -> Goal:
        """The goal without the hypotheses that mention a variable: they may fail where it moves along its range."""
        return replace(self, hypotheses=tuple(h for h in self.hypotheses if name not in variables(h.left - h.right)))

    def put(self, name: str, value: Term, *rest: Any) -> Goal:
        """A variable replaced by a term; its range is replaced by (opening, low, high, closing), or dropped."""
        swap = {name: value}
        hypotheses = tuple(
            Relation(h.sign, substitute(h.left, swap), substitute(h.right, swap)) for h in self.hypotheses
        )
        return replace(self.with_range(name, *rest), term=substitute(self.term, swap), hypotheses=hypotheses)

    def open_in(self, name: str) -> Goal:
        """The goal on the open range of a variable."""
        r = self.range(name)
        return self.with_range(name, "(", r.low, r.high, ")")

    def points(self) -> dict[str, Floats]:
        """Float points of the box that meet the hypotheses, corners and edges among them."""
        return points_of(self.domain, self.hypotheses)

    def sampled(self) -> Floats:
        """Values of the term at the sample points, nan where it is undefined there."""
        return np.atleast_1d(floats(self.term, self.points()))

    def never_negative(self) -> bool:
        """Whether no sample is negative beyond rounding; True where nothing can be sampled."""
        points = self.points()
        values = np.atleast_1d(floats(self.term, points))
        if not np.any(values < 0):
            return True
        # only now the estimate of rounding errors, which costs three times as much as the values
        slack = np.broadcast_to(noise(self.term, points), values.shape)
        return not np.any(values[np.isfinite(values)] < -slack[np.isfinite(values)])

    def interval(self) -> tuple[Any, bool] | None:
        """The low end of the natural interval and whether it is open; None where it may be undefined."""
        return low_end(self.term, self.domain)

    def settled(self, strict: bool) -> bool:
        """Whether the natural interval alone shows that the term is >= 0 (> 0)."""
        found = self.interval()
        return found is not None and (found[0] > 0 or (found[0] == 0 and (found[1] or not strict)))


@counted(0, 60)
@lru_cache(maxsize=4096)
def points_of(domain: Domain, hypotheses: tuple[Relation, ...]) -> dict[str, Floats]:
    """Float points of the box that meet the hypotheses, corners and edges among them."""
    columns = {}
    for k, r in enumerate(domain.ranges):
        unit = UNITS[k % 8].copy()
        # the first of the samples walk the corners and edges of the box, each variable at its own pace
        walk = EDGE[(np.arange(SAMPLES // 2) // 9**k if k < 2 else np.roll(np.arange(SAMPLES // 2), k)) % 9]
        unit[: SAMPLES // 2] = walk
        unit[-len(EDGE) :] = EDGE
        low, high, low_open, high_open = boxed(domain)[r.name]
        # an open end is approached, not reached
        unit = np.where((unit == 0) & low_open, 1e-9, np.where((unit == 1) & high_open, 1 - 1e-9, unit))
        columns[r.name] = stretch(unit, as_float(low), as_float(high))
    if not columns:
        return {}
    keep = np.ones(SAMPLES, dtype=bool)
    for h in hypotheses:
        difference = floats(h.right - h.left, columns) * (1 if h.sign in ("<=", "<") else -1)
        # random points hardly ever meet an equation: then few samples or none are left
        keep &= np.abs(difference) < 1e-9 if h.sign == "=" else difference >= 0
    return {name: column[keep] for name, column in columns.items()}


@counted(0, 20)
@lru_cache(maxsize=4096)
def boxed(domain: Domain) -> Box:
    """The domain as intervals."""
    return box_of(domain)


@counted(5, 5)
@lru_cache(maxsize=20_000)
def low_end(term: Term, domain: Domain) -> tuple[Any, bool] | None:
    """The low end of the natural interval of a term and whether it is open; None where it may be undefined."""
    try:
        low, _, low_open, _ = enclosed(term, boxed(domain))
    except (Undefined, OverflowError):
        return None
    return low, low_open


def along(goal: Goal, name: str, c: Term) -> tuple[Goal, Goal]:
    """The two sides of x = c as goals on boxes: x = low + s (c - low) and x = c + s (high - c), s in [0, 1].

    Where an end is infinite, x = c - s or x = c + s with s >= 0. The new variable s keeps the name x.
    """
    r, s = goal.range(name), Symbol(name)
    if r.low is None:
        lower = goal.put(name, c - s, "[", number(0), None, ")")
    else:
        lower = goal.put(name, r.low + s * (c - r.low), r.opening, number(0), number(1), "]")
    if r.high is None:
        upper = goal.put(name, c + s, "[", number(0), None, ")")
    else:
        upper = goal.put(name, c + s * (r.high - c), "[", number(0), number(1), r.closing)
    return lower, upper


def stretch(unit: Floats, low: float, high: float) -> Floats:
    """Points of [0, 1] carried to a range that may be infinite."""
    with np.errstate(all="ignore"):
        if low == -inf and high == inf:
            return np.tan(np.clip((unit - 0.5) * np.pi, -1.5706, 1.5706))
        if high == inf:
            return low + np.clip(unit / np.maximum(1 - unit, 1e-7), 0, 1e6)
        if low == -inf:
            return high - np.clip(unit / np.maximum(1 - unit, 1e-7), 0, 1e6)
        return low + (high - low) * unit


def rational_end(end: Term | None) -> Fraction | None:
    """The value of an end that is a plain rational."""
    return end.value if isinstance(end, Number) else None


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """A rational of small denominator strictly between two rationals."""
    middle = (low + high) / 2
    size = 1
    while True:
        guess = middle.limit_denominator(size)
        if low < guess < high:
            return guess
        size *= 2


def plainly(goal: Goal, kind: str) -> bool:
    """Whether the natural interval settles a condition of the kind ">", ">=" or "!=", as the checker sees it."""
    try:
        low, high, low_open, high_open = enclosed(goal.term, goal.box)
    except Undefined:
        return False
    above = low > 0 or (low == 0 and low_open)
    return bool(above or (low == 0 and kind == ">=") or (kind == "!=" and (high < 0 or (high == 0 and high_open))))


def touches(goal: Goal) -> bool:
    """Whether a sample comes close to 0."""
    values = goal.sampled()
    values = values[np.isfinite(values)]
    return bool(len(values)) and float(np.min(values)) < 1e-7


def meets(goal: Goal, first: str, second: str) -> bool:
    """Whether the term comes close to 0 where two variables are equal, elsewhere than next to 0."""
    diagonal = goal.put(second, Symbol(first))
    points = diagonal.points()
    values = np.broadcast_to(floats(diagonal.term, points), points[first].shape)
    slack = np.broadcast_to(noise(diagonal.term, points), points[first].shape)
    return bool(np.any((np.abs(points[first]) > 1e-2) & (np.abs(values) <= 10 * slack)))


def wide(goal: Goal, name: str) -> bool:
    """Whether a range holds more than one point."""
    return bool(goal.box[name][0] < goal.box[name][1])


def middle(goal: Goal) -> tuple[str | None, Fraction]:
    """The variable of the term with the widest range, and a simple rational near the middle of that range.

    An infinite range counts as wider than every finite one up to 1e6. (None, 0) if the term has no variable.
    """
    best, name, at = 0.0, None, Fraction(0)
    for candidate in goal.domain.names:
        if candidate not in variables(goal.term):
            continue
        low, high = goal.box[candidate][:2]
        if low == -inf or high == inf:
            # infinite ranges are cut at 0, or if 0 is not inside at twice the finite end
            size, point = 1e6, Fraction(0)
            if low != -inf and low >= 0:
                point = max(Fraction(1), 2 * abs(low))
            elif low == -inf and high != inf and high <= 0:
                point = -max(Fraction(1), 2 * abs(high))
        else:
            size = as_float(high - low)
            # anywhere in the middle half, so that the cut has a short name
            quarter = (high - low) / 4
            point = simplest_between(low + quarter, high - quarter) if quarter else low
        if size > best:
            best, name, at = size, candidate, Fraction(point)
    return name, at
