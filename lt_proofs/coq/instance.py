"""An instance: the numbers of a theorem of formal/, and the inequalities between them that Coq decides.

Everything is a whole number. `Instance.accepted` decides as Coq does, by other code.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lt_proofs.coq.laws import GridLaw

SHARE_BITS = 64
"""The binary digits of a layer's share of the error, beyond those of 1/eps."""


@dataclass(frozen=True)
class Instance:
    """A theorem of formal/ for these numbers; layer i has d_i inputs and n_i hidden units for each of them.

    With ``eps`` it is Theorem 1, and the layers have the shares errors_i/total of the error eps. Without, it is the
    theorem about every weight of a ticket: errors_i/total is the tolerance of each weight of layer i, and factors_i
    what its subset sums are multiplied by. The weights are uniform on the odd multiples of 1/(2 q). ``starts`` are the
    numbers c of the law; the layers have the shares failures_i/chances of the failure probability.
    """

    law: GridLaw
    q: int
    eps: Fraction | None
    delta: Fraction
    widths: tuple[int, ...]
    units: tuple[int, ...]
    starts: tuple[int, ...]
    total: int
    errors: tuple[int, ...]
    chances: int
    failures: tuple[int, ...]
    factors: tuple[int, ...] = ()

    @property
    def hidden(self) -> tuple[int, ...]:
        """The hidden units of each layer: n for each input."""
        return tuple(d * n for d, n in zip(self.widths, self.units, strict=False))

    @property
    def grid(self) -> str:
        """The distance from 0 of the least weights, 1/(2 q), as users write it."""
        return grid_text(2 * self.q)

    @property
    def accepted(self) -> bool:
        """Whether the numbers meet the hypotheses, decided as ``check`` and ``check_weights`` in formal/ do."""
        depth = len(self.units)
        return (
            self.q > 0
            and self.q % self.law.step == 0
            and self.delta < 1
            and self.total > 0
            and self.chances > 0
            and depth == len(self.widths) - 1 == len(self.starts) == len(self.errors) == len(self.failures)
            and depth >= 1
            and (len(self.factors) == depth if self.eps is None else self._within(self.eps))
            and sum(self.failures) <= self.delta * self.chances
            and all(self._layer_accepted(i) for i in range(depth))
        )

    def _within(self, eps: Fraction) -> bool:
        """Whether the errors of the layers compose to less than eps."""
        composed = Fraction(prod(self.total + error for error in self.errors))
        return composed < (1 + eps) * Fraction(self.total) ** len(self.errors)

    def _layer_accepted(self, i: int) -> bool:
        """Whether a layer keeps its shares of the error and of the failure probability."""
        d, e, n, c = self.widths[i], self.widths[i + 1], self.units[i], self.starts[i]
        grid, law = 2 * self.q, self.law
        square, error = grid * grid, (2 * c + n * grid) * self.total
        if self.eps is None:
            near = 0 < self.factors[i] and self.factors[i] * error <= self.errors[i] * square
        else:  # d e weights that are off by t each differ by at most t sqrt(d e) as a matrix
            near = error**2 * d * e <= (self.errors[i] * square) ** 2
        return (
            0 < c
            and law.reach * c <= square
            and d * e > 0
            and near
            and law.factor.numerator * sides(i) * d * e * law.rate.numerator**n * square**2 * self.chances
            <= law.factor.denominator * law.rate.denominator**n * c**2 * self.failures[i]
        )


def sides(layer: int) -> int:
    """Return how many signs the inputs of a layer have: behind a ReLU only one.

    >>> sides(0), sides(1)
    (2, 1)
    """
    return 2 if layer == 0 else 1


def grid_text(grid: int) -> str:
    """Return the fraction 1/Q as users write it.

    >>> grid_text(2**36), grid_text(1000)
    ('2^-36', '1/1000')
    """
    return f"2^-{grid.bit_length() - 1}" if grid & (grid - 1) == 0 else f"1/{grid}"


def share_total(eps: Fraction) -> int:
    """Return the denominator of the layers' shares of the error."""
    return 1 << (SHARE_BITS + (1 / eps).__ceil__().bit_length())


def room_for(grid: int, error: int, total: int, weights: int) -> int:
    """Return the most that 2 c + n Q may be: the tolerance of a weight in units of 1/Q^2, rounded down.

    A layer whose weights are all within t differs by at most t sqrt(d e), which is to be at most its share.
    """
    return isqrt((error * grid * grid) ** 2 // (weights * total**2))


def start_for(law: GridLaw, grid: int, n: int, error: int, total: int, weights: int) -> int:
    """Return the largest start c of a layer with n units and the share error/total; not positive if there is none."""
    return min((room_for(grid, error, total, weights) - n * grid) // 2, grid * grid // law.reach)
