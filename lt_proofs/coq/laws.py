"""The laws of random subset sums that formal/ proves for the gadget of a hidden unit, on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from lt_proofs.coq.library import sources
from lt_proofs.files import read_json


@dataclass(frozen=True)
class GridLaw:
    """A law of formal/, for n hidden units whose weights are uniform on the odd multiples of 1/Q in (-1, 1), Q = 2 q.

    Outside the share rate^n factor (Q^2/c)^2 of all samples, every number in [-1, 1] is within 2 c/Q^2 + n/Q of a
    subset sum, if ``step`` divides q and c ``reach`` is at most Q^2. ``name`` is that of the constant in Coq, which
    stands in ``file``.
    """

    name: str
    file: str
    rate: Fraction
    factor: Fraction
    step: int
    reach: int


@cache
def laws() -> tuple[GridLaw, ...]:
    """Return the laws in the order of formal/laws.json, which a test of that folder compares with the Coq text."""
    rows = read_json(sources() / "laws.json")
    return tuple(
        GridLaw(name, row["file"], _ratio(row["rate"]), _ratio(row["factor"]), row["step"], row["reach"])
        for name, row in rows.items()
    )


def _ratio(pair: list[str]) -> Fraction:
    """Return the fraction whose numerator and denominator the table gives."""
    return Fraction(int(pair[0]), int(pair[1]))
