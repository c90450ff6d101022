"""Least cuts of a grid, by enumerating its subsets: finite companion of the cut lemmas (Mathematics 2.27).

For a subset A of the points 0, …, M - 1 the cut of radius r is the number of pairs (y, z) with y in A, z not in A and
|y - z| <= r. A subset is an integer with one bit for each point.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import elements

Ints = NDArray[np.int64]


def mixed_at(subset: int, points: int, distance: int) -> int:
    """Count the pairs of points at exactly that distance of which one is in the subset and one is not.

    >>> mixed_at(0b0110, 4, 1)
    2
    """
    # bit i of the exclusive or says that exactly one of i, i + distance is in the subset; the mask drops bits beyond
    return elements((subset ^ subset >> distance) & ((1 << (points - distance)) - 1))


def lower_least(start: int, stop: int, points: int, least: Ints) -> None:
    """Lower least[r, a] to the least cut of radius r among the subsets start … stop - 1 of size a.

    ``least`` has the shape (points, points + 1) and is only ever lowered; row 0 is left as it is.
    """
    for subset in range(start, stop):
        size = elements(subset)
        # the cut of radius r is the sum of the mixed pairs at distances 1, …, r
        cut = 0
        for radius in range(1, points):
            cut += mixed_at(subset, points, radius)
            # 2^points · points steps in all, which limits the grid to about 30 points
            least[radius, size] = min(least[radius, size], cut)
