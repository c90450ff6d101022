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
from inequalities.polynomial import (
    ONE,
    add,
    constant,
    divided,
    join,
    multiply,
    power,
    primitive,
    variable,
)
from inequalities.quotients import (
    OPERATIONS,
    UNIT,
    cancelled,
    combination,
    content,
    integer_power,
    plus,
    reciprocal,
    times,
)
from shapes import Key, Monomial, Part, Polynomial, Term

HALF = Fraction(1, 2)
MAX_TURNS = 16
TURNS = (1, 2, 3, 4, 5, 6)  # the parts of half a turn whose sine and cosine are written by square roots
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


def named(head: str, form: Any, table: Table) -> str:
    """The name of an atom: the same for the same normal form, and as short for one deep inside another."""
    return f"{head} #{table.setdefault(form, len(table))}"


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
    if not part[1] and len(part[0]) == 1 and all(name.startswith("exp ") for m in part[0] for name, _ in m):
        ((monomial, value),) = part[0].items()
        if value == 1:  # (exp u)^q is exp(q u)
            return {tuple((name, e * exponent) for name, e in monomial): value}, {}
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
        return exponential(part, table)
    if head in ("sin", "cos") and (not below or all(abs(v.numerator) <= MAX_TURNS for v in top.values())):
        return sine_cosine(part, table)[head == "cos"], {}
    if head in ("atan", "erf") and not top:
        return {}, {}
    if head in ("atan", "erf") and top[min(top)] < 0:  # odd
        return times((constant(-1), {}), atom(head, [times((constant(-1), {}), part)], table))
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
    if below and set(rest) == {()}:  # log(1/u) is -log u, with u > 0 as well
        under = reduce(multiply, (power(dict(d), e) for d, e in below.items()), rest)
        return plus((total, {}), logarithm(under, {}, table), -1)
    (monomial, *others), value = rest, rest[min(rest)]
    if not others and value == 1 and not below and all(n.startswith("exp ") for n, _ in monomial):
        powers = (times(table[name], (constant(e), {})) for name, e in monomial)
        start: Part = total, {}
        return reduce(plus, powers, start)
    name = named("log", content((rest, below)), table)
    table[name] = (rest, below)
    return add(total, variable(name)), {}


def exponential(exponent: Part, table: Table) -> Part:
    """exp of a rational function: that of each monomial of its whole part, and that of the proper fraction left."""
    top, below = exponent
    whole, rest = divided(top, reduce(multiply, (power(dict(d), e) for d, e in below.items()), ONE))
    powers = [monomial_power(monomial, value, table) for monomial, value in whole.items()]
    return reduce(times, [*powers, proper(cancelled((rest, below)), table)] if rest else powers, UNIT)


def monomial_power(monomial: Monomial, value: Fraction, table: Table) -> Part:
    """exp(value * monomial): a power of exp(monomial), or of u where the monomial is log u."""
    if len(monomial) == 1:
        ((inner, exponent),) = monomial
        if exponent == 1 and inner.startswith("log ") and inner in table:
            return fractional(table[inner], value, table)
    part: Part = {monomial: Fraction(1)}, {}
    name = named("exp", content(part), table)
    table[name] = part
    return variable(name, value), {}


def proper(exponent: Part, table: Table) -> Part:
    """exp of a proper fraction: powers of earlier ones if it is a sum of their rational multiples, else a new atom."""
    known: list[tuple[Part, str]] = table.setdefault("fractions", [])
    found = combination(exponent, [part for part, _ in known])
    if found is None:
        name = named("exp", content(exponent), table)
        table[name] = exponent
        known.append((exponent, name))
        return variable(name), {}
    return reduce(multiply, (variable(name, q) for q, (_, name) in zip(found, known, strict=True) if q), ONE), {}


def sine_cosine(angle: Part, table: Table) -> tuple[Polynomial, Polynomial]:
    """(sin, cos) of a sum, by the addition theorem, over those of its monomials over its denominators."""
    sine: Polynomial = {}
    cosine = ONE
    top, below = angle
    for monomial, value in top.items():
        turns, sign = abs(value.numerator), 1 if value > 0 else -1
        if turns > MAX_TURNS:
            raise Rejected(f"a multiple of an angle beyond {MAX_TURNS}")
        unit: Any = (monomial, Fraction(1, value.denominator))
        unit = (content(cancelled(({monomial: Fraction(1)}, below))), unit[1]) if below else unit
        one, other = (variable(named(wave, unit, table)) for wave in ("sin", "cos"))
        if monomial == (("pi", 1),) and value.denominator in TURNS:
            one, other = turn(value.denominator, table)
        one = add({}, one, sign)
        for _ in range(turns):
            sine, cosine = (
                add(multiply(sine, other), multiply(cosine, one)),
                add(multiply(cosine, other), multiply(sine, one), -1),
            )
    return sine, cosine


def turn(parts: int, table: Table) -> tuple[Polynomial, Polynomial]:
    """(sin, cos) of pi / n by square roots, n one of TURNS."""

    def root_of(part: Polynomial) -> Polynomial:
        return fractional((part, {}), HALF, table)[0]

    if parts <= 2:
        return ({}, constant(-1)) if parts == 1 else (ONE, {})
    if parts == 5:
        five = root_of(constant(5))
        long = add(constant(10), five, -2)
        return multiply(constant(Fraction(1, 4)), root_of(long)), multiply(constant(Fraction(1, 4)), add(ONE, five))
    half, other = constant(HALF), multiply(constant(HALF), root_of(constant(2 if parts == 4 else 3)))
    return {3: (other, half), 4: (other, other), 6: (half, other)}[parts]


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
