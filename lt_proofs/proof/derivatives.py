"""Signs that one glance at the factors settles, and slopes whose own slopes have such a sign."""

from __future__ import annotations

import numpy as np

from lt_proofs.proof.calculus import conditions, derivative
from lt_proofs.proof.evidence import INTERVAL, UNABLE, ZERO, Evidence
from lt_proofs.proof.fields import expanded, factored, monomials, normal
from lt_proofs.proof.goal import Goal, plainly
from lt_proofs.proof.polynomials import bernstein
from lt_proofs.proof.search import Search
from lt_proofs.terms import Term, encode
from lt_proofs.terms.tree import variables

NOISE = 1e-9
LEVELS = 3


def by_derivatives(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """A derivative of the first, second or third order has a plain sign."""
    if depth > 9:
        return None
    for level in range(1, LEVELS + 1):
        tree = descended(search, goal, strict, depth, level)
        if tree is not None:
            return tree
    return None


def descended(search: Search, goal: Goal, strict: bool, depth: int, level: int) -> Evidence | None:
    """Evidence from a plain sign, or from a slope (a bend) that this shows at the next lower level."""
    search.tick()
    tree = plain_sign(goal, strict, search, depth)
    if tree is not None or level == 0:
        return tree
    for name, change in changes(goal):
        free = goal.free_of(name)
        tree = sloping(search, free, name, change, strict, depth, level)
        if tree is None and level > 1:
            tree = bending(search, free, name, change, strict, depth)
        if tree is not None:
            return tree
    return None


def changes(goal: Goal) -> list[tuple[str, Term]]:
    """The derivatives that exist, those with the fewest function values first."""
    found = []
    for name in sorted(variables(goal.term) & set(goal.domain.names)):
        try:
            change = derivative(goal.term, name)
            size = len(normal(change).atoms), len(normal(change).top)
        except UNABLE:
            continue
        found.append((size, name, change))
    return [(name, change) for _, name, change in sorted(found, key=lambda row: row[:2])]


def sloping(
    search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int, level: int
) -> Evidence | None:
    """The face where the term is least, its slope shown by the levels below."""
    r, inside = goal.range(name), goal.open_in(name)
    values = inside.of(change).sampled()
    values = values[np.isfinite(values)]
    for up in (True, False):
        end, opening = (r.low, r.opening) if up else (r.high, r.closing)
        if end is None or not len(values) or np.any((values if up else -values) < -NOISE):
            continue
        face = goal.put(name, end)
        if not face.never_negative() or not reaches(goal, name, up):
            continue
        part = inside.of(change if up else -change)
        sharp = strict and opening in "()"
        slope = descended(search, part, sharp, depth + 1, level - 1)
        if slope is None:
            continue
        below = search.shown(face, strict and not sharp, depth + 1)
        if below is not None:
            return ["rise" if up else "fall", name, slope, below]
    return None


def bending(search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
    """Concave in a variable of finite range, by a plain sign: least at the two faces."""
    r = goal.range(name)
    if r.low is None or r.high is None:
        return None
    inside = goal.open_in(name)
    bend = plain_sign(inside.of(-derivative(change, name)), False, search, depth)
    faces = (goal.put(name, r.low), strict and r.opening == "["), (goal.put(name, r.high), strict)
    if bend is None or not all(face.never_negative() for face, _ in faces):
        return None
    if not (reaches(goal, name, True) and reaches(goal, name, False)):
        return None
    ends = [search.shown(face, sharp, depth + 1) for face, sharp in faces]
    return None if None in ends else ["concave", name, bend, *ends]


def reaches(goal: Goal, name: str, low: bool) -> bool:
    """Whether a slope inside carries to a face: the term is defined there, and its roots are positive inside."""
    r, inside = goal.range(name), goal.open_in(name)
    if not all(plainly(inside.of(u), ">") for u, kind in conditions(goal.term) if kind == ">="):
        return False
    opening, closing = ("[" if low else r.opening), (r.closing if low else "]")
    is_open = (r.opening if low else r.closing) in "()"
    return not is_open or defined(goal.with_range(name, opening, r.low, r.high, closing))


def plain_sign(goal: Goal, strict: bool, search: Search | None = None, depth: int = 0) -> Evidence | None:
    """Evidence without any search: an interval, or factors each of which intervals or coefficients settle."""
    if goal.settled(strict):
        return list(INTERVAL)
    if not goal.never_negative():
        return None
    try:
        rows = factored(goal.term)
    except UNABLE:
        return None
    if not rows:
        return None if strict else list(ZERO)
    parts, total = [], 1
    for factor, exponent in rows:
        even = exponent % 2 == 0
        if even and exponent > 0 and not strict and defined(goal.of(factor)):
            parts.append([encode(factor), exponent, 0, None])
            continue
        found = factor_sign(goal, factor, strict or exponent < 0)
        if found is None and search is not None and len(rows) > 1 and defined(goal.of(factor)):
            found = falling_sign(search, goal, factor, strict or exponent < 0, depth)
        if found is None:
            return None
        total *= 1 if even else found[0]
        parts.append([encode(factor), exponent, *found])
    return ["product", parts] if total > 0 else None


def falling_sign(search: Search, goal: Goal, factor: Term, strict: bool, depth: int) -> Evidence | None:
    """[sign, evidence] of a factor by the plain sign of its slope."""
    for sign in (1, -1):
        part = goal.of(factor if sign > 0 else -factor)
        tree = descended(search, part, strict, depth + 1, 1) if part.never_negative() and depth < 8 else None
        if tree is not None:
            return [sign, tree]
    return None


def factor_sign(goal: Goal, factor: Term, strict: bool) -> Evidence | None:
    """[sign, evidence] of one factor."""
    if monomials(factor, goal.domain.names) is not None:
        return bernstein(goal, factor, strict, 24)
    if not defined(goal.of(factor)):
        return None
    for sign in (1, -1):
        part = goal.of(factor if sign > 0 else -factor)
        if not part.never_negative():
            continue
        if part.settled(strict):
            return [sign, list(INTERVAL)]
        spread = part.of(expanded(part.term))
        if defined(spread) and spread.settled(strict):
            return [sign, ["like", encode(spread.term), list(INTERVAL)]]
    return None


def defined(goal: Goal) -> bool:
    """Whether intervals show that the term is defined on the box."""
    return all(plainly(goal.of(u), kind) for u, kind in conditions(goal.term))
