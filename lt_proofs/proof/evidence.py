"""What the parts of the search share: the shape of evidence, its simplest nodes, and what algebra may raise."""

from __future__ import annotations

from typing import Any

Evidence = list[Any]
BITS = 64
INTERVAL: Evidence = ["interval", BITS]
ZERO: Evidence = ["zero"]
WORK = 10_000_000
"""The units of one search: what an idle core does in some five seconds."""
BUDGET = 600.0
"""Seconds of the safety net; no answer depends on them."""
UNABLE = (ValueError, TypeError, NotImplementedError, AttributeError, ZeroDivisionError)


class OutOfWork(Exception):
    """The counted work of a search, or of one of its attempts, is spent."""


class OutOfTime(Exception):
    """The safety net: the clock ran out before the counted work did, which says nothing about the inequality."""
