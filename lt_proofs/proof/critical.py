"""Where terms vanish: the curves and constants along which a box is worth cutting.

All of this is a guess: a cut anywhere is sound.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from lt_proofs.proof.calculus import as_float, floats
from lt_proofs.proof.evidence import Inapplicable
from lt_proofs.proof.fields import factors_of, monomials, normal, tidy
from lt_proofs.proof.fractional import Fractional
from lt_proofs.proof.goal import Goal, stretch
from lt_proofs.terms import Apply, Number, Symbol, Term, number
from lt_proofs.terms.tree import variables


def critical_curves(change: Term, goal: Goal, first: str | None = None) -> list[tuple[str, Term]]:
    """Pairs (x, c) of curves x = c(others) on which a factor of the term vanishes, constants first.

    ``first`` names the only variable x that is solved for; [] where algebra fails on the term.
    """
    try:
        _, found, rows = factors_of(change)
    except Inapplicable:
        return []
    curves: list[tuple[str, Term]] = []
    for factor in (p for p, e in rows if e > 0):
        # a denominator (e < 0) does not vanish where the term is defined
        for name in [first] if first else goal.domain.names:
            c = root_in(found, factor, str(name))
            if c is not None and not isinstance(c, Number) and monomials(c, goal.domain.names) is None:
                c = tidy(c)
            curves += [] if c is None else [(str(name), c)]
    return sorted(curves, key=lambda row: not isinstance(row[1], Number))


def critical_constants(change: Term, goal: Goal, name: str) -> list[tuple[str, Term]]:
    """Pairs (x, c) of constants of a familiar kind at which a term in the one variable x changes its sign.

    Sign changes are seen on a grid of 400 floats and located by bisection; a zero without a change of sign is missed.
    """
    if variables(change) != {name}:
        return []
    # not at the ends, where the term may be zero or undefined
    grid = np.linspace(1e-4, 1 - 1e-4, 400)
    points = stretch(grid, as_float(goal.box[name][0]), as_float(goal.box[name][1]))
    values = floats(change, {name: points})
    found = []
    for k in np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1])):
        root = bisected(change, name, points[k], points[k + 1])
        found += [(name, constant) for constant in familiar(root)]
    return found


def bisected(change: Term, name: str, low: float, high: float) -> float:
    """A zero between two points of different sign, to the precision of floats."""
    sign = float(np.sign(floats(change, {name: np.array(low)})))
    for _ in range(10):
        # many points at once cost hardly more than one
        points = np.linspace(low, high, 65)
        other = np.flatnonzero(np.sign(floats(change, {name: points[1:-1]})) != sign)
        place = int(other[0]) + 1 if len(other) else 64
        low, high = float(points[place - 1]), float(points[place])
    return (low + high) / 2


def familiar(x: float) -> list[Term]:
    """Constants p/q, p/q pi, exp(p/q), log(p/q), sqrt(p/q) that agree with a float to eleven digits."""
    found: list[Term] = []
    for value, build in (
        (x, number),
        (x / np.pi, lambda q: number(q) * Symbol("pi")),
        (np.log(x) if x > 0 else np.nan, lambda q: Apply("exp", (number(q),))),
        (np.exp(x) if x < 50 else np.nan, lambda q: Apply("log", (number(q),))),
        (x * x if x > 0 else np.nan, lambda q: Apply("sqrt", (number(q),))),
    ):
        if np.isfinite(value):
            # hardly any number is so near to a fraction of so small a denominator by chance
            guess = Fraction(float(value)).limit_denominator(60)
            if abs(float(guess) - value) < 1e-11 * max(1.0, abs(value)):
                found.append(build(guess))
                break
    return found


def root_in(found: Fractional, factor: Any, name: str) -> Term | None:
    """Where a factor vanishes in a variable, if it is linear in it or in a logarithm or exponential of it; or None."""
    x = Symbol(name)
    places = {atom.power(unit): k for k, (atom, unit) in enumerate(zip(found.atoms, found.units, strict=True))}
    used = [k for term, k in places.items() if name in variables(term) and factor.degrees()[k] > 0]
    inverse: dict[Term, Callable[[Term], Term]] = {
        x: lambda c: c,
        Apply("log", (x,)): lambda c: Apply("exp", (c,)),
        Apply("exp", (x,)): lambda c: Apply("log", (c,)),
    }
    for term, back in inverse.items():
        k = places.get(term)
        # another generator with the variable, such as x beside log x, leaves an equation without a closed solution
        if k is None or used != [k] or factor.degrees()[k] != 1:
            continue
        slope = factor.derivative(k)
        rest = factor - slope * factor.context().gens()[k]
        return back(normal_quotient(found, -rest, slope))
    return None


def normal_quotient(found: Fractional, above: Any, below: Any) -> Term:
    """above / below over the same generators as a term, as short as cancelling makes it."""
    term = found.term(above) / found.term(below)
    reduced = normal(term)
    value = reduced.constant()
    if value is not None:
        return number(value)
    if reduced.below.is_constant():
        return reduced.term(reduced.top / next(iter(reduced.below.coeffs())))
    return tidy(term)


def solve_linear(difference: Term, goal: Goal) -> tuple[str, Term, bool] | None:
    """(x, c, above) if difference >= 0 says x >= c (``above``) or x <= c, for a constant coefficient of x; or None."""
    found = normal(difference)
    if not found.below.is_constant():
        return None
    for name in goal.domain.names:
        places = [k for k, atom in enumerate(found.atoms) if name in variables(atom.body)]
        if len(places) != 1 or found.atoms[places[0]].body != Symbol(name) or found.top.degrees()[places[0]] != 1:
            continue
        slope = found.top.derivative(places[0])
        if slope.is_constant():
            rest = found.top - slope * found.top.context().gens()[places[0]]
            value = next(iter(slope.coeffs()))
            return name, found.term(-rest / value), bool(value > 0)
    return None
