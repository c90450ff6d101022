"""Terms and relations at exact rational points."""

from __future__ import annotations

from fractions import Fraction
from operator import eq, ge, gt, le, lt

from errors import Malformed, Rejected, size, spend
from inequalities.algebra import same
from inequalities.intervals import evaluate
from inequalities.syntax import RATIONAL, listed, substitute
from shapes import Comparison, Data, Judgement, Point, Term

MAX_VALUE_BITS = 1 << 14
MAX_DIGITS = 1300
SIGNS = {"<=": le, "<": lt, ">=": ge, ">": gt, "=": eq}


def value(item: Term, point: Point) -> Fraction:
    """The exact value of a term at a rational point; Rejected where it is not defined or not plainly rational."""
    low, high, _, _ = evaluate(item, {name: (x, x, False, False) for name, x in point.items()}, 4096)
    if low != high:
        raise Rejected("a term has no plain rational value at the point")
    if size(low) > MAX_VALUE_BITS:
        raise Malformed(f"more work than one file may cost: a value of more than {MAX_VALUE_BITS} bits")
    spend(200 + (size(low) ** 2 >> 8))  # for what the rules do with it
    return low


def holds(relation: Comparison, point: Point) -> bool:
    """Whether a relation holds at a rational point, by enclosures of the difference, or because it is nothing."""
    sign, left, right = relation
    box = {name: (x, x, False, False) for name, x in point.items()}
    for bits in (64, 256, 1024, 4096):
        low, high, _, _ = evaluate(("-", left, right), box, bits)
        if low > 0 or high < 0 or low == high:
            return SIGNS[sign](low + high, 0)  # both ends are on one side of 0
    if same(*(substitute(side, point) for side in (left, right))):
        return SIGNS[sign](0, 0)
    raise Rejected("4096 bits do not tell whether a relation holds at the point")


def admissible(statement: Judgement, point: Point) -> None:
    """Reject a point that is not in the domain of a statement, or does not meet its hypotheses."""
    if set(point) != {r[0] for r in statement["domain"]}:
        raise Rejected("the point does not name the variables of the domain")
    for name, opening, low, high, closing in statement["domain"]:
        above = low is None or holds(("<" if opening == "(" else "<=", low, name), point)
        if not above or not (high is None or holds(("<" if closing == ")" else "<=", name, high), point)):
            raise Rejected("the point is outside the domain")
    if not all(holds(h, point) for h in statement.get("hypotheses", ())):
        raise Rejected("a hypothesis does not hold at the point")


def exact(text: Data) -> Fraction:
    """A rational from its text; what sums of a list of them cost is paid for here."""
    spend(150 + (len(text) ** 2 >> 5) if isinstance(text, str) and len(text) <= MAX_DIGITS else 50)
    if isinstance(text, str) and len(text) <= MAX_DIGITS and RATIONAL.fullmatch(text) and str(Fraction(text)) == text:
        return Fraction(text)
    raise Malformed(f"not a rational in lowest terms: {str(text)[:40]!r}")


def exact_point(data: Data) -> Point:
    """A point: names and rationals."""
    if not isinstance(data, dict) or len(data) > 16:
        raise Malformed("a point names its variables and their rational values")
    return {name: exact(text) for name, text in data.items()}


def colours(data: Data, length: int) -> list[int]:
    """A list of 0 and 1 of the right length."""
    what = f"a colouring of {length} cells by 0 and 1"
    if set(listed(data, what, *[int] * length)) - {0, 1}:
        raise Malformed(f"not {what}")
    return data
