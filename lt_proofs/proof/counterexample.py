"""Search for a point where an inequality fails, or where one of its sides is not defined.

`prove` and the claims, for their planted errors, use this same search. Samples are drawn with fixed seeds and the
rounds are counted, so that it finds the same point each time. Floats propose points; only a rational point at which an
enclosure or exact algebra shows the failure is returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import inf
from typing import Any

import numpy as np
import sympy

from lt_proofs.exact.enclosure import Undefined, box_of, value_at
from lt_proofs.proof.algebra import factors, polynomial_term
from lt_proofs.proof.calculus import Floats, as_float, conditions, floats
from lt_proofs.proof.fields import identical
from lt_proofs.proof.goal import stretch
from lt_proofs.proof.inequality import ordered
from lt_proofs.proof.instances import texts
from lt_proofs.terms import Apply, Domain, Judgement, Relation, Term, encode, number
from lt_proofs.terms.tree import plain, substitute

Point = dict[str, Fraction]
SIZES = (1, 2, 3, 4, 5, 8, 10, 12, 16, 20, 50, 100, 1000, 10**4, 10**6, 10**9)
COUNT = 4000
BITS = (64, 256, 1024)
FAR, MAX_CORNERS = 10**300, 4
"""Numbers from this size on are not compared as floats; a box in more variables has too many corners."""
PLAIN = 20
"""The largest denominator of points at which equality is decided by algebra, whose cost grows with it."""


def counterexample(judgement: Judgement, rounds: int = 40) -> Point | None:
    """A rational point of the domain that meets the hypotheses and breaks the conclusion, of small denominators."""
    sign, left, right = ordered(judgement["conclusion"])
    domain, hypotheses = judgement["domain"], judgement["hypotheses"]
    # the smaller the score, the worse the inequality fails
    score = -abs_term(right - left) if sign == "=" else right - left
    for point in (*far_corners(domain), *plain_points(score, domain, hypotheses)):
        if breaks(judgement, point):
            return point
    for start in worst_points(score, domain, hypotheses, rounds):
        for point in simpler(start):
            if breaks(judgement, point):
                return point
    # very large and very small points last: there terms overflow or cancel in floats, and the scores mean less
    if any(inf in map(abs, ends[:2]) for ends in box_of(domain).values()):
        return next(
            (point for point in plain_points(score, domain, hypotheses, far=True) if breaks(judgement, point)), None
        )
    return None


def refuting(judgement: Judgement) -> dict[str, Any] | None:
    """What refutes an inequality, as certificates write it: a rational point, or a root of a polynomial."""
    point = counterexample(judgement)
    if point is not None:
        return {"point": texts(point)}
    root = vanishing_root(judgement)
    return None if root is None else root_instance(root)


@dataclass(frozen=True)
class AlgebraicNumber:
    """The root of a polynomial between two rationals."""

    name: str
    polynomial: Term
    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        return f"the root of {plain(self.polynomial)} in [{self.low}, {self.high}]"


def root_instance(root: AlgebraicNumber) -> dict[str, Any]:
    """A root as certificates write it: a polynomial, and two rationals between which it has one root."""
    return {"root": [encode(root.polynomial), str(root.low), str(root.high)]}


def vanishing_root(judgement: Judgement) -> AlgebraicNumber | None:
    """A root of the difference of a strict inequality in one variable of the domain, where the two sides are equal.

    (x^2 - 2)^2 > 0 fails at the root of 2 only, and so at no rational point.
    """
    sign, left, right = ordered(judgement["conclusion"])
    found = factors(right - left, judgement["domain"].names) if len(judgement["domain"].names) == 1 else None
    if sign != "<" or found is None:
        return None
    name = judgement["domain"].names[0]
    for polynomial, exponent in found:
        if exponent <= 0 or polynomial.is_ground:
            continue
        # the interval of a rational root is one point, which the search for points has seen
        for (low, high), _ in polynomial.intervals(eps=sympy.Rational(1, 10**4)):
            ends = [Fraction(int(x.p), int(x.q)) for x in (low, high)]
            if ends[0] < ends[1] and all(contains(judgement["domain"], {name: x}) for x in ends):
                return AlgebraicNumber(name, polynomial_term(polynomial), *ends)
    return None


def breaks(judgement: Judgement, point: Point) -> bool:
    """Whether the point lies in the domain, meets the hypotheses and breaks the conclusion, for certain."""
    try:
        return (
            contains(judgement["domain"], point)
            and all(settled(h, point) is True for h in judgement["hypotheses"])
            and settled(judgement["conclusion"], point) is False
        )
    except Undefined:
        return False


def settled(relation: Relation, point: Point) -> bool | None:
    """Whether a relation holds at a point; None if neither 1024 bits nor algebra (at plain points) decide."""
    for bits in BITS:
        low, high = value_at(relation.left - relation.right, point, bits)
        if low > 0 or high < 0 or low == high:
            answers = {"<=": high <= 0, "<": high < 0, ">=": low >= 0, ">": low > 0, "=": low == high == 0}
            return bool(answers[relation.sign])
    # enclosures never decide that two sides are equal; a strict inequality fails there
    if relation.sign in ("<", ">") and all(x.denominator <= PLAIN for x in point.values()):
        values = {name: number(x) for name, x in point.items()}
        return False if identical(substitute(relation.left - relation.right, values)) else None
    return None


def undefined_at(judgement: Judgement) -> tuple[Point, Term] | None:
    """A rational point of the domain, meeting the hypotheses, where a part of the statement is certainly undefined."""
    relation, domain = judgement["conclusion"], judgement["domain"]
    for u, kind in conditions(relation.left - relation.right):
        # a denominator is undefined at 0, every other condition fails below 0
        score = abs_term(u) if kind == "!=" else u
        for start in worst_points(score, domain, judgement["hypotheses"], 30):
            for point in simpler(start):
                if contains(domain, point) and certainly(u, kind, point, judgement["hypotheses"]):
                    return point, u
    return None


def certainly(u: Term, kind: str, point: Point, hypotheses: tuple[Relation, ...]) -> bool:
    """Whether u certainly fails the condition ">", ">=" or "!=" at a point that certainly meets the hypotheses."""
    try:
        low, high = value_at(u, point, 256)
        if not all(settled(h, point) is True for h in hypotheses):
            return False
    except Undefined:
        return False
    return bool({">": high <= 0, ">=": high < 0, "!=": low == high == 0}[kind])


def abs_term(term: Term) -> Term:
    """The absolute value of a term."""
    return Apply("abs", (term,))


def contains(domain: Domain, point: Point) -> bool:
    """Whether a rational point lies in the box for certain."""
    for r in domain.ranges:
        x = number(point[r.name])
        above = r.low is None or settled(Relation(">" if r.opening == "(" else ">=", x, r.low), {})
        if not (above and (r.high is None or settled(Relation("<" if r.closing == ")" else "<=", x, r.high), {}))):
            return False
    return True


def far_corners(domain: Domain) -> list[Point]:
    """The corners of a box with ends that are too large for floats, which no score can tell from one another."""
    ends = [[Fraction(x) for x in row[:2] if abs(x) != inf] for row in box_of(domain).values()]
    if len(ends) > MAX_CORNERS or all(abs(x) < FAR for row in ends for x in row):
        return []
    return [dict(zip(domain.names, corner, strict=True)) for corner in product(*ends)]


def plain_points(score: Term, domain: Domain, hypotheses: tuple[Relation, ...], far: bool = False) -> Iterator[Point]:
    """Points with simple coordinates where the float score is negative, worst first; ``far``: from 10^-4 to 10^15."""
    names, box = domain.names, box_of(domain)
    choices = [(list(_far_values(*box[name])) if far else []) or list(_simple_values(*box[name])) for name in names]
    rng = np.random.default_rng(2)
    picks = [rng.integers(0, len(c), 3000) for c in choices]
    points = {n: np.array([as_float(c[i]) for i in p]) for n, c, p in zip(names, choices, picks, strict=True)}
    values = np.atleast_1d(_values(score, points, hypotheses))
    order = np.argsort(values, kind="stable")[:8]
    for j in order:
        if values[j] < 0:
            yield {n: c[p[j]] for n, c, p in zip(names, choices, picks, strict=True)}


def _simple_values(low: Fraction, high: Fraction, low_open: bool, high_open: bool) -> Iterator[Fraction]:
    units = sorted({Fraction(k, d) for d in (1, 2, 3, 4, 10) for k in range(d + 1)})
    for unit in units:
        if low != -inf and high != inf:
            value = (low + (high - low) * unit).limit_denominator(1000)
        elif unit == 1:
            continue
        elif low != -inf:
            value = low + unit / (1 - unit)
        elif high != inf:
            value = high - unit / (1 - unit)
        else:
            value = 10 * unit - 5
        if low < value < high or (value == low and not low_open) or (value == high and not high_open):
            yield value


def _far_values(low: Fraction, high: Fraction, low_open: bool, high_open: bool) -> Iterator[Fraction]:
    """One, two or five times powers of ten in an infinite range, simple fractions of a finite one."""
    if low != -inf and high != inf:
        yield from _simple_values(low, high, low_open, high_open)
        return
    for exponent in range(-4, 16):
        for digit in (1, 2, 5):
            size = digit * Fraction(10) ** exponent
            for value in (size,) if low >= 0 else (-size,) if high <= 0 else (size, -size):
                if low < value < high:
                    yield value


def worst_points(score: Term, domain: Domain, hypotheses: tuple[Relation, ...], rounds: int) -> list[dict[str, float]]:
    """Float points where the score is least: the best twelve of 4,000 random ones, improved by pattern search.

    The score is negative where the conclusion fails. Each of ``rounds`` rounds moves every coordinate both ways and
    keeps what is better; a round without improvement makes the steps smaller.
    """
    names = domain.names
    if not names:
        return [{}]
    box = box_of(domain)

    def stretched(units: Floats) -> dict[str, Floats]:
        return {n: stretch(units[k], as_float(box[n][0]), as_float(box[n][1])) for k, n in enumerate(names)}

    def scores(units: Floats) -> Floats:
        return _values(score, stretched(units), hypotheses)

    rng = np.random.default_rng(1)
    units = rng.random((len(names), COUNT))
    # a good part of the points lies on faces and edges, where inequalities are sharp
    edge = rng.random(units.shape) < 0.15
    units = np.where(edge, rng.choice([0.0, 1.0, 0.5, 1e-4, 1 - 1e-4, 0.25, 0.75, 1 / 3], units.shape), units)
    values = scores(units)
    order = np.argsort(values)[:12]
    best = units[:, order]
    step = np.full(best.shape[1], 0.05)
    current = values[order]
    for _ in range(rounds):
        moved = False
        for k in range(len(names)):
            for direction in (1, -1):
                trial = best.copy()
                trial[k] = np.clip(trial[k] + direction * step, 0, 1)
                fresh = scores(trial)
                better = fresh < current
                if np.any(better):
                    best[:, better], current[better], moved = trial[:, better], fresh[better], True
        if not moved:
            step /= 3
    # an open end does not belong to the domain
    lows = np.array([[1e-6 if box[n][2] else 0.0] for n in names])
    highs = np.array([[1 - 1e-6 if box[n][3] else 1.0] for n in names])
    points = stretched(np.clip(best, lows, highs))
    return [{n: float(points[n][j]) for n in names} for j in np.argsort(current)]


def _values(score: Term, points: dict[str, Floats], hypotheses: tuple[Relation, ...]) -> Floats:
    size = max((len(column) for column in points.values()), default=1)
    values = np.broadcast_to(floats(score, points), (size,)).copy()
    for h in hypotheses:
        difference = floats(h.right - h.left, points) * (1 if h.sign in ("<=", "<") else -1)
        values = np.where(difference < 0, inf, values)
    # points that break a hypothesis, or where the score is undefined, are never the worst
    values[~np.isfinite(values)] = inf
    return values


def simpler(start: dict[str, float]) -> Iterator[Point]:
    """Rational points near a float one, simple denominators first."""
    if any(not np.isfinite(x) for x in start.values()):
        return
    seen = []
    for size in SIZES:
        point = {name: Fraction(x).limit_denominator(size) for name, x in start.items()}
        if point not in seen:
            seen.append(point)
            yield point
    yield {name: Fraction(x) for name, x in start.items()}
