"""Lower bounds on samples, weights and widths that hold for every method, evaluated from the claims of record.

Each number is the least integer that is at least a rational lower bound of the claim's own term, so rounding can only
weaken a bound. The claims are proved in Mathematics 4.4-4.13.
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
    """A necessary number, the id of the claim that states it, and a note if the bound is vacuous."""

    value: int
    claim: str
    note: str = ""


def information_limit(eps: Any) -> LowerBound:
    """Return the number of samples that any law needs to cover [-1, 1] within eps (Mathematics 2.31).

    The 2^n subset sums cover at most 2^n intervals of length 2 eps, and the window has length 2. Raises BadInput unless
    eps is positive.

    >>> information_limit("0.01").value
    7
    """
    tolerance = _positive(eps, "eps")
    if tolerance >= 1:
        return LowerBound(0, "information", "one point covers everything from eps = 1 on")
    return LowerBound(_ceiling(log2(number(1 / tolerance))), "information")


def parameters_lower(size: int, eps: Any, success: Any = HALF) -> LowerBound:
    """Return the number of weights that a random network needs for size x size matrices (Mathematics 4.6).

    Every matrix of spectral norm at most 1 is to be within eps of some pruned network with probability at least
    ``success``. Raises BadInput for numbers out of range.

    >>> parameters_lower(10, "0.01").value
    664
    >>> parameters_lower(10, "0.6").note
    'vacuous from eps = 1/2 on: the packing of the paper may be a single matrix there'
    """
    bits, note = _bits(BALL_BITS, size, eps, success)
    return LowerBound(0 if bits is None else _ceiling(bits), "theorem-2", note)


def width_lower(size: int, eps: Any, success: Any = HALF) -> LowerBound:
    """Return the hidden width that a two-layer network needs, the best of three counts (Mathematics 4.7, 4.9, 4.12).

    These count masks, functions, and values at the unit vectors. Arguments are as for ``parameters_lower``.

    >>> width_lower(2, "0.01")
    LowerBound(value=13, claim='theorem-2-columns', note='')
    """
    bits, note = _bits(BALL_BITS, size, eps, success)
    if bits is None:
        return LowerBound(0, "theorem-2-width", note)
    columns, _ = _bits(COLUMN_BITS, size, eps, success)
    whole = number(size)
    # bits needed, divided by the bits that one hidden unit contributes by each way of counting
    candidates = [LowerBound(_ceiling(bits / (2 * whole)), "theorem-2-width")]
    candidates.append(LowerBound(_ceiling(bits / units_bits(whole, number(1))), "theorem-2-units"))
    if columns is not None:
        candidates.append(LowerBound(_ceiling(columns / columns_bits(whole, number(1))), "theorem-2-columns"))
    return max(candidates, key=lambda bound: bound.value)


def depth_width_lower(size: int, eps: Any, depth: int, success: Any = HALF) -> LowerBound:
    """Return the least equal hidden width h for which a network of ``depth`` layers has enough weights.

    Such a network has 2 d h + (depth - 2) h² weights (Mathematics 4.13). Raises BadInput for numbers out of range.

    >>> [depth_width_lower(100, "0.01", depth).value for depth in (2, 3, 4)]
    [333, 177, 139]
    """
    if type(depth) is not int or not 2 <= depth <= MAX_SIZE:
        raise BadInput("depth", depth, f"give a whole number of layers from 2 to {MAX_SIZE}")
    weights = parameters_lower(size, eps, success)
    # the number of weights increases with h, so bisection finds the least h
    low, high = 0, weights.value
    while low < high:
        middle = (low + high) // 2
        enough = 2 * size * middle + (depth - 2) * middle**2 >= weights.value
        low, high = (low, middle) if enough else (middle + 1, high)
    return LowerBound(low, "theorem-2", weights.note)


def success_upper(size: int, hidden: int, eps: Any) -> Fraction:
    """Return an upper bound for the success probability of a random two-layer network of hidden width ``hidden``.

    Success means that some pruned network is within eps of a matrix drawn uniformly from the spectral unit ball. This
    is Theorem 2 solved for the probability. Raises BadInput unless eps is positive.

    >>> round(float(success_upper(1, 12, "1/100")), 6)
    0.64
    """
    tolerance = _positive(eps, "eps")
    if tolerance >= 1:
        return Fraction(1)
    whole, one = number(size), number(1)
    counts = ((BALL_BITS, units_bits(whole, one)), (COLUMN_BITS, columns_bits(whole, one)))
    # at most 2^(bits of the network) functions or values, each close to a fraction 2^-(bits of the ball) of the
    # matrices
    exponents = [number(hidden) * each - _substituted(bits, size, tolerance) for bits, each in counts]
    return min(Fraction(1), *(Fraction(value_at(number(2) ** e, {}, PRECISION)[1]) for e in exponents))


def _bits(term: Term, size: int, eps: Any, success: Any) -> tuple[Term | None, str]:
    """Return a claim's term in bits, for this success probability, or None and a note if it is vacuous."""
    tolerance, chance = _positive(eps, "eps"), _positive(success, "success")
    if type(size) is not int or not 1 <= size <= MAX_SIZE:
        raise BadInput("dim", size, f"give a whole number from 1 to {MAX_SIZE}")
    if chance > 1:
        raise BadInput("success", success, "give a probability of at most 1")
    # the claims are stated for eps below 1/2; from there on nothing is asserted
    if tolerance >= HALF:
        return None, VACUOUS
    at_point = _substituted(term, size, tolerance)
    return at_point + log2(number(chance)), ""


def _substituted(term: Term, size: int, tolerance: Fraction) -> Term:
    """Insert the dimension and the tolerance into a term."""
    return substitute(term, {d.name: number(size), "eps": number(tolerance)})


def _ceiling(term: Term) -> int:
    """Return the least integer >= 0 that is at least a rational lower bound of the term."""
    low: Fraction = value_at(term, {}, PRECISION)[0]
    return max(0, ceil(low))


def _positive(value: Any, argument: str) -> Fraction:
    """Return the exact value; raise BadInput, naming the argument, unless it is positive."""
    exact = parse_rational(value, argument) if isinstance(value, str) else Fraction(value)
    if exact <= 0:
        raise BadInput(argument, value, "give a positive number")
    return exact
