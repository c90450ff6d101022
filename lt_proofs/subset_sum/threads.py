"""Distribute independent parts of a computation over threads; kernels release the interpreter lock while they run."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from lt_proofs.errors import BadInput

Progress = Callable[[int, int], None]
PARTS_PER_THREAD = 16
MIN_PART = 64


def in_parts(
    work: Callable[[int, int], None],
    total: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Call work(start, stop) for consecutive parts of range(total), on ``threads`` threads (by default all cores).

    The calls must be independent: parts may run in any order. ``progress`` is called with (done, total) after each
    part. The first exception cancels the parts not yet begun and is raised again. Raises BadInput if threads < 1.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = cores if threads is None else threads
    if threads < 1:
        raise BadInput("threads", threads, "give at least 1")
    # several parts per thread even out differences in speed; very small parts would be all overhead
    part = max(MIN_PART, -(-total // (threads * PARTS_PER_THREAD)))
    parts = [(start, min(start + part, total)) for start in range(0, total, part)]
    done = 0
    # the first part runs alone, because its first call compiles the kernel that the others use
    for start, stop in parts[:1]:
        work(start, stop)
        done = stop
    with ThreadPoolExecutor(threads) as pool:
        try:
            for future in as_completed([pool.submit(_part_done, work, start, stop) for start, stop in parts[1:]]):
                done += future.result()
                if progress is not None:
                    progress(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _part_done(work: Callable[[int, int], None], start: int, stop: int) -> int:
    """Do one part and return its size."""
    work(start, stop)
    return stop - start
