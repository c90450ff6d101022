"""The error bound of a ticket on the unit ball or on a box (Mathematics 3.15, 3.16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.boxes import box_bound
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.norm_methods import Method
from lt_proofs.networks.norms import Matrix, Norms, ball_bound, scaled_norms
from lt_proofs.networks.target import Target
from lt_proofs.networks.wanted_sums import WantedSums

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


def named_matrices(wanted_sums: Sequence[WantedSums], sums: Sequence[Ints]) -> dict[str, Matrix]:
    """Return the matrices of each layer: W of the target, E = T - W of the error, T of the ticket.

    ``sums`` holds the kept sums of each layer, an array of shape signs x rows x columns in units of 2^-48 before the
    scale. In a first layer with both signs the input is (relu(x), relu(-x)), which has the norm of x; there E is
    [E+, -E-], and T is not used.
    """
    matrices = {}
    for number, (wanted, found) in enumerate(zip(wanted_sums, sums, strict=True), 1):
        unit = Fraction(2**wanted.scale, 2**PRODUCT_BITS)
        weights = (wanted.whole + wanted.rest) * float(unit)
        errors = (found - wanted.whole - wanted.rest) * float(unit)
        sizes = wanted.error_units(found)
        matrices[f"W{number}"] = Matrix(weights, wanted.weight_units(), unit)
        matrices[f"E{number}"] = Matrix(_beside(errors), _beside(sizes), unit)
        matrices[f"T{number}"] = Matrix(found[0] * float(unit), found[0], unit)
    return matrices


def _beside(signs: NDArray[Any]) -> NDArray[Any]:
    return np.hstack([signs[0], -signs[1]]) if len(signs) == 2 else signs[0]


def certified_error(
    wanted_sums: Sequence[WantedSums],
    sums: Sequence[Ints],
    target: Target,
    domain: InputDomain,
    methods: Mapping[str, Method] | None = None,
    *,
    scaled: bool = True,
) -> tuple[Fraction, dict[str, Any]]:
    """Return the error bound on the domain, rounded up to a multiple of 2^-48, and the data that show its norms.

    ``methods`` says how the norms are bounded, without it by witnesses; ``scaled`` allows scales of hidden neurons. On
    a box the bound is the smaller of two: that of the ball around the box, and the one of `box_bound`, which needs no
    norms.
    """
    matrices, depth = named_matrices(wanted_sums, sums), len(wanted_sums)
    norms = scaled_norms(matrices, methods, depth) if scaled else Norms(matrices, methods)
    error = ball_bound(norms, depth) * domain.input_norm(target)
    # -(-a // b) rounds up
    rounded = Fraction(-(-error.numerator * 2**PRODUCT_BITS // error.denominator), 2**PRODUCT_BITS)
    if domain.box is None:
        return rounded, norms.data()
    followed = box_bound(_layers(norms, depth), *_input_ends(len(sums[0]), wanted_sums[0].low.shape[1], target, domain))
    return (followed, {"norms": []}) if followed < rounded else (rounded, norms.data())


def _layers(norms: Norms, depth: int) -> list[tuple[Reals, Reals, Reals]]:
    """Return (target, error, ticket) of each layer; the first one acts on (relu(x), relu(-x)) if signs differ."""
    rows = []
    for number in range(1, depth + 1):
        target, error, ticket = (norms.matrices[f"{name}{number}"].values for name in "WET")
        if error.shape[1] > target.shape[1]:
            target = np.hstack([target, -target])
        rows.append((target, error, target + error if number == 1 else ticket))
    return rows


def _input_ends(signs: int, columns: int, target: Target, domain: InputDomain) -> tuple[Reals, Reals]:
    """Return the ends of relu(x), the constant input 1 included, and of relu(-x) where both signs occur."""
    low, high = map(float, domain.box or (0, 0))
    inputs = target.widths[0]
    constant = np.ones(columns - inputs)
    lows = [np.full(inputs, max(low, 0.0)), constant]
    highs = [np.full(inputs, max(high, 0.0)), constant]
    if signs == 2:
        lows += [np.full(inputs, max(-high, 0.0)), 0 * constant]
        highs += [np.full(inputs, max(-low, 0.0)), 0 * constant]
    return np.concatenate(lows), np.concatenate(highs)
