"""One layer of two networks: T of the second, W of the first and E = T - W, in short integers (Mathematics 3.21).

Weights are rounded to at most ENTRY bits, each by at most half a unit, and the rows of each matrix are packed, one
entry in 64 bits, so that an integer times a packed row is one multiplication.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from math import isqrt

from data.limits import COST, matrix_room
from data.products import most_bits
from errors import spend
from shapes import Matrix

# entries of weights, and the sum of the absolute coefficients by which rows are multiplied: products fit into 63 bits
ENTRY, ROW = 27, 34
LANE = 64
DIGIT = 30
# lists of a whole layer's rows that are there at the same time
MOST_COPIES = 5


class Layer:
    """The rounded matrices: T and W count units of 2^-bits, E counts 2^-error_bits, and error_bits >= bits."""

    def __init__(self, first: Matrix, second: Matrix, bits: int) -> None:
        """Two matrices of the same shape, in units of 2^-bits."""
        self.rows, self.columns = len(first), len(first[0])
        spend(COST["step"] + self.rows * (COST["line"] + COST["layer"] * self.columns))
        errors = [[b - a for a, b in zip(*pair, strict=True)] for pair in zip(first, second, strict=True)]
        self.drop_error = max(most_bits(errors) - ENTRY, 0)
        self.drop = max(most_bits(first) - ENTRY, most_bits(second) - ENTRY, self.drop_error)
        self.bits, self.error_bits = bits - self.drop, bits - self.drop_error
        self.first, self.second = rounded(first, self.drop), rounded(second, self.drop)
        self.errors = rounded(errors, self.drop_error)
        self.offsets = int.from_bytes((1 << LANE - 1).to_bytes(LANE // 8, "little") * self.columns, "little")
        self._packed: dict[str, list[int]] = {}

    def packed(self, name: str) -> list[int]:
        """The packed rows of "first", "second" or "errors"."""
        if name not in self._packed:
            matrix: Matrix = getattr(self, name)
            spend(self.rows * (COST["line"] + COST["lane"] * self.columns))
            self._packed[name] = [self.pack(row) for row in matrix]
        return self._packed[name]

    def pack(self, row: Sequence[int]) -> int:
        """The sum of all entries v_i 2^(64 i): a lane with its top bit flipped holds v_i + 2^63."""
        return (int.from_bytes(little(array("q", row)).tobytes(), "little") ^ self.offsets) - self.offsets

    def unpack(self, total: int) -> list[int]:
        """The entries of such a sum, each between -2^63 and 2^63."""
        lanes = ((total + self.offsets) ^ self.offsets).to_bytes(self.columns * LANE // 8, "little")
        return little(array("q", lanes)).tolist()

    def times(self, rows: Matrix, name: str) -> list[int]:
        """The packed products of rows with a matrix; rows 2i and 2i + 1 are nearly opposite, which saves the second."""
        packed = self.packed(name)
        once = COST["scaled"] + self.columns * LANE // DIGIT // COST["digits"]
        products = []
        for one, other in zip(rows[::2], rows[1::2], strict=True):
            both = [v + w for v, w in zip(one, other, strict=True)]
            factors = 2 * len(both) - one.count(0) - both.count(0)
            spend(COST["line"] + self.rows + factors * once + 2 * COST["unpacked"] * self.columns)
            total = sum([v * row for v, row in zip(one, packed, strict=True) if v])
            rest = sum([v * row for v, row in zip(both, packed, strict=True) if v])
            products += [total, rest - total]
        return products

    def lost(self, most: int, unit: int = 0) -> int:
        """What rounding T, or W, may change where the sum of all variables is at most so large."""
        return upward(most, self.bits + 1 + unit) if self.drop else 0

    def lost_errors(self, most: int, unit: int = 0) -> int:
        """What rounding E may change."""
        return upward(most, self.error_bits + 1 + unit) if self.drop_error else 0


def layers_room(shapes: Sequence[tuple[int, int]]) -> int:
    """The memory of layers of so many rows and columns, packed, and of the rows that are multiplied by them."""
    kept = sum(3 * (matrix_room(rows, columns, ENTRY) + rows * columns * LANE // 8) for rows, columns in shapes)
    most_rows, most_columns = (max(sizes) for sizes in zip(*shapes, strict=True))
    return kept + MOST_COPIES * matrix_room(2 * most_rows, max(most_rows, most_columns), 4 * DIGIT)


def rounded(matrix: Matrix, drop: int) -> Matrix:
    """The entries in units that are 2^drop times as large, each within half a unit."""
    half = 1 << drop >> 1
    return [[(entry + half) >> drop for entry in row] for row in matrix]


def little(lanes: array[int]) -> array[int]:
    """The lanes with their bytes in little-endian order, or back."""
    if sys.byteorder == "big":
        lanes.byteswap()
    return lanes


def upward(value: int, drop: int) -> int:
    """The value in units that are 2^drop times as large, rounded up; a negative drop makes them smaller."""
    return -(-value >> drop) if drop > 0 else value << -drop


def root_up(value: int) -> int:
    """The square root, rounded up."""
    root = isqrt(value)
    return root + (root * root < value)
