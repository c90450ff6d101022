"""Taylor coefficients of a term along a segment, as intervals.

A series is a list of intervals: entry k holds f^(k)(t)/k! for every t of the segment that is meant.  The recurrences
of automatic differentiation hold at each t, so that interval arithmetic carries enclosures through them.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate

from errors import Rejected, spend
from inequalities.intervals import absolute, evaluate, integer_power, joined, least, monotone, negative, wave
from shapes import Interval, Term

Series = list[Interval]
ZERO: Interval = (Fraction(0), Fraction(0), False, False)
ONE: Interval = (Fraction(1), Fraction(1), False, False)


def number(value: Fraction | int) -> Interval:
    """The interval of one number."""
    return (Fraction(value), Fraction(value), False, False)


def series(item: Term, start: dict[str, Series], order: int, bits: int) -> Series:
    """The coefficients 0 to `order` of a term from those of its variables; Rejected where it may not be smooth."""
    spend(100)
    if isinstance(item, Fraction) or item == "pi":
        return [evaluate(item, {}, bits)] + [ZERO] * order
    if isinstance(item, str):
        if item not in start:
            raise Rejected(f"{item} has no range")
        return start[item]
    head, *args = item
    at = Arithmetic(bits)
    if head == "^":
        return powered(args[0], args[1], start, order, bits)
    parts = [series(arg, start, order, bits) for arg in args]
    if head == "-" and len(parts) == 1:
        return [negative(c) for c in parts[0]]
    if head in ("+", "-"):
        return list(accumulate(parts, lambda f, g: [at.of(head, a, b) for a, b in zip(f, g, strict=True)]))[-1]
    if head in ("*", "/"):
        return list(accumulate(parts, at.times if head == "*" else at.over))[-1]
    if head in ("abs", "min", "max"):
        return list(accumulate(parts, lambda f, g: chosen(head, f, g, at)))[-1] if head != "abs" else sided(parts[0])
    return FUNCTIONS[head](parts[0], at)


class Arithmetic:
    """Sums, products and quotients of series at one precision."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def of(self, head: str, f: Interval, g: Interval) -> Interval:
        """Two intervals joined; what is exactly zero costs nothing."""
        if head == "*" and (f == ZERO or g == ZERO):
            return ZERO
        if g == ZERO and head in "+-":
            return f
        if f == ZERO and head == "+":
            return g
        return joined(head, f, g, self.bits)

    def total(self, rows: list[tuple[Interval, Interval]]) -> Interval:
        """The sum of products."""
        found = ZERO
        for f, g in rows:
            found = self.of("+", found, self.of("*", f, g))
        return found

    def times(self, f: Series, g: Series) -> Series:
        """The product."""
        if f is g or f == g:
            return self.squared(f)
        return [self.total([(f[i], g[k - i]) for i in range(k + 1)]) for k in range(len(f))]

    def squared(self, f: Series) -> Series:
        """The square: its first coefficient is not negative, and each product of two coefficients is taken once."""
        found = []
        for k in range(len(f)):
            twice = self.of("*", number(2), self.total([(f[i], f[k - i]) for i in range((k + 1) // 2)]))
            found.append(self.of("+", twice, integer_power(f[k // 2], 2)) if k % 2 == 0 else twice)
        return found

    def over(self, f: Series, g: Series) -> Series:
        """The quotient q, from f = q g."""
        found: Series = []
        for k in range(len(f)):
            known = self.total([(found[i], g[k - i]) for i in range(k)])
            found.append(self.of("/", self.of("-", f[k], known), g[0]))
        return found

    def scaled(self, f: Series) -> Series:
        """k f_k for each k: t f'(t)."""
        return [self.of("*", number(k), c) for k, c in enumerate(f)]

    def grown(self, first: Interval, change: Callable[[Series, int], Interval], order: int) -> Series:
        """A series from its first coefficient, and k times its k-th coefficient from the earlier ones."""
        found = [first]
        for k in range(1, order + 1):
            found.append(self.of("/", change(found, k), number(k)))
        return found


def powered(base: Term, exponent: Term, start: dict[str, Series], order: int, bits: int) -> Series:
    """u^w: whole powers by products, w log u in an exponential for others; the base is then positive."""
    at, u = Arithmetic(bits), series(base, start, order, bits)
    if isinstance(exponent, Fraction) and exponent.denominator == 1 and abs(exponent) <= 64:
        unit: Series = [ONE] + [ZERO] * order
        whole, square, left = unit, u, abs(int(exponent))
        while left:
            if left % 2:
                whole = square if whole is unit else at.times(whole, square)
            left //= 2
            square = at.squared(square) if left else square
        return whole if exponent > 0 else at.over(unit, whole)
    if not isinstance(exponent, Fraction):
        return exponential(at.times(series(exponent, start, order, bits), logarithm(u, at)), at)
    positive(u)

    # u v' = q u' v for v = u^q
    def change(v: Series, k: int) -> Interval:
        rows = [(at.of("*", number((exponent + 1) * i - k), u[i]), v[k - i]) for i in range(1, k + 1)]
        return at.of("/", at.total(rows), u[0])

    box = {"u": u[0]}
    return at.grown(evaluate(("^", "u", exponent), box, bits), change, order)


def positive(u: Series) -> None:
    """Reject what may not be positive."""
    if u[0][0] < 0 or (u[0][0] == 0 and not u[0][2]):
        raise Rejected("the argument of a root or logarithm is not shown to be positive")


def exponential(u: Series, at: Arithmetic) -> Series:
    """v' = u' v."""
    slope = at.scaled(u)
    return at.grown(
        monotone("exp", u[0], at.bits),
        lambda v, k: at.total([(slope[i], v[k - i]) for i in range(1, k + 1)]),
        len(u) - 1,
    )


def logarithm(u: Series, at: Arithmetic) -> Series:
    """u v' = u'."""
    positive(u)
    first, order = monotone("log", u[0], at.bits), len(u) - 1
    return [first, *integrated(at.over(at.scaled(u)[1:], u[:order]), at)] if order else [first]


def integrated(change: Series, at: Arithmetic) -> Series:
    """The coefficients from 1 on of what has t times its derivative as t times this series."""
    return [at.of("/", c, number(k)) for k, c in enumerate(change, 1)]


def root(u: Series, at: Arithmetic) -> Series:
    """u v' = u' v / 2."""
    return powered("u", Fraction(1, 2), {"u": u}, len(u) - 1, at.bits)


def arc(u: Series, at: Arithmetic) -> Series:
    """(1 + u^2) v' = u'."""
    first, order = monotone("atan", u[0], at.bits), len(u) - 1
    below = at.squared(u)[:order] if order else []
    below[:1] = [at.of("+", ONE, below[0])] if order else []
    return [first, *integrated(at.over(at.scaled(u)[1:], below), at)] if order else [first]


def normal(u: Series, at: Arithmetic) -> Series:
    """v' = 2/sqrt(pi) exp(-u^2) u'."""
    order = len(u) - 1
    if not order:
        return [monotone("erf", u[0], at.bits)]
    factor = evaluate(("/", Fraction(2), ("sqrt", "pi")), {}, at.bits)
    bell = exponential([negative(c) for c in at.squared(u)], at)[:order]
    change = [at.of("*", factor, c) for c in at.times(bell, at.scaled(u)[1:])]
    # scaled(u)[1:] holds t u'(t) without its first entry, that is u' times t over t: entry k is (k+1) u_(k+1)
    return [monotone("erf", u[0], at.bits), *integrated(change, at)]


def waves(u: Series, at: Arithmetic) -> tuple[Series, Series]:
    """sin' = u' cos, cos' = -u' sin."""
    sine, cosine = [wave("sin", u[0], at.bits)], [wave("cos", u[0], at.bits)]
    slope = at.scaled(u)
    for k in range(1, len(u)):
        up = at.total([(slope[i], cosine[k - i]) for i in range(1, k + 1)])
        down = at.total([(slope[i], sine[k - i]) for i in range(1, k + 1)])
        sine.append(at.of("/", up, number(k)))
        cosine.append(negative(at.of("/", down, number(k))))
    return sine, cosine


def sided(u: Series) -> Series:
    """|u| where u keeps its sign."""
    if u[0][0] >= 0:
        return u
    if u[0][1] <= 0:
        return [negative(c) for c in u]
    if len(u) == 1:
        return [absolute(u[0])]
    raise Rejected("an absolute value may have a kink")


def chosen(head: str, f: Series, g: Series, at: Arithmetic) -> Series:
    """The one of two that is the minimum or maximum throughout."""
    gap = at.of("-", f[0], g[0])
    if gap[0] >= 0 or gap[1] <= 0:
        return f if (gap[0] >= 0) == (head == "max") else g
    if len(f) == 1:
        return [least(f[0], g[0]) if head == "min" else negative(least(negative(f[0]), negative(g[0])))]
    raise Rejected("a minimum or maximum may have a kink")


FUNCTIONS: dict[str, Callable[[Series, Arithmetic], Series]] = {
    "exp": exponential,
    "log": logarithm,
    "sqrt": root,
    "atan": arc,
    "erf": normal,
    "sin": lambda u, at: waves(u, at)[0],
    "cos": lambda u, at: waves(u, at)[1],
}
