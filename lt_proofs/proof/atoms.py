"""Factoring expressions that hold functions: each function value becomes a symbol while sympy factors."""

from __future__ import annotations

from functools import reduce
from math import gcd, lcm
from typing import Any

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from lt_proofs.proof.algebra import to_sympy
from lt_proofs.terms import Term

FUNCTIONS = (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.atan, sympy.Abs, sympy.Min, sympy.Max)
MAX_OPERATIONS = 400
Factors = list[tuple[Any, int]]


def neat(expression: Any) -> Any:
    """The expression with the rational arguments of its functions cancelled."""
    if expression.is_Atom:
        return expression
    args = [neat(arg) for arg in expression.args]
    if isinstance(expression, sympy.log) and args[0].is_rational_function():
        args = [sympy.cancel(args[0])]
    if expression.is_Pow and not isinstance(expression, sympy.exp) and not args[1].is_Rational:
        return sympy.exp(sympy.expand(args[1] * sympy.log(args[0])))
    return expression.func(*args)


def factored(expression: Any) -> Factors:
    """The factors of a sum of functions and their integer exponents; [] for zero; raises PolynomialError."""
    if expression.count_ops() > MAX_OPERATIONS:
        raise ValueError("too large to factor")
    expression = sympy.expand_power_exp(neat(expression))
    plain, back = abstracted(expression)
    above, below = sympy.fraction(sympy.together(plain))
    if above == 0 or sympy.expand(above) == 0:
        return []
    constant, top = sympy.factor_list(above)
    under, bottom = sympy.factor_list(below)
    rows = [(constant / under, 1)] if constant != under else []
    rows += [(f, int(e)) for f, e in top] + [(f, -int(e)) for f, e in bottom]
    return [(f.xreplace(back) if f.free_symbols else f, e) for f, e in rows] or [(sympy.Integer(1), 1)]


def abstracted(expression: Any) -> tuple[Any, dict[Any, Any]]:
    """The expression over plain symbols, and what they stand for; powers of one exponential share a symbol."""
    back: dict[Any, Any] = {}
    swap: dict[Any, Any] = {}
    exponents = {f.args[0] for f in outermost(expression) if isinstance(f, sympy.exp)}
    for base, multiples in families(exponents):
        symbol = sympy.Dummy("E", positive=True)
        back[symbol] = sympy.exp(base)
        swap.update({sympy.exp(u): symbol**k for u, k in multiples})
    for part in outermost(expression):
        if part in swap:
            continue
        symbol = sympy.Dummy("f")
        if part.is_Pow and not isinstance(part, sympy.exp):
            base, exponent = part.args
            root = next((r for r, value in back.items() if value == base ** sympy.Rational(1, exponent.q)), None)
            if root is None:
                root = symbol
                back[root] = base ** sympy.Rational(1, exponent.q)
            swap[part] = root**exponent.p
            if base.is_Symbol:
                swap[base] = root**exponent.q
        else:
            swap[part] = symbol
            back[symbol] = part
    return expression.xreplace(swap), back


def outermost(expression: Any) -> list[Any]:
    """The function values and fractional powers that are inside no other."""
    if isinstance(expression, FUNCTIONS) or is_root(expression):
        return [expression]
    found: list[Any] = []
    for arg in expression.args:
        found += [part for part in outermost(arg) if part not in found]
    return found


def is_root(expression: Any) -> bool:
    """Whether this is a power that is not an integer one."""
    return bool(expression.is_Pow and expression.args[1].is_Rational and not expression.args[1].is_Integer)


def families(exponents: set[Any]) -> list[tuple[Any, list[tuple[Any, int]]]]:
    """Exponents grouped into integer multiples of a common one."""
    groups: list[list[Any]] = []
    for u in sorted(exponents, key=str):
        for group in groups:
            if sympy.cancel(u / group[0]).is_Rational:
                group.append(u)
                break
        else:
            groups.append([u])
    found = []
    for group in groups:
        ratios = [sympy.cancel(u / group[0]) for u in group]
        unit = sympy.Rational(reduce(gcd, [abs(int(r.p)) for r in ratios]), lcm(*(int(r.q) for r in ratios)))
        found.append((sympy.expand(group[0] * unit), [(u, int(r / unit)) for u, r in zip(group, ratios, strict=True)]))
    return found


def product_of(rows: Factors) -> Any:
    """The product of factors."""
    return sympy.Mul(*(f**e for f, e in rows)) if rows else sympy.Integer(0)


def identical(term: Term) -> bool:
    """Whether sympy sees that a term is zero as a rational function of its function values."""
    try:
        expression = sympy.expand_trig(neat(to_sympy(term)))
        cosines = [part for part in outermost(expression) if isinstance(part, sympy.cos)]
        for part in cosines:
            symbol = sympy.Dummy()
            squared = sympy.Poly(sympy.expand(expression.xreplace({part: symbol})), symbol)
            expression = sympy.rem(squared, sympy.Poly(symbol**2 + sympy.sin(part.args[0]) ** 2 - 1, symbol)).as_expr()
            expression = expression.xreplace({symbol: part})
        return not factored(sympy.expand(expression))
    except (BasePolynomialError, ValueError, TypeError, NotImplementedError):
        return False
