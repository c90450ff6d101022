"""Upper bounds of spectral norms, with or without an integer witness, and of chains of matrices and ReLUs.

A matrix of integers counts units of 2^-bits. For a witness it is rounded to Q, in larger units; if
bound^2 I - Q Q^T - 4^shift L L^T is diagonally dominant, then bound^2 I - Q Q^T is positive semidefinite and
|Q| <= bound. What rounding took away has entries of at most half a unit.
"""

from __future__ import annotations

import re
import sys
from array import array
from fractions import Fraction
from math import isqrt
from typing import Any

from data.limits import (
    COST,
    DIGIT,
    LIMITS,
    entry_work,
    lane_bytes,
    matrix_room,
    product_room,
    product_work,
    room_for,
    witness_room,
    witness_work,
)
from errors import Malformed, Rejected, size, spend
from shapes import Data, Matrix

KEYS = {"of", "bits", "shift", "bound", "factor"}
NAME = re.compile(r"[WET][1-9][0-9]{0,3}( [WET][1-9][0-9]{0,3})?", re.ASCII)
MOST_ROWS, MOST_BITS = LIMITS["norm_rows"], 64


class Norms:
    """The matrices of the layers, and the norms of them and of products of two ("W2 E1"), each computed once.

    W is the target's matrix and E the error; in a first layer with both signs E is [E+, -E-]. T = W + E is the
    ticket's, [W, -W] + E where both signs occur. `taken` is what the files, the matrices and the witnesses take of
    the memory.
    """

    def __init__(self, data: dict[str, Data], taken: int) -> None:
        entries = data.get("norms")
        if set(data) != {"norms"} or not isinstance(entries, list):
            raise Malformed("ticket: its data must hold a list of norms, nothing else")
        for entry in entries:
            if (
                not isinstance(entry, dict)
                or set(entry) != KEYS
                or not {type(entry["of"]), type(entry["factor"])} == {str}
                or not NAME.fullmatch(entry["of"])
            ):
                raise Malformed(f"ticket: a norm must have {', '.join(sorted(KEYS))}, and be of a matrix or of two")
            if any(
                type(entry[key]) is not int or not 0 <= entry[key] < 1 << MOST_BITS
                for key in ("bits", "shift", "bound")
            ):
                raise Malformed("ticket: the numbers of a norm must be integers of at most 64 bits")
        self.witnesses = {entry["of"]: entry for entry in entries}
        if len(self.witnesses) < len(entries):
            raise Malformed("ticket: two norms are of the same matrix")
        self.layers: dict[int, tuple[Matrix, Matrix, int]] = {}
        self.known: dict[str, Fraction] = {}
        self.taken = taken
        self.reserve(3 * sum(len(entry["factor"]) for entry in entries))

    def reserve(self, amount: int) -> None:
        """Count memory that is kept from now on."""
        self.taken += amount
        room_for(self.taken)

    def add(self, number: int, wanted: Matrix, errors: Matrix, bits: int) -> None:
        """The matrices of one layer, in units of 2^-bits."""
        self.layers[number] = wanted, errors, bits

    def matrix(self, name: str) -> tuple[Matrix, int]:
        """A matrix by its name, and its bits."""
        kind, number = name[0], int(name[1:])
        wanted, errors, bits = self.layers[number]
        if kind == "W":
            return wanted, bits
        if kind == "E":
            return errors, bits
        spend(COST["lane"] * len(errors) * len(errors[0]))
        both = zip(self._goals(number), errors, strict=True)
        return [[a + b for a, b in zip(*rows, strict=True)] for rows in both], bits

    def _goals(self, number: int) -> Matrix:
        """W, or [W, -W] where both signs occur."""
        wanted, errors, _ = self.layers[number]
        return wanted if len(errors[0]) == len(wanted[0]) else [row + [-goal for goal in row] for row in wanted]

    def followed(self, depth: int) -> list[tuple[tuple[Matrix, int], tuple[Matrix, int], tuple[Matrix, int]]]:
        """(target, error, ticket) of each layer, with their bits; the first acts on (relu(x), relu(-x)) for two."""
        numbers = range(1, depth + 1)
        for errors, bits in map(self.matrix, [f"E{i}" for i in numbers]):
            self.reserve(2 * matrix_room(len(errors), len(errors[0]), max(bits, most_bits(errors))))
        return [((self._goals(i), self.layers[i][2]), self.matrix(f"E{i}"), self.matrix(f"T{i}")) for i in numbers]

    def of(self, name: str) -> Fraction:
        """An upper bound of one norm."""
        if name not in self.known:
            matrix, bits = self.matrix(name) if " " not in name else self._product(*name.split(" "))
            witness = self.witnesses.get(name)
            room = self.taken + matrix_room(len(matrix), len(matrix[0]), most_bits(matrix))
            self.known[name] = witnessed(matrix, bits, witness, room) if witness else elementary(matrix, bits)
        return self.known[name]

    def check_all_used(self) -> None:
        """Refuse witnesses of norms that the bound does not need."""
        idle = sorted(set(self.witnesses) - set(self.known))
        if idle:
            raise Malformed(f"ticket: the norm of {idle[0]} is not used")

    def _product(self, left: str, right: str) -> tuple[Matrix, int]:
        (a, a_bits), (b, b_bits) = self.matrix(left), self.matrix(right)
        room_for(self.taken + product_room(len(a), len(b), len(b[0]), *map(most_bits, (a, b))))
        return product(a, b), a_bits + b_bits

    def chain(self, names: list[str]) -> Fraction:
        """How much the matrices can stretch with anything between 0 and 1 on each coordinate between them.

        With G = (1 + D) / 2 and |D| <= 1 a pair stretches by |A G B| <= (|A B| + |A| |B|) / 2.
        """
        best = [Fraction(1)]
        for i, name in enumerate(names):
            spend(COST["chain"] + (size(best[i]) // DIGIT) ** 2 // 400)
            bound = best[i] * self.of(name)
            pair = f"{names[i - 1]} {name}"
            if i and pair in self.witnesses:
                bound = min(bound, best[i - 1] * (self.of(pair) + self.of(names[i - 1]) * self.of(name)) / 2)
            best.append(bound)
        return best[-1]


def ball_bound(norms: Norms, depth: int) -> Fraction:
    """The largest difference on the unit ball: each layer's error, carried through target and ticket.

    The ticket's first layer is its target plus its error; behind it all inputs are at least 0.
    """
    total = norms.chain([f"W{i}" for i in range(depth, 1, -1)] + ["E1"])
    for k in range(2, depth + 1):
        names = [f"W{i}" for i in range(depth, k, -1)] + [f"E{k}"] + [f"T{i}" for i in range(k - 1, 1, -1)]
        total += norms.chain([*names, "W1"]) + norms.chain([*names, "E1"])
    return total


def elementary(matrix: Matrix, bits: int) -> Fraction:
    """Frobenius, or the root of the largest row sum times the largest column sum."""
    spend(len(matrix) * len(matrix[0]) * (COST["norm"] + entry_work(most_bits(matrix))))
    square = sum(sum(entry * entry for entry in row) for row in matrix)
    rows = max(sum(map(abs, row)) for row in matrix)
    columns = max(sum(map(abs, column)) for column in zip(*matrix, strict=True))
    return Fraction(isqrt(min(square, rows * columns) - 1) + 1 if square else 0, 1 << bits)


def witnessed(matrix: Matrix, matrix_bits: int, entry: dict[str, Any], taken: int = 0) -> Fraction:
    """The bound that a witness shows; raises Rejected or Malformed. So much memory is taken already."""
    drop, bound, spread = matrix_bits - entry["bits"], entry["bound"], 2 * entry["shift"]
    if drop < 1 or spread > 2 * MOST_BITS:
        raise Malformed(f"ticket: the norm of {entry['of'][:40]} has unusable units")
    rows, columns = sorted((len(matrix), len(matrix[0])))
    if rows > MOST_ROWS:
        raise Malformed(f"ticket: the norm of {entry['of'][:40]} has more than {MOST_ROWS} rows")
    bits = max(most_bits(matrix) - drop, 0) + 1
    room_for(taken + witness_room(rows, columns, bits))
    spend(witness_work(rows, columns))
    rounded: Matrix = [[(value + (1 << drop - 1)) >> drop for value in row] for row in matrix]
    if len(rounded) > rows:
        rounded = list(zip(*rounded, strict=True))
    factor = triangle(entry["factor"], rows)
    left, right = product(rounded, list(zip(*rounded, strict=True))), product(factor, list(zip(*factor, strict=True)))
    for i in range(rows):
        rest = [-a - (b << spread) for a, b in zip(left[i], right[i], strict=True)]
        if bound * bound + rest[i] < sum(map(abs, rest)) - abs(rest[i]):
            raise Rejected(f"the norm of {entry['of'][:40]}: its witness fails in row {i}")
    return Fraction(2 * bound + isqrt(rows * columns) + 1, 2 << entry["bits"])


def triangle(text: str, rows: int) -> Matrix:
    """A lower triangle from its 32-bit integers in hexadecimal, row after row."""
    try:
        values = array("i", bytes.fromhex(text))
    except ValueError:
        raise Malformed("ticket: the factor of a norm is not hexadecimal") from None
    if sys.byteorder == "big":
        values.byteswap()
    if len(values) != rows * (rows + 1) // 2:
        raise Malformed(f"ticket: the factor of a norm must be a triangle of {rows} rows")
    starts = [i * (i + 1) // 2 for i in range(rows + 1)]
    return [[*values[starts[i] : starts[i + 1]], *[0] * (rows - i - 1)] for i in range(rows)]


def most_bits(matrix: Matrix) -> int:
    """The bits of the largest entry."""
    return max(max(max(row), -min(row)) for row in matrix).bit_length()


def product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product, by multiplying each entry with a whole row packed into one big integer."""
    largest = most_bits(left), most_bits(right)
    spend(product_work(len(left), len(right), len(right[0]), *largest))
    lane = lane_bytes(len(right), *largest)
    offset, width = 1 << 8 * lane - 1, lane * len(right[0])
    offsets = int.from_bytes(offset.to_bytes(lane, "little") * len(right[0]), "little")
    packed = [
        int.from_bytes(b"".join((value + offset).to_bytes(lane, "little") for value in row), "little") - offsets
        for row in right
    ]
    rows = []
    for row in left:
        total = sum(value * other for value, other in zip(row, packed, strict=True) if value)
        lanes = (total + offsets).to_bytes(width, "little")
        rows.append([int.from_bytes(lanes[i : i + lane], "little") - offset for i in range(0, width, lane)])
    return rows
