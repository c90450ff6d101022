"""The least cut of every size and radius over all subsets of a grid, by enumeration (Mathematics 2.27)."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.kernels import cuts as kernel
from lt_proofs.kernels.cpu import compiled
from lt_proofs.subset_sum.threads import Progress, in_parts

MAX_POINTS = 30
BEYOND = 1 << 30


def least_cuts(
    points: int, *, device: str = "cpu", threads: int | None = None, progress: Progress | None = None
) -> NDArray[np.int64]:
    """Return the table whose entry [r, a] is the least cut of radius r over all subsets A of size a.

    The cut counts the pairs (y, z), y in A and z not in A, with |y - z| <= r. The table has the shape
    (points, points + 1); row 0 is zero. All 2^points subsets are enumerated, which takes seconds for 26 points.

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
        from lt_proofs.cuda.finite import least_cuts_of

        least_cuts_of(points, table)
        return table
    # each part lowers a copy of its own, so threads meet only once per part
    run, turn = compiled(kernel.lower_least), threading.Lock()

    def work(start: int, stop: int) -> None:
        own = table.copy()
        run(start, stop, points, own)
        with turn:
            np.minimum(table, own, out=table)

    in_parts(work, 1 << points, threads, progress)
    return table
