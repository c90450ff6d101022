"""Strategies by calculus: a slope or a bend of one sign leads to a face of the box.

In contrast to lt_proofs.proof.derivatives the sign of the slope is itself searched for, with all strategies.
"""

from __future__ import annotations

import numpy as np

from lt_proofs.proof.calculus import derivative, mostly_positive
from lt_proofs.proof.derivatives import (
    NOISE,
    by_derivatives,
    changes,
    defined,
    end_faces,
    is_finite,
    least_faces,
    plain_sign,
)
from lt_proofs.proof.evidence import Evidence
from lt_proofs.proof.fields import expanded, factored, tidy
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.rewriting import radicand
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Term, encode
from lt_proofs.terms.tree import subterms, variables

MAX_SLOPE_DEPTH, MAX_BEND_DEPTH, MAX_SCALING_DEPTH = 9, 5, 4
MAX_SCALES = 5
"""How many divisors are tried."""


def by_slope(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Reduce to faces of the box: the term rises, falls, or is concave in a variable. Not for abs, min and max."""
    if depth > MAX_SLOPE_DEPTH:
        return None
    for name, raw in changes(goal):
        free, change = goal.free_of(name), tidy(raw)
        tree = to_face(search, free, name, change, strict, depth) or by_bend(search, free, name, change, strict, depth)
        if tree is not None:
            return tree
    return None


def to_face(search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence on the face where the term is least, the sign of its slope found by the search."""
    for face in least_faces(goal, name, change):
        sharp = strict and face.is_open
        # the face first: it has a variable less, so a failure shows there at a smaller cost
        below = search.shown(face.goal, strict and not sharp, depth + 1)
        if below is None:
            continue
        slope = search.established(face.slope, sharp, depth + 1)
        if slope is not None:
            return [face.node, name, ["like", encode(face.slope.term), slope], below]
    return None


def by_bend(search: Search, goal: Goal, name: str, change: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence on both faces for a term that is concave in a variable of finite range."""
    if not is_finite(goal, name) or depth > MAX_BEND_DEPTH:
        return None
    bend = goal.open_in(name).of(tidy(-derivative(change, name)))
    values = bend.sampled()
    values = values[np.isfinite(values)]
    if not len(values) or np.any(values < -NOISE):
        return None
    faces = end_faces(goal, name, strict)
    if faces is None:
        return None
    ends = [search.shown(face, sharp, depth + 1) for face, sharp in faces]
    if None in ends:
        return None
    evidence = search.established(bend, False, depth + 1)
    return None if evidence is None else ["concave", name, ["like", encode(bend.term), evidence], *ends]


def by_scaling(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Divide by a positive part of the term, such as an exponential, and look at the slope of the quotient.

    Differentiating x exp(x) - y keeps the exponential; differentiating x - y exp(-x) leaves something simpler. The same
    holds of logarithms and their arguments. The quotient has the sign of the term.
    """
    if depth > MAX_SCALING_DEPTH:
        return None
    for part in scales(goal):
        # without a plain sign, dividing is not worth a search
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
    """What may be worth dividing by: exponentials, factors of arguments of logarithms, and roots, made positive."""
    found: list[Term] = []
    for part in subterms(goal.term):
        if isinstance(part, Apply) and part.head == "log" and variables(part):
            found += [f for f, _ in factored(part.args[0]) if variables(f)]
        elif isinstance(part, Apply) and variables(part) and (part.head == "exp" or radicand(part) is not None):
            found.append(part)
    # a divisor must be positive; whether it is, plain_sign shows
    signed = [u if mostly_positive(goal.of(u).sampled()) else -u for u in found]
    return sorted(set(signed), key=repr)[:MAX_SCALES]


def bent(term: Term) -> bool:
    """Whether an exponential of a power or a quotient occurs."""
    return any(
        isinstance(part, Apply)
        and part.head == "exp"
        and any(isinstance(u, Apply) and u.head in "^/" for u in subterms(part.args[0]))
        for part in subterms(term)
    )
