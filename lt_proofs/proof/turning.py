"""Strategies by other values: one period, an infinite end moved next to 0, bounded functions put at their bounds."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np

from lt_proofs.proof.calculus import mostly_positive
from lt_proofs.proof.changing import below_quarter
from lt_proofs.proof.evidence import INTERVAL, Evidence
from lt_proofs.proof.fields import identical, normal
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Symbol, Term, encode, number
from lt_proofs.terms.tree import subterms, variables

WAVES = ("sin", "cos")
BOUNDED = {"sin": number(1), "cos": number(1), "erf": number(1), "atan": Symbol("pi") / 2}
LASTING = ("exp", "log", "atan", "erf")
"""Functions on an infinite range that no algebra removes."""
SHARE = 0.5
"""The share of the work that is left which one of these attempts may use up."""
MAX_INVERSION_DEPTH = MAX_BOUNDS_DEPTH = 6
NOISE = 1e-9
TURN = number(2) * Symbol("pi")


def by_period(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Show the sign on one period [0, 2 pi] of a variable in which the term is periodic."""
    waving = {name for part in subterms(goal.term) for name in names_of(part, WAVES)}
    for name in sorted(waving & set(goal.domain.names)):
        low, high = goal.box[name][:2]
        # a period would be no smaller, or a hypothesis about x would not be periodic
        if (low != -inf and high != inf and high - low <= Fraction(710, 113)) or goal.free_of(name) != goal:
            continue
        if identical(goal.term - goal.put(name, Symbol(name) + TURN, *parts_of(goal, name)).term):
            one = goal.with_range(name, "[", number(0), TURN, "]")
            tree = search.within(SHARE, lambda one=one: search.established(one, strict, depth + 1))  # type: ignore[misc]
            return None if tree is None else ["period", name, tree]
    return None


def by_inversion(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Write x in [low, oo) as low - 1 + 1/s with s in (0, 1]: the behaviour at infinity becomes that next to 0.

    Works on terms with an exponential, a logarithm or an arcus tangent of x, and no sine or cosine of it, which would
    turn infinitely often near 0.
    """
    if depth > MAX_INVERSION_DEPTH:
        return None
    for name in sorted(variables(goal.term) & set(goal.domain.names)):
        r = goal.range(name)
        inside = {part.head for part in subterms(goal.term) if isinstance(part, Apply) and name in variables(part)}
        if r.low is None or r.high is not None or inside & set(WAVES) or not inside & set(LASTING):
            continue
        # s = 1 is x = low, and s = 0 is no point of the range
        closing = "]" if r.opening == "[" else ")"
        value = r.low - number(1) + number(1) / Symbol(name)
        part = goal.put(name, value, "(", number(0), number(1), closing)
        tree = search.within(SHARE, lambda part=part: search.established(part, strict, depth + 1))  # type: ignore[misc]
        if tree is not None:
            return ["invert", name, tree]
    return None


def by_bounds(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Put a sine, cosine or arcus tangent at its bound, if its factor has one sign.

    Works on terms p + q w, linear in such a function value w with |w| <= b: p + q w = (p - b q) + q (w + b), and both
    parts are not negative if q >= 0 and p - b q >= 0; similarly for q <= 0.
    """
    if depth > MAX_BOUNDS_DEPTH:
        return None
    found = normal(goal.term)
    if not found.below.is_constant():
        return None
    # one function value at a time: the next call of the search takes the next one
    for k, atom in enumerate(found.atoms):
        body = atom.body
        if not isinstance(body, Apply) or body.head not in BOUNDED or found.top.degrees()[k] != 1:
            continue
        change, rest = found.linear_in(k)
        factor, bound = found.term(change), BOUNDED[body.head]
        values = goal.of(factor).sampled()
        # the sign of q decides at which of its bounds w is worst
        up = mostly_positive(values)
        floor = goal.of(found.term(rest) - bound * factor if up else found.term(rest) + bound * factor)
        if np.any((values if up else -values) < -NOISE) or not floor.never_negative():
            continue
        first = search.established(floor, strict, depth + 1)
        second = None if first is None else search.established(goal.of(factor if up else -factor), False, depth + 1)
        if second is not None:
            sides = [[encode(factor), 1, 1 if up else -1, second]]
            gap = body + bound if up else body - bound
            bounded = list(INTERVAL) if body.head != "atan" else below_quarter(body.args[0], -1 if up else 1)
            sides.append([encode(gap), 1, 1 if up else -1, bounded])
            return ["sum", [[encode(floor.term), first], [encode(factor * gap), ["product", sides]]]]
    return None


def names_of(part: Term, heads: tuple[str, ...]) -> set[str]:
    """The variables inside a term whose outermost function is one of these."""
    return set(variables(part)) if isinstance(part, Apply) and part.head in heads else set()


def parts_of(goal: Goal, name: str) -> tuple[str, Term | None, Term | None, str]:
    """A range without its name: opening, low, high, closing."""
    r = goal.range(name)
    return r.opening, r.low, r.high, r.closing
