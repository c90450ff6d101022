"""mpmath as an independent witness: conclusions are evaluated at random points, without Arb and without the checker.

mpmath's plain arithmetic at high precision is used, not its interval arithmetic, whose exp and log are not rigorous. A
disagreement fails the claim; agreement proves nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath

from lt_proofs.terms import Apply, Judgement, Number, Symbol, Term

POINTS = 200


@dataclass(frozen=True)
class Comparison:
    """The number of points that were evaluated, and the first at which the conclusion failed, as texts, or None."""

    points: int
    disagreement: dict[str, str] | None


def to_mpmath(term: Term, point: dict[str, Any], context: Any) -> Any:
    """Evaluate a term at a point of mpf numbers in a context with its own precision.

    Raises TypeError for an object that is not a term; mpmath's own errors pass where the value is undefined.
    """
    if isinstance(term, Number):
        return context.mpf(term.value.numerator) / term.value.denominator
    if isinstance(term, Symbol):
        return +context.pi if term.name == "pi" else point[term.name]
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    values = [to_mpmath(arg, point, context) for arg in term.args]
    if term.head in ("+", "*", "-") and len(values) > 1:
        result = values[0]
        for value in values[1:]:
            result = {"+": result + value, "*": result * value, "-": result - value}[term.head]
        return result
    if term.head in ("min", "max"):
        return min(values) if term.head == "min" else max(values)
    simple = {"-": lambda x: -x, "abs": abs, "exp": context.exp, "log": context.log, "sqrt": context.sqrt}
    simple |= {"sin": context.sin, "cos": context.cos, "atan": context.atan, "erf": context.erf}
    if term.head in simple and len(values) == 1:
        return simple[term.head](values[0])
    return values[0] / values[1] if term.head == "/" else values[0] ** values[1]


@lru_cache(maxsize=4096)
def agrees(judgement: Judgement, digits: int = 50, seed: int = 0) -> Comparison:
    """Evaluate an inequality at up to 200 random points of its domain, with ``digits`` decimal digits.

    A violation by more than 10^(-digits/2), relative to the size of both sides, counts as a disagreement; less is
    rounding. Equal arguments give equal results.
    """
    # a context of its own, because mpmath's default precision is global
    context = mpmath.mp.clone()
    context.dps = digits
    conclusion = judgement["conclusion"]
    # half of the digits may be lost by cancellation before a difference counts as a violation
    slack = context.mpf(10) ** (-digits // 2)
    count = 0
    for point in _points(judgement, context, random.Random(seed)):
        left, right = (to_mpmath(side, point, context) for side in (conclusion.left, conclusion.right))
        room = (right - left) if conclusion.sign in ("<=", "<") else (left - right)
        if conclusion.sign == "=":
            room = -abs(room)
        count += 1
        if room < -slack * (1 + abs(left) + abs(right)):
            return Comparison(count, {name: context.nstr(value, 20) for name, value in point.items()})
    return Comparison(count, None)


def _points(judgement: Judgement, context: Any, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield random points of the domain at which all hypotheses hold; unbounded ranges are mapped to (0, 1)."""
    for _ in range(POINTS if judgement["domain"].ranges else 1):
        point = {}
        for r in judgement["domain"].ranges:
            low = None if r.low is None else to_mpmath(r.low, {}, context)
            high = None if r.high is None else to_mpmath(r.high, {}, context)
            # strictly between 0 and 1, so that open ends are never hit
            part = context.mpf(rng.getrandbits(64) + 1) / (2**64 + 2)
            # maps (0, 1) to (0, oo), so that unbounded ranges are sampled near their end and far from it
            ray = part / (1 - part)
            if low is not None and high is not None:
                point[r.name] = low + (high - low) * part
            elif low is not None:
                point[r.name] = low + ray
            elif high is not None:
                point[r.name] = high - ray
            else:
                point[r.name] = ray - 1 / (ray + context.mpf(1) / 1000)
        # a hypothesis may be undefined at the point; then the point is not admissible
        try:
            if all(_holds(h, point, context) for h in judgement["hypotheses"]):
                yield point
        except (ValueError, ZeroDivisionError):
            continue


def _holds(relation: Any, point: dict[str, Any], context: Any) -> bool:
    """Whether a hypothesis holds at a point; an equation must hold exactly."""
    difference = to_mpmath(relation.right - relation.left, point, context)
    if relation.sign == "=":
        return bool(abs(difference) == 0)
    return bool(difference >= 0 if relation.sign in ("<=", "<") else difference <= 0)
