"""Many instances at once, on integers: one row of samples for each target.

Everything is in units of a grid that the caller chose. A tolerance is given as the integer interval
[low, high] of admissible sums. The answers do not depend on the number of threads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.kernels import subsets as kernel
from lt_proofs.kernels.cpu import compiled
from lt_proofs.subset_sum.rooms import MAX_SAMPLES, ends_room, lists_room
from lt_proofs.subset_sum.threads import Progress, in_parts

Ints = NDArray[np.int64]
ROOM_BITS = 60


def best_subsets(
    samples: Ints,
    targets: Ints,
    counts: Ints | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Ints, Ints]:
    """Masks and errors of the best subsets: row i of samples against targets[i].

    Ties go to the fewest elements, then to the lowest mask; bit k of a mask stands for column k. With
    ``counts`` only the first counts[i] samples of row i may be taken.

    >>> best_subsets(np.array([[1, 2, 4], [3, 3, 3]]), np.array([5, 7]))
    (array([5, 3]), array([0, 1]))
    """
    middles = 2 * _checked(targets, "targets", 1)
    masks, errors = _each(kernel.best_each, samples, counts, middles, np.full_like(middles, -1), threads, progress)
    return masks, errors // 2


def any_within_each(
    samples: Ints,
    low: Ints,
    high: Ints,
    counts: Ints | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Ints, NDArray[np.bool_]]:
    """For each row a subset with its sum in [low, high], and whether there is one.

    >>> any_within_each(np.array([[1, 2, 4], [3, 3, 3]]), np.array([5, 7]), np.array([5, 8]))
    (array([5, 3]), array([ True, False]))
    """
    middles, widths = _interval(low, high)
    masks, errors = _each(kernel.best_each, samples, counts, middles, widths, threads, progress)
    return masks, errors <= widths


def fewest_within_each(
    samples: Ints,
    low: Ints,
    high: Ints,
    counts: Ints | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Ints, NDArray[np.bool_]]:
    """For each row the smallest subset with its sum in [low, high], and whether there is one.

    Of equally small ones: the closest to the middle of the interval, then the lowest mask.

    >>> fewest_within_each(np.array([[1, 2, 3]]), np.array([3]), np.array([3]))
    (array([4]), array([ True]))
    """
    middles, widths = _interval(low, high)
    masks, errors = _each(kernel.fewest_each, samples, counts, middles, widths, threads, progress)
    return masks, errors <= widths


def _each(
    plain: Any,
    samples: Ints,
    counts: Ints | None,
    middles: Ints,
    widths: Ints,
    threads: int | None,
    progress: Progress | None,
) -> tuple[Ints, Ints]:
    """Run a kernel over all rows in parts."""
    samples = _checked(samples, "samples", 2)
    rows, columns = samples.shape
    if columns > MAX_SAMPLES:
        raise BadInput("samples", f"{columns} columns", f"give at most {MAX_SAMPLES}")
    if len(middles) != rows:
        raise BadInput("targets", f"{len(middles)} targets", f"give one for each of the {rows} rows")
    counts = np.full(rows, columns, np.int64) if counts is None else _checked(counts, "counts", 1)
    if len(counts) != rows or (rows and not 0 <= counts.min() <= counts.max() <= columns):
        raise BadInput("counts", "an entry", f"give one number from 0 to {columns} for each of {rows} rows")
    if rows and float(np.abs(samples).sum(axis=1, dtype=np.float64).max()) >= 2.0**ROOM_BITS:
        raise BadInput("samples", "a row", f"its sizes must add up to less than 2^{ROOM_BITS}")
    masks, errors = np.empty(rows, np.int64), np.empty(rows, np.int64)
    run = compiled(plain)
    ends = (ends_room(columns),) if plain is kernel.fewest_each else ()

    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        own_ends = tuple(room.copy() for room in ends)
        run(
            samples[part], counts[part], middles[part], widths[part], masks[part], errors[part],
            lists_room(columns), *own_ends,
        )  # fmt: skip

    in_parts(work, rows, threads, progress)
    return masks, errors


def _interval(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Doubled middles and widths of the intervals, all non-empty."""
    low, high = _checked(low, "low", 1), _checked(high, "high", 1)
    if low.shape != high.shape or bool((low > high).any()):
        raise BadInput("low", "an entry", "give intervals with low at most high")
    return low + high, high - low


def _checked(array: Ints, argument: str, dimensions: int) -> Ints:
    """The array as contiguous int64, refused when it is not one of integers below 2^60."""
    if not isinstance(array, np.ndarray) or array.ndim != dimensions or array.dtype != np.int64:
        shown = f"{type(array).__name__} {getattr(array, 'dtype', '')}".strip()
        raise BadInput(argument, shown, f"give a numpy array of int64 with {dimensions} dimension(s)")
    if array.size and not -(1 << ROOM_BITS) < array.min() <= array.max() < 1 << ROOM_BITS:
        raise BadInput(argument, "an entry", f"give integers below 2^{ROOM_BITS} in size")
    if not array.flags.c_contiguous:
        raise BadInput(argument, "a non-contiguous array", "give numpy.ascontiguousarray(...) of it")
    return array
