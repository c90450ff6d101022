"""First passage of a whole random network: the hidden units per input after which all its windows are covered.

Theorem 1 requires one random subset-sum instance (window) for each entry (o, j) of each target layer, and in the first
layer, where inputs take both signs, for one with each sign. In layer i, hidden unit k of input j is row u = j +
k·columns of matrix 2i - 1; its entry in column j is a. With b, the entry of matrix 2i in row o and column u, the unit
gives the window (o, j, +) the sample b·max(a, 0), and in the first layer the window (o, j, -) the sample b·max(-a, 0),
in units of 2^-48.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.passage import NEVER, half_covers, lower_half_union
from lt_proofs.kernels.philox import block_of_words, uniform_odd
from lt_proofs.kernels.places import INDEX_MASK
from lt_proofs.kernels.weights import WEIGHTS

Ints = NDArray[np.int64]


def entry(seed: np.uint64, matrix: int, row: int, column: int) -> int:
    """Return one entry of a random weight matrix, in units of 2^-24; the layout is that of ``weights``."""
    words = block_of_words(seed, np.uint64(WEIGHTS + matrix), np.uint64(row), np.uint64(column // 4))
    low, high = (words[1], words[3]) if column % 2 else (words[0], words[2])
    return uniform_odd(high if column % 4 >= 2 else low)


def window_passage(first: Ints, second: Ints, sign: int, width: int, low: int, high: int, room: Ints) -> int:
    """Return the least n such that the intervals [s, s + width] of the first n samples cover [low, high], or NEVER.

    The samples are second[k] · max(sign · first[k], 0). The method is that of ``passage.first_passage_of``.
    """
    # the invariant is that of first_passage_of
    lo, hi, new_lo, new_hi = room[0], room[1], room[2], room[3]
    lo[0] = 0
    hi[0] = width
    count = 1
    total = width
    negative = 0
    for index in range(len(first)):
        # half of the units see nothing of this sign: their sample is zero and changes nothing
        step = second[index] * max(sign * first[index], 0)
        if step == 0:
            continue
        count = lower_half_union(lo, hi, count, total, abs(step), FAR, INDEX_MASK, new_lo, new_hi)
        lo, new_lo = new_lo, lo
        hi, new_hi = new_hi, hi
        total += abs(step)
        negative += min(step, 0)
        reaches = negative <= low and negative + total >= high
        if reaches and half_covers(lo, hi, count, total, low - negative, high - negative):
            return index + 1
    return NEVER


def network_passage(seed: np.uint64, widths: Ints, grids: Ints, most: int, weights: Ints, room: Ints) -> int:
    """Return the largest first passage of all windows of all layers; NEVER as soon as ``most`` units do not cover one.

    ``widths`` are the widths d_0, …, d_l of the target. Row i of ``grids`` holds width, low and high of layer i + 1 as
    in ``window_passage``. Working memory: ``weights`` has two rows of ``most`` entries, ``room`` four rows of
    intervals.
    """
    worst = 0
    first, second = weights[0], weights[1]
    for layer in range(len(widths) - 1):
        columns, rows = widths[layer], widths[layer + 1]
        # outputs of a ReLU are non-negative, so only the first layer has windows of both signs
        signs = 2 if layer == 0 else 1
        for j in range(columns):
            # the first weights of an input are shared by all outputs (and both signs), the second ones are not
            for k in range(most):
                first[k] = entry(seed, 2 * layer + 1, j + k * columns, j)
            for o in range(rows):
                for k in range(most):
                    second[k] = entry(seed, 2 * layer + 2, o, j + k * columns)
                for turn in range(signs):
                    width, low, high = grids[layer, 0], grids[layer, 1], grids[layer, 2]
                    passage = window_passage(first, second, 1 - 2 * turn, width, low, high, room)
                    if passage == NEVER:
                        return NEVER
                    worst = max(worst, passage)
    return worst


def network_passages(
    seed: np.uint64, start: int, widths: Ints, grids: Ints, most: int, weights: Ints, room: Ints, passages: Ints
) -> None:
    """Write the passages of the random networks with the seeds seed + start, seed + start + 1, … (modulo 2^64)."""
    for place in range(len(passages)):
        passages[place] = network_passage(seed + np.uint64(start + place), widths, grids, most, weights, room)
