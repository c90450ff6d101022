"""Enclosures of terms over boxes: rational interval arithmetic, with Arb for elementary functions.

An interval is (low, high, low_open, high_open) in exact rationals; an infinite end is ``-inf`` or ``inf`` and open. An
end is marked open only if the term certainly never takes that value, so a closed mark is always safe. The search for
proofs uses this arithmetic; the checker has an independent one (Mathematics 6.3, 6.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import inf, isqrt
from typing import Any

from flint import arb, ctx, fmpq

from lt_proofs.terms import Apply, Domain, Number, Symbol, Term

End = Any
Interval = tuple[End, End, bool, bool]
Box = Mapping[str, Interval]
# exp is enclosed by 0 and infinity beyond this argument, so that no rational gets too long
MAX_EXP = 4096
ZERO = Fraction(0)


class Undefined(ArithmeticError):
    """Some part of the term may be undefined somewhere on the box."""


def box_of(domain: Domain, bits: int = 64) -> dict[str, Interval]:
    """Return the box of a domain; ends that are constant terms are rounded outward."""
    box = {}
    for r in domain.ranges:
        low = -inf if r.low is None else enclosure(r.low, {}, bits)[0]
        high = inf if r.high is None else enclosure(r.high, {}, bits)[1]
        box[r.name] = (low, high, r.opening == "(", r.closing == ")")
    return box


def enclosure(term: Term, box: Box, bits: int = 64) -> Interval:
    """Return an interval that contains every value of the term on the box.

    ``bits`` is the working precision of functions and roundings. Raises Undefined if the term may be undefined
    somewhere.
    """
    if isinstance(term, Number):
        return (term.value, term.value, False, False)
    if isinstance(term, Symbol):
        if term.name == "pi":
            return (*_ends(lambda: arb.pi(), bits), False, False)
        if term.name not in box:
            raise Undefined(f"{term.name} has no range")
        return box[term.name]
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    head, args = term.head, term.args
    if head == "^":
        return _rounded(_power(args[0], args[1], box, bits), bits)
    # both factors are the same quantity: a square is never negative, which multiplying two enclosures would not show
    if head == "*" and len(args) == 2 and args[0] == args[1]:
        return _rounded(_integer_power(enclosure(args[0], box, bits), 2), bits)
    parts = [enclosure(arg, box, bits) for arg in args]
    if len(parts) == 1:
        return UNARY[head](parts[0], bits)
    result = parts[0]
    for part in parts[1:]:
        result = _rounded(BINARY[head](result, part), bits)
    return result


def value_at(term: Term, point: Mapping[str, Fraction], bits: int = 128) -> tuple[End, End]:
    """Return rational bounds of the term at a rational point; raise Undefined if it may have no value there."""
    box = {name: (value, value, False, False) for name, value in point.items()}
    low, high, _, _ = enclosure(term, box, bits)
    return low, high


def _ends(compute: Callable[[], Any], bits: int) -> tuple[Fraction, Fraction]:
    """Return the exact ends of the ball that Arb computes; raise Undefined if it is not finite."""
    # Arb's precision is global to the process: the context manager restores it
    with ctx.workprec(bits + 16):
        ball = compute()
        if not ball.is_finite():
            raise Undefined("no finite value")
        return _fraction(ball.lower()), _fraction(ball.upper())


def _fraction(exact: Any) -> Fraction:
    """Convert an exact Arb number, mantissa times a power of two, to a fraction."""
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _at(name: str, x: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """Return rational bounds of a function at a point; roots of rational squares are exact."""
    if name == "sqrt":
        root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
        if root * root == x:
            return root, root
    return _ends(lambda: getattr(arb(fmpq(x.numerator, x.denominator)), name)(), bits)


def _infinite(x: End) -> bool:
    """Whether an end is infinite."""
    return isinstance(x, float)


def _rounded(interval: Interval, bits: int) -> Interval:
    """Round ends with long denominators outward to multiples of 2^(-2 bits), so that repeated operations stay cheap."""
    low, high, low_open, high_open = interval
    unit = 1 << 2 * bits
    if not _infinite(low) and low.denominator > unit:
        low, low_open = Fraction(low.numerator * unit // low.denominator, unit), True
    if not _infinite(high) and high.denominator > unit:
        high, high_open = -Fraction(-high.numerator * unit // high.denominator, unit), True
    return low, high, low_open, high_open


def _plus(x: End, y: End) -> End:
    """Add two ends on the same side; infinities there have the same sign."""
    return x if _infinite(x) else y if _infinite(y) else x + y


def _times(x: End, y: End) -> End:
    """Multiply two ends; 0 · infinity is 0, because infinity is never attained and any number times 0 is 0."""
    if x == 0 or y == 0:
        return ZERO
    if _infinite(x) or _infinite(y):
        return inf if (x > 0) == (y > 0) else -inf
    return x * y


def _add(f: Interval, g: Interval) -> Interval:
    """Add two intervals."""
    return (_plus(f[0], g[0]), _plus(f[1], g[1]), f[2] or g[2], f[3] or g[3])


def _negative(f: Interval, _bits: int = 0) -> Interval:
    """Return the interval of -x."""
    return (-f[1], -f[0], f[3], f[2])


def _multiply(f: Interval, g: Interval) -> Interval:
    """Multiply two intervals: the extremes are among the four products of ends.

    A product is taken if both ends are, or if one of them is a closed 0.
    """
    ends = []
    for x, x_open in ((f[0], f[2]), (f[1], f[3])):
        for y, y_open in ((g[0], g[2]), (g[1], g[3])):
            taken = not (x_open or y_open) or (x == 0 and not x_open) or (y == 0 and not y_open)
            ends.append((_times(x, y), taken))
    low, high = min(e for e, _ in ends), max(e for e, _ in ends)
    return (low, high, (low, True) not in ends, (high, True) not in ends)


def _inverse(g: Interval) -> Interval:
    """Return the interval of 1/y; raise Undefined if y may be 0."""
    # an end at an open 0 becomes infinite, an infinite end becomes an open 0
    low, high, low_open, high_open = g
    if low < 0 < high or (low == 0 and not low_open) or (high == 0 and not high_open):
        raise Undefined("a denominator may vanish")
    above = inf if low == 0 else ZERO if _infinite(low) else 1 / low
    below = -inf if high == 0 else ZERO if _infinite(high) else 1 / high
    return (below, above, high_open, low_open)


def _integer_power(f: Interval, n: int) -> Interval:
    """Return the interval of x^n; an even power is monotone in |x|."""
    if n < 0:
        return _inverse(_integer_power(f, -n))
    if n == 0:
        return (Fraction(1), Fraction(1), False, False)
    if n % 2 == 0:
        f = _absolute(f)
    low, high = (x if _infinite(x) else x**n for x in f[:2])
    return (low, high, f[2], f[3])


def _power(base: Term, exponent: Term, box: Box, bits: int) -> Interval:
    """Return the interval of base^exponent: exact for integers, through roots or exp(e log x) otherwise."""
    f = enclosure(base, box, bits)
    # an exponent that is not a number: x^y = exp(y log x), defined for positive x only
    if not isinstance(exponent, Number):
        return _exp(_multiply(_log(f, bits), enclosure(exponent, box, bits)), bits)
    e = exponent.value
    if e.denominator == 1:
        # 0 to a power <= 0 is undefined; the inverse raises unless 0 is an open end
        if e <= 0 and f[0] <= 0 <= f[1]:
            _inverse(f)
        return _integer_power(f, int(e))
    # log is undefined at 0, but a positive power is continuous and increasing there
    if e > 0 and f[0] == 0:
        top = inf if _infinite(f[1]) else ZERO if f[1] == 0 else _rational_power((f[1], f[1], False, False), e, bits)[1]
        return (ZERO, top, f[2], f[3])
    return _rational_power(f, e, bits)


def _rational_power(f: Interval, e: Fraction, bits: int) -> Interval:
    """Return the interval of x^e for x > 0: by a square root if e is a positive multiple of 1/2, else exp(e log x)."""
    if e.denominator == 2 and f[0] >= 0 and e > 0:
        return _integer_power(_sqrt(f, bits), e.numerator)
    return _exp(_multiply(_log(f, bits), (e, e, False, False)), bits)


def _exp(f: Interval, bits: int) -> Interval:
    """Return the interval of exp(x); beyond ±MAX_EXP the trivial bounds 0 and infinity replace the values."""
    # an end that was replaced by a bound is open, because the bound itself is never attained
    clamp = Fraction(MAX_EXP)
    low, low_open = (ZERO, True) if f[0] < -clamp else (_at("exp", min(f[0], clamp), bits)[0], f[2] or f[0] > clamp)
    high, high_open = (inf, True) if f[1] > clamp else (_at("exp", max(f[1], -clamp), bits)[1], f[3] or f[1] < -clamp)
    return (low, high, low_open, high_open)


def _log(f: Interval, bits: int) -> Interval:
    """Return the interval of log(x); raise Undefined unless the interval is positive."""
    if f[0] < 0 or (f[0] == 0 and not f[2]):
        raise Undefined("the argument of a logarithm may not be positive")
    low = -inf if f[0] == 0 else _at("log", f[0], bits)[0]
    return (low, inf if _infinite(f[1]) else _at("log", f[1], bits)[1], f[2], f[3])


def _sqrt(f: Interval, bits: int) -> Interval:
    """Return the interval of the square root; raise Undefined if the interval has negative numbers."""
    if f[0] < 0:
        raise Undefined("the argument of a square root may be negative")
    high = inf if _infinite(f[1]) else _at("sqrt", f[1], bits)[1]
    return (_at("sqrt", f[0], bits)[0], high, f[2], f[3])


def _atan(f: Interval, bits: int) -> Interval:
    """Return the interval of atan(x), which increases between -pi/2 and pi/2."""
    # an upper bound of pi/2 serves as the limit on both sides
    half = _ends(lambda: arb.pi(), bits)[1] / 2
    low = -half if _infinite(f[0]) else _at("atan", f[0], bits)[0]
    return (low, half if _infinite(f[1]) else _at("atan", f[1], bits)[1], f[2], f[3])


def _erf(f: Interval, bits: int) -> Interval:
    """Return the interval of erf(x), which increases between -1 and 1."""
    low = Fraction(-1) if _infinite(f[0]) else _at("erf", f[0], bits)[0]
    return (low, Fraction(1) if _infinite(f[1]) else _at("erf", f[1], bits)[1], f[2], f[3])


def _wave(name: str, f: Interval, bits: int) -> Interval:
    """Return the interval of sin or cos: the values at the ends, and ±1 where an extremum may lie inside.

    Extrema are at (first + k) π with first = 1/2 for sin and 0 for cos, maxima for even k. On an interval shorter than
    7, eight consecutive values of k are enough.
    """
    if _infinite(f[0]) or _infinite(f[1]) or f[1] - f[0] >= 7:
        return (Fraction(-1), Fraction(1), False, False)
    ends = [_at(name, x, bits) for x in f[:2]]
    low, high = min(e[0] for e in ends), max(e[1] for e in ends)
    turns = _ends(lambda: arb.pi(), bits)
    # pi is known only as an interval, so an extremum counts if it may lie inside: this can only widen the result
    first = Fraction(1, 2) if name == "sin" else ZERO
    start = (f[0] / turns[0]).__floor__() - 2
    for k in range(start, start + 8):
        crest = sorted((first + k) * p for p in turns)
        if crest[0] <= f[1] and crest[1] >= f[0]:
            low, high = (low, Fraction(1)) if k % 2 == 0 else (Fraction(-1), high)
    return (low, high, False, False)


def _absolute(f: Interval, _bits: int = 0) -> Interval:
    """Return the interval of |x|."""
    if f[0] >= 0:
        return f
    if f[1] <= 0:
        return _negative(f)
    # the interval contains 0, which is therefore the least absolute value
    high = max(-f[0], f[1])
    return (ZERO, high, False, not ((high == -f[0] and not f[2]) or (high == f[1] and not f[3])))


def _least(f: Interval, g: Interval) -> Interval:
    """Return the interval of min(x, y); its lower end is open only if every interval with that end is open there."""
    low, high = min(f[0], g[0]), min(f[1], g[1])
    low_open = all(h[2] for h in (f, g) if h[0] == low)
    return (low, high, low_open, any(h[3] for h in (f, g) if h[1] == high))


BINARY: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": _add,
    "-": lambda f, g: _add(f, _negative(g)),
    "*": _multiply,
    "/": lambda f, g: _multiply(f, _inverse(g)),
    "min": _least,
    "max": lambda f, g: _negative(_least(_negative(f), _negative(g))),
}
UNARY: dict[str, Callable[[Interval, int], Interval]] = {
    "-": _negative,
    "abs": _absolute,
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "atan": _atan,
    "erf": _erf,
    "sin": lambda f, bits: _wave("sin", f, bits),
    "cos": lambda f, bits: _wave("cos", f, bits),
}
