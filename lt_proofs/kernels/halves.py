"""All subset sums of a few samples, in increasing order, each with its best mask.

Equal sums are kept once, with the mask of fewest elements and among those the lowest: this choice
survives adding one more sample to both, so the lists grow by merging and never need sorting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.places import at

Ints = NDArray[np.int64]
FAR = 1 << 62


def elements(mask: int) -> int:
    """How many samples the mask takes.

    >>> elements(0b1011)
    3
    """
    number = 0
    while mask != 0:
        mask &= mask - 1
        number += 1
    return number


def better(mask: int, other: int) -> bool:
    """Whether the mask comes before the other: fewer elements, then the lower mask."""
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
    """Write the sums of one list and those of another plus a sample; return how many are distinct.

    The entry behind each list's last is overwritten with a value beyond all sums.
    """
    sums[count] = FAR
    more_sums[more] = FAR
    i = 0
    j = 0
    last = -1
    held = -FAR
    for _ in range(count + more):
        without = sums[at(i)]
        taking = more_sums[at(j)] + sample
        value = min(without, taking)
        step = int(taking < without)
        mask = masks[at(i)]
        mask += step * ((more_masks[at(j)] | bit) - mask)
        i += 1 - step
        j += step
        if value != held:
            last += 1
            new_sums[at(last)] = value
            new_masks[at(last)] = mask
            held = value
        elif better(mask, new_masks[last]):
            new_masks[last] = mask
    return last + 1


def take_over(sums: Ints, masks: Ints, count: int, new_sums: Ints, new_masks: Ints) -> None:
    """Copy the first entries of both arrays."""
    for i in range(count):
        new_sums[i] = sums[i]
        new_masks[i] = masks[i]


def sorted_sums(
    samples: Ints, start: int, stop: int, sums: Ints, masks: Ints, spare_sums: Ints, spare_masks: Ints
) -> int:
    """Write the distinct sums of samples start … stop - 1 and their masks; return how many.

    Each array has room for 2^(stop - start) + 1 entries; bit i of a mask stands for sample i.
    """
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
    """Write the distinct sums of samples start … stop - 1 in one rising list per number of elements.

    List k has ends[k] entries and stands in block k, of binomial(stop - start, k) + 1 entries; the blocks
    follow one another in each array.
    """
    number = stop - start
    for size in range(number + 1):
        ends[size] = 0
    sums[0] = spare_sums[0] = 0
    masks[0] = spare_masks[0] = 0
    ends[0] = 1
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
    """How many subsets of that size there are.

    >>> binomial(5, 2)
    10
    """
    value = 1
    for i in range(size):
        value = value * (number - i) // (i + 1)
    return value
