"""The three verdicts on a claim and the tiers of evidence.

A three-valued verdict in an ``if`` would treat UNDECIDED as true or as false; both are wrong, so its truth value
raises.
"""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What is known about a claim. ``if verdict:`` raises TypeError, because UNDECIDED is neither true nor false.

    >>> bool(Verdict.PROVED)
    Traceback (most recent call last):
    ...
    TypeError: a Verdict has no truth value; compare it: verdict is Verdict.PROVED
    """

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"

    # without this an enum member is always true, and ``if verdict:`` would accept REFUTED
    def __bool__(self) -> bool:
        raise TypeError("a Verdict has no truth value; compare it: verdict is Verdict.PROVED")

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends with this verdict: 0 for PROVED, 1 for REFUTED, 2 for UNDECIDED."""
        return {"PROVED": 0, "REFUTED": 1, "UNDECIDED": 2}[self.value]


class Tier(Enum):
    """The kind of evidence for a fact, from the strongest to the weakest."""

    KERNEL_CHECKED = "kernel-checked"
    PROVED = "proved"
    EXHAUSTIVE = "exhaustive"
    STATISTICAL = "statistical"
    CONJECTURED = "conjectured"
