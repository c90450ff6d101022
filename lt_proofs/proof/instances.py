"""Random instances that attacks are made of: rational points of a box, simple fractions first, and sets of cells."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from lt_proofs.proof.evaluate import NotExact, exact_value, holds, inside
from lt_proofs.terms import Domain, Judgement, Relation

SIMPLE = (1, 2, 3, 4, 8, 10, 20)
SIMPLE_DRAWS, DRAWS = 300, 200_000
MIXED = (1, 2, 3, 4, 8, 10, 100, 1000, 10**6)

Point = dict[str, Fraction]
Trial = tuple[bool, dict[str, Any]]
"""Whether the conclusion held, and the instance as the checker reads it."""
Attack = Callable[[Judgement, random.Random], Iterator[Trial]]
"""A generator of admissible instances of a judgement."""


def points(domain: Domain, rng: random.Random) -> Iterator[Point]:
    """Rational points of a box: simple fractions first, then random ones of mixed size, out of 200,000 draws."""
    for count in range(DRAWS):
        point = drawn(domain, rng, SIMPLE if count < SIMPLE_DRAWS else MIXED)
        if inside(domain, point):
            yield point


def witness(domain: Domain, hypotheses: Sequence[Relation], tries: int = 20_000) -> Point | None:
    """A rational point of a box that meets all hypotheses, the same at every call; None where none was found."""
    for point in itertools.islice(points(domain, random.Random(0)), tries):
        try:
            if all(holds(h, point) for h in hypotheses):
                return point
        except NotExact:
            continue
    return None


def drawn(domain: Domain, rng: random.Random, sizes: tuple[int, ...] = SIMPLE) -> Point:
    """A random rational point of the closed box."""
    point = {}
    for r in domain.ranges:
        low = exact_value(r.low, {}) if r.low is not None else None
        high = exact_value(r.high, {}) if r.high is not None else None
        point[r.name] = _draw(low, high, sizes, rng)
    return point


def _draw(low: Fraction | None, high: Fraction | None, sizes: tuple[int, ...], rng: random.Random) -> Fraction:
    """A value between two ends, None for infinite ones; some of the mixed ones are very near an end."""
    steps = rng.choice(sizes)
    part = Fraction(rng.randint(0, steps), steps)
    if sizes is MIXED and rng.random() < 0.2:
        # very near one of the ends, where probabilities and tolerances are interesting
        part = part**4 if rng.random() < 0.5 else 1 - part**4
    if low is not None and high is not None:
        return low + (high - low) * part
    # t / (1 - t) maps [0, 1) to [0, oo)
    stretched = part / (1 - part) if part < 1 else Fraction(10**6)
    if low is not None:
        return low + stretched
    if high is not None:
        return high - stretched
    return stretched if rng.random() < 0.5 else -stretched


def colourings(cells: int, rng: random.Random, drawn: int = 120) -> list[list[int]]:
    """Sets of cells, 1 for those of the set: each initial segment, then random sets."""
    rows = [[1] * k + [0] * (cells - k) for k in range(cells + 1)]
    return rows + [[rng.randint(0, 1) for _ in range(cells)] for _ in range(drawn)]


def grid_cut(row: Sequence[int], radius: Fraction) -> int:
    """How many pairs of points at most a radius apart have one point in the set."""
    return sum(row[i] != row[j] for i, j in combinations(range(len(row)), 2) if j - i <= radius)


def texts(point: Point) -> dict[str, str]:
    """A point as certificates write it."""
    return {name: str(value) for name, value in point.items()}
