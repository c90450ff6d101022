"""Nodes of evidence by algebra: polynomials, the same function written otherwise, signs of products and squares.

A node takes a goal, whether the goal must be strict, and its arguments; it yields the tasks of its branches.
"""

from fractions import Fraction

from algebra import rational, same
from bernstein import nonnegative
from errors import Rejected
from goal import Task
from syntax import listed, sequence, substitute, term


def zero(goal, strict):
    """The term is identically zero."""
    if strict:
        raise Rejected("a term that is identically zero is not positive")
    must_equal(goal.term, Fraction(0))
    return ()


def must_equal(f, g):
    """Reject unless two terms are the same function."""
    if not same(f, g):
        raise Rejected("the evidence is about a different function")


def polynomial(goal, strict, tree):
    """Bernstein coefficients."""
    numerator, below = rational(goal.term, {})
    if below or any(not (end is None or isinstance(end, Fraction)) for r in goal.ranges for end in r[2:4]):
        raise Rejected("Bernstein evidence needs a polynomial and rational ends")
    nonnegative(numerator, goal.ranges, tree, strict)
    return ()


def like(goal, strict, other, evidence):
    """Another term that is the same function."""
    must_equal(goal.term, other)
    yield Task(goal.about(other), strict, evidence, new=True)


def product(goal, strict, factors):
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


def square(goal, strict, b, a, first, second):
    """b - a with b >= 0 and b^2 >= a^2."""
    must_equal(goal.term, ("-", b, a))
    yield Task(goal.about(b), False, first, new=True)
    yield Task(goal.about(("-", ("*", b, b), ("*", a, a))), strict, second, new=True)


def logs(goal, strict, b, a, positive, gap, evidence):
    """b - a with a > 0 and b = a exp(gap), gap >= 0."""
    must_equal(goal.term, ("-", b, a))
    must_equal(b, ("*", a, ("exp", gap)))
    yield Task(goal.about(a), True, positive, new=True)
    yield Task(goal.about(gap), strict, evidence, new=True)


def replace(goal, strict, old, new, condition, evidence):
    """|u| is u or -u, min(a, b) and max(a, b) are a or b, the root of w^2 is w, each where a sign says so."""
    cases, is_root = {}, False
    match old:
        case ("abs", u):
            cases = {u: u, ("-", u): ("-", u)}
        case ("min", a, b):
            cases = {a: ("-", b, a), b: ("-", a, b)}
        case ("max", a, b):
            cases = {a: ("-", a, b), b: ("-", b, a)}
        case ("sqrt", u) | ("^", u, Fraction(numerator=1, denominator=2)):
            is_root = same(u, ("*", new, new))
            cases = {new: new} if is_root else {}
    if new not in cases:
        raise Rejected("no such replacement")
    yield Task(goal.about(cases[new]), False, condition, new=is_root)
    yield Task(goal.about(substitute(goal.term, {old: new})), strict, evidence)
