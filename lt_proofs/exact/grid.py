"""A common integer grid for a list of exact numbers, so that kernels only receive integers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import parse_rational

MAX_BITS = 8192
# integers whose sizes add up to less than this can be summed, doubled and compared in int64
INT64_ROOM = 1 << 60


def exact(value: Any, argument: str = "number") -> Fraction:
    """Return the exact value of an integer, a rational, a finite float (its dyadic value) or a text.

    >>> exact(0.5), exact("0.1"), exact(3)
    (Fraction(1, 2), Fraction(1, 10), Fraction(3, 1))

    Raises BadInput, naming ``argument``, for anything else: also for NaN, infinity and numbers of more than 8192 bits.
    """
    if isinstance(value, str):
        number = parse_rational(value, argument)
    # bool is a subclass of int, and almost certainly a mistake here
    elif isinstance(value, bool):
        raise BadInput(argument, value, "give a number, not a truth value")
    elif isinstance(value, Rational):
        number = Fraction(int(value.numerator), int(value.denominator))
    else:
        # floats of Python and NumPy, and Decimal, give their exact ratio; NaN and infinity raise
        try:
            number = Fraction(*value.as_integer_ratio())
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise BadInput(argument, value, "give a finite number, a fraction, or a text such as 1/3") from None
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_BITS:
        raise BadInput(argument, "a number of that length", f"give one of at most {MAX_BITS} bits")
    return number


def as_written(value: Any, argument: str = "number") -> Fraction:
    """Return the exact number that a user wrote: a float stands for the shortest decimal that Python prints for it.

    Tolerances, probabilities and ends of windows and boxes are read in this way. Data, such as weights and samples, are
    not: there a float is the dyadic number that it holds (``exact``).

    >>> as_written(0.01), as_written("0.01"), as_written("1/3")
    (Fraction(1, 100), Fraction(1, 100), Fraction(1, 3))

    Raises BadInput, naming ``argument``, for truth values, NaN, infinity, and anything that is not a number.
    """
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            raise BadInput(argument, value, "give a finite number")
        # str, not repr: NumPy's repr names the type
        value = str(value)
    return exact(value, argument)


def common_grid(values: Iterable[Fraction], argument: str = "numbers") -> tuple[int, list[int]]:
    """Return the least d such that every value is a multiple of 1/d, and the values in units of 1/d.

    >>> common_grid([Fraction(1, 2), Fraction(-2, 3)])
    (6, [3, -4])

    Raises BadInput when a value on the common grid would need more than 8192 bits.
    """
    values = list(values)
    unit = 1
    for value in values:
        unit = math.lcm(unit, value.denominator)
        if unit.bit_length() > MAX_BITS:
            raise BadInput(argument, "their grid", f"give numbers with a common denominator below 2^{MAX_BITS}")
    integers = [value.numerator * (unit // value.denominator) for value in values]
    largest = max(map(abs, integers), default=0)
    if largest.bit_length() > MAX_BITS:
        raise BadInput(argument, "a value", f"give numbers below 2^{MAX_BITS} on their common grid")
    return unit, integers


def fits_int64(integers: Sequence[int]) -> bool:
    """Whether all sums and differences of these integers fit int64: their absolute values add up to less than 2^60."""
    return sum(map(abs, integers)) < INT64_ROOM
