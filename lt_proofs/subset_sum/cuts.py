"""The least cut of every size and radius over all subsets of a grid, by looking at each."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.kernels import cuts as kernel
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.cuda import check_device
from lt_proofs.subset_sum.threads import Progress, in_parts

MAX_POINTS = 30
BEYOND = 1 << 30


def least_cuts(
    points: int, *, device: str = "cpu", threads: int | None = None, progress: Progress | None = None
) -> NDArray[np.int64]:
    """Entry [r, a]: the least number of pairs at most r apart, one in and one out, over all sets of a points.

    Radii go up to points - 1; row 0 holds no cuts. All 2^points subsets are looked at: 26 points take seconds.

    >>> least_cuts(4)[1:]
    array([[0, 1, 1, 1, 0],
           [0, 2, 3, 2, 0],
           [0, 3, 4, 3, 0]])

    Raises BadInput unless there are 2 to 30 points.
    """
    if not 2 <= points <= MAX_POINTS:
        raise BadInput("points", points, f"give from 2 to {MAX_POINTS}")
    table = np.full((points, points + 1), BEYOND)
    table[0] = 0
    if check_device(device) == "cuda":
        from lt_proofs.kernels.cuda_finite import least_cuts_of

        least_cuts_of(points, table)
        return table
    run, turn = compiled(kernel.lower_least), threading.Lock()

    def work(start: int, stop: int) -> None:
        own = table.copy()
        run(start, stop, points, own)
        with turn:
            np.minimum(table, own, out=table)

    in_parts(work, 1 << points, threads, progress)
    return table
