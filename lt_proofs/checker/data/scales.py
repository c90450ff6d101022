"""Positive scales of hidden neurons, which leave a network's outputs as they are (Mathematics 3.15).

A neuron with the scale s sends s times as much, and receives through 1/s: the columns of the matrices behind it are
multiplied by s, the rows of those before it by 1/s. Scales are multiples of 2^-9; their inverses are rounded up to
multiples of 2^-15, which makes no norm smaller.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.limits import COST
from errors import Malformed, spend
from shapes import Data, Matrix

BITS, INVERSE_BITS, MOST = 9, 15, 1023
INVERSE = 1 << BITS + INVERSE_BITS


def checked_scales(data: Data, rows: Sequence[int]) -> list[list[int]]:
    """The scales of the hidden layers, which have so many neurons, in units of 2^-BITS; raises Malformed."""
    if not isinstance(data, list) or len(data) != len(rows) or not all(isinstance(layer, list) for layer in data):
        raise Malformed(f"ticket: its scales must be {len(rows)} lists, one for each hidden layer")
    for number, (layer, count) in enumerate(zip(data, rows, strict=True), 1):
        whole = {*map(type, layer)} == {int} and min(layer) >= 1 and max(layer) <= MOST
        if len(layer) != count or not whole:
            raise Malformed(f"ticket: the scales of hidden layer {number} must be {count} integers from 1 to {MOST}")
    return data


def scaled(matrix: Matrix, rows: Sequence[int] | None, columns: Sequence[int] | None) -> tuple[Matrix, int]:
    """The matrix between two layers of neurons with scales, and by how many bits its unit is smaller."""
    spend(COST["lane"] * len(matrix) * len(matrix[0]))
    bits = 0
    if columns is not None:
        matrix, bits = [[v * s for v, s in zip(row, columns, strict=True)] for row in matrix], bits + BITS
    if rows is not None:
        inverses = [-(-INVERSE // s) for s in rows]
        matrix, bits = [[v * s for v in row] for row, s in zip(matrix, inverses, strict=True)], bits + INVERSE_BITS
    return matrix, bits
