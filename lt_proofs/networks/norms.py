"""Upper bounds of spectral norms, found in floats, with witnesses that the checker verifies (Mathematics 3.14).

A matrix is rounded to integers Q, in units of 2^-bits. If bound^2 I - Q Q^T - 4^shift L L^T is diagonally dominant,
then bound^2 I - Q Q^T is positive semidefinite, and the norm of Q is at most the bound. The witness is L, a rounded
Cholesky factor; the checker repeats the arithmetic in integers. A bound by squaring Q Q^T needs no data: the checker
does all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.limits import LIMITS
from lt_proofs.networks.norm_methods import ELEMENTARY, WITNESS, Method
from lt_proofs.networks.scales import best_scales, layer_sides, side_factors

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
# the first attempt takes a bound 2^-14 above the norm in floats; each further one takes four times as much
SLACK = 2.0**-14
ATTEMPTS = 6
# a bound by squaring is raised by this relative margin, for the floats may round other entries than the checker does
ROUNDING = Fraction(1, 2**11)


@dataclass(frozen=True)
class Matrix:
    """A matrix in floats, and integers at least as large as its entries in an exact unit; products have floats only."""

    values: Reals
    sizes: Ints | NDArray[np.object_] | None = None
    unit: Fraction = Fraction(0)

    def scaled(self, rows: Ints | None, columns: Ints | None, bits: int) -> Matrix:
        """Return the matrix with rows and columns multiplied by whole numbers, in a unit that is 2^bits smaller."""
        values, sizes = np.ldexp(self.values, -bits), None if self.sizes is None else self.sizes.astype(object)
        if rows is not None:
            values, sizes = values * rows[:, None], None if sizes is None else sizes * rows[:, None].astype(object)
        if columns is not None:
            values, sizes = values * columns, None if sizes is None else sizes * columns.astype(object)
        return Matrix(values, sizes, self.unit / 2**bits)


@dataclass(frozen=True)
class Witness:
    """An upper bound of a norm, in units of 2^-bits, and the factor L that shows it: its lower triangle, row by row."""

    bits: int
    shift: int
    bound: int
    factor: NDArray[np.int32] | NDArray[np.int16]
    shape: tuple[int, int]

    @property
    def norm(self) -> Fraction:
        """The bound, raised by the largest norm that the matrix of rounding errors can have.

        Rounding changes an entry by at most half a unit, so the errors have norm at most sqrt(rows * columns) / 2.
        """
        rows, columns = self.shape
        return Fraction(2 * self.bound + isqrt(rows * columns) + 1, 2 << self.bits)

    def entry(self, name: str) -> dict[str, Any]:
        """The witness as a certificate holds it."""
        factor = self.factor.astype(self.factor.dtype.newbyteorder("<")).tobytes().hex()
        return {"of": name, "bits": self.bits, "shift": self.shift, "bound": self.bound, "factor": factor}


@dataclass(frozen=True)
class Squared:
    """An upper bound of a norm by so many squarings of Q Q^T."""

    squarings: int
    norm: Fraction

    def entry(self, name: str) -> dict[str, Any]:
        """The bound as a certificate holds it: the checker computes it anew."""
        return {"of": name, "squarings": self.squarings}


class Norms:
    """The norms of named matrices ("W2") and of products of two ("W2 E1"), with what shows them.

    ``methods`` says how each norm is bounded; without it every norm has a witness. ``scales`` are those of the neurons
    of each hidden layer; a chain of norms that begins at the outputs is bounded with them (Mathematics 3.15).
    """

    def __init__(
        self,
        matrices: dict[str, Matrix],
        methods: Mapping[str, Method] | None = None,
        scales: Sequence[Ints] | None = None,
    ) -> None:
        self.matrices = matrices
        self.scales = scales
        self._methods = methods
        self._known: dict[str, tuple[Fraction | None, Witness | Squared | None]] = {}

    def of(self, name: str) -> Fraction | None:
        """Return an upper bound of one norm; None for a product that has no method."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name][0]

    def data(self) -> dict[str, Any]:
        """Return the scales, and what shows the norms that `of` was asked for, as a certificate holds them."""
        shown = {"norms": [shown.entry(name) for name, (_, shown) in self._known.items() if shown is not None]}
        return shown if self.scales is None else {**shown, "scales": [one.tolist() for one in self.scales]}

    def _found(self, name: str) -> tuple[Fraction | None, Witness | Squared | None]:
        method = WITNESS if self._methods is None else self._methods.get(name, ELEMENTARY)
        if " " in name:
            if method == ELEMENTARY:
                return None, None
            left, right = name.split(" ")
            matrix = Matrix(self.matrices[left].values @ self.matrices[right].values)
        else:
            matrix = self.matrices[name]
        if self.scales is not None:
            matrix = matrix.scaled(*side_factors(*layer_sides(self.scales, name)))
        shown: Witness | Squared | None = None
        if method.squarings is not None:
            shown = by_squaring(matrix.values, method.squarings)
        elif method.factor_bits:
            shown = find_witness(matrix.values, method)
        if shown is not None:
            return shown.norm, shown
        return None if matrix.sizes is None else spectral_norm(matrix.sizes) * matrix.unit, None

    def chain(self, names: list[str]) -> Fraction:
        """Return a bound of |A_1 G_1 A_2 G_2 … A_k| for all diagonal matrices G_i with entries in [0, 1].

        A ReLU acts on a difference like such a G. With G = (1 + D) / 2 and |D| <= 1, |A G B| <= (|A B| + |A| |B|) / 2;
        the bound takes neighbours as pairs wherever that is smaller.
        """
        # best[i] bounds the product of the first i matrices
        best = [Fraction(1)]
        for i, name in enumerate(names):
            norm = self.of(name) or Fraction(0)
            bound = best[i] * norm
            paired = self.of(f"{names[i - 1]} {name}") if i else None
            if paired is not None:
                bound = min(bound, best[i - 1] * (paired + (self.of(names[i - 1]) or 0) * norm) / 2)
            best.append(bound)
        return best[-1]


def ball_bound(norms: Norms, depth: int) -> Fraction:
    """The largest difference on the unit ball: each layer's error, carried through target and ticket.

    The ticket's first layer is its target plus its error; behind it all inputs are at least 0.
    """
    return sum(ball_terms(norms, depth), Fraction(0))


def ball_terms(norms: Norms, depth: int) -> list[Fraction]:
    """Return what the error of each layer contributes to `ball_bound`."""
    return [sum(map(norms.chain, chains), Fraction(0)) for chains in ball_chains(depth)]


def ball_chains(depth: int) -> list[list[list[str]]]:
    """Return for each layer the chains of matrices that carry its error: the target's behind it, the ticket's before.

    The ticket's first layer is its target plus its error, which makes two chains.
    """
    found = [[[f"W{i}" for i in range(depth, 1, -1)] + ["E1"]]]
    for k in range(2, depth + 1):
        names = [f"W{i}" for i in range(depth, k, -1)] + [f"E{k}"] + [f"T{i}" for i in range(k - 1, 1, -1)]
        found.append([[*names, "W1"], [*names, "E1"]])
    return found


def scaled_norms(matrices: dict[str, Matrix], methods: Mapping[str, Method] | None, depth: int) -> Norms:
    """Return the norms with the scales of hidden neurons that make `ball_bound` smallest, if that pays."""
    chains = [chain for chains in ball_chains(depth) for chain in chains]
    possible = {f"{one} {other}" for chain in chains for one, other in pairwise(chain)}
    pairs = possible if methods is None else possible & {name for name in methods if methods[name] != ELEMENTARY}
    return Norms(matrices, methods, best_scales({name: m.values for name, m in matrices.items()}, chains, pairs))


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def find_witness(values: Reals, method: Method = WITNESS) -> Witness | None:
    """Return a bound slightly above the spectral norm with its witness; None if the matrix is zero or too large."""
    values = values.T if len(values) > len(values[0]) else values
    largest = float(np.abs(values).max())
    # entries of Q stay below 2^26, so that their products are exact in floats
    if not 0 < largest < 2**method.entry_bits:
        return None
    bits = int(np.clip(method.entry_bits - np.ceil(np.log2(largest)), 0, PRODUCT_BITS - 1))
    rounded = np.floor(np.ldexp(values, bits) + 0.5)
    gram = rounded @ rounded.T
    root = float(np.sqrt(max(np.linalg.eigvalsh(gram)[-1], 1.0)))
    for attempt in range(ATTEMPTS):
        bound = int(root * (1 + SLACK * 4**attempt)) + 2**attempt
        shift = max(0, bound.bit_length() - method.factor_bits)
        factor = _factor(gram, float(bound) ** 2, (float(bound) ** 2 - root**2) / 2, shift)
        if factor is not None:
            lower = factor[np.tril_indices(len(factor))]
            kept = lower.astype(np.int32) if method.factor_bits > 15 else lower.astype(np.int16)
            return Witness(bits, shift, bound, kept, values.shape)
    return None


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def by_squaring(values: Reals, squarings: int) -> Squared:
    """Return the bound by squaring Q Q^T, with a margin for entries that floats round otherwise (Mathematics 3.14)."""
    values = values.T if len(values) > len(values[0]) else values
    largest = float(np.abs(values).max())
    if largest == 0:
        return Squared(squarings, Fraction(0))
    unit = int(np.ceil(np.log2(largest))) - LIMITS["power_bits"]
    rounded = np.floor(np.ldexp(values, -unit) + 0.5)
    square, drops = rounded @ rounded.T, []
    for _ in range(squarings):
        drops.append(max(int(square.max()).bit_length() - LIMITS["power_bits"], 0))
        rounded = np.floor(np.ldexp(square, -drops[-1]) + 0.5)
        square = rounded @ rounded
    rows, columns = values.shape
    norm = min(float(np.linalg.norm(square)), float(np.abs(square).sum(axis=1).max()))
    for drop in reversed(drops):
        norm = np.ldexp(np.sqrt(norm) + (rows + 1) / 2, drop)
    bound = (np.sqrt(norm) + (np.sqrt(rows * columns) + 1) / 2) * 2.0**unit
    return Squared(squarings, Fraction(bound) * (1 + ROUNDING))


def _factor(gram: Reals, square: float, lift: float, shift: int) -> Reals | None:
    """Return the rounded Cholesky factor of (square - lift) I - gram, or None unless the rest is diagonally dominant.

    What it leaves of square I - gram is lift I and rounding errors; a margin of 1 % covers the errors of floats.
    """
    identity = np.eye(len(gram))
    try:
        factor = np.rint(np.ldexp(np.linalg.cholesky((square - lift) * identity - gram), -shift))
    except np.linalg.LinAlgError:
        return None
    rest = square * identity - gram - np.ldexp(factor @ factor.T, 2 * shift)
    others = np.abs(rest).sum(axis=1) - np.abs(np.diag(rest))
    return factor if bool((np.diag(rest) >= 1.01 * others).all()) else None


def spectral_norm(matrix: Ints | NDArray[np.object_]) -> int:
    """Return an upper bound of the spectral norm of a matrix of integers, without a witness.

    It is the smaller of the Frobenius norm and the root of the largest row sum times the largest column sum.

    >>> spectral_norm(np.array([[3, 0], [0, 4]]))
    4
    """
    exact = np.abs(matrix).astype(object)
    square = int((exact * exact).sum())
    return root_up(min(square, int(exact.sum(axis=1).max()) * int(exact.sum(axis=0).max())))


def root_up(value: int) -> int:
    """Return the smallest integer whose square is at least the value."""
    root = isqrt(value)
    return root + (root * root < value)
