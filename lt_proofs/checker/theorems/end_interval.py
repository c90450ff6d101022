"""The end interval as the worst set in convex order: a table of failures that falls with each sample."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil

from errors import Rejected, spend
from inequalities.formulas import Formula, Statement
from inequalities.intervals import evaluate
from shapes import Judgement, Law
from theorems.flows import number
from theorems.obligations import ONE, ZERO, about

STEEP, BEND = Fraction(21, 25), Fraction(17, 50)
MAX_CELLS, MAX_ATOMS, FIRST = 1024, 64, 16
UNIT, FINE, PARTS, ACCURACY = 1 << 72, 1 << 32, 1 << 32, 64
Point = tuple[int, Fraction]
Step = tuple[int, int, int]


def end_interval(goal: Statement) -> list[Judgement]:
    """Mathematics 5.51: with M >= 2r, a set of measure a and l <= min(a, M - a, r), at least 21/25 r l - 17/50 l^2."""
    M, r, level, a = goal.length, goal.radius, goal.level, Formula("a")
    known = STEEP * (r * level) - BEND * level**2
    return about(
        goal, 0 < r, 2 * r <= M, 0 <= level, level <= r, level <= a, level <= M - a, goal.bound <= known
    )  # fmt: skip


class Table:
    """f(v) bounds the chance that the set of fraction v fails to cover; convex, falling, in units of 2^-72.

    With one more sample f(v) becomes at most the mean of f(v + Z/M) on a cell of fractions, where the staircase
    P(Z > t) is the same for the cell and is cut off at the measure of the smaller of the set and its complement.  On
    the cell this mean is convex in v, hence at most the chord of its values at both ends.
    """

    def __init__(self, law: Law, share: Fraction, length: Fraction, cells: int, atoms: int, gap: Fraction) -> None:
        if not (2 <= cells <= MAX_CELLS and cells % 2 == 0 and 1 <= atoms <= MAX_ATOMS):
            raise Rejected(f"an even number of up to {MAX_CELLS} cells and up to {MAX_ATOMS} atoms are needed")
        spend(cells * atoms * 300)
        self.gains = gains = Gains(law, length)
        places = sorted({-(-cells * k // (2 * atoms)) for k in range(1, atoms + 1)})
        stairs = [staircase(gains, length / cells, low, places) for low in range(cells // 2)]
        stairs += stairs[::-1]
        # at each end of a cell the staircase is cut off at the measure of the smaller part
        ends = ([cut_off(stairs[k], min(i, cells - i)) for k in (i - 1, i) if 0 <= k < cells] for i in range(cells + 1))
        self.ways, self.share, self.cells = list(ends), share / 2, cells
        self.failures = [ceil((ONE - Fraction(i, cells)) * length / gap * UNIT) for i in range(cells + 1)]

    def one_more(self) -> None:
        """The table after one more sample: the means, rounded up, and above them a convex function that falls."""
        spend(sum(2 * len(steps) for ways in self.ways for steps in ways) + 10 * self.cells)
        part, whole = self.share.as_integer_ratio()
        f, fall = self.failures, 0
        new = []
        for i, ways in enumerate(self.ways):
            gain = min(sum(weight * (f[i + near] - f[i + far]) for near, far, weight in steps) for steps in ways)
            new.append(f[i] - part * gain // (whole * PARTS))
        for i in reversed(range(self.cells)):
            fall = max(fall, new[i] - new[i + 1])
            new[i] = new[i + 1] + fall
        self.failures = new

    def at(self, place: int, part: int) -> int:
        """The chord between two cells, at so many of 2^32 parts of the way, in units of 2^-40, rounded up."""
        low, high = self.failures[place], self.failures[min(place + 1, self.cells)]
        return -(((low - high) * part // PARTS - low) // FINE)


def cut_off(steps: list[Step], most: int) -> list[Step]:
    """The steps of a staircase up to a place."""
    return [(near, min(far, most), height) for near, far, height in steps if near < most]


def staircase(gains: Gains, cell: Fraction, low: int, places: list[int]) -> list[Step]:
    """The steps of P(Z > t) where the smaller part has `low` to `low` + 1 cells: from, to, and the height in 2^-32.

    Its integral is at most the known lower bounds at some places, and below the least concave function above these;
    the true function is concave.
    """
    points: list[Point] = [(0, ZERO)]
    ends = (low, low + 1) if gains.concave((low + 1) * cell) else (low,)
    for place in (*(x for x in places if x < low), *ends):
        if place == 0 or place * cell > gains.radius:
            continue
        point = (place, gains.least(place * cell, low * cell, (low + 1) * cell) / cell)
        while len(points) > 1 and slope(points[-2], points[-1]) <= slope(points[-1], point):
            points.pop()
        points.append(point)
    heights = ((near[0], far[0], int(slope(near, far) * PARTS)) for near, far in pairwise(points))
    return [step for step in heights if step[2] > 0]


def slope(near: Point, far: Point) -> Fraction:
    """The slope of a chord."""
    return (far[1] - near[1]) / (far[0] - near[0])


class Gains:
    """Lower bounds of E min(g, l), doubled, for the gain g of a set in a window, by the lemma of the end interval."""

    def __init__(self, law: Law, length: Fraction) -> None:
        kind, *numbers = law
        if kind not in ("uniform", "product"):
            raise Rejected("the lemma of the end interval is used for uniform laws and the product")
        self.uniform = kind == "uniform"
        self.radius = number(numbers[0]) if self.uniform else ONE
        if not 0 < 2 * self.radius <= length:
            raise Rejected("the radius of the law must be at most half of the window")
        # how much longer the window is than twice the radius, in radii
        self.excess = length / self.radius - 2
        self.logs: dict[Fraction, Fraction] = {}

    def concave(self, smaller: Fraction) -> bool:
        """Whether the bound is concave in the level, for a smaller part of at most this measure."""
        return not self.uniform or smaller <= 2 * self.radius / 3

    def least(self, level: Fraction, low: Fraction, high: Fraction) -> Fraction:
        """The integral of P(Z > t) over 0 < t < level, where the smaller part has a measure from `low` to `high`."""
        if self.uniform:
            return self.radius * self.of_radius(*(x / self.radius for x in (level, low, high)))
        # radii above 3/2 of the measure have the gains of the end interval; down to the level, those of the lemma
        c = min(3 * high / 2, ONE)
        logs = (BEND * self.log(level) + (Fraction(1, 2) - BEND) * self.log(c)) * level**2
        return (1 - c) * level + logs + STEEP * level * (c - level) + level**2 / 4

    def of_radius(self, level: Fraction, low: Fraction, high: Fraction) -> Fraction:
        """The same for the uniform law on [-1, 1]."""
        end = level - level**2 / 2
        if high <= Fraction(2, 3):
            return end
        known = STEEP * level - BEND * level**2
        turn, b = high - Fraction(2, 3), 1 - max(ZERO, low - self.excess)
        near = Fraction(3, 4) * (2 - high) * level - level**2 / 8 if level <= turn else end - Fraction(3, 8) * turn**2
        middle = end - b**2 if level >= 2 * b else level * (1 - b) - level**2 / 4
        return max(known, near, middle)

    def between(self, low: Fraction, high: Fraction) -> Fraction:
        """A lower bound of P(low <= |X| <= high)."""
        if self.uniform:
            return (min(self.radius, high) - low) / self.radius
        above, below = (evaluate(("-", x, ("*", x, ("log", x))), {}, ACCURACY) for x in (min(ONE, high), min(ONE, low)))
        return above[0] - below[1]

    def log(self, x: Fraction) -> Fraction:
        """A lower bound of the logarithm."""
        if x not in self.logs:
            self.logs[x] = evaluate(("log", x), {}, ACCURACY)[0]
        return self.logs[x]


class First:
    """The chance to fail from K_0 = [-s, s] itself: what the first sample that is not 0 adds is known exactly.

    With 3 s <= M/2 it is at least g <= 2 s if g <= |X| <= M/2 + s - g.
    """

    def __init__(self, gains: Gains, share: Fraction, length: Fraction, start: Fraction) -> None:
        self.share, self.bound = share, 1 << 40
        steps = [Fraction(k, FIRST) * 2 * start for k in range(FIRST + 1)]
        spend(FIRST * 2000)
        reached = [gains.between(g, length / 2 + start - g) for g in steps[1:]]
        self.chances = [int(max(ZERO, chance) * PARTS) if 6 * start <= length else 0 for chance in reached]
        self.fractions = [(2 * start + g) / length for g in steps]

    def one_more(self, table: Table) -> None:
        """One more sample, if the table is that before it."""
        values = [table.at(*divmod(int(x * table.cells * PARTS), PARTS)) for x in self.fractions]
        falls = zip(self.chances, pairwise(values), strict=True)
        moved = values[0] - sum(chance * (high - low) for chance, (high, low) in falls) // PARTS
        stay = min(values[0], self.bound)
        self.bound = ceil((1 - self.share) * stay + self.share * min(moved, stay))
