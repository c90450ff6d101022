"""Arrays of floats with certified radii: each exact number lies within its radius of the float beside it.

Weights of a file are exact, and so is most of what is folded into them: products of two float32 numbers fit into a
float64. Where a sum, a quotient or a root has to be rounded, the radius bounds the error. Rounding errors of single
sums and products are computed by the error-free transformations of Dekker and Knuth, those of matrix products are
bounded by n u |A| |B|, which holds for every order of summation (Higham, Accuracy and Stability, section 3.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput

Reals = NDArray[np.float64]
# the transformations below neither overflow nor lose bits to underflow for numbers of these sizes
LARGEST, SMALLEST = 2.0**480, 2.0**-480
UNIT = 2.0**-53
# raises a radius above the rounding errors that were made when it was computed itself, by at most eight operations
UP = 1 + 2.0**-48
SPLITTER = 2.0**27 + 1


@dataclass(frozen=True)
class Enclosed:
    """Floats ``mid`` and, unless all of them are exact, a radius ``rad`` of the same shape for each."""

    mid: Reals
    rad: Reals | None = None

    @classmethod
    def of(cls, array: Any) -> Enclosed:
        """Return the exact values of an array of floats or integers below 2^53."""
        return cls(np.asarray(array, np.float64))

    @property
    def radius(self) -> Reals:
        """The radii, 0 where the floats are exact."""
        return np.zeros(self.mid.shape) if self.rad is None else self.rad

    @property
    def exact(self) -> bool:
        """Whether all floats are exact."""
        return self.rad is None

    def __getitem__(self, key: Any) -> Enclosed:
        return Enclosed(self.mid[key], None if self.rad is None else self.rad[key])

    def reshape(self, *shape: int) -> Enclosed:
        """Return the same numbers in another shape."""
        return Enclosed(self.mid.reshape(shape), None if self.rad is None else self.rad.reshape(shape))

    @property
    def transposed(self) -> Enclosed:
        """The transposed matrix."""
        return Enclosed(self.mid.T, None if self.rad is None else self.rad.T)

    def __neg__(self) -> Enclosed:
        return Enclosed(-self.mid, self.rad)

    def __add__(self, other: Enclosed) -> Enclosed:
        total, error = _two_sum(_checked(self.mid), _checked(other.mid))
        return _within(total, np.abs(error) + self.radius + other.radius)

    def __sub__(self, other: Enclosed) -> Enclosed:
        return self + -other

    def __mul__(self, other: Enclosed) -> Enclosed:
        product, error = _two_product(_checked(self.mid), _checked(other.mid))
        return _within(product, np.abs(error) + _spread(self, other, np.multiply))

    def __truediv__(self, other: Enclosed) -> Enclosed:
        """Divide; the divisor's enclosures must not contain 0."""
        least = np.abs(other.mid) - other.radius
        if not (least > 0).all():
            raise BadInput("constant", "0", "the network divides by it")
        quotient = _checked(self.mid) / _checked(other.mid)
        # a / b - q = (a - q b) / b, and q b is the exact sum of two floats
        product, error = _two_product(_checked(quotient), other.mid)
        rest = np.abs((self.mid - product) - error) * UP
        return _within(quotient, (rest + self.radius + np.abs(quotient) * other.radius) / least)

    def sqrt(self) -> Enclosed:
        """Return the square roots; the enclosures must be above 0."""
        least = self.mid - self.radius
        if not (least > 0).all():
            raise BadInput("constant", "a number that is not positive", "the network takes its root")
        root = np.sqrt(_checked(self.mid))
        product, error = _two_product(root, root)
        # |sqrt(a) - r| = |a - r^2| / (sqrt(a) + r), and r is at most 2^-52 r too large
        rest = np.abs((self.mid - product) - error) * UP
        return _within(root, (rest + self.radius) / root)

    def __matmul__(self, other: Enclosed) -> Enclosed:
        """Return the product of a matrix with a matrix or vector."""
        left, right = _checked(self.mid), _checked(other.mid)
        product, sizes = left @ right, np.abs(left) @ np.abs(right)
        inner = left.shape[-1]
        raised = 1 + (inner + 8) * 2.0**-50
        rounded = np.where(_no_rounding(left, right, sizes), 0.0, (inner + 2) * UNIT * raised * sizes)
        return _within(product, (rounded + _spread(self, other, np.matmul)) * raised)

    def largest_radius(self) -> float:
        """Return the largest radius."""
        return float(self.radius.max(initial=0.0))


def total_of(parts: list[Enclosed]) -> Enclosed | None:
    """Return the sum of arrays of one shape; None of no arrays."""
    total = None
    for part in parts:
        total = part if total is None else total + part
    return total


def _spread(one: Enclosed, other: Enclosed, times: Any) -> Any:
    """Return what the radii of two factors add to the radius of their product."""
    if one.exact and other.exact:
        return 0.0
    a, b = np.abs(one.mid), np.abs(other.mid)
    # the last summand covers products of radii that underflow
    return times(a, other.radius) + times(one.radius, b) + times(one.radius, other.radius) + 2.0**-1000


def _within(mid: Reals, rad: Any) -> Enclosed:
    if not np.isfinite(mid).all():
        raise BadInput("constant", "infinity", "folding the network's constants overflows; scale them down")
    raised = np.asarray(rad * UP, np.float64)
    return Enclosed(mid, np.broadcast_to(raised, mid.shape) if raised.any() else None)


def _checked(array: Reals) -> Reals:
    sizes = np.abs(array)
    if not ((sizes <= LARGEST) & ((sizes >= SMALLEST) | (sizes == 0))).all():
        raise BadInput("constant", "a number beyond 1e144 or below 1e-144", "it cannot be folded; scale the network")
    return array


def _two_sum(a: Reals, b: Reals) -> tuple[Reals, Reals]:
    """Return the rounded sum and its rounding error, exactly."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _two_product(a: Reals, b: Reals) -> tuple[Reals, Reals]:
    """Return the rounded product and its rounding error, exactly."""
    product = a * b
    a_high, b_high = _high(a), _high(b)
    a_low, b_low = a - a_high, b - b_high
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def _high(a: Reals) -> Reals:
    """Return the leading 26 bits of each number."""
    scaled = SPLITTER * a
    return scaled - (scaled - a)


def _no_rounding(left: Reals, right: Reals, sizes: Reals) -> NDArray[np.bool_]:
    """Return for each entry of a matrix product whether floats compute it exactly, in every order of summation.

    All summands of an entry are multiples of one power of two; if they add up to at most 2^53 times it in size, no
    partial sum is rounded.
    """
    units = np.ldexp(1.0, _lowest(left, -1))[..., None] * np.ldexp(1.0, _lowest(right, 0))
    exact: NDArray[np.bool_] = sizes * (1 + 2.0**-20) <= 2.0**53 * units.reshape(sizes.shape)
    return exact


def _lowest(array: Reals, axis: int) -> NDArray[np.int32]:
    """Return the least exponent of a set bit among the numbers along an axis, 0 if all are 0."""
    fraction, exponent = np.frexp(array)
    whole = np.ldexp(np.abs(fraction), 53).astype(np.int64)
    lowest = np.frexp((whole & -whole).astype(np.float64))[1] - 1 + exponent - 53
    least = np.where(whole == 0, np.iinfo(np.int32).max, lowest).min(axis=axis)
    return np.where(least == np.iinfo(np.int32).max, 0, least).astype(np.int32)
