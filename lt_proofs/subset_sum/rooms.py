"""How much memory the subset kernels are given, and up to how many samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.sieve import BUCKETS_PER_SUM, MOST

TWO_LISTS = 40
FOUR_LISTS = 56


def lists_shape(number: int) -> tuple[int, int]:
    """Rows and entries of the room for both halves of that many samples."""
    half = (number + 1) // 2
    pairs = number * (number - 1) // 2
    return 8, max((1 << half) + half + 1, pairs + 1, 64)


def lists_room(number: int) -> NDArray[np.int64]:
    """Room for both halves of that many samples: 64 bytes for each of the 2^(number/2) sums of one.

    For the 40 samples that two lists are used for these are 64 MiB.
    """
    return np.empty(lists_shape(number), np.int64)


def ends_shape(number: int) -> tuple[int, int]:
    """Halves, and numbers of samples that a half may have."""
    return 2, (number + 1) // 2 + 1


def ends_room(number: int) -> NDArray[np.int64]:
    """Room for how many sums each half has of each size."""
    return np.empty(ends_shape(number), np.int64)


def table_size(number: int) -> int:
    """How many buckets the table of the sieve has."""
    return BUCKETS_PER_SUM << (min(number, MOST) // 2)


def table_room(number: int) -> NDArray[np.uint8]:
    """Room for the table of the sieve: 16 bytes for each sum of the first half."""
    return np.empty(table_size(number), np.uint8)


def streams_room(number: int) -> NDArray[np.int64]:
    """Room for four lists: 112 bytes for each of the 2^(number/4) sums of one; 2 MiB for 56 samples."""
    return np.empty((2, 7, (1 << (number + 3) // 4) + 1), np.int64)
