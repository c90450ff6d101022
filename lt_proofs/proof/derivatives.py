"""Signs that no search is needed for, and the faces to which slopes of such signs lead.

A *plain* sign is shown by an interval, or factor by factor by intervals and Bernstein coefficients. A term that rises
in a variable is least at the low end of its range; if its slope has no plain sign, the slope of the slope may have one,
and so on for a few levels. The search is called for faces and not for slopes, so all variables and levels cost little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lt_proofs.proof.calculus import conditions, derivative
from lt_proofs.proof.evidence import INTERVAL, ZERO, Evidence, Inapplicable
from lt_proofs.proof.fields import expanded, factored, monomials, normal
from lt_proofs.proof.goal import Goal, plainly
from lt_proofs.proof.polynomials import bernstein
from lt_proofs.proof.search import Search
from lt_proofs.terms import Term, encode
from lt_proofs.terms.tree import variables

NOISE = 1e-9
"""Float values smaller than this are taken for zero."""
LEVELS = 3
"""The highest order of the derivatives whose sign is looked at."""
MAX_DEPTH, MAX_FALLING_DEPTH = 9, 8
FACTOR_LEAVES = 24
"""How many halvings may show the sign of a polynomial factor."""


def by_derivatives(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Reduce to faces of the box by a derivative of the first, second or third order that has a plain sign.

    Works on terms without abs, min and max. Lower orders are tried first, for they give the shorter evidence.
    """
    if depth > MAX_DEPTH:
        return None
    for level in range(1, LEVELS + 1):
        tree = descended(search, goal, strict, depth, level)
        if tree is not None:
            return tree
    return None


def descended(search: Search, goal: Goal, strict: bool, depth: int, level: int) -> Evidence | None:
    """Evidence from a plain sign, or from a slope or a bend whose sign is shown in this way at the next lower level."""
    search.tick()
    tree = plain_sign(goal, strict, search, depth)
    if tree is not None or level == 0:
        return tree
    for name, change in changes(goal):
        # along the range of the variable the hypotheses that mention it may fail, so they are of no use here
        free = goal.free_of(name)
        tree = sloping(search, free, name, change, strict, depth, level)
        if tree is None and level > 1:
            tree = bending(search, free, name, change, strict, depth)
        if tree is not None:
            return tree
    return None


def changes(goal: Goal) -> list[tuple[str, Term]]:
    """Pairs of a variable and the derivative in it, those with the fewest function values first.

    A variable is left out where the term has no derivative (abs, min and max) or algebra fails on it.
    """
    found = []
    # sorted, for the order of a set differs from process to process and the search must not
    for name in sorted(variables(goal.term) & set(goal.domain.names)):
        try:
            change = derivative(goal.term, name)
            size = len(normal(change).atoms), len(normal(change).top)
        except Inapplicable:
            continue
        found.append((size, name, change))
    return [(name, change) for _, name, change in sorted(found, key=lambda row: row[:2])]


@dataclass(frozen=True)
class Face:
    """A face of the box on which a term is least, if its derivative in one variable has the sign that samples show."""

    goal: Goal
    """The term on the face."""
    slope: Goal
    """The derivative inside the range, negated if the term falls."""
    rises: bool
    is_open: bool
    """Whether the face does not belong to the box: then a positive slope makes the term positive."""

    @property
    def node(self) -> str:
        """The node of evidence that carries the sign from the face to the box."""
        return "rise" if self.rises else "fall"


def least_faces(goal: Goal, name: str, change: Term) -> Iterator[Face]:
    """The faces on which the term may be least: where it starts if it rises, or ends if it falls, in the variable.

    Samples refuse a face if the derivative has the other sign somewhere, or the term is negative on the face.
    """
    r, inside = goal.range(name), goal.open_in(name)
    values = inside.of(change).sampled()
    values = values[np.isfinite(values)]
    for rises in (True, False):
        end, opening = (r.low, r.opening) if rises else (r.high, r.closing)
        if end is None or not len(values) or np.any((values if rises else -values) < -NOISE):
            continue
        face = goal.put(name, end)
        if face.never_negative() and reaches(goal, name, rises):
            yield Face(face, inside.of(change if rises else -change), rises, opening in "()")


def sloping(
    search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int, level: int
) -> Evidence | None:
    """Evidence on the face where the term is least, its slope shown by the levels below."""
    for face in least_faces(goal, name, change):
        # on an open face only the limit of the term matters, so strictness must come from the slope
        sharp = strict and face.is_open
        slope = descended(search, face.slope, sharp, depth + 1, level - 1)
        if slope is None:
            continue
        below = search.shown(face.goal, strict and not sharp, depth + 1)
        if below is not None:
            return [face.node, name, slope, below]
    return None


def bending(search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence on both faces for a term that is concave in a variable of finite range, by a plain sign."""
    if not is_finite(goal, name):
        return None
    bend = plain_sign(goal.open_in(name).of(-derivative(change, name)), False, search, depth)
    faces = None if bend is None else end_faces(goal, name, strict)
    if faces is None:
        return None
    ends = [search.shown(face, sharp, depth + 1) for face, sharp in faces]
    return None if None in ends else ["concave", name, bend, *ends]


def is_finite(goal: Goal, name: str) -> bool:
    """Whether the range of a variable is finite at both ends."""
    r = goal.range(name)
    return r.low is not None and r.high is not None


def end_faces(goal: Goal, name: str, strict: bool) -> tuple[tuple[Goal, bool], ...] | None:
    """The two faces of a concave term, each with whether it must be positive there; None if samples refuse one.

    A concave term is at least the mean of its values at the ends, weighted by the distances, so for a strict sign one
    positive end is enough unless the box holds the other.
    """
    r = goal.range(name)
    if r.low is None or r.high is None:
        return None
    faces = (goal.put(name, r.low), strict and r.opening == "["), (goal.put(name, r.high), strict)
    # two samples are much cheaper than the search that they may spare
    if not all(face.never_negative() for face, _ in faces):
        return None
    return faces if reaches(goal, name, True) and reaches(goal, name, False) else None


def reaches(goal: Goal, name: str, low: bool) -> bool:
    """Whether a slope inside the range carries a sign from its low (high) face, as the checker asks.

    The term must be continuous up to the face, so defined there; and differentiable inside, where roots of 0 are not.
    """
    r, inside = goal.range(name), goal.open_in(name)
    if not all(plainly(inside.of(u), ">") for u, kind in conditions(goal.term) if kind == ">="):
        return False
    opening, closing = ("[" if low else r.opening), (r.closing if low else "]")
    is_open = (r.opening if low else r.closing) in "()"
    return not is_open or defined(goal.with_range(name, opening, r.low, r.high, closing))


def plain_sign(goal: Goal, strict: bool, search: Search | None = None, depth: int = 0) -> Evidence | None:
    """Evidence by an interval, or factor by factor: intervals and Bernstein coefficients settle the sign of each.

    With ``search`` a factor may also be settled by the plain sign of its own slope. For the strict sign every factor
    must be different from 0; else a square need only be defined.
    """
    if goal.settled(strict):
        return list(INTERVAL)
    if not goal.never_negative():
        return None
    try:
        rows = factored(goal.term)
    except Inapplicable:
        return None
    if not rows:
        return None if strict else list(ZERO)
    parts, total = [], 1
    # a factor that is alone, but for a constant, is no simpler than the whole
    several = sum(bool(variables(f)) for f, _ in rows) > 1 or any(e != 1 for _, e in rows)
    for factor, exponent in rows:
        even = exponent % 2 == 0
        if even and exponent > 0 and not strict and defined(goal.of(factor)):
            parts.append([encode(factor), exponent, 0, None])
            continue
        found = factor_sign(goal, factor, strict or exponent < 0)
        if found is None and search is not None and several and defined(goal.of(factor)):
            found = falling_sign(search, goal, factor, strict or exponent < 0, depth)
        if found is None:
            return None
        # an even power has the sign +, whatever the sign of its factor
        total *= 1 if even else found[0]
        parts.append([encode(factor), exponent, *found])
    return ["product", parts] if total > 0 else None


def falling_sign(search: Search, goal: Goal, factor: Term, strict: bool, depth: int) -> Evidence | None:
    """[sign, evidence] of a factor by the plain sign of its slope, or None."""
    for sign in (1, -1):
        part = goal.of(factor if sign > 0 else -factor)
        tree = (
            descended(search, part, strict, depth + 1, 1)
            if part.never_negative() and depth < MAX_FALLING_DEPTH
            else None
        )
        if tree is not None:
            return [sign, tree]
    return None


def factor_sign(goal: Goal, factor: Term, strict: bool) -> Evidence | None:
    """[sign, evidence] of one factor by coefficients if it is a polynomial, else by intervals; or None."""
    if monomials(factor, goal.domain.names) is not None:
        return bernstein(goal, factor, strict, FACTOR_LEAVES)
    if not defined(goal.of(factor)):
        return None
    for sign in (1, -1):
        part = goal.of(factor if sign > 0 else -factor)
        if not part.never_negative():
            continue
        if part.settled(strict):
            return [sign, list(INTERVAL)]
        # expanding a product cancels what intervals of its factors cannot see
        spread = part.of(expanded(part.term))
        if defined(spread) and spread.settled(strict):
            return [sign, ["like", encode(spread.term), list(INTERVAL)]]
    return None


def defined(goal: Goal) -> bool:
    """Whether intervals show that the term is defined on the box."""
    return all(plainly(goal.of(u), kind) for u, kind in conditions(goal.term))
