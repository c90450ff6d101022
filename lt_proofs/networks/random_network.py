"""The random network of depth 2l: weights that a seed determines, hidden units that each see one input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels import weights as kernels
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import UNIFORM_BITS, check_seed

Ints = NDArray[np.int64]
LAWS = ("uniform", "kaiming")
ONE = 1 << UNIFORM_BITS


@dataclass(frozen=True)
class RandomLayer:
    """A pair of random matrices: number 2i-1 with `units` rows, number 2i with `rows` rows.

    Hidden unit u sees the input owner[u]. The first n for each input take the inputs in turn; appending units never
    changes a weight that was there before. The weights of the two matrices are uniform between minus and plus
    their radius, which is given in units of 2^-24 like the weights themselves.
    """

    seed: int
    number: int
    rows: int
    columns: int
    owner: Ints
    radii: tuple[int, int] = (ONE, ONE)
    n: int = 0

    @classmethod
    def regular(cls, seed: int, number: int, rows: int, columns: int, n: int, law: str = "uniform") -> RandomLayer:
        """n hidden units for each input; the Kaiming law scales each matrix by its number of columns."""
        owner = np.arange(columns * n, dtype=np.int64) % columns
        fans = (columns, columns * n) if law == "kaiming" else (1, 1)
        return cls(check_seed(seed), number, rows, columns, owner, (_radius(fans[0]), _radius(fans[1])), n)

    @property
    def reach(self) -> Fraction:
        """No product of two weights is larger than this."""
        return Fraction(self.radii[0] * self.radii[1], ONE * ONE)

    @property
    def units(self) -> int:
        """The number of hidden units."""
        return len(self.owner)

    @property
    def added(self) -> Ints:
        """The inputs that the units appended to the regular ones see."""
        return self.owner[self.n * self.columns :]

    @property
    def widest(self) -> int:
        """The largest number of hidden units that see the same input."""
        return int(np.bincount(self.owner).max())

    def grown(self, owners: Ints) -> RandomLayer:
        """The layer with more hidden units behind those it has."""
        owner = np.concatenate([self.owner, owners])
        return replace(self, owner=owner)

    def first_weights(self) -> Ints:
        """By what weight each hidden unit sees its input, in units of 2^-24."""
        return self._entries(2 * self.number - 1, np.arange(self.units), self.owner)

    def second_weights(self, outputs: Ints, units: Ints) -> Ints:
        """The weights of the edges from hidden units to outputs, in units of 2^-24."""
        return self._entries(2 * self.number, outputs, units)

    def second_row(self, output: int, out: Ints) -> Ints:
        """One row of the second matrix, written into `out`."""
        self._draw_row(2 * self.number, output, out)
        return out

    def _draw_row(self, matrix: int, row: int, out: Ints) -> None:
        draw = compiled(kernels.random_row)
        draw(np.uint64(self.seed), np.uint64(kernels.WEIGHTS + matrix), row, out)
        self._shrink(matrix, out)

    def _shrink(self, matrix: int, weights: Ints) -> None:
        """From the interval (-1, 1) to that of the matrix, rounded down to units of 2^-24."""
        radius = self.radii[1 - matrix % 2]
        if radius != ONE:
            weights *= radius
            weights >>= UNIFORM_BITS

    def _entries(self, matrix: int, rows: Ints, columns: Ints) -> Ints:
        out = np.empty(len(rows), np.int64)
        stream = np.uint64(kernels.WEIGHTS + matrix)
        compiled(kernels.entries_at)(np.uint64(self.seed), stream, rows, columns, out)
        self._shrink(matrix, out)
        return out

    def matrix(self, number: int) -> Ints:
        """The whole random matrix 2i-1 or 2i of this pair, dense, in units of 2^-24."""
        shape = (self.units, self.columns) if number % 2 else (self.rows, self.units)
        dense = np.empty(shape, np.int64)
        for row in range(shape[0]):
            self._draw_row(number, row, dense[row])
        return dense

    def members(self, first: Ints) -> tuple[Ints, Ints]:
        """For each input its hidden units with positive, and with negative, first weight, padded by -1.

        The newest unit comes first, so that units that were added where others did not do are tried.
        """
        return self._listed(np.flatnonzero(first > 0)), self._listed(np.flatnonzero(first < 0))

    def _listed(self, units: Ints) -> Ints:
        owner = self.owner[units]
        order = np.argsort(owner, kind="stable")[::-1]
        counts = np.bincount(owner, minlength=self.columns)
        ends = np.cumsum(counts)[owner[order]]
        slots = ends - 1 - np.arange(len(units))[::-1]
        listed = np.full((self.columns, int(counts.max(initial=1))), -1, np.int64)
        listed[owner[order], slots] = units[order]
        return listed


def _radius(fan_in: int) -> int:
    """The root of 6 / fan_in, at most 1, rounded down to units of 2^-24."""
    return min(ONE, isqrt(6 * ONE * ONE // fan_in))
