"""First passages of many random trials; each trial can be recomputed alone from (seed, law, trial)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import INT64_ROOM, exact
from lt_proofs.kernels import passage as kernel
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import check_seed
from lt_proofs.laws import Sampler
from lt_proofs.subset_sum.threads import Progress, in_parts

MAX_INTERVALS = 1 << 24
MAX_TRIALS = 1 << 26
MAX_START = 1 << 62

Ints = NDArray[np.int64]


def first_passages(
    law: Sampler,
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
    """Return the first passages of the trials start, start + 1, …, an int64 array of that length.

    The first passage of a trial is the least number of its samples such that every real in the window is within eps of
    a subset sum of them; it is -1 if ``most`` samples do not suffice. The law's samples are exact integers on its grid,
    and so is the decision (Mathematics 7.4).

    >>> from lt_proofs.laws import UNIFORM
    >>> first_passages(UNIFORM, seed=1, trials=4, eps="1/4")
    array([ 6,  6, 12,  6])

    Memory is 8 bytes per trial (at most 2^26 at a time), and for each thread 64 bytes per interval that may have to be
    kept (at most 2^24). Raises BadInput for a number out of range or a device that is not there.
    """
    if not (0 <= trials <= MAX_TRIALS and 0 <= start <= MAX_START):
        raise BadInput("trials", trials, f"give from 0 to {MAX_TRIALS} trials")
    # all arguments are checked here, before memory is allocated or a trial is run
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
    law: Sampler, seed: int, eps: Any, window: tuple[Any, Any], most: int, device: str = "cpu"
) -> Callable[[int, Ints], None]:
    """Return a function (start, out) that writes the first passages of consecutive trials to ``out``.

    Any number of threads may call it; with device "cuda", which distributes the trials over the GPUs itself, only one
    at a time. Raises BadInput for a number out of range or a device that is not there, before any trial is run.
    """
    if not 0 <= most << law.bits < INT64_ROOM:
        raise BadInput("n", most, f"give from 0 to {(INT64_ROOM >> law.bits) - 1} samples")
    width, low, high = on_grid(exact(eps, "eps"), exact(window[0], "window"), exact(window[1], "window"), law.bits)
    kept = room_for(most, width, law.bits)
    key = np.uint64(check_seed(seed))
    if check_device(device) == "cuda":
        from lt_proofs.cuda.passage import PassageTask

        return PassageTask(law.stream, law.bits, key, width, low, high, most, kept).first_passages
    run = compiled(kernel.first_passages)

    # every call has its own rows, so calls from several threads do not disturb one another
    def count(start: int, out: Ints) -> None:
        room = np.empty((4, 2 * kept + 3), np.int64)
        run(law.stream, key, start, width, low, high, most, room, out)

    return count


def room_for(most: int, width: int, bits: int) -> int:
    """Return a bound for the number of intervals that ``most`` samples may produce; raise BadInput beyond 2^24."""
    # disjoint integer intervals of that width begin at least width + 1 apart in a range of most · 2^bits; and there are
    # at most 2^most sums
    kept = min((most << bits) // (width + 1) + 2, 1 << min(most, 62))
    if kept > MAX_INTERVALS:
        raise BadInput("eps", "this tolerance", f"it may need {kept} intervals; give a larger one, or fewer samples")
    return kept


def on_grid(eps: Any, low: Any, high: Any, bits: int) -> tuple[int, int, int]:
    """Return integers (width, low, high) in units of 2^-bits that decide coverage on the grid of a law.

    The window is covered within eps if and only if the intervals [s, s + width] cover [low, high], where s runs through
    the subset sums, which are integers on this grid: neighbouring sums leave no gap if and only if they are at most
    2·eps apart, the least relevant sum must be at most low + eps and the greatest at least high - eps.
    As sums are integers, rounding these three bounds to integers (down, down, up) changes nothing.
    """
    if eps < 0:
        raise BadInput("eps", eps, "give a tolerance of at least 0")
    if low > high:
        raise BadInput("window", f"{low},{high}", "give the lower end first")
    unit = 1 << bits
    width = math.floor(2 * eps * unit)
    first, last = math.floor((low + eps) * unit), math.ceil((high - eps) * unit)
    if max(width, abs(first), abs(last)) >= INT64_ROOM:
        raise BadInput("window", f"{low},{high}", f"its ends must be below 2^{60 - bits} in absolute value")
    return width, first, last + width
