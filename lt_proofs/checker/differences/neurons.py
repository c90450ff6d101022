"""What the ReLUs of one neuron do in two networks: lines around relu(z), planes around delta (Mathematics 3.19, 3.20).

In the second network the neuron's value before its ReLU is z, in the first one z - d; delta = relu(z) - relu(z - d).
Intervals are pairs of integers in units of 2^-VALUE, slopes count 2^-SLOPE, heights 2^-(VALUE + SLOPE).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

VALUE, SLOPE = 50, 40
ONE = 1 << SLOPE
Span = tuple[int, int]


class Plane(NamedTuple):
    """The function slope_z * z + slope_d * d + height."""

    slope_z: int
    slope_d: int
    height: int


class Line(NamedTuple):
    """floor * z <= relu(z) <= rise * z + lift."""

    rise: int
    lift: int
    floor: int


NOTHING, SAME = Plane(0, 0, 0), Plane(0, ONE, 0)


def lines(z: Span) -> Line:
    """The lines around relu(z) on an interval: the chord, its slope rounded, and 0 or z below."""
    low, high = z
    if low >= 0:
        return Line(ONE, 0, ONE)
    if high <= 0:
        return Line(0, 0, 0)
    rise = (high << SLOPE) // (high - low)
    return Line(rise, max(-rise * low, (ONE - rise) * high), ONE if high > -low else 0)


def planes(z: Span, d: Span) -> tuple[Plane, Plane, Span]:
    """A plane above delta, one below, and the range of delta, on the rectangle of all z and d.

    The slopes are the best of three, by the sum of the gaps at the vertices; with any slopes the planes are valid.
    """
    (low, high), (least, most) = z, d
    if low >= 0 and low >= most:
        return SAME, SAME, d
    if high <= 0 and high <= least:
        return NOTHING, NOTHING, (0, 0)
    places = vertices(z, d)
    deltas = [delta for _, _, delta in places]
    above, below = slopes(z, d)
    return (
        best([raised(places, *slope) for slope in above]),
        best([lowered(places, *slope) for slope in below]),
        (min(deltas), max(deltas)),
    )


def vertices(z: Span, d: Span) -> list[tuple[int, int, int]]:
    """(z, d, delta) at eight points of the rectangle, at which delta minus a plane is largest, and smallest.

    The lines z = 0 and z = d cut it into cells on which delta is linear. The points are the vertices of the cells but
    (0, 0), which is never needed; where a line misses a side, the point is moved into it. Two corners are among them.
    """
    (low, high), (least, most) = z, d

    def on_z(value: int) -> int:
        return min(max(value, low), high)

    def on_d(value: int) -> int:
        return min(max(value, least), most)

    zero = on_z(0)
    points = [(low, most), (high, least), (zero, least), (zero, most)]
    points += [(on_z(least), least), (on_z(most), most), (low, on_d(low)), (high, on_d(high))]
    return [(a, b, max(a, 0) - max(a - b, 0)) for a, b in points]


def slopes(z: Span, d: Span) -> tuple[list[Span], list[Span]]:
    """Slopes to try for the plane above and for the one below; none is larger than 1 in absolute value."""
    (low, high), (least, most) = z, d
    width, fall, rise = max(high - low, 1), -min(least, 0), max(most, 0)
    spread = max(fall + rise, 1)
    chord_z, chord_y = chord(low, high), chord(low - most, high - least)
    above, below = [(chord_z, 0), (chord_z - ONE, ONE)], [(-chord_y, chord_y), (ONE - chord_y, chord_y)]
    for tried, weight, first, second in ((above, fall, most, least), (below, rise, least, most)):
        tilt = ((weight * first + (spread - weight) * second) << SLOPE) // (spread * width)
        if abs(tilt) <= ONE:
            tried.insert(0, (tilt, ((spread - weight) << SLOPE) // spread))
    return above, below


def chord(low: int, high: int) -> int:
    """The slope of the line through the ends of relu on an interval."""
    if low >= 0:
        return ONE
    return 0 if high <= 0 else (high << SLOPE) // (high - low)


def raised(places: Sequence[tuple[int, int, int]], slope_z: int, slope_d: int) -> tuple[int, Plane]:
    """The lowest plane of these slopes above all places, with the sum of its gaps."""
    gaps = [(delta << SLOPE) - slope_z * z - slope_d * d for z, d, delta in places]
    height = max(gaps)
    return len(gaps) * height - sum(gaps), Plane(slope_z, slope_d, height)


def lowered(places: Sequence[tuple[int, int, int]], slope_z: int, slope_d: int) -> tuple[int, Plane]:
    """The highest plane of these slopes below all places, with the sum of its gaps."""
    gaps = [(delta << SLOPE) - slope_z * z - slope_d * d for z, d, delta in places]
    height = min(gaps)
    return sum(gaps) - len(gaps) * height, Plane(slope_z, slope_d, height)


def best(found: list[tuple[int, Plane]]) -> Plane:
    """The plane of the smallest sum of gaps, the first of equals."""
    return min(found, key=lambda pair: pair[0])[1]
