"""Two networks at one point, in exact arithmetic: how far their outputs are apart, at least."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, lcm

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.pairs import NetworkPair

Reals = NDArray[np.float64]
Exact = NDArray[np.object_]
# the result is a multiple of 2^-BITS
BITS = 64


def difference_at(pair: NetworkPair, point: Reals) -> Fraction:
    """Return the Euclidean distance of the outputs at a point, rounded down to a multiple of 2^-64.

    The entries of the pair's matrices W and T are the networks' exact weights.
    """
    square = sum((ours - theirs) ** 2 for ours, theirs in zip(*outputs_at(pair, point), strict=True))
    return Fraction(isqrt((square.numerator << 2 * BITS) // square.denominator), 1 << BITS)


def outputs_at(pair: NetworkPair, point: Reals) -> tuple[list[Fraction], list[Fraction]]:
    """Return the exact outputs of both networks at a point."""
    values = [Fraction(float(value)) for value in point]
    row = values + [Fraction(1)] * pair.constants
    if pair.signs == 2:
        positive, negative = ([max(sign * value, Fraction(0)) for value in values] for sign in (1, -1))
        row = [*positive, *[Fraction(1)] * pair.constants, *negative, *[Fraction(0)] * pair.constants]
    return _outputs([layer[0] for layer in pair.layers], row), _outputs([layer[2] for layer in pair.layers], row)


def _outputs(matrices: list[Reals], row: list[Fraction]) -> list[Fraction]:
    unit = lcm(*(value.denominator for value in row))
    values: Exact = np.array([int(value * unit) for value in row], object)
    for number, matrix in enumerate(matrices):
        entries, bits = _integers(matrix)
        values = entries @ (np.maximum(values, 0) if number else values)
        unit <<= bits
    return [Fraction(int(value), unit) for value in values]


def _integers(matrix: Reals) -> tuple[Exact, int]:
    """Return the entries as integers in units of 2^-bits, and those bits."""
    ratios = [value.as_integer_ratio() for value in matrix.ravel().tolist()]
    bits = max(bottom.bit_length() - 1 for _, bottom in ratios)
    entries = [top << bits - bottom.bit_length() + 1 for top, bottom in ratios]
    return np.array(entries, object).reshape(matrix.shape), bits
