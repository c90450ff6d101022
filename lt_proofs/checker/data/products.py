"""Products of matrices of integers, with a whole row of the right matrix packed into one big integer."""

from __future__ import annotations

from collections.abc import Iterable

from data.limits import COST, LIMITS, gram_work, lane_bytes, product_work
from errors import spend
from shapes import Matrix

BLOCK = LIMITS["gram_block"]


def most_bits(matrix: Matrix) -> int:
    """The bits of the largest entry."""
    return max(max(max(row), -min(row)) for row in matrix).bit_length()


def pack(row: Iterable[int], lane: int) -> int:
    """The sum of entry k times 2^(8 lane k); every entry is below half a lane."""
    offset = 1 << 8 * lane - 1
    lanes = b"".join((value + offset).to_bytes(lane, "little") for value in row)
    return int.from_bytes(lanes, "little") - offsets(len(lanes) // lane, lane)


def offsets(count: int, lane: int) -> int:
    """Half a lane in each of so many lanes."""
    return int.from_bytes((1 << 8 * lane - 1).to_bytes(lane, "little") * count, "little")


def product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product, by multiplying each entry with a whole packed row."""
    largest = most_bits(left), most_bits(right)
    spend(product_work(len(left), len(right), len(right[0]), *largest))
    lane, columns = lane_bytes(len(right), *largest), len(right[0])
    packed, halves = [pack(row, lane) for row in right], offsets(columns, lane)
    return [_lanes(row, packed, halves, lane, columns) for row in left]


def gram(matrix: Matrix) -> Matrix:
    """The lower triangle of a matrix times its transpose: row i has its entries up to i.

    The columns are packed a block of rows at a time, so that a row meets no more than the rows up to its own block.
    """
    largest = most_bits(matrix)
    spend(gram_work(len(matrix), len(matrix[0]), largest))
    lane = lane_bytes(len(matrix[0]), largest, largest)
    packed, triangle = [0] * len(matrix[0]), list[list[int]]()
    for start in range(0, len(matrix), BLOCK):
        block = matrix[start : start + BLOCK]
        columns = zip(packed, zip(*block, strict=True), strict=True)
        packed = [before + (pack(column, lane) << 8 * lane * start) for before, column in columns]
        halves = offsets(start + len(block), lane)
        for row in block:
            triangle.append(_lanes(row, packed, halves, lane, len(triangle) + 1))
    return triangle


def _lanes(row: Iterable[int], packed: list[int], halves: int, lane: int, count: int) -> list[int]:
    """The first entries of a row times packed rows."""
    total = sum(value * other for value, other in zip(row, packed, strict=True) if value)
    lanes, offset = (total + halves).to_bytes((halves.bit_length() + 7) // 8, "little"), 1 << 8 * lane - 1
    return [int.from_bytes(lanes[i : i + lane], "little") - offset for i in range(0, lane * count, lane)]


def rounded(matrix: Matrix, drop: int) -> Matrix:
    """The matrix in units that are 2^drop times larger, each entry changed by at most half such a unit."""
    spend(COST["rounded"] * len(matrix) * len(matrix[0]))
    half = 1 << drop >> 1
    return [[(value + half) >> drop for value in row] for row in matrix]
