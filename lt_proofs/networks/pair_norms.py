"""The bound of the difference of two networks by chains of norms (Mathematics 3.15), for any two that are matched."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.cost import LayerCost, cost_of, methods_for, weight_bits
from lt_proofs.networks.domains import Ball, Domain
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.norms import Matrix, Norms, ball_bound, scaled_norms
from lt_proofs.networks.pairs import NetworkPair

Reals = NDArray[np.float64]
# norms of inputs are rounded up to multiples of 2^-BITS; sizes of entries have SIZE_BITS bits
BITS, SIZE_BITS = 40, 60
# what floats may have rounded away from an entry of E = T - W, in proportion
ROUNDING = 2.0**-50


def bound_by_norms(pair: NetworkPair, domain: Domain) -> tuple[Fraction, dict[str, Any]]:
    """Return a bound of the difference on a domain by chains of norms, and the data that show it in a certificate."""
    sizes, matrices, depth = _sizes(pair), _matrices(pair), len(pair.layers)
    methods = methods_for(sizes, InputDomain())
    scaled = cost_of(sizes, InputDomain(), methods, scaled=True).within()
    norms = scaled_norms(matrices, methods, depth) if scaled else Norms(matrices, methods)
    bound = ball_bound(norms, depth) * input_norm(pair, domain)
    # one unit up, and one for what the checker rounds up by itself
    units = (bound.numerator << BITS) // bound.denominator + 2
    return Fraction(units, 1 << BITS), norms.data()


def input_norm(pair: NetworkPair, domain: Domain) -> Fraction:
    """Return the largest Euclidean norm of an input of the domain, carried constants included, rounded up."""
    if isinstance(domain, Ball):
        square = domain.radius**2
    else:
        square = sum(
            (max(abs(low), abs(high)) ** 2 for low, high in zip(domain.low, domain.high, strict=True)), Fraction(0)
        )
    square += pair.constants
    return Fraction(isqrt((square.numerator << 2 * BITS) // square.denominator) + 1, 1 << BITS)


def _own(pair: NetworkPair, number: int, matrix: Reals) -> Reals:
    """Return f's matrix, with both signs that half of it which acts on x itself, unless a ticket has two halves."""
    if number > 1 or pair.signs == 1:
        return matrix
    half = matrix.shape[1] // 2
    return matrix[:, :half] if np.array_equal(matrix[:, :half], -matrix[:, half:]) else matrix


def _matrices(pair: NetworkPair) -> dict[str, Matrix]:
    """Return W, E and T of each layer; T of the first one is not used."""
    found = {}
    for number, (first, errors, second) in enumerate(pair.layers, 1):
        for name, matrix in (("W", _own(pair, number, first)), ("E", errors), ("T", second)):
            largest = float(np.abs(matrix).max())
            unit = int(np.frexp(largest)[1]) - SIZE_BITS
            sizes = np.ceil(np.ldexp(np.abs(matrix) * (1 + ROUNDING), -unit)).astype(np.int64)
            found[f"{name}{number}"] = Matrix(matrix, sizes, Fraction(2) ** unit)
    return found


def _sizes(pair: NetworkPair) -> list[LayerCost]:
    """Return the sizes on which the checker's work depends, as those of a layer without hidden units."""
    layers = []
    for number, (first, errors, second) in enumerate(pair.layers, 1):
        own = _own(pair, number, first)
        # both networks count in the same unit, the smaller of theirs
        units, lengths = zip(*(weight_bits(matrix) for matrix in (own, second)), strict=True)
        bits = max(units)
        longest = bits + max(length - unit for length, unit in zip(lengths, units, strict=True))
        error_bits = max(bits + int(np.frexp(float(np.abs(errors).max()))[1]), 1) + 1
        signs = pair.signs if number == 1 else 1
        rows, columns = own.shape
        layers.append(LayerCost(rows, columns, columns, signs, 0, 0, bits, longest, error_bits))
    return layers
