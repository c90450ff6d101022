"""Upper bounds of spectral norms, with or without an integer witness, and of chains of matrices and ReLUs.

A matrix of integers counts units of 2^-bits. For a witness it is rounded to Q, in larger units; if
bound^2 I - Q Q^T - 4^shift L L^T is diagonally dominant, then bound^2 I - Q Q^T is positive semidefinite and
|Q| <= bound. What rounding took away has entries of at most half a unit. Without one, |Q|^2 = |Q Q^T|, and the norm
of a symmetric matrix is the root of that of its square (Mathematics 3.14).
"""

from __future__ import annotations

import re
import sys
from array import array
from fractions import Fraction
from math import isqrt
from operator import add
from typing import Any

from data.limits import (
    COST,
    DIGIT,
    LIMITS,
    entry_work,
    matrix_room,
    power_room,
    product_room,
    room_for,
    witness_room,
    witness_work,
)
from data.products import gram, most_bits, product, rounded
from data.scales import checked_scales, scaled
from errors import Malformed, Rejected, size, spend
from shapes import Data, Matrix

KEYS, POWER_KEYS = {"of", "bits", "shift", "bound", "factor"}, {"of", "squarings"}
NAME = re.compile(r"[WET][1-9][0-9]{0,3}( [WET][1-9][0-9]{0,3})?", re.ASCII)
MOST_ROWS, MOST_BITS = LIMITS["norm_rows"], 64
POWER_BITS, MOST_SQUARINGS = LIMITS["power_bits"], 8
# by how many bits scales on both sides can lengthen an entry
SCALED = LIMITS["scale_bits"]


class Norms:
    """The matrices of the layers, and the norms of them and of products of two ("W2 E1"), each computed once.

    W is the target's matrix and E the error; in a first layer with both signs E is [E+, -E-]. T = W + E is the
    ticket's, [W, -W] + E where both signs occur. `taken` is what the files, the matrices and the witnesses take of
    the memory.
    """

    def __init__(self, data: dict[str, Data], taken: int) -> None:
        entries = data.get("norms")
        if not {"norms"} <= set(data) <= {"norms", "scales"} or not isinstance(entries, list):
            raise Malformed("ticket: its data must hold a list of norms, perhaps scales, and nothing else")
        for entry in entries:
            check_entry(entry)
        self.entries = {entry["of"]: entry for entry in entries}
        if len(self.entries) < len(entries):
            raise Malformed("ticket: two norms are of the same matrix")
        self.layers: dict[int, tuple[Matrix, Matrix, int]] = {}
        self.known: dict[str, Fraction] = {}
        self.scales: Any = data.get("scales")
        self.taken = taken
        self.reserve(3 * sum(len(entry.get("factor", "")) for entry in entries))

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
            parts = name.split(" ")
            matrix, bits = self.matrix(name) if len(parts) == 1 else self._product(*parts)
            if self.scales:
                room_for(self.taken + 3 * matrix_room(len(matrix), len(matrix[0]), most_bits(matrix) + SCALED))
                matrix, more = scaled(matrix, *self._sides(int(parts[0][1:]), int(parts[-1][1:])))
                bits += more
            room = self.taken + matrix_room(len(matrix), len(matrix[0]), most_bits(matrix))
            self.known[name] = norm_of(matrix, bits, self.entries.get(name), room)
        return self.known[name]

    def check_scales(self, depth: int) -> None:
        """Refuse scales, if there are any, that are not one for each hidden neuron of so many layers."""
        if self.scales is not None:
            checked_scales(self.scales, [len(self.layers[number][1]) for number in range(1, depth)])

    def _sides(self, first: int, last: int) -> tuple[Matrix | None, ...]:
        """The scales of the neurons behind layer `first` and before layer `last`; outputs and inputs have none."""
        return tuple(self.scales[k - 1] if 1 <= k <= len(self.scales) else None for k in (first, last - 1))

    def check_all_used(self) -> None:
        """Refuse entries of norms that the bound does not need."""
        idle = sorted(set(self.entries) - set(self.known))
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
            if i and pair in self.entries:
                bound = min(bound, best[i - 1] * (self.of(pair) + self.of(names[i - 1]) * self.of(name)) / 2)
            best.append(bound)
        return best[-1]


def ball_bound(norms: Norms, depth: int) -> Fraction:
    """The largest difference on the unit ball: each layer's error, carried through target and ticket.

    The ticket's first layer is its target plus its error; behind it all inputs are at least 0.
    """
    norms.check_scales(depth)
    total = norms.chain([f"W{i}" for i in range(depth, 1, -1)] + ["E1"])
    for k in range(2, depth + 1):
        names = [f"W{i}" for i in range(depth, k, -1)] + [f"E{k}"] + [f"T{i}" for i in range(k - 1, 1, -1)]
        total += norms.chain([*names, "W1"]) + norms.chain([*names, "E1"])
    return total


def check_entry(entry: Data) -> None:
    """Raise Malformed unless an entry says how a norm is bounded: by a witness, or by squaring so many times."""
    if not isinstance(entry, dict) or set(entry) not in (KEYS, POWER_KEYS) or type(entry["of"]) is not str:
        raise Malformed(f"ticket: a norm must have {', '.join(sorted(KEYS))}, or of and squarings")
    if not NAME.fullmatch(entry["of"]):
        raise Malformed("ticket: a norm must be of a matrix or of two")
    if type(entry.get("factor", "")) is not str:
        raise Malformed("ticket: the factor of a norm must be hexadecimal")
    for key in set(entry) - {"of", "factor"}:
        if type(entry[key]) is not int or not 0 <= entry[key] < 1 << MOST_BITS:
            raise Malformed("ticket: the numbers of a norm must be integers of at most 64 bits")
    if entry.get("squarings", 0) > MOST_SQUARINGS:
        raise Malformed(f"ticket: a norm may be squared at most {MOST_SQUARINGS} times")


def norm_of(matrix: Matrix, bits: int, entry: dict[str, Any] | None, taken: int) -> Fraction:
    """An upper bound of a norm, as its entry says, or without one."""
    if entry is None:
        return elementary(matrix, bits)
    if "squarings" in entry:
        return by_squaring(matrix, bits, entry["squarings"], taken)
    return witnessed(matrix, bits, entry, taken)


def elementary(matrix: Matrix, bits: int) -> Fraction:
    """Frobenius, or the root of the largest row sum times the largest column sum."""
    spend(len(matrix) * len(matrix[0]) * (COST["norm"] + entry_work(most_bits(matrix))))
    square = sum(sum(entry * entry for entry in row) for row in matrix)
    rows = max(sum(map(abs, row)) for row in matrix)
    columns = max(sum(map(abs, column)) for column in zip(*matrix, strict=True))
    return Fraction(root_up(min(square, rows * columns)), 1 << bits)


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
    spend(witness_work(rows))
    left = gram(wide(rounded(matrix, drop)))
    right = gram(triangle(entry["factor"], rows))
    sums = [0] * rows
    for i in range(rows):
        *beside, own = [abs(a + (b << spread)) for a, b in zip(left[i], right[i], strict=True)]
        sums[i] += sum(beside) + own
        sums[:i] = map(add, sums, beside)
    for i, total in enumerate(sums):
        # the entry on the diagonal of Q Q^T + 4^shift L L^T is not negative, so it counts against the bound as well
        if bound * bound < total:
            raise Rejected(f"the norm of {entry['of'][:40]}: its witness fails in row {i}")
    return Fraction(2 * bound + isqrt(rows * columns) + 1, 2 << entry["bits"])


def by_squaring(matrix: Matrix, bits: int, squarings: int, taken: int = 0) -> Fraction:
    """The bound by so many squarings of Q Q^T; before each the entries are rounded, which the bound is charged for."""
    rows, columns = sorted((len(matrix), len(matrix[0])))
    room_for(taken + power_room(rows, columns))
    spend((squarings + 1) * COST["check"] * rows * rows)
    drops = [max(most_bits(matrix) - POWER_BITS, 0)]
    square = gram(wide(rounded(matrix, drops[0])))
    for _ in range(squarings):
        drops.append(max(most_bits(square) - POWER_BITS, 0))
        square = gram(whole([rounded([row], drops[-1])[0] for row in square]))
    norm = symmetric_norm(square)
    for drop in reversed(drops[1:]):
        norm = with_rounding(root_up(norm), drop, rows, rows)
    return Fraction(with_rounding(root_up(norm), drops[0], rows, columns), 1 << bits)


def with_rounding(norm: int, drop: int, rows: int, columns: int) -> int:
    """A bound of the norm before each entry was rounded by at most half of 2^drop."""
    return norm if not drop else ((2 * norm + isqrt(rows * columns) + 1) << drop - 1)


def symmetric_norm(triangle: Matrix) -> int:
    """The smaller of the Frobenius norm and the largest row sum of a symmetric matrix, from its lower triangle."""
    square, sums = 0, [0] * len(triangle)
    for i, (*beside, own) in enumerate(triangle):
        square += 2 * sum(value * value for value in beside) + own * own
        sums[i] += sum(map(abs, beside)) + abs(own)
        sums[:i] = map(add, sums, map(abs, beside))
    return min(root_up(square), max(sums))


def whole(triangle: Matrix) -> Matrix:
    """A symmetric matrix from its lower triangle."""
    return [[*row, *[below[i] for below in triangle[i + 1 :]]] for i, row in enumerate(triangle)]


def wide(matrix: Matrix) -> Matrix:
    """The matrix, or its transpose if it has more rows than columns; both have the same norm."""
    return matrix if len(matrix) <= len(matrix[0]) else [list(column) for column in zip(*matrix, strict=True)]


def root_up(value: int) -> int:
    """The smallest integer whose square is at least the value."""
    return isqrt(value - 1) + 1 if value else 0


def triangle(text: str, rows: int) -> Matrix:
    """A lower triangle from its integers of 32 or 16 bits in hexadecimal, row after row; their length says which."""
    short = len(text) == 2 * rows * (rows + 1)
    try:
        values = array("h" if short else "i", bytes.fromhex(text))
    except ValueError:
        raise Malformed("ticket: the factor of a norm is not hexadecimal") from None
    if sys.byteorder == "big":
        values.byteswap()
    if len(values) != rows * (rows + 1) // 2:
        raise Malformed(f"ticket: the factor of a norm must be a triangle of {rows} rows")
    starts = [i * (i + 1) // 2 for i in range(rows + 1)]
    return [[*values[starts[i] : starts[i + 1]], *[0] * (rows - i - 1)] for i in range(rows)]
