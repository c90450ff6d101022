"""Which points lie within a tolerance of a subset sum: unions of closed intervals, exactly.

The union of [s - ε, s + ε] over all subset sums s is kept as disjoint closed intervals with integer
ends, in increasing order. A new sample joins the union with its copy moved by the sample; intervals
that touch become one. Cutting away what no remaining sample can bring back to the window loses nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.places import at

Ints = NDArray[np.int64]


def union_with_shifted(lo: Ints, hi: Ints, count: int, shift: int, far: int, new_lo: Ints, new_hi: Ints) -> int:
    """Write the union of the intervals and of their copy moved by shift; return how many it has.

    ``far`` exceeds every end by more than the shift; lo[count] is overwritten with it. Each turn takes
    one interval, which opens a new one or prolongs the last; that is done by arithmetic, for a branch
    that cannot be predicted costs more than all the rest.
    """
    lo[count] = far
    i = 0
    j = 0
    last = -1
    open_lo = -far
    open_hi = -far
    for _ in range(2 * count):
        stays = lo[at(i)]
        moves = lo[at(j)] + shift
        next_lo = min(stays, moves)
        step = int(moves < stays)
        next_hi = hi[at(i + step * (j - i))] + step * shift
        i += 1 - step
        j += step
        apart = int(next_lo > open_hi)
        last += apart
        open_lo += apart * (next_lo - open_lo)
        open_hi = max(next_hi, open_hi)
        new_lo[at(last)] = open_lo
        new_hi[at(last)] = open_hi
    return last + 1


def cut(lo: Ints, hi: Ints, count: int, low: int, high: int) -> tuple[int, int]:
    """Cut the intervals to [low, high]: those from ``start`` up to ``stop`` remain."""
    start = 0
    stop = count
    while start < stop and hi[start] < low:
        start += 1
    while stop > start and lo[stop - 1] > high:
        stop -= 1
    if start < stop:
        lo[start] = max(lo[start], low)
        hi[stop - 1] = min(hi[stop - 1], high)
    return start, stop


def holding(hi: Ints, start: int, stop: int, point: int) -> int:
    """Index of the first interval that ends at the point or beyond it; ``stop`` if there is none."""
    while start < stop:
        middle = (start + stop) // 2
        if hi[middle] < point:
            start = middle + 1
        else:
            stop = middle
    return start


def covers(lo: Ints, hi: Ints, start: int, stop: int, low: int, high: int) -> bool:
    """Whether every real in [low, high] lies in one of the intervals start … stop - 1."""
    at = holding(hi, start, stop, low)
    return at < stop and lo[at] <= low and hi[at] >= high
