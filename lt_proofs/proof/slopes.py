"""Ways by calculus: a slope or a bend of one sign leads to a face of the box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sympy

from lt_proofs.proof.algebra import from_sympy, to_sympy
from lt_proofs.proof.critical import tidy
from lt_proofs.proof.evidence import INTERVAL, UNABLE, Evidence
from lt_proofs.proof.goal import Goal
from lt_proofs.terms import Apply, Term, encode
from lt_proofs.terms.tree import subterms, variables

if TYPE_CHECKING:
    from lt_proofs.proof.search import Search


NOISE = 1e-9


def by_slope(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Reduce to a face: the term rises, falls, or is concave in a variable."""
    if depth > 9:
        return None
    for name in sorted(variables(goal.term) & set(goal.domain.names)):
        free = goal.free_of(name)
        try:
            change = tidy(sympy.diff(to_sympy(goal.term), sympy.Symbol(name)))
        except UNABLE:
            continue
        tree = to_face(search, free, name, change, strict, depth) or by_bend(search, free, name, change, strict, depth)
        if tree is not None:
            return tree
    return None


def to_face(search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
    """The face where the term is least, if the derivative keeps one sign."""
    r = goal.range(name)
    inside = goal.open_in(name)
    values = inside.of(change).sampled()
    values = values[np.isfinite(values)]
    for up in (True, False):
        end, opening = (r.low, r.opening) if up else (r.high, r.closing)
        if end is None or not len(values) or np.any((values if up else -values) < -NOISE):
            continue
        is_open = opening in "()"
        face = goal.put(name, end)
        if not face.never_negative():
            continue
        part = inside.of(change if up else -change)
        below = search.shown(face, strict and not is_open, depth + 1)
        if below is None:
            continue
        slope = search.established(part, strict and is_open, depth + 1)
        if slope is not None:
            return ["rise" if up else "fall", name, ["like", encode(part.term), slope], below]
    return None


def by_bend(search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
    """Concave in a variable of finite range: least at the two faces."""
    r = goal.range(name)
    if r.low is None or r.high is None or depth > 5:
        return None
    bend = tidy(-sympy.diff(to_sympy(change), sympy.Symbol(name)))
    inside = goal.open_in(name)
    values = inside.of(bend).sampled()
    values = values[np.isfinite(values)]
    if not len(values) or np.any(values < -NOISE):
        return None
    faces = (goal.put(name, r.low), strict and r.opening == "["), (goal.put(name, r.high), strict)
    if not all(face.never_negative() for face, sharp in faces):
        return None
    ends = [search.shown(face, sharp, depth + 1) for face, sharp in faces]
    if None in ends:
        return None
    evidence = search.established(inside.of(bend), False, depth + 1)
    return None if evidence is None else ["concave", name, ["like", encode(bend), evidence], *ends]


def by_scaling(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Divide by an exponential, which is positive, and look at the slope of the quotient."""
    if depth > 4:
        return None
    exponentials = {p for p in subterms(goal.term) if isinstance(p, Apply) and p.head == "exp" and variables(p)}
    for part in sorted(exponentials, key=repr)[:4]:
        try:
            quotient = from_sympy(sympy.expand(sympy.expand_power_exp(to_sympy(goal.term / part)), power_exp=False))
        except UNABLE:
            continue
        for name in sorted(variables(quotient)):
            change = tidy(sympy.diff(to_sympy(quotient), sympy.Symbol(name)))
            tree = to_face(search, goal.of(quotient).free_of(name), name, change, strict, depth + 1)
            if tree is not None:
                rows = [[encode(quotient), 1, 1, tree], [encode(part), 1, 1, list(INTERVAL)]]
                return ["product", rows]
    return None


def bent(term: Term) -> bool:
    """Whether an exponential of something that is not linear occurs."""
    return any(
        isinstance(part, Apply)
        and part.head == "exp"
        and any(isinstance(u, Apply) and u.head in "^/" for u in subterms(part.args[0]))
        for part in subterms(term)
    )
