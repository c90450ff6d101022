"""How much memory the subset kernels are given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_SAMPLES = 40


def lists_room(number: int) -> NDArray[np.int64]:
    """Room for both halves of that many samples: 48 bytes for each of their 2^(number/2) sums."""
    half = (number + 1) // 2
    return np.empty((6, (1 << half) + half + 1), np.int64)


def ends_room(number: int) -> NDArray[np.int64]:
    """Room for how many sums each half has of each size."""
    return np.empty((2, (number + 1) // 2 + 1), np.int64)
