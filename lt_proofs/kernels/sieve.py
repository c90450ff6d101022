"""The best subset by a hash sieve: meeting in the middle without sorting.

Let 2^shift be a few times the error to be expected. The sums s of the first half mark buckets of width 2^shift in a
table; a sum t of the second half survives only if target - t falls into a marked bucket. The survivors mark the table
in turn and sieve the first half, and once more the second. The table is smaller than the range of the sums and is used
cyclically, so false survivors are possible, but every pair within half a bucket of the target survives. Hence, if the
best surviving pair is that close, it is the best pair of all; otherwise the buckets are widened or an exact method
takes over. Work is O(2^(n/2)) as for sorted lists, without the merging.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, better
from lt_proofs.kernels.places import unsigned
from lt_proofs.kernels.subsets import NONE, best_of

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

# numbers of samples for which the sieve is used
LEAST = 8
MOST = 32
# buckets in the table for each sum of the first half: about one place in eight is marked
BUCKETS_PER_SUM = 16
TRIES = 3
# number of pairs to be expected within half a bucket of the target
HANDFUL = 4.0
# largest shift, and how much the shift grows after a failure
WIDEST = 50
WIDER = 3
# an odd multiplier that changes which buckets share a place of the table
TWIST = 0x9E5


def few_sums(samples: Ints, start: int, stop: int, sums: Ints) -> int:
    """Write the sum of every subset of samples start … stop - 1 in the order of masks; return how many."""
    # sample k doubles the list: the upper half are the sums with it, so a place is the mask of its subset
    sums[0] = 0
    count = 1
    for k in range(start, stop):
        sample = samples[k]
        for place in range(count):
            sums[count + place] = sums[place] + sample
        count *= 2
    return count


def place_of(bucket: int, twist: int, last: int) -> int:
    """Return the place of a bucket in a table of last + 1 = 2^k places; another twist makes other buckets collide."""
    # the multiplier lets the high bits of the bucket, which the cyclic table would ignore, influence the place
    return unsigned((bucket + (bucket >> 12) * twist) & last)


def mark(sums: Ints, count: int, shift: int, twist: int, table: Bytes, last: int) -> None:
    """Clear the table, then mark for each sum the two buckets of width 2^shift within half a width of it."""
    # all numbers within half a width of a sum lie in these two buckets, so one probe finds every close partner
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
    """Keep the sums s for which target - s falls into a marked bucket; write their old places; return how many.

    The first loop is branch-free because most of the running time is spent there: it always writes the place and
    advances only for a survivor.
    """
    kept = 0
    for i in range(count):
        kept_places[unsigned(kept)] = i
        kept += int(table[place_of((target - sums[i]) >> shift, twist, last)])
    for i in range(kept):
        sums[i] = sums[kept_places[i]]
    return kept


def best_pair(
    sums: Ints, masks: Ints, count: int, more_sums: Ints, more_masks: Ints, more: int, middle: int
) -> tuple[int, int]:
    """Return mask and doubled error of the best pair, by comparing all pairs."""
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
    """Return a shift such that about HANDFUL pairs are expected within half a bucket, 2^shift wide, of the target.

    The subset sums are treated as normally distributed. A wrong estimate costs time but cannot change the answer.
    """
    mean = 0
    power = 1.0
    for k in range(number):
        mean += samples[k]
        power += float(samples[k]) * float(samples[k])
    # Doubled sums 2s have mean Σ x_k and variance Σ x_k² =: power, so their density at the target is
    # 2^n / (sqrt(2π power) rarity); sqrt(2π)/2 is about 1.25.
    away = float(middle - mean)
    rarity = math.exp(min(away * away / power, 80.0) / 2)
    width = HANDFUL * 1.25 * math.sqrt(power) * rarity / (1 << number)
    shift = 1
    while shift < WIDEST and (1 << shift) < width:
        shift += 1
    return shift


def sieve(samples: Ints, number: int, middle: int, room: Ints, table: Bytes) -> tuple[int, int]:
    """Return mask and doubled error of the best subset; mask NONE if no pair came close enough to be certain.

    ``room`` is working memory as for ``subsets.best_of``; ``table`` has 16 bytes for each sum of the first half.
    """
    half = number // 2
    sums, masks, more_sums, more_masks, places = room[0], room[1], room[2], room[3], room[4]
    last = (BUCKETS_PER_SUM << half) - 1
    target = middle >> 1
    shift = expected_shift(samples, number, middle)
    for _ in range(TRIES):
        count = few_sums(samples, 0, half, sums)
        more = few_sums(samples, half, number, more_sums)
        # comparing all surviving pairs must not cost more than the sieve itself
        enough = 64 * more
        mark(sums, count, shift, 0, table, last)
        more = sift(more_sums, more, target, shift, 0, table, last, more_masks)
        # Each pass sifts one list by the survivors of the other: fewer marks let fewer false survivors through. Another
        # twist makes other buckets collide, so a pair that survived by a collision is unlikely to do so again.
        # From here on rows 1 and 3 hold places, that is masks within the halves.
        mark(more_sums, more, shift, TWIST, table, last)
        count = sift(sums, count, target, shift, TWIST, table, last, masks)
        mark(sums, count, shift, 2 * TWIST, table, last)
        more = sift(more_sums, more, target, shift, 2 * TWIST, table, last, places)
        for j in range(more):
            more_masks[j] = more_masks[places[j]] << half
        if count * more > enough:
            return NONE, FAR
        mask, error = best_pair(sums, masks, count, more_sums, more_masks, more, middle)
        # the doubled error is below the bucket width, so every better pair would have survived as well
        if error < 1 << shift:
            return mask, error
        # the estimate was too low: try buckets eight times as wide, and after three tries leave it to the exact method
        shift += WIDER
    return NONE, FAR


def extreme(samples: Ints, number: int, middle: int) -> tuple[int, int]:
    """Return mask and doubled error of the best subset if the target is not between the extreme sums; else mask NONE.

    Then the best subset is all positive or all negative samples (zeros are never taken). This case is treated apart
    because few sums lie near such a target and the sieve would fail.
    """
    least = 0
    most = 0
    for k in range(number):
        least += min(samples[k], 0)
        most += max(samples[k], 0)
    # 1 above all sums, -1 below, 0 between; if all samples are zero the empty subset is the answer
    sign = int(middle >= 2 * most) - int(middle <= 2 * least)
    if sign == 0 and least < most:
        return NONE, FAR
    mask = 0
    for k in range(number):
        if sign * samples[k] > 0:
            mask |= 1 << k
    return mask, abs(middle - 2 * (most if sign > 0 else least))


def closest_of(samples: Ints, number: int, middle: int, room: Ints, table: Bytes) -> tuple[int, int]:
    """Return mask and doubled error of the best subset of the first ``number`` samples; always exact.

    ``room`` and ``table`` are working memory as for ``sieve``.
    """
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
    """Apply ``closest_of`` to the first counts[row] samples of each row."""
    for row in range(len(samples)):
        masks[row], errors[row] = closest_of(samples[row], counts[row], middles[row], room, table)
