"""Domains of statements about two networks: boxes with ends for each input, and Euclidean balls around 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.networks.limits import LIMITS
from lt_proofs.networks.planes import Places

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """All x with low_i <= x_i <= high_i."""

    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]

    @classmethod
    def of(cls, low: Sequence[Fraction], high: Sequence[Fraction]) -> Box:
        """Return the box; raise BadInput for ends in the wrong order, of different numbers, or with too many digits."""
        if len(low) != len(high) or not low:
            raise BadInput("box", f"{len(low)} and {len(high)} ends", "give a low and a high end for each input")
        for place, ends in enumerate(zip(low, high, strict=True)):
            if ends[0] > ends[1]:
                raise BadInput("box", f"{ends[0]} to {ends[1]} for input {place}", "give ends in rising order")
            _check_length("box", *ends)
        return cls(tuple(map(Fraction, low)), tuple(map(Fraction, high)))

    @classmethod
    def same(cls, low: Fraction, high: Fraction, inputs: int) -> Box:
        """Return the box with the same ends for every input."""
        return cls.of([low] * inputs, [high] * inputs)

    @property
    def data(self) -> dict[str, Any]:
        """The box as a certificate states it."""
        if len({*self.low}) == len({*self.high}) == 1:
            return {"low": rational_text(self.low[0]), "high": rational_text(self.high[0])}
        return {"low": [*map(rational_text, self.low)], "high": [*map(rational_text, self.high)]}

    def holds_negative(self) -> bool:
        """Whether some input may be negative."""
        return min(self.low) < 0

    def places(self, constants: int, signs: int) -> Places:
        """Return the box as a batch of one, in floats."""
        low, high = (np.array([[float(end) for end in ends]]) for ends in (self.low, self.high))
        return Places(low, high, constants, signs)


@dataclass(frozen=True)
class Ball:
    """All x of Euclidean norm at most the radius."""

    radius: Fraction

    @classmethod
    def of(cls, radius: Fraction) -> Ball:
        """Return the ball; raise BadInput for a radius that is not positive or has too many digits."""
        if radius <= 0:
            raise BadInput("ball", radius, "give a radius above 0")
        _check_length("ball", radius)
        return cls(radius)

    @property
    def data(self) -> dict[str, Any]:
        """The ball as a certificate states it."""
        return {"radius": rational_text(self.radius)}

    def holds_negative(self) -> bool:
        """Whether some input may be negative."""
        return True

    def places(self, constants: int, signs: int, inputs: int) -> Places:
        """Return the ball as a batch of one, in floats."""
        end = np.full((1, inputs), float(self.radius))
        return Places(-end, end, constants, signs, 0 * end, float(self.radius))


Domain = Box | Ball


def _check_length(argument: str, *numbers: Fraction) -> None:
    for number in numbers:
        if max(abs(number.numerator), number.denominator).bit_length() > LIMITS["domain_bits"]:
            raise BadInput(argument, number, f"the checker takes at most {LIMITS['domain_bits']} bits; round it")
