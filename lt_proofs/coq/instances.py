"""Theorems of formal/ for given widths: the fewest hidden units, and the numbers that prove them enough.

Everything is a whole number. Coq decides `accepted` by computing with binary numbers; the search only has to find
numbers that it accepts.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm

from lt_proofs.bounds.closed_form import shapes_of, within
from lt_proofs.coq.instance import Instance, grid_text, room_for, share_total, sides
from lt_proofs.coq.laws import GridLaw, laws
from lt_proofs.coq.shares import with_best_shares
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text

UNIT = Fraction(1)
MAX_WORK = 6_000_000_000
"""The most bit operations for the powers of an instance: vm_compute does about 100 million in a second."""
RIVALS = 2
"""The laws that look for the best shares are those with the fewest units for equal shares."""
FINEST = 4096
"""The finest grid that is looked at is 2^-FINEST."""


def find_instance(widths: tuple[int, ...], eps: Fraction, delta: Fraction, grid: int) -> Instance:
    """Return the instance with the fewest hidden units that are found, for weights on the odd multiples of 1/grid.

    >>> find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**36).units
    (426, 351)

    The layers have those shares of the error and of the failure probability for which they need these numbers.

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
    found.sort(key=lambda one: sum(one.hidden))
    check_work(found[0])
    return min(map(with_best_shares, found[:RIVALS]), key=lambda one: sum(one.hidden))


def check_work(instance: Instance) -> None:
    """Raise BadInput for numbers that are too long for Coq to compute with."""
    work = sum(2 * (n * instance.law.rate.denominator.bit_length()) ** 2 for n in instance.units)
    if work > MAX_WORK:
        text = ",".join(map(str, instance.widths))[:60]
        raise BadInput("widths", text, "Coq would compute too long; give fewer layers, or a larger eps or delta")


def ticket_instance(
    widths: tuple[int, ...],
    tolerances: tuple[Fraction, ...],
    delta: Fraction,
    grid: int,
    factors: tuple[int, ...] | None = None,
) -> Instance:
    """Return the theorem about every weight of a ticket with these widths, a tolerance and a factor for each layer.

    Outside the share delta of all networks, every number in [-f, f] is within the tolerance of its layer of f times a
    subset sum, for each weight and each sign of its input; all factors f are 1 if they are not given. Raises BadInput
    for a grid that is too coarse for a tolerance, and for numbers that are too long for Coq to compute with.
    """
    factors = (1,) * len(tolerances) if factors is None else factors
    found = [one for law in laws() if (one := _ticket(law, widths, tolerances, delta, grid, factors)) is not None]
    if not found:
        text = rational_text(min(tolerances))
        raise BadInput("eps", text, f"too small for weights on the grid {grid_text(grid)}; give a larger one")
    best = min(found, key=lambda one: sum(one.hidden))
    check_work(best)
    return best


def _ticket(
    law: GridLaw,
    widths: tuple[int, ...],
    tolerances: tuple[Fraction, ...],
    delta: Fraction,
    grid: int,
    factors: tuple[int, ...],
) -> Instance | None:
    """Return the theorem about every weight by one law; None where the grid does not allow it."""
    if grid // 2 % law.step:
        return None
    windows, square = windows_of(widths), grid * grid
    rooms = [int(t * square / f) for t, f in zip(tolerances, factors, strict=True)]
    layers = [_layer(law, grid, room, sum(windows) / delta) for room in rooms]
    met = [layer for layer in layers if layer is not None]
    if len(met) < len(layers):
        return None
    units, starts = zip(*met, strict=True)
    # each weight, with each sign of its input, has the same share of the failure probability
    chances, failures = sum(windows) * delta.denominator, tuple(count * delta.numerator for count in windows)
    total = lcm(*(t.denominator for t in tolerances))
    errors = tuple(int(t * total) for t in tolerances)
    return Instance(law, grid // 2, None, delta, widths, units, starts, total, errors, chances, failures, factors)


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
    depth, total = len(widths) - 1, share_total(eps)
    error = _share(eps, depth, total)
    layers = []
    for i, (d, e) in enumerate(pairwise(widths)):
        layer = _layer(law, grid, room_for(grid, error, total, d * e), sides(i) * d * e * depth / delta)
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
