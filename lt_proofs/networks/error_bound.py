"""How far the pruned network can be from its target on the unit ball, from the exact effective weights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.goals import Goal
from lt_proofs.networks.norms import Matrix, Norms, ball_bound

Ints = NDArray[np.int64]


def named_matrices(goals: Sequence[Goal], sums: Sequence[Ints]) -> dict[str, Matrix]:
    """The matrices of each layer: W of the target, E of the error, T of the ticket.

    In a first layer with both signs the input is (relu(x), relu(-x)), which has the norm of x; there E is
    [E+, -E-], and T is not used.
    """
    matrices = {}
    for number, (goal, found) in enumerate(zip(goals, sums, strict=True), 1):
        unit = Fraction(2**goal.scale, 2**PRODUCT_BITS)
        weights = (goal.whole + goal.rest) * float(unit)
        errors = (found - goal.whole - goal.rest) * float(unit)
        sizes = goal.error_units(found)
        matrices[f"W{number}"] = Matrix(weights, goal.weight_units(), unit)
        matrices[f"E{number}"] = Matrix(_beside(errors), _beside(sizes), unit)
        matrices[f"T{number}"] = Matrix(found[0] * float(unit), found[0], unit)
    return matrices


def _beside(signs: NDArray[Any]) -> NDArray[Any]:
    return np.hstack([signs[0], -signs[1]]) if len(signs) == 2 else signs[0]


def certified_error(
    goals: Sequence[Goal], sums: Sequence[Ints], norm_of_inputs: Fraction
) -> tuple[Fraction, list[dict[str, Any]]]:
    """The largest difference of the two functions, rounded up to a multiple of 2^-48, and its witnesses."""
    norms = Norms(named_matrices(goals, sums))
    error = ball_bound(norms, len(goals)) * norm_of_inputs
    rounded = Fraction(-(-error.numerator * 2**PRODUCT_BITS // error.denominator), 2**PRODUCT_BITS)
    return rounded, norms.witnesses()
