"""Find flows in floats: lower bounds for how much covered weight one sample of a law is expected to add.

A window is divided into cells of unequal weight. A flow with power s and profile p + q m + r m² bounds the weighted
flow from every measurable set of weight m to its complement from below (Mathematics 2.19); it is established by all
colourings of two rows of cells, for each of several offsets between them (Mathematics 2.20). The profiles found here
are rounded down to rationals, and the checker verifies every colouring in integers (Mathematics 5.4).
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

# denominators of the rational profiles, and the largest integer weight of a cell
GRAIN = 1 << 18
HEIGHT = 1000
# values tried for -r, the curvature of a profile: a geometric sequence from 0.08 to 3.7
BENDS = tuple(0.08 * 1.27**k for k in range(17))
POWERS = (Fraction(-1), Fraction(1, 2), Fraction(1))
MOST_ROUNDS = 60
(z,) = symbols("z")


@dataclass(frozen=True)
class Flow:
    """A flow: its power, its profile (p, q, r), and the numbers (p_k, q_k) for each pair of offsets k and M - 1 - k.

    The profile's p and q are the means of the p_k and q_k over the M = ``offsets`` offsets.
    """

    power: Fraction
    profile: tuple[Fraction, Fraction, Fraction]
    parts: tuple[tuple[Fraction, Fraction], ...]
    offsets: int


def tapered(cells: int, steepness: float) -> tuple[int, ...]:
    """Return integer weights proportional to exp(-steepness x²) at the midpoints x of equal cells of [-1, 1]."""
    places = [(2 * i + 1) / cells - 1 for i in range(cells)]
    return tuple(max(1, round(HEIGHT * math.exp(-steepness * x * x))) for x in places)


def densities(law: Law, length: Fraction, cells: int, offsets: int) -> Any:
    """Return lower bounds of the density on each of the cells · offsets equal parts of [0, length], as floats.

    The density decreases, so its value at the far end of a part is a lower bound on the part.
    """
    ends = [length * (k + 1) / (cells * offsets) for k in range(cells * offsets)]
    # the uniform law of a radius, possibly with a weight, is constant up to the radius
    numbers = [value_at(x, {})[0] for x in law.numbers] if law.kind in ("uniform", "contains") else []
    if numbers:
        weight, radius = [Fraction(1), *numbers][-2:]
        return np.array([float(weight / (2 * radius)) if end <= radius else 0.0 for end in ends])
    # b·|a| with a, b uniform on [-1, 1] has the density -log|z|/2; a rational lower bound is enough
    term = -call("log", z) / 2 if law.kind == "product" else law.numbers[0]
    return np.array([max(0.0, float(value_at(term, {"z": end})[0])) for end in ends])


def flows(law: Law, length: Fraction, weights: tuple[int, ...], offsets: int) -> list[Flow]:
    """Return flows of each power: for each bend, one that vanishes with the set and one that does with its complement.

    The first kind serves while little is covered, the second while little is uncovered.
    """
    levels = densities(law, length, len(weights), offsets)
    found = []
    for power in POWERS:
        rows = [OffsetFlow(levels, length, weights, power, k, offsets) for k in range(offsets)]
        for bend in (Fraction(round(b * GRAIN), GRAIN) for b in BENDS):
            for empty in (True, False):
                # offsets k and M - 1 - k are mirror images and must share their numbers: the smaller slope serves both
                slopes = [row.slope(float(bend), empty) for row in rows]
                both = [min(a, b) for a, b in zip(slopes, slopes[::-1], strict=True)][: (offsets + 1) // 2]
                found += list(profile(power, bend, empty, both, offsets))
    return found


def profile(power: Fraction, bend: Fraction, empty: bool, slopes: Iterable[float], offsets: int) -> Iterable[Flow]:
    """Yield the profile with these slopes at m = 0 (or at m = 1) if the mean after a sample is concave in m.

    ``slopes`` are those of the pairs of offsets. Concavity is the condition under which the recursion may interpolate
    between nodes.
    """
    # one grain less than the rounded slope, because the float may be a little too large
    exact = [min(bend, Fraction(math.floor(slope * GRAIN) - 1, GRAIN)) for slope in slopes]
    # a profile that vanishes at m = 0 has p = 0 and slope q = a there; one that vanishes at m = 1 has slope -a there,
    # which with r = -bend gives p = a - bend and q = 2 bend - a
    parts = [(Fraction(0), a) if empty else (a - bend, 2 * bend - a) for a in exact]
    every = [*parts, *parts[::-1][offsets % 2 :]]
    last, linear = (sum(column, Fraction(0)) / offsets for column in zip(*every, strict=True))
    # the checker's own test that the guaranteed mean is concave on (0, 1)
    second = (power + 1) * ((power + 2) * last + power * (linear - 1)) - power * (power - 1) * bend
    if second <= 0 and linear + last > 0:
        yield Flow(power, (last, linear, -bend), tuple(parts), offsets)


class OffsetFlow:
    """The flow between two rows of cells at one offset, with the critical colourings found so far."""

    def __init__(
        self, levels: Any, length: Fraction, weights: tuple[int, ...], power: Fraction, k: int, offsets: int
    ) -> None:
        # points y = (i + s) w and z = (j + t) w with s - t in the k-th part of (0, 1): their distance lies in part
        # (i - j) · offsets + k for i >= j, and in the mirrored part for i < j
        w = np.array(weights, dtype=np.float64)
        d = np.subtract.outer(np.arange(len(w)), np.arange(len(w)))
        near = levels[np.where(d >= 0, d * offsets + k, -d * offsets - k - 1)] * float(length / len(w))
        # the cost w_i |1 - (w_i/(w_i + w_j))^s| of a pair of cells in the flow of power s
        cost = w[:, None] * abs(1 - (w[:, None] / (w[:, None] + w)) ** float(power))
        self.weights, self.pairs = w, (near * cost, near * cost.T)
        # critical colourings: (flow, a + b, ab), for profiles that vanish with the set and with its complement
        self.seen: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}

    def slope(self, bend: float, empty: bool) -> float:
        """Return the greatest a with a m - bend m² <= flow for all colourings, m the weight of the set (or complement).

        Dinkelbach's method: a violated colouring gives the slope at which it is tight, and so on until none is
        violated. Colourings found for earlier bends give the start. The result is -1 if it does not converge.
        """
        first, second = self.pairs if empty else self.pairs[::-1]
        factor = 2 * bend / self.weights.sum()
        seen, slope = self.seen[empty], bend
        # colourings that were critical for another bend are likely to be critical now, and cost nothing
        for flow, total, product in seen:
            slope = min(slope, (flow + factor * product) / total)
        for _ in range(MOST_ROUNDS):
            least, *colouring = compiled(weakest)(first, second, self.weights, slope, factor)
            # no colouring violates the slope beyond rounding; the profile is rounded down afterwards
            if least > -1e-9 * self.weights.sum():
                return slope
            seen.append((colouring[0], colouring[1], colouring[2]))
            slope = (colouring[0] + factor * colouring[2]) / colouring[1]
        return -1.0
