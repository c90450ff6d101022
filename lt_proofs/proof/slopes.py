"""Ways by calculus: a slope or a bend of one sign leads to a face of the box."""

from __future__ import annotations

import numpy as np

from lt_proofs.proof.calculus import derivative
from lt_proofs.proof.derivatives import by_derivatives, changes, defined, plain_sign, reaches
from lt_proofs.proof.evidence import Evidence
from lt_proofs.proof.fields import expanded, factored, tidy
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.rewriting import radicand
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Term, encode
from lt_proofs.terms.tree import subterms, variables

NOISE = 1e-9


def by_slope(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Reduce to a face: the term rises, falls, or is concave in a variable."""
    if depth > 9:
        return None
    for name, raw in changes(goal):
        free, change = goal.free_of(name), tidy(raw)
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
        if not face.never_negative() or not reaches(goal, name, up):
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
    bend = tidy(-derivative(change, name))
    inside = goal.open_in(name)
    values = inside.of(bend).sampled()
    values = values[np.isfinite(values)]
    if not len(values) or np.any(values < -NOISE):
        return None
    faces = (goal.put(name, r.low), strict and r.opening == "["), (goal.put(name, r.high), strict)
    if not all(face.never_negative() for face, _ in faces) or not (
        reaches(goal, name, True) and reaches(goal, name, False)
    ):
        return None
    ends = [search.shown(face, sharp, depth + 1) for face, sharp in faces]
    if None in ends:
        return None
    evidence = search.established(inside.of(bend), False, depth + 1)
    return None if evidence is None else ["concave", name, ["like", encode(bend), evidence], *ends]


def by_scaling(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Divide by something positive, an exponential or the argument of a logarithm, and look at the quotient's slope."""
    if depth > 4:
        return None
    for part in scales(goal):
        positive = plain_sign(goal.of(part), True, search, depth)
        if positive is None:
            continue
        quotient = goal.of(expanded(goal.term / part))
        if not defined(quotient):
            continue
        tree = by_derivatives(search, quotient, strict, depth + 1) or by_slope(search, quotient, strict, depth + 1)
        if tree is not None:
            return ["product", [[encode(quotient.term), 1, 1, tree], [encode(part), 1, 1, positive]]]
    return None


def scales(goal: Goal) -> list[Term]:
    """What may be worth dividing by: exponentials, arguments of logarithms and their factors, and roots."""
    found: list[Term] = []
    for part in subterms(goal.term):
        if isinstance(part, Apply) and part.head == "log" and variables(part):
            found += [f for f, _ in factored(part.args[0]) if variables(f)]
        elif isinstance(part, Apply) and variables(part) and (part.head == "exp" or radicand(part) is not None):
            found.append(part)
    signed = [u if np.nanmean(goal.of(u).sampled()) >= 0 else -u for u in found]
    return sorted(set(signed), key=repr)[:5]


def bent(term: Term) -> bool:
    """Whether an exponential of something that is not linear occurs."""
    return any(
        isinstance(part, Apply)
        and part.head == "exp"
        and any(isinstance(u, Apply) and u.head in "^/" for u in subterms(part.args[0]))
        for part in subterms(term)
    )
