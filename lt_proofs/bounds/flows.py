"""Weights for the cells of a window, and how much of them a sample of a law certainly adds: found in floats.

What is found is rounded down to rational numbers; the checker looks at every colouring again in integers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from lt_proofs.exact.enclosure import value_at
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.flows import weakest
from lt_proofs.terms import Law, symbols
from lt_proofs.terms.tree import call

GRAIN = 1 << 18
HEIGHT = 1000
BENDS = tuple(0.08 * 1.27**k for k in range(17))
POWERS = (Fraction(-1), Fraction(1, 2), Fraction(1))
MOST_ROUNDS = 60
(z,) = symbols("z")


@dataclass(frozen=True)
class Flow:
    """A profile p + q m + r m^2 of the flow of a power, with its numbers p and q for each two offsets."""

    power: Fraction
    profile: tuple[Fraction, Fraction, Fraction]
    parts: tuple[tuple[Fraction, Fraction], ...]
    offsets: int


def tapered(cells: int, steepness: float) -> tuple[int, ...]:
    """Whole weights in the shape of exp(-steepness x^2), the cells being those of [-1, 1]."""
    places = [(2 * i + 1) / cells - 1 for i in range(cells)]
    return tuple(max(1, round(HEIGHT * math.exp(-steepness * x * x))) for x in places)


def densities(law: Law, length: Fraction, cells: int, offsets: int) -> Any:
    """The density of a law at the far end of each of the parts of the cells, in floats, or 0 where none is known."""
    ends = [length * (k + 1) / (cells * offsets) for k in range(cells * offsets)]
    numbers = [value_at(x, {})[0] for x in law.numbers] if law.kind in ("uniform", "contains") else []
    if numbers:
        weight, radius = [Fraction(1), *numbers][-2:]
        return np.array([float(weight / (2 * radius)) if end <= radius else 0.0 for end in ends])
    term = -call("log", z) / 2 if law.kind == "product" else law.numbers[0]
    return np.array([max(0.0, float(value_at(term, {"z": end})[0])) for end in ends])


def flows(law: Law, length: Fraction, weights: tuple[int, ...], offsets: int) -> list[Flow]:
    """Profiles of the flow of each power: for each bend, one that vanishes with the set and one with its complement."""
    levels = densities(law, length, len(weights), offsets)
    found = []
    for power in POWERS:
        rows = [Row(levels, length, weights, power, k, offsets) for k in range(offsets)]
        for bend in (Fraction(round(b * GRAIN), GRAIN) for b in BENDS):
            for empty in (True, False):
                slopes = [row.slope(float(bend), empty) for row in rows]
                both = [min(a, b) for a, b in zip(slopes, slopes[::-1], strict=True)][: (offsets + 1) // 2]
                found += list(profile(power, bend, empty, both, offsets))
    return found


def profile(power: Fraction, bend: Fraction, empty: bool, slopes: Iterable[float], offsets: int) -> Iterable[Flow]:
    """The profile with these slopes at 0 (or at 1), where it leaves the mean after a sample concave."""
    exact = [min(bend, Fraction(math.floor(slope * GRAIN) - 1, GRAIN)) for slope in slopes]
    parts = [(Fraction(0), a) if empty else (a - bend, 2 * bend - a) for a in exact]
    every = [*parts, *parts[::-1][offsets % 2 :]]
    last, linear = (sum(column, Fraction(0)) / offsets for column in zip(*every, strict=True))
    second = (power + 1) * ((power + 2) * last + power * (linear - 1)) - power * (power - 1) * bend
    if second <= 0 and linear + last > 0:
        yield Flow(power, (last, linear, -bend), tuple(parts), offsets)


class Row:
    """The pairs of cells of two rows at one offset, with the colourings that were the weakest so far."""

    def __init__(
        self, levels: Any, length: Fraction, weights: tuple[int, ...], power: Fraction, k: int, offsets: int
    ) -> None:
        w = np.array(weights, dtype=np.float64)
        d = np.subtract.outer(np.arange(len(w)), np.arange(len(w)))
        near = levels[np.where(d >= 0, d * offsets + k, -d * offsets - k - 1)] * float(length / len(w))
        cost = w[:, None] * abs(1 - (w[:, None] / (w[:, None] + w)) ** float(power))
        self.weights, self.pairs = w, (near * cost, near * cost.T)
        self.seen: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}

    def slope(self, bend: float, empty: bool) -> float:
        """The greatest a for which a m - bend m^2 is below the flow, m the weight of a set, or of its complement."""
        first, second = self.pairs if empty else self.pairs[::-1]
        factor = 2 * bend / self.weights.sum()
        seen, slope = self.seen[empty], bend
        for flow, total, product in seen:
            slope = min(slope, (flow + factor * product) / total)
        for _ in range(MOST_ROUNDS):
            least, *colouring = compiled(weakest)(first, second, self.weights, slope, factor)
            if least > -1e-9 * self.weights.sum():
                return slope
            seen.append((colouring[0], colouring[1], colouring[2]))
            slope = (colouring[0] + factor * colouring[2]) / colouring[1]
        return -1.0
