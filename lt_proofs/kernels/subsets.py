"""Meet in the middle: which subset has its sum closest to the middle of an interval.

Ties: of the subsets with the least error, the one with fewest elements, then the lowest mask. All
distances are doubled, so that the middle of [low, high] is the integer low + high.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, better, binomial, sorted_sums, sums_by_size

Ints = NDArray[np.int64]
NONE = -1


def closest_pair(
    sums: Ints,
    masks: Ints,
    count: int,
    more_sums: Ints,
    more_masks: Ints,
    more: int,
    middle: int,
    enough: int,
) -> tuple[int, int]:
    """Mask and doubled error of the best pair of one entry each from two lists of distinct rising sums.

    One index rises, the other falls, so that every pair that attains the least error is met. The walk
    ends early at a doubled error of at most ``enough``; with ``enough`` = -1 it never does.
    """
    error = FAR
    mask = NONE
    i = 0
    j = more - 1
    while i < count and j >= 0:
        above = 2 * (sums[i] + more_sums[j]) - middle
        distance = abs(above)
        if distance <= error:
            candidate = masks[i] | more_masks[j]
            if distance < error or better(candidate, mask):
                error = distance
                mask = candidate
            if error <= enough:
                break
        i += above <= 0
        j -= above >= 0
    return mask, error


def best_of(samples: Ints, number: int, middle: int, enough: int, room: Ints) -> tuple[int, int]:
    """Mask and doubled error of the best subset of the first ``number`` samples.

    ``room`` has six rows of at least 2^((number + 1) // 2) + 1 entries.
    """
    half = number // 2
    count = sorted_sums(samples, 0, half, room[0], room[1], room[4], room[5])
    more = sorted_sums(samples, half, number, room[2], room[3], room[4], room[5])
    return closest_pair(room[0], room[1], count, room[2], room[3], more, middle, enough)


def fewest_of(
    samples: Ints, number: int, middle: int, width: int, room: Ints, ends: Ints, more_ends: Ints
) -> tuple[int, int]:
    """Mask and doubled error of the smallest subset with doubled error at most ``width``.

    Among equally small ones the least error wins, then the lowest mask; the mask is -1 if there is
    none. ``room`` has six rows of at least 2^h + h + 1 entries, h = (number + 1) // 2; ``ends`` and
    ``more_ends`` have h + 1.
    """
    half = number // 2
    rest = number - half
    sums_by_size(samples, 0, half, room[0], room[1], room[4], room[5], ends)
    sums_by_size(samples, half, number, room[2], room[3], room[4], room[5], more_ends)
    for size in range(number + 1):
        mask = NONE
        error = FAR
        place = 0
        for taken in range(min(size, half) + 1):
            other = size - taken
            if other <= rest:
                more_place = 0
                for smaller in range(other):
                    more_place += binomial(rest, smaller) + 1
                candidate, distance = closest_pair(
                    room[0][place:],
                    room[1][place:],
                    ends[taken],
                    room[2][more_place:],
                    room[3][more_place:],
                    more_ends[other],
                    middle,
                    NONE,
                )
                if distance < error or (distance == error and candidate < mask):
                    error = distance
                    mask = candidate
            place += binomial(half, taken) + 1
        if error <= width:
            return mask, error
    return NONE, FAR
