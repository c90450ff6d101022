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
        spend(points * (200 + (lane_of(points, int(radius)) * (points + 1) << int(radius) >> 6)))
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

    A state is the colours of the last `radius` points, that of place p at bit p mod radius; it has the least cut for
    every size so far.  All are looked at at once, each size of each state in a lane of one integer.  Sizes and colours
    that no set has yet are held at 3 points^2, of which never more than points^2 is taken off: far above all cuts.
    """
    far, sizes = 3 * points**2, points + 1
    width = lane_of(points, radius)
    blocks = [sizes * width << bit for bit in range(radius)]  # the lanes of the states with only lower bits
    marks, ones = sum(1 << width * size for size in range(sizes)), 0
    for block in blocks:
        ones |= ones + marks << block
        marks |= marks << block
    tops, full = marks << width - 1, (1 << (sizes * width << radius)) - 1
    states = (marks - 1) * far
    for place in range(points):
        block, lower = blocks[place % radius], (1 << blocks[place % radius]) - 1
        for more in blocks[place % radius + 1 :]:
            lower |= lower << more
        plain, coloured = states + ones, states + min(place, radius) * marks - ones
        coloured = coloured << width & full | far
        zero, one = (lesser(row & lower, row >> block & lower, tops, width) for row in (plain, coloured))
        states = zero | one << block
    for block in reversed(blocks):
        states = lesser(states & (1 << block) - 1, states >> block, tops & (1 << block) - 1, width)
    return [states >> width * size & (1 << width) - 1 for size in range(sizes)]


def lane_of(points: int, radius: int) -> int:
    """The bits of a lane: one more than those of the largest number in it."""
    return (3 * points**2 + points * radius).bit_length() + 1


def lesser(first: int, second: int, tops: int, width: int) -> int:
    """The lesser number in each lane, of two below its highest bit, which `tops` marks."""
    over = (first | tops) - second
    more = over & tops
    return first - (over & more - (more >> width - 1))


def case(points: int, radius: Fraction | int, size: int) -> Point:
    """The variables of a statement about grids, for sets of a size."""
    return {"M": Fraction(points), "r": Fraction(radius), "a": Fraction(size)}


def meant_case(statement: Judgement, points: int, radius: Fraction | int, size: int) -> bool:
    """Whether a statement about grids speaks of sets of this size."""
    return all(holds(h, case(points, radius, size)) for h in statement["hypotheses"])


def refuted_case(statement: Judgement, points: int, radius: Fraction | int, size: int, cut: int) -> bool:
    """Whether a cut of so many pairs, of a set of this size, breaks the bound."""
    return cut < value(statement["bound"], case(points, radius, size))
