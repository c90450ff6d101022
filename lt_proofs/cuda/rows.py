"""Rows of samples on a GPU: any subset within a tolerance, and the smallest one, one instance per thread.

Two groups of five samples nearly always decide "any within 0.01": 64 sums per thread, stored in shared memory column by
column. Subsets of at most four samples decide "smallest" for most rows; the pairs of a row lie in device memory,
interleaved with one word per lane, so that the lanes of a warp, which read them in step, access neighbouring words.
More threads per instance would gain nothing, because 397,000 or 784,000 instances fill the GPU. Rows that stay open go
to the sieve, and finally to the functions of the CPU.
"""

from __future__ import annotations

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel
from lt_proofs.kernels.fewest import smallest_of, smallest_of_four
from lt_proofs.kernels.quick import BLOCK, any_in_blocks

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
# a block is one warp, so its 16 KiB of sums leave room for many blocks on a multiprocessor
LANES = 32
BLOCK_SUMS = 1 << BLOCK


def any_quickly(samples: Ints, counts: Ints, middles: Ints, widths: Ints, masks: Ints, errors: Ints) -> None:
    """Compute ``any_in_blocks`` for each row; mask -1 where two groups of samples are not enough."""
    rooms = cuda.shared.array((2, BLOCK_SUMS, LANES), np.int64)
    row = cuda.grid(1)
    if row < len(counts):
        # a strided view: entry k of neighbouring lanes lies in neighbouring words, hence in different banks
        room = rooms[:, :, cuda.threadIdx.x]
        mask, error = any_in_blocks(samples[row], counts[row], middles[row], widths[row], room)
        masks[row] = mask
        errors[row] = error


def fewest_quickly(
    samples: Ints, counts: Ints, middles: Ints, widths: Ints, rooms: Ints, masks: Ints, errors: Ints
) -> None:
    """Compute ``smallest_of_four`` for each row, with working memory interleaved by lane."""
    lane = cuda.grid(1)
    if lane < rooms.shape[2]:
        room = rooms[:, :, lane]
        # there may be fewer lanes than rows: each lane takes every so-many-th row and reuses its memory
        for row in range(lane, len(counts), rooms.shape[2]):
            mask, error, _ = smallest_of_four(samples[row], counts[row], middles[row], widths[row], room)
            masks[row] = mask
            errors[row] = error


def fewest_alone(
    samples: Ints,
    counts: Ints,
    middles: Ints,
    widths: Ints,
    rooms: Ints,
    ends: Ints,
    tables: Bytes,
    masks: Ints,
    errors: Ints,
) -> None:
    """Compute ``smallest_each``, with the CPU's working memory in device memory."""
    # few rows come this far, so it does not matter that neighbouring lanes read distant words
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        for row in range(lane, len(counts), rooms.shape[0]):
            mask, error = smallest_of(
                samples[row], counts[row], middles[row], widths[row], rooms[lane], ends[lane], tables[lane]
            )
            masks[row] = mask
            errors[row] = error


EACH = "int64[:, ::1], int64[::1], int64[::1], int64[::1]"
ANY_QUICKLY = Kernel("any_quickly", any_quickly, f"void({EACH}, int64[::1], int64[::1])", LANES)
FEWEST_QUICKLY = Kernel("fewest_quickly", fewest_quickly, f"void({EACH}, int64[:, :, ::1], int64[::1], int64[::1])", 64)
FEWEST_ALONE = Kernel(
    "fewest_alone",
    fewest_alone,
    f"void({EACH}, int64[:, :, ::1], int64[:, :, ::1], uint8[:, ::1], int64[::1], int64[::1])",
    64,
)
