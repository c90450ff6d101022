"""Where terms vanish: the curves and constants along which a box is worth cutting."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from lt_proofs.proof.algebra import from_sympy, to_sympy
from lt_proofs.proof.atoms import factored, product_of
from lt_proofs.proof.calculus import floats
from lt_proofs.proof.evidence import UNABLE
from lt_proofs.proof.goal import Goal, stretch
from lt_proofs.terms import Apply, Number, Symbol, Term, number
from lt_proofs.terms.tree import variables

if TYPE_CHECKING:
    pass


def tidy(expression: Any) -> Term:
    """A sympy expression as a term in a form that evaluates well."""
    try:
        return from_sympy(product_of(factored(expression)))
    except UNABLE:
        return from_sympy(expression)


def critical_curves(change: Term, goal: Goal, first: str | None = None) -> list[tuple[str, Term]]:
    """Curves x = c(others) on which a factor of the term vanishes, constants first."""
    try:
        rows = factored(to_sympy(change))
    except UNABLE:
        return []
    found: list[tuple[str, Term]] = []
    for factor in (f for f, e in rows if e > 0):
        for name in [first] if first else goal.domain.names:
            symbol = sympy.Symbol(name)
            found += [(str(name), from_sympy(c)) for c in roots_in(factor, symbol)]
    return sorted(found, key=lambda row: not isinstance(row[1], Number))


def critical_constants(change: Term, goal: Goal, name: str) -> list[tuple[str, Term]]:
    """Constants of a familiar kind at which a term in one variable changes its sign or touches zero."""
    if variables(change) != {name}:
        return []
    grid = np.linspace(1e-4, 1 - 1e-4, 400)
    points = stretch(grid, float(goal.box[name][0]), float(goal.box[name][1]))
    values = floats(change, {name: points})
    found = []
    for k in np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1])):
        root = bisected(change, name, points[k], points[k + 1])
        found += [(name, constant) for constant in familiar(root)]
    return found


def bisected(change: Term, name: str, low: float, high: float) -> float:
    """A zero between two points of different sign."""
    sign = float(np.sign(floats(change, {name: np.array(low)})))
    for _ in range(80):
        middle = (low + high) / 2
        if float(np.sign(floats(change, {name: np.array(middle)}))) == sign:
            low = middle
        else:
            high = middle
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
            guess = Fraction(float(value)).limit_denominator(60)
            if abs(float(guess) - value) < 1e-11 * max(1.0, abs(value)):
                found.append(build(guess))
                break
    return found


def roots_in(factor: Any, symbol: Any) -> list[Any]:
    """Where a factor vanishes, if that is a rational function of the other variables."""
    if not factor.has(symbol):
        return []
    if factor.is_polynomial(symbol):
        slope, rest = factor.coeff(symbol, 1), factor.coeff(symbol, 0)
        if sympy.degree(factor, symbol) == 1:
            root = sympy.cancel(-rest / slope)
            return [root] if root.is_rational_function() else []
        if factor.free_symbols == {symbol}:
            return list(sympy.Poly(factor, symbol).ground_roots())
        return []
    return [
        g
        for g in (sympy.Integer(0), sympy.Integer(1))
        if factor.free_symbols == {symbol} and vanishes(factor, symbol, g)
    ]


def vanishes(factor: Any, symbol: Any, value: Any) -> bool:
    """Whether a factor is zero at a value."""
    try:
        return bool(factor.subs(symbol, value) == 0)
    except (ValueError, TypeError, ZeroDivisionError):
        return False


def solve_linear(difference: Term, goal: Goal) -> tuple[str, Term, bool] | None:
    """(x, c, above) if difference >= 0 says x >= c (above) or x <= c, for a constant coefficient of x."""
    expression = sympy.expand(to_sympy(difference))
    for name in goal.domain.names:
        symbol = sympy.Symbol(name)
        if not expression.is_polynomial(symbol) or sympy.degree(expression, symbol) != 1:
            continue
        slope = expression.coeff(symbol, 1)
        if slope.is_Rational:
            c = sympy.expand(-(expression - slope * symbol) / slope)
            return name, from_sympy(c), bool(slope > 0)
    return None
