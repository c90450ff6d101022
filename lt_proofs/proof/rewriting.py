"""Subterms: roots, squares under them, and exchanging one subterm for another."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy

from lt_proofs.proof.algebra import from_sympy, to_sympy
from lt_proofs.proof.atoms import factored
from lt_proofs.proof.evidence import UNABLE
from lt_proofs.terms import Apply, Term, number

if TYPE_CHECKING:
    pass


def exchange(term: Term, old: Term, new: Term) -> Term:
    """The term with one subterm exchanged everywhere."""
    if term == old:
        return new
    if isinstance(term, Apply):
        return Apply(term.head, tuple(exchange(arg, old, new) for arg in term.args))
    return term


def radicand(part: Term) -> Term | None:
    """What a square root is taken of."""
    if not isinstance(part, Apply):
        return None
    if part.head == "sqrt":
        return part.args[0]
    return part.args[0] if part.head == "^" and part.args[1] == number(Fraction(1, 2)) else None


def square_root(u: Term) -> Term | None:
    """A term whose square u is, if u is the square of a rational function."""
    try:
        rows = factored(to_sympy(u))
    except UNABLE:
        return None
    if not rows:
        return None
    halves = []
    for factor, exponent in rows:
        if factor.is_Rational and factor > 0:
            root = sympy.sqrt(factor**exponent)
            if not root.is_Rational:
                return None
            halves.append(root)
        elif exponent % 2:
            return None
        else:
            halves.append(factor ** (exponent // 2))
    return from_sympy(sympy.Mul(*halves))
