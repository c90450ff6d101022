"""Strategies by algebra: zero, products of factors of known sign, polynomials, and square roots."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from lt_proofs.proof.calculus import conditions, mostly_positive
from lt_proofs.proof.evidence import INTERVAL, ZERO, Evidence
from lt_proofs.proof.fields import expanded, factored, identical, monomials, normal
from lt_proofs.proof.fractional import product_of
from lt_proofs.proof.goal import Goal, plainly, wide
from lt_proofs.proof.polynomials import bernstein, polynomial_evidence
from lt_proofs.proof.rewriting import exchange, radicand, square_root
from lt_proofs.proof.search import Search
from lt_proofs.terms import Term, encode
from lt_proofs.terms.tree import subterms, variables

HALF = Fraction(1, 2)
MAX_SQUARES_DEPTH = 8
FACTOR_LEAVES = 60
"""How many boxes Bernstein coefficients may need for one of several factors."""


def by_zero(_search: Search, goal: Goal, strict: bool, _depth: int) -> Evidence | None:
    """Show that the term is identically zero, as a rational function of its atoms; nothing if ``strict``."""
    # samples first: a normal form is dear, and most terms are not zero
    values = () if strict else goal.sampled()
    flat = len(values) > 0 and np.max(np.abs(values)) < 1e-6
    return list(ZERO) if flat and identical(goal.term) else None


def by_roots(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Replace the root of a square w^2 by w or -w."""
    for part in subterms(goal.term):
        u = radicand(part)
        if u is None:
            continue
        w = square_root(u)
        if w is not None:
            tree = taken(search, goal, part, w, strict, depth)
            if tree is not None:
                return tree
    return None


def by_opening(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Leave out the ends of a range where a condition of definedness only intervals on the inside can settle.

    By continuity the sign inside carries to the ends, if it need not be strict: x log x on [0, 1] needs x > 0.
    """
    for u, kind in () if strict else conditions(goal.term):
        for name in sorted(variables(u) & set(goal.domain.names)):
            r = goal.range(name)
            part = goal.free_of(name).open_in(name)
            if "[" not in r.opening + r.closing.replace("]", "[") or not wide(goal, name):
                continue
            if not plainly(goal.of(u), ">" if kind == ">=" else kind) and plainly(part.of(u), kind):
                tree = search.shown(part, strict, depth + 1)
                return None if tree is None else ["inside", name, tree]
    return None


def by_squares(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Put one square root on a side of its own and square both sides.

    Works on terms that are polynomials over their atoms and linear in a root sqrt(u): p + q sqrt(u) >= 0 follows from
    q sqrt(u) >= 0 and (q sqrt(u))^2 >= p^2, or from p >= 0 and p^2 >= (q sqrt(u))^2.
    """
    found = normal(goal.term)
    if not found.below.is_constant() or depth > MAX_SQUARES_DEPTH:
        return None
    for k, (atom, unit) in enumerate(zip(found.atoms, found.units, strict=True)):
        if atom.kind != "root" or unit != HALF or found.top.degrees()[k] != 1 or not variables(atom.body):
            continue
        slope, rest = found.linear_in(k)
        with_root = slope * found.top.context().gens()[k]
        for b, a in ((found.term(with_root), found.term(-rest)), (found.term(rest), found.term(-with_root))):
            tree = squared(search, goal, b, a, strict, depth)
            if tree is not None:
                return tree
    return None


def squared(search: Search, goal: Goal, b: Term, a: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence for b - a >= 0 from b >= 0 and b^2 >= a^2."""
    gap = goal.of(expanded(b * b - a * a))
    if not goal.of(b).never_negative() or not gap.never_negative():
        return None
    first = search.established(goal.of(b), False, depth + 1)
    second = None if first is None else search.established(gap, strict, depth + 1)
    if second is None:
        return None
    # the expanded gap may be defined on more than b^2 - a^2, whose conditions the checker asks for
    rows = search.definedness(goal.of(b * b - a * a), depth)
    if rows is None:
        return None
    second = ["like", encode(gap.term), second]
    return ["square", encode(b), encode(a), first, ["defined", rows, second] if rows else second]


def taken(search: Search, goal: Goal, part: Term, w: Term, strict: bool, depth: int) -> Evidence | None:
    """Replace the root of w^2 by w or -w, whichever is not negative."""
    # samples say which of the two it is, if it is one of them on the whole box
    for new in (w, -w):
        if goal.of(new).never_negative():
            sure = search.shown(goal.of(new), False, depth + 1)
            if sure is not None:
                rest = search.shown(goal.of(exchange(goal.term, part, new)), strict, depth + 1)
                return None if rest is None else ["replace", encode(part), encode(new), sure, rest]
    return None


def by_factors(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Write the term as a product and show the sign of each factor; polynomials by Bernstein coefficients.

    A term with a single factor is no easier than its factor; only another form of it, with a better interval, is tried.
    """
    rows = factored(goal.term)
    if not rows:
        return None if strict else list(ZERO)
    if sum(bool(variables(f)) for f, _ in rows) == 1 and all(e == 1 for _, e in rows):
        if monomials(goal.term, goal.domain.names) is None:
            return rewritten(goal, product_of(rows), strict)
        return polynomial_evidence(search, goal, strict)
    return product(search, goal, rows, strict, depth)


def rewritten(goal: Goal, tidied: Term, strict: bool) -> Evidence | None:
    """Evidence by the interval of the term as a product of factors, or as a sum of monomials."""
    for term in (tidied, expanded(goal.term)):
        if goal.of(term).settled(strict) and term != goal.term:
            return ["like", encode(term), list(INTERVAL)]
    return None


def product(search: Search, goal: Goal, rows: list[tuple[Term, int]], strict: bool, depth: int) -> Evidence | None:
    """Evidence for a product of powers from the signs of its factors; None unless each keeps one sign on the box."""
    parts, total = [], 1
    for factor, exponent in rows:
        if exponent > 0 and exponent % 2 == 0 and not strict:
            # an even power is not negative whatever the sign of the factor
            parts.append([encode(factor), exponent, 0, None])
            continue
        strictly = strict or exponent < 0
        evidence = signed(search, goal, factor, strictly, depth, alone=len(rows) == 1)
        if evidence is None:
            return None
        total *= evidence[0] if exponent % 2 else 1
        parts.append([encode(factor), exponent, *evidence])
    return ["product", parts] if total > 0 else None


def signed(search: Search, goal: Goal, factor: Term, strict: bool, depth: int, alone: bool) -> list[Any] | None:
    """[sign, evidence] of a factor, its sign guessed from samples; ``alone`` says that it is the whole term.

    A factor that is alone must not call the search, which would only try the same strategies on the same term.
    """
    is_polynomial = monomials(factor, goal.domain.names) is not None
    if is_polynomial:
        found = bernstein(goal, factor, strict, 1 if alone else FACTOR_LEAVES)
        if found is not None:
            return found
    # the search is asked for one sign only: the one that most samples have
    values = goal.of(factor).sampled()
    sign = 1 if mostly_positive(values) else -1
    part = goal.of(factor if sign > 0 else -factor)
    if is_polynomial and part.never_negative():
        evidence = polynomial_evidence(search, part, strict)
        if evidence is not None:
            return [sign, evidence]
    evidence = None if alone else search.established(part, strict, depth + 1)
    return None if evidence is None else [sign, evidence]
