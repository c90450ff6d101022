"""Nodes of evidence: each a short theorem by which the branches below it show a term to be >= 0 (strict: > 0) on a box.

A node takes a goal, whether the goal must be strict, and its arguments; it yields the tasks of its branches.
A derivative is used only where the term is defined up to the face that it leads to, and inside every root is positive.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import partial

from errors import Malformed, Rejected
from inequalities.algebra import rational
from inequalities.calculus import derivative, roots_of
from inequalities.changes import abstract, change, invert, period
from inequalities.expansions import taylor, touch
from inequalities.goal import BITS, Goal, Task, plainly
from inequalities.intervals import evaluate
from inequalities.quotients import cancelled
from inequalities.rewriting import either, like, logs, polynomial, product, replace, square, total, zero
from inequalities.syntax import names_in
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
    "change": (change, "range term term tree tree"),
    "abstract": (abstract, "term tree tree tree"),
    "taylor": (taylor, "tree"),
    "touch": (touch, "range integer integer integer"),
}
