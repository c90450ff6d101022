"""How many subsets have their sum in an interval: two indices walk together over two rising lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR

Ints = NDArray[np.int64]


def rising_sums(samples: Ints, start: int, stop: int, sums: Ints, spare: Ints) -> int:
    """Write the sums of all subsets of samples start … stop - 1 in rising order, equal ones repeated.

    Both arrays have room for 2^(stop - start) + 1 entries.
    """
    sums[0] = 0
    count = 1
    for at in range(start, stop):
        sample = samples[at]
        sums[count] = FAR
        i = 0
        j = 0
        for place in range(2 * count):
            without = sums[i]
            taking = sums[j] + sample
            step = int(taking < without)
            spare[place] = min(without, taking)
            i += 1 - step
            j += step
        count *= 2
        sums[:count] = spare[:count]
    return count


def count_pairs(sums: Ints, count: int, more_sums: Ints, more: int, low: int, high: int) -> int:
    """How many pairs of entries add up to something from low to high."""
    found = 0
    reach_low = more
    reach_high = more
    for i in range(count):
        while reach_low > 0 and sums[i] + more_sums[reach_low - 1] >= low:
            reach_low -= 1
        while reach_high > 0 and sums[i] + more_sums[reach_high - 1] > high:
            reach_high -= 1
        found += reach_high - reach_low
    return found


def count_of(samples: Ints, number: int, low: int, high: int, room: Ints) -> int:
    """How many subsets of the first ``number`` samples have their sum from low to high."""
    half = number // 2
    count = rising_sums(samples, 0, half, room[0], room[4])
    more = rising_sums(samples, half, number, room[2], room[4])
    return count_pairs(room[0], count, room[2], more, low, high)
