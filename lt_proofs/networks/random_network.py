"""The random network of depth 2l: weights that a seed determines, hidden units that each see one input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels import weights as kernels
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import check_seed

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class RandomLayer:
    """A pair of random matrices: number 2i-1 with `units` rows, number 2i with `rows` rows.

    Hidden unit u sees the input owner[u]. The first units take the inputs in turn; appending units never
    changes a weight that was there before.
    """

    seed: int
    number: int
    rows: int
    columns: int
    owner: Ints

    @classmethod
    def regular(cls, seed: int, number: int, rows: int, columns: int, n: int) -> RandomLayer:
        """n hidden units for each input."""
        return cls(check_seed(seed), number, rows, columns, np.arange(columns * n, dtype=np.int64) % columns)

    @property
    def units(self) -> int:
        """The number of hidden units."""
        return len(self.owner)

    @property
    def regular_units(self) -> int:
        """How many units, from the first on, take the inputs in turn."""
        out_of_turn = np.flatnonzero(self.owner != np.arange(self.units) % self.columns)
        turns = out_of_turn[0] if len(out_of_turn) else self.units
        return int(turns - turns % self.columns)

    @property
    def widest(self) -> int:
        """The largest number of hidden units that see the same input."""
        return int(np.bincount(self.owner).max())

    def grown(self, owners: Ints) -> RandomLayer:
        """The layer with more hidden units behind those it has."""
        owner = np.concatenate([self.owner, owners])
        return RandomLayer(self.seed, self.number, self.rows, self.columns, owner)

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

    def _entries(self, matrix: int, rows: Ints, columns: Ints) -> Ints:
        out = np.empty(len(rows), np.int64)
        stream = np.uint64(kernels.WEIGHTS + matrix)
        compiled(kernels.entries_at)(np.uint64(self.seed), stream, rows, columns, out)
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
