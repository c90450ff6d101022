"""Many subset-sum instances at once: one row of integer samples for each target.

All numbers are int64 in units of the caller's grid. A tolerance is given as the interval [low, high] of admissible
sums. The answers do not depend on the number of threads, and device "cuda" gives the same answers on the GPUs. Memory
beyond the arrays themselves is 64 bytes for each of 2^(n/2) sums, for each thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.fewest import smallest_each
from lt_proofs.kernels.quick import any_each
from lt_proofs.kernels.sieve import closest_each
from lt_proofs.subset_sum.threads import Progress, in_parts
from lt_proofs.subset_sum.working_memory import TWO_LISTS, ends_memory, lists_memory, table_memory

Ints = NDArray[np.int64]
Rooms = tuple[NDArray[Any], ...]
# sums are kept below 2^60, so that doubled sums, and distances between them, fit int64
ROOM_BITS = 60


def best_subsets(
    samples: Ints,
    targets: Ints,
    counts: Ints | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    device: str = "cpu",
) -> tuple[Ints, Ints]:
    """Return (masks, errors) of the subsets of row i of ``samples`` whose sum is closest to targets[i].

    ``samples`` has the shape (rows, columns) with at most 40 columns; the other arrays, and the results, have the shape
    (rows,). Bit k of a mask stands for column k. Ties go to the fewest elements, then to the lowest mask. With
    ``counts`` only the first counts[i] samples of row i may be taken. ``progress`` is called with (rows done, rows).
    Raises BadInput for arrays of another shape or type, or for numbers whose sums might reach 2^60.

    >>> best_subsets(np.array([[1, 2, 4], [3, 3, 3]]), np.array([5, 7]))
    (array([5, 3]), array([0, 1]))
    """
    middles = 2 * checked(targets, "targets", 1)
    masks, errors = _solve_rows(closest_each, _lists_and_table, samples, counts, (middles,), threads, progress, device)
    # a doubled target is even, so the doubled errors are even too
    return masks, errors // 2


def any_within_each(
    samples: Ints,
    low: Ints,
    high: Ints,
    counts: Ints | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    device: str = "cpu",
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return (masks, found): for each row a subset with sum in [low[i], high[i]], and whether there is one.

    Where there is none the mask is that of the subset closest to the midpoint. Arguments and errors are as for
    ``best_subsets``; any subset may be returned, but always the same one.

    >>> any_within_each(np.array([[1, 2, 4], [3, 3, 3]]), np.array([5, 7]), np.array([5, 8]))
    (array([5, 3]), array([ True, False]))
    """
    middles, widths = _middles_and_widths(low, high)
    masks, errors = _solve_rows(
        any_each, _lists_and_table, samples, counts, (middles, widths), threads, progress, device
    )
    return masks, errors <= widths


def fewest_within_each(
    samples: Ints,
    low: Ints,
    high: Ints,
    counts: Ints | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    device: str = "cpu",
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return (masks, found): for each row the smallest subset with sum in [low[i], high[i]], and whether there is one.

    Of equally small subsets the one closest to the midpoint of the interval is taken, then the lowest mask. Where there
    is none the mask is -1. Arguments and errors are as for ``best_subsets``.

    >>> fewest_within_each(np.array([[1, 2, 3]]), np.array([3]), np.array([3]))
    (array([4]), array([ True]))
    """
    middles, widths = _middles_and_widths(low, high)

    def rooms(number: int) -> Rooms:
        return lists_memory(number), ends_memory(number), table_memory(number)

    masks, _ = _solve_rows(smallest_each, rooms, samples, counts, (middles, widths), threads, progress, device)
    return masks, masks >= 0


def _lists_and_table(number: int) -> Rooms:
    """Allocate what ``sieve.closest_of`` needs for so many samples."""
    return lists_memory(number), table_memory(number)


def _solve_rows(
    kernel: Any,
    rooms: Callable[[int], Rooms],
    samples: Ints,
    counts: Ints | None,
    goals: tuple[Ints, ...],
    threads: int | None,
    progress: Progress | None,
    device: str,
) -> tuple[Ints, Ints]:
    """Run a kernel over all rows in parts, or its counterpart on the GPUs; return masks and doubled errors.

    ``rooms`` allocates the working memory of one part for a number of columns; ``goals`` are further arrays with one
    entry per row.
    """
    samples = checked(samples, "samples", 2)
    rows, columns = samples.shape
    if columns > TWO_LISTS:
        raise BadInput("samples", f"{columns} columns", f"give at most {TWO_LISTS}")
    if len(goals[0]) != rows:
        raise BadInput("targets", f"{len(goals[0])} targets", f"give one for each of the {rows} rows")
    counts = np.full(rows, columns, np.int64) if counts is None else checked(counts, "counts", 1)
    if len(counts) != rows or (rows and not 0 <= counts.min() <= counts.max() <= columns):
        raise BadInput("counts", "an entry", f"give one number from 0 to {columns} for each of {rows} rows")
    if check_device(device) == "cuda":
        from lt_proofs.subset_sum import gpu

        _check_size(samples)
        twins: dict[Any, gpu.Part] = {
            closest_each: gpu.closest, any_each: gpu.any_within, smallest_each: gpu.fewest,
        }  # fmt: skip
        return gpu.on_gpus(twins[kernel], samples, counts, *goals)
    run = compiled(kernel)
    masks, errors = np.empty(rows, np.int64), np.empty(rows, np.int64)

    # each part allocates its own working memory, so threads share nothing but the arrays of results
    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        _check_size(samples[part])
        own = [goal[part] for goal in goals]
        run(samples[part], counts[part], *own, masks[part], errors[part], *rooms(columns))

    in_parts(work, rows, threads, progress)
    return masks, errors


def _check_size(samples: Ints) -> None:
    """Raise BadInput if a sum of samples in one row might reach 2^60."""
    columns, largest = samples.shape[1], max(int(samples.max(initial=0)), -int(samples.min(initial=0)))
    if columns * largest >= 1 << ROOM_BITS:
        raise BadInput("samples", largest, f"the sum of {columns} such samples must be below 2^{ROOM_BITS}")


def _middles_and_widths(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return the doubled midpoints low + high and the widths high - low; raise BadInput for an empty interval."""
    low, high = checked(low, "low", 1), checked(high, "high", 1)
    if low.shape != high.shape or bool((low > high).any()):
        raise BadInput("low", "an entry", "give intervals with low at most high")
    return low + high, high - low


def checked(array: Ints, argument: str, dimensions: int) -> Ints:
    """Return the array; raise BadInput unless it is contiguous int64 of that dimension with entries below 2^60."""
    if not isinstance(array, np.ndarray) or array.ndim != dimensions or array.dtype != np.int64:
        shown = f"{type(array).__name__} {getattr(array, 'dtype', '')}".strip()
        raise BadInput(argument, shown, f"give a numpy array of int64 with {dimensions} dimension(s)")
    if not array.flags.c_contiguous:
        raise BadInput(argument, "a non-contiguous array", "give numpy.ascontiguousarray(...) of it")
    # the sizes of samples are checked part by part (_check_size), when a part is about to be read into the cache anyway
    if dimensions == 1 and array.size and not -(1 << ROOM_BITS) < array.min() <= array.max() < 1 << ROOM_BITS:
        raise BadInput(argument, "an entry", f"give integers of absolute value below 2^{ROOM_BITS}")
    return array
