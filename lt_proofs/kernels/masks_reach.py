"""The least hidden width at which some mask of a random two-layer network approximates a random linear map.

A trial draws a target W uniformly from the spectral unit ball (on a grid) and hidden units one after the other. Its
result is the number of units after which some pruned network is within eps of x ↦ Wx on the unit ball. The results are
measurements beside the lower bounds of Theorem 2.

Random streams: stream 5 holds the target. With one input its entry is draw 0; with two the entries are the first block
of four draws whose matrix has norm at most 1 (rejection sampling), each an odd multiple of 2^-12 made of the 12 leading
bits of a draw. Stream 6 holds the units: with one input unit k has the weights of draws 2k and 2k + 1; with two, its
row is draws 4k, 4k + 1 and its column draws 4k + 2, 4k + 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.coverage import covers, union_with_shifted
from lt_proofs.kernels.halves import FAR as BEYOND
from lt_proofs.kernels.masks import (
    NEAR,
    UNSURE,
    breaking_rays,
    closeness,
    fitting,
    in_row,
    on_rays,
    unit_values,
)
from lt_proofs.kernels.philox import block_of_words, uniform_odd

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

# random streams
TARGETS = 5
UNITS = 6
# results besides a width
NEVER = -1
OPEN = -2
# targets have entries with 12 bits, so that norms are decided exactly in 64-bit integers
ENTRY_BITS = 12
LEADING = np.uint64(20)
# a target entry in units of 2^-12 times this is in units of 2^-48
ROOM = 1 << 36


def shapes(most: int) -> tuple[tuple[tuple[int, ...], type], ...]:
    """Return shape and element type of each working array of ``two_inputs`` for at most ``most`` units, in order."""
    sets = 1 << most
    return (
        ((3, 2, 2), np.int64), ((2, 2), np.float64), ((2, most, 2), np.int64), ((most, 4), np.int64),
        ((most, 2), np.float64), ((2, sets, 4), np.int64), ((2, sets), np.int64), ((4 + 2 * most, 2), np.float64),
        ((2, sets, 4 + 2 * most), np.float64),
    )  # fmt: skip


def one_input(seed: np.uint64, trial: np.uint64, near: int, most: int, room: Ints) -> int:
    """Return the least width for a target x ↦ wx with one input, or NEVER if ``most`` units do not suffice.

    Units with positive first weight see max(x, 0), the others max(-x, 0); so w must be within ``near`` of a subset sum
    of products on each side. All numbers are in units of 2^-48. ``room`` has the shape (2, 4, length): for each side
    two rows for the ends of the covered intervals and two to write the next ones to.
    """
    target = uniform_odd(block_of_words(seed, np.uint64(TARGETS), trial, np.uint64(0))[0]) * (1 << 24)
    # bit s is set once the units of side s reach the target
    met = 0b11 if abs(target) <= near else 0
    count_up = 1
    count_down = 1
    for side in range(2):
        room[side, 0, 0] = -near
        room[side, 1, 0] = near
    for unit in range(most):
        # both sides are needed, because w x = w max(x, 0) - w max(-x, 0)
        if met == 0b11:
            return unit
        words = block_of_words(seed, np.uint64(UNITS), trial, np.uint64(unit // 2))
        odd = unit % 2 == 1
        first = uniform_odd(words[2] if odd else words[0])
        second = uniform_odd(words[3] if odd else words[1])
        side = 0 if first > 0 else 1
        lo, hi, new_lo, new_hi = room[side, 0], room[side, 1], room[side, 2], room[side, 3]
        held = count_down if side else count_up
        count = union_with_shifted(lo, hi, held, first * second, BEYOND, new_lo, new_hi)
        # copied back, because the rows of the two sides cannot be swapped as local variables
        for i in range(count):
            lo[i] = new_lo[i]
            hi[i] = new_hi[i]
        if side:
            count_down = count
        else:
            count_up = count
        if covers(lo, hi, 0, count, target, target):
            met |= 1 << side
    return most if met == 0b11 else NEVER


def entry(word: np.uint64) -> int:
    """Map the 12 leading bits of a word to an odd multiple of 2^-12 in (-1, 1), in units of 2^-12."""
    return int(2 * np.int64(word >> LEADING) + (1 - (1 << ENTRY_BITS)))


def draw_target(seed: np.uint64, trial: np.uint64, target: Ints) -> None:
    """Write the first matrix of spectral norm at most 1 in the stream of the trial, in units of 2^-12.

    The test is exact: the singular values s, t satisfy s, t <= 1 if and only if (1 - s²)(1 - t²) >= 0 and s² + t² <= 2,
    where s² + t² is the squared Frobenius norm and (st)² the squared determinant.
    """
    one = np.int64(1) << 2 * ENTRY_BITS
    block = 0
    while True:
        words = block_of_words(seed, np.uint64(TARGETS), trial, np.uint64(block))
        for k in range(4):
            target[k // 2, k % 2] = entry(words[k])
        size = np.int64(0)
        for k in range(4):
            size += target[k // 2, k % 2] * target[k // 2, k % 2]
        determinant = target[0, 0] * target[1, 1] - target[0, 1] * target[1, 0]
        if size <= 2 * one and one * one - one * size + determinant * determinant >= 0:
            return
        block += 1


def two_inputs(
    seed: np.uint64, trial: np.uint64, near: int, bend: int, eps: float, most: int,
    ends: Ints, real: Reals, layers: Ints,
    values: Ints, seen: Reals, sums: Ints, found: Ints, breaks: Reals, outputs: Reals,
) -> int:  # fmt: skip
    """Return the least width for a 2 by 2 target, NEVER if ``most`` units do not suffice, OPEN if floats cannot tell.

    ``near`` and ``bend`` are eps and 2 eps in units of 2^-48. The arrays are working memory of the shapes that
    ``shapes`` lists: for the target (its entries with their low and high ends, and as floats), for both layers, and for
    ``reached``.
    """
    target, low, high = ends[0], ends[1], ends[2]
    first, second = layers[0], layers[1]
    draw_target(seed, trial, target)
    for k in range(4):
        whole = target[k // 2, k % 2]
        real[k // 2, k % 2] = whole / (1 << ENTRY_BITS)
        low[k // 2, k % 2] = whole * ROOM - near
        high[k // 2, k % 2] = whole * ROOM + near
    for hidden in range(most + 1):
        if hidden:
            words = block_of_words(seed, np.uint64(UNITS), trial, np.uint64(hidden - 1))
            for j in range(2):
                first[hidden - 1, j] = uniform_odd(words[j])
                second[hidden - 1, j] = uniform_odd(words[2 + j])
        verdict = reached(
            first[:hidden], second[:hidden], low, high, real, eps, bend,
            values[:hidden], seen[:hidden], sums, found, breaks, outputs,
        )  # fmt: skip
        if verdict == NEAR:
            return hidden
        if verdict == UNSURE:
            return OPEN
    return NEVER


def reached(
    first: Ints, second: Ints, low: Ints, high: Ints, target: Reals, eps: float, bend: int,
    values: Ints, seen: Reals, sums: Ints, found: Ints, breaks: Reals, outputs: Reals,
) -> int:  # fmt: skip
    """Decide whether some pruned network that uses the last unit is near the target: NEAR, FAR or UNSURE.

    Networks without the last unit were examined at the previous width.
    """
    units = first.shape[0]
    verdict = 0
    # the last unit has an input in exactly the patterns from ``begin`` on: its two bits lead
    begin = 1 << (2 * (units - 1)) if units else 0
    for pattern in range(begin, 1 << (2 * units)):
        active = unit_values(first, pattern, values, seen)
        lefts = 0
        rights = 0
        for i in range(2):
            count = fitting(values, second, i, active, bend, sums[i], found[i])
            kept = 0
            for k in range(count):
                if in_row(sums[i], found[i, k], low[i], high[i]):
                    found[i, kept] = found[i, k]
                    kept += 1
            lefts, rights = rights, kept
        # most patterns have no compatible set for some output and need no rays
        if lefts == 0 or rights == 0:
            continue
        rays = breaks[: breaking_rays(seen, breaks)]
        for i in range(2):
            on_rays(seen, second, i, active, rays, outputs[i])
        for i in range(lefts):
            for j in range(rights):
                left, right = found[0, i], found[1, j]
                if left | right == active:
                    answer = closeness(outputs[0, left], outputs[1, right], rays, target, eps)
                    if answer == NEAR:
                        return NEAR
                    # FAR < UNSURE, and NEAR has returned: one doubtful case makes the width doubtful
                    verdict = max(verdict, answer)
    return verdict


def widths_one(seed: np.uint64, start: int, near: int, most: int, room: Ints, out: Ints) -> None:
    """Write the results of ``one_input`` for the trials start, start + 1, …"""
    for i in range(out.size):
        out[i] = one_input(seed, np.uint64(start + i), near, most, room)


def widths_two(
    seed: np.uint64, start: int, near: int, bend: int, eps: float, most: int, ends: Ints, real: Reals, layers: Ints,
    values: Ints, seen: Reals, sums: Ints, found: Ints, breaks: Reals, outputs: Reals, out: Ints,
) -> None:  # fmt: skip
    """Write the results of ``two_inputs`` for the trials start, start + 1, …"""
    for i in range(out.size):
        out[i] = two_inputs(
            seed, np.uint64(start + i), near, bend, eps, most, ends, real, layers,
            values, seen, sums, found, breaks, outputs,
        )  # fmt: skip
