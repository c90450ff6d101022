"""Values of a term over a box: rational intervals, ends open or closed, finite or not, rounded outward.

An interval is (low, high, low_open, high_open); an infinite end is -INF or INF, and open.  An end is called open
only when the value is certainly never taken there.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import inf
from typing import Any

from errors import Rejected, afford, size, spend, whole_work, work
from inequalities import functions
from inequalities.syntax import alike
from shapes import Box, End, Function, Interval, Range, Term

INF = inf
MAX_EXP = 4096
MAX_POWER = 1000
MAX_ANGLE = 1 << 1024
ZERO, ONE = Fraction(0), Fraction(1)


def is_open(x: End) -> bool:
    """Infinite ends are open, and they alone are floats."""
    return isinstance(x, float)


def of_range(r: Range, bits: int) -> Interval:
    """The interval of a range; its ends may be constant terms."""
    _, opening, start, end, closing = r
    low = -INF if start is None else evaluate(start, {}, bits)[0]
    high = INF if end is None else evaluate(end, {}, bits)[1]
    return (low, high, opening == "(", closing == ")")


def rounded(interval: Interval, bits: int) -> Interval:
    """The interval with long ends rounded outward to multiples of a small power of two."""
    low, high, low_open, high_open = interval
    unit = 2 * bits
    long = extent(interval)
    afford(long)
    spend(10 + whole_work(long, long))
    if not is_open(low) and low.denominator > 1 << unit:
        low, low_open = Fraction(functions.fixed(low, unit), 1 << unit), True
    if not is_open(high) and high.denominator > 1 << unit:
        high, high_open = -Fraction(functions.fixed(-high, unit), 1 << unit), True
    return low, high, low_open, high_open


def extent(interval: Interval) -> int:
    """The bits of the longer of its finite ends."""
    return max(0 if is_open(end) else size(end) for end in interval[:2])


def joined(head: str, f: Interval, g: Interval, bits: int) -> Interval:
    """The interval of two joined by + - * / min or max, rounded."""
    first, second = extent(f), extent(g)
    afford(first + second)
    spend(5 * work(first, second))
    return rounded(BINARY[head](f, g), bits)


def evaluate(item: Term, box: Box, bits: int) -> Interval:
    """The interval of a term over a box of intervals; Rejected where a subterm may be undefined."""
    if isinstance(item, Fraction):
        return (item, item, False, False)
    if isinstance(item, str):
        if item != "pi" and item not in box:
            raise Rejected(f"{item} has no range")
        return (*functions.pi(bits), False, False) if item == "pi" else box[item]
    spend(50)
    head, *args = item
    if head == "^":
        return rounded(power(args[0], args[1], box, bits), bits)
    if head == "*" and len(args) == 2 and alike(*args):
        return rounded(integer_power(evaluate(args[0], box, bits), 2), bits)
    parts = [evaluate(arg, box, bits) for arg in args]
    if head in MONOTONE:
        return monotone(head, parts[0], bits)
    if head in WAVES:
        return wave(head, parts[0], bits)
    if len(parts) == 1:
        return negative(parts[0]) if head == "-" else absolute(parts[0])
    return reduce(lambda f, g: joined(head, f, g, bits), parts)


def plus(x: End, y: End) -> End:
    """Sum of two ends of the same side."""
    return x if is_open(x) else y if is_open(y) else x + y


def times(x: End, y: End) -> End:
    """Product of two ends, with 0 times infinity 0."""
    if x == 0 or y == 0:
        return ZERO
    if is_open(x) or is_open(y):
        return INF if (x > 0) == (y > 0) else -INF
    return x * y


def add(f: Interval, g: Interval) -> Interval:
    """f + g."""
    return (plus(f[0], g[0]), plus(f[1], g[1]), f[2] or g[2], f[3] or g[3])


def negative(f: Interval) -> Interval:
    """-f."""
    return (-f[1], -f[0], f[3], f[2])


def multiply(f: Interval, g: Interval) -> Interval:
    """f g: its least and greatest value are products of ends; a closed 0 makes 0 a value."""
    ends = []
    for x, x_open in ((f[0], f[2]), (f[1], f[3])):
        for y, y_open in ((g[0], g[2]), (g[1], g[3])):
            taken = not (x_open or y_open) or (x == 0 and not x_open) or (y == 0 and not y_open)
            ends.append((times(x, y), taken))
    low, high = min(e for e, _ in ends), max(e for e, _ in ends)
    return (low, high, (low, True) not in ends, (high, True) not in ends)


def inverse(g: Interval) -> Interval:
    """1/g, if 0 is not a value of g."""
    low, high, low_open, high_open = g
    if (low < 0 < high) or (low == 0 and not low_open) or (high == 0 and not high_open):
        raise Rejected("a denominator may vanish")
    above = INF if low == 0 else ZERO if is_open(low) else 1 / low
    below = -INF if high == 0 else ZERO if is_open(high) else 1 / high
    return (below, above, high_open, low_open)


def integer_power(f: Interval, n: int) -> Interval:
    """f^n for an integer n."""
    if n < 0:
        spend(100)
        return inverse(integer_power(f, -n))
    if n == 0:
        return (ONE, ONE, False, False)
    if n % 2 == 0:
        f = absolute(f)
    return (raised(f[0], n), raised(f[1], n), f[2], f[3])


def raised(x: End, n: int) -> End:
    """An end to a natural power."""
    long = 0 if is_open(x) else n * size(x)
    afford(long)
    spend(20 + whole_work(long, long))
    return x**n


def power(base: Term, exponent: Any, box: Box, bits: int) -> Interval:
    """base ^ exponent: integer powers of anything, rational ones of what is not negative, any of what is positive."""
    f, constant = evaluate(base, box, bits), isinstance(exponent, Fraction)
    if constant and exponent.denominator == 1:
        if abs(exponent) > MAX_POWER:
            raise Rejected(f"a power beyond {MAX_POWER}")
        if exponent <= 0:
            inverse(f)
        return integer_power(f, int(exponent))
    if constant and exponent.denominator == 2 and exponent > 0:
        return integer_power(monotone("sqrt", f, bits), exponent.numerator)
    touches = constant and exponent > 0 and f[0] == 0
    if touches and f[1] == 0:
        return f
    inside = (ZERO, f[1], True, f[3]) if touches else f
    result = monotone("exp", multiply(monotone("log", inside, bits), evaluate(exponent, box, bits)), bits)
    return (ZERO, result[1], f[2], result[3]) if touches else result


def monotone(head: str, f: Interval, bits: int) -> Interval:
    """exp, log, sqrt or atan: the values or limits at the two ends."""
    spend(50)
    if (f[0] < 0 and head in ("log", "sqrt")) or (f[0] == 0 and not f[2] and head == "log"):
        raise Rejected(f"the argument of {head} may be negative or 0")
    low, low_open = end_of(head, 0, f, bits)
    high, high_open = end_of(head, 1, f, bits)
    return (low, high, low_open, high_open)


def end_of(head: str, side: int, f: Interval, bits: int) -> tuple[End, bool]:
    """The lower (side 0) or upper (side 1) end of a monotone function, and whether it is open."""
    function, *limits = MONOTONE[head]
    x: Any = f[side]
    if is_open(x) or (x == 0 and head == "log"):
        return limits[side], True
    if abs(x) > MAX_EXP and head == "exp":  # outward the limit, inward the last value that is computed
        last = Fraction(MAX_EXP if x > 0 else -MAX_EXP)
        return limits[side] if side == (x > 0) else function(last, bits)[side], True
    return function(x, bits)[side], f[2 + side]


def wave(head: str, f: Interval, bits: int) -> Interval:
    """sin or cos: the ends, and 1 or -1 where a crest or a trough may lie inside."""
    spend(1000)
    if max(-f[0], f[1]) > MAX_ANGLE or f[1] - f[0] >= 7:
        return (-ONE, ONE, False, False)
    which, first_crest = WAVES[head]
    ends = [functions.sin_cos(x, bits)[which] for x in f[:2]]
    low, high = min(e[0] for e in ends), max(e[1] for e in ends)
    spend(40 * work(extent(f), 2 * bits + extent(f)))
    half_turn = functions.pi(bits + max(abs(f[0]), abs(f[1]), 1).__ceil__().bit_length())
    start = (f[0] / half_turn[0]).__floor__() - 2
    for k in range(start, start + 8):
        crest = sorted((first_crest + k) * p for p in half_turn)
        if crest[0] <= f[1] and crest[1] >= f[0]:
            low, high = (low, ONE) if k % 2 == 0 else (-ONE, high)
    return (low, high, False, False)


def absolute(f: Interval) -> Interval:
    """|f|."""
    if f[0] >= 0:
        return f
    if f[1] <= 0:
        return negative(f)
    high = max(-f[0], f[1])
    return (ZERO, high, False, not ((high == -f[0] and not f[2]) or (high == f[1] and not f[3])))


def least(f: Interval, g: Interval) -> Interval:
    """min(f, g)."""
    low, high = min(f[0], g[0]), min(f[1], g[1])
    low_open = all(h[2] for h in (f, g) if h[0] == low)
    return (low, high, low_open, any(h[3] for h in (f, g) if h[1] == high))


BINARY: dict[str, Function] = {
    "+": add,
    "-": lambda f, g: add(f, negative(g)),
    "*": multiply,
    "/": lambda f, g: multiply(f, inverse(g)),
    "min": least,
    "max": lambda f, g: negative(least(negative(f), negative(g))),
}
MONOTONE = {  # with the limits, or bounds of them, at the two ends
    "exp": (functions.exp, ZERO, INF),
    "log": (functions.log, -INF, INF),
    "sqrt": (functions.sqrt, ZERO, INF),
    "atan": (functions.atan, -functions.pi(1024)[1] / 2, functions.pi(1024)[1] / 2),
    "erf": (functions.erf, -ONE, ONE),
}
WAVES = {"sin": (0, Fraction(1, 2)), "cos": (1, ZERO)}
