"""Shares of the error and of the failure probability among layers, so that a network needs the fewest hidden units.

Layer i of d inputs and e outputs, with n units per input and the share eta of the error, fails with probability about
K rate^n/(eta - a n)^2, where a = sqrt(d e)/Q and K does not depend on n or eta. Floats choose the shares and the whole
numbers n; what they chose is then fitted and decided in whole numbers, so that a float never decides that it suffices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, permutations
from math import log, log1p, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lt_proofs.coq.instance import Instance, share_total, sides, start_for

Numbers: TypeAlias = NDArray[np.float64]
CLOSE = 2.0**-40
"""The part of the error that is left over, beyond what floats may be wrong."""
CHANCE_BITS = 64
"""The binary digits of a layer's share of the failure probability, beyond those of delta."""
ITERATIONS, ROUNDS = 60, 4
MOST_EXCHANGED = 6
"""Networks of at most so many layers have units exchanged between any two layers."""
STEPS = 8
"""The most units per input that an exchange takes from a layer."""


@dataclass(frozen=True)
class Layers:
    """What floats know of the layers: log K, a over the budget ln(1 + eps), the inputs, and the budget itself."""

    logs: Numbers
    spent: Numbers
    inputs: Numbers
    budget: float
    log_rate: float
    log_delta: float

    def errors(self, units: Numbers) -> Numbers | None:
        """Return the shares eta, over the budget, that make the sum of all failures least; None if n takes it all."""
        logs, floors = self.logs + units * self.log_rate, self.spent * units
        weights = np.exp((logs - logs.max()) / 3)
        slope, scale, errors = self.budget * float(weights.sum()), 0.0, floors
        for _ in range(ITERATIONS):
            left = self.budget - self.spends(errors)
            if not left > 0:
                return None
            if left < CLOSE * self.budget:
                break
            # the sum of logarithms grows no faster than the slope, so that the budget is never exceeded
            scale += left / slope
            errors = self.balanced(floors, scale * weights)
        return errors

    def spends(self, errors: Numbers) -> float:
        """Return the logarithm of the product of all 1 + eta."""
        return float(np.log1p(self.budget * errors).sum())

    def balanced(self, floors: Numbers, weights: Numbers) -> Numbers:
        """Return shares with eta - a n proportional to the cube root of K rate^n (1 + eta): no change of two helps."""
        found = floors + weights
        for _ in range(ROUNDS):
            found = floors + weights * np.cbrt(1 + self.budget * found)
        return found

    def ideal(self) -> Numbers | None:
        """Return the numbers of units, not whole, that are best if the grid costs nothing.

        The shares of the budget and of delta are then in proportion to the inputs; None beyond what floats can hold.
        """
        parts = self.inputs / self.inputs.sum()
        missing = self.logs - 3 * np.log(parts) - self.log_delta
        found = missing / -self.log_rate
        return found if np.isfinite(found).all() else None


def with_best_shares(equal: Instance) -> Instance:
    """Return the instance of Theorem 1 with the fewest hidden units that unequal shares are found for.

    The law, the grid, the widths, eps and delta stay. Never more hidden units in all than before.
    """
    layers = _layers_of(equal)
    ideal = None if layers is None else layers.ideal()
    if layers is None or ideal is None or len(equal.units) == 1:
        return equal
    best = _rounded(equal, layers, ideal)
    if len(best.units) <= MOST_EXCHANGED:
        best = _exchanged(best, layers)
    return best


def _layers_of(instance: Instance) -> Layers | None:
    """Return the layers in floats; None if a number is beyond them."""
    law, delta, eps = instance.law, instance.delta, instance.eps
    if eps is None:
        return None
    try:
        budget = log1p(eps)
        shapes = list(pairwise(instance.widths))
        # (Q^2/c)^2 is 4 d e/(eta - a n)^2
        logs = [log(4 * sides(i) * d * d * e * e * law.factor) - 2 * log(budget) for i, (d, e) in enumerate(shapes)]
        spent = [sqrt(d * e) * float(Fraction(1, 2 * instance.q) / Fraction(budget)) for d, e in shapes]
        log_delta = log(delta.numerator) - log(delta.denominator)
    except (OverflowError, ValueError, ZeroDivisionError):
        return None
    inputs = np.array(instance.widths[:-1], float)
    return Layers(np.array(logs), np.array(spent), inputs, budget, log(law.rate), log_delta)


def _cost(instance: Instance) -> int:
    return sum(instance.hidden)


def _rounded(equal: Instance, layers: Layers, ideal: Numbers) -> Instance:
    """Round the ideal numbers of units, some up and some down, as far down as a bisection finds them enough."""
    best, low, high = equal, -2.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        units = tuple(max(1, int(n)) for n in np.ceil(ideal - middle))
        found = fitted(equal, layers, units)
        if found is None:
            high = middle
            continue
        low = middle
        best = min(best, found, key=_cost)
    return best


def _exchanged(best: Instance, layers: Layers) -> Instance:
    """Take units from one layer, give as few as needed to another, as long as that saves hidden units in all."""
    improved = True
    while improved:
        improved = False
        for one, other in permutations(range(len(best.units)), 2):
            found = _exchange(best, layers, one, other)
            if found is not None:
                best, improved = found, True
    return best


def _exchange(best: Instance, layers: Layers, one: int, other: int) -> Instance | None:
    """Return an instance with fewer hidden units in all: some of ``one`` less, and as few of ``other`` more as do."""

    def changed(less: int, more: int) -> Instance | None:
        units = list(best.units)
        units[one] -= less
        units[other] += more
        return fitted(best, layers, tuple(units))

    for less in range(1, min(STEPS, best.units[one] - 1) + 1):
        # what `one` saves must exceed what `other` costs
        low, high = -1, (less * best.widths[one] - 1) // best.widths[other]
        found = changed(less, high)
        while found is not None and high - low > 1:
            middle = (low + high) // 2
            fewer = changed(less, middle)
            low, high, found = (middle, high, found) if fewer is None else (low, middle, fewer)
        if found is not None:
            return found
    return None


def fitted(instance: Instance, layers: Layers, units: tuple[int, ...]) -> Instance | None:
    """Return the instance with these units and the shares that suit them best; None if Coq would not accept it."""
    shares = layers.errors(np.array(units, float))
    if shares is None or instance.eps is None:
        return None
    total = share_total(instance.eps)
    scale = Fraction(layers.budget * (1 - CLOSE)) * total
    errors = tuple(int(Fraction(float(share)) * scale) for share in shares)
    chances, law, grid = instance.delta.denominator << CHANCE_BITS, instance.law, 2 * instance.q
    starts, failures = [], []
    for i, (d, e) in enumerate(pairwise(instance.widths)):
        start = start_for(law, grid, units[i], errors[i], total, d * e)
        if start <= 0:
            return None
        powers = law.rate.numerator ** units[i], law.rate.denominator ** units[i]
        above = law.factor.numerator * sides(i) * d * e * powers[0] * grid**4 * chances
        failures.append(-(-above // (law.factor.denominator * powers[1] * start**2)))
        starts.append(start)
        if sum(failures) > instance.delta * chances:
            return None
    found = replace(
        instance,
        units=units,
        starts=tuple(starts),
        total=total,
        errors=errors,
        chances=chances,
        failures=tuple(failures),
    )
    return found if found.accepted else None
