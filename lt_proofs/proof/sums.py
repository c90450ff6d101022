"""The strategy by sums of squares, for polynomials over variables and function values.

Such evidence uses nothing about the box; it proves that the term is not negative for all real values of its atoms.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from lt_proofs.proof.evidence import INTERVAL, Evidence
from lt_proofs.proof.fields import expanded, monomials, normal, waves
from lt_proofs.proof.fractional import Fractional, Poly, coefficients
from lt_proofs.proof.goal import Goal, along
from lt_proofs.proof.gram import Ring, squares
from lt_proofs.proof.search import Search
from lt_proofs.proof.work import counted
from lt_proofs.terms import Symbol, Term, encode, number
from lt_proofs.terms.tree import variables

MAX_DEPTH = 6
MAX_GENERATORS = 8
MAX_DEGREE = 12
SHARES = (Fraction(1, 16), Fraction(1, 1024))
"""Positive numbers of which one is split off to show that a term is positive."""
Sum = tuple[tuple[Fraction, Term], ...]


def by_sums(_search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Write the term as a sum of squares, or its product with a sum of squares that does not vanish.

    Works on polynomials of at most 12 degrees over 2 to 8 atoms. A polynomial may be non-negative without being a sum
    of squares; multiplied by 1 + x^2 + y^2 + … it often is one (Motzkin's is).
    """
    if depth > MAX_DEPTH or not goal.never_negative():
        return None
    # a sum of squares may vanish, so a positive term is one after a positive number is taken away
    if strict:
        shares = ((share, squares_of(goal.term - number(share))) for share in SHARES)
        return next((added(rows, share) for share, rows in shares if rows is not None), None)
    rows = squares_of(goal.term)
    return added(rows) if rows is not None else multiplied(goal)


def multiplied(goal: Goal) -> Evidence | None:
    """Evidence for a polynomial p by p s, where s is 1 + x^2 + …, or x^2 + y^2 + … if all monomials have one degree.

    The second s vanishes at the origin; by continuity it is enough to look at points where one variable is not 0.
    """
    names = tuple(sorted(variables(goal.term)))
    powers = monomials(goal.term, names)
    if powers is None or not 2 <= len(names) <= MAX_GENERATORS:
        return None
    # a homogeneous polynomial stays so, and needs fewer monomials in its squares
    round_ = len({sum(p) for p in powers}) == 1
    total = sum((Symbol(name) ** number(2) for name in names), number(0 if round_ else 1))
    if not round_:
        return scaled(goal.term, total)
    for name in goal.domain.names:
        r = goal.range(name)
        if name in names and r.low is None and r.high is None:
            sides = [scaled(side.term, total) for side in along(goal, name, number(0))]
            return None if None in sides else ["curve", name, encode(number(0)), *(["inside", name, s] for s in sides)]
    return None


def scaled(term: Term, total: Term) -> Evidence | None:
    """The term as a sum of squares divided by a positive term."""
    more = expanded(term * total)
    rows = squares_of(more)
    if rows is None:
        return None
    return ["product", [[encode(more), 1, 1, added(rows)], [encode(total), -1, 1, list(INTERVAL)]]]


def added(rows: Sum, share: Fraction | None = None) -> Evidence:
    """The evidence of a sum of positive multiples of squares, and of a positive number ``share`` before them."""
    parts: list[Evidence] = [] if share is None else [[encode(number(share)), list(INTERVAL)]]
    for factor, term in rows:
        sides = [[encode(number(factor)), 1, 1, list(INTERVAL)], [encode(term), 2, 0, None]]
        parts.append([encode(number(factor) * term ** number(2)), ["product", sides]])
    return ["sum", parts]


@counted(50, 100)
@lru_cache(maxsize=2000)
def squares_of(term: Term) -> Sum | None:
    """The term as a sum of positive multiples of squares, or None."""
    found = normal(term)
    if not found.top or not found.below.is_constant() or not 2 <= len(found.atoms) <= MAX_GENERATORS:
        return None
    polynomial = found.top / next(iter(found.below.coeffs()))
    if polynomial.total_degree() > MAX_DEGREE or negative_somewhere(found, polynomial):
        return None
    rows = squares(polynomial, Ring(polynomial.context(), list(waves(found))))
    return None if rows is None else tuple((factor, found.term(p)) for factor, p in rows)


def negative_somewhere(found: Fractional, polynomial: Poly) -> bool:
    """Whether the polynomial is negative at a random point: (sine, cosine) on the circle, other atoms anywhere.

    This is cheap, and spares the matrix for most polynomials that are no sums of squares.
    """
    rng = np.random.default_rng(5)
    values = rng.standard_normal((len(found.atoms), 400)) * rng.choice([0.3, 1, 3], 400)
    for i, j in waves(found):
        angle = rng.random(400) * 2 * np.pi
        values[i], values[j] = np.sin(angle), np.cos(angle)
    total, size = np.zeros(400), np.zeros(400)
    for powers, c in coefficients(polynomial):
        part = float(c.p) / float(c.q) * np.prod([v**e for v, e in zip(values, powers, strict=True) if e], axis=0)
        total, size = total + part, size + np.abs(part)
    # size bounds the rounding errors: total is negative beyond them
    return bool(np.any(total < -1e-12 * size))
