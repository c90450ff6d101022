"""Read and write exact rationals: ``0.01`` is 1/100, and printed bounds are rounded in the safe direction."""

from __future__ import annotations

import re
from fractions import Fraction

from lt_proofs.errors import BadInput

MAX_DIGITS = 400
# the exponent has at most three digits, so that a short text cannot stand for an enormous number
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?(?:/\d+)?", re.ASCII)


def parse_rational(text: str, argument: str = "number") -> Fraction:
    """Return the exact value of a decimal number or fraction written in ASCII digits.

    >>> parse_rational("0.01"), parse_rational("1/3"), parse_rational("1e-9")
    (Fraction(1, 100), Fraction(1, 3), Fraction(1, 1000000000))

    Raises BadInput if the text is anything else, has a zero denominator or more than 400 characters.
    """
    stripped = text.strip()
    if len(stripped) > MAX_DIGITS:
        raise BadInput(argument, text, f"give at most {MAX_DIGITS} characters")
    if not NUMBER.fullmatch(stripped):
        raise BadInput(argument, text, "give a decimal such as 0.01 or a fraction such as 1/3")
    head, _, tail = stripped.partition("/")
    if tail and int(tail) == 0:
        raise BadInput(argument, text, "the denominator must not be zero")
    return Fraction(head) / (int(tail) if tail else 1)


def rational_text(value: Fraction | int) -> str:
    """Return the canonical text ``p/q`` (or ``p``) of a rational in lowest terms, as certificates write it.

    >>> rational_text(Fraction(2, 4)), rational_text(Fraction(3))
    ('1/2', '3')
    """
    return str(Fraction(value))


def decimal_text(value: Fraction, digits: int, *, up: bool) -> str:
    """Write the value with ``digits`` decimals, rounded up or down, so that a printed bound remains a bound.

    >>> decimal_text(Fraction(1, 3), 4, up=True), decimal_text(Fraction(-1, 3), 4, up=False)
    ('0.3334', '-0.3334')
    """
    scaled = value * 10**digits
    # floor and ceiling, not truncation: negative numbers too are rounded in the direction asked for
    units = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    sign = "-" if units < 0 else ""
    whole, part = divmod(abs(units), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"
