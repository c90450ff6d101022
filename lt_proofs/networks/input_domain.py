"""The inputs for which a ticket is certified: the unit ball, or a box with the same ends for every input."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import parse_rational, rational_text
from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.target import Target


@dataclass(frozen=True)
class InputDomain:
    """The unit ball {x : |x|_2 <= 1}, or the box [low, high]^d where ``box`` holds the two ends."""

    box: tuple[Fraction, Fraction] | None = None

    @classmethod
    def parse(cls, text: str) -> InputDomain:
        """Return the box of a text such as ``0,1``; raise BadInput unless it holds two numbers in rising order.

        >>> InputDomain.parse("0, 1").signs
        1
        """
        ends = [parse_rational(end, "--box") for end in text.split(",")]
        if len(ends) != 2 or ends[0] >= ends[1]:
            raise BadInput("--box", text, "give two numbers in rising order, as in 0,1")
        return cls((ends[0], ends[1]))

    @property
    def signs(self) -> int:
        """2 if inputs of both signs occur, 1 if none is negative; each sign needs kept sums of its own."""
        return 1 if self.box is not None and self.box[0] >= 0 else 2

    @property
    def data(self) -> str | dict[str, str]:
        """The domain as the statement of a certificate holds it."""
        if self.box is None:
            return "unit ball"
        return {"low": rational_text(self.box[0]), "high": rational_text(self.box[1])}

    def __str__(self) -> str:
        return "the unit ball" if self.box is None else f"all inputs from {self.box[0]} to {self.box[1]}"

    def input_norm(self, target: Target) -> Fraction:
        """Return the largest Euclidean norm of an input, the constant input 1 included, rounded up to 2^-48."""
        square = Fraction(1)
        if self.box is not None:
            square = target.widths[0] * max(self.box[0] ** 2, self.box[1] ** 2)
        square += target.last_bias > 0
        if square == 1:
            return square
        # isqrt rounds down, so the next integer is above the root
        return Fraction(isqrt((square.numerator << 2 * PRODUCT_BITS) // square.denominator) + 1, 2**PRODUCT_BITS)
