"""The random weight matrices of a network, and the products of pruned ones with batches.

Entry (row, column) of matrix m is the draw `column` of trial `row` in stream WEIGHTS + m, an odd integer in
units of 2^-24.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import UNIFORM_BITS, block_of_words, uniform_odd

WEIGHTS = 0x4E000000

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


def shrunk(weight: int, radius: int) -> int:
    """A weight from (-1, 1) brought to the interval of that radius, both in units of 2^-24, rounded down.

    >>> shrunk(-3, 1 << 24), shrunk(-3, 1 << 23)
    (-3, -2)
    """
    return weight * radius >> UNIFORM_BITS


def random_row(seed: np.uint64, stream: np.uint64, row: int, out: Ints) -> None:
    """Write the entries of one row of a random matrix."""
    columns = out.size
    for block in range((columns + 3) // 4):
        words = block_of_words(seed, stream, np.uint64(row), np.uint64(block))
        for lane in range(min(4, columns - 4 * block)):
            out[4 * block + lane] = uniform_odd(words[lane])


def entries_at(seed: np.uint64, stream: np.uint64, rows: Ints, columns: Ints, out: Ints) -> None:
    """Write the entries at the given places of a random matrix."""
    for i in range(rows.size):
        words = block_of_words(seed, stream, np.uint64(rows[i]), np.uint64(columns[i] >> 2))
        out[i] = uniform_odd(words[columns[i] & 3])


def sparse_product(starts: Ints, units: Ints, values: Reals, hidden: Reals, out: Reals) -> None:
    """Write out[o] = sum of values[e] * hidden[units[e]] over the edges e of output o, for a batch of columns."""
    for o in range(starts.size - 1):
        out[o, :] = 0
        for e in range(starts[o], starts[o + 1]):
            weight = values[e]
            source = hidden[units[e]]
            for b in range(source.size):
                out[o, b] += weight * source[b]
