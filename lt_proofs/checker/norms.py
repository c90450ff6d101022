"""Upper bounds of spectral norms, with or without an integer witness, and of chains of matrices and ReLUs.

A matrix of integers counts units of 2^-bits. For a witness it is rounded to Q, in larger units; if
bound^2 I - Q Q^T - 4^shift L L^T is diagonally dominant, then bound^2 I - Q Q^T is positive semidefinite and
|Q| <= bound. What rounding took away has entries of at most half a unit.
"""

import sys
from array import array
from fractions import Fraction
from math import isqrt

from errors import Malformed, Rejected

KEYS = {"of", "bits", "shift", "bound", "factor"}
MOST_ROWS, MOST_BITS = 1024, 64


class Norms:
    """The norms of named matrices ("W2") and of products of two ("W2 E1"), each computed once."""

    def __init__(self, matrices, data):
        entries = data.get("norms", [])
        if set(data) - {"norms"} or not isinstance(entries, list):
            raise Malformed("ticket: its data may only hold a list of norms")
        for entry in entries:
            if (
                not isinstance(entry, dict)
                or set(entry) != KEYS
                or not {type(entry["of"]), type(entry["factor"])} == {str}
            ):
                raise Malformed(f"ticket: a norm must have {', '.join(sorted(KEYS))}")
            if any(
                type(entry[key]) is not int or not 0 <= entry[key] < 1 << MOST_BITS
                for key in ("bits", "shift", "bound")
            ):
                raise Malformed("ticket: the numbers of a norm must be integers of at most 64 bits")
        self.matrices = matrices
        self.witnesses = {entry["of"]: entry for entry in entries}
        self.known = {}

    def of(self, name):
        """An upper bound of one norm."""
        if name not in self.known:
            matrix, bits = self.matrices[name] if " " not in name else self._product(*name.split(" "))
            witness = self.witnesses.get(name)
            self.known[name] = witnessed(matrix, bits, witness) if witness else elementary(matrix, bits)
        return self.known[name]

    def _product(self, left, right):
        (a, a_bits), (b, b_bits) = self.matrices[left], self.matrices[right]
        return product(a, b), a_bits + b_bits

    def chain(self, names):
        """How much the matrices can stretch with anything between 0 and 1 on each coordinate between them.

        With G = (1 + D) / 2 and |D| <= 1 a pair stretches by |A G B| <= (|A B| + |A| |B|) / 2.
        """
        best = [Fraction(1)]
        for i, name in enumerate(names):
            bound = best[i] * self.of(name)
            pair = f"{names[i - 1]} {name}"
            if i and pair in self.witnesses:
                bound = min(bound, best[i - 1] * (self.of(pair) + self.of(names[i - 1]) * self.of(name)) / 2)
            best.append(bound)
        return best[-1]


def ball_bound(norms, depth):
    """The largest difference on the unit ball: each layer's error, carried through target and ticket.

    The ticket's first layer is its target plus its error; behind it all inputs are at least 0.
    """
    total = norms.chain([f"W{i}" for i in range(depth, 1, -1)] + ["E1"])
    for k in range(2, depth + 1):
        names = [f"W{i}" for i in range(depth, k, -1)] + [f"E{k}"] + [f"T{i}" for i in range(k - 1, 1, -1)]
        total += norms.chain([*names, "W1"]) + norms.chain([*names, "E1"])
    return total


def elementary(matrix, bits):
    """Frobenius, or the root of the largest row sum times the largest column sum."""
    square = sum(sum(entry * entry for entry in row) for row in matrix)
    rows = max(sum(map(abs, row)) for row in matrix)
    columns = max(sum(map(abs, column)) for column in zip(*matrix, strict=True))
    return Fraction(isqrt(min(square, rows * columns) - 1) + 1 if square else 0, 1 << bits)


def witnessed(matrix, matrix_bits, entry):
    """The bound that a witness shows; raises Rejected or Malformed."""
    drop, bound, spread = matrix_bits - entry["bits"], entry["bound"], 2 * entry["shift"]
    if drop < 1 or spread > 2 * MOST_BITS:
        raise Malformed(f"ticket: the norm of {entry['of'][:40]} has unusable units")
    rounded = [[(value + (1 << drop - 1)) >> drop for value in row] for row in matrix]
    if len(rounded) > len(rounded[0]):
        rounded = list(zip(*rounded, strict=True))
    rows, columns = len(rounded), len(rounded[0])
    if rows > MOST_ROWS:
        raise Malformed(f"ticket: the norm of {entry['of'][:40]} has more than {MOST_ROWS} rows")
    factor = triangle(entry["factor"], rows)
    left, right = product(rounded, list(zip(*rounded, strict=True))), product(factor, list(zip(*factor, strict=True)))
    for i in range(rows):
        rest = [-a - (b << spread) for a, b in zip(left[i], right[i], strict=True)]
        if bound * bound + rest[i] < sum(map(abs, rest)) - abs(rest[i]):
            raise Rejected(f"the norm of {entry['of'][:40]}: its witness fails in row {i}")
    return Fraction(2 * bound + isqrt(rows * columns) + 1, 2 << entry["bits"])


def triangle(text, rows):
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


def product(left, right):
    """The matrix product, by multiplying each entry with a whole row packed into one big integer."""
    largest = [max(max(map(abs, row)) for row in matrix).bit_length() for matrix in (left, right)]
    size = (sum(largest) + len(right).bit_length() + 2) // 8 + 1
    offset, width = 1 << 8 * size - 1, size * len(right[0])
    offsets = int.from_bytes(offset.to_bytes(size, "little") * len(right[0]), "little")
    packed = [
        int.from_bytes(b"".join((value + offset).to_bytes(size, "little") for value in row), "little") - offsets
        for row in right
    ]
    rows = []
    for row in left:
        total = sum(value * other for value, other in zip(row, packed, strict=True) if value)
        lanes = (total + offsets).to_bytes(width, "little")
        rows.append([int.from_bytes(lanes[i : i + size], "little") - offset for i in range(0, width, size)])
    return rows
