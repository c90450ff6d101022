"""Working memory of the subset kernels: its shapes, and the numbers of samples that they accept.

"Room" is the package's word for working memory that a caller allocates and a kernel fills. The same shapes serve the
CPU and the GPUs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.sieve import BUCKETS_PER_SUM, MOST

# largest numbers of samples for meeting in the middle with two lists and with four
TWO_LISTS = 40
FOUR_LISTS = 56


def lists_shape(number: int) -> tuple[int, int]:
    """Return the shape of the working memory for that many samples: lists of both halves, or all pairs of samples."""
    # rows 0 to 5 hold sums and masks of both halves and spare lists of the same length, rows 6 and 7 the non-zero
    # samples and their bits; 64 entries are enough for the small searches
    half = (number + 1) // 2
    pairs = number * (number - 1) // 2
    return 8, max((1 << half) + half + 1, pairs + 1, 64)


def lists_memory(number: int) -> NDArray[np.int64]:
    """Allocate the working memory for that many samples: 64 bytes for each of the 2^(number/2) sums of a half.

    For 40 samples, the largest number, this is 64 MiB.
    """
    return np.empty(lists_shape(number), np.int64)


def ends_shape(number: int) -> tuple[int, int]:
    """Return the shape (halves, subset sizes of a half) of the list lengths that ``sums_by_size`` writes."""
    return 2, (number + 1) // 2 + 1


def ends_memory(number: int) -> NDArray[np.int64]:
    """Allocate the list lengths: the number of sums of each half for each subset size."""
    return np.empty(ends_shape(number), np.int64)


def table_size(number: int) -> int:
    """Return the number of buckets in the table of the sieve."""
    return BUCKETS_PER_SUM << (min(number, MOST) // 2)


def table_memory(number: int) -> NDArray[np.uint8]:
    """Allocate the table of the sieve: 16 bytes for each sum of the first half."""
    return np.empty(table_size(number), np.uint8)


def streams_memory(number: int) -> NDArray[np.int64]:
    """Allocate the working memory of four lists: 112 bytes for each of 2^(number/4) sums, 2 MiB for 56 samples."""
    return np.empty((2, 7, (1 << (number + 3) // 4) + 1), np.int64)
