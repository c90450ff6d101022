"""The checker's limits on tickets, and what it charges for each operation (Mathematics 7.11).

Work is in units of about 0.1 microseconds, memory in bytes. The constants are read from the checker's own table. The
formulas repeat those of the checker, because nothing may import its code; a test compares the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import Any

from lt_proofs.errors import BadInput

LIMITS: dict[str, Any] = json.loads((resources.files("lt_proofs") / "checker" / "limits.json").read_text("ascii"))
COST: dict[str, int] = LIMITS["cost"]
ROOM: dict[str, int] = LIMITS["room"]
# CPython keeps integers in digits of 30 bits
DIGIT = 30
# entries of the Cholesky factor in the witness of a norm
FACTOR_BITS = 32
REMEDY = "give a smaller network, or a larger tolerance"


@dataclass(frozen=True)
class Cost:
    """Upper bounds of what a ticket costs: units of work, bytes of memory, bytes of the certificate."""

    work: int
    memory: int
    certificate: int

    def within(self) -> bool:
        """Return whether the checker accepts as much."""
        most = (LIMITS["work"], LIMITS["memory"], LIMITS["certificate_bytes"])
        return all(own <= limit for own, limit in zip((self.work, self.memory, self.certificate), most, strict=True))

    def check(self, argument: str, value: object) -> None:
        """Raise BadInput, which names the argument and its value, if the checker would refuse such a ticket."""
        work, memory = LIMITS["work"], LIMITS["memory"]
        if self.work > work:
            seconds, most = -(-self.work // 10**7), work // 10**7
            remedy = f"checking its ticket takes about {seconds} s, and the checker stops after {most} s; {REMEDY}"
        elif self.memory > memory:
            remedy = (
                f"checking its ticket takes about {-(-self.memory >> 20)} MiB, and the checker stops at "
                f"{memory >> 20} MiB; {REMEDY}"
            )
        elif self.certificate > LIMITS["certificate_bytes"]:
            remedy = (
                f"its certificate would have about {-(-self.certificate >> 20)} MiB, and the checker reads at most "
                f"{LIMITS['certificate_bytes'] >> 20} MiB; {REMEDY}"
            )
        else:
            return
        raise BadInput(argument, value, remedy)


def check_depth(depth: int, argument: str, value: object) -> None:
    """Raise BadInput if a network has more layers than the checker accepts."""
    if depth > LIMITS["layers"]:
        raise BadInput(argument, value, f"it has {depth} layers, and the checker takes at most {LIMITS['layers']}")


def check_rationals(eps: Fraction, ends: tuple[Fraction, ...]) -> None:
    """Raise BadInput if a tolerance, or an end of a box, has more digits than the checker accepts."""
    if len(str(eps)) > LIMITS["digits"]:
        raise BadInput("eps", eps, f"the checker takes at most {LIMITS['digits']} digits; round it")
    for end in ends:
        if max(abs(end.numerator), end.denominator).bit_length() > LIMITS["domain_bits"]:
            raise BadInput(
                "box", end, f"the checker takes ends of at most {LIMITS['domain_bits']} bits above and below; round it"
            )


def check_layer(number: int, shape: tuple[int, int], units: int, scale: int, argument: str, value: object) -> None:
    """Raise BadInput if a layer, or the pair of random matrices for it, is larger than the checker accepts.

    ``shape`` is (outputs, inputs), ``units`` the number of hidden units, ``scale`` the exponent of the layer's factor.
    """
    rows, columns = shape
    if rows * max(columns, units) > LIMITS["layer_bits"]:
        raise BadInput(
            argument,
            value,
            f"layer {number} ({rows} x {columns}) needs {units} hidden units, that is {rows * units} possible edges, "
            f"and the checker takes at most {LIMITS['layer_bits']}; {REMEDY}",
        )
    if scale > LIMITS["scale"]:
        raise BadInput(
            argument,
            value,
            f"layer {number} has weights above 2^{LIMITS['scale']}, the most that the checker takes; scale them down",
        )


def integer_bytes(bits: int) -> int:
    """Return the memory of a list's entry that is an integer of the given length.

    CPython takes 8 bytes for the reference, and 24 + 4 per digit for the integer, rounded up to multiples of 16.
    """
    return 8 + (24 + 4 * (bits // DIGIT + 1) + 15) // 16 * 16


def matrix_room(rows: int, columns: int, bits: int) -> int:
    """Return the memory of a matrix of integers of at most the given length."""
    return rows * (ROOM["row"] + columns * integer_bytes(bits))


def entry_work(bits: int) -> int:
    """Return how much more work it is to square an integer of the given length than a short one."""
    return (bits // DIGIT) ** 2 // 60


def lane_bytes(inner: int, left_bits: int, right_bits: int) -> int:
    """Return the bytes that one entry of a matrix product needs: sums of ``inner`` products, with a sign."""
    return (left_bits + right_bits + inner.bit_length() + 2) // 8 + 1


def product_work(rows: int, inner: int, columns: int, left_bits: int, right_bits: int) -> int:
    """Return the work of multiplying two matrices.

    The checker packs a row of the right matrix into one long integer, so that one multiplication does a row at once.
    """
    lane = lane_bytes(inner, left_bits, right_bits)
    digits = 8 * lane * columns // DIGIT + 1
    once = COST["multiply"] + digits * (left_bits // DIGIT + 2) // 110
    return rows * inner * once + (inner + rows) * columns * (COST["lane"] + lane // 16)


def product_room(rows: int, inner: int, columns: int, left_bits: int, right_bits: int) -> int:
    """Return the memory of a product: its packed rows and its entries."""
    bits = left_bits + right_bits + inner.bit_length()
    return inner * columns * lane_bytes(inner, left_bits, right_bits) + rows * columns * integer_bytes(bits)


def gram_work(rows: int, inner: int, bits: int) -> int:
    """Return the work of multiplying a matrix with its transpose, a block of rows at a time."""
    lane = lane_bytes(inner, bits, bits)
    total = 2 * inner * rows * (COST["lane"] + lane // 16)
    for start in range(0, rows, LIMITS["gram_block"]):
        stop = min(start + LIMITS["gram_block"], rows)
        digits = 8 * lane * stop // DIGIT + 1
        once = COST["multiply"] + digits * (bits // DIGIT + 2) // 110
        total += (stop - start) * (inner * once + stop * (COST["lane"] + lane // 16)) + inner * (digits // 100 + 2)
    return total


def gram_room(rows: int, inner: int, bits: int) -> int:
    """Return the memory of such a product: its packed columns, twice while they grow, and a triangle of entries."""
    lanes = 2 * inner * rows * lane_bytes(inner, bits, bits)
    return lanes + rows * ROOM["row"] + rows * (rows + 1) // 2 * integer_bytes(2 * bits + inner.bit_length())


def witness_work(rows: int) -> int:
    """Return the work of checking a norm by its witness, beside the rounding and the two products."""
    return (COST["factor"] + COST["check"]) * rows * rows


def witness_room(rows: int, columns: int, bits: int) -> int:
    """Return the memory of checking such a norm: the rounded matrix twice, the factor, and both products."""
    squares = gram_room(rows, columns, bits) + gram_room(rows, rows, FACTOR_BITS)
    return squares + 2 * rows * columns * integer_bytes(bits) + rows * rows * integer_bytes(FACTOR_BITS)


def power_room(rows: int, columns: int) -> int:
    """Return the memory of bounding a norm by squaring: the rounded matrices, and what the products take."""
    bits = LIMITS["power_bits"]
    entries = max(2 * rows * columns, 2 * rows * rows) * integer_bytes(bits)
    return entries + gram_room(rows, columns, bits) + gram_room(rows, rows, bits)
