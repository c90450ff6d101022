"""Rational functions as the checker writes them: a numerator and {key of a denominator: its power}."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from errors import Rejected, spend, work
from inequalities.polynomial import ONE, add, constant, divide, join, key, multiply, power, primitive, variable, widest
from shapes import Part, Polynomial

UNIT: Part = (ONE, {})
MAX_FRACTIONS = 12  # how many are looked at to see whether another one depends on them


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


def content(part: Part) -> tuple[Any, ...]:
    """A rational function as something hashable."""
    return key(part[0]), tuple(sorted(part[1].items()))


def integer_power(part: Part, exponent: int) -> Part:
    """A rational function to an integer power."""
    top, below = part if exponent >= 0 else reciprocal(part)
    exponent = abs(exponent)
    return power(top, exponent), {d: e * exponent for d, e in below.items() if exponent}


def combination(part: Part, basis: list[Part]) -> list[Fraction] | None:
    """Rationals with which the basis adds up to a rational function, or None; the basis is linearly independent."""
    if not basis or len(basis) > MAX_FRACTIONS:
        return None
    below = {d: max(p[1].get(d, 0) for p in (part, *basis)) for p in (part, *basis) for d in p[1]}
    scale: Part = reduce(multiply, (power(dict(d), e) for d, e in below.items()), ONE), {}
    columns = [cancelled(times(scale, p))[0] for p in (*basis, part)]
    rows = [[column.get(m, Fraction(0)) for column in columns] for m in {m: 0 for c in columns for m in c}]
    spend(len(rows) * len(columns) ** 2 * work(*[max(map(widest, columns))] * 2))
    for k in range(len(basis)):
        pivot = next((row for row in rows[k:] if row[k]), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        rows.insert(k, pivot)
        pivot[:] = [x / pivot[k] for x in pivot]
        for row in rows:
            if row is not pivot and row[k]:
                row[:] = [x - row[k] * y for x, y in zip(row, pivot, strict=True)]
    return None if any(row[-1] for row in rows[len(basis) :]) else [row[-1] for row in rows[: len(basis)]]
