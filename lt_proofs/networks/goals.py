"""The wanted weights of a layer in exact integers: which sums of products are within the tolerance.

A weight w, scaled by 2^-scale, is F + f in units of 2^-48 with F an integer and 0 <= f < 1. The sum S of
kept products is within eps of it exactly when low <= S <= high.
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


@dataclass(frozen=True)
class Goal:
    """The weights of one layer as floor and rest, and the ends of the sums that are near enough."""

    floor: Ints
    rest: Reals
    low: Ints
    high: Ints
    scale: int

    @classmethod
    def of(cls, matrix: Reals, eps: Fraction) -> Goal:
        """The goal for a matrix of exact floats; entries above 1 are scaled down by a power of two."""
        scale = max(0, int(np.ceil(np.log2(np.abs(matrix).max(initial=1.0)))))
        units = np.ldexp(matrix, PRODUCT_BITS - scale)
        if not np.array_equal(np.ldexp(units, scale - PRODUCT_BITS), matrix):
            raise BadInput("weights", "subnormal entries", "replace entries below 1e-290 by zero")
        floor = np.floor(units)
        rest = units - floor
        width = eps * 2 ** (PRODUCT_BITS - scale)
        if width >= 2 ** (PRODUCT_BITS + REACH):
            raise BadInput("eps", eps, "give a tolerance below the size of the weights")
        whole, part = divmod(width, 1)
        low = floor.astype(np.int64) - int(whole) + (rest > _below(part))
        high = floor.astype(np.int64) + int(whole) + (rest >= _above(1 - part))
        return cls(floor.astype(np.int64), rest, low, high, scale)

    def largest_error(self, sums: Ints) -> Fraction:
        """The largest distance between a sum and its weight, exactly, in the weight's own units."""
        over = sums - self.floor
        rest = np.broadcast_to(self.rest, over.shape)
        largest = Fraction(0)
        for distance, sign in ((over[over > 0], 1), (-over[over <= 0], -1)):
            if distance.size:
                most = distance.max()
                rests = rest[over > 0] if sign > 0 else rest[over <= 0]
                furthest = (rests * -sign)[distance == most].max()
                largest = max(largest, int(most) + Fraction(float(furthest)))
        return largest / 2 ** (PRODUCT_BITS - self.scale)

    def within(self, sums: Ints) -> NDArray[np.bool_]:
        """Which weights are near enough in all the signs that are given."""
        near: NDArray[np.bool_] = ((self.low <= sums) & (sums <= self.high)).all(axis=0)
        return near

    def error_units(self, sums: Ints) -> Ints:
        """At least the size of each error, in units of 2^(scale - 48), with its sign."""
        over = sums - self.floor
        return np.where(over <= 0, over - (self.rest > 0), over)

    def weight_units(self) -> Ints:
        """At least the size of each weight, in units of 2^(scale - 48)."""
        return np.abs(self.floor + ((self.floor >= 0) & (self.rest > 0)))


def _below(value: Fraction) -> float:
    """The largest float at most the value."""
    near = float(value)
    return near if Fraction(near) <= value else float(np.nextafter(near, -np.inf))


def _above(value: Fraction) -> float:
    """The smallest float at least the value."""
    near = float(value)
    return near if Fraction(near) >= value else float(np.nextafter(near, np.inf))
