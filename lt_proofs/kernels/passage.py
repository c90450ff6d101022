"""First passage of random trials: the number of samples of a law after which a window is covered (Mathematics 7.4).

The subset sums of x_1, …, x_n are those of |x_1|, …, |x_n| translated by the sum of the negative samples: leaving out a
negative sample corresponds to taking its absolute value. So only absolute values are added. The union of the intervals
[s, s + width] over their subset sums s is symmetric about total/2, where ``total`` is the sum of all absolute values
plus the width, because complementary subsets have complementary sums. Only the intervals that begin in the lower half
are stored.

No cheaper filter is run first. At ε = 0.01 the exact decision takes about 330 turns of one loop per trial, 2 µs. A bit
set of cells would decide 60 % of the trials with cells of 2^-12, 79 % with 2^-13 and 89 % with 2^-14, but a range of
six units is then 1,500 words to shift for each sample, which takes longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.coverage import covers
from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.laws import LAWS, draws_of, sample_of_one, sample_of_two
from lt_proofs.kernels.philox import Words, block_of_words, uniform_odd
from lt_proofs.kernels.places import INDEX_MASK, unsigned

Ints = NDArray[np.int64]
NEVER = -1
FULL = -2


def mirror(lo: Ints, hi: Ints, count: int, total: int, limit: int, index_mask: int) -> int:
    """Append to the lower half the mirror images that begin at or below limit/2; return the new number of intervals.

    The next lower half extends to limit/2, beyond the present middle total/2, so it contains parts of the present upper
    half, which are recovered here. An interval across the middle is its own image; twice is harmless in a union.
    """
    i = count - 1
    while i >= 0 and 2 * (total - int(hi[i])) <= limit:
        lo[unsigned(count & index_mask)] = total - int(hi[i])
        hi[unsigned(count & index_mask)] = total - int(lo[i])
        count += 1
        i -= 1
    return count


def lower_half_union(
    lo: Ints, hi: Ints, count: int, total: int, size: int, far: int, index_mask: int, new_lo: Ints, new_hi: Ints
) -> int:
    """Write the lower half of the union with its copy moved up by ``size``; return its number of intervals, or FULL.

    Either the rows have ``index_mask`` + 1 entries, a power of two, and FULL means that they are too short; or
    ``index_mask`` is INDEX_MASK and the caller guarantees room for twice the intervals and one more. The loop is that
    of ``coverage.union_with_shifted``; it ends at the first interval that begins above the new middle, at the latest at
    the sentinel ``far``. Rows may hold 32-bit integers; they are added as 64-bit ones.
    """
    # Masking every index with ``index_mask`` keeps the writes inside the rows even if these are too short; that is
    # tested once after each loop instead of in every turn.
    new_total = total + size
    middle = new_total >> 1
    mirrored = mirror(lo, hi, count, total, new_total, index_mask)
    if mirrored > index_mask:
        return FULL
    lo[mirrored] = far
    i = 0
    j = 0
    last = -1
    open_lo = -FAR
    open_hi = -FAR
    while True:
        stays = int(lo[unsigned(i)])
        moves = int(lo[unsigned(j)]) + size
        next_lo = min(stays, moves)
        if next_lo > middle:
            break
        step = int(moves < stays)
        next_hi = int(hi[unsigned(i + step * (j - i))]) + step * size
        i += 1 - step
        j += step
        apart = int(next_lo > open_hi)
        last += apart
        open_lo += apart * (next_lo - open_lo)
        open_hi = max(next_hi, open_hi)
        new_lo[unsigned(last & index_mask)] = open_lo
        new_hi[unsigned(last & index_mask)] = open_hi
    if last >= index_mask:
        return FULL
    # the last interval reaches the middle, so it and its mirror image are one
    if 2 * open_hi >= new_total:
        new_hi[last] = new_total - open_lo
    return last + 1


def half_covers(lo: Ints, hi: Ints, count: int, total: int, low: int, high: int) -> bool:
    """Whether the union covers [low, high], given its lower half only.

    A target above the middle is mirrored; a target across the middle is covered if and only if its longer side,
    extended symmetrically, is.
    """
    # a covered target lies in one interval, which is stored if it begins in the lower half
    if 2 * low > total:
        return covers(lo, hi, 0, count, total - high, total - low)
    if 2 * high < total:
        return covers(lo, hi, 0, count, low, high)
    nearest = min(low, total - high)
    return covers(lo, hi, 0, count, nearest, total - nearest)


def words_of_samples(law: int, seed: np.uint64, trial: np.uint64, index: int) -> Words:
    """Return the four random words that contain sample number ``index``: four samples of one draw, or two of two."""
    per_block = 4 if draws_of(law) == 1 else 2
    return block_of_words(seed, np.uint64(law), trial, np.uint64(index // per_block))


def sample_from(law: int, words: Words, index: int) -> int:
    """Extract sample number ``index`` from its words, in the units of the law."""
    odd = index % 2 == 1
    if draws_of(law) != 1:
        a = uniform_odd(words[2] if odd else words[0])
        b = uniform_odd(words[3] if odd else words[1])
        return sample_of_two(law, a, b)
    if index % 4 < 2:
        return sample_of_one(law, uniform_odd(words[1] if odd else words[0]))
    return sample_of_one(law, uniform_odd(words[3] if odd else words[2]))


def first_passage_of(
    law: int,
    seed: np.uint64,
    trial: np.uint64,
    width: int,
    low: int,
    high: int,
    most: int,
    far: int,
    index_mask: int,
    room: Ints,
) -> int:
    """Return the least n <= most such that the subset sums s of n samples cover [low, high] with [s, s + width].

    The result is NEVER if there is none and FULL if the rows are too short. ``room`` has four rows (two pairs, swapped
    after each sample), with ``index_mask`` as for ``lower_half_union``; ``far`` exceeds all sums. Everything is in the
    units of the law.
    """
    # Invariant: lo, hi hold the lower half of the union over subset sums of absolute values; ``total`` is its length
    # from end to end, and the true union is this one moved by ``negative``, the sum of the negative samples.
    lo, hi, new_lo, new_hi = room[0], room[1], room[2], room[3]
    lo[0] = 0
    hi[0] = width
    count = 1
    total = width
    negative = 0
    if low >= 0 and high <= width:
        return 0
    words = words_of_samples(law, seed, trial, 0)
    for index in range(most):
        # a block of words holds two or four samples, so it can only change at an even index
        if index % 2 == 0:
            words = words_of_samples(law, seed, trial, index)
        step = sample_from(law, words, index)
        # half of all gadgets are zero
        if step == 0:
            continue
        count = lower_half_union(lo, hi, count, total, abs(step), far, index_mask, new_lo, new_hi)
        if count == FULL:
            return FULL
        lo, new_lo = new_lo, lo
        hi, new_hi = new_hi, hi
        total += abs(step)
        negative += min(step, 0)
        # necessary condition first: the least and the greatest sum must reach the ends of the window
        reaches = negative <= low and negative + total >= high
        if reaches and half_covers(lo, hi, count, total, low - negative, high - negative):
            return index + 1
    return NEVER


def first_passages(
    law: int,
    seed: np.uint64,
    start: int,
    width: int,
    low: int,
    high: int,
    most: int,
    room: Ints,
    passages: Ints,
) -> None:
    """``first_passage_of`` for consecutive trials from ``start``.

    ``room`` has four rows, each for twice the intervals that may have to be kept, and one more. ValueError for an
    unknown law.
    """
    if law not in LAWS:
        raise ValueError("unknown law: give the stream of one that has a file")
    for place in range(len(passages)):
        trial = np.uint64(start + place)
        passages[place] = first_passage_of(law, seed, trial, width, low, high, most, FAR, INDEX_MASK, room)
