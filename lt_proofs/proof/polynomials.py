"""Signs of polynomials on a box: Bernstein coefficients, sums of squares, halving, and ordering the variables.

The Bernstein coefficients of a polynomial on a box bound it from both sides: if none is negative, neither is the
polynomial. Halving the box makes the bounds sharp except at a zero inside the box, which the other ways move to a face.
"""

from __future__ import annotations

from math import inf
from typing import Any

from lt_proofs.proof.bernstein import sign_tree
from lt_proofs.proof.calculus import derivative
from lt_proofs.proof.critical import critical_curves
from lt_proofs.proof.evidence import INTERVAL, Evidence
from lt_proofs.proof.fields import expanded, monomials
from lt_proofs.proof.goal import Goal, along, meets, rational_end
from lt_proofs.proof.search import Search
from lt_proofs.proof.sums import by_sums
from lt_proofs.terms import Symbol, Term, encode, number
from lt_proofs.terms.tree import variables

MAX_ORDERS = 5
"""How many times variables are ordered, one pair after another."""
FEW = 6
"""Boxes into which halving may cut before anything else is tried."""
LEAVES = (200, 12, 4, 1, 1, 1)
"""Boxes into which halving may cut in the end, by how many pairs of variables were ordered before."""


def polynomial_evidence(search: Search, goal: Goal, strict: bool, orders: int = 0) -> Evidence | None:
    """Evidence that a polynomial is not negative: coefficients, else two variables ordered and each side again.

    Ordering replaces the greater variable by the lesser plus s >= 0, which turns zeros along x = y into zeros at
    the face s = 0, where Bernstein coefficients vanish exactly. Results are kept for the search, failures as well.
    """
    search.tick()
    # in one form, so that the same polynomial is found again however it was written
    goal = goal.of(expanded(goal.term))
    mark = (goal.term, goal.domain, strict)
    if mark not in search.polynomials:
        search.polynomials[mark] = searched(search, goal, strict, orders)
    return search.polynomials[mark]


def searched(search: Search, goal: Goal, strict: bool, orders: int) -> Evidence | None:
    """Few halvings, then sums of squares and ordered variables, then many halvings."""
    if not goal.never_negative():
        return None
    found = bernstein(goal, goal.term, strict, FEW)
    if found is not None:
        return ["like", encode(goal.term), found[1]] if found[0] > 0 else None
    # once ordered, the variables are not negative, which sums of squares cannot use
    tree = by_sums(search, goal, strict, 0) if not orders else None
    if tree is not None:
        return ["like", encode(goal.term), tree]
    for name in goal.domain.names:
        if goal.box[name][0] == -inf and goal.box[name][1] == inf:
            return vertex(search, goal, name, strict, orders)
    for first, second in pairs(goal) if orders < MAX_ORDERS else []:
        if not meets(goal, first, second) and not cornered(goal, first, second):
            continue
        node, parts = ["order", first, second], in_both_orders(goal, first, second)
        # over unbounded s the ordered sides cover more than the box, and may be negative there; the curve does not
        if not all(part.never_negative() for part in parts):
            node, parts = ["curve", second, encode(Symbol(first))], along(goal, second, Symbol(first))
        sides: list[Evidence | None] = []
        for part in parts:
            sides.append(polynomial_evidence(search, part, strict, orders + 1))
            if sides[-1] is None:
                break
        else:
            return ["like", encode(goal.term), [*node, *sides]]
    found = bernstein(goal, goal.term, strict, LEAVES[orders])
    return ["like", encode(goal.term), found[1]] if found is not None and found[0] > 0 else None


def cornered(goal: Goal, first: str, second: str) -> bool:
    """Whether the polynomial vanishes where both variables are 0 at a corner, and a monomial of both is negative.

    Then halving does not end at the corner: the smaller box has the same monomials.
    """
    if goal.box[first][0] != 0 or goal.box[second][0] != 0:
        return False
    i, j = (goal.domain.names.index(name) for name in (first, second))
    rows = (monomials(goal.term, goal.domain.names) or {}).items()
    return all(p[i] or p[j] for p, _ in rows) and any(p[i] and p[j] and c < 0 for p, c in rows)


def in_both_orders(goal: Goal, first: str, second: str) -> tuple[Goal, Goal]:
    """The goal with the greater of two variables as the lesser plus s >= 0: first >= second, then first <= second."""
    above, below = (
        goal.put(greater, Symbol(lesser) + Symbol(greater), "[", number(0), None, ")")
        for lesser, greater in ((second, first), (first, second))
    )
    return above, below


def vertex(search: Search, goal: Goal, name: str, strict: bool, orders: int) -> Evidence | None:
    """Evidence on both sides of a cut of a range infinite at both ends: at the vertex of a square, or at 0.

    Bernstein coefficients need one finite end.
    """
    powers = monomials(goal.term, goal.domain.names) or {}
    place = goal.domain.names.index(name)
    c: Term = number(0)
    if max(p[place] for p in powers) == 2:
        # p x^2 + q x + r is symmetric about x = -q / (2 p)
        roots = critical_curves(derivative(goal.term, name), goal, first=name)
        c = next((at for _, at in roots if monomials(at, goal.domain.names) is not None), c)
    sides = []
    for value in (c - Symbol(name), c + Symbol(name)):
        part = goal.put(name, value, "[", number(0), None, ")")
        evidence = polynomial_evidence(search, part, strict, orders)
        if evidence is None:
            return None
        sides.append(evidence)
    return ["like", encode(goal.term), ["curve", name, encode(c), *sides]]


def pairs(goal: Goal) -> list[tuple[str, str]]:
    """Pairs (later, earlier) of variables that occur in the term, those of equal ranges first."""
    names = [name for name in goal.domain.names if name in variables(goal.term)]
    found = [(y, x) for k, x in enumerate(names) for y in names[k + 1 :]]
    return sorted(found, key=lambda pair: goal.box[pair[0]] != goal.box[pair[1]])


def bernstein(goal: Goal, factor: Term, strict: bool, leaves: int) -> list[Any] | None:
    """[sign, evidence] of a polynomial by Bernstein coefficients on at most ``leaves`` boxes.

    None if none is found, if the factor is no polynomial, or if an end of a range is not rational.
    """
    box = []
    for r in goal.domain.ranges:
        if (r.low is not None and rational_end(r.low) is None) or (r.high is not None and rational_end(r.high) is None):
            return None
        box.append((r.name, r.opening == "[", rational_end(r.low), rational_end(r.high), r.closing == "]"))
    polynomial = monomials(factor, goal.domain.names)
    if polynomial is None:
        return None
    # a constant needs no coefficients
    if all(not any(powers) for powers in polynomial):
        return [1 if sum(polynomial.values()) > 0 else -1, list(INTERVAL)]
    found = sign_tree(polynomial, box, strict, leaves)
    return None if found is None else [found[0], ["bernstein", found[1]]]
