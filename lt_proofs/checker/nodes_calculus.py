"""Nodes of evidence by calculus: intervals, cuts of the box, monotone and concave functions, continuity.

A node takes a goal, whether the goal must be strict, and its arguments; it yields the tasks of its branches.
A derivative is used only where the term is defined up to the face that it leads to, and inside every root is positive.
"""

from fractions import Fraction

from algebra import rational
from calculus import derivative, roots_of
from errors import Malformed, Rejected
from goal import BITS, Goal, Task, plainly
from intervals import evaluate
from polynomial import primitive
from syntax import names_in

ZERO, ONE = Fraction(0), Fraction(1)


def interval(goal, strict, bits):
    """The natural interval extension says it."""
    if not 4 <= bits <= 1000:
        raise Malformed("interval evidence names its bits, 4 to 1000")
    low, _, low_open, _ = evaluate(goal.term, goal.box(bits), bits)
    if low < 0 or (strict and low == 0 and not low_open):
        raise Rejected("the interval of the term reaches below 0")
    return ()


def empty(goal, _strict, number):
    """A hypothesis holds nowhere on the box."""
    if not 0 <= number < len(goal.hypotheses):
        raise Malformed("no such hypothesis")
    sign, left, right = goal.hypotheses[number]
    if sign in (">=", ">"):
        left, right = right, left
    low, _, low_open, _ = evaluate(("-", left, right), goal.box(), BITS)
    if not (low > 0 or (low == 0 and (low_open or sign in ("<", ">")))):
        raise Rejected("the hypothesis may hold on the box")
    return ()


def halves(goal, strict, r, at, first, second):
    """Cut the range of one variable at a constant."""
    name, opening, low, high, closing = r
    start, end, _, _ = goal.box()[name]
    Goal(at, ()).must_be_defined()
    least, most, _, _ = evaluate(at, {}, BITS)
    if not start < least <= most < end:
        raise Rejected("the cut is outside the range")
    lower = Task(goal.with_range(name, opening, low, at, "]"), strict, first)
    upper = Task(goal.with_range(name, "[", at, high, closing), strict, second)
    return kept(goal, name, at, lower, upper)


def curve(goal, strict, r, where, below, above):
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


def kept(goal, name, c, lower, upper):
    """The sides of a cut at c that need evidence: one of them may be left out by a hypothesis, marked ["given"]."""
    known = [("-", b, a) if sign in ("<", "<=") else ("-", a, b) for sign, a, b in goal.hypotheses]
    left_out = [task.evidence == ["given"] for task in (lower, upper)]
    if all(left_out):
        raise Rejected("the cut itself belongs to one of the sides")
    for out, other_side in zip(left_out, (("-", name, c), ("-", c, name)), strict=True):
        if out and not any(parallel(difference, other_side) for difference in known):
            raise Rejected("no hypothesis leaves out that side")
    return [task for task, out in zip((lower, upper), left_out, strict=True) if not out]


def parallel(f, g):
    """Whether f is a positive multiple of g."""
    (p, below), (q, under) = rational(f, {}), rational(g, {})
    if below or under or not p or not q:
        return False
    (c, p), (d, q) = primitive(p), primitive(q)
    return p == q and c * d > 0


def order(goal, strict, first, second, above, below):
    """Two variables, the greater as the lesser plus s >= 0: s takes the greater one's name and is not bounded."""
    if first == second:
        raise Malformed("two different variables are ordered")
    for (lesser, *_), (greater, *_), evidence in ((second, first, above), (first, second, below)):
        yield Task(goal.put(greater, ("+", lesser, greater), "[", ZERO, None, ")"), strict, evidence, new=True)


def inside(goal, strict, r, evidence):
    """By continuity it is enough to look at the inside of one range, if equality is allowed."""
    name, _, low, high, _ = r
    if strict or not (low is None or high is None or plainly(("-", high, low), ">", {})):
        raise Rejected("continuity gives no strict inequality, and nothing on a single point")
    yield Task(goal.free_of(name).with_range(name, "(", low, high, ")"), False, evidence)


def slope(goal, strict, r, evidence, face, up):
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


def concave(goal, strict, r, evidence, first, second):
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


def smooth(goal, r, change, strict, evidence):
    """The task of showing a derivative on the box with the ends of its variable taken away.

    It is defined there: its denominators, logarithms and roots are those of the term, the roots being positive.
    """
    name, _, low, high, _ = r
    within = goal.with_range(name, "(", low, high, ")").about(change)
    box = within.box()
    if not all(plainly(u, ">", box) for u in roots_of(goal.term)):
        raise Rejected("the argument of a root is not shown to be positive inside")
    return Task(within, strict, evidence)
