"""Nodes of evidence by algebra: other forms of the term, products, sums, squares, logarithms, and parts replaced."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import cast

from errors import Rejected, spend
from inequalities.algebra import rational, same
from inequalities.bernstein import nonnegative
from inequalities.goal import Goal, Task
from inequalities.syntax import listed, sequence, substitute, term, weight
from shapes import Evidence, Term

ONE = Fraction(1)


def zero(goal: Goal, strict: bool) -> Iterable[Task]:
    """The term is identically zero."""
    if strict:
        raise Rejected("a term that is identically zero is not positive")
    must_equal(goal.term, Fraction(0))
    return ()


def must_equal(f: Term, g: Term) -> None:
    """Reject unless two terms are the same function."""
    if not same(f, g):
        raise Rejected("the evidence is about a different function")


def polynomial(goal: Goal, strict: bool, tree: Evidence) -> Iterable[Task]:
    """Bernstein coefficients."""
    numerator, below = rational(goal.term, {})
    if below or any(not (end is None or isinstance(end, Fraction)) for r in goal.ranges for end in r[2:4]):
        raise Rejected("Bernstein evidence needs a polynomial and rational ends")
    nonnegative(numerator, goal.ranges, tree, strict)
    return ()


def like(goal: Goal, strict: bool, other: Term, evidence: Evidence) -> Iterable[Task]:
    """Another term that is the same function."""
    must_equal(goal.term, other)
    yield Task(goal.about(other), strict, evidence, new=True)


def product(goal: Goal, strict: bool, factors: Evidence) -> Iterable[Task]:
    """The term is a product of powers, each factor of known sign."""
    whole, total = Fraction(1), 1
    for row in sequence(factors, least=1):
        factor, exponent, sign, evidence = listed(row, "[term, exponent, sign, evidence]", object, int, int, object)
        factor = term(factor)
        whole = ("*", whole, ("^", factor, Fraction(exponent)))
        if sign == 0 and exponent % 2 == 0 and exponent > 0 and not strict:
            goal.about(factor).must_be_defined()
        elif sign in (1, -1) and exponent:
            part = goal.about(factor if sign > 0 else ("-", factor))
            yield Task(part, strict or exponent < 0, evidence, new=True)
            total *= sign if exponent % 2 else 1
        else:
            raise Rejected("a factor of an odd power needs a sign")
    if total < 0:
        raise Rejected("the product is negative")
    must_equal(goal.term, whole)


def square(goal: Goal, strict: bool, b: Term, a: Term, first: Evidence, second: Evidence) -> Iterable[Task]:
    """b - a with b >= 0 and b^2 >= a^2."""
    must_equal(goal.term, ("-", b, a))
    yield Task(goal.about(b), False, first, new=True)
    yield Task(goal.about(("-", ("*", b, b), ("*", a, a))), strict, second, new=True)


def logs(
    goal: Goal, strict: bool, b: Term, a: Term, positive: Evidence, gap: Term, evidence: Evidence
) -> Iterable[Task]:
    """b - a with a > 0 and b = a exp(gap), gap >= 0."""
    must_equal(goal.term, ("-", b, a))
    must_equal(b, ("*", a, ("exp", gap)))
    yield Task(goal.about(a), True, positive, new=True)
    yield Task(goal.about(gap), strict, evidence, new=True)


def total(goal: Goal, strict: bool, parts: Evidence) -> Iterable[Task]:
    """The term is a sum; if it must be positive, its first summand is."""
    rows = [listed(row, "[term, evidence]", object, object) for row in sequence(parts, least=1)]
    summands = [term(row[0]) for row in rows]
    must_equal(goal.term, ("+", *summands))
    for number, (summand, (_, evidence)) in enumerate(zip(summands, rows, strict=True)):
        yield Task(goal.about(summand), strict and number == 0, evidence, new=True)


def replace(goal: Goal, strict: bool, old: Term, new: Term, condition: Evidence, evidence: Evidence) -> Iterable[Task]:
    """|u| is u or -u, min(a, b) and max(a, b) are a or b, the root of w^2 is w, each where a sign says so.

    Likewise atan u is +-pi/2 - atan(1/u), and log(a b) is log a + log b.
    """
    cases: dict[Term, Term] = {}
    other_form = strictly = False
    match old:
        case ("abs", u):
            cases = {u: u, ("-", u): ("-", u)}
        case ("min", a, b):
            cases = {a: ("-", b, a), b: ("-", a, b)}
        case ("max", a, b):
            cases = {a: ("-", a, b), b: ("-", b, a)}
        case ("sqrt", u) | ("^", u, Fraction(numerator=1, denominator=2)):
            other_form = same(u, ("*", new, new))
            cases = {new: new} if other_form else {}
        case ("atan", u):
            other_form = strictly = True
            turned = ("atan", ("/", ONE, u))
            for side, sign in ((u, 1), (("-", u), -1)):
                if same(new, ("-", quarter(sign), turned)):
                    cases[new] = side
        case ("log", u):
            other_form = strictly = True
            factor = split(u, new)
            cases = {} if factor is None else {new: factor}
    spend(20 * (weight(old) + weight(new)))
    if new not in cases:
        raise Rejected("no such replacement")
    yield Task(goal.about(cases[new]), strictly, condition, new=other_form)
    yield Task(goal.about(substitute(goal.term, {old: new})), strict, evidence, new=strictly)


def quarter(sign: int) -> Term:
    """pi/2 or -pi/2."""
    return ("*", Fraction(sign, 2), "pi")


def split(u: Term, new: Term) -> Term | None:
    """The first factor of u = a b or a / b, if the new term is log a + log b or log a - log b; else None."""
    match new:
        case ("+", ("log", a), ("log", b)) if same(u, ("*", a, b)):
            return cast(Term, a)
        case ("-", ("log", a), ("log", b)) if same(("*", u, b), a):
            return cast(Term, a)
    return None


def either(goal: Goal, strict: bool, old: Term, first: Evidence, second: Evidence) -> Iterable[Task]:
    """|u| is u or -u, min(a, b) and max(a, b) are a or b: what holds with each of them holds."""
    head, *values = old if isinstance(old, tuple) else ("",)
    values += [("-", value) for value in values if head == "abs"]
    if head not in ("abs", "min", "max") or len(values) != 2:
        raise Rejected("nothing of two values")
    for value, evidence in zip(values, (first, second), strict=True):
        yield Task(goal.about(substitute(goal.term, {old: value})), strict, evidence, new=True)
