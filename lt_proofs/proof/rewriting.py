"""Rewriting terms: replacing a subterm, and square roots of squares."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from lt_proofs.proof.evidence import Inapplicable
from lt_proofs.proof.fields import factored
from lt_proofs.proof.fractional import product_of
from lt_proofs.terms import Apply, Number, Term, number


def exchange(term: Term, old: Term, new: Term) -> Term:
    """The term with one subterm exchanged everywhere."""
    if term == old:
        return new
    if isinstance(term, Apply):
        return Apply(term.head, tuple(exchange(arg, old, new) for arg in term.args))
    return term


def radicand(part: Term) -> Term | None:
    """The argument of a square root, written sqrt(u) or u^(1/2); None for any other term."""
    if not isinstance(part, Apply):
        return None
    if part.head == "sqrt":
        return part.args[0]
    return part.args[0] if part.head == "^" and part.args[1] == number(Fraction(1, 2)) else None


def square_root(u: Term) -> Term | None:
    """A term whose square is u, of either sign; None if u is not the square of a rational function of its atoms."""
    try:
        rows = factored(u)
    except Inapplicable:
        return None
    halves: list[tuple[Term, int]] = []
    for factor, exponent in rows:
        if isinstance(factor, Number) and factor.value > 0:
            root = Fraction(isqrt(factor.value.numerator), isqrt(factor.value.denominator))
            if root * root != factor.value:
                return None
            halves.append((number(root), 1))
        elif exponent % 2:
            return None
        else:
            halves.append((factor, exponent // 2))
    return product_of(halves) if halves else None
