"""Least cuts of a grid, by looking at every subset: how many pairs of a point in and a point out are near.

A subset of the points 0 … points - 1 is an integer, one bit for each point.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import elements

Ints = NDArray[np.int64]


def mixed_at(subset: int, points: int, distance: int) -> int:
    """How many pairs that far apart have one point in the subset and one outside.

    >>> mixed_at(0b0110, 4, 1)
    2
    """
    return elements((subset ^ subset >> distance) & ((1 << (points - distance)) - 1))


def lower_least(start: int, stop: int, points: int, least: Ints) -> None:
    """Lower least[radius, size] to the least cut of the subsets start … stop - 1 of that size, radii from 1."""
    for subset in range(start, stop):
        size = elements(subset)
        cut = 0
        for radius in range(1, points):
            cut += mixed_at(subset, points, radius)
            least[radius, size] = min(least[radius, size], cut)
