"""What no method can beat: lower bounds on samples, weights and widths, read off the claims of record.

Every number is the least integer at or above a rational lower end of the claim's own term: rounding can only make
a bound weaker.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import value_at
from lt_proofs.exact.rational import parse_rational
from lt_proofs.terms import Term, number
from lt_proofs.terms.tree import substitute
from lt_proofs.theory.counting import columns_bits, log2, units_bits
from lt_proofs.theory.theorem_2 import BALL_BITS, COLUMN_BITS, d

PRECISION = 512
MAX_SIZE = 1 << 20
HALF = Fraction(1, 2)
VACUOUS = "vacuous from eps = 1/2 on: the packing of the paper may be a single matrix there"


@dataclass(frozen=True)
class LowerBound:
    """A number that is certainly needed, the claim that says so, and a note where nothing is said."""

    value: int
    claim: str
    note: str = ""


def information_limit(eps: Any) -> LowerBound:
    """The samples that any law needs to cover [-1, 1]: 2^n intervals of length 2 eps have length 2.

    >>> information_limit("0.01").value
    7
    """
    tolerance = _positive(eps, "eps")
    if tolerance >= 1:
        return LowerBound(0, "information", "one point covers everything from eps = 1 on")
    return LowerBound(_least(log2(number(1 / tolerance))), "information")


def parameters_lower(size: int, eps: Any, success: Any = HALF) -> LowerBound:
    """The weights that a random network needs, for size x size matrices within eps with chance ``success``.

    >>> parameters_lower(10, "0.01").value
    664
    >>> parameters_lower(10, "0.6").note
    'vacuous from eps = 1/2 on: the packing of the paper may be a single matrix there'
    """
    bits, note = _bits(BALL_BITS, size, eps, success)
    return LowerBound(0 if bits is None else _least(bits), "theorem-2", note)


def width_lower(size: int, eps: Any, success: Any = HALF) -> LowerBound:
    """The hidden width that a two-layer network needs: the best of masks, functions and values.

    >>> width_lower(2, "0.01")
    LowerBound(value=13, claim='theorem-2-columns', note='')
    """
    bits, note = _bits(BALL_BITS, size, eps, success)
    if bits is None:
        return LowerBound(0, "theorem-2-width", note)
    columns, _ = _bits(COLUMN_BITS, size, eps, success)
    whole = number(size)
    candidates = [LowerBound(_least(bits / (2 * whole)), "theorem-2-width")]
    candidates.append(LowerBound(_least(bits / units_bits(whole, number(1))), "theorem-2-units"))
    if columns is not None:
        candidates.append(LowerBound(_least(columns / columns_bits(whole, number(1))), "theorem-2-columns"))
    return max(candidates, key=lambda bound: bound.value)


def depth_width_lower(size: int, eps: Any, depth: int, success: Any = HALF) -> LowerBound:
    """The equal hidden widths h that a network of ``depth`` layers needs: 2 d h + (depth - 2) h^2 weights.

    >>> [depth_width_lower(100, "0.01", depth).value for depth in (2, 3, 4)]
    [333, 177, 139]
    """
    if type(depth) is not int or not 2 <= depth <= MAX_SIZE:
        raise BadInput("depth", depth, f"give a whole number of layers from 2 to {MAX_SIZE}")
    weights = parameters_lower(size, eps, success)
    low, high = 0, weights.value
    while low < high:
        middle = (low + high) // 2
        enough = 2 * size * middle + (depth - 2) * middle**2 >= weights.value
        low, high = (low, middle) if enough else (middle + 1, high)
    return LowerBound(low, "theorem-2", weights.note)


def success_upper(size: int, hidden: int, eps: Any) -> Fraction:
    """No random two-layer network of that width is near a matrix, uniform in the ball, with a larger chance.

    >>> round(float(success_upper(1, 12, "1/100")), 6)
    0.64
    """
    tolerance = _positive(eps, "eps")
    if tolerance >= 1:
        return Fraction(1)
    whole, one = number(size), number(1)
    counts = ((BALL_BITS, units_bits(whole, one)), (COLUMN_BITS, columns_bits(whole, one)))
    exponents = [number(hidden) * each - _substituted(bits, size, tolerance) for bits, each in counts]
    return min(Fraction(1), *(Fraction(value_at(number(2) ** e, {}, PRECISION)[1]) for e in exponents))


def _bits(term: Term, size: int, eps: Any, success: Any) -> tuple[Term | None, str]:
    """The bits that a claim asks for at numbers, or None and why it says nothing."""
    tolerance, chance = _positive(eps, "eps"), _positive(success, "success")
    if type(size) is not int or not 1 <= size <= MAX_SIZE:
        raise BadInput("dim", size, f"give a whole number from 1 to {MAX_SIZE}")
    if chance > 1:
        raise BadInput("success", success, "give a chance of at most 1")
    if tolerance >= HALF:
        return None, VACUOUS
    at_point = _substituted(term, size, tolerance)
    return at_point + log2(number(chance)), ""


def _substituted(term: Term, size: int, tolerance: Fraction) -> Term:
    return substitute(term, {d.name: number(size), "eps": number(tolerance)})


def _least(term: Term) -> int:
    """The least integer at or above a lower end of the term, and not below 0."""
    low: Fraction = value_at(term, {}, PRECISION)[0]
    return max(0, ceil(low))


def _positive(value: Any, argument: str) -> Fraction:
    exact = parse_rational(value, argument) if isinstance(value, str) else Fraction(value)
    if exact <= 0:
        raise BadInput(argument, value, "give a positive number")
    return exact
