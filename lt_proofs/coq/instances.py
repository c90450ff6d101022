"""Theorems of formal/ for given widths: the fewest hidden units, and the numbers that prove them enough.

Everything is a whole number. Coq decides `accepted` by computing with binary numbers; the search only has to find
numbers that it accepts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt, lcm, prod

from lt_proofs.bounds.closed_form import shapes_of, within
from lt_proofs.coq.laws import GridLaw, laws
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text

UNIT = Fraction(1)
SHARE_BITS = 64
"""The binary digits of a layer's share of the error, beyond those of 1/eps."""
MAX_WORK = 6_000_000_000
"""The most bit operations for the powers of an instance: vm_compute does about 100 million in a second."""
FINEST = 4096
"""The finest grid that is looked at is 2^-FINEST."""


@dataclass(frozen=True)
class Instance:
    """A theorem of formal/ for these numbers; layer i has d_i inputs and n_i hidden units for each of them.

    With ``eps`` it is Theorem 1, and the layers have the shares errors_i/total of the error eps. Without, it is the
    theorem about every weight of a ticket, and errors_i/total is the tolerance of each weight of layer i. The weights
    are uniform on the odd multiples of 1/(2 q). ``starts`` are the numbers c of the law; the layers have the shares
    failures_i/chances of the failure probability.
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
            and (self.eps is None or self._within(self.eps))
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
        near = error <= self.errors[i] * square
        if self.eps is not None:  # d e weights that are off by t each differ by at most t sqrt(d e) as a matrix
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


def find_instance(widths: tuple[int, ...], eps: Fraction, delta: Fraction, grid: int) -> Instance:
    """Return the instance with the fewest hidden units in all, for weights on the odd multiples of 1/grid.

    >>> find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**36).units
    (432, 344)

    Raises BadInput unless there are 2 to 1001 widths, eps is in (0, 1] and delta in (0, 1); for a grid that is odd or
    too coarse for the tolerance; and for numbers that are too long for Coq to compute with.
    """
    shapes_of(widths)
    within(eps, "eps", UNIT, closed=True)
    within(delta, "delta", UNIT)
    if grid < 2 or grid % 2:
        raise BadInput("grid", grid_text(grid), "give 1/Q with an even number Q, such as 2^-36")
    found = [one for law in laws() if (one := _fewest(law, widths, eps, delta, grid)) is not None]
    if not found:
        raise BadInput("grid", grid_text(grid), f"too coarse for this tolerance; give {_finer(widths, eps, delta)}")
    best = min(found, key=lambda one: sum(one.hidden))
    check_work(best)
    return best


def check_work(instance: Instance) -> None:
    """Raise BadInput for numbers that are too long for Coq to compute with."""
    work = sum(2 * (n * instance.law.rate.denominator.bit_length()) ** 2 for n in instance.units)
    if work > MAX_WORK:
        text = ",".join(map(str, instance.widths))[:60]
        raise BadInput("widths", text, "Coq would compute too long; give fewer layers, or a larger eps or delta")


def ticket_instance(widths: tuple[int, ...], tolerances: tuple[Fraction, ...], delta: Fraction, grid: int) -> Instance:
    """Return the theorem about every weight of a ticket with these widths, and a tolerance for each layer.

    Outside the share delta of all networks, every number in [-1, 1] is within the tolerance of its layer of a subset
    sum, for each weight and each sign of its input. Raises BadInput for a grid that is too coarse for a tolerance, and
    for numbers that are too long for Coq to compute with.
    """
    found = [one for law in laws() if (one := _ticket(law, widths, tolerances, delta, grid)) is not None]
    if not found:
        text = rational_text(min(tolerances))
        raise BadInput("eps", text, f"too small for weights on the grid {grid_text(grid)}; give a larger one")
    best = min(found, key=lambda one: sum(one.hidden))
    check_work(best)
    return best


def _ticket(
    law: GridLaw, widths: tuple[int, ...], tolerances: tuple[Fraction, ...], delta: Fraction, grid: int
) -> Instance | None:
    """Return the theorem about every weight by one law; None where the grid does not allow it."""
    if grid // 2 % law.step:
        return None
    windows, square = windows_of(widths), grid * grid
    layers = [_layer(law, grid, int(t * square), sum(windows) / delta) for t in tolerances]
    met = [layer for layer in layers if layer is not None]
    if len(met) < len(layers):
        return None
    units, starts = zip(*met, strict=True)
    # each weight, with each sign of its input, has the same share of the failure probability
    chances, failures = sum(windows) * delta.denominator, tuple(count * delta.numerator for count in windows)
    total = lcm(*(t.denominator for t in tolerances))
    errors = tuple(int(t * total) for t in tolerances)
    return Instance(law, grid // 2, None, delta, widths, units, starts, total, errors, chances, failures)


def windows_of(widths: tuple[int, ...]) -> tuple[int, ...]:
    """Return for each layer the number of its weights, counted once for each sign of its inputs."""
    return tuple(sides(i) * d * e for i, (d, e) in enumerate(pairwise(widths)))


def _finer(widths: tuple[int, ...], eps: Fraction, delta: Fraction) -> str:
    """Return a remedy for a grid that is too coarse: the coarsest one of powers of two that is not."""
    for bits in range(2, FINEST):
        if any(_fewest(law, widths, eps, delta, 1 << bits) is not None for law in laws()):
            return f"2^-{bits} or finer"
    return "a larger tolerance"


def _fewest(law: GridLaw, widths: tuple[int, ...], eps: Fraction, delta: Fraction, grid: int) -> Instance | None:
    """Return the instance with the fewest units by one law; None where the grid does not allow any."""
    if grid // 2 % law.step:
        return None
    depth, square = len(widths) - 1, grid * grid
    total = 1 << (SHARE_BITS + (1 / eps).__ceil__().bit_length())
    error = _share(eps, depth, total)
    layers = []
    for i, (d, e) in enumerate(pairwise(widths)):
        # a layer whose weights are all within t differs by at most t sqrt(d e), which is to be at most its share
        room = isqrt((error * square) ** 2 // (d * e * total**2))
        layer = _layer(law, grid, room, sides(i) * d * e * depth / delta)
        if layer is None:
            return None
        layers.append(layer)
    units, starts = zip(*layers, strict=True)
    p, chances = delta.numerator, depth * delta.denominator
    return Instance(law, grid // 2, eps, delta, widths, units, starts, total, (error,) * depth, chances, (p,) * depth)


def _share(eps: Fraction, depth: int, total: int) -> int:
    """Return the largest whole a with (1 + a/total)^depth < 1 + eps, found by bisection."""
    low, high = 0, (eps * total).__ceil__()
    while high - low > 1:
        middle = (low + high) // 2
        if (total + middle) ** depth < (1 + eps) * total**depth:
            low = middle
        else:
            high = middle
    return low


def _layer(law: GridLaw, grid: int, room: int, windows: Fraction) -> tuple[int, int] | None:
    """Return the fewest units n, and the largest start c for them; None if no n will do.

    The conditions are 2 c + n Q <= room, c reach <= Q^2 and windows rate^n factor (Q^2/c)^2 <= 1.
    """
    square = grid * grid
    missing = windows * law.factor
    low, high = missing.numerator * square**2, missing.denominator
    for n in range(1, room // grid + 1):
        low, high = low * law.rate.numerator, high * law.rate.denominator
        c = min((room - n * grid) // 2, square // law.reach)
        if c <= 0:
            break
        if low <= high * c * c:
            return n, c
    return None
