"""The set of points within a tolerance of a subset sum, as an exact union of closed intervals.

U_n, the union of [s - ε, s + ε] over the subset sums s of the first n samples, satisfies U_n = U_{n-1} ∪ (U_{n-1} +
x_n). It is kept as disjoint closed intervals with integer ends on the caller's grid, in increasing order. Intervals
that touch are joined, so there are about range/(2ε) of them at most, instead of 2^n. Parts that no later sample can
bring back to the window may be cut off without changing the answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.places import unsigned

Ints = NDArray[np.int64]


def union_with_shifted(lo: Ints, hi: Ints, count: int, shift: int, far: int, new_lo: Ints, new_hi: Ints) -> int:
    """Write the union of the given intervals and of their copy translated by ``shift``; return its number of intervals.

    The intervals are disjoint and increasing; ``new_lo`` and ``new_hi`` have room for 2·count of them. lo[count] is
    overwritten with the sentinel ``far``, which exceeds every end by more than the shift, so that the merge below need
    not test whether a list is exhausted.
    """
    # Merge both lists by lower end. Each of the 2·count turns takes one interval, which either opens a new interval of
    # the union (``apart``) or extends the last one. Selecting by arithmetic instead of branching is faster: the branch
    # cannot be predicted, and a misprediction costs more than the rest of the turn.
    lo[count] = far
    i = 0
    j = 0
    last = -1
    open_lo = -far
    open_hi = -far
    for _ in range(2 * count):
        stays = lo[unsigned(i)]
        moves = lo[unsigned(j)] + shift
        next_lo = min(stays, moves)
        step = int(moves < stays)
        next_hi = hi[unsigned(i + step * (j - i))] + step * shift
        i += 1 - step
        j += step
        apart = int(next_lo > open_hi)
        last += apart
        open_lo += apart * (next_lo - open_lo)
        open_hi = max(next_hi, open_hi)
        new_lo[unsigned(last)] = open_lo
        new_hi[unsigned(last)] = open_hi
    return last + 1


def cut(lo: Ints, hi: Ints, count: int, low: int, high: int) -> tuple[int, int]:
    """Intersect the intervals with [low, high] in place; return (start, stop), those from start to stop - 1 remain."""
    # linear search: intervals that are passed here are cut off for good, so each is passed once
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
    """Return the index of the first interval that ends at or beyond the point, or ``stop``, by bisection."""
    while start < stop:
        middle = (start + stop) // 2
        if hi[middle] < point:
            start = middle + 1
        else:
            stop = middle
    return start


def covers(lo: Ints, hi: Ints, start: int, stop: int, low: int, high: int) -> bool:
    """Whether every real in [low, high] lies in one of the intervals start … stop - 1."""
    # the intervals are disjoint and do not touch, so one of them must contain all of [low, high]
    first = holding(hi, start, stop, low)
    return first < stop and lo[first] <= low and hi[first] >= high
