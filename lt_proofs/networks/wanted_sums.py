"""The wanted sums of a layer: for each weight, the integers that are within the tolerance of it.

A product of two random weights is an integer in units of 2^-48. A weight w, scaled by 2^-scale, is W + r in these
units, where W is an integer and the rest r has the sign of w and |r| < 1; floats compute both without an error,
because W is w rounded towards zero. A sum S of kept products is within eps of the weight iff low <= S <= high.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.kernels.philox import PRODUCT_BITS

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
# the scaled tolerance must be below 2^13, so that low and high fit into 64 bits with room for sums
REACH = 13
ONE = Fraction(1)


@dataclass(frozen=True)
class WantedSums:
    """The weights of one layer, ``whole`` + ``rest`` in units of 2^(scale - 48), and the ends of the admissible sums.

    All arrays have the shape of the layer, outputs x inputs; ``low`` and ``high`` are in units of 2^-48 after scaling.
    """

    whole: Ints
    rest: Reals
    low: Ints
    high: Ints
    scale: int
    eps: Fraction

    @classmethod
    def of(cls, matrix: Reals, eps: Fraction, reach: Fraction = ONE, scale: int | None = None) -> WantedSums:
        """Return the wanted sums of a matrix of floats; larger entries than ``reach`` are scaled down by a power of 2.

        ``scale`` is its exponent, where that is to be another one; it may be negative. Raises BadInput for entries so
        small that scaling loses bits, and for a tolerance as large as 2^13.
        """
        scale = scale_of(matrix, reach) if scale is None else scale
        units = np.ldexp(matrix, PRODUCT_BITS - scale)
        if not np.array_equal(np.ldexp(units, scale - PRODUCT_BITS), matrix):
            raise BadInput("weights", "subnormal entries", "replace entries below 1e-290 by zero")
        whole = np.trunc(units)
        rest = units - whole
        width = eps * Fraction(2) ** (PRODUCT_BITS - scale)
        if width >= 2 ** (PRODUCT_BITS + REACH):
            raise BadInput("eps", eps, "give a tolerance below the size of the weights")
        steps, part = divmod(width, 1)
        wanted = whole.astype(np.int64)
        # ceil(r - part) and floor(r + part), decided exactly: r is a float, the bounds are rounded its way
        up = (rest > _below(part)).astype(np.int64) - (rest <= _below(part - 1))
        down = (rest >= _above(1 - part)).astype(np.int64) - (rest < _above(-part))
        return cls(wanted, rest, wanted - int(steps) + up, wanted + int(steps) + down, scale, eps)

    def rows(self, chosen: NDArray[np.int_] | NDArray[np.bool_]) -> WantedSums:
        """Return the wanted sums of some outputs, or of some weights, only."""
        ends = self.low[chosen], self.high[chosen]
        return WantedSums(self.whole[chosen], self.rest[chosen], *ends, self.scale, self.eps)

    def largest_error(self, sums: Ints) -> Fraction:
        """Return the largest distance between a weight and its scaled sum, exactly, in the target's own units."""
        over = sums - self.whole
        rest = np.broadcast_to(self.rest, over.shape)
        largest = max(_largest_difference(over, rest), _largest_difference(-over, -rest))
        return largest * Fraction(2) ** (self.scale - PRODUCT_BITS)

    def within(self, sums: Ints) -> NDArray[np.bool_]:
        """Return for each weight whether its sums, in an array signs x rows x columns, are admissible for all signs."""
        near: NDArray[np.bool_] = np.all((self.low <= sums) & (sums <= self.high), axis=0)
        return near

    def error_units(self, sums: Ints) -> Ints:
        """Return each error in units of 2^(scale - 48), rounded away from zero."""
        over = sums - self.whole
        return over + ((over >= 0) & (self.rest < 0)) - ((over <= 0) & (self.rest > 0))

    def weight_units(self) -> Ints:
        """Return the absolute value of each weight in units of 2^(scale - 48), rounded up."""
        return np.asarray(np.abs(self.whole) + (self.rest != 0), np.int64)


def scale_of(matrix: Reals, reach: Fraction = ONE) -> int:
    """Return the least s >= 0 for which all entries, divided by 2^s, are at most ``reach``."""
    largest = np.abs(matrix).max(initial=0.0) / float(reach)
    return max(0, int(np.ceil(np.log2(max(largest, 1.0)))))


def _largest_difference(over: Ints, rest: Reals) -> Fraction:
    """Return the largest over - rest, exactly.

    It lies where the floor of over - rest is largest: among entries of equal floor, where the rest is least. The
    floor is over - 1 for a positive rest, else over; so both groups have one value of over.
    """
    below = over - (rest > 0)
    top = below.max()
    groups = [(below == top) & (rest > 0), (below == top) & (rest <= 0)]
    values = [int(over[group][0]) - Fraction(float(rest[group].min())) for group in groups if group.any()]
    return max(values)


def _below(value: Fraction) -> float:
    """Return the largest float that is at most the value."""
    near = float(value)
    return near if Fraction(near) <= value else float(np.nextafter(near, -np.inf))


def _above(value: Fraction) -> float:
    """Return the smallest float that is at least the value."""
    near = float(value)
    return near if Fraction(near) >= value else float(np.nextafter(near, np.inf))
