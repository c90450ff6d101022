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
    """The unit ball, or the box [low, high]^d."""

    box: tuple[Fraction, Fraction] | None = None

    @classmethod
    def parse(cls, text: str) -> InputDomain:
        """The box of two numbers such as ``0,1``.

        >>> InputDomain.parse("0, 1").signs
        1
        """
        ends = [parse_rational(end, "--box") for end in text.split(",")]
        if len(ends) != 2 or ends[0] >= ends[1]:
            raise BadInput("--box", text, "give two numbers in rising order, as in 0,1")
        return cls((ends[0], ends[1]))

    @property
    def signs(self) -> int:
        """How many signs the inputs can have: 2, or 1 if none is negative."""
        return 1 if self.box is not None and self.box[0] >= 0 else 2

    @property
    def data(self) -> str | dict[str, str]:
        """The domain as a statement holds it."""
        if self.box is None:
            return "unit ball"
        return {"low": rational_text(self.box[0]), "high": rational_text(self.box[1])}

    def __str__(self) -> str:
        return "the unit ball" if self.box is None else f"all inputs from {self.box[0]} to {self.box[1]}"

    def input_norm(self, target: Target) -> Fraction:
        """The largest norm of an input, a carried constant 1 included, rounded up."""
        square = Fraction(1)
        if self.box is not None:
            square = target.widths[0] * max(self.box[0] ** 2, self.box[1] ** 2)
        square += target.last_bias > 0
        if square == 1:
            return square
        return Fraction(isqrt((square.numerator << 2 * PRODUCT_BITS) // square.denominator) + 1, 2**PRODUCT_BITS)
