"""The wanted weights of a layer in exact integers: which sums of products are within the tolerance.

A weight w, scaled by 2^-scale, is W + r in units of 2^-48, where W is an integer and the rest r, of the sign
of w, is below 1 in size: rounding towards zero is what floats do without an error. The sum S of kept products
is within eps of the weight exactly when low <= S <= high.
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
REACH = 13
ONE = Fraction(1)


@dataclass(frozen=True)
class WantedSums:
    """The weights of one layer as whole and rest, and the ends of the sums that are near enough."""

    whole: Ints
    rest: Reals
    low: Ints
    high: Ints
    scale: int
    eps: Fraction

    @classmethod
    def of(cls, matrix: Reals, eps: Fraction, reach: Fraction = ONE) -> WantedSums:
        """The goal for a matrix of exact floats; entries above the reach are scaled down by a power of two."""
        scale = scale_of(matrix, reach)
        units = np.ldexp(matrix, PRODUCT_BITS - scale)
        if not np.array_equal(np.ldexp(units, scale - PRODUCT_BITS), matrix):
            raise BadInput("weights", "subnormal entries", "replace entries below 1e-290 by zero")
        whole = np.trunc(units)
        rest = units - whole
        width = eps * 2 ** (PRODUCT_BITS - scale)
        if width >= 2 ** (PRODUCT_BITS + REACH):
            raise BadInput("eps", eps, "give a tolerance below the size of the weights")
        steps, part = divmod(width, 1)
        wanted = whole.astype(np.int64)
        # ceil(r - part) and floor(r + part), decided exactly: r is a float, the bounds are rounded its way
        up = (rest > _below(part)).astype(np.int64) - (rest <= _below(part - 1))
        down = (rest >= _above(1 - part)).astype(np.int64) - (rest < _above(-part))
        return cls(wanted, rest, wanted - int(steps) + up, wanted + int(steps) + down, scale, eps)

    def rows(self, chosen: NDArray[np.int_]) -> WantedSums:
        """The goal of some outputs only."""
        ends = self.low[chosen], self.high[chosen]
        return WantedSums(self.whole[chosen], self.rest[chosen], *ends, self.scale, self.eps)

    def largest_error(self, sums: Ints) -> Fraction:
        """The largest distance between a sum and its weight, exactly, in the weight's own units."""
        over = sums - self.whole
        rest = np.broadcast_to(self.rest, over.shape)
        largest = max(_largest_difference(over, rest), _largest_difference(-over, -rest))
        return largest * Fraction(2**self.scale, 2**PRODUCT_BITS)

    def within(self, sums: Ints) -> NDArray[np.bool_]:
        """Which weights are near enough in all the signs that are given."""
        near: NDArray[np.bool_] = np.all((self.low <= sums) & (sums <= self.high), axis=0)
        return near

    def error_units(self, sums: Ints) -> Ints:
        """At least the size of each error, in units of 2^(scale - 48), with its sign."""
        over = sums - self.whole
        return over + ((over >= 0) & (self.rest < 0)) - ((over <= 0) & (self.rest > 0))

    def weight_units(self) -> Ints:
        """At least the size of each weight, in units of 2^(scale - 48)."""
        return np.asarray(np.abs(self.whole) + (self.rest != 0), np.int64)


def scale_of(matrix: Reals, reach: Fraction = ONE) -> int:
    """The least power of two, from 2^0 on, that brings all entries within the reach."""
    largest = np.abs(matrix).max(initial=0.0) / float(reach)
    return max(0, int(np.ceil(np.log2(max(largest, 1.0)))))


def _largest_difference(over: Ints, rest: Reals) -> Fraction:
    """The largest over - rest: it lies where its floor is largest, and there where the rest is least."""
    below = over - (rest > 0)
    top = below.max()
    groups = [(below == top) & (rest > 0), (below == top) & (rest <= 0)]
    values = [int(over[group][0]) - Fraction(float(rest[group].min())) for group in groups if group.any()]
    return max(values)


def _below(value: Fraction) -> float:
    """The largest float at most the value."""
    near = float(value)
    return near if Fraction(near) <= value else float(np.nextafter(near, -np.inf))


def _above(value: Fraction) -> float:
    """The smallest float at least the value."""
    near = float(value)
    return near if Fraction(near) >= value else float(np.nextafter(near, np.inf))
