"""Batches of subset-sum instances on the GPUs: which kernel takes which rows, and how much memory each gets.

Every query runs in stages. A fast kernel decides most rows and marks the others OPEN; these go to the next, slower
kernel, and the last stage is the CPU's own function, one row per thread. So the answers equal those of the CPU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.cuda.closest import CLOSEST_ALONE, CLOSEST_IN_BLOCKS, CLOSEST_IN_MEMORY, HALF, SURVIVORS
from lt_proofs.cuda.device import Kernel, back, blocks_for, lanes_for, on_all_gpus, toolkit
from lt_proofs.cuda.rows import ANY_QUICKLY, FEWEST_ALONE, FEWEST_QUICKLY
from lt_proofs.kernels.fewest import OPEN
from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.sieve import MOST
from lt_proofs.kernels.subsets import NONE
from lt_proofs.subset_sum.working_memory import ends_shape, lists_shape, table_size

Ints = NDArray[np.int64]
Part = Callable[..., tuple[Ints, Ints]]

# rows in one launch
CHUNK = 1 << 20
# largest numbers of threads or blocks that get working memory of their own
MOST_LANES = 1 << 15
MOST_BLOCKS = 1 << 10
PAIR_LANES = 1 << 16
# marker of results that no thread has written; no mask and no other marker has this value
UNWRITTEN = -3


def on_gpus(part: Part, samples: Ints, counts: Ints, *goals: Ints) -> tuple[Ints, Ints]:
    """Apply a stage function to all rows in chunks on all GPUs; return masks and doubled errors."""
    masks, errors = np.empty(len(counts), np.int64), np.empty(len(counts), np.int64)

    def work(start: int, stop: int) -> None:
        own = [goal[start:stop] for goal in goals]
        masks[start:stop], errors[start:stop] = part(samples[start:stop], counts[start:stop], *own)

    on_all_gpus(work, len(counts), CHUNK)
    return masks, errors


def closest(samples: Ints, counts: Ints, middles: Ints) -> tuple[Ints, Ints]:
    """Compute ``closest_each`` on the current GPU: by blocks of threads, then one row per thread where these fail."""
    masks, errors = np.full(len(counts), OPEN), np.full(len(counts), FAR)
    ways = (_in_blocks, 2 * HALF), (_in_memory, MOST), (_alone, samples.shape[1])
    for way, most in ways:
        left = np.flatnonzero((masks == OPEN) & (counts <= most))
        if len(left) == len(counts):
            masks, errors = way(samples, counts, middles)
        elif len(left):
            masks[left], errors[left] = way(samples[left], counts[left], middles[left])
    return masks, errors


def _in_blocks(samples: Ints, counts: Ints, middles: Ints) -> tuple[Ints, Ints]:
    """Run the sieve with one block per row in shared memory, for rows of at most 22 samples."""
    given, (masks, errors) = _to_device(samples, counts, middles), _result_arrays(len(samples))
    CLOSEST_IN_BLOCKS.launch(len(samples), *given, masks, errors)
    return back(masks, UNWRITTEN), errors.copy_to_host()


def _in_memory(samples: Ints, counts: Ints, middles: Ints) -> tuple[Ints, Ints]:
    """Run the sieve with lists and tables in device memory, for rows of at most 32 samples."""
    columns = int(counts.max(initial=0))
    sums, survivors = 1 << (columns + 1) // 2, max(SURVIVORS, 1 << columns // 2)
    words = table_size(columns) // 32
    blocks = lanes_for(16 * sums + 12 * survivors + 4 * words, min(len(samples), MOST_BLOCKS))
    empty = toolkit().device_array
    rooms = empty((blocks, 2, sums), np.int64), empty((blocks, 3, survivors), np.int32)
    given, (masks, errors) = _to_device(samples, counts, middles), _result_arrays(len(samples))
    table = empty((blocks, max(words, 1)), np.uint32)
    CLOSEST_IN_MEMORY.launch(blocks, *given, *rooms, table, masks, errors)
    return back(masks, UNWRITTEN), errors.copy_to_host()


def any_within(samples: Ints, counts: Ints, middles: Ints, widths: Ints) -> tuple[Ints, Ints]:
    """Compute ``any_each`` on the current GPU."""
    given = _to_device(samples, counts, middles, widths)
    masks, errors = _result_arrays(len(samples))
    kernel = ANY_QUICKLY
    kernel.launch(blocks_for(len(samples), kernel), *given, masks, errors)
    found = back(masks, UNWRITTEN)
    # two groups of samples that fail say nothing about other subsets, so these rows go on to the best subset
    found[found == NONE] = OPEN
    return _completed(found, errors.copy_to_host(), closest, samples, counts, middles)


def fewest(samples: Ints, counts: Ints, middles: Ints, widths: Ints) -> tuple[Ints, Ints]:
    """Compute ``smallest_each`` on the current GPU.

    Stages: subsets of at most four samples; then whether any subset is within the tolerance at all; then all sizes.
    """
    rows, columns = samples.shape
    given = _to_device(samples, counts, middles, widths)
    masks, errors = _result_arrays(rows)
    pairs = max(columns * (columns - 1) // 2, columns) + 1
    lanes = lanes_for(8 * 8 * pairs, min(rows, PAIR_LANES))
    rooms = toolkit().device_array((8, pairs, lanes), np.int64)
    kernel = FEWEST_QUICKLY
    kernel.launch(blocks_for(lanes, kernel), *given, rooms, masks, errors)
    quick = back(masks, UNWRITTEN), errors.copy_to_host()
    # free the pairs before the next stage asks how much memory it may use
    del rooms
    return _completed(*quick, _larger, samples, counts, middles, widths)


def _larger(samples: Ints, counts: Ints, middles: Ints, widths: Ints) -> tuple[Ints, Ints]:
    """Return the smallest subsets of rows that have none of at most four samples.

    Samples that are zero are removed first, since they belong to no smallest subset; this may bring a row within the
    reach of the fast kernels. At the end masks are mapped back to the original columns.
    """
    zero = (samples == 0) | (np.arange(samples.shape[1]) >= counts[:, None])
    # a stable sort keeps the order of the samples, on which the lowest mask depends
    places = np.argsort(zero, axis=1, kind="stable")[:, : int((~zero).sum(axis=1).max())]
    samples, counts = np.take_along_axis(samples, places, axis=1), (~zero).sum(axis=1)
    masks, errors = closest(samples, counts, middles)
    # the best subset decides whether any is within the tolerance, and spares the others the search through all sizes
    masks = np.where(errors <= widths, OPEN, NONE)
    found, errors = _completed(masks, np.full(len(masks), FAR), _fewest_alone, samples, counts, middles, widths)
    taken = found[:, None] >> np.arange(samples.shape[1]) & 1
    return np.where(found == NONE, NONE, (taken << places).sum(axis=1)), errors


def _completed(masks: Ints, errors: Ints, part: Part, *rows: Ints) -> tuple[Ints, Ints]:
    """Fill in the answers of the rows left OPEN by applying the next stage to them."""
    left = np.flatnonzero(masks == OPEN)
    if len(left):
        masks[left], errors[left] = part(*(array[left] for array in rows))
    return masks, errors


def _alone(samples: Ints, counts: Ints, middles: Ints) -> tuple[Ints, Ints]:
    """Run the CPU's ``closest_of``, one row per thread."""
    return _one_a_thread(CLOSEST_ALONE, False, samples, counts, middles)


def _fewest_alone(samples: Ints, counts: Ints, middles: Ints, widths: Ints) -> tuple[Ints, Ints]:
    """Run the CPU's ``smallest_of``, one row per thread."""
    return _one_a_thread(FEWEST_ALONE, True, samples, counts, middles, widths)


def _one_a_thread(kernel: Kernel, ends: bool, samples: Ints, *goals: Ints) -> tuple[Ints, Ints]:
    """Launch a kernel with one row per thread, each with the working memory that the CPU uses for a row."""
    rows, columns = samples.shape
    shape, size = lists_shape(columns), table_size(columns)
    lanes = lanes_for(8 * shape[0] * shape[1] + size, min(rows, MOST_LANES))
    empty = toolkit().device_array
    rooms = [empty((lanes, *shape), np.int64)]
    if ends:
        rooms.append(empty((lanes, *ends_shape(columns)), np.int64))
    masks, errors = _result_arrays(rows)
    kernel.launch(
        blocks_for(lanes, kernel), *_to_device(samples, *goals), *rooms, empty((lanes, size), np.uint8), masks, errors
    )
    return back(masks, UNWRITTEN), errors.copy_to_host()


def _to_device(*arrays: Ints) -> list[Any]:
    """Copy the arrays to the memory of the GPU."""
    return [toolkit().to_device(np.ascontiguousarray(array)) for array in arrays]


def _result_arrays(rows: int) -> tuple[Any, Any]:
    """Allocate device arrays for masks, filled with UNWRITTEN, and for errors."""
    return toolkit().to_device(np.full(rows, UNWRITTEN)), toolkit().device_array(rows, np.int64)
