"""First passage of many random trials; each can be recomputed alone from (seed, law, trial)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import INT64_ROOM, exact
from lt_proofs.kernels import passage as kernel
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.cuda import check_device
from lt_proofs.kernels.philox import check_seed
from lt_proofs.laws import Law
from lt_proofs.subset_sum.threads import Progress, in_parts

MAX_INTERVALS = 1 << 24
MAX_TRIALS = 1 << 26
MAX_START = 1 << 62

Ints = NDArray[np.int64]


def first_passages(
    law: Law,
    seed: int,
    trials: int,
    eps: Any,
    window: tuple[Any, Any] = (-1, 1),
    *,
    start: int = 0,
    most: int = 64,
    threads: int | None = None,
    progress: Progress | None = None,
    device: str = "cpu",
) -> Ints:
    """The first passage of trials ``start``, ``start`` + 1, …: -1 where ``most`` samples do not cover.

    A trial covers when every real in the window is within eps of a subset sum of its samples.

    >>> from lt_proofs.laws import UNIFORM
    >>> first_passages(UNIFORM, seed=1, trials=4, eps="1/4")
    array([ 6,  6, 12,  6])

    Memory is 8 bytes for each trial (at most 2^26 at a time), and for each thread 64 for each interval that
    may have to be kept (at most 2^24). Raises BadInput when a number is out of range.
    """
    if not (0 <= trials <= MAX_TRIALS and 0 <= start <= MAX_START):
        raise BadInput("trials", trials, f"give from 0 to {MAX_TRIALS} trials")
    count = passage_counter(law, seed, eps, window, most, device)
    passages = np.empty(trials, np.int64)
    if device == "cuda":
        count(start, passages)
        return passages

    def work(first: int, last: int) -> None:
        count(start + first, passages[first:last])

    in_parts(work, trials, threads, progress)
    return passages


def passage_counter(
    law: Law, seed: int, eps: Any, window: tuple[Any, Any], most: int, device: str = "cpu"
) -> Callable[[int, Ints], None]:
    """A function of (start, out) that writes the first passages of consecutive trials; any thread may call it.

    With device "cuda" it shares them out to the GPUs, and one thread at a time should call it. Raises BadInput when
    a number is out of range or the device is not there, before any trial is run.
    """
    if not 0 <= most << law.bits < INT64_ROOM:
        raise BadInput("n", most, f"give from 0 to {(INT64_ROOM >> law.bits) - 1} samples")
    width, low, high = on_grid(exact(eps, "eps"), exact(window[0], "window"), exact(window[1], "window"), law.bits)
    kept = room_for(most, width, law.bits)
    key = np.uint64(check_seed(seed))
    if check_device(device) == "cuda":
        from lt_proofs.kernels.cuda_passage import PassageTask

        return PassageTask(law.stream, law.bits, key, width, low, high, most, kept).first_passages
    run = compiled(kernel.first_passages)

    def count(start: int, out: Ints) -> None:
        room = np.empty((4, 2 * kept + 3), np.int64)
        run(law.stream, key, start, width, low, high, most, room, out)

    return count


def room_for(most: int, width: int, bits: int) -> int:
    """How many intervals of that width may have to be kept for so many samples; BadInput when too many."""
    kept = min((most << bits) // (width + 1) + 2, 1 << min(most, 62))
    if kept > MAX_INTERVALS:
        raise BadInput("eps", "this tolerance", f"up to {kept} intervals; widen it or take fewer samples")
    return kept


def on_grid(eps: Any, low: Any, high: Any, bits: int) -> tuple[int, int, int]:
    """Width and ends in units of 2^-bits such that coverage of integers by integers is the question.

    Neighbouring sums leave no gap when they are at most 2·eps apart; the first must be at most low + eps
    and the last at least high - eps. Sums are integers, so these bounds are rounded to the safe side,
    which is exact.
    """
    if eps < 0:
        raise BadInput("eps", eps, "give a tolerance of at least 0")
    if low > high:
        raise BadInput("window", f"{low},{high}", "give the lower end first")
    unit = 1 << bits
    width = math.floor(2 * eps * unit)
    first, last = math.floor((low + eps) * unit), math.ceil((high - eps) * unit)
    if max(width, abs(first), abs(last)) >= INT64_ROOM:
        raise BadInput("window", f"{low},{high}", f"it must stay below 2^{60 - bits} in size")
    return width, first, last + width
