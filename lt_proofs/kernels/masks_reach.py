"""The least hidden width at which masks of a random two-layer network come near a random linear map, trial by trial.

A trial draws a target W uniformly from the spectral unit ball, on a grid, and hidden units one after the other; its
result is the number of units after which some masks make a function within eps of x -> Wx on the unit ball.

Stream 5 holds the target: its one entry is draw 0, or the four entries are the first block of four draws whose
matrix has norm at most 1, each the odd multiple of 2^-12 of the draw's 12 leading bits. Stream 6 holds the units:
with one input, unit k has the weights of draws 2k and 2k+1; with two, the row of draws 4k, 4k+1 and the column of
4k+2, 4k+3.
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

TARGETS = 5
UNITS = 6
NEVER = -1
OPEN = -2
ENTRY_BITS = 12
LEADING = np.uint64(20)
ROOM = 1 << 36


def one_input(seed: np.uint64, trial: np.uint64, near: int, most: int, room: Ints) -> int:
    """The least width for a number w: a subset sum of products within ``near`` of w on the units of each sign.

    All in units of 2^-48. Room: for each sign two rows of intervals and two more to write to, long enough for all.
    """
    target = uniform_odd(block_of_words(seed, np.uint64(TARGETS), trial, np.uint64(0))[0]) * (1 << 24)
    met = [abs(target) <= near, abs(target) <= near]
    counts = [1, 1]
    for side in range(2):
        room[side, 0, 0] = -near
        room[side, 1, 0] = near
    for unit in range(most):
        if met[0] and met[1]:
            return unit
        words = block_of_words(seed, np.uint64(UNITS), trial, np.uint64(unit // 2))
        odd = unit % 2 == 1
        first = uniform_odd(words[2] if odd else words[0])
        second = uniform_odd(words[3] if odd else words[1])
        side = 0 if first > 0 else 1
        lo, hi, new_lo, new_hi = room[side, 0], room[side, 1], room[side, 2], room[side, 3]
        count = union_with_shifted(lo, hi, counts[side], first * second, BEYOND, new_lo, new_hi)
        for i in range(count):
            lo[i] = new_lo[i]
            hi[i] = new_hi[i]
        counts[side] = count
        met[side] = met[side] or covers(lo, hi, 0, count, target, target)
    return most if met[0] and met[1] else NEVER


def entry(word: np.uint64) -> int:
    """An odd multiple of 2^-12 between -1 and 1, in units of 2^-12."""
    return int(2 * np.int64(word >> LEADING) + (1 - (1 << ENTRY_BITS)))


def draw_target(seed: np.uint64, trial: np.uint64, target: Ints) -> None:
    """Write the first matrix of norm at most 1: (1 - s^2)(1 - t^2) >= 0 and s^2 + t^2 <= 2 for its singular values."""
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
    seed: np.uint64, trial: np.uint64, near: int, bend: int, eps: float, most: int, target: Ints, first: Ints,
    second: Ints,
) -> int:  # fmt: skip
    """The least width for a matrix; OPEN where floats do not tell. ``near`` and ``bend`` are eps and 2 eps in integers.

    The three arrays are room for the target and both layers.
    """
    draw_target(seed, trial, target)
    real = target / (1 << ENTRY_BITS)
    low = target * ROOM - near
    high = target * ROOM + near
    length = np.float64(0)
    for k in range(4):
        length += real[k // 2, k % 2] * real[k // 2, k % 2]
    first[:] = 0
    second[:] = 0
    for hidden in range(most + 1):
        if hidden:
            words = block_of_words(seed, np.uint64(UNITS), trial, np.uint64(hidden - 1))
            for j in range(2):
                first[hidden - 1, j] = uniform_odd(words[j])
                second[hidden - 1, j] = uniform_odd(words[2 + j])
        verdict = reached(first[:hidden], second[:hidden], low, high, real, eps, bend)
        if verdict == NEAR:
            return hidden
        if verdict == UNSURE:
            return OPEN
    return NEVER


def reached(first: Ints, second: Ints, low: Ints, high: Ints, target: Reals, eps: float, bend: int) -> int:
    """Whether some function of a network that needs the last unit is near the target: NEAR, FAR or UNSURE."""
    units = first.shape[0]
    values = np.empty((units, 4), np.int64)
    seen = np.empty((units, 2), np.float64)
    sums = np.empty((2, 1 << units, 4), np.int64)
    found = np.empty((2, 1 << units), np.int64)
    breaks = np.empty((4 + 2 * units, 2), np.float64)
    outputs = np.empty((2, 1 << units, 4 + 2 * units), np.float64)
    verdict = 0
    begin = 1 << (2 * (units - 1)) if units else 0
    for pattern in range(begin, 1 << (2 * units)):
        active = unit_values(first, pattern, values, seen)
        numbers = [0, 0]
        for i in range(2):
            count = fitting(values, second, i, active, bend, sums[i], found[i])
            kept = 0
            for k in range(count):
                if in_row(sums[i], found[i, k], low[i], high[i]):
                    found[i, kept] = found[i, k]
                    kept += 1
            numbers[i] = kept
        if numbers[0] == 0 or numbers[1] == 0:
            continue
        rays = breaks[: breaking_rays(seen, breaks)]
        for i in range(2):
            on_rays(seen, second, i, active, rays, outputs[i])
        for i in range(numbers[0]):
            for j in range(numbers[1]):
                left, right = found[0, i], found[1, j]
                if left | right == active:
                    answer = closeness(outputs[0, left], outputs[1, right], rays, target, eps)
                    if answer == NEAR:
                        return NEAR
                    verdict = max(verdict, answer)
    return verdict


def widths_one(seed: np.uint64, start: int, near: int, most: int, room: Ints, out: Ints) -> None:
    """The results of consecutive trials with one input."""
    for i in range(out.size):
        out[i] = one_input(seed, np.uint64(start + i), near, most, room)


def widths_two(
    seed: np.uint64, start: int, near: int, bend: int, eps: float, most: int, target: Ints, first: Ints, second: Ints,
    out: Ints,
) -> None:  # fmt: skip
    """The results of consecutive trials with two inputs."""
    for i in range(out.size):
        out[i] = two_inputs(seed, np.uint64(start + i), near, bend, eps, most, target, first, second)
