"""Two indicator variables of one growth step, whose means estimate E[v' - v] and E[v(1 - v)] (Mathematics 2.3).

The growth claims state E[v' - v] >= κ v(1 - v) for the covered fraction v of the window [-1, 1]. To estimate both
sides, K starts as [-start, start] and grows as K ∪ ((K + X) ∩ [-1, 1]) for a number of samples; then y and z are drawn
uniformly from [-1, 1]. GAINED is the event that the next sample covers z and K does not: its probability given K is the
expected gain E[v' - v]. MIXED is the event that y is in K and z is not: its probability given K is v(1 - v).

Coordinates are integers in units of 2^-bits. K is a union of cells [c, c + 1], so a point is represented by its cell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.coverage import cut, holding, union_with_shifted
from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.laws import LAWS
from lt_proofs.kernels.passage import sample_from, words_of_samples
from lt_proofs.kernels.philox import POINTS, PRODUCT_BITS, block_of_words

Ints = NDArray[np.int64]
GAINED = 1
MIXED = 2
BINS = 16
CROWDED = -1


def cell(first: np.uint64, second: np.uint64, bits: int) -> int:
    """Map two words to a uniform cell [c, c + 1] of the window, -2^bits <= c < 2^bits; return c."""
    # 25 leading bits of the first word and 24 of the second make 49, enough for the 2^49 cells of the finest grid
    fine = (np.int64(first >> np.uint64(7)) << 24) + np.int64(second >> np.uint64(8))
    return int(fine >> (PRODUCT_BITS - bits)) - (1 << bits)


def holds(lo: Ints, hi: Ints, start: int, stop: int, place: int) -> bool:
    """Whether the cell from place to place + 1 lies in one of the intervals start … stop - 1."""
    found = holding(hi, start, stop, place + 1)
    return found < stop and lo[found] <= place


def grown(law: int, bits: int, seed: np.uint64, trial: np.uint64, begin: int, steps: int, room: Ints) -> int:
    """Write K after ``steps`` samples into the first two rows of ``room``; return its number of intervals, or CROWDED.

    CROWDED (-1) means that the rows are too short. No bound of the form range/ε holds here, because the window may cut
    intervals to any length; the caller then tries again with longer rows.
    """
    lo, hi, new_lo, new_hi = room[0], room[1], room[2], room[3]
    lo[0] = -begin
    hi[0] = begin
    count = 1
    for index in range(steps):
        # the union with its copy may have 2 · count intervals, and one place is for the sentinel
        if 2 * count + 2 > lo.size:
            return CROWDED
        shift = sample_from(law, words_of_samples(law, seed, trial, index), index)
        joined = union_with_shifted(lo, hi, count, shift, FAR, new_lo, new_hi)
        # the restricted process: what leaves the window is cut off after every sample, not only at the end
        start, stop = cut(new_lo, new_hi, joined, -(1 << bits), 1 << bits)
        count = stop - start
        for i in range(count):
            lo[i] = new_lo[start + i]
            hi[i] = new_hi[start + i]
    return count


def outcome_of(law: int, bits: int, seed: np.uint64, trial: np.uint64, begin: int, steps: int, room: Ints) -> int:
    """Return the outcome of one trial: GAINED and MIXED as bits 0 and 1, above them min(⌊16 v⌋, 15); or CROWDED."""
    count = grown(law, bits, seed, trial, begin, steps, room)
    if count == CROWDED:
        return CROWDED
    lo, hi = room[0], room[1]
    # the window has 2^(bits + 1) cells, so v = covered / 2^(bits + 1)
    covered = 0
    for i in range(count):
        covered += hi[i] - lo[i]
    # y and z come from a stream of their own, so they are independent of the samples
    words = block_of_words(seed, np.uint64(POINTS), trial, np.uint64(0))
    y = cell(words[0], words[1], bits)
    z = cell(words[2], words[3], bits)
    step = sample_from(law, words_of_samples(law, seed, trial, steps), steps)
    outcome = 4 * min(covered * BINS >> (bits + 1), BINS - 1)
    # the next sample covers z if K holds z - X: no second union has to be built
    if not holds(lo, hi, 0, count, z):
        if holds(lo, hi, 0, count, z - step):
            outcome += GAINED
        if holds(lo, hi, 0, count, y):
            outcome += MIXED
    return outcome


def outcomes(
    law: int, bits: int, seed: np.uint64, start: int, begin: int, steps: int, room: Ints, results: Ints
) -> None:
    """``outcome_of`` for consecutive trials from ``start``, -1 where the four rows of the room do not suffice.

    ValueError for an unknown law.
    """
    if law not in LAWS:
        raise ValueError("unknown law: give the stream of one that has a file")
    for place in range(len(results)):
        results[place] = outcome_of(law, bits, seed, np.uint64(start + place), begin, steps, room)
