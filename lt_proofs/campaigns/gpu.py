"""Leaves on the GPUs of this machine: a batch is hashed on the CPU while the GPUs count the next one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np

from lt_proofs.campaigns.campaign import Campaign, Counter, Ints
from lt_proofs.campaigns.leaves import LEAF, Executor, Leaf, Work, leaf_of
from lt_proofs.cuda.device import require_cuda

Counted = list[tuple[Work, Ints]]

MOST_LEAVES = 1 << 12
# duration of a batch that is aimed at
SECONDS = 0.5


def on_gpus() -> Executor:
    """Return an executor on all GPUs; raise BadInput if there is none.

    Batches grow until they take about half a second, so that a failing GPU costs no more work than that.
    """
    require_cuda()

    def execute(campaign: Campaign, work: Iterator[Work]) -> Iterator[Leaf]:
        counter = campaign.counter("cuda")
        leaves = 1
        with ThreadPoolExecutor(1) as gpu:
            running = gpu.submit(count, counter, list(islice(work, leaves)))
            while True:
                results, seconds = running.result()
                if not results:
                    return
                if seconds < SECONDS / 2:
                    leaves = min(2 * leaves, MOST_LEAVES)
                running = gpu.submit(count, counter, list(islice(work, leaves)))
                for (number, _), passages in results:
                    yield leaf_of(number, passages)

    return execute


def count(counter: Counter, batch: list[Work]) -> tuple[Counted, float]:
    """Return the results of each leaf of a batch, and the seconds that it took; consecutive leaves share a launch."""
    began = time.perf_counter()
    counted: Counted = []
    for run in neighbours(batch):
        results = np.empty(sum(trials for _, trials in run), np.int64)
        counter(run[0][0] * LEAF, results)
        ends = np.cumsum([trials for _, trials in run])
        counted += zip(run, np.split(results, ends[:-1]), strict=True)
    return counted, time.perf_counter() - began


def neighbours(batch: list[Work]) -> Iterator[list[Work]]:
    """Yield a batch in runs of consecutive leaves.

    >>> list(neighbours([(0, 4096), (1, 4096), (5, 10)]))
    [[(0, 4096), (1, 4096)], [(5, 10)]]
    """
    run: list[Work] = []
    for number, trials in batch:
        if run and (number != run[-1][0] + 1 or run[-1][1] != LEAF):
            yield run
            run = []
        run.append((number, trials))
    if run:
        yield run
