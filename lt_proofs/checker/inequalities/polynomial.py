"""Polynomials over Q, exactly: a dict from monomials to Fractions, a monomial being a sorted tuple of (name, power).

Powers are natural numbers, but for the names of exponentials (any rational) and roots (a fraction below 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from errors import MAX_BITS, Malformed, Rejected, afford, size, spend, whole_work, work
from shapes import Key, Monomial, Polynomial

MAX_TERMS = 20_000
MAX_DEGREE = 256
MAX_POWER_BITS = 512
ONE: Polynomial = {(): Fraction(1)}


def constant(value: Fraction | int) -> Polynomial:
    """The constant polynomial."""
    return {(): Fraction(value)} if value else {}


def variable(name: str, exponent: Fraction | int = 1) -> Polynomial:
    """The polynomial of one variable, or of one power of it."""
    return {((name, exponent),): Fraction(1)}


def add(p: Polynomial, q: Polynomial, factor: Fraction | int = 1) -> Polynomial:
    """p + factor * q."""
    spend(len(p) + len(q) * work(widest(p), widest(q)))
    total = dict(p)
    for monomial, value in q.items():
        total[monomial] = total.get(monomial, 0) + factor * value
    return {monomial: value for monomial, value in total.items() if value}


def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    """p * q."""
    (first, c), (second, d) = whole(p), whole(q)
    long = longest(first, c), longest(second, d)
    afford(sum(long))
    each = 15 * (2 + broadest(first) + broadest(second)) + whole_work(*long) + work(sum(long), sum(long))
    spend(50 + len(first) * len(second) * each)
    whole_total: dict[Monomial, int] = {}
    for m, a in first:
        for n, b in second:
            monomial = join(m, n)
            whole_total[monomial] = whole_total.get(monomial, 0) + a * b
    total = {monomial: Fraction(value, c * d) for monomial, value in whole_total.items() if value}
    if len(total) > MAX_TERMS:
        raise Rejected(f"a polynomial of more than {MAX_TERMS} terms")
    return total


def whole(p: Polynomial) -> tuple[list[tuple[Monomial, int]], int]:
    """The rows of a polynomial over its common denominator, and this."""
    scale = common(value.denominator for value in p.values())
    spend(len(p) * whole_work(scale.bit_length(), widest(p)))
    return [(monomial, value.numerator * (scale // value.denominator)) for monomial, value in p.items()], scale


def common(denominators: Iterable[int]) -> int:
    """Their least common multiple, if it is not too long."""
    scale = 1
    for denominator in denominators:
        if scale % denominator:
            bits = scale.bit_length(), denominator.bit_length()
            spend(work(*bits))
            afford(sum(bits))
            scale = lcm(scale, denominator)
        else:
            spend(10 + whole_work(scale.bit_length(), denominator.bit_length()))
    return scale


def widest(p: Polynomial) -> int:
    """The bits of the longest coefficient."""
    spend(5 + 6 * len(p))
    return max(map(size, p.values()), default=1)


def longest(rows: list[tuple[Monomial, int]], scale: int) -> int:
    """The bits of the longest whole number in these rows, or of their scale."""
    return max(scale.bit_length(), *(value.bit_length() for _, value in rows), 1)


def broadest(rows: list[tuple[Monomial, int]]) -> int:
    """The number of names in the broadest monomial."""
    return max((len(monomial) for monomial, _ in rows), default=0)


def join(m: Monomial, n: Monomial) -> Monomial:
    """The product of two monomials."""
    if not m or not n:
        return m or n
    powers = dict(m)
    for name, power in n:
        powers[name] = powers.get(name, 0) + power
        if type(power) is Fraction and size(powers[name]) > MAX_POWER_BITS:
            raise Malformed(f"more work than one file may cost: an exponent of more than {MAX_POWER_BITS} bits")
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def power(p: Polynomial, exponent: int) -> Polynomial:
    """p to a natural power."""
    if exponent * widest(p) > MAX_BITS:
        raise Rejected(f"a power with coefficients beyond {MAX_BITS} bits")
    if exponent * max((sum(abs(e) for _, e in m) for m in p), default=0) > MAX_DEGREE:
        raise Rejected(f"a power of degree beyond {MAX_DEGREE}")
    return reduce(multiply, [p] * exponent, ONE)


def key(p: Polynomial) -> Key:
    """A hashable name of a polynomial."""
    spend(sum(20 + 20 * len(monomial) + (size(value) >> 3) for monomial, value in p.items()) * len(p).bit_length())
    return tuple(sorted(p.items()))


def primitive(p: Polynomial) -> tuple[Fraction, Polynomial]:
    """(c, q) with p = c q, q with coprime integer coefficients, the first of its sorted ones positive."""
    spend(50 + len(p) * work(widest(p), widest(p)))
    below = common(v.denominator for v in p.values())
    spend(len(p) * work(below.bit_length(), widest(p)))
    factor = Fraction(gcd(*(v.numerator for v in p.values())), below)
    if p[min(p)] < 0:
        factor = -factor
    return factor, {monomial: value / factor for monomial, value in p.items()}


def divide(p: Polynomial, d: Polynomial) -> Polynomial | None:
    """The polynomial p / d, or None if d does not divide p."""
    quotient, rest = divided(p, d, exact=True)
    return None if rest else quotient


def divided(p: Polynomial, d: Polynomial, exact: bool = False) -> tuple[Polynomial, Polynomial]:
    """(quotient, rest) with p = quotient d + rest, no monomial of the rest divisible by the greatest one of d.

    If the division is to be `exact`, it ends at the first monomial of the rest.
    """
    if d == ONE:
        spend(work(widest(p), 1))
        return p, {}
    names = sorted({name for m in (*p, *d) for name, _ in m})

    def rank(monomial: Monomial) -> list[Fraction | int]:
        return [dict(monomial).get(name, 0) for name in names]

    # an exponential that d does not hold may stand in p with any power: it is a unit
    own = {n for m in d for n, _ in m} | {n for n in names if not n.startswith("exp ")}
    lead = max(d, key=rank)
    quotient: Polynomial = {}
    rest: Polynomial = {}
    while p:
        spend((30 + 5 * len(names)) * len(p) + work(widest(p), widest(d)))
        top = max(p, key=rank)
        shift = join(top, tuple((name, -e) for name, e in lead))
        if any(e < 0 for name, e in shift if name in own):
            rest = rest | {top: p[top]}
            if exact:
                return quotient, rest
            p = {m: value for m, value in p.items() if m != top}
            continue
        step = {shift: p[top] / d[lead]}
        quotient = add(quotient, step)
        p = add(p, multiply(step, d), -1)
    return quotient, rest
