"""Rational functions over variables and atoms, by FLINT: what the search cancels, factors and expands.

An atom is a function value, such as log u: a generator of its own.  Exponentials whose arguments are rational
multiples of one monomial are powers of one generator, and so are the rational powers of one base.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpq_mpoly_ctx

from lt_proofs.proof.atoms import Atom, Table, prepared
from lt_proofs.terms import Apply, Number, Symbol, Term, number

MAX_POWER = 40
MAX_TERMS = 600
MAX_DEGREE = 60
Poly = Any
Rows = list[tuple[Term, int]]


class TooLarge(ValueError):
    """A rational function is too large to work with."""


@dataclass(frozen=True)
class Fractional:
    """numerator / denominator over generators, each of which stands for a power of an atom."""

    top: Poly
    below: Poly
    atoms: tuple[Atom, ...]
    units: tuple[Fraction, ...]

    def term(self, polynomial: Poly) -> Term:
        """A polynomial over the generators as a term."""
        parts = [self.monomial(powers, value) for powers, value in coefficients(polynomial)]
        if not parts:
            return number(0)
        return parts[0] if len(parts) == 1 else Apply("+", tuple(parts))

    def monomial(self, powers: tuple[int, ...], value: Any = 1) -> Term:
        """One monomial; negative powers divide."""
        above: list[Term] = [] if value == 1 else [number(rational(value))]
        under: list[Term] = []
        for atom, unit, power in zip(self.atoms, self.units, powers, strict=True):
            if power:
                whole = power > 0 or atom.kind == "exp"
                (above if whole else under).append(atom.power(unit * (power if whole else -power)))
        return quotient(joined("*", above), joined("*", under))

    def constant(self) -> Fraction | None:
        """The value of a constant function."""
        if self.top.is_constant() and self.below.is_constant():
            return rational(leading(self.top)) / rational(leading(self.below))
        return None


def rational(value: Any) -> Fraction:
    """A Fraction from FLINT's."""
    value = fmpq(value)
    return Fraction(int(value.p), int(value.q))


def coefficients(polynomial: Poly) -> list[tuple[tuple[int, ...], Any]]:
    """Pairs of the powers of a monomial and its coefficient."""
    return [(tuple(map(int, powers)), value) for powers, value in polynomial.to_dict().items()]


def leading(polynomial: Poly) -> Any:
    """The constant of a constant polynomial."""
    return next((value for _, value in coefficients(polynomial)), fmpq(0))


def joined(head: str, parts: list[Term]) -> Term:
    """The sum or product of terms."""
    if not parts:
        return number(1 if head == "*" else 0)
    return parts[0] if len(parts) == 1 else Apply(head, tuple(parts))


def quotient(above: Term, below: Term) -> Term:
    """above / below, without a denominator 1."""
    return above if below == number(1) else Apply("/", (above, below))


@lru_cache(maxsize=20_000)
def normal(term: Term) -> Fractional:
    """The reduced fraction of a term over its atoms; raises TooLarge, and ZeroDivisionError for 1/0."""
    table = Table(canonical, summands)
    tree = prepared(term, table)
    names = sorted(table.atoms)
    units = tuple(table.unit(name) for name in names)
    ring = fmpq_mpoly_ctx.get(names or ["_"], "lex")
    gens = dict(zip(names, ring.gens(), strict=False))
    values = {name: (gens[name], unit) for name, unit in zip(names, units, strict=True)}
    top, below = valued(tree, values, ring)
    atoms = tuple(table.atoms[name] for name in names)
    if not names:
        atoms, units = (Atom("plain", Symbol("_")),), (Fraction(1),)
    found = Fractional(*cancelled(top, below), atoms, units)
    relations = list(root_relations(found, ring))
    for k, power, value in relations:
        found = Fractional(*cancelled(exchanged(found.top, k, power, value), found.below), atoms, units)
    return found


def valued(tree: Term, values: dict[str, tuple[Poly, Fraction]], ring: Any) -> tuple[Poly, Poly]:
    """(numerator, denominator) of a prepared tree."""
    one = ring.constant(1)
    if isinstance(tree, Number):
        return ring.constant(fmpq(tree.value.numerator, tree.value.denominator)), one
    if isinstance(tree, Symbol):
        generator, unit = values[tree.name]
        return generator ** int(1 / unit), one
    if not isinstance(tree, Apply):
        raise TypeError(f"not a term: {tree!r}")
    if tree.head == "^":
        return powered(tree, values, ring)
    parts = [valued(arg, values, ring) for arg in tree.args]
    top, below = parts[0]
    if len(parts) == 1:
        return -top, below
    for above, under in parts[1:]:
        if tree.head == "*":
            top, below = top * above, below * under
        elif tree.head == "/":
            if not above:
                raise ZeroDivisionError
            top, below = top * under, below * above
        else:
            sign = 1 if tree.head == "+" else -1
            if under == below:
                top = top + sign * above
            else:
                common = below.gcd(under)
                left, right = below / common, under / common
                top, below = top * right + sign * above * left, below * right
        if len(top) > 4 * MAX_TERMS or len(below) > MAX_TERMS or max(top.degrees()) > 2 * MAX_DEGREE:
            raise TooLarge
    return top, below


def powered(tree: Apply, values: dict[str, tuple[Poly, Fraction]], ring: Any) -> tuple[Poly, Poly]:
    """A power of a generator with a rational exponent, or of anything with an integer one."""
    base, exponent = tree.args
    if not isinstance(exponent, Number):
        raise TypeError("an exponent is not a number")
    if isinstance(base, Symbol):
        generator, unit = values[base.name]
        top, below, power = generator, ring.constant(1), exponent.value / unit
    else:
        top, below = valued(base, values, ring)
        power = exponent.value
    if power < 0:
        if not top:
            raise ZeroDivisionError
        top, below, power = below, top, -power
    if power > MAX_POWER or (power > 1 and len(top) ** float(power) > 1e5):
        raise TooLarge
    return top ** int(power), below ** int(power)


def cancelled(top: Poly, below: Poly) -> tuple[Poly, Poly]:
    """Without common factors; the denominator with coprime integer coefficients, its first one positive."""
    common = top.gcd(below)
    top, below = top / common, below / common
    factor = content(below)
    return top / factor, below / factor


def content(polynomial: Poly) -> Any:
    """The rational c for which polynomial / c has coprime integer coefficients, the first one positive."""
    values = [rational(v) for v in polynomial.coeffs()]
    if not values:
        return fmpq(1)
    size = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
    size = size if values[0] > 0 else -size
    return fmpq(size.numerator, size.denominator)


def root_relations(found: Fractional, ring: Any) -> Iterator[tuple[int, int, Poly]]:
    """(generator, power, value): a whole power of a root is its base, where that is a polynomial."""
    for k, (atom, unit) in enumerate(zip(found.atoms, found.units, strict=True)):
        if atom.kind == "root" and unit < 1:
            value = over(found, atom.body, ring)
            if value is not None:
                yield k, int(1 / unit), value


def over(found: Fractional, term: Term, ring: Any) -> Poly | None:
    """A term as a polynomial over the generators, if it is one and uses no others."""
    other = normal(term)
    if not other.below.is_constant():
        return None
    places = []
    for atom, unit in zip(other.atoms, other.units, strict=True):
        match = [
            (k, unit / u)
            for k, (a, u) in enumerate(zip(found.atoms, found.units, strict=True))
            if a == atom and (unit / u).denominator == 1
        ]
        places.append(match[0] if match else None)
    total = {}
    for powers, value in coefficients(other.top):
        index = [0] * len(found.atoms)
        for place, power in zip(places, powers, strict=True):
            if power and place is None:
                return None
            if power and place is not None:
                index[place[0]] += int(power * place[1])
        total[tuple(index)] = value
    return ring.from_dict(total)


def exchanged(polynomial: Poly, k: int, power: int, value: Poly) -> Poly:
    """The polynomial with each whole power g_k ^ power replaced by a value."""
    for _ in range(MAX_POWER):
        if polynomial.degrees()[k] < power:
            return polynomial
        groups: dict[int, dict[Any, Any]] = {}
        for index, c in coefficients(polynomial):
            rest = (*index[:k], index[k] % power, *index[k + 1 :])
            groups.setdefault(index[k] // power, {})[rest] = c
        ring = polynomial.context()
        polynomial = ring.constant(0)
        for times, part in groups.items():
            polynomial += ring.from_dict(part) * value**times
        if len(polynomial) > 10 * MAX_TERMS:
            raise TooLarge
    return polynomial


def variants(found: Fractional) -> Iterator[Poly]:
    """The numerator in the forms that its relations allow: sin^2 + cos^2 = 1, and roots solved for a variable."""
    ring = found.top.context()
    gens = ring.gens()
    yield found.top
    for i, j in waves(found):
        yield exchanged(found.top, j, 2, 1 - gens[i] ** 2)
        yield exchanged(found.top, i, 2, 1 - gens[j] ** 2)
        flat = homogeneous(exchanged(found.top, j, 2, 1 - gens[i] ** 2), i, j)
        if flat is not None:
            yield flat
    for k, power, value in root_relations(found, ring):
        for v in range(len(gens)):
            degree = value.degrees()[v]
            if degree and v != k and found.atoms[v].kind == "plain":
                lead = {i: c for i, c in coefficients(value) if i[v]}
                if len(lead) == 1 and sum(next(iter(lead))) == degree:
                    rest = value - ring.from_dict(lead)
                    yield exchanged(found.top, v, degree, (gens[k] ** power - rest) / next(iter(lead.values())))


def waves(found: Fractional) -> Iterator[tuple[int, int]]:
    """Pairs of generators that are the sine and the cosine of one angle."""
    for i, a in enumerate(found.atoms):
        for j, b in enumerate(found.atoms):
            if isinstance(a.body, Apply) and a.body.head == "sin" and b.body == Apply("cos", a.body.args):
                yield i, j


def homogeneous(polynomial: Poly, i: int, j: int) -> Poly | None:
    """Every monomial of one degree in sine and cosine, by factors sin^2 + cos^2; None if parities differ."""
    ring = polynomial.context()
    whole = ring.gens()[i] ** 2 + ring.gens()[j] ** 2
    degrees = {index[i] + index[j] for index, _ in coefficients(polynomial)}
    if len({d % 2 for d in degrees}) != 1:
        return None
    top, total = max(degrees), ring.constant(0)
    for index, c in coefficients(polynomial):
        total += ring.from_dict({index: c}) * whole ** ((top - index[i] - index[j]) // 2)
    return total


def factor_rows(polynomial: Poly) -> tuple[Fraction, list[tuple[Poly, int]]]:
    """The constant and the factors of a polynomial; large ones are left whole."""
    if len(polynomial) > MAX_TERMS or sum(polynomial.degrees()) > MAX_DEGREE:
        return Fraction(1), [(polynomial, 1)]
    constant, rows = polynomial.factor()
    return rational(constant), [(p, int(e)) for p, e in rows]


@lru_cache(maxsize=20_000)
def factors_of(term: Term) -> tuple[Fraction, Fractional, tuple[tuple[Poly, int], ...]]:
    """The constant, the field and the polynomial factors of a term, in the form of its relations that splits best."""
    found = normal(term)
    if not found.top:
        return Fraction(0), found, ()
    options = [factor_rows(p) for p in variants(found) if p]
    constant, rows = min(options, key=lambda option: max((len(p) - (e % 2 == 0) for p, e in option[1]), default=0))
    under, bottom = factor_rows(found.below)
    return constant / under, found, (*rows, *((p, -e) for p, e in bottom))


def factored(term: Term) -> Rows:
    """Factors and exponents, the constant first if it is not 1; [] for zero."""
    constant, found, rows = factors_of(term)
    if not constant:
        return []
    terms = [(found.term(p), e) for p, e in rows]
    return [(number(constant), 1), *terms] if constant != 1 or not terms else terms


def product_of(rows: Rows) -> Term:
    """The product of powers of terms."""
    if not rows:
        return number(0)
    above = [f if e == 1 else f ** number(e) for f, e in rows if e > 0]
    below = [f if e == -1 else f ** number(-e) for f, e in rows if e < 0]
    return quotient(joined("*", above), joined("*", below))


@lru_cache(maxsize=20_000)
def tidy(term: Term) -> Term:
    """The term as a product of its factors, or as it is where that is too large."""
    try:
        return product_of(factored(term))
    except (TooLarge, ZeroDivisionError):
        return term


def canonical(term: Term) -> tuple[Fraction, Term]:
    """(c, u) with term = c u, c > 0 and u primitive, in factors: the same u for the same function."""
    found = normal(term)
    size = content(found.top)
    size = size if size > 0 else -size
    if not found.top or len(found.top) == len(found.below) == 1:
        return rational(size), quotient(found.term(found.top / size), found.term(found.below))
    constant, rows = factor_rows(found.top / size)
    _, bottom = factor_rows(found.below)
    signed = [(number(constant), 1)] if constant != 1 else []
    terms = [(found.term(p), e) for p, e in rows] + [(found.term(p), -e) for p, e in bottom]
    return rational(size), product_of([*signed, *terms])


def summands(term: Term) -> list[tuple[Fraction, Term]]:
    """The monomials of the numerator, each over the denominator, and their coefficients."""
    found = normal(term)
    below = found.term(found.below)
    return [(rational(c), quotient(found.monomial(powers), below)) for powers, c in coefficients(found.top)]


@lru_cache(maxsize=20_000)
def expanded(term: Term) -> Term:
    """The term as a sum; over a denominator only if that is not a monomial."""
    found = normal(term)
    if len(found.below) != 1:
        return quotient(found.term(found.top), found.term(found.below))
    under, scale = coefficients(found.below)[0]
    rows = coefficients(found.top)
    parts = [found.monomial(tuple(a - b for a, b in zip(p, under, strict=True)), c / scale) for p, c in rows]
    return joined("+", parts)


def monomials(term: Term, names: tuple[str, ...]) -> dict[tuple[int, ...], Fraction] | None:
    """Coefficients of a polynomial in these variables; None if the term is none."""
    found = normal(term)
    own = [atom.body.name if atom.kind == "plain" and isinstance(atom.body, Symbol) else None for atom in found.atoms]
    if not found.below.is_constant() or any(u != 1 for u in found.units):
        return None
    result = {}
    scale = rational(leading(found.below))
    for powers, c in coefficients(found.top):
        used = {name: p for name, p in zip(own, powers, strict=True) if p}
        if not set(used) <= set(names):
            return None
        result[tuple(used.get(name, 0) for name in names)] = rational(c) / scale
    return result


def identical(term: Term) -> bool:
    """Whether the term is zero as a rational function of its atoms."""
    try:
        return any(not p for p in variants(normal(term)))
    except (TooLarge, ZeroDivisionError, TypeError):
        return False


def logarithm_of(term: Term) -> Term:
    """log of a product as a sum of logarithms."""
    parts: list[Term] = []
    for factor, exponent in factored(term):
        inner = factor.args[0] if isinstance(factor, Apply) and factor.head == "exp" else Apply("log", (factor,))
        parts.append(inner if exponent == 1 else number(exponent) * inner)
    return joined("+", parts)
