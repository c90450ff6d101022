"""The three verdicts and the four tiers of evidence; neither has a truth value by accident."""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What is known of a claim; ``if verdict:`` raises, because UNDECIDED is not false.

    >>> bool(Verdict.PROVED)
    Traceback (most recent call last):
    ...
    TypeError: a Verdict has no truth value; compare it: verdict is Verdict.PROVED
    """

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"

    def __bool__(self) -> bool:
        raise TypeError("a Verdict has no truth value; compare it: verdict is Verdict.PROVED")

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends with this verdict: 0, 1 or 2."""
        return {"PROVED": 0, "REFUTED": 1, "UNDECIDED": 2}[self.value]


class Tier(Enum):
    """How a fact is known, from the strongest to the weakest."""

    PROVED = "proved"
    EXHAUSTIVE = "exhaustive"
    STATISTICAL = "statistical"
    CONJECTURED = "conjectured"
