"""The table of the end-interval lemma in floats: a bound of the failure by the covered length (Mathematics 2.34).

The checker computes the same table in integers, rounded up; the floats here only choose what it is asked.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

# the lemma: sets gain at least STEEP r l - BEND l^2 up to the level l, in place of r l - l^2/2 for end intervals
STEEP, BEND = 0.84, 0.34
CELLS, ATOMS, FIRST = 800, 16, 16


@lru_cache(maxsize=64)
def table(radius: float | None, share: float, length: float, gap: float, least: float, most: int) -> Any:
    """Return the bounds after 1, 2, … samples at CELLS + 1 fractions of the window, until all but the first are small.

    ``radius`` is that of a uniform law, None for the product; ``share`` the probability that a sample is of this law.
    The rows end where the bound at one cell is at most ``least``, or after ``most``.
    """
    fractions = np.arange(CELLS + 1)
    low = np.minimum(fractions[:-1], fractions[:-1][::-1])
    stairs = [staircase(radius, length, k) for k in range(CELLS // 2)]
    width = max(map(len, stairs))
    padded = np.array([[*steps, *[(0, 0, 0.0)] * (width - len(steps))] for steps in stairs])[low]
    smaller = np.minimum(fractions, CELLS - fractions)
    ways = [ends(padded[cells], smaller) for cells in (np.maximum(fractions - 1, 0), np.minimum(fractions, CELLS - 1))]
    bounds = (1 - fractions / CELLS) * length / gap
    rows: list[Any] = []
    while len(rows) < most and (not rows or bounds[1] > least):
        gains = [(height * (bounds[near] - bounds[far])).sum(axis=1) for near, far, height in ways]
        bounds = bounds - share / 2 * np.minimum(*gains)
        # a convex function above it, from the right: each fall is at least the one after it
        falls = np.maximum.accumulate(-np.diff(bounds)[::-1])
        bounds = np.append(0.0, np.cumsum(falls))[::-1]
        rows.append(bounds)
    return np.array(rows)


def ends(steps: Any, smaller: Any) -> tuple[Any, Any, Any]:
    """Return for each fraction where steps begin and end, cut off at the measure of the smaller part, and heights."""
    own = np.arange(CELLS + 1)[:, None]
    near, far = (own + np.minimum(steps[:, :, k].astype(np.int64), smaller[:, None]) for k in (0, 1))
    return near, far, steps[:, :, 2]


def staircase(radius: float | None, length: float, low: int) -> list[tuple[int, int, float]]:
    """Return the steps of the gain's law where the smaller part has ``low`` to ``low`` + 1 cells."""
    cell, most = length / CELLS, 1.0 if radius is None else radius
    concave = radius is None or (low + 1) * cell <= 2 * most / 3
    places = sorted({-(-CELLS * k // (2 * ATOMS)) for k in range(1, ATOMS + 1)})
    points = [(0, 0.0)]
    for place in (*(x for x in places if x < low), *((low, low + 1) if concave else (low,))):
        if place == 0 or place * cell > most:
            continue
        point = (place, least_gain(radius, length, place * cell, low * cell, (low + 1) * cell) / cell)
        while len(points) > 1 and slope(points[-2], points[-1]) <= slope(points[-1], point):
            points.pop()
        points.append(point)
    return [(near[0], far[0], slope(near, far)) for near, far in pairwise(points)]


def slope(near: tuple[int, float], far: tuple[int, float]) -> float:
    """Return the slope of a chord."""
    return (far[1] - near[1]) / (far[0] - near[0])


def least_gain(radius: float | None, length: float, level: float, low: float, high: float) -> float:
    """Return twice a lower bound of the mean of the gain, cut off at the level, for a smaller part of low to high."""
    if radius is None:
        c = min(1.5 * high, 1.0)
        logs = level**2 * (BEND * np.log(level) + (0.5 - BEND) * np.log(c))
        return float((1 - c) * level + logs + STEEP * level * (c - level) + level**2 / 4)
    level, low, high = level / radius, low / radius, high / radius
    end, known = level - level**2 / 2, STEEP * level - BEND * level**2
    if high <= 2 / 3:
        return radius * end
    turn, b = high - 2 / 3, 1 - max(0.0, low - (length / radius - 2))
    near = 0.75 * (2 - high) * level - level**2 / 8 if level <= turn else end - 0.375 * turn**2
    middle = end - b**2 if level >= 2 * b else level * (1 - b) - level**2 / 4
    return radius * max(known, near, middle)


def first_bounds(rows: Any, radius: float | None, share: float, length: float, start: float, gap: float) -> Any:
    """Return the bounds of the failure from [-start, start] itself after 1, 2, … samples.

    What the first sample that is not 0 adds to this interval is known exactly, whatever its law.
    """
    gains = np.arange(FIRST + 1) / FIRST * 2 * start
    chances = between(radius, gains[1:], length / 2 + start - gains[1:]) if 6 * start <= length else 0 * gains[1:]
    places = (2 * start + gains) / length * CELLS
    tables = [(1 - np.arange(CELLS + 1) / CELLS) * length / gap, *rows]
    bound, found = 1.0, []
    for bounds in tables[: len(rows)]:
        values = np.interp(places, np.arange(CELLS + 1), bounds)
        stay = min(values[0], bound)
        bound = (1 - share) * stay + share * min(stay, values[0] + float((chances * np.diff(values)).sum()))
        found.append(bound)
    return np.array(found)


def between(radius: float | None, low: Any, high: Any) -> Any:
    """Return P(low <= |X| <= high)."""
    if radius is not None:
        return np.maximum(0, np.minimum(radius, high) - low) / radius
    low, high = np.minimum(low, 1), np.minimum(high, 1)
    return high - high * np.log(high) - low + low * np.log(low)
