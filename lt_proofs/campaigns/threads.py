"""Leaves on the threads of this machine; the kernels release Python's global lock."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from lt_proofs.campaigns.campaign import Campaign
from lt_proofs.campaigns.leaves import Executor, Leaf, Work, run_leaf
from lt_proofs.errors import BadInput

MAX_WORKERS = 4096
# leaves in flight for each thread
AHEAD = 4


def on_threads(workers: int | None = None) -> Executor:
    """Return an executor on a number of threads, by default one for each core; raise BadInput if it is out of range."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = cores if workers is None else workers
    if not 1 <= threads <= MAX_WORKERS:
        raise BadInput("workers", threads, f"give from 1 to {MAX_WORKERS}")

    def execute(campaign: Campaign, work: Iterator[Work]) -> Iterator[Leaf]:
        counter = campaign.counter()
        # the first leaf runs alone: it compiles what the others use
        for first in islice(work, 1):
            yield run_leaf(counter, first)
        pool = ThreadPoolExecutor(threads)
        try:
            running = deque(pool.submit(run_leaf, counter, item) for item in islice(work, AHEAD * threads))
            while running:
                leaf = running.popleft().result()
                running.extend(pool.submit(run_leaf, counter, item) for item in islice(work, 1))
                yield leaf
        finally:
            pool.shutdown(cancel_futures=True)

    return execute
