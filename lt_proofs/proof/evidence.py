"""What all parts of the search share: the type of evidence, its simplest nodes, limits, and exceptions."""

from __future__ import annotations

from typing import Any

Evidence = list[Any]
"""A node of evidence as certificates write it: its name, then its data and the evidence of its branches."""
BITS = 64
"""The precision of the intervals that the checker computes."""
INTERVAL: Evidence = ["interval", BITS]
ZERO: Evidence = ["zero"]
WORK = 10_000_000
"""The units of one search: what an idle core does in some five seconds."""
BUDGET = 600.0
"""Seconds of the safety net; no answer depends on them."""


class Inapplicable(Exception):
    """A method does not apply to a term, for a reason in mathematics; another method may.

    Only this is caught where methods are tried one after the other. Any other exception is an error of this program,
    which must show, and not look like an inequality that was not decided.
    """


class TooLarge(Inapplicable):
    """A rational function is too large to work with."""


class DividesByZero(Inapplicable):
    """A denominator, or the argument of a logarithm, is zero everywhere."""


class NoDerivative(Inapplicable):
    """A term holds abs, min or max, of which the checker takes no derivative."""


class OutOfWork(Exception):
    """The counted work of a search, or of one of its attempts, is spent."""


class OutOfTime(Exception):
    """The safety net: the time ran out before the counted work did, which says nothing about the inequality."""
