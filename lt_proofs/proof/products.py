"""Ways by algebra: products of factors of known sign, polynomials, and roots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from lt_proofs.proof.algebra import factors, from_sympy, polynomial_term, to_sympy
from lt_proofs.proof.atoms import factored, product_of
from lt_proofs.proof.evidence import INTERVAL, UNABLE, ZERO, Evidence
from lt_proofs.proof.goal import Goal, plainly, wide
from lt_proofs.proof.polynomials import bernstein, polynomial_evidence
from lt_proofs.proof.rewriting import exchange, radicand, square_root
from lt_proofs.terms import Term, encode
from lt_proofs.terms.tree import subterms, variables

if TYPE_CHECKING:
    from lt_proofs.proof.search import Search


def by_roots(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Roots of squares are taken; other roots are looked at inside the box only, where they are positive."""
    for part in subterms(goal.term):
        u = radicand(part)
        if u is None:
            continue
        w = square_root(u)
        if w is not None:
            tree = taken(search, goal, part, w, strict, depth)
            if tree is not None:
                return tree
        for name in sorted(variables(u) & set(goal.domain.names)):
            r = goal.range(name)
            if not strict and "[" in r.opening + r.closing.replace("]", "["):
                if plainly(goal.of(u), ">") or not plainly(goal.open_in(name).of(u), ">=") or not wide(goal, name):
                    continue
                tree = search.shown(goal.free_of(name).open_in(name), strict, depth + 1)
                if tree is not None:
                    return ["inside", name, tree]
    return None


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
    found = factors(goal.term, goal.domain.names)
    if found is not None:
        return rational_product(search, goal, found, strict, depth)
    try:
        rows = factored(to_sympy(goal.term))
    except UNABLE:
        return None
    if not rows:
        return None if strict else list(ZERO)
    if sum(bool(f.free_symbols) for f, _ in rows) == 1 and all(e == 1 for _, e in rows):
        return rewritten(goal, product_of(rows), strict)
    return product(search, goal, [(from_sympy(f), e) for f, e in rows], strict, depth)


def rewritten(goal: Goal, expression: Any, strict: bool) -> Evidence | None:
    """The term in sympy's form, if its interval is better."""
    for form in (expression, sympy.expand_mul(expression)):
        term = from_sympy(form)
        found = goal.of(term).interval()
        if term != goal.term and found is not None and (found[0] > 0 or (found[0] == 0 and (found[1] or not strict))):
            return ["like", encode(term), list(INTERVAL)]
    return None


def rational_product(search: Search, goal: Goal, found: list[Any], strict: bool, depth: int) -> Evidence | None:
    """Signs of polynomial factors."""
    if found[0][0].is_zero:
        return None if strict else list(ZERO)
    rows = [(polynomial_term(p), e) for p, e in found if not (p.is_one and len(found) > 1)]
    return product(search, goal, rows, strict, depth)


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
    whole = factors(factor, goal.domain.names)
    is_polynomial = whole is not None and all(e > 0 for _, e in whole)
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
