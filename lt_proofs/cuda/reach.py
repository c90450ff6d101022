"""Widths at which masks reach a random linear map, on a GPU: one trial per thread, working memory on the device."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel, back, blocks_for, lanes_for, on_all_gpus
from lt_proofs.kernels.masks_reach import one_input, shapes, two_inputs

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

# threads with working memory, trials of one launch, and the marker of results that no thread has written
MOST_LANES = 1 << 15
CHUNK = 1 << 16
UNWRITTEN = -3


def reach_one(seed: np.uint64, start: int, near: int, most: int, rooms: Ints, widths: Ints) -> None:
    """Compute ``masks_reach.widths_one``, one trial per thread."""
    lane = cuda.grid(1)
    if lane < rooms.shape[0]:
        for place in range(lane, widths.size, rooms.shape[0]):
            widths[place] = one_input(seed, np.uint64(start + place), near, most, rooms[lane])


def reach_two(
    seed: np.uint64, start: int, near: int, bend: int, eps: float, most: int, ends: Ints, real: Reals, layers: Ints,
    values: Ints, seen: Reals, sums: Ints, found: Ints, breaks: Reals, outputs: Reals, widths: Ints,
) -> None:  # fmt: skip
    """Compute ``masks_reach.widths_two``, one trial per thread."""
    lane = cuda.grid(1)
    if lane < ends.shape[0]:
        for place in range(lane, widths.size, ends.shape[0]):
            widths[place] = two_inputs(
                seed, np.uint64(start + place), near, bend, eps, most, ends[lane], real[lane], layers[lane],
                values[lane], seen[lane], sums[lane], found[lane], breaks[lane], outputs[lane],
            )  # fmt: skip


REACH_ONE = Kernel("reach_one", reach_one, "void(uint64, int64, int64, int64, int64[:, :, :, ::1], int64[::1])", 64)
REACH_TWO = Kernel(
    "reach_two",
    reach_two,
    "void(uint64, int64, int64, int64, float64, int64, int64[:, :, :, ::1], float64[:, :, ::1], int64[:, :, :, ::1],"
    " int64[:, :, ::1], float64[:, :, ::1], int64[:, :, :, ::1], int64[:, :, ::1], float64[:, :, ::1],"
    " float64[:, :, :, ::1], int64[::1])",
    64,
)


@dataclass(frozen=True)
class ReachTask:
    """The arguments of ``widths_one`` and ``widths_two``."""

    seed: np.uint64
    near: int
    bend: int
    eps: float
    most: int

    def widths_one(self, start: int, widths: Ints, row: int) -> None:
        """Write the widths of consecutive trials with one input, with rows of that length, on all GPUs."""

        def work(first: int, stop: int) -> None:
            lanes = lanes_for(8 * 8 * row, min(stop - first, MOST_LANES))
            device = cuda.to_device(np.full(stop - first, UNWRITTEN))
            rooms = cuda.device_array((lanes, 2, 4, row), np.int64)
            REACH_ONE.launch(
                blocks_for(lanes, REACH_ONE), self.seed, start + first, self.near, self.most, rooms, device
            )
            widths[first:stop] = back(device, UNWRITTEN)

        on_all_gpus(work, len(widths), CHUNK)

    def widths_two(self, start: int, widths: Ints) -> None:
        """Write the widths of consecutive trials with two inputs, OPEN where floats cannot tell, on all GPUs."""
        arrays = shapes(self.most)
        bytes_each = 8 * sum(prod(shape) for shape, _ in arrays)

        def work(first: int, stop: int) -> None:
            lanes = lanes_for(bytes_each, min(stop - first, MOST_LANES))
            device = cuda.to_device(np.full(stop - first, UNWRITTEN))
            # one array of each shape, with a leading axis for the thread
            rooms = [cuda.device_array((lanes, *shape), kind) for shape, kind in arrays]
            question = self.seed, start + first, self.near, self.bend, self.eps, self.most
            REACH_TWO.launch(blocks_for(lanes, REACH_TWO), *question, *rooms, device)
            widths[first:stop] = back(device, UNWRITTEN)

        on_all_gpus(work, len(widths), CHUNK)
