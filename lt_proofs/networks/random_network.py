"""The random network of depth 2l (Mathematics 1.5): a seed determines its weights; each hidden unit sees one input."""

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
# the number 1 in units of 2^-24
ONE = 1 << UNIFORM_BITS


@dataclass(frozen=True)
class RandomLayer:
    """The pair of random matrices for layer i: number 2i-1 of shape units x columns, number 2i of shape rows x units.

    All entries of both matrices are random, but masks keep at most one entry of each row of the first: hidden unit u
    sees the input owner[u]. The first n units for each input take the inputs in turn; units that are appended later
    never change a weight that was there before. A weight is uniform on the odd multiples of 2^-24 in (-1, 1); it is
    multiplied by the radius of its matrix, in units of 2^-24 as well, and rounded down to a multiple of 2^-24.
    """

    seed: int
    number: int
    rows: int
    columns: int
    owner: Ints
    radii: tuple[int, int] = (ONE, ONE)
    n: int = 0

    @classmethod
    def regular(
        cls,
        seed: int,
        number: int,
        rows: int,
        columns: int,
        n: int,
        law: str = "uniform",
        fans: tuple[int, int] | None = None,
    ) -> RandomLayer:
        """Return a layer with n hidden units for each input; raise BadInput for a seed out of range.

        With the law "kaiming" the radius of a matrix with k columns is min(1, sqrt(6/k)). ``fans`` are the numbers of
        entries that a hidden unit and an output see, where these are not all columns.
        """
        owner = np.arange(columns * n, dtype=np.int64) % columns
        fans = (fans or (columns, columns * n)) if law == "kaiming" else (1, 1)
        return cls(check_seed(seed), number, rows, columns, owner, (_radius(fans[0]), _radius(fans[1])), n)

    @property
    def reach(self) -> Fraction:
        """The largest possible product of two weights."""
        return Fraction(self.radii[0] * self.radii[1], ONE * ONE)

    @property
    def units(self) -> int:
        """The number of hidden units."""
        return len(self.owner)

    @property
    def added(self) -> Ints:
        """The inputs that the appended units see."""
        return self.owner[self.n * self.columns :]

    @property
    def widest(self) -> int:
        """The largest number of hidden units that see the same input."""
        return int(np.bincount(self.owner).max())

    def grown(self, owners: Ints) -> RandomLayer:
        """Return the layer with hidden units appended, which see the inputs ``owners``."""
        owner = np.concatenate([self.owner, owners])
        return replace(self, owner=owner)

    def first_weights(self) -> Ints:
        """Return the weight between each hidden unit and its input, in units of 2^-24."""
        return self._entries(2 * self.number - 1, np.arange(self.units), self.owner)

    def second_weights(self, outputs: Ints, units: Ints) -> Ints:
        """Return the weights from hidden units to outputs, one for each pair, in units of 2^-24."""
        return self._entries(2 * self.number, outputs, units)

    def second_row(self, output: int, out: Ints) -> Ints:
        """Write one row of the second matrix into ``out``, in units of 2^-24, and return it."""
        self._draw_row(2 * self.number, output, out)
        return out

    def _draw_row(self, matrix: int, row: int, out: Ints) -> None:
        draw = compiled(kernels.random_row)
        draw(np.uint64(self.seed), np.uint64(kernels.WEIGHTS + matrix), row, out)
        self._shrink(matrix, out)

    def _shrink(self, matrix: int, weights: Ints) -> None:
        """Scale weights from (-1, 1) to the interval of the matrix, rounded down to units of 2^-24."""
        radius = self.radii[1 - matrix % 2]
        if radius != ONE:
            # both factors are at most 2^24, so the product fits into 64 bits; the shift rounds down
            weights *= radius
            weights >>= UNIFORM_BITS

    def _entries(self, matrix: int, rows: Ints, columns: Ints) -> Ints:
        out = np.empty(len(rows), np.int64)
        stream = np.uint64(kernels.WEIGHTS + matrix)
        compiled(kernels.entries_at)(np.uint64(self.seed), stream, rows, columns, out)
        self._shrink(matrix, out)
        return out

    def matrix(self, number: int) -> Ints:
        """Return the whole random matrix number 2i-1 or 2i, dense, in units of 2^-24."""
        shape = (self.units, self.columns) if number % 2 else (self.rows, self.units)
        dense = np.empty(shape, np.int64)
        for row in range(shape[0]):
            self._draw_row(number, row, dense[row])
        return dense

    def members(self, first: Ints) -> tuple[Ints, Ints]:
        """Return for each input its hidden units of positive, and those of negative, first weight, padded by -1.

        Only units of the first kind are active at positive inputs, only the others at negative ones. The newest unit
        comes first: a search looks at 63 units only, and units are added where those before did not suffice.
        """
        return self._listed(np.flatnonzero(first > 0)), self._listed(np.flatnonzero(first < 0))

    def _listed(self, units: Ints) -> Ints:
        # sort by owner, newest first; the place within a row counts down from the end of the owner's block
        owner = self.owner[units]
        order = np.argsort(owner, kind="stable")[::-1]
        counts = np.bincount(owner, minlength=self.columns)
        ends = np.cumsum(counts)[owner[order]]
        slots = ends - 1 - np.arange(len(units))[::-1]
        listed = np.full((self.columns, int(counts.max(initial=1))), -1, np.int64)
        listed[owner[order], slots] = units[order]
        return listed


def _radius(fan_in: int) -> int:
    """Return min(1, sqrt(6 / fan_in)), rounded down to units of 2^-24."""
    return min(ONE, isqrt(6 * ONE * ONE // fan_in))
