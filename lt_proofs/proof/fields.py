"""Terms as rational functions over variables and atoms, by FLINT: what the search cancels, factors and expands.

An atom is a function value, such as log u: a generator of its own. Exponentials whose arguments are rational
multiples of one monomial are powers of one generator, and so are the rational powers of one base.

This module takes terms and returns terms; lt_proofs.proof.fractional holds the arithmetic of the fractions between, and
lt_proofs.proof.atoms decides what is a generator. The three follow the normal form of the checker, which computes its
own, so an identity that holds here and not there costs a proof and never makes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import fmpq_mpoly_ctx

from lt_proofs.proof.atoms import Atom, Table, prepared
from lt_proofs.proof.evidence import Inapplicable
from lt_proofs.proof.fractional import (
    Fractional,
    Poly,
    Rows,
    cancelled,
    coefficients,
    content,
    exchanged,
    factor_rows,
    homogeneous,
    joined,
    leading,
    product_of,
    quotient,
    rational,
    replaced,
    valued,
)
from lt_proofs.proof.work import counted
from lt_proofs.terms import Apply, Symbol, Term, number


@counted(10, 20)
@lru_cache(maxsize=20_000)
def normal(term: Term) -> Fractional:
    """The reduced fraction of a term over its atoms.

    Raises TooLarge, and DividesByZero where the term divides by zero.
    """
    # arguments of functions are normalised first, by this same function, so that equal arguments are one atom
    table = Table(canonical, summands, exponents)
    tree = prepared(term, table)
    names = sorted(table.atoms)
    units = tuple(table.unit(name) for name in names)
    ring = fmpq_mpoly_ctx.get(names or ["_"], "lex")
    gens = dict(zip(names, ring.gens(), strict=False))
    values = {name: (gens[name], unit) for name, unit in zip(names, units, strict=True)}
    top, below = valued(tree, values, ring)
    atoms = tuple(table.atoms[name] for name in names)
    # FLINT wants one generator at least
    if not names:
        atoms, units = (Atom("plain", Symbol("_")),), (Fraction(1),)
    found = Fractional(*cancelled(top, below), atoms, units)
    # sqrt(u)^2 is u; listed first, because each replacement changes the fraction that the relations are read from
    relations = list(root_bases(found, ring))
    for k, power, (value, under) in relations:
        top, times = replaced(found.top, k, power, value, under)
        found = Fractional(*cancelled(top, found.below * under**times), atoms, units)
    return found


def root_relations(found: Fractional, ring: Any) -> Iterator[tuple[int, int, Poly]]:
    """(generator, power, value) for each root whose base is a polynomial: the generator to the power is the value."""
    for k, power, (value, under) in root_bases(found, ring):
        if under.is_constant():
            yield k, power, value / leading(under)


def root_bases(found: Fractional, ring: Any) -> Iterator[tuple[int, int, tuple[Poly, Poly]]]:
    """(generator, power, (numerator, denominator)) for each root: the generator to the power is its base."""
    for k, (atom, unit) in enumerate(zip(found.atoms, found.units, strict=True)):
        if atom.kind == "root" and unit < 1:
            other = normal(atom.body)
            value, under = (over(found, other, part, ring) for part in (other.top, other.below))
            if value is not None and under is not None:
                yield k, int(1 / unit), (value, under)


def over(found: Fractional, other: Fractional, part: Poly, ring: Any) -> Poly | None:
    """A polynomial over the generators of ``other`` as one over those of ``found``; None if one is missing."""
    places = []
    for atom, unit in zip(other.atoms, other.units, strict=True):
        match = [
            (k, unit / u)
            for k, (a, u) in enumerate(zip(found.atoms, found.units, strict=True))
            if a == atom and (unit / u).denominator == 1
        ]
        places.append(match[0] if match else None)
    total = {}
    for powers, value in coefficients(part):
        index = [0] * len(found.atoms)
        for place, power in zip(places, powers, strict=True):
            if power and place is None:
                return None
            if power and place is not None:
                index[place[0]] += int(power * place[1])
        total[tuple(index)] = value
    return ring.from_dict(total)


def variants(found: Fractional) -> Iterator[Poly]:
    """The numerator in the forms that its relations allow: sin^2 + cos^2 = 1, and roots solved for a variable.

    All forms have the same values, but one of them may be zero, or split into more factors than the others.
    """
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
    """Pairs of the numbers of two generators that are the sine and the cosine of one angle."""
    for i, a in enumerate(found.atoms):
        for j, b in enumerate(found.atoms):
            if isinstance(a.body, Apply) and a.body.head == "sin" and b.body == Apply("cos", a.body.args):
                yield i, j


@counted(20, 50)
@lru_cache(maxsize=20_000)
def factors_of(term: Term) -> tuple[Fraction, Fractional, tuple[tuple[Poly, int], ...]]:
    """The constant, the fraction, and the factors with exponents of a term, in the variant that splits best."""
    found = normal(term)
    if not found.top:
        return Fraction(0), found, ()
    # best: the largest factor has the fewest monomials, a square counting as one fewer
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


@counted(20, 50)
@lru_cache(maxsize=20_000)
def tidy(term: Term) -> Term:
    """The term as a product of its factors; the term unchanged where factoring is too large."""
    try:
        return product_of(factored(term))
    except Inapplicable:
        return term


def canonical(term: Term) -> tuple[Fraction, Term]:
    """(c, u) with term = c u, c > 0 and u primitive, in factors: the same u for the same function."""
    found = normal(term)
    # the positive constant is split off first, for atoms of arguments that differ by it are related: log 2u, log u
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
    """Pairs of a coefficient and a monomial of the numerator over the denominator; the term is their sum."""
    found = normal(term)
    below = found.term(found.below)
    return [(rational(c), quotient(found.monomial(powers), below)) for powers, c in coefficients(found.top)]


def exponents(term: Term) -> list[tuple[Fraction, Term]]:
    """Pairs of a coefficient and a term that add up to the term: its monomials, and its proper fraction as one.

    exp of x/(1 + x) is then e times exp of -1/(1 + x), however the exponent was written.
    """
    found = normal(term)
    if found.below.is_constant():
        return summands(term)
    whole, rest = divmod(found.top, found.below)
    rows = [(rational(c), found.monomial(powers)) for powers, c in coefficients(whole)]
    if rest:
        size = content(rest)
        rows.append((rational(size), quotient(found.term(rest / size), found.term(found.below))))
    return rows


@counted(20, 20)
@lru_cache(maxsize=20_000)
def expanded(term: Term) -> Term:
    """The term as a sum of monomials, over a denominator only if that is not a monomial itself."""
    found = normal(term)
    if len(found.below) != 1:
        return quotient(found.term(found.top), found.term(found.below))
    under, scale = coefficients(found.below)[0]
    # a denominator that is one monomial is divided into each summand, so that the term stays a sum
    rows = coefficients(found.top)
    parts = [found.monomial(tuple(a - b for a, b in zip(p, under, strict=True)), c / scale) for p, c in rows]
    return joined("+", parts)


def monomials(term: Term, names: tuple[str, ...]) -> dict[tuple[int, ...], Fraction] | None:
    """The coefficients of a polynomial in these variables by their powers; None if the term is no such polynomial."""
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


@counted(20, 20)
def identical(term: Term) -> bool:
    """Whether the term is zero as a rational function of its atoms."""
    try:
        return any(not p for p in variants(normal(term)))
    except Inapplicable:
        return False


def logarithm_of(term: Term) -> Term:
    """The logarithm of a term as the sum of the logarithms of its factors; log exp u is u."""
    parts: list[Term] = []
    for factor, exponent in factored(term):
        # one factor is the constant, whose logarithm is an atom for each prime in the normal form
        inner = factor.args[0] if isinstance(factor, Apply) and factor.head == "exp" else Apply("log", (factor,))
        parts.append(inner if exponent == 1 else number(exponent) * inner)
    return joined("+", parts)
