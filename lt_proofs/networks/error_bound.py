"""How far the pruned network can be from its target on the unit ball, from the exact effective weights.

With e_0 = 0 and h_0 the norm of the input, layer by layer: e <- |W| e + |E| h and h <- |W^| h. In a first layer
with both signs the input is (relu(x), relu(-x)), which has the norm of x, and E is [E+, -E-]. All numbers are
rationals, rounded up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.goals import Goal

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Norms:
    """Upper bounds of the spectral norms of a layer: the target's, the error's and the ticket's."""

    target: Fraction
    error: Fraction
    ticket: Fraction


def layer_norms(goal: Goal, sums: Ints) -> Norms:
    """The norms of a layer from its exact sums, one matrix per sign."""
    unit = Fraction(2**goal.scale, 2**PRODUCT_BITS)
    target = spectral_norm(goal.weight_units()) * unit
    errors = goal.error_units(sums)
    if len(sums) == 2:
        error = spectral_norm(np.hstack([errors[0], -errors[1]])) * unit
        return Norms(target, error, target + error)
    error = spectral_norm(errors[0]) * unit
    return Norms(target, error, min(target + error, spectral_norm(sums[0]) * unit))


def spectral_norm(matrix: Ints) -> int:
    """An upper bound of the spectral norm of an integer matrix: Frobenius, or the root of row times column sums.

    >>> spectral_norm(np.array([[3, 0], [0, 4]]))
    4
    """
    exact = np.abs(matrix).astype(object)
    square = int((exact * exact).sum())
    return root_up(min(square, int(exact.sum(axis=1).max()) * int(exact.sum(axis=0).max())))


def error_bound(layers: Sequence[Norms], input_norm: Fraction) -> Fraction:
    """The largest distance between the two functions, rounded up to a multiple of 2^-48."""
    error, reach = Fraction(0), input_norm
    for norms in layers:
        error = norms.target * error + norms.error * reach
        reach *= norms.ticket
    return Fraction(-(-error.numerator * 2**PRODUCT_BITS // error.denominator), 2**PRODUCT_BITS)


def input_norm(carries_constant: bool) -> Fraction:
    """1 on the unit ball, the root of 2 rounded up where a constant input 1 is carried along."""
    if not carries_constant:
        return Fraction(1)
    return Fraction(root_up(2 << 2 * PRODUCT_BITS), 2**PRODUCT_BITS)


def root_up(value: int) -> int:
    """The smallest integer whose square is at least the value."""
    root = isqrt(value)
    return root + (root * root < value)
