"""Progress on stderr, for work that takes more than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# seconds until the first sign of progress, and between lines
PATIENCE = 2.0
PAUSE = 5.0


@contextmanager
def on_stderr(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, total) that shows progress: a bar on a terminal, else a line every few seconds."""
    shown = Bar(what) if sys.stderr.isatty() else Lines(what)
    try:
        yield shown
    finally:
        shown.close()


class Lines:
    """Progress as a line every few seconds, for logs."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()
        self.next = self.began + PATIENCE

    def __call__(self, done: int, total: int) -> None:
        """Print a line if the last one is long enough ago."""
        now = time.monotonic()
        if now >= self.next:
            self.next = now + PAUSE
            print(f"{done} of {total} {self.what}, {now - self.began:.0f} s", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Do nothing: printed lines stay."""


class Bar:
    """A progress bar with the remaining time; it disappears when the work is done."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()
        self.bar: Any = None
        self.task: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Update the bar, which appears after two seconds."""
        if self.bar is None:
            if time.monotonic() - self.began < PATIENCE:
                return
            self._open(total)
        self.bar.update(self.task, completed=done, total=total)

    def _open(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # transient: the bar leaves nothing in the output; stderr: stdout may be redirected to a file
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.bar.start()
        self.task = self.bar.add_task(self.what, total=total)

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.stop()
