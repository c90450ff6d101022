"""What the parts of the search share: the shape of evidence, its simplest nodes, and what sympy may raise."""

from __future__ import annotations

from typing import Any

from sympy.polys.polyerrors import BasePolynomialError

Evidence = list[Any]
BITS = 64
INTERVAL: Evidence = ["interval", BITS]
ZERO: Evidence = ["zero"]
UNABLE = (BasePolynomialError, ValueError, TypeError, NotImplementedError, AttributeError, ZeroDivisionError)


class OutOfTime(Exception):
    """The budget is spent."""
