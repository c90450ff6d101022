"""All masks of two-layer networks on a GPU: one input pattern per thread.

There are 4^h patterns, 65,536 for the 2^32 masks of eight units. Each takes about 10^5 steps in working memory of its
own, about 150 KiB of device memory: enough threads to fill a GPU, and no two of them share a word until the host adds
their counts. Sines and fused multiply-adds may differ in the last bits from those of the CPU; every comparison has a
margin for that, and cases within the margin are returned as open, to be decided in integers.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lt_proofs.cuda.device import Kernel, blocks_for, lanes_for, on_all_gpus
from lt_proofs.kernels.masks import match_pattern

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

MOST_LANES = 1 << 14
# open cases that a thread can list
OPEN_EACH = 64


def match_masks(
    first: Ints, second: Ints, start: int, stop: int, lows: Ints, highs: Ints, rows: Ints, targets: Reals, eps: float,
    bend: int, values: Ints, seen: Reals, sums: Ints, found: Ints, breaks: Reals, outputs: Reals, lists: Ints,
    counts: Ints, unsure: Ints, cases: Ints,
) -> None:  # fmt: skip
    """Compute ``match_patterns`` with all threads; each has its own working memory, counts and list of open cases."""
    lane = cuda.grid(1)
    if lane < cases.size:
        still_open = 0
        for pattern in range(start + lane, stop, cases.size):
            room = unsure[lane, min(still_open, unsure.shape[1]) :]
            still_open += match_pattern(
                first, second, pattern, lows, highs, rows, targets, eps, bend,
                values[lane], seen[lane], sums[lane], found[lane], breaks[lane], outputs[lane], lists[lane],
                counts[lane], room,
            )  # fmt: skip
        cases[lane] = still_open


MATCH_MASKS = Kernel(
    "match_masks",
    match_masks,
    "void(int64[:, ::1], int64[:, ::1], int64, int64, int64[:, ::1], int64[:, ::1], int64[:, ::1], float64[:, :, ::1],"
    " float64, int64, int64[:, :, ::1], float64[:, :, ::1], int64[:, :, :, ::1], int64[:, :, ::1], float64[:, :, ::1],"
    " float64[:, :, :, ::1], int64[:, :, :, ::1], int64[:, ::1], int64[:, :, ::1], int64[::1])",
    64,
)


def match_all_patterns(
    first: Ints, second: Ints, lows: Ints, highs: Ints, rows: Ints, targets: Reals, eps: float, bend: int
) -> tuple[Ints, Ints, int]:
    """Return the counts for each target over all patterns, the listed open cases, and the number of all open cases.

    The number exceeds the length of the list if some thread had more than OPEN_EACH open cases.
    """
    units, sets = len(first), 1 << len(first)
    shapes: list[tuple[tuple[int, ...], Any]] = [
        ((units, 4), np.int64), ((units, 2), np.float64), ((2, sets, 4), np.int64), ((2, sets), np.int64),
        ((4 + 2 * units, 2), np.float64), ((2, sets, 4 + 2 * units), np.float64), ((2, len(lows), 1 + sets), np.int64),
    ]  # fmt: skip
    # all element types have 8 bytes
    bytes_each = 8 * (sum(prod(shape) for shape, _ in shapes) + len(targets) + 4 * OPEN_EACH)
    found: list[tuple[Ints, Ints, int]] = []

    def work(start: int, stop: int) -> None:
        lanes = lanes_for(bytes_each, min(stop - start, MOST_LANES))
        rooms = [cuda.device_array((lanes, *shape), kind) for shape, kind in shapes]
        counts = cuda.to_device(np.zeros((lanes, len(targets)), np.int64))
        unsure, cases = cuda.device_array((lanes, OPEN_EACH, 4), np.int64), cuda.device_array(lanes, np.int64)
        given = [cuda.to_device(np.ascontiguousarray(array)) for array in (lows, highs, rows, targets)]
        layers = cuda.to_device(first), cuda.to_device(second)
        blocks = blocks_for(lanes, MATCH_MASKS)
        MATCH_MASKS.launch(blocks, *layers, start, stop, *given, eps, bend, *rooms, counts, unsure, cases)
        # a thread may count more open cases than it can list; only the listed ones are read
        each = cases.copy_to_host()
        listed = unsure.copy_to_host()[np.arange(OPEN_EACH) < each[:, None]]
        found.append((counts.copy_to_host().sum(axis=0), listed, int(each.sum())))

    on_all_gpus(work, 4**units, max(4**units // 4, MOST_LANES))
    counts, listed, cases = zip(*found, strict=True)
    return np.sum(counts, axis=0), np.concatenate(listed), sum(cases)
