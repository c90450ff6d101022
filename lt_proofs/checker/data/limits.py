"""The limits of tickets: one table, limits.json, for this checker and for the program that writes tickets.

Work is counted in units of about 0.1 microseconds, memory in bytes; both before they are spent.
"""

from __future__ import annotations

import json
from pathlib import Path

from errors import Malformed

LIMITS = json.loads((Path(__file__).resolve().parents[1] / "limits.json").read_text("ascii"))
COST, ROOM = LIMITS["cost"], LIMITS["room"]
DIGIT = 30


def room_for(amount: int) -> None:
    """Refuse what would take more memory than one file may."""
    if amount > LIMITS["memory"]:
        raise Malformed(f"ticket: it takes more memory than {LIMITS['memory'] >> 20} MiB: about {amount >> 20} MiB")


def integer_bytes(bits: int) -> int:
    """What a list takes for an entry that is an integer of so many bits."""
    return 8 + (24 + 4 * (bits // DIGIT + 1) + 15) // 16 * 16


def matrix_room(rows: int, columns: int, bits: int) -> int:
    """The memory of a matrix of integers of so many bits."""
    return rows * (ROOM["row"] + columns * integer_bytes(bits))


def entry_work(bits: int) -> int:
    """The work of squaring an integer of so many bits, beside that of a short one."""
    digits = bits // DIGIT
    return digits * digits // 60


def lane_bytes(inner: int, left_bits: int, right_bits: int) -> int:
    """The bytes of an entry in a product of matrices with so many inner terms."""
    return (left_bits + right_bits + inner.bit_length() + 2) // 8 + 1


def product_work(rows: int, inner: int, columns: int, left_bits: int, right_bits: int) -> int:
    """The work of multiplying two matrices by packed rows."""
    lane = lane_bytes(inner, left_bits, right_bits)
    digits = 8 * lane * columns // DIGIT + 1
    once = COST["multiply"] + digits * (left_bits // DIGIT + 2) // 110
    return rows * inner * once + (inner + rows) * columns * (COST["lane"] + lane // 16)


def product_room(rows: int, inner: int, columns: int, left_bits: int, right_bits: int) -> int:
    """The memory of a product: its packed rows and its entries."""
    bits = left_bits + right_bits + inner.bit_length()
    return inner * columns * lane_bytes(inner, left_bits, right_bits) + rows * columns * integer_bytes(bits)


def gram_work(rows: int, inner: int, bits: int) -> int:
    """The work of multiplying a matrix with its transpose, a packed block of rows at a time."""
    lane = lane_bytes(inner, bits, bits)
    total = 2 * inner * rows * (COST["lane"] + lane // 16)
    for start in range(0, rows, LIMITS["gram_block"]):
        stop = min(start + LIMITS["gram_block"], rows)
        digits = 8 * lane * stop // DIGIT + 1
        once = COST["multiply"] + digits * (bits // DIGIT + 2) // 110
        total += (stop - start) * (inner * once + stop * (COST["lane"] + lane // 16)) + inner * (digits // 100 + 2)
    return total


def gram_room(rows: int, inner: int, bits: int) -> int:
    """The memory of such a product: its packed columns, twice while they grow, and a triangle of entries."""
    lanes = 2 * inner * rows * lane_bytes(inner, bits, bits)
    return lanes + rows * ROOM["row"] + rows * (rows + 1) // 2 * integer_bytes(2 * bits + inner.bit_length())


def witness_work(rows: int) -> int:
    """The work of checking a norm by a factor, beside the rounding and the two products."""
    return (COST["factor"] + COST["check"]) * rows * rows


def witness_room(rows: int, columns: int, bits: int) -> int:
    """The memory of checking such a norm: the rounded matrix twice, the factor, and both squares."""
    squares = gram_room(rows, columns, bits) + gram_room(rows, rows, 32)
    return squares + 2 * rows * columns * integer_bytes(bits) + rows * rows * integer_bytes(32)


def power_room(rows: int, columns: int) -> int:
    """The memory of squaring: the rounded matrix twice, or a rounded square, and what a product takes."""
    entries = max(2 * rows * columns, 2 * rows * rows) * integer_bytes(LIMITS["power_bits"])
    return entries + gram_room(rows, columns, LIMITS["power_bits"]) + gram_room(rows, rows, LIMITS["power_bits"])
