"""The random weight matrices of a network, and products of pruned matrices with batches of inputs.

Entry (row, column) of matrix m is draw ``column`` of trial ``row`` in the Philox stream WEIGHTS + m, an odd integer in
units of 2^-24. So any entry can be recomputed alone, and a large matrix never has to be stored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import UNIFORM_BITS, block_of_words, uniform_odd

WEIGHTS = 0x4E000000

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


def shrunk(weight: int, radius: int) -> int:
    """Scale a weight from (-1, 1) to (-radius, radius), both in units of 2^-24, rounding down.

    The product is below 2^48 in absolute value for a radius of at most 1.

    >>> shrunk(-3, 1 << 24), shrunk(-3, 1 << 23)
    (-3, -2)
    """
    return weight * radius >> UNIFORM_BITS


def random_row(seed: np.uint64, stream: np.uint64, row: int, out: Ints) -> None:
    """Write the first out.size entries of one row of the random matrix with this stream."""
    columns = out.size
    for block in range((columns + 3) // 4):
        words = block_of_words(seed, stream, np.uint64(row), np.uint64(block))
        for lane in range(min(4, columns - 4 * block)):
            out[4 * block + lane] = uniform_odd(words[lane])


def entries_at(seed: np.uint64, stream: np.uint64, rows: Ints, columns: Ints, out: Ints) -> None:
    """Write the entries (rows[i], columns[i]) of the random matrix with this stream to out[i]."""
    for i in range(rows.size):
        # a block holds four consecutive columns
        words = block_of_words(seed, stream, np.uint64(rows[i]), np.uint64(columns[i] >> 2))
        out[i] = uniform_odd(words[columns[i] & 3])


def sparse_product(starts: Ints, units: Ints, values: Reals, hidden: Reals, out: Reals) -> None:
    """Multiply a sparse matrix by a batch: out[o] = Σ values[e] · hidden[units[e]] over the edges e of output o.

    The edges of output o are starts[o], …, starts[o + 1] - 1 (compressed rows). ``hidden`` has the shape (units, batch)
    and ``out`` the shape (outputs, batch). The order of summation is fixed, so results do not depend on threads.
    """
    for o in range(starts.size - 1):
        out[o, :] = 0
        for e in range(starts[o], starts[o + 1]):
            # the inner loop runs along the batch, whose entries are contiguous
            weight = values[e]
            source = hidden[units[e]]
            for b in range(source.size):
                out[o, b] += weight * source[b]
