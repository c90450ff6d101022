"""Fractions of polynomials over generators, by FLINT: their arithmetic, factors and terms.

Everything here is bounded: a result that would be too large raises TooLarge, and the strategy that asked gives up.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from flint import fmpq

from lt_proofs.proof.atoms import Atom
from lt_proofs.proof.evidence import DividesByZero, TooLarge
from lt_proofs.terms import Apply, Number, Symbol, Term, number

MAX_POWER = 40
MAX_TERMS = 600
MAX_DEGREE = 60
Poly = Any
"""A polynomial of FLINT over the rationals (fmpq_mpoly), which has no type stubs."""
Rows = list[tuple[Term, int]]
"""Factors and exponents."""


@dataclass(frozen=True)
class Fractional:
    """``top`` / ``below`` over generators: the k-th stands for ``atoms[k]`` to the power ``units[k]``."""

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
                # exp(-u) stays above the line, other negative powers go below it
                whole = power > 0 or atom.kind == "exp"
                (above if whole else under).append(atom.power(unit * (power if whole else -power)))
        return quotient(joined("*", above), joined("*", under))

    def linear_in(self, k: int) -> tuple[Poly, Poly]:
        """(q, p) with the function equal to q g + p for the k-th generator g.

        The function must be a polynomial of degree 1 in g: its denominator is constant.
        """
        scale = leading(self.below)
        slope = self.top.derivative(k) / scale
        return slope, self.top / scale - slope * self.top.context().gens()[k]

    def constant(self) -> Fraction | None:
        """The value of a constant function; None for any other."""
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
    """The value of a constant polynomial."""
    return next((value for _, value in coefficients(polynomial)), fmpq(0))


def joined(head: str, parts: list[Term]) -> Term:
    """The sum or product of terms."""
    if not parts:
        return number(1 if head == "*" else 0)
    return parts[0] if len(parts) == 1 else Apply(head, tuple(parts))


def quotient(above: Term, below: Term) -> Term:
    """above / below, without a denominator 1."""
    return above if below == number(1) else Apply("/", (above, below))


Values = dict[str, tuple[Poly, Fraction]]
Seen = dict[Term, tuple[Poly, Poly]]


def valued(tree: Term, values: Values, ring: Any, seen: Seen | None = None) -> tuple[Poly, Poly]:
    """(numerator, denominator) of a tree that lt_proofs.proof.atoms.prepared made.

    Raises DividesByZero for a division by zero and TooLarge where an intermediate result exceeds the limits.
    """
    # addition theorems use their parts many times
    seen = {} if seen is None else seen
    found = seen.get(tree)
    if found is None:
        found = seen[tree] = computed(tree, values, ring, seen)
    return found


def computed(tree: Term, values: Values, ring: Any, seen: Seen) -> tuple[Poly, Poly]:
    """The value of a tree that was not met before."""
    one = ring.constant(1)
    if isinstance(tree, Number):
        return ring.constant(fmpq(tree.value.numerator, tree.value.denominator)), one
    if isinstance(tree, Symbol):
        generator, unit = values[tree.name]
        return generator ** int(1 / unit), one
    if not isinstance(tree, Apply):
        raise TypeError(f"not a term: {tree!r}")
    if tree.head == "^":
        return powered(tree, values, ring, seen)
    parts = [valued(arg, values, ring, seen) for arg in tree.args]
    top, below = parts[0]
    if len(parts) == 1:
        return -top, below
    for above, under in parts[1:]:
        if tree.head == "*":
            top, below = top * above, below * under
        elif tree.head == "/":
            if not above:
                raise DividesByZero
            top, below = top * under, below * above
        else:
            sign = 1 if tree.head == "+" else -1
            # sums over one denominator are the usual case, and need no gcd
            if under == below:
                top = top + sign * above
            else:
                common = below.gcd(under)
                left, right = below / common, under / common
                top, below = top * right + sign * above * left, below * right
        if len(top) > 4 * MAX_TERMS or len(below) > MAX_TERMS or max(top.degrees()) > 2 * MAX_DEGREE:
            raise TooLarge
    return top, below


def powered(tree: Apply, values: Values, ring: Any, seen: Seen) -> tuple[Poly, Poly]:
    """A power of a generator with a rational exponent, or of anything with an integer one."""
    base, exponent = tree.args
    if not isinstance(exponent, Number):
        raise TypeError("an exponent is not a number")
    if isinstance(base, Symbol):
        generator, unit = values[base.name]
        top, below, power = generator, ring.constant(1), exponent.value / unit
    else:
        top, below = valued(base, values, ring, seen)
        power = exponent.value
    if power < 0:
        if not top:
            raise DividesByZero
        top, below, power = below, top, -power
    # a power of m monomials has up to m^power of them, and fewer where they coincide
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


def exchanged(polynomial: Poly, k: int, power: int, value: Poly) -> Poly:
    """The polynomial with each whole power g_k ^ power replaced by a value."""
    # the value may hold the generator itself, so once is not always enough
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


def replaced(polynomial: Poly, k: int, power: int, value: Poly, under: Poly) -> tuple[Poly, int]:
    """(p under^n, n) for the polynomial p with each whole power g_k ^ power replaced by value / under."""
    if under.is_constant():
        return exchanged(polynomial, k, power, value / leading(under)), 0
    ring, times = polynomial.context(), max(0, polynomial.degrees()[k]) // power
    if times * len(under) > MAX_POWER:
        raise TooLarge
    total = ring.constant(0)
    for index, c in coefficients(polynomial):
        n = index[k] // power
        rest = ring.from_dict({(*index[:k], index[k] % power, *index[k + 1 :]): c})
        total += rest * value**n * under ** (times - n)
    return total, times


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
    # the limits above are for this operation, whose cost grows fastest with the terms and degrees
    constant, rows = polynomial.factor()
    return rational(constant), [(p, int(e)) for p, e in rows]


def product_of(rows: Rows) -> Term:
    """The product of powers of terms."""
    if not rows:
        return number(0)
    above = [f if e == 1 else f ** number(e) for f, e in rows if e > 0]
    below = [f if e == -1 else f ** number(-e) for f, e in rows if e < 0]
    return quotient(joined("*", above), joined("*", below))
