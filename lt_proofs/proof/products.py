"""Ways by algebra: products of factors of known sign, polynomials, and roots."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from lt_proofs.proof.calculus import conditions
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


def by_zero(_search: Search, goal: Goal, strict: bool, _depth: int) -> Evidence | None:
    """The term is identically zero."""
    values = () if strict else goal.sampled()
    flat = len(values) > 0 and np.max(np.abs(values)) < 1e-6
    return list(ZERO) if flat and identical(goal.term) else None


def by_roots(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Roots of squares are taken."""
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
    """By continuity only the inside of a range counts, where that keeps roots and denominators from 0."""
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
    """Put one square root on a side of its own and square both sides."""
    found = normal(goal.term)
    if not found.below.is_constant() or depth > 8:
        return None
    for k, (atom, unit) in enumerate(zip(found.atoms, found.units, strict=True)):
        if atom.kind != "root" or unit != HALF or found.top.degrees()[k] != 1 or not variables(atom.body):
            continue
        scale = next(iter(found.below.coeffs()))
        with_root = found.top.derivative(k) * found.top.context().gens()[k] / scale
        rest = found.top / scale - with_root
        for b, a in ((found.term(with_root), found.term(-rest)), (found.term(rest), found.term(-with_root))):
            tree = squared(search, goal, b, a, strict, depth)
            if tree is not None:
                return tree
    return None


def squared(search: Search, goal: Goal, b: Term, a: Term, strict: bool, depth: int) -> Evidence | None:
    """b - a by b >= 0 and b^2 >= a^2."""
    gap = goal.of(expanded(b * b - a * a))
    if not goal.of(b).never_negative() or not gap.never_negative():
        return None
    first = search.established(goal.of(b), False, depth + 1)
    second = None if first is None else search.established(gap, strict, depth + 1)
    if second is None:
        return None
    rows = search.definedness(goal.of(b * b - a * a), depth)
    if rows is None:
        return None
    second = ["like", encode(gap.term), second]
    return ["square", encode(b), encode(a), first, ["defined", rows, second] if rows else second]


def taken(search: Search, goal: Goal, part: Term, w: Term, strict: bool, depth: int) -> Evidence | None:
    """Replace the root of w^2 by w or -w, whichever is not negative."""
    for new in (w, -w):
        if goal.of(new).never_negative():
            sure = search.shown(goal.of(new), False, depth + 1)
            if sure is not None:
                rest = search.shown(goal.of(exchange(goal.term, part, new)), strict, depth + 1)
                return None if rest is None else ["replace", encode(part), encode(new), sure, rest]
    return None


def by_factors(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Write the term as a product and show the sign of each factor; polynomials by Bernstein coefficients."""
    rows = factored(goal.term)
    if not rows:
        return None if strict else list(ZERO)
    if sum(bool(variables(f)) for f, _ in rows) == 1 and all(e == 1 for _, e in rows):
        if monomials(goal.term, goal.domain.names) is None:
            return rewritten(goal, product_of(rows), strict)
        return polynomial_evidence(search, goal, strict)
    return product(search, goal, rows, strict, depth)


def rewritten(goal: Goal, tidied: Term, strict: bool) -> Evidence | None:
    """The term in another form, if its interval is better."""
    for term in (tidied, expanded(goal.term)):
        if goal.of(term).settled(strict) and term != goal.term:
            return ["like", encode(term), list(INTERVAL)]
    return None


def product(search: Search, goal: Goal, rows: list[tuple[Term, int]], strict: bool, depth: int) -> Evidence | None:
    """Evidence for a product of powers, if each factor keeps its sign."""
    parts, total = [], 1
    for factor, exponent in rows:
        if exponent > 0 and exponent % 2 == 0 and not strict:
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
    """[sign, evidence] for a factor."""
    is_polynomial = monomials(factor, goal.domain.names) is not None
    if is_polynomial:
        found = bernstein(goal, factor, strict, 1 if alone else 60)
        if found is not None:
            return found
    values = goal.of(factor).sampled()
    sign = 1 if np.nanmean(values) >= 0 else -1
    part = goal.of(factor if sign > 0 else -factor)
    if is_polynomial and part.never_negative():
        evidence = polynomial_evidence(search, part, strict)
        if evidence is not None:
            return [sign, evidence]
    evidence = None if alone else search.established(part, strict, depth + 1)
    return None if evidence is None else [sign, evidence]
