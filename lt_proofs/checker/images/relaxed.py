"""What takes the place of ReLUs and max poolings: linear functions, each with a radius (Mathematics 9.12).

In the ticket an entry has the value z, in the target z - d. Where it is not sure what a ReLU does, relu(z) lies within
a radius of share * z + middle, and relu(z) - relu(z - d) within a radius of tilt * z + share * d + middle. Shares and
tilts count 2^-SLOPE; middles and radii count 2^-(VALUE + SLOPE).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from differences.neurons import ONE, SLOPE, Span, chord, slopes, vertices


class Strip(NamedTuple):
    """The function tilt * z + share * d + middle, and how far from it what it stands for may lie."""

    tilt: int
    share: int
    middle: int
    radius: int


# radii that differ by less than a part of 2^-ALIKE, or by a unit of values, are taken for equal
ALIKE = 20
NOTHING, SAME = Strip(0, 0, 0, 0), Strip(0, ONE, 0, 0)


def relu_strip(z: Span) -> Strip:
    """The strip around relu(z) on an interval."""
    low, high = z
    if low >= 0 or high <= 0:
        return Strip(ONE if low >= 0 else 0, 0, 0, 0)
    share = chord(low, high)
    return around(share, 0, [0, -share * low, (ONE - share) * high])


def delta_strip(z: Span, d: Span) -> Strip:
    """The narrowest of a few strips around relu(z) - relu(z - d) on a rectangle."""
    (low, high), (least, most) = z, d
    if low >= 0 and low >= most:
        return SAME
    if high <= 0 and high <= least:
        return NOTHING
    places = vertices(z, d)
    above, below = slopes(z, d)
    tried = [
        around(tilt, share, [(delta << SLOPE) - tilt * a - share * b for a, b, delta in places])
        for tilt, share in dict.fromkeys([*above, *below])
    ]
    least = min(strip.radius for strip in tried)
    # among strips as narrow as the narrowest but for rounding the first one, so that floats find the same
    return next(strip for strip in tried if strip.radius <= least + (least >> ALIKE) + (1 << SLOPE))


def around(tilt: int, share: int, rest: Sequence[int]) -> Strip:
    """The strip of these slopes that holds what is left of a function at some points."""
    least, most = min(rest), max(rest)
    middle = least + most >> 1
    return Strip(tilt, share, middle, most - middle)


def interval_strip(span: Span) -> Strip:
    """An interval as a strip that depends on nothing."""
    return around(0, 0, [span[0] << SLOPE, span[1] << SLOPE])


def largest(
    places: Sequence[int], low: Sequence[int], high: Sequence[int], least: Sequence[int], most: Sequence[int]
) -> tuple[int, int]:
    """The one entry of a window that is the largest of the ticket, and of both networks; -1 if it is not sure which."""
    own, other = max([low[p] for p in places]), max([low[p] - most[p] for p in places])
    ours = [p for p in places if high[p] >= own]
    theirs = [p for p in places if high[p] - least[p] >= other]
    return ours[0] if len(ours) == 1 else -1, ours[0] if len(ours) == 1 and ours == theirs else -1
