"""What can be said of a target before it is pruned: sizes, norms with certificates, and the hypotheses of Theorem 1."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.checkable import check_costs, least_costs
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.norms import Witness, find_witness, spectral_norm
from lt_proofs.networks.target import Layer, Target
from lt_proofs.networks.wanted_sums import scale_of

Reals = NDArray[np.float64]
# no tolerance is larger, so what is refused for this one is refused for all
WIDEST = Fraction(99, 100)
# the witness of a larger matrix would take too long to verify
MOST_ROWS = 640
POWER_STEPS = 200
# far above the rounding errors of |W v| / |v| in floats
MARGIN = 1e-9


@dataclass(frozen=True)
class Norm:
    """An upper bound of a spectral norm, and a number that the norm is not below.

    ``witness`` shows the upper bound, as in a ticket's certificate (Mathematics 3.14), and was verified in integers;
    without one the bound is the smaller of the Frobenius norm and the root of the largest row sum times the largest
    column sum. The witness is about the matrix divided by 2^scale.
    """

    upper: Fraction
    lower: float
    witness: Witness | None
    scale: int


def check_prunable(target: Target) -> None:
    """Raise BadInput if `prune` would refuse the target for its size, whatever the tolerance."""
    domain = InputDomain()
    check_costs(target, least_costs(target.matrices(), WIDEST, None, domain), domain)


def norm_of(layer: Layer) -> Norm:
    """Return certified bounds of the spectral norm of a layer's weight, without its bias."""
    matrix = layer.weight.astype(np.float64)
    scale = scale_of(matrix)
    scaled = np.ldexp(matrix, -scale)
    witness = find_witness(scaled) if min(matrix.shape) <= MOST_ROWS else None
    if witness is not None and shows(witness, scaled):
        return Norm(witness.norm * 2**scale, _found_norm(matrix), witness, scale)
    sizes = np.ceil(np.abs(np.ldexp(scaled, PRODUCT_BITS))).astype(np.int64)
    return Norm(Fraction(spectral_norm(sizes), 2**PRODUCT_BITS) * 2**scale, _found_norm(matrix), None, scale)


def shows(witness: Witness, matrix: Reals) -> bool:
    """Return whether a witness shows its bound; bound^2 I - Q Q^T - 4^shift L L^T must be diagonally dominant."""
    matrix = matrix.T if len(matrix) > len(matrix[0]) else matrix
    rounded = fmpz_mat(
        [[int(entry) for entry in row] for row in np.floor(np.ldexp(matrix, witness.bits) + 0.5).tolist()]
    )
    rows = len(matrix)
    lower = np.zeros((rows, rows), np.int64)
    lower[np.tril_indices(rows)] = witness.factor
    factor = fmpz_mat(lower.tolist())
    rest = -(rounded * rounded.transpose()) - (factor * factor.transpose()) * 4**witness.shift
    square = witness.bound**2
    table = [[int(entry) for entry in row] for row in rest.tolist()]
    return all(
        row[i] + square >= sum(abs(entry) for j, entry in enumerate(row) if j != i) for i, row in enumerate(table)
    )


def _found_norm(matrix: Reals) -> float:
    """Return a number that the spectral norm is not below: |W v| / |v| for a vector v found by power iteration."""
    vector = np.random.Generator(np.random.PCG64(0)).normal(size=matrix.shape[1])
    largest = np.abs(matrix).max(initial=0.0)
    if not largest:
        return 0.0
    scaled = matrix / largest
    for _ in range(POWER_STEPS):
        image = scaled.T @ (scaled @ vector)
        size = np.linalg.norm(image)
        if not size:
            return 0.0
        vector = image / size
    return float(np.linalg.norm(scaled @ vector) / np.linalg.norm(vector) * largest * (1 - MARGIN))


def hypotheses(target: Target, norms: list[Norm]) -> tuple[bool | None, str]:
    """Return whether Theorem 1 applies to a target, None if that is not decided, and why.

    It is about networks without biases whose matrices have spectral norm at most 1.
    """
    if target.last_bias:
        return False, f"layer {target.last_bias} has a bias"
    for number, norm in enumerate(norms, 1):
        if norm.lower > 1:
            return False, f"layer {number} has spectral norm above {norm.lower:.4g}"
    for number, norm in enumerate(norms, 1):
        if norm.upper > 1:
            return None, f"the spectral norm of layer {number} is so near 1 that it is not decided"
    return True, "no biases, and all spectral norms are at most 1"


def facts_of(target: Target) -> dict[str, Any]:
    """Return what is said of a target as JSON data; exact numbers are texts."""
    norms = [norm_of(layer) for layer in target.layers]
    holds, why = hypotheses(target, norms)
    layers = []
    for number, (layer, name, norm) in enumerate(zip(target.layers, target.names, norms, strict=True), 1):
        entry = None if norm.witness is None else norm.witness.entry(f"W{number}")
        layers.append(
            {
                "name": name,
                "inputs": layer.weight.shape[1],
                "outputs": layer.weight.shape[0],
                "bias": layer.bias is not None,
                "activation": "relu" if number < len(target.layers) else None,
                "type": str(layer.weight.dtype),
                "largest_weight": str(Fraction(float(np.abs(layer.weight).max()))),
                "spectral_norm": str(norm.upper),
                "spectral_norm_at_least": norm.lower,
                "certificate": entry,
                "scale": norm.scale,
            }
        )
    return {
        "inputs": target.widths[0],
        "outputs": target.widths[-1],
        "widths": list(target.widths),
        "layers": layers,
        "weights": sum(matrix.size for matrix in target.matrices()),
        "theorem_1": {"applies": holds, "why": why},
        "remarks": list(target.remarks),
        "compared": target.compared,
    }
