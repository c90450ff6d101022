"""Count, or list, the subsets whose sum lies in an interval, by meeting in the middle.

The samples are split into two halves, and all subset sums of each half are listed in increasing order with
multiplicity. For each sum of the first half the partners in the second half form a contiguous range, whose ends only
move down as the first sum grows: 2^(n/2) steps count all 2^n subsets. Samples and interval ends are integers on the
caller's grid.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, take_over

Ints = NDArray[np.int64]


def rising_sums(
    samples: Ints, start: int, stop: int, sums: Ints, masks: Ints, spare_sums: Ints, spare_masks: Ints
) -> int:
    """Write the sum and mask of every subset of samples start … stop - 1 by increasing sum; return how many.

    Unlike ``halves.sorted_sums`` this keeps equal sums apart, because each subset counts. Each array has room for
    2^(stop - start) + 1 entries: the last holds a sentinel while two lists are merged.
    """
    sums[0] = 0
    masks[0] = 0
    count = 1
    for k in range(start, stop):
        sample = samples[k]
        # the sentinel ends both lists, which are the same list read at two places
        sums[count] = FAR
        i = 0
        j = 0
        # merge the sums without sample k and the same sums with it added; selection by arithmetic avoids a branch
        # that the processor could not predict
        for place in range(2 * count):
            without = sums[i]
            taking = sums[j] + sample
            step = int(taking < without)
            spare_sums[place] = min(without, taking)
            spare_masks[place] = masks[i] + step * ((masks[j] | 1 << k) - masks[i])
            i += 1 - step
            j += step
        count *= 2
        take_over(spare_sums, spare_masks, count, sums, masks)
    return count


def count_pairs(sums: Ints, count: int, more_sums: Ints, more: int, low: int, high: int) -> int:
    """Count the pairs of one entry from each increasing list whose sum lies in [low, high]."""
    found = 0
    reach_low = more
    reach_high = more
    # reach_low entries of the second list leave the sum below low, reach_high leave it at most high
    for i in range(count):
        while reach_low > 0 and sums[i] + more_sums[reach_low - 1] >= low:
            reach_low -= 1
        while reach_high > 0 and sums[i] + more_sums[reach_high - 1] > high:
            reach_high -= 1
        found += reach_high - reach_low
    return found


def count_of(samples: Ints, number: int, low: int, high: int, room: Ints) -> int:
    """Count the subsets of the first ``number`` samples whose sum lies in [low, high].

    ``room`` is working memory as for ``subsets.best_of``: six rows of at least 2^((number + 1) // 2) + 1 entries.
    """
    half = number // 2
    count = rising_sums(samples, 0, half, room[0], room[1], room[4], room[5])
    more = rising_sums(samples, half, number, room[2], room[3], room[4], room[5])
    return count_pairs(room[0], count, room[2], more, low, high)


def list_of(samples: Ints, number: int, low: int, high: int, room: Ints, found: Ints) -> int:
    """Write the masks of the subsets that ``count_of`` counts, as many as fit ``found``; return how many exist."""
    half = number // 2
    count = rising_sums(samples, 0, half, room[0], room[1], room[4], room[5])
    more = rising_sums(samples, half, number, room[2], room[3], room[4], room[5])
    listed = 0
    first = more
    # ``first`` is the first partner with a sum of at least low; it moves down as the sums of the first half grow
    for i in range(count):
        while first > 0 and room[0, i] + room[2, first - 1] >= low:
            first -= 1
        j = first
        while j < more and room[0, i] + room[2, j] <= high:
            if listed < len(found):
                found[listed] = room[1, i] | room[3, j]
            listed += 1
            j += 1
    return listed
