"""Cuts: how many pairs of a set and its complement are close, on grids and on intervals."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from errors import Rejected, spend
from inequalities.points import holds, value
from shapes import Judgement, Point

MAX_RADIUS = 14
MAX_POINTS = 64


def grid_cut(goal: Judgement) -> str:
    """Mathematics 5.5: every subset of each grid and every radius, by a recursion over the last r colours."""
    if not goal["points"] or not goal["radii"]:
        raise Rejected("a statement about no grid or no radius says nothing")
    if max(goal["points"]) > MAX_POINTS or len(goal["points"]) * len(goal["radii"]) > MAX_POINTS:
        raise Rejected(f"grids of at most {MAX_POINTS} points and as many pairs of a grid and a radius are allowed")
    cases = 0
    for points, term in product(goal["points"], goal["radii"]):
        radius = value(term, {"M": Fraction(points)})
        if radius.denominator != 1 or not 1 <= radius <= min(points, MAX_RADIUS):
            raise Rejected(f"a radius is not a whole number between 1 and {MAX_RADIUS}")
        spend(points**2 * 3 // 2 << int(radius))
        for size, least in enumerate(least_cuts(points, int(radius))):
            if not meant_case(goal, points, radius, size):
                continue
            cases += 1
            if refuted_case(goal, points, radius, size, least):
                raise Rejected(f"a set of {size} of {points} points, radius {radius}, has the cut {least}")
    if not cases:
        raise Rejected("no size of a set meets the hypotheses")
    count = sum(2**points for points in goal["points"]) * len(goal["radii"])
    return f"every subset of the grids, {count} pairs of a subset and a radius"


def least_cuts(points: int, radius: int) -> list[int]:
    """For each size, the least number of pairs at distance 1..radius of different colours.

    The state is the colours of the last `radius` points; each holds the least cut for every size so far.  A set has
    the cut of its complement, whose sizes come in the reverse order: the state is turned so that its last colour is 0.
    """
    far, mask = points * points, (1 << radius) - 1
    states = {0: [0]}
    for place in range(points):
        new: dict[int, list[int]] = {}
        seen, full = min(place, radius), (1 << min(place + 1, radius)) - 1
        for window, best in states.items():
            ones, moved = window.bit_count(), window << 1 & mask
            for target, row in (
                (moved, [cut + ones for cut in best] + [far]),
                (full ^ moved ^ 1, [cut + seen - ones for cut in reversed(best)] + [far]),
            ):
                new[target] = list(map(min, new[target], row)) if target in new else row
        states = new
    least = [min(column) for column in zip(*states.values(), strict=True)]
    return list(map(min, least, reversed(least)))


def case(points: int, radius: Fraction | int, size: int) -> Point:
    """The variables of a statement about grids, for sets of a size."""
    return {"M": Fraction(points), "r": Fraction(radius), "a": Fraction(size)}


def meant_case(statement: Judgement, points: int, radius: Fraction | int, size: int) -> bool:
    """Whether a statement about grids speaks of sets of this size."""
    return all(holds(h, case(points, radius, size)) for h in statement["hypotheses"])


def refuted_case(statement: Judgement, points: int, radius: Fraction | int, size: int, cut: int) -> bool:
    """Whether a cut of so many pairs, of a set of this size, breaks the bound."""
    return cut < value(statement["bound"], case(points, radius, size))
