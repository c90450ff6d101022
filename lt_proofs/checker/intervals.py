"""Values of a term over a box: rational intervals, ends open or closed, finite or not, rounded outward.

An interval is (low, high, low_open, high_open); an infinite end is -INF or INF, and open.  An end is called open
only when the value is certainly never taken there.
"""

from fractions import Fraction
from math import inf

import functions
from errors import Rejected

INF = inf
MAX_EXP = 4096
ZERO = Fraction(0)


def is_open(x):
    """Infinite ends are open."""
    return x in (INF, -INF)


def of_range(r, bits):
    """The interval of a range; its ends may be constant terms."""
    _, opening, low, high, closing = r
    low = -INF if low is None else evaluate(low, {}, bits)[0]
    high = INF if high is None else evaluate(high, {}, bits)[1]
    return (low, high, opening == "(", closing == ")")


def rounded(interval, bits):
    """The interval with long ends rounded outward to multiples of a small power of two."""
    low, high, low_open, high_open = interval
    unit = 2 * bits
    if not is_open(low) and low.denominator > 1 << unit:
        low, low_open = Fraction(functions.fixed(low, unit), 1 << unit), True
    if not is_open(high) and high.denominator > 1 << unit:
        high, high_open = -Fraction(functions.fixed(-high, unit), 1 << unit), True
    return low, high, low_open, high_open


def evaluate(item, box, bits):
    """The interval of a term over a box of intervals; Rejected where a subterm may be undefined."""
    if isinstance(item, Fraction):
        return (item, item, False, False)
    if isinstance(item, str):
        if item != "pi" and item not in box:
            raise Rejected(f"{item} has no range")
        return (*functions.pi(bits), False, False) if item == "pi" else box[item]
    head, *args = item
    if head == "^":
        return rounded(power(args[0], args[1], box, bits), bits)
    if head == "*" and len(args) == 2 and args[0] == args[1]:
        return rounded(integer_power(evaluate(args[0], box, bits), 2), bits)
    parts = [evaluate(arg, box, bits) for arg in args]
    if len(parts) == 1:
        return UNARY[head](parts[0], bits)
    result = parts[0]
    for part in parts[1:]:
        result = rounded(BINARY[head](result, part), bits)
    return result


def plus(x, y):
    """Sum of two ends of the same side."""
    return x if is_open(x) else y if is_open(y) else x + y


def times(x, y):
    """Product of two ends, with 0 times infinity 0."""
    if x == 0 or y == 0:
        return ZERO
    if is_open(x) or is_open(y):
        return INF if (x > 0) == (y > 0) else -INF
    return x * y


def add(f, g):
    """f + g."""
    return (plus(f[0], g[0]), plus(f[1], g[1]), f[2] or g[2], f[3] or g[3])


def negative(f, _bits=0):
    """-f."""
    return (-f[1], -f[0], f[3], f[2])


def multiply(f, g):
    """f g: its least and greatest value are products of ends; a closed 0 makes 0 a value."""
    ends = []
    for x, x_open in ((f[0], f[2]), (f[1], f[3])):
        for y, y_open in ((g[0], g[2]), (g[1], g[3])):
            taken = not (x_open or y_open) or (x == 0 and not x_open) or (y == 0 and not y_open)
            ends.append((times(x, y), taken))
    low, high = min(e for e, _ in ends), max(e for e, _ in ends)
    return (low, high, (low, True) not in ends, (high, True) not in ends)


def inverse(g):
    """1/g, if 0 is not a value of g."""
    low, high, low_open, high_open = g
    if (low < 0 < high) or (low == 0 and not low_open) or (high == 0 and not high_open):
        raise Rejected("a denominator may vanish")
    above = (INF if low == 0 else ZERO if is_open(low) else 1 / low, low_open)
    below = (-INF if high == 0 else ZERO if is_open(high) else 1 / high, high_open)
    return (below[0], above[0], below[1], above[1])


def integer_power(f, n):
    """f^n for an integer n."""
    if n < 0:
        return inverse(integer_power(f, -n))
    if n == 0:
        return (Fraction(1), Fraction(1), False, False)
    if n % 2 == 0:
        f = absolute(f)
    low, high = (x if is_open(x) else x**n for x in f[:2])
    return (low, high, f[2], f[3])


def power(base, exponent, box, bits):
    """base ^ exponent: integer powers of anything, rational ones of what is not negative, any of what is positive."""
    f = evaluate(base, box, bits)
    if isinstance(exponent, Fraction):
        if exponent.denominator == 1:
            if abs(exponent) > 1000:
                raise Rejected("a power beyond 1000")
            if exponent <= 0 and f[0] <= 0 <= f[1]:
                inverse(f)
            return integer_power(f, int(exponent))
        if exponent > 0 and f[0] == 0:
            top = rational_power((f[1], f[1], False, False), exponent, bits) if not is_open(f[1]) else (INF, INF)
            return (ZERO, ZERO if f[1] == 0 else top[1], f[2], f[3])
        return rational_power(f, exponent, bits)
    return exp(multiply(log(f, bits), evaluate(exponent, box, bits)), bits)


def rational_power(f, exponent, bits):
    """f ^ exponent for f > 0; exact where half a power of a square is asked for."""
    if exponent.denominator == 2 and f[0] >= 0 and exponent > 0:
        return integer_power(sqrt(f, bits), exponent.numerator)
    return exp(multiply(log(f, bits), (exponent, exponent, False, False)), bits)


def exp(f, bits):
    """exp f, never 0."""
    low = (ZERO, True) if f[0] < -MAX_EXP else (functions.exp(f[0], bits)[0], f[2])
    high = (INF, True) if f[1] > MAX_EXP else (functions.exp(f[1], bits)[1], f[3])
    if f[0] > MAX_EXP or f[1] < -MAX_EXP:
        low = (ZERO, True) if f[1] < -MAX_EXP else (functions.exp(Fraction(MAX_EXP), bits)[0], True)
        high = (functions.exp(Fraction(-MAX_EXP), bits)[1], True) if f[1] < -MAX_EXP else high
    return (low[0], high[0], low[1], high[1])


def log(f, bits):
    """log f, if all values of f are positive."""
    if f[0] < 0 or (f[0] == 0 and not f[2]):
        raise Rejected("the argument of a logarithm may not be positive")
    low = -INF if f[0] == 0 else functions.log(f[0], bits)[0]
    return (low, INF if is_open(f[1]) else functions.log(f[1], bits)[1], f[2], f[3])


def sqrt(f, bits):
    """sqrt f, if no value of f is negative."""
    if f[0] < 0:
        raise Rejected("the argument of a square root may be negative")
    high = INF if is_open(f[1]) else functions.sqrt(f[1], bits)[1]
    return (functions.sqrt(f[0], bits)[0], high, f[2], f[3])


def atan(f, bits):
    """atan f."""
    half = functions.pi(bits)[1] / 2
    low = -half if is_open(f[0]) else functions.atan(f[0], bits)[0]
    return (low, half if is_open(f[1]) else functions.atan(f[1], bits)[1], f[2], f[3])


def wave(f, bits, first_top, which):
    """sin or cos: the ends, and 1 or -1 where a crest or a trough may lie inside."""
    if is_open(f[0]) or is_open(f[1]) or f[1] - f[0] >= 7:
        return (Fraction(-1), Fraction(1), False, False)
    ends = [functions.sin_cos(x, bits)[which] for x in f[:2]]
    low, high = min(e[0] for e in ends), max(e[1] for e in ends)
    half_turn = functions.pi(bits + max(abs(f[0]), abs(f[1]), 1).__ceil__().bit_length())
    start = (f[0] / half_turn[0]).__floor__() - 2
    for k in range(start, start + 8):
        crest = sorted((first_top + k) * p for p in half_turn)
        if crest[0] <= f[1] and crest[1] >= f[0]:
            low, high = (low, Fraction(1)) if k % 2 == 0 else (Fraction(-1), high)
    return (low, high, False, False)


def absolute(f, _bits=0):
    """|f|."""
    if f[0] >= 0:
        return f
    if f[1] <= 0:
        return negative(f)
    high = max(-f[0], f[1])
    return (ZERO, high, False, not ((high == -f[0] and not f[2]) or (high == f[1] and not f[3])))


def least(f, g):
    """min(f, g)."""
    low, high = min(f[0], g[0]), min(f[1], g[1])
    low_open = all(h[2] for h in (f, g) if h[0] == low)
    return (low, high, low_open, any(h[3] for h in (f, g) if h[1] == high))


BINARY = {
    "+": add,
    "-": lambda f, g: add(f, negative(g)),
    "*": multiply,
    "/": lambda f, g: multiply(f, inverse(g)),
    "min": least,
    "max": lambda f, g: negative(least(negative(f), negative(g))),
}
UNARY = {
    "-": negative,
    "abs": absolute,
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "atan": atan,
    "sin": lambda f, bits: wave(f, bits, Fraction(1, 2), 0),
    "cos": lambda f, bits: wave(f, bits, Fraction(0), 1),
}
