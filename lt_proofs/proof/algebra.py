"""Between terms and sympy: sympy isolates the roots of polynomials, and differentiates for Coq.

The search for evidence does not use it: FLINT is faster (lt_proofs.proof.fields).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from lt_proofs.terms import Apply, Number, Symbol, Term, number

FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos}
FUNCTIONS |= {"atan": sympy.atan, "erf": sympy.erf, "abs": sympy.Abs, "min": sympy.Min, "max": sympy.Max}


def to_sympy(term: Term) -> Any:
    """The sympy expression of a term; symbols carry no assumptions."""
    if isinstance(term, Number):
        return sympy.Rational(term.value.numerator, term.value.denominator)
    if isinstance(term, Symbol):
        return sympy.pi if term.name == "pi" else sympy.Symbol(term.name)
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    args = [to_sympy(arg) for arg in term.args]
    if term.head == "+":
        return sympy.Add(*args)
    if term.head == "*":
        return sympy.Mul(*args)
    if term.head == "-":
        return -args[0] if len(args) == 1 else args[0] - args[1]
    if term.head == "/":
        return args[0] / args[1]
    if term.head == "^":
        return args[0] ** args[1]
    return FUNCTIONS[term.head](*args)


def polynomial_term(polynomial: sympy.Poly) -> Term:
    """The term of a polynomial over Q, as a sum of monomials."""
    parts: list[Term] = []
    for powers, value in polynomial.terms():
        term: Term = number(Fraction(int(value.p), int(value.q)))
        for symbol, power in zip(polynomial.gens, powers, strict=True):
            if power:
                factor = Symbol(symbol.name) if power == 1 else Symbol(symbol.name) ** power
                term = factor if term == number(1) else Apply("*", (term, factor))
        parts.append(term)
    if not parts:
        return number(0)
    return parts[0] if len(parts) == 1 else Apply("+", tuple(parts))


Factor = tuple[sympy.Poly, int]


def factors(term: Term, names: tuple[str, ...]) -> list[Factor] | None:
    """The factors of a rational function with their exponents, constants first; None if the term is no such function.

    The zero function has the one factor 0.
    """
    symbols = [sympy.Symbol(name) for name in names] or [sympy.Symbol("_")]
    try:
        above, below = sympy.fraction(sympy.together(to_sympy(term)))
        top, bottom = (sympy.Poly(part, *symbols, domain="QQ") for part in (above, below))
    except (BasePolynomialError, NotImplementedError):
        return None
    if top.is_zero:
        return [(top, 1)]
    if bottom.is_zero:
        return None
    constant, found = top.factor_list()
    under, denominators = bottom.factor_list()
    lead = sympy.Poly(constant / under, *symbols, domain="QQ")
    return [(lead, 1), *found, *((poly, -power) for poly, power in denominators)]


def from_sympy(expression: Any) -> Term:
    """The term of a sympy expression; raises TypeError for what the language does not hold."""
    if expression.is_Rational:
        return number(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Symbol:
        return Symbol(expression.name)
    if expression is sympy.pi:
        return Symbol("pi")
    if expression is sympy.E:
        return Apply("exp", (number(1),))
    if expression.is_Add:
        return _joined("+", [from_sympy(arg) for arg in sympy.Add.make_args(expression)])
    if expression.is_Mul:
        above, below = expression.as_numer_denom()
        if below != 1:
            return Apply("/", (from_sympy(above), from_sympy(below)))
        return _joined("*", [from_sympy(arg) for arg in sympy.Mul.make_args(expression)])
    if expression.func == sympy.tan:
        angle = from_sympy(expression.args[0])
        return Apply("/", (Apply("sin", (angle,)), Apply("cos", (angle,))))
    if isinstance(expression, sympy.exp):
        return Apply("exp", (from_sympy(expression.args[0]),))
    if expression.is_Pow:
        base, exponent = expression.args
        if exponent == -1:
            return Apply("/", (number(1), from_sympy(base)))
        return Apply("^", (from_sympy(base), from_sympy(exponent)))
    for head, function in FUNCTIONS.items():
        if expression.func == function:
            return _nested(head, [from_sympy(arg) for arg in sorted(expression.args, key=str)])
    raise TypeError(f"no term for {expression}")


def _joined(head: str, parts: list[Term]) -> Term:
    result = parts[0]
    for part in parts[1:]:
        result = Apply(head, (result, part))
    return result


def _nested(head: str, args: list[Term]) -> Term:
    return Apply(head, tuple(args)) if len(args) == 1 else _joined(head, args)
