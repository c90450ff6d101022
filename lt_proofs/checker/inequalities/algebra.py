"""Terms as rational functions over Q: a pair of a numerator and {key of a denominator: its power}.

Values of functions such as log u are atoms: variables of their own, named by a number for the normal form of u.
The `table` holds these numbers, and what stands behind the names of roots, logarithms and exponentials.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import Any

from errors import Rejected, size, spend
from inequalities.polynomial import ONE, add, constant, divide, join, key, multiply, power, primitive, variable
from shapes import Key, Monomial, Part, Polynomial, Term

HALF = Fraction(1, 2)
UNIT: Part = (ONE, {})
Table = dict[Any, Any]  # numbers of normal forms, and what stands behind names


def same(f: Term, g: Term) -> bool:
    """Whether two terms are the same rational function of variables and atoms."""
    table: Table = {}
    return not settle(rational(("-", f, g), table), table)[0]


def rational(term: Term, table: Table) -> Part:
    """The rational function of a term over variables and atoms, with what stands behind these in the `table`."""
    spend(30)
    if isinstance(term, Fraction):
        return constant(term), {}
    if isinstance(term, str):
        return variable(term), {}
    head, *args = term
    if head == "^" and not isinstance(args[1], Fraction):
        return rational(("exp", ("*", args[1], ("log", args[0]))), table)
    if head == "^":
        return fractional(rational(args[0], table), args[1], table)
    parts = [rational(arg, table) for arg in args]
    if head == "/" or head not in OPERATIONS:
        parts = [settle(part, table) for part in parts]
    if head == "-" and len(parts) == 1:
        parts = [({}, {}), *parts]
    if head in OPERATIONS:
        return reduce(OPERATIONS[head], parts)
    return atom(head, [cancelled(part) for part in parts], table)


def plus(f: Part, g: Part, factor: int = 1) -> Part:
    """f + factor * g over their common denominator."""
    spend(look_ups(f, g))
    common = {d: max(f[1].get(d, 0), g[1].get(d, 0)) for d in f[1] | g[1]}
    tops: list[Polynomial] = []
    for top, below in (f, g):
        lacking = (power(dict(d), e - below.get(d, 0)) for d, e in common.items() if e > below.get(d, 0))
        tops.append(reduce(multiply, lacking, top))
    return add(tops[0], tops[1], factor), common


def times(f: Part, g: Part) -> Part:
    """f * g."""
    spend(look_ups(f, g))
    return multiply(f[0], g[0]), {d: f[1].get(d, 0) + g[1].get(d, 0) for d in f[1] | g[1]}


def look_ups(*parts: Part) -> int:
    """Units for looking up the denominators of these, each by all its terms."""
    return 50 + sum(100 * len(d) for _, below in parts for d in below)


def reciprocal(f: Part) -> Part:
    """1 / f; its numerator becomes a denominator, its monomial content split off, exponentials moved up."""
    if not f[0]:
        raise Rejected("division by the zero function")
    factor, rest = primitive(f[0])
    above, below = constant(1 / factor), {}
    names = dict.fromkeys(name for monomial in rest for name, _ in monomial)  # in one order on every machine
    for name in names:
        spend(sum(20 + 10 * len(monomial) for monomial in rest))
        least = min(dict(monomial).get(name, 0) for monomial in rest)
        if least:
            rest = {join(monomial, ((name, -least),)): value for monomial, value in rest.items()}
        if least and name.startswith("exp "):
            above = multiply(above, variable(name, -least))
        elif least:
            whole = least == int(least)
            below[key(variable(name, 1 if whole else least))] = int(least) if whole else 1
    if rest != ONE:
        below[key(rest)] = 1
    for d, e in f[1].items():
        above = multiply(above, power(dict(d), e))
    return above, below


OPERATIONS = {
    "+": plus,
    "-": lambda f, g: plus(f, g, -1),
    "*": times,
    "/": lambda f, g: times(f, reciprocal(g)),
}


def cancelled(part: Part) -> Part:
    """The rational function without the denominators that divide its numerator."""
    top, below = part[0], {}
    for d, e in part[1].items() if top else ():
        while e and (quotient := divide(top, dict(d))) is not None:
            top, e = quotient, e - 1
        if e:
            below[d] = e
    return top, below


def named(head: str, form: Any, table: Table) -> str:
    """The name of an atom: the same for the same normal form, and as short for one deep inside another."""
    return f"{head} #{table.setdefault(form, len(table))}"


def content(part: Part) -> tuple[Any, ...]:
    """A rational function as something hashable."""
    return key(part[0]), tuple(sorted(part[1].items()))


def integer_power(part: Part, exponent: int) -> Part:
    """A rational function to an integer power."""
    top, below = part if exponent >= 0 else reciprocal(part)
    exponent = abs(exponent)
    return power(top, exponent), {d: e * exponent for d, e in below.items() if exponent}


def fractional(part: Part, exponent: Fraction, table: Table) -> Part:
    """A rational function to a rational power: that of each small prime in its content, and that of what is left."""
    if exponent.denominator == 1:
        return integer_power(part, int(exponent))
    part = cancelled(settle(part, table))
    if not part[0]:
        return part if exponent > 0 else reciprocal(part)
    factor, body = primitive(part[0])
    result = root((body if factor > 0 else add({}, body, -1), part[1]), exponent, table)
    for prime, count in primes(abs(factor)):
        result = times(result, root((constant(prime), {}), exponent * count, table))
    return result


def root(part: Part, exponent: Fraction, table: Table) -> Part:
    """part ^ floor and an atom with the rest of the exponent; every power of one base uses the same atom."""
    if part == UNIT:
        return part
    floor = exponent.numerator // exponent.denominator
    whole = integer_power(part, floor)
    if exponent == floor:
        return whole
    name = named("root", content(part), table)
    table[name] = part
    return times(whole, (variable(name, exponent - floor), {}))


def primes(value: Fraction) -> Iterator[tuple[int, int]]:
    """A positive rational as pairs of a prime and its power; what is left beyond 1000 counts as one prime."""
    spend(2000 + size(value))
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while number > 1:
            prime = number if prime > 1000 else prime
            while number % prime == 0:
                spend(5 + (number.bit_length() >> 5))
                number //= prime
                yield prime, sign
            prime += 1


def atom(head: str, parts: list[Part], table: Table) -> Part:
    """A function value: in the simpler form that it may have, else as a variable of its own."""
    top, below = part = parts[0]
    if head == "sqrt":
        return fractional(part, HALF, table)
    if head == "log":
        return logarithm(top, below, table)
    if head == "exp":
        powers = (exponential(monomial, value, below, table) for monomial, value in top.items())
        return reduce(times, powers, UNIT)
    if head in ("sin", "cos") and not below:
        return sine_cosine(top, table)[head == "cos"], {}
    if head == "atan" and not top:
        return {}, {}
    if head == "atan" and part == UNIT:
        return {(("pi", 1),): Fraction(1, 4)}, {}
    return variable(named(head, tuple(map(content, parts)), table)), {}


def logarithm(top: Polynomial, below: dict[Key, int], table: Table) -> Part:
    """log(c u) as log c + log u, log c as a sum over the small primes of c."""
    if not top:
        raise Rejected("the logarithm of zero")
    factor, rest = primitive(top)
    total: Polynomial = {}
    rest = rest if factor > 0 else add({}, rest, -1)
    for prime, count in primes(abs(factor)):
        table[f"log {prime}"] = (constant(prime), {})
        total = add(total, variable(f"log {prime}"), count)
    (monomial, *others), value = rest, rest[min(rest)]
    if not others and value == 1 and not below and all(n.startswith("exp ") and n in table for n, _ in monomial):
        for name, e in monomial:
            total = add(total, table[name], e)
    else:
        name = named("log", content((rest, below)), table)
        table[name] = (rest, below)
        total = add(total, variable(name))
    return total, {}


def exponential(monomial: Monomial, value: Fraction, below: dict[Key, int], table: Table) -> Part:
    """exp(value * monomial / below): a power of exp(monomial / below), or of u where that is log u."""
    if len(monomial) == 1 and not below:
        ((inner, exponent),) = monomial
        if exponent == 1 and inner.startswith("log ") and inner in table:
            return fractional(table[inner], value, table)
    name = named("exp", content(cancelled(({monomial: Fraction(1)}, below))), table)
    if not below:
        table[name] = {monomial: Fraction(1)}
    return variable(name, value), {}


def sine_cosine(top: Polynomial, table: Table) -> tuple[Polynomial, Polynomial]:
    """(sin, cos) of a sum, by the addition theorem, over the sines and cosines of its monomials."""
    sine: Polynomial = {}
    cosine = ONE
    for monomial, value in top.items():
        turns, sign = abs(value.numerator), 1 if value > 0 else -1
        if turns > 16:
            raise Rejected("a multiple of an angle beyond 16")
        unit = (monomial, Fraction(1, value.denominator))
        one, other = (variable(named(wave, unit, table)) for wave in ("sin", "cos"))
        if monomial == (("pi", 1),) and value.denominator <= 2:
            one, other = (ONE, {}) if value.denominator == 2 else ({}, constant(-1))
        one = add({}, one, sign)
        for _ in range(turns):
            sine, cosine = (
                add(multiply(sine, other), multiply(cosine, one)),
                add(multiply(cosine, other), multiply(sine, one), -1),
            )
    return sine, cosine


def settle(part: Part, table: Table) -> Part:
    """A rational function with whole powers of roots put back as their bases, and cos^2 as 1 - sin^2."""
    while name := next((name for m in part[0] for name, e in m if settled(name, e, table)), None):
        top, below = part
        spend(sum(20 + 10 * len(monomial) for monomial in top))
        divisor, base = settled(name, 2, table) or ((), UNIT)
        moved = {m: value for m, value in top.items() if settled(name, dict(m).get(name, 0), table)}
        changed = times(({join(m, divisor): value for m, value in moved.items()}, {}), base)
        part = times(plus((add(top, moved, -1), {}), changed), (ONE, below))
    return part


def settled(name: str, exponent: Fraction | int, table: Table) -> tuple[Monomial, Part] | None:
    """What a power settles to: the inverse of the part that goes, and the function in its place; else None."""
    if exponent >= 1 and name.startswith("root "):
        return ((name, -1),), table[name]
    if exponent >= 2 and name.startswith("cos "):
        return ((name, -2),), (add(ONE, variable(f"sin {name[4:]}", 2), -1), {})
    return None
