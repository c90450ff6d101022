"""Sets of inputs, and the largest value of c . u + constant over one (Mathematics 3.22).

The first layers see u = (x, 1), or u = (relu(x), 1, relu(-x), 0) where a network treats the two signs differently. The
set is a box, or what of a Euclidean ball lies in a box. All ends are integers in units of 2^-VALUE, rounded outwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul

from data.limits import COST
from differences.layers import root_up, upward
from differences.neurons import VALUE, Span
from errors import spend


def outward(low: Fraction, high: Fraction) -> Span:
    """An interval in units, rounded outwards."""
    return (low.numerator << VALUE) // low.denominator, -((-high.numerator << VALUE) // high.denominator)


class Inputs:
    """A box of inputs x, and the ball around its centre if a radius is given; constants are 1."""

    def __init__(
        self, ends: Sequence[Span], constants: int, signs: int, ball: tuple[list[Span], int] | None = None
    ) -> None:
        """The ball has its centre, rounded outwards, and its radius, rounded up; the box holds what is used of it."""
        self.ends, self.constants, self.signs, self.ball = list(ends), constants, signs, ball
        self.both = signs == 2 and any(low < 0 for low, _ in ends)
        self.total = sum(max(-low, high) for low, high in ends) + (constants << VALUE)
        one = [(1 << VALUE, 1 << VALUE)] * constants
        self.sums = [low + high for low, high in [*ends, *one]]
        self.widths = [high - low for low, high in [*ends, *one]]
        self.columns = len(ends) + constants

    def upper(self, row: Sequence[int]) -> int:
        """At least the largest value of row . u, in units of 2^-VALUE times those of the row."""
        over_box = self._both_signs(row) if self.both else self._linear(row)
        return over_box if self.ball is None else min(over_box, self._over_ball(row, *self.ball))

    def _linear(self, row: Sequence[int]) -> int:
        """The sum of middles and half widths; columns of relu(-x) are 0."""
        row = row[: self.columns]
        return upward(sum(map(mul, row, self.sums)) + sum(map(mul, map(abs, row), self.widths)), 1)

    def _both_signs(self, row: Sequence[int]) -> int:
        """A function that is linear on both sides of 0 is largest at an end or at 0."""
        total = sum(row[len(self.ends) : self.columns]) << VALUE
        for (low, high), positive, negative in zip(self.ends, row, row[self.columns :], strict=False):
            left = positive * low if low >= 0 else -negative * low
            right = positive * high if high >= 0 else -negative * high
            largest = max(left, right)
            total += max(largest, 0) if low < 0 < high else largest
        return total

    def _over_ball(self, row: Sequence[int], centre: list[Span], radius: int) -> int:
        """The value at the centre and the radius times the norm of the largest slopes within the box."""
        point = Inputs(centre, self.constants, self.signs)
        value = point._both_signs(row) if self.both else point._linear(row)
        if self.both:
            pairs = zip(self.ends, row, row[self.columns :], strict=False)
            steep = [max(abs(a) * (high > 0), abs(b) * (low < 0)) for (low, high), a, b in pairs]
        else:
            steep = list(row[: len(self.ends)])
        return value + radius * root_up(sum(map(mul, steep, steep)))

    def halves(self, place: int) -> tuple[Inputs, Inputs]:
        """The two boxes that arise where the range of one input is halved."""
        low, high = self.ends[place]
        middle = low + high >> 1
        first, second = self.ends.copy(), self.ends.copy()
        first[place], second[place] = (low, middle), (middle, high)
        return Inputs(first, self.constants, self.signs), Inputs(second, self.constants, self.signs)

    def norm(self) -> int:
        """The largest Euclidean norm of u, rounded up, in units of 2^-VALUE."""
        square = sum(max(-low, high) ** 2 for low, high in self.ends)
        if self.ball is not None:
            centre, radius = self.ball
            square = min(square, (root_up(sum(max(-low, high) ** 2 for low, high in centre)) + radius) ** 2)
        return root_up(square + (self.constants << 2 * VALUE))

    def afford(self, rows: int) -> None:
        """Count the work of so many rows, before it is done."""
        once = (COST["signs"] if self.both else 1) + (0 if self.ball is None else COST["ball"])
        spend(rows * (COST["line"] + once * self.columns))
