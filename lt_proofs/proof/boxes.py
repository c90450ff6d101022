"""Taylor's formula on many boxes at once, in floats: where it is worth cutting, and to which order.

The checker computes the same coefficients with exact ends (its module series); what is found here only steers. An
interval is a pair of arrays, one entry for each box; nan stands for a box on which the term may not be smooth.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lt_proofs.proof.calculus import UFUNCS, Floats, as_float
from lt_proofs.proof.work import counted
from lt_proofs.terms import Apply, Number, Symbol, Term

Pair = tuple[Any, Any]
Series = list[Pair]
ZERO: Pair = (np.float64(0), np.float64(0))
ONE: Pair = (np.float64(1), np.float64(1))
CRESTS = np.arange(-1, 8)


class Rough(Exception):
    """The term holds something that has no derivative."""


def add(f: Pair, g: Pair) -> Pair:
    """f + g."""
    return f[0] + g[0], f[1] + g[1]


def subtract(f: Pair, g: Pair) -> Pair:
    """f - g."""
    return f[0] - g[1], f[1] - g[0]


def multiply(f: Pair, g: Pair) -> Pair:
    """f g."""
    if f is ZERO or g is ZERO:
        return ZERO
    ends = [f[0] * g[0], f[0] * g[1], f[1] * g[0], f[1] * g[1]]
    return np.minimum(np.minimum(ends[0], ends[1]), np.minimum(ends[2], ends[3])), np.maximum(
        np.maximum(ends[0], ends[1]), np.maximum(ends[2], ends[3])
    )


def divide(f: Pair, g: Pair) -> Pair:
    """f / g, nan where g may be 0."""
    bad = (g[0] <= 0) & (g[1] >= 0)
    return multiply(f, (np.where(bad, np.nan, 1 / g[1]), np.where(bad, np.nan, 1 / g[0])))


def scaled(factor: float, f: Pair) -> Pair:
    """A multiple."""
    return (factor * f[0], factor * f[1]) if factor >= 0 else (factor * f[1], factor * f[0])


def square(f: Pair) -> Pair:
    """f^2."""
    low, high = f[0] * f[0], f[1] * f[1]
    return np.where((f[0] <= 0) & (f[1] >= 0), 0.0, np.minimum(low, high)), np.maximum(low, high)


def total(rows: list[tuple[Pair, Pair]]) -> Pair:
    """The sum of products."""
    found = ZERO
    for f, g in rows:
        if f is not ZERO and g is not ZERO:
            found = add(found, multiply(f, g))
    return found


@counted(40, 100)
def coefficients(term: Term, start: dict[str, Series], order: int) -> Series:
    """The coefficients 0 to ``order`` of a term along segments, from those of its variables; Rough where none exist."""
    with np.errstate(all="ignore"):
        return _series(term, start, order, {})


def _series(term: Term, start: dict[str, Series], order: int, seen: dict[Term, Series]) -> Series:
    found = seen.get(term)
    if found is None:
        found = seen[term] = _grown(term, start, order, seen)
    return found


def _grown(term: Term, start: dict[str, Series], order: int, seen: dict[Term, Series]) -> Series:
    if isinstance(term, Number):
        value = np.float64(as_float(term.value, np.inf))
        return [(value, value)] + [ZERO] * order
    if isinstance(term, Symbol):
        return [(np.float64(np.pi),) * 2] + [ZERO] * order if term.name == "pi" else start[term.name][: order + 1]
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    if term.head == "^":
        return _power(term, start, order, seen)
    parts = [_series(arg, start, order, seen) for arg in term.args]
    if term.head == "-" and len(parts) == 1:
        return [subtract(ZERO, c) for c in parts[0]]
    found = parts[0]
    if term.head in FUNCTIONS:
        grown: Series = FUNCTIONS[term.head](found)
        return grown
    for part in parts[1:]:
        found = _joined(term.head, found, part)
    return found


def _joined(head: str, f: Series, g: Series) -> Series:
    if head in "+-":
        return [(add if head == "+" else subtract)(a, b) for a, b in zip(f, g, strict=True)]
    if head == "*":
        return times(f, g)
    if head == "/":
        return over(f, g)
    if len(f) > 1:
        raise Rough(head)
    choose = np.minimum if head == "min" else np.maximum
    return [(choose(f[0][0], g[0][0]), choose(f[0][1], g[0][1]))]


def times(f: Series, g: Series) -> Series:
    """The product."""
    if f is g:
        rows = []
        for k in range(len(f)):
            twice = scaled(2, total([(f[i], f[k - i]) for i in range((k + 1) // 2)]))
            rows.append(add(twice, square(f[k // 2])) if k % 2 == 0 else twice)
        return rows
    return [total([(f[i], g[k - i]) for i in range(k + 1)]) for k in range(len(f))]


def over(f: Series, g: Series) -> Series:
    """The quotient."""
    found: Series = []
    for k in range(len(f)):
        found.append(divide(subtract(f[k], total([(found[i], g[k - i]) for i in range(k)])), g[0]))
    return found


def _power(term: Apply, start: dict[str, Series], order: int, seen: dict[Term, Series]) -> Series:
    base, exponent = term.args
    u = _series(base, start, order, seen)
    if not isinstance(exponent, Number):
        return _exp(times(_series(exponent, start, order, seen), _log(u)))
    e = exponent.value
    if e.denominator == 1 and abs(e) <= 64:
        unit: Series = [ONE] + [ZERO] * order
        whole, factor, left = unit, u, abs(int(e))
        while left:
            if left % 2:
                whole = factor if whole is unit else times(whole, factor)
            left //= 2
            factor = times(factor, factor) if left else factor
        return whole if e > 0 else over(unit, whole)
    return _rational(u, float(e))


def _rational(u: Series, e: float) -> Series:
    # a root has a value at 0, and no derivative
    bad = ~(u[0][0] >= 0) if len(u) == 1 and e > 0 else ~(u[0][0] > 0)
    ends = np.where(bad, np.nan, u[0][0]) ** e, np.where(bad, np.nan, u[0][1]) ** e
    found = [(np.minimum(*ends), np.maximum(*ends))]
    for k in range(1, len(u)):
        rows = [(scaled((e + 1) * i - k, u[i]) if u[i] is not ZERO else ZERO, found[k - i]) for i in range(1, k + 1)]
        found.append(scaled(1 / k, divide(total(rows), u[0])))
    return found


def _slope(u: Series) -> Series:
    return [c if c is ZERO else scaled(k, c) for k, c in enumerate(u)]


def _exp(u: Series) -> Series:
    found, slope = [(np.exp(u[0][0]), np.exp(u[0][1]))], _slope(u)
    for k in range(1, len(u)):
        found.append(scaled(1 / k, total([(slope[i], found[k - i]) for i in range(1, k + 1)])))
    return found


def _log(u: Series) -> Series:
    low = np.where(u[0][0] > 0, u[0][0], np.nan)
    change = over(_slope(u)[1:], u[:-1])
    return [(np.log(low), np.log(np.where(u[0][0] > 0, u[0][1], np.nan)))] + [
        scaled(1 / k, c) for k, c in enumerate(change, 1)
    ]


def _atan(u: Series) -> Series:
    below = times(u, u)[:-1]
    below[:1] = [add(ONE, below[0])] if below else []
    change = over(_slope(u)[1:], below)
    return [(np.arctan(u[0][0]), np.arctan(u[0][1]))] + [scaled(1 / k, c) for k, c in enumerate(change, 1)]


def _erf(u: Series) -> Series:
    ends = [np.asarray(UFUNCS["erf"](end), dtype=np.float64) for end in u[0]]
    factor = 2 / np.sqrt(np.pi)
    bell = _exp([subtract(ZERO, c) for c in times(u, u)])[: len(u) - 1]
    change = times(bell, _slope(u)[1:])
    return [(ends[0], ends[1]), *(scaled(factor / k, c) for k, c in enumerate(change, 1))]


def _waves(u: Series) -> tuple[Series, Series]:
    sine, cosine = [_wave(u[0], 0.5)], [_wave(u[0], 0.0)]
    slope = _slope(u)
    for k in range(1, len(u)):
        up = total([(slope[i], cosine[k - i]) for i in range(1, k + 1)])
        down = total([(slope[i], sine[k - i]) for i in range(1, k + 1)])
        sine.append(scaled(1 / k, up))
        cosine.append(scaled(-1 / k, down))
    return sine, cosine


def _wave(u: Pair, first: float) -> Pair:
    """sin (first crest at half a turn of pi) or cos (at 0)."""
    function = np.sin if first else np.cos
    low, high = np.asarray(u[0], float), np.asarray(u[1], float)
    ends = function(low), function(high)
    start = np.floor(low / np.pi - first)
    crests = np.pi * (first + start[..., None] + CRESTS)
    inside = (crests >= low[..., None] - 1e-12) & (crests <= high[..., None] + 1e-12)
    even = (start[..., None] + CRESTS) % 2 == 0
    wide = high - low >= 7
    top = np.any(inside & even, axis=-1) | wide
    bottom = np.any(inside & ~even, axis=-1) | wide
    return np.where(bottom, -1.0, np.minimum(*ends)), np.where(top, 1.0, np.maximum(*ends))


def _abs(u: Series) -> Series:
    low, high = u[0]
    if np.all(low >= 0):
        return u
    if np.all(high <= 0):
        return [subtract(ZERO, c) for c in u]
    if len(u) == 1:
        below = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(np.abs(low), np.abs(high)))
        return [(below, np.maximum(np.abs(low), np.abs(high)))]
    raise Rough("abs")


FUNCTIONS: dict[str, Any] = {
    "exp": _exp,
    "log": _log,
    "sqrt": lambda u: _rational(u, 0.5),
    "atan": _atan,
    "erf": _erf,
    "sin": lambda u: _waves(u)[0],
    "cos": lambda u: _waves(u)[1],
    "abs": _abs,
}


def least(term: Term, lows: dict[str, Floats], highs: dict[str, Floats], order: int) -> Any:
    """A number that a term is at least, on each of many boxes, by Taylor's formula of an order about their middles."""
    if not order:
        return coefficients(term, {name: [(low, highs[name])] for name, low in lows.items()}, 0)[0][0]
    if len(lows) == 1:
        (name,) = lows
        return on_lines(term, name, lows[name], highs[name], order)
    near: dict[str, Series] = {}
    far: dict[str, Series] = {}
    for name, low in lows.items():
        middle = (low + highs[name]) / 2
        rest = [(low - middle, highs[name] - middle)] + [ZERO] * (order - 1)
        near[name], far[name] = [(middle, middle), *rest], [(low, highs[name]), *rest]
    found = coefficients(term, far, order)[order]
    with np.errstate(all="ignore"):
        for c in coefficients(term, near, order - 1):
            found = add(found, c)
    return found[0]


def on_lines(term: Term, name: str, low: Floats, high: Floats, order: int) -> Any:
    """The same in one variable, where c_1 h + c_2 h^2 has its least value at a vertex or at an end."""
    middle, reach = (low + high) / 2, (high - low) / 2
    rest = [ONE] + [ZERO] * (order - 1)
    found = coefficients(term, {name: [(middle, middle), *rest]}, order - 1)
    found.append(coefficients(term, {name: [(low, high), *rest]}, order)[order])
    with np.errstate(all="ignore"):
        total = found[0][0]
        for k, c in enumerate(found[3:], 3):
            total = total + reach**k * (np.minimum(c[0], 0) if k % 2 == 0 else -np.maximum(-c[0], c[1]))
        steep = np.maximum(-found[1][0], found[1][1])
        if order == 1:
            return total - steep * reach
        bend = found[2][0]
        vertex = (steep <= 2 * bend * reach) & (bend > 0)
        return total + np.where(
            vertex, -steep * steep / (4 * np.where(bend > 0, bend, 1)), (bend * reach - steep) * reach
        )
