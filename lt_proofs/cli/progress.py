"""Progress on stderr, for work that takes more than two seconds."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 2.0
PAUSE = 0.5


@contextmanager
def on_stderr(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function of (done, total) that keeps one line on stderr up to date, from two seconds on."""
    began = time.monotonic()
    shown = -math.inf
    live = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - began < PATIENCE or now - shown < (PAUSE if live else 10 * PAUSE):
            return
        shown = now
        end = "\r" if live else "\n"
        print(f"{done} of {total} {what}, {now - began:.0f} s", end=end, file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if live and shown > began:
            print("\x1b[2K", end="\r", file=sys.stderr, flush=True)
