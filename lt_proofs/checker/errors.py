"""The two ways in which a certificate fails, and the work that one file may cost.

Work is counted in units of 0.1 microseconds of CPython 3.11 on a core of 2023, each charge rounded up, and before the
operation that it pays for: MAX_WORK is about 20 seconds there, and the same number of units on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

MAX_WORK = 200_000_000
MAX_BITS = 1 << 18
WORK = [0]


class Rejected(Exception):
    """The certificate is well formed, but its mathematics does not hold."""


class Malformed(Exception):
    """The file is not a certificate of this format, or it asks for more work than one file may cost."""


def fresh_budget() -> None:
    """Start counting for another file."""
    WORK[0] = 0


@contextmanager
def allowance(units: int) -> Iterator[None]:
    """So many units for what is done inside, whatever the file has cost before, and at no cost to what follows."""
    before, WORK[0] = WORK[0], MAX_WORK - units
    try:
        yield
    finally:
        WORK[0] = before


def allow(text: str | None) -> None:
    """Let each file cost so many units from now on, if a number is given; Malformed if it is none."""
    global MAX_WORK
    if text is not None and not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text)):
        raise Malformed(f"--work {text[:40]}: give a number of units from 1 on; 10000000 are about a second")
    MAX_WORK = int(text or MAX_WORK)


def spend(amount: int) -> None:
    """Count work, in units, before it is done; Malformed beyond the limit of one file."""
    WORK[0] += amount
    if WORK[0] > MAX_WORK:
        raise Malformed(f"more work than the {MAX_WORK} units that one file may cost; --work UNITS allows more")


def afford(bits: int) -> None:
    """Malformed if a number would be longer than any number here may be."""
    if bits > MAX_BITS:
        raise Malformed(f"more work than one file may cost: a number of more than {MAX_BITS} bits")


def size(value: Fraction | int) -> int:
    """The bits of a rational."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def whole_work(first: int, second: int) -> int:
    """Units for multiplying or dividing whole numbers of so many bits, by the school method."""
    return 2 + (first + second >> 6) + (first * second >> 15)


def work(first: int, second: int) -> int:
    """Units for one operation on rationals of so many bits: a few products and two greatest common divisors."""
    return 30 + (first + second >> 5) + (first * second >> 14)
