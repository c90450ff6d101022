"""Atoms: the function values of a term that algebra treats as generators, named as the checker names them.

Functions are first written over few atoms by their laws: exp of a sum is a product, log of a product is a sum, sine and
cosine of a sum follow the addition theorem, powers with variable exponents are exponentials. Then identities that rest
on these laws become identities of rational functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from lt_proofs.proof.evidence import DividesByZero
from lt_proofs.terms import Apply, Number, Symbol, Term, number

MAX_MULTIPLE = 16
MAX_EXPONENT = 4096
ONE, ZERO = number(1), number(0)
PI = Symbol("pi")
HALF = number(Fraction(1, 2))
FIVE = number(5) ** HALF
TURNS: dict[int, tuple[Term, Term]] = {
    1: (ZERO, number(-1)),
    2: (ONE, ZERO),
    3: (HALF * number(3) ** HALF, HALF),
    4: (HALF * number(2) ** HALF, HALF * number(2) ** HALF),
    5: ((10 - 2 * FIVE) ** HALF / 4, (1 + FIVE) / 4),
    6: (HALF, HALF * number(3) ** HALF),
}
"""The sine and cosine of pi / n."""


@dataclass(frozen=True)
class Atom:
    """A generator stands for the body (kind "plain"), for exp(body) ("exp"), or for powers of the body ("root")."""

    kind: str
    body: Term

    def power(self, exponent: Fraction) -> Term:
        """The term of a rational power."""
        if self.kind == "exp":
            return Apply("exp", (self.body if exponent == 1 else scaled(exponent, self.body),))
        return self.body if exponent == 1 else self.body ** number(exponent)


def scaled(factor: Fraction, term: Term) -> Term:
    """factor * term, or only the factor where the term is 1."""
    return number(factor) if term == ONE else number(factor) * term


@dataclass
class Table:
    """The atoms met so far by name, and the exponents with which they occur.

    ``canonical``, ``summands`` and ``fractions`` come from lt_proofs.proof.fields, which imports this module.
    """

    canonical: Callable[[Term], tuple[Fraction, Term]]
    summands: Callable[[Term], list[tuple[Fraction, Term]]]
    fractions: Callable[[Term], list[tuple[Fraction, Term]]]
    atoms: dict[str, Atom] = field(default_factory=dict)
    exponents: dict[str, set[Fraction]] = field(default_factory=dict)

    def leaf(self, kind: str, body: Term, exponent: Fraction = Fraction(1)) -> Term:
        """A power of the generator of an atom."""
        name = body.name if isinstance(body, Symbol) and kind != "exp" else f"{kind} {body!r}"
        kind = "plain" if isinstance(body, Symbol) and kind != "exp" else kind
        self.atoms[name] = Atom(kind, body)
        self.exponents.setdefault(name, set()).add(exponent)
        return Symbol(name) if exponent == 1 else Symbol(name) ** number(exponent)

    def unit(self, name: str) -> Fraction:
        """The greatest rational of which all exponents of an atom are multiples; a whole power counts among them."""
        found = set(self.exponents[name])
        if self.atoms[name].kind != "exp":
            found.add(Fraction(1))
        whole = lcm(*(e.denominator for e in found))
        return Fraction(gcd(*(int(e * whole) for e in found)), whole)


def prepared(term: Term, table: Table) -> Term:
    """The term as sums, products, quotients and powers of generators and numbers."""
    if isinstance(term, Number):
        return term
    if isinstance(term, Symbol):
        return table.leaf("plain", term)
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    if term.head in "+-*/":
        return Apply(term.head, tuple(prepared(arg, table) for arg in term.args))
    if term.head == "^":
        return power(term.args[0], term.args[1], table)
    if term.head == "exp":
        return exponential(term.args[0], table)
    if term.head == "log":
        return logarithm(term.args[0], table)
    if term.head == "sqrt":
        return power(term.args[0], number(Fraction(1, 2)), table)
    if term.head in ("sin", "cos"):
        return wave(term, table)
    args = tuple(whole(arg, table) for arg in term.args)
    if term.head in ("atan", "erf") and (args[0] == ZERO or negative(args[0])):
        return ZERO if args[0] == ZERO else number(-1) * prepared(Apply(term.head, (whole(-args[0], table),)), table)
    # atan 0 = 0 and atan 1 = pi / 4
    if term.head == "atan" and args[0] in (ZERO, ONE):
        return ZERO if args[0] == ZERO else prepared(PI / 4, table)
    return table.leaf("plain", Apply(term.head, args))


def negative(term: Term) -> bool:
    """Whether a canonical argument begins with a negative number; of u and -u one does."""
    while isinstance(term, Apply) and term.head in "+*/" and term.args:
        term = term.args[0]
    return isinstance(term, Number) and term.value < 0


def whole(term: Term, table: Table) -> Term:
    """The canonical form of an argument, so that equal arguments are one atom."""
    factor, body = table.canonical(term)
    if body == ZERO or factor == 1:
        return body
    return number(factor) if body == ONE else number(factor) * body


def power(base: Term, exponent: Term, table: Table) -> Term:
    """Integer powers are products, rational ones of roots, others exponentials of logarithms."""
    if not isinstance(exponent, Number):
        return exponential(exponent * Apply("log", (base,)), table)
    if exponent.value.denominator == 1:
        inner = prepared(base, table)
        return number(1) if exponent.value == 0 else repeated(inner, exponent.value)
    return fractional(base, exponent.value, table)


def repeated(inner: Term, exponent: Fraction) -> Term:
    """A prepared term to an integer power.

    A bare generator to a power is read as a rational power of its atom, whose generator may stand for a root; the
    product 1 * generator is not.
    """
    if isinstance(inner, Number) and inner.value and abs(exponent) <= MAX_EXPONENT:
        return number(inner.value ** int(exponent))
    if isinstance(inner, Symbol):
        return ONE * inner if exponent == 1 else Apply("^", (Apply("*", (ONE, inner)), number(exponent)))
    return inner ** number(exponent)


def fractional(base: Term, exponent: Fraction, table: Table) -> Term:
    """base ^ exponent as a whole power, roots of primes, and a root of the rest."""
    factor, body = table.canonical(base)
    if body == ZERO:
        return ZERO
    # u^(5/2) is u^2 times u^(1/2): equal bases have then the same root, whatever the whole power beside it
    floor = exponent.numerator // exponent.denominator
    rest = exponent - floor
    result: Term = repeated(prepared(base, table), Fraction(floor)) if floor else ONE
    for prime, count in primes(factor):
        e = rest * count
        down = e.numerator // e.denominator
        result = result * number(Fraction(prime) ** down)
        if e != down:
            result = result * table.leaf("root", number(prime), e - down)
    if body == ONE:
        return result
    exponents = exponents_of(body)
    if exponents is None:
        return result * table.leaf("root", body, rest)
    for sign, inner in exponents:  # (exp u)^q is exp(q u)
        result = result * exponential(number(sign * rest) * inner, table)
    return result


def primes(value: Fraction) -> list[tuple[int, int]]:
    """A positive rational as pairs of a prime and its power; what is left beyond 1000 counts as one prime."""
    found: dict[int, int] = {}
    for left, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while left > 1:
            # a number without small factors is not factored further; the checker does the same
            prime = left if prime > 1000 else prime
            while left % prime == 0:
                left //= prime
                found[prime] = found.get(prime, 0) + sign
            prime += 1
    return sorted(found.items())


def exponential(argument: Term, table: Table) -> Term:
    """exp of a sum as a product; exp(c log u) as a power of u."""
    result: Term = ONE
    for value, monomial in table.fractions(argument):
        # exp(c log u) is u^c
        if isinstance(monomial, Apply) and monomial.head == "log":
            result = result * power(monomial.args[0], number(value), table)
        else:
            result = result * table.leaf("exp", monomial, value)
    return result


def logarithm(argument: Term, table: Table) -> Term:
    """log(c u) as log u and the logarithms of the primes of c; log exp u as u."""
    factor, body = table.canonical(argument)
    if body == ZERO:
        raise DividesByZero("the argument of a logarithm is zero")
    result: Term = ZERO
    for prime, count in primes(factor):
        result = result + number(count) * table.leaf("plain", Apply("log", (number(prime),)))
    exponents = exponents_of(body)
    if exponents is None and isinstance(body, Apply) and body.head == "/" and body.args[0] in (ONE, number(-1)):
        # log(1/u) is -log u
        return result - logarithm(body.args[1] * body.args[0] if body.args[0] != ONE else body.args[1], table)
    if exponents is None:
        return result + table.leaf("plain", Apply("log", (body,)))
    for sign, exponent in exponents:
        result = result + number(sign) * prepared(exponent, table)
    return result


def exponents_of(body: Term) -> list[tuple[int, Term]] | None:
    """The signed arguments of a product and quotient of exponentials; None for anything else."""
    if isinstance(body, Apply) and body.head in "*/":
        rows: list[tuple[int, Term]] = []
        for k, part in enumerate(body.args):
            inner = exponents_of(part)
            if inner is None:
                return None
            rows += [(-sign if body.head == "/" and k else sign, u) for sign, u in inner]
        return rows
    if isinstance(body, Apply) and body.head == "exp":
        return [(1, body.args[0])]
    return [] if body == ONE else None


def wave(term: Apply, table: Table) -> Term:
    """Sine or cosine of a sum by the addition theorem, over the sines and cosines of its monomials."""
    sine: Term = ZERO
    cosine: Term = ONE
    rows = table.summands(term.args[0])
    # the addition theorem doubles the monomials for each summand
    if any(abs(value.numerator) > MAX_MULTIPLE for value, _ in rows) or sum(abs(v.numerator) for v, _ in rows) > 24:
        return table.leaf("plain", Apply(term.head, (whole(term.args[0], table),)))
    for value, monomial in rows:
        one = unit_wave(monomial, value, table)
        for _ in range(abs(value.numerator)):
            sine, cosine = sine * one[1] + cosine * one[0], cosine * one[1] - sine * one[0]
    return sine if term.head == "sin" else cosine


def unit_wave(monomial: Term, value: Fraction, table: Table) -> tuple[Term, Term]:
    """(sin, cos) of a monomial over the denominator of its coefficient, with its sign."""
    # sin and cos of pi / n are square roots for small n
    if monomial == PI and value.denominator in TURNS:
        sine, cosine = (prepared(term, table) for term in TURNS[value.denominator])
        return (sine if value > 0 else -sine), cosine
    angle = monomial if value.denominator == 1 else scaled(Fraction(1, value.denominator), monomial)
    sine, cosine = (table.leaf("plain", Apply(head, (angle,))) for head in ("sin", "cos"))
    return (sine if value > 0 else -sine), cosine
