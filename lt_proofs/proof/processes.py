"""Work in several processes that end at once when the user interrupts."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import Pool


@contextmanager
def working_processes(number: int) -> Iterator[Pool]:
    """Yield a pool of so many processes; leaving the block ends them, whatever they are doing.

    A script that calls this must guard its main part, as multiprocessing asks.
    """
    # "spawn", because a fork after a parallel Numba call would kill the child
    with multiprocessing.get_context("spawn").Pool(number, _ignore_interrupts) as pool:
        yield pool


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the main process, which handles it for all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
