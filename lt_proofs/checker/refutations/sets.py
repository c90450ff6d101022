"""Sets that refute a cut, a flow or a gain: unions of equal cells of an interval, and points of a grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from errors import Malformed, Rejected, spend, work
from errors import size as bits_of
from inequalities.intervals import evaluate
from inequalities.points import admissible, colours, exact_point, holds, value
from inequalities.syntax import LAW_FILES, density_of, sequence
from shapes import Data, Judgement, Law, Point, Term
from theorems.cuts import meant_case, refuted_case
from theorems.flows import cost, number, numbers_of
from theorems.gains import PRODUCTS
from theorems.obligations import HALF, ONE, ZERO

PARTS = 64


def refuted_cut(statement: Judgement, data: dict[str, Data]) -> None:
    """A union of equal cells whose exact cut is below the bound."""
    cells = sequence(data.get("cells"), least=1)
    cells = colours(cells, len(cells))
    point = exact_point(data.get("point"))
    length, radius = value(statement["length"], point), value(statement["radius"], point)
    if length <= 0 or point.get("a") != length * sum(cells) / len(cells):
        raise Malformed("the counterexample needs 1 to 64 cells of a positive length, and their measure as a")
    admissible(statement, point)
    if cell_cut(cells, length / len(cells), radius) >= value(statement["bound"], point):
        raise Rejected("the set does not refute the bound")


def refuted_capped_gain(statement: Judgement, data: dict[str, Data]) -> None:
    """A union of equal cells whose exact gains, capped at the level, are below the bound."""
    cells = sequence(data.get("cells"), least=1)
    cells = colours(cells, len(cells))
    point = exact_point(data.get("point"))
    length, radius, level = (value(statement[field], point) for field in ("length", "radius", "level"))
    if length <= 0 or point.get("a") != length * sum(cells) / len(cells):
        raise Malformed("the counterexample needs 1 to 64 cells of a positive length, and their measure as a")
    admissible(statement, point)
    if capped_gain(cells, length / len(cells), radius, level) >= value(statement["bound"], point):
        raise Rejected("the set does not refute the bound")


def capped_gain(cells: Sequence[int], width: Fraction, radius: Fraction, level: Fraction) -> Fraction:
    """The integral over |x| <= radius of the smaller of the level and the gain of a union of cells, moved by x."""
    count = len(cells)
    spend(20 * count**2 + 60 * count * work(*2 * [bits_of(width) + bits_of(radius) + bits_of(level)]))
    gains = [0] * (2 * count + 1)
    for i, own in enumerate(cells):
        for j, other in enumerate(cells):
            gains[j - i + count] += own * (1 - other)
    found = ZERO
    for k, (low, high) in enumerate(pairwise(width * gain for gain in gains), -count):
        # the gain is linear between multiples of the width; the part of this piece within the radius
        start, end = max(-radius, k * width), min(radius, (k + 1) * width)
        if start < end:
            ends = [low + (high - low) * (x - k * width) / width for x in (start, end)]
            found += (end - start) * capped_mean(ends[0], ends[1], level)
    return found


def capped_mean(low: Fraction, high: Fraction, level: Fraction) -> Fraction:
    """The mean of the smaller of a level and a function that is linear from one value to another."""
    low, high = sorted((low, high))
    if high <= level:
        return (low + high) / 2
    if low >= level:
        return level
    share = (level - low) / (high - low)
    return share * (low + level) / 2 + (1 - share) * level


def cell_cut(cells: Sequence[int], width: Fraction, radius: Fraction) -> Fraction:
    """The measure of the pairs of a point in a union of cells and one outside that are at most a radius apart."""
    spend(5 * len(cells) ** 2 + 20 * len(cells) * work(*2 * [bits_of(width) + bits_of(radius)]))
    mixed = Counter(abs(i - j) for i, own in enumerate(cells) for j, other in enumerate(cells) if own > other).items()
    return sum((k * near(d, width, radius) for d, k in mixed), ZERO)


def near(d: int, width: Fraction, radius: Fraction) -> Fraction:
    """The measure of the pairs of points at most a radius apart, one in a cell and one in the d-th cell after it."""
    corners = ((1, 1), (0, -2), (-1, 1))  # of the square of two cells, cut by a line of slope 1
    return sum((c * max(radius - (d - s) * width, ZERO) ** 2 for s, c in corners), ZERO) / 2


def refuted_flow(statement: Judgement, data: dict[str, Data]) -> None:
    """A union of equal parts of the cells with less flow than stated, for a uniform law and a whole power."""
    weights, power, (last, linear, bend) = numbers_of(statement)
    cells = sequence(data.get("cells"), least=1)
    inside, times = colours(cells, len(cells)), len(cells) // len(weights)
    if statement["law"][0] != "uniform" or power == HALF or times * len(weights) != len(cells):
        raise Rejected("a flow is refuted by equal parts of its cells, for a uniform law and the power -1 or 1")
    width, radius = number(statement["length"]) / len(cells), number(statement["law"][1])
    parts = [(k, weights[k // times], own) for k, own in enumerate(inside)]
    whole = width * times * sum(weights)
    m = sum(w * own for _, w, own in parts) * width / whole
    mixed = [(abs(i - j), v, w) for i, v, own in parts for j, w, other in parts if own > other]
    flow = sum(near(d, width, radius) * cost(v, w, power) for d, v, w in mixed)
    if radius <= 0 or flow / (2 * radius * whole) >= last + linear * m + bend * m**2:
        raise Rejected("the set does not refute the profile")


def refuted_drift(statement: Judgement, data: dict[str, Data]) -> None:
    """A union of equal cells of the window whose exact gain is below the one stated."""
    point = exact_point(data.get("point"))
    cells = sequence(data.get("cells"), least=1)
    cells = colours(cells, len(cells))
    if point.get("v") != Fraction(sum(cells), len(cells)):
        raise Malformed("v must be the share of the cells in the set")
    admissible(statement, point)
    length = value(statement["length"], point)
    if length <= 0:
        raise Rejected("a window of no length refutes nothing")
    highest = highest_gain(statement["law"], point, cells, length / len(cells)) / length
    if not holds(("<", highest, statement["gain"]), point):
        raise Rejected("the set does not refute the gain")


def highest_gain(law: Law, point: Point, cells: Sequence[int], width: Fraction) -> Fraction:
    """The gain in measure of a union of cells, rounded up where logarithms occur."""
    kind, *numbers = law

    def cut(r: Fraction) -> Fraction:
        return cell_cut(cells, width, r)

    if kind in ("uniform", "contains"):  # what is not uniform in it may be 0
        *weight, radius = (value(x, point) for x in numbers)
        if radius <= 0 or (weight and not 0 <= weight[0] <= 1):
            raise Rejected("there is no such law at the point")
        return cut(radius) / (2 * radius) * (weight[0] if weight else 1)
    density = density_of(law) if kind in LAW_FILES else None
    if density is not None:
        return highest_gain_by_density(density, cut, width * len(cells))
    if kind not in PRODUCTS:
        raise Rejected("no set is known to refute a statement about this law")
    total, parts = ZERO, ceil(1 / width)
    spend((40_000 + 60 * len(cells) ** 2) * parts)
    for low, high in pairwise([*(k * width for k in range(parts)), ONE]):
        middle = (low + high) / 2  # between low and high the cut is p + q r + s r^2
        s = 2 * (cut(low) - 2 * cut(middle) + cut(high)) / (high - low) ** 2
        q = (cut(high) - cut(low)) / (high - low) - s * (low + high)
        p = cut(low) - q * low - s * low**2
        total += q * (high - low) / 2 + s * (high**2 - low**2) / 4
        if p:  # the mean over r of cut/(2r) is exact but for a log
            total += p / 2 * evaluate(("log", high / low), {}, 64)[p > 0]
    return PRODUCTS[kind] * total


def highest_gain_by_density(density: Term, cut: Callable[[Fraction], Fraction], length: Fraction) -> Fraction:
    """The gain under a density that falls in |z|: no more than its value at the near end of each of PARTS parts.

    The pairs y in K and z outside at most r apart measure cut(r), so the gain is the integral of the density over cut.
    """
    total, reached = ZERO, ZERO
    for k in range(PARTS):
        near, beyond = k * length / PARTS, cut((k + 1) * length / PARTS)
        highest = evaluate(density, {"z": (near, near, False, False)}, 64)[1]
        total, reached = total + max(ZERO, highest) * (beyond - reached), beyond
    return total


def refuted_grid_cut(statement: Judgement, data: dict[str, Data]) -> None:
    """A subset of one of the grids, and a radius, with a cut below the bound."""
    points, radius, size, cut = grid_set(statement, data)
    if not meant_case(statement, points, radius, size) or not refuted_case(statement, points, radius, size, cut):
        raise Rejected("the set does not refute the bound")


def refuted_grid_drift(statement: Judgement, data: dict[str, Data]) -> None:
    """A set of points of one of the grids that gains less than is said."""
    points, radius, size, cut = grid_set(statement, data)
    at = {"M": Fraction(points), "r": Fraction(radius), "v": Fraction(size, points)}
    if cut >= value(statement["gain"], at) * points * (2 * radius + 1):
        raise Rejected("the set does not refute the gain")


def grid_set(statement: Judgement, data: dict[str, Data]) -> tuple[int, int, int, int]:
    """The points of a grid of the statement, one of its radii, and the size and the cut of a set of points."""
    points: Any = data.get("points")
    radius: Any = data.get("radius")
    named = type(points) is int and type(radius) is int and points in statement["points"] and 0 < points <= 1000
    if not named:
        raise Malformed("the counterexample names no grid of the statement")
    row = colours(data.get("set"), points)
    if radius < 0 or all(value(r, {"M": Fraction(points)}) != radius for r in statement["radii"]):
        raise Rejected("the radius is not one of the statement")
    spend(points**2)
    return points, radius, sum(row), sum(a != b for i, a in enumerate(row) for b in row[i + 1 : i + 1 + radius])
