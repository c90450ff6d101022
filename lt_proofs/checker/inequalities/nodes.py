"""Nodes of evidence: each a short theorem by which the branches below it show a term to be >= 0 (strict: > 0) on a box.

A node takes a goal, whether the goal must be strict, and its arguments; it yields the tasks of its branches.
A derivative is used only where the term is defined up to the face that it leads to, and inside every root is positive.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import partial

from errors import Malformed, Rejected, spend
from inequalities.algebra import rational, same
from inequalities.bernstein import nonnegative
from inequalities.calculus import derivative, roots_of
from inequalities.goal import BITS, Goal, Task, plainly
from inequalities.intervals import evaluate
from inequalities.quotients import cancelled
from inequalities.syntax import listed, names_in, sequence, substitute, term, weight
from shapes import Evidence, Function, Range, Term

ZERO, ONE = Fraction(0), Fraction(1)


def interval(goal: Goal, strict: bool, bits: int) -> Iterable[Task]:
    """The natural interval extension says it."""
    if not 4 <= bits <= 1000:
        raise Malformed("interval evidence names its bits, 4 to 1000")
    low, _, low_open, _ = evaluate(goal.term, goal.box(bits), bits)
    if low < 0 or (strict and low == 0 and not low_open):
        raise Rejected("the interval of the term reaches below 0")
    return ()


def empty(goal: Goal, _strict: bool, number: int) -> Iterable[Task]:
    """A hypothesis holds nowhere on the box."""
    if not 0 <= number < len(goal.hypotheses):
        raise Malformed("no such hypothesis")
    sign, left, right = goal.hypotheses[number]
    if sign in (">=", ">"):
        left, right = right, left
    if not plainly(("-", left, right), ">=" if sign in ("<", ">") else ">", goal.box()):
        raise Rejected("the hypothesis may hold on the box")
    return ()


def halves(goal: Goal, strict: bool, r: Range, at: Term, first: Evidence, second: Evidence) -> Iterable[Task]:
    """Cut the range of one variable at a constant."""
    name, opening, low, high, closing = r
    start, end, _, _ = goal.box()[name]
    least, most, _, _ = evaluate(at, {}, BITS)
    if not start < least <= most < end:
        raise Rejected("the cut is outside the range")
    lower = Task(goal.with_range(name, opening, low, at, "]"), strict, first)
    upper = Task(goal.with_range(name, "[", at, high, closing), strict, second)
    return kept(goal, name, at, lower, upper)


def curve(goal: Goal, strict: bool, r: Range, where: Term, below: Evidence, above: Evidence) -> Iterable[Task]:
    """Cut along x = c(others): x = low + s (c - low) below, x = c + s (high - c) above, s in [0, 1] or [0, oo)."""
    name, opening, low, high, closing = r
    if name in names_in(where):
        raise Rejected("the curve must not use its own variable")
    goal.with_range(name).about(where).must_be_defined()
    if low is None:
        lower = goal.put(name, ("-", where, name), "[", ZERO, None, ")")
    else:
        lower = goal.put(name, ("+", low, ("*", name, ("-", where, low))), opening, ZERO, ONE, "]")
    if high is None:
        upper = goal.put(name, ("+", where, name), "[", ZERO, None, ")")
    else:
        upper = goal.put(name, ("+", where, ("*", name, ("-", high, where))), "[", ZERO, ONE, closing)
    return kept(goal, name, where, Task(lower, strict, below, new=True), Task(upper, strict, above, new=True))


def kept(goal: Goal, name: str, c: Term, lower: Task, upper: Task) -> list[Task]:
    """The sides of a cut at c that need evidence: one of them may be left out by a hypothesis, marked ["given"]."""
    known = [("-", b, a) if sign in ("<", "<=") else ("-", a, b) for sign, a, b in goal.hypotheses]
    left_out = [task.evidence == ["given"] for task in (lower, upper)]
    if all(left_out):
        raise Rejected("the cut itself belongs to one of the sides")
    for out, other_side in zip(left_out, (("-", name, c), ("-", c, name)), strict=True):
        if out and not any(parallel(difference, other_side) for difference in known):
            raise Rejected("no hypothesis leaves out that side")
    return [task for task, out in zip((lower, upper), left_out, strict=True) if not out]


def parallel(f: Term, g: Term) -> bool:
    """Whether f is a positive multiple of g."""
    top, below = cancelled(rational(("/", f, g), {}))
    return not below and set(top) == {()} and top[()] > 0


def order(goal: Goal, strict: bool, first: Range, second: Range, above: Evidence, below: Evidence) -> Iterable[Task]:
    """Two variables, the greater as the lesser plus s >= 0: s takes the greater one's name and is not bounded."""
    if first == second:
        raise Malformed("two different variables are ordered")
    for (lesser, *_), (greater, *_), evidence in ((second, first, above), (first, second, below)):
        yield Task(goal.put(greater, ("+", lesser, greater), "[", ZERO, None, ")"), strict, evidence, new=True)


def inside(goal: Goal, strict: bool, r: Range, evidence: Evidence) -> Iterable[Task]:
    """By continuity it is enough to look at the inside of one range, if equality is allowed."""
    name, _, low, high, _ = r
    if strict or not (low is None or high is None or plainly(("-", high, low), ">", {})):
        raise Rejected("continuity gives no strict inequality, and nothing on a single point")
    within = goal.free_of(name).with_range(name, "(", low, high, ")")
    if within.hypotheses != goal.hypotheses:
        within.must_be_defined()
    yield Task(within, False, evidence)


def slope(goal: Goal, strict: bool, r: Range, evidence: Evidence, face: Evidence, up: bool) -> Iterable[Task]:
    """The term rises (falls) in a variable, so its least value is at the low (high) face."""
    name, opening, low, high, closing = r
    end, is_open = (low, opening == "(") if up else (high, closing == ")")
    if end is None:
        raise Rejected("there is no face at infinity")
    free = goal.free_of(name)
    if is_open or free.hypotheses != goal.hypotheses:
        free.with_range(name, "[" if up else opening, low, high, closing if up else "]").must_be_defined()
    change = derivative(goal.term, name)
    yield smooth(free, r, change if up else ("-", change), strict and is_open, evidence)
    yield Task(free.put(name, end), strict and not is_open, face)


def concave(
    goal: Goal, strict: bool, r: Range, evidence: Evidence, first: Evidence, second: Evidence
) -> Iterable[Task]:
    """The second derivative is not positive, so the least values are at the two faces."""
    name, opening, low, high, closing = r
    if low is None or high is None:
        raise Rejected("a concave range must be finite")
    free = goal.free_of(name)
    if opening == "(" or closing == ")" or free.hypotheses != goal.hypotheses:
        free.with_range(name, "[", low, high, "]").must_be_defined()
    yield smooth(free, r, ("-", derivative(derivative(goal.term, name), name)), False, evidence)
    yield Task(free.put(name, low), strict and opening == "[", first)
    yield Task(free.put(name, high), strict, second)


def smooth(goal: Goal, r: Range, change: Term, strict: bool, evidence: Evidence) -> Task:
    """The task of showing a derivative on the box with the ends of its variable taken away.

    It is defined there: its denominators, logarithms and roots are those of the term, the roots being positive.
    """
    name, _, low, high, _ = r
    within = goal.with_range(name, "(", low, high, ")").about(change)
    box = within.box()
    if not all(plainly(u, ">", box) for u in roots_of(goal.term)):
        raise Rejected("the argument of a root is not shown to be positive inside")
    return Task(within, strict, evidence)


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


def invert(goal: Goal, strict: bool, r: Range, evidence: Evidence) -> Iterable[Task]:
    """x = low - 1 + 1/s: a range [low, oo) becomes (0, 1]."""
    name, opening, low, high, _ = r
    if low is None or high is not None:
        raise Rejected("a range that has a low end only is inverted")
    value = ("+", ("-", low, ONE), ("/", ONE, name))
    yield Task(goal.put(name, value, "(", ZERO, ONE, "]" if opening == "[" else ")"), strict, evidence, new=True)


def period(goal: Goal, strict: bool, r: Range, evidence: Evidence) -> Iterable[Task]:
    """The term does not change from x to x + 2 pi: one period is enough."""
    name, turn = r[0], ("*", Fraction(2), "pi")
    must_equal(goal.term, substitute(goal.term, {name: ("+", name, turn)}))
    yield Task(goal.free_of(name).with_range(name, "[", ZERO, turn, "]"), strict, evidence, new=True)


def replace(goal: Goal, strict: bool, old: Term, new: Term, condition: Evidence, evidence: Evidence) -> Iterable[Task]:
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
    spend(20 * (weight(old) + weight(new)))
    if new not in cases:
        raise Rejected("no such replacement")
    yield Task(goal.about(cases[new]), False, condition, new=is_root)
    yield Task(goal.about(substitute(goal.term, {old: new})), strict, evidence)


def either(goal: Goal, strict: bool, old: Term, first: Evidence, second: Evidence) -> Iterable[Task]:
    """|u| is u or -u, min(a, b) and max(a, b) are a or b: what holds with each of them holds."""
    head, *values = old if isinstance(old, tuple) else ("",)
    values += [("-", value) for value in values if head == "abs"]
    if head not in ("abs", "min", "max") or len(values) != 2:
        raise Rejected("nothing of two values")
    for value, evidence in zip(values, (first, second), strict=True):
        yield Task(goal.about(substitute(goal.term, {old: value})), strict, evidence, new=True)


# each kind is needed: tests/quality/test_nodes_needed.py has an inequality for those that no claim of record uses
NODES: dict[str, tuple[Function, str]] = {
    "interval": (interval, "integer"),
    "empty": (empty, "integer"),
    "halves": (halves, "range term tree tree"),
    "curve": (curve, "range term tree tree"),
    "order": (order, "range range tree tree"),
    "inside": (inside, "range tree"),
    "rise": (partial(slope, up=True), "range tree tree"),
    "fall": (partial(slope, up=False), "range tree tree"),
    "concave": (concave, "range tree tree tree"),
    "zero": (zero, ""),
    "bernstein": (polynomial, "tree"),
    "like": (like, "term tree"),
    "product": (product, "tree"),
    "square": (square, "term term tree tree"),
    "logs": (logs, "term term tree term tree"),
    "replace": (replace, "term term tree tree"),
    "either": (either, "term tree tree"),
    "sum": (total, "tree"),
    "invert": (invert, "range tree"),
    "period": (period, "range tree"),
}
