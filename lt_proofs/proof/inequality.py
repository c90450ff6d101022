"""Search for proofs of inequalities between rational functions on boxes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from lt_proofs.proof.algebra import denominators, factors, polynomial_term
from lt_proofs.proof.bernstein import Box, sign_tree
from lt_proofs.proof.certificate import Steps
from lt_proofs.terms import Judgement, Number, Relation, Term, encode

FLIP = {">=": "<=", ">": "<"}


def prove_inequality(goal: Judgement, steps: Steps) -> int | None:
    """Add a step that concludes the inequality, and return its number; None when no proof is found."""
    data = sign_data(goal)
    return None if data is None else steps.add("sign", goal, [], data)


def sign_data(goal: Judgement) -> dict[str, Any] | None:
    """Hints for the checker's rule "sign": factors of the difference and the signs that they keep."""
    sign, left, right = ordered(goal["conclusion"])
    box = shrunk(goal)
    if box is None:
        return None
    names = goal["domain"].names
    defined = []
    for below in denominators(left) + denominators(right):
        row = whole(below, names, box)
        if row is None:
            return None
        if row and row not in defined:
            defined.extend([[factor] for factor in row if is_variable(factor[0])])
            defined.append([factor for factor in row if not is_variable(factor[0])])
    defined = [row for k, row in enumerate(defined) if row and row not in defined[:k]]
    found = factors(right - left, names)
    if found is None:
        return None
    rows = []
    total = 1
    for polynomial, exponent in found:
        evidence = factor_evidence(polynomial, exponent, box, strict=sign == "<")
        if evidence is None:
            return None
        if evidence != "even" and exponent % 2:
            total *= evidence[0]
        rows.append([encode(polynomial_term(polynomial)), exponent, evidence])
    if sign == "=":
        return {"factors": [], "defined": defined} if found[0][0].is_zero else None
    return {"factors": rows, "defined": defined} if total > 0 else None


def whole(below: Term, names: tuple[str, ...], box: Box) -> list[list[Any]] | None:
    """The factors of a denominator, each shown not to vanish on the box; None when one is not."""
    found = factors(below, names)
    if found is None:
        return None
    rows = []
    for polynomial, exponent in found:
        if polynomial.is_ground and not polynomial.is_zero:
            continue
        evidence = sign_tree(polynomial, box, strict=True)
        if evidence is None:
            return None
        if exponent > 0:
            rows.append([encode(polynomial_term(polynomial)), exponent, evidence])
    return rows


def is_variable(term: Any) -> bool:
    """Whether the JSON data of a term is a variable: the checker keeps those apart in denominators."""
    return isinstance(term, str) and term[0].isalpha()


def factor_evidence(polynomial: sympy.Poly, exponent: int, box: Box, strict: bool) -> Any:
    """Why a factor keeps its sign: an even power, or a sign and a halving tree; None when not found."""
    if exponent > 0 and exponent % 2 == 0 and not strict:
        return "even"
    return sign_tree(polynomial, box, strict or exponent < 0)


def ordered(relation: Relation) -> tuple[str, Term, Term]:
    """The relation as ``left <= right``, ``left < right`` or ``left = right``."""
    if relation.sign in FLIP:
        return FLIP[relation.sign], relation.right, relation.left
    return relation.sign, relation.left, relation.right


def shrunk(goal: Judgement) -> Box | None:
    """The box after hypotheses linear in one variable have cut it; None when an end is not rational."""
    box: dict[str, tuple[str, bool, Fraction | None, Fraction | None, bool]] = {}
    for r in goal["domain"].ranges:
        ends = [end.value if isinstance(end, Number) else None for end in (r.low, r.high)]
        if any(end is not None and not isinstance(end, Number) for end in (r.low, r.high)):
            return None
        box[r.name] = (r.name, r.opening == "[", ends[0], ends[1], r.closing == "]")
    for hypothesis in goal["hypotheses"]:
        sign, left, right = ordered(hypothesis)
        found = factors(right - left, goal["domain"].names)
        if found is None or sign == "=":
            continue
        difference = sympy.prod([f.as_expr() ** e for f, e in found])
        free = sorted(difference.free_symbols, key=str)
        if len(free) == 1 and difference.is_polynomial(*free) and sympy.degree(difference, free[0]) == 1:
            line = sympy.Poly(difference, free[0], domain="QQ")
            slope, start = (Fraction(int(c.p), int(c.q)) for c in line.all_coeffs())
            box[free[0].name] = _cut(box[free[0].name], -start / slope, slope > 0, sign == "<")
    return list(box.values())


def _cut(
    r: tuple[str, bool, Fraction | None, Fraction | None, bool], end: Fraction, below: bool, strict: bool
) -> tuple[str, bool, Fraction | None, Fraction | None, bool]:
    name, low_closed, low, high, high_closed = r
    if below and (low is None or end > low or (end == low and strict)):
        return (name, not strict, end, high, high_closed)
    if not below and (high is None or end < high or (end == high and strict)):
        return (name, low_closed, low, end, not strict)
    return r
