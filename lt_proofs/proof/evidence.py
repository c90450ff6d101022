"""What the parts of the search share: the shape of evidence, its simplest nodes, and what algebra may raise."""

from __future__ import annotations

from typing import Any

Evidence = list[Any]
BITS = 64
INTERVAL: Evidence = ["interval", BITS]
ZERO: Evidence = ["zero"]
LOOK, EXPAND, DESCEND, TRY = 1, 3, 5, 10
"""Units of work, about a millisecond each: to look at a term, expand it, derive it, and to try all ways on it."""
WORK = 20_000
"""The units of one search: what an idle core does in three to twenty seconds."""
BUDGET = 600.0
"""Seconds of the safety net; no answer depends on them."""
UNABLE = (ValueError, TypeError, NotImplementedError, AttributeError, ZeroDivisionError)


class OutOfWork(Exception):
    """The counted work of a search, or of one of its attempts, is spent."""


class OutOfTime(Exception):
    """The safety net: the clock ran out before the counted work did, which says nothing about the inequality."""
