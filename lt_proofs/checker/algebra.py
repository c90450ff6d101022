"""Polynomials and rational functions over Q, exactly.

A polynomial is a dict from monomials to Fractions; a monomial is a sorted tuple of (variable, power).
A rational function is (numerator, {denominator key: power}); denominators are never cancelled, so that
every point where the term is undefined is a zero of one of them.
"""

from fractions import Fraction
from math import gcd, lcm

from errors import Rejected

MAX_TERMS = 20_000
MAX_POWER = 64
ONE = {(): Fraction(1)}


def constant(value):
    """The constant polynomial."""
    return {(): Fraction(value)} if value else {}


def variable(name):
    """The polynomial of one variable."""
    return {((name, 1),): Fraction(1)}


def add(p, q, factor=1):
    """p + factor * q."""
    total = dict(p)
    for monomial, value in q.items():
        value = total.get(monomial, 0) + factor * value
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return total


def multiply(p, q):
    """p * q."""
    if len(p) * len(q) > MAX_TERMS * 50:
        raise Rejected("a product of polynomials beyond the limit")
    total = {}
    for m, a in p.items():
        for n, b in q.items():
            monomial = join(m, n)
            total[monomial] = total.get(monomial, 0) + a * b
    total = {monomial: value for monomial, value in total.items() if value}
    if len(total) > MAX_TERMS:
        raise Rejected(f"a polynomial of more than {MAX_TERMS} terms")
    return total


def join(m, n):
    """The product of two monomials."""
    if not m or not n:
        return m or n
    powers = dict(m)
    for name, power in n:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def power(p, exponent):
    """p to a natural power."""
    if exponent > MAX_POWER:
        raise Rejected(f"a power beyond {MAX_POWER}")
    result = ONE
    for _ in range(exponent):
        result = multiply(result, p)
    return result


def key(p):
    """A hashable name of a polynomial."""
    return tuple(sorted(p.items()))


def primitive(p):
    """(c, q) with p = c q, q with coprime integer coefficients, the first of its sorted ones positive."""
    factor = Fraction(gcd(*(v.numerator for v in p.values())), lcm(*(v.denominator for v in p.values())))
    if p[min(p)] < 0:
        factor = -factor
    return factor, {monomial: value / factor for monomial, value in p.items()}


def rational(term, seen):
    """The rational function of a term; the denominators met on the way are added to `seen`."""
    if isinstance(term, Fraction):
        return constant(term), {}
    if isinstance(term, str):
        if term == "pi":
            raise Rejected("pi is not rational")
        return variable(term), {}
    head, *args = term
    if head == "^":
        return integer_power(args[0], args[1], seen)
    parts = [rational(arg, seen) for arg in args]
    if head == "+":
        return fold(parts, lambda p, q: add(p, q))
    if head == "-":
        return fold([(({}), {}), *parts] if len(parts) == 1 else parts, lambda p, q: add(p, q, -1))
    if head == "*":
        result = parts[0]
        for part in parts[1:]:
            result = times(result, part)
        return result
    if head == "/":
        return times(parts[0], reciprocal(parts[1], seen))
    raise Rejected(f"{head} is not a rational function")


def integer_power(base, exponent, seen):
    """base ^ exponent for a constant integer exponent."""
    if not isinstance(exponent, Fraction) or exponent.denominator != 1:
        raise Rejected("only constant integer powers are rational")
    part = rational(base, seen)
    if exponent < 0:
        part = reciprocal(part, seen)
    elif exponent == 0:
        part = reciprocal(reciprocal(part, seen), seen)
    times_ = abs(int(exponent))
    return power(part[0], times_), {d: e * times_ for d, e in part[1].items() if times_}


def times(f, g):
    """The product of two rational functions."""
    dens = dict(f[1])
    for d, e in g[1].items():
        dens[d] = dens.get(d, 0) + e
    return multiply(f[0], g[0]), dens


def reciprocal(f, seen):
    """1 / f; its numerator becomes a denominator, its monomial content split into variables."""
    if not f[0]:
        raise Rejected("division by the zero function")
    factor, rest = primitive(f[0])
    dens = {}
    for name in {name for monomial in rest for name, _ in monomial}:
        least = min(dict(monomial).get(name, 0) for monomial in rest)
        if least:
            dens[key(variable(name))] = least
            rest = {lower(monomial, name, least): value for monomial, value in rest.items()}
    if rest != ONE:
        dens[key(rest)] = 1
    seen.update(dens)
    numerator = constant(1 / factor)
    for d, e in f[1].items():
        numerator = multiply(numerator, power(dict(d), e))
    return numerator, dens


def lower(monomial, name, amount):
    """The monomial divided by name ** amount."""
    powers = dict(monomial)
    powers[name] -= amount
    return tuple(sorted((n, e) for n, e in powers.items() if e))


def fold(parts, combine):
    """Combine rational functions over their common denominator."""
    common = {}
    for _, dens in parts:
        for d, e in dens.items():
            common[d] = max(common.get(d, 0), e)
    numerators = []
    for numerator, dens in parts:
        for d, e in common.items():
            numerator = multiply(numerator, power(dict(d), e - dens.get(d, 0)))
        numerators.append(numerator)
    result = numerators[0]
    for numerator in numerators[1:]:
        result = combine(result, numerator)
    return result, common
