"""Polynomials that one set of Bernstein coefficients does not settle: halving, and ordering the variables."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import sympy

from lt_proofs.proof.algebra import from_sympy, to_sympy
from lt_proofs.proof.bernstein import sign_tree
from lt_proofs.proof.goal import Goal, rational_end
from lt_proofs.terms import Symbol, Term, encode, number
from lt_proofs.terms.tree import variables

if TYPE_CHECKING:
    from lt_proofs.proof.search import Search

Evidence = list[Any]
MAX_ORDERS = 4
LEAVES = (200, 12, 4, 1, 1)


def polynomial_evidence(search: Search, goal: Goal, strict: bool, orders: int = 0) -> Evidence | None:
    """Evidence that a polynomial is not negative: coefficients, else two variables ordered and each side again.

    Ordering replaces the greater variable by the lesser plus s >= 0, which turns zeros along x = y into zeros at
    the face s = 0, where Bernstein coefficients vanish exactly.
    """
    search.tick()
    expanded = from_sympy(sympy.expand(to_sympy(goal.term)))
    goal = goal.of(expanded)
    found = bernstein(goal, expanded, strict, LEAVES[orders])
    if found is not None:
        return ["like", encode(expanded), found[1]] if found[0] > 0 else None
    for name in goal.domain.names:
        if goal.box[name][0] == -inf and goal.box[name][1] == inf:
            return halved(search, goal, name, strict, orders)
    if orders == MAX_ORDERS:
        return None
    for first, second in pairs(goal):
        sides = []
        for lesser, greater in ((second, first), (first, second)):
            part = goal.put(greater, Symbol(lesser) + Symbol(greater), "[", number(0), None, ")")
            evidence = polynomial_evidence(search, part, strict, orders + 1)
            if evidence is None:
                break
            sides.append(evidence)
        if len(sides) == 2:
            return ["like", encode(expanded), ["order", first, second, *sides]]
    return None


def halved(search: Search, goal: Goal, name: str, strict: bool, orders: int) -> Evidence | None:
    """A range infinite at both ends, cut at 0."""
    r = goal.range(name)
    sides = []
    for part in (
        goal.with_range(name, r.opening, None, number(0), "]"),
        goal.with_range(name, "[", number(0), None, r.closing),
    ):
        evidence = polynomial_evidence(search, part, strict, orders)
        if evidence is None:
            return None
        sides.append(evidence)
    return ["like", encode(goal.term), ["halves", name, "0", *sides]]


def pairs(goal: Goal) -> list[tuple[str, str]]:
    """Pairs of variables that the term holds, those of equal ranges first."""
    names = [name for name in goal.domain.names if name in variables(goal.term)]
    found = [(y, x) for k, x in enumerate(names) for y in names[k + 1 :]]
    return sorted(found, key=lambda pair: goal.box[pair[0]] != goal.box[pair[1]])


def bernstein(goal: Goal, factor: Term, strict: bool, leaves: int) -> list[Any] | None:
    """[sign, evidence] of a polynomial by Bernstein coefficients under at most so many halvings."""
    box = []
    for r in goal.domain.ranges:
        if (r.low is not None and rational_end(r.low) is None) or (r.high is not None and rational_end(r.high) is None):
            return None
        box.append((r.name, r.opening == "[", rational_end(r.low), rational_end(r.high), r.closing == "]"))
    symbols = [sympy.Symbol(name) for name in goal.domain.names] or [sympy.Symbol("_")]
    polynomial = sympy.Poly(to_sympy(factor), *symbols, domain="QQ")
    if polynomial.is_ground:
        return [1 if polynomial.LC() > 0 else -1, ["interval", 64]]
    found = sign_tree(polynomial, box, strict, leaves)
    return None if found is None else [found[0], ["bernstein", found[1]]]
