"""The best subset without sorting anything: two lists of sums sieve each other.

Let h be a little more than the error to be expected. Sums of one half mark the buckets of a table that
they come within h of; only sums of the other half whose complement falls into a marked bucket stay.
Those mark the table in turn and sieve the first half. Buckets repeat cyclically, so false survivors are
possible, but every pair within h of the target survives: if one does, the best survivor is the best of all.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, better
from lt_proofs.kernels.places import at
from lt_proofs.kernels.subsets import NONE, best_of

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

LEAST = 8
MOST = 32
BUCKETS_PER_SUM = 16
TRIES = 3
HANDFUL = 4.0
WIDEST = 50
WIDER = 3
TWIST = 0x9E5


def few_sums(samples: Ints, start: int, stop: int, sums: Ints) -> int:
    """Write the sum of every subset of samples start … stop - 1, in the order of their masks."""
    sums[0] = 0
    count = 1
    for k in range(start, stop):
        sample = samples[k]
        for place in range(count):
            sums[count + place] = sums[place] + sample
        count *= 2
    return count


def place_of(bucket: int, twist: int, last: int) -> int:
    """Where in the table a bucket lies; another twist lets other buckets share a place."""
    return at((bucket + (bucket >> 12) * twist) & last)


def mark(sums: Ints, count: int, shift: int, twist: int, table: Bytes, last: int) -> None:
    """Clear the table, then mark for each sum the two buckets, 2^shift wide, that lie within half of one."""
    for place in range(last + 1):
        table[place] = 0
    near = (1 << shift) >> 1
    for i in range(count):
        bucket = (sums[i] - near) >> shift
        table[place_of(bucket, twist, last)] = 1
        table[place_of(bucket + 1, twist, last)] = 1


def sift(
    sums: Ints, count: int, target: int, shift: int, twist: int, table: Bytes, last: int, kept_places: Ints
) -> int:
    """Keep the sums whose distance to the target falls into a marked bucket, and note their old places.

    The first loop has no branch: it is where the time goes.
    """
    kept = 0
    for i in range(count):
        kept_places[at(kept)] = i
        kept += int(table[place_of((target - sums[i]) >> shift, twist, last)])
    for i in range(kept):
        sums[i] = sums[kept_places[i]]
    return kept


def best_pair(
    sums: Ints, masks: Ints, count: int, more_sums: Ints, more_masks: Ints, more: int, middle: int
) -> tuple[int, int]:
    """Mask and doubled error of the best of all pairs."""
    error = FAR
    mask = NONE
    for i in range(count):
        rest = middle - 2 * sums[i]
        for j in range(more):
            distance = abs(2 * more_sums[j] - rest)
            if distance <= error:
                candidate = masks[i] | more_masks[j]
                if distance < error or better(candidate, mask):
                    error = distance
                    mask = candidate
    return mask, error


def expected_shift(samples: Ints, number: int, middle: int) -> int:
    """Buckets of width 2^shift such that a handful of pairs falls within half of one from the target.

    Subset sums are taken for normally distributed: an estimate that costs time when it is wrong, never
    the answer.
    """
    mean = 0
    power = 1.0
    for k in range(number):
        mean += samples[k]
        power += float(samples[k]) * float(samples[k])
    away = float(middle - mean)
    rarity = math.exp(min(away * away / power, 80.0) / 2)
    width = HANDFUL * 1.25 * math.sqrt(power) * rarity / (1 << number)
    shift = 1
    while shift < WIDEST and (1 << shift) < width:
        shift += 1
    return shift


def sieve(samples: Ints, number: int, middle: int, room: Ints, table: Bytes) -> tuple[int, int]:
    """Mask and doubled error of the best subset, or -1 and anything when nothing came close enough.

    ``room`` is as for ``best_of``; the table has 16 buckets for each sum of the first half.
    """
    half = number // 2
    sums, masks, more_sums, more_masks, places = room[0], room[1], room[2], room[3], room[4]
    last = (BUCKETS_PER_SUM << half) - 1
    target = middle >> 1
    shift = expected_shift(samples, number, middle)
    for _ in range(TRIES):
        count = few_sums(samples, 0, half, sums)
        more = few_sums(samples, half, number, more_sums)
        enough = 64 * more
        mark(sums, count, shift, 0, table, last)
        more = sift(more_sums, more, target, shift, 0, table, last, more_masks)
        mark(more_sums, more, shift, TWIST, table, last)
        count = sift(sums, count, target, shift, TWIST, table, last, masks)
        mark(sums, count, shift, 2 * TWIST, table, last)
        more = sift(more_sums, more, target, shift, 2 * TWIST, table, last, places)
        for j in range(more):
            more_masks[j] = more_masks[places[j]] << half
        if count * more > enough:
            return NONE, FAR
        mask, error = best_pair(sums, masks, count, more_sums, more_masks, more, middle)
        if error < 1 << shift:
            return mask, error
        shift += WIDER
    return NONE, FAR


def extreme(samples: Ints, number: int, middle: int) -> tuple[int, int]:
    """All positive or all negative samples where no sum lies beyond the target, else mask -1; and the doubled error.

    No other subset does as well, but for zeros: a target out of reach needs no search, in which sieves fail.
    """
    least = 0
    most = 0
    for k in range(number):
        least += min(samples[k], 0)
        most += max(samples[k], 0)
    sign = int(middle >= 2 * most) - int(middle <= 2 * least)
    if sign == 0 and least < most:
        return NONE, FAR
    mask = 0
    for k in range(number):
        if sign * samples[k] > 0:
            mask |= 1 << k
    return mask, abs(middle - 2 * (most if sign > 0 else least))


def closest_of(samples: Ints, number: int, middle: int, room: Ints, table: Bytes) -> tuple[int, int]:
    """Mask and doubled error of the best subset of the first ``number`` samples."""
    mask, error = extreme(samples, number, middle)
    if mask != NONE:
        return mask, error
    if LEAST <= number <= MOST:
        mask, error = sieve(samples, number, middle, room, table)
        if mask != NONE:
            return mask, error
    return best_of(samples, number, middle, NONE, room)


def closest_each(
    samples: Ints, counts: Ints, middles: Ints, masks: Ints, errors: Ints, room: Ints, table: Bytes
) -> None:
    """``closest_of`` for each row of samples, of which the first counts[row] are used."""
    for row in range(len(samples)):
        masks[row], errors[row] = closest_of(samples[row], counts[row], middles[row], room, table)
