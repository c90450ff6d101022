"""Work in parts on all cores; which thread does which part changes nothing."""

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
    """Call work(start, stop) for consecutive parts of range(total), on that many threads (all cores).

    The first part runs alone: it compiles what the others use. ``progress`` is told (done, total).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = cores if threads is None else threads
    if threads < 1:
        raise BadInput("threads", threads, "give at least 1")
    part = max(MIN_PART, -(-total // (threads * PARTS_PER_THREAD)))
    parts = [(start, min(start + part, total)) for start in range(0, total, part)]
    done = 0
    for start, stop in parts[:1]:
        work(start, stop)
        done = stop
    with ThreadPoolExecutor(threads) as pool:
        try:
            for future in as_completed([pool.submit(_sized, work, start, stop) for start, stop in parts[1:]]):
                done += future.result()
                if progress is not None:
                    progress(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _sized(work: Callable[[int, int], None], start: int, stop: int) -> int:
    work(start, stop)
    return stop - start
