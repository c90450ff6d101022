"""The smallest subset with its sum in an interval, when a handful of many samples is enough.

Sizes 0 to 4 are tried in turn on the sorted samples, the last two of a subset by two indices that walk
towards each other: size k costs n^(k-1) steps, where meeting in the middle costs 2^(n/2).

fewest.py answers the same question for subsets of any size from a list of all pairs, which takes n^2/2 places of
memory. On a CPU that takes 1.1 to 2.9 times as long where two or three of 12 to 63 samples are enough, as in pruning at
eps = 0.01, and 0.7 to 1 times as long where it takes more, as at eps = 0.001 with up to 32 samples.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR

Ints = NDArray[np.int64]
NONE = -1


def sort_with(values: Ints, count: int, places: Ints) -> None:
    """Sort the first values in rising order, and note in places where each came from."""
    for i in range(count):
        value = values[i]
        j = i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            places[j] = places[j - 1]
            j -= 1
        values[j] = value
        places[j] = i


def closest_two(values: Ints, start: int, count: int, middle: int) -> tuple[int, int, int]:
    """Doubled distance from the middle of the best sum of two sorted values, and their places."""
    error = FAR
    best_i = 0
    best_j = 0
    i = start
    j = count - 1
    while i < j:
        above = 2 * (values[i] + values[j]) - middle
        distance = abs(above)
        if distance < error:
            error = distance
            best_i = i
            best_j = j
        if above <= 0:
            i += 1
        else:
            j -= 1
    return error, best_i, best_j


def closest_few(values: Ints, count: int, size: int, middle: int) -> tuple[int, int]:
    """Doubled distance and mask, in sorted places, of the best subset of 1 to 4 sorted values."""
    error = FAR
    mask = 0
    if size == 1:
        for i in range(count):
            distance = abs(2 * values[i] - middle)
            if distance < error:
                error = distance
                mask = 1 << i
        return error, mask
    outer = count if size == 4 else 1
    inner = count if size >= 3 else 1
    for a in range(outer):
        for b in range(a + 1 if size == 4 else 0, inner):
            fixed = (values[a] if size == 4 else 0) + (values[b] if size >= 3 else 0)
            distance, i, j = closest_two(values, b + 1 if size >= 3 else 0, count, middle - 2 * fixed)
            if distance < error:
                error = distance
                mask = 1 << i | 1 << j
                if size >= 3:
                    mask |= 1 << b
                if size == 4:
                    mask |= 1 << a
    return error, mask


def fewest_few(samples: Ints, count: int, most: int, low: int, high: int, values: Ints, places: Ints) -> int:
    """The mask of a smallest subset, of at most ``most`` samples, with its sum from low to high, or -1.

    ``most`` is from 1 to 4. Among subsets of that size one closest to the middle of the interval is
    taken. At most 63 samples are looked at; values and places have room for them.
    """
    if low <= 0 <= high:
        return 0
    count = min(count, 63)
    for i in range(count):
        values[i] = samples[i]
    sort_with(values, count, places)
    for size in range(1, min(most, count) + 1):
        error, mask = closest_few(values, count, size, low + high)
        if error <= high - low:
            chosen = 0
            for i in range(count):
                if mask >> i & 1:
                    chosen |= 1 << places[i]
            return chosen
    return NONE
