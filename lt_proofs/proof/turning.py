"""Ways by another range: one period of waves, an end at infinity drawn near, and waves put at their bounds."""

from __future__ import annotations

from math import inf, pi

import numpy as np

from lt_proofs.proof.evidence import INTERVAL, Evidence
from lt_proofs.proof.fields import identical, normal
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Symbol, Term, encode, number
from lt_proofs.terms.tree import subterms, variables

WAVES = ("sin", "cos")
BOUNDED = {"sin": number(1), "cos": number(1), "atan": Symbol("pi") / 2}
LASTING = ("exp", "log", "atan")
SHARE = 0.5
NOISE = 1e-9
TURN = number(2) * Symbol("pi")


def by_period(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """One period of a variable that occurs in waves only."""
    waving = {name for part in subterms(goal.term) for name in names_of(part, WAVES)}
    for name in sorted(waving & set(goal.domain.names)):
        low, high = goal.box[name][:2]
        if (low != -inf and high != inf and float(high - low) <= 2 * pi) or goal.free_of(name) != goal:
            continue
        if identical(goal.term - goal.put(name, Symbol(name) + TURN, *parts_of(goal, name)).term):
            one = goal.with_range(name, "[", number(0), TURN, "]")
            tree = search.within(SHARE, lambda one=one: search.established(one, strict, depth + 1))  # type: ignore[misc]
            return None if tree is None else ["period", name, tree]
    return None


def by_inversion(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """x = low - 1 + 1/s in (0, 1]: what happens at infinity happens next to 0."""
    if depth > 6:
        return None
    for name in sorted(variables(goal.term) & set(goal.domain.names)):
        r = goal.range(name)
        inside = {part.head for part in subterms(goal.term) if isinstance(part, Apply) and name in variables(part)}
        if r.low is None or r.high is not None or inside & set(WAVES) or not inside & set(LASTING):
            continue
        closing = "]" if r.opening == "[" else ")"
        value = r.low - number(1) + number(1) / Symbol(name)
        part = goal.put(name, value, "(", number(0), number(1), closing)
        tree = search.within(SHARE, lambda part=part: search.established(part, strict, depth + 1))  # type: ignore[misc]
        if tree is not None:
            return ["invert", name, tree]
    return None


def by_bounds(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """The term with a wave (or an angle) put at its bound, and what it has beyond that."""
    if depth > 6:
        return None
    found = normal(goal.term)
    if not found.below.is_constant():
        return None
    scale = next(iter(found.below.coeffs()))
    for k, atom in enumerate(found.atoms):
        body = atom.body
        if not isinstance(body, Apply) or body.head not in BOUNDED or found.top.degrees()[k] != 1:
            continue
        change = found.top.derivative(k) / scale
        rest = found.top / scale - change * found.top.context().gens()[k]
        factor, bound = found.term(change), BOUNDED[body.head]
        values = goal.of(factor).sampled()
        up = bool(np.nanmean(values) >= 0)
        floor = goal.of(found.term(rest) - bound * factor if up else found.term(rest) + bound * factor)
        if np.any((values if up else -values) < -NOISE) or not floor.never_negative():
            continue
        first = search.established(floor, strict, depth + 1)
        second = None if first is None else search.established(goal.of(factor if up else -factor), False, depth + 1)
        if second is not None:
            sides = [[encode(factor), 1, 1 if up else -1, second]]
            gap = body + bound if up else body - bound
            sides.append([encode(gap), 1, 1 if up else -1, list(INTERVAL)])
            return ["sum", [[encode(floor.term), first], [encode(factor * gap), ["product", sides]]]]
    return None


def names_of(part: Term, heads: tuple[str, ...]) -> set[str]:
    """The variables inside a function value of one of these kinds."""
    return set(variables(part)) if isinstance(part, Apply) and part.head in heads else set()


def parts_of(goal: Goal, name: str) -> tuple[str, Term | None, Term | None, str]:
    """What a range is made of beside its name."""
    r = goal.range(name)
    return r.opening, r.low, r.high, r.closing
