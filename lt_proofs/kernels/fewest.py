"""The smallest subset with its sum in an interval: sizes 0 to 5 by enumeration, larger ones by meeting in the middle.

All pairs of samples are listed once, ordered by their first sample from the last to the first; so the pairs of samples
after any given one form a prefix of the list. A subset of size k consists of k - 2 samples and one of the pairs after
them, and the innermost loop over a prefix runs on vector instructions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.sieve import closest_of
from lt_proofs.kernels.subsets import NONE, fewest_of

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
# result: subsets of at most four samples do not decide the question
OPEN = -2


def without_zeros(samples: Ints, number: int, values: Ints, bits: Ints) -> int:
    """Write the non-zero samples and the bits of their places; return how many. Zeros belong to no smallest subset."""
    count = 0
    for at in range(number):
        values[count] = samples[at]
        bits[count] = 1 << at
        count += int(samples[at] != 0)
    return count


def list_pairs(values: Ints, bits: Ints, count: int, sums: Ints, masks: Ints) -> None:
    """Write sums and masks of all pairs, ordered by their first sample from the last to the first."""
    at = 0
    for i in range(count - 2, -1, -1):
        for j in range(i + 1, count):
            sums[at] = values[i] + values[j]
            masks[at] = bits[i] | bits[j]
            at += 1


def improve(sums: Ints, masks: Ints, count: int, rest: int, chosen: int, mask: int, error: int) -> tuple[int, int]:
    """Return the better of (mask, error) and the best completion of the chosen samples by one of the sums.

    Better means a smaller doubled error, then a lower mask; ``rest`` is the doubled target minus the chosen samples.
    """
    # the first loop has no branch, so it runs on vector instructions; masks are compared only if it found something
    least = FAR
    for i in range(count):
        least = min(least, abs(2 * sums[i] - rest))
    if least <= error:
        for i in range(count):
            if abs(2 * sums[i] - rest) == least:
                candidate = masks[i] | chosen
                if least < error or mask == NONE or candidate < mask:
                    mask = candidate
                    error = least
    return mask, error


def pairs_behind(place: int, count: int) -> int:
    """Return the number of pairs of samples after that place, which is the length of their prefix of the list."""
    return (count - 1 - place) * (count - 2 - place) // 2


def best_of_size(
    size: int, values: Ints, bits: Ints, count: int, sums: Ints, masks: Ints, middle: int, width: int
) -> tuple[int, int]:
    """Return mask and doubled error of the best subset of ``size`` (1 to 5) samples; mask -1 if none fits ``width``."""
    mask = NONE
    error = width
    if size == 1:
        return improve(values, bits, count, middle, 0, mask, error)
    if size == 2:
        return improve(sums, masks, count * (count - 1) // 2, middle, 0, mask, error)
    for i in range(count - 2):
        left = middle - 2 * values[i]
        if size == 3:
            mask, error = improve(sums, masks, pairs_behind(i, count), left, bits[i], mask, error)
            continue
        for j in range(i + 1, count - 2):
            rest = left - 2 * values[j]
            chosen = bits[i] | bits[j]
            if size == 4:
                mask, error = improve(sums, masks, pairs_behind(j, count), rest, chosen, mask, error)
                continue
            for k in range(j + 1, count - 2):
                last = rest - 2 * values[k]
                mask, error = improve(sums, masks, pairs_behind(k, count), last, chosen | bits[k], mask, error)
    return mask, error


def reachable(values: Ints, count: int, middle: int, width: int) -> bool:
    """Whether the target interval meets the range from the least to the greatest subset sum."""
    least = 0
    greatest = 0
    for i in range(count):
        least += min(values[i], 0)
        greatest += max(values[i], 0)
    return 2 * least <= middle + width and 2 * greatest >= middle - width


def spread_mask(mask: int, bits: Ints, count: int) -> int:
    """Translate a mask over the non-zero samples to a mask over all samples."""
    spread = 0
    for i in range(count):
        if mask >> i & 1 != 0:
            spread |= bits[i]
    return spread


def smallest_of_four(samples: Ints, number: int, middle: int, width: int, room: Ints) -> tuple[int, int, int]:
    """Return (mask, doubled error, -1) of the smallest subset if it has at most four samples.

    The mask is -1 if there is no subset of any size, and OPEN, with the number of non-zero samples in third place, if
    only larger ones are possible. Of equally small subsets the one with the least error is taken, then the lowest mask.
    The room is as for ``smallest_of``; rows 2 to 5 are not used.
    """
    if abs(middle) <= width:
        return 0, abs(middle), NONE
    sums, masks, values, bits = room[0], room[1], room[6], room[7]
    count = without_zeros(samples, number, values, bits)
    if not reachable(values, count, middle, width):
        return NONE, FAR, NONE
    list_pairs(values, bits, count, sums, masks)
    for size in range(1, 5):
        mask, error = best_of_size(size, values, bits, count, sums, masks, middle, width)
        if mask != NONE:
            return mask, error, NONE
    return OPEN, FAR, count


def smallest_of(
    samples: Ints, number: int, middle: int, width: int, room: Ints, ends: Ints, table: Bytes
) -> tuple[int, int]:
    """Return mask and doubled error of the smallest subset with doubled error at most ``width``; mask -1 if none has.

    Of equally small subsets the one with the least error is taken, then the lowest mask. ``room`` has eight rows, two
    more than for ``subsets.best_of``, each with place for all pairs.
    """
    mask, error, count = smallest_of_four(samples, number, middle, width, room)
    if mask != OPEN:
        return mask, error
    values, bits = room[6], room[7]
    # before the expensive searches: is there any subset within the tolerance at all?
    mask, error = closest_of(values, count, middle, room, table)
    if error > width:
        return NONE, FAR
    # the search above has overwritten the list of pairs
    list_pairs(values, bits, count, room[0], room[1])
    mask, error = best_of_size(5, values, bits, count, room[0], room[1], middle, width)
    if mask != NONE:
        return mask, error
    mask, error = fewest_of(values, count, middle, width, room, ends[0], ends[1])
    return spread_mask(mask, bits, count), error


def smallest_each(
    samples: Ints,
    counts: Ints,
    middles: Ints,
    widths: Ints,
    masks: Ints,
    errors: Ints,
    room: Ints,
    ends: Ints,
    table: Bytes,
) -> None:
    """Apply ``smallest_of`` to the first counts[row] samples of each row."""
    for row in range(len(samples)):
        masks[row], errors[row] = smallest_of(samples[row], counts[row], middles[row], widths[row], room, ends, table)
