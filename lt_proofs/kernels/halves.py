"""All distinct subset sums of a few samples, in increasing order, each with its preferred mask.

Of the subsets with equal sums the one with fewest elements is kept, and among those the lowest mask. This order is
preserved when the same sample is added to both, so the lists can be built by merging, sample after sample, and ties are
decided the same way by every algorithm of the package. Masks are integers; bit i stands for sample i.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.places import unsigned

Ints = NDArray[np.int64]
# larger than every sum; adding a sample, which is below 2^60, does not overflow
FAR = 1 << 62


def elements(mask: int) -> int:
    """Return the number of samples that the mask selects.

    >>> elements(0b1011)
    3
    """
    # Kernighan's loop: LLVM recognises it and emits the population-count instruction
    number = 0
    while mask != 0:
        mask &= mask - 1
        number += 1
    return number


def better(mask: int, other: int) -> bool:
    """Whether the mask is preferred to the other: fewer elements, then the lower number."""
    mine = elements(mask)
    theirs = elements(other)
    return mine < theirs or (mine == theirs and mask < other)


def merged(
    sums: Ints,
    masks: Ints,
    count: int,
    more_sums: Ints,
    more_masks: Ints,
    more: int,
    sample: int,
    bit: int,
    new_sums: Ints,
    new_masks: Ints,
) -> int:
    """Merge one list of sums with another to which ``sample`` is added; return the number of distinct sums.

    Masks of the second list get the sample's ``bit``. The entry after the end of each list is overwritten with the
    sentinel FAR, larger than any sum, so that the loop need not test whether a list is exhausted.
    """
    sums[count] = FAR
    more_sums[more] = FAR
    # ``last`` and ``held`` are the place and value of the sum written last; an equal one only competes for its mask
    i = 0
    j = 0
    last = -1
    held = -FAR
    for _ in range(count + more):
        without = sums[unsigned(i)]
        taking = more_sums[unsigned(j)] + sample
        value = min(without, taking)
        step = int(taking < without)
        mask = masks[unsigned(i)]
        mask += step * ((more_masks[unsigned(j)] | bit) - mask)
        i += 1 - step
        j += step
        if value != held:
            last += 1
            new_sums[unsigned(last)] = value
            new_masks[unsigned(last)] = mask
            held = value
        elif better(mask, new_masks[last]):
            new_masks[last] = mask
    return last + 1


def take_over(sums: Ints, masks: Ints, count: int, new_sums: Ints, new_masks: Ints) -> None:
    """Copy the first ``count`` entries of both arrays."""
    for i in range(count):
        new_sums[i] = sums[i]
        new_masks[i] = masks[i]


def sorted_sums(
    samples: Ints, start: int, stop: int, sums: Ints, masks: Ints, spare_sums: Ints, spare_masks: Ints
) -> int:
    """Write the distinct sums of samples start … stop - 1 in increasing order with their masks; return how many.

    Each array has room for 2^(stop - start) + 1 entries; bit i of a mask stands for sample i.
    """
    # the empty sum, then sample after sample: the sums without it merged with the sums with it
    sums[0] = 0
    masks[0] = 0
    count = 1
    for k in range(start, stop):
        count = merged(sums, masks, count, sums, masks, count, samples[k], 1 << k, spare_sums, spare_masks)
        take_over(spare_sums, spare_masks, count, sums, masks)
    return count


def sums_by_size(
    samples: Ints,
    start: int,
    stop: int,
    sums: Ints,
    masks: Ints,
    spare_sums: Ints,
    spare_masks: Ints,
    ends: Ints,
) -> None:
    """Write the distinct sums of samples start … stop - 1 as one increasing list for each subset size.

    List k has ends[k] entries and starts block k, which has binomial(stop - start, k) + 1 entries (one for the
    sentinel of ``merged``); the blocks are stored one after the other in each array.
    """
    number = stop - start
    for size in range(number + 1):
        ends[size] = 0
    sums[0] = spare_sums[0] = 0
    masks[0] = spare_masks[0] = 0
    ends[0] = 1
    # Sample k turns list s into the merge of list s and list s - 1 plus the sample. All merges read the old lists, so
    # the new ones go to spare arrays first; ``kept`` and ``grown`` are the old lengths of lists s and s - 1.
    for k in range(start, stop):
        previous = 0
        place = 2
        grown = 1
        for size in range(1, k - start + 2):
            kept = ends[size]
            ends[size] = merged(
                sums[place:],
                masks[place:],
                kept,
                sums[previous:],
                masks[previous:],
                grown,
                samples[k],
                1 << k,
                spare_sums[place:],
                spare_masks[place:],
            )
            grown = kept
            previous = place
            place += binomial(number, size) + 1
        take_over(spare_sums, spare_masks, place, sums, masks)


def binomial(number: int, size: int) -> int:
    """Return the number of subsets of that size.

    >>> binomial(5, 2)
    10
    """
    # after turn i the value is binomial(number, i + 1), so every division is exact
    value = 1
    for i in range(size):
        value = value * (number - i) // (i + 1)
    return value
