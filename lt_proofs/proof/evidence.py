"""What the parts of the search share: the shape of evidence, its simplest nodes, and what algebra may raise."""

from __future__ import annotations

from typing import Any

Evidence = list[Any]
BITS = 64
INTERVAL: Evidence = ["interval", BITS]
ZERO: Evidence = ["zero"]
UNABLE = (ValueError, TypeError, NotImplementedError, AttributeError, ZeroDivisionError)


class OutOfTime(Exception):
    """The budget is spent."""
