"""First passage of random trials: how many samples of a law it takes to cover a window.

Taking or leaving a negative sample is leaving or taking its size, up to a shift of everything. So only
sizes are added, and the union of intervals [s, s + width] over their sums s mirrors itself in half of
``total``, the sum of all sizes plus the width: the intervals that begin in the lower half are kept.

There is no filter in front. At ε = 0.01 the exact decision takes 330 turns of one loop per trial, about
2 µs. A bit set of cells decides 60 % of the trials with cells of 2^-12, 79 % with 2^-13 and 89 % with
2^-14; its six units of range are then 1,500 words to shift for each sample, so it would take longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.coverage import covers
from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.philox import LAWS, UNIFORM, Words, block_of_words, sample, uniform_odd
from lt_proofs.kernels.places import NATURAL, at

Ints = NDArray[np.int64]
NEVER = -1
FULL = -2


def mirror(lo: Ints, hi: Ints, count: int, total: int, limit: int, places: int) -> int:
    """Append the mirror images that begin in the lower half of the limit; return how many there are now.

    An interval across the middle is its own image; to have it twice does no harm.
    """
    i = count - 1
    while i >= 0 and 2 * (total - int(hi[i])) <= limit:
        lo[at(count & places)] = total - int(hi[i])
        hi[at(count & places)] = total - int(lo[i])
        count += 1
        i -= 1
    return count


def lower_half_union(
    lo: Ints, hi: Ints, count: int, total: int, size: int, far: int, places: int, new_lo: Ints, new_hi: Ints
) -> int:
    """Write the lower half of the union with its copy moved up by size; return how many intervals, or FULL.

    Rows have ``places`` + 1 entries, a power of two, and FULL says that these are too few; or ``places`` is
    NATURAL and the rows have room for twice the intervals and one. The loop is that of
    ``union_with_shifted``; it ends where an interval would begin above the new middle, which ``far`` does.
    Rows may hold 32-bit integers; they are added as 64-bit ones.
    """
    new_total = total + size
    middle = new_total >> 1
    mirrored = mirror(lo, hi, count, total, new_total, places)
    if mirrored > places:
        return FULL
    lo[mirrored] = far
    i = 0
    j = 0
    last = -1
    open_lo = -FAR
    open_hi = -FAR
    while True:
        stays = int(lo[at(i)])
        moves = int(lo[at(j)]) + size
        next_lo = min(stays, moves)
        if next_lo > middle:
            break
        step = int(moves < stays)
        next_hi = int(hi[at(i + step * (j - i))]) + step * size
        i += 1 - step
        j += step
        apart = int(next_lo > open_hi)
        last += apart
        open_lo += apart * (next_lo - open_lo)
        open_hi = max(next_hi, open_hi)
        new_lo[at(last & places)] = open_lo
        new_hi[at(last & places)] = open_hi
    if last >= places:
        return FULL
    if 2 * open_hi >= new_total:
        new_hi[last] = new_total - open_lo
    return last + 1


def half_covers(lo: Ints, hi: Ints, count: int, total: int, low: int, high: int) -> bool:
    """Whether the whole union covers [low, high], of which only the lower half is at hand."""
    if 2 * low > total:
        return covers(lo, hi, 0, count, total - high, total - low)
    if 2 * high < total:
        return covers(lo, hi, 0, count, low, high)
    nearest = min(low, total - high)
    return covers(lo, hi, 0, count, nearest, total - nearest)


def words_of_samples(law: int, seed: np.uint64, trial: np.uint64, index: int) -> Words:
    """The four words that hold sample number ``index``: four uniform ones, or two products."""
    per_block = 4 if law == UNIFORM else 2
    return block_of_words(seed, np.uint64(law), trial, np.uint64(index // per_block))


def sample_from(law: int, words: Words, index: int) -> int:
    """Sample number ``index`` in its words, in the law's own units."""
    odd = index % 2 == 1
    if law != UNIFORM:
        return sample(law, words[2] if odd else words[0], words[3] if odd else words[1])
    if index % 4 < 2:
        return uniform_odd(words[1] if odd else words[0])
    return uniform_odd(words[3] if odd else words[2])


def first_passage_of(
    law: int,
    seed: np.uint64,
    trial: np.uint64,
    width: int,
    low: int,
    high: int,
    most: int,
    far: int,
    places: int,
    room: Ints,
) -> int:
    """The least n ≤ most such that the intervals [s, s + width] of the first n samples cover [low, high].

    That is NEVER if there is none. s runs through the subset sums. ``room`` has four rows, with ``places`` as for
    ``lower_half_union``, FULL when they are too short; ``far`` is beyond all sums.
    """
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
        if index % 2 == 0:
            words = words_of_samples(law, seed, trial, index)
        step = sample_from(law, words, index)
        if step == 0:
            continue
        count = lower_half_union(lo, hi, count, total, abs(step), far, places, new_lo, new_hi)
        if count == FULL:
            return FULL
        lo, new_lo = new_lo, lo
        hi, new_hi = new_hi, hi
        total += abs(step)
        negative += min(step, 0)
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
        raise ValueError("unknown law: give the stream of uniform, product or gadget")
    for place in range(len(passages)):
        trial = np.uint64(start + place)
        passages[place] = first_passage_of(law, seed, trial, width, low, high, most, FAR, NATURAL, room)
