"""Numbers that the texts of claims quote, computed from the statements themselves."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf

from lt_proofs.exact.enclosure import value_at
from lt_proofs.terms import Judgement, Term

# bits of Arb: ends of enclosures are far closer than the distance of the numbers to the next integer
PRECISION = 128
HUNDREDTH = Fraction(1, 100)
ACCURATE = {"eps": HUNDREDTH, "delta": HUNDREDTH}
"""The accuracies of the examples: eps = delta = 1/100."""


def whole_above(term: Term, point: dict[str, Fraction], bits: int = PRECISION) -> int | None:
    """Return the least whole number >= 0 that is at least the upper end of a term's enclosure at a point.

    None if that end is infinite.

    >>> from lt_proofs.terms import parse_term
    >>> whole_above(parse_term("log(8/(eps^2*delta))/log(4/3)"), ACCURATE)
    56
    """
    high = value_at(term, point, bits)[1]
    return None if high == inf else max(0, ceil(high))


def least(judgement: Judgement, field: str, **point: int | Fraction) -> int:
    """Return a field of a statement at eps = delta = 1/100 and the other values given, rounded up to a whole number."""
    found = whole_above(judgement[field], {**ACCURATE, **{name: Fraction(value) for name, value in point.items()}})
    if found is None:
        raise ValueError(f"{field} has no finite value at {point}")
    return found


def three_layers(network: Judgement) -> str:
    """Return the sentence that states the hidden units per input at the widths 784, 500, 10.

    The example of the paper's first experiment, eps = delta = 1/100.
    """
    first, second = least(network, "units", l=2, d=784, e=500), least(network, "later", l=2, d=500, e=10)
    return f"Widths 784, 500, 10 and eps = delta = 1/100: n_1 = {first} and n_2 = {second}."


def decimal(term: Term, digits: int) -> str:
    """Return the value of a positive term without variables, rounded to ``digits`` decimal places.

    >>> from lt_proofs.terms import parse_term
    >>> decimal(parse_term("6/log(16/15)"), 2)
    '92.97'
    """
    whole = int(Fraction(value_at(term, {}, PRECISION)[0]) * 10**digits + Fraction(1, 2))
    return f"{whole // 10**digits}.{whole % 10**digits:0{digits}}"
