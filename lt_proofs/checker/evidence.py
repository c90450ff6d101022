"""Trees of evidence that a term is not negative (or is positive) on a box under hypotheses.

`established` first shows that the term is defined everywhere on the box, then reads the tree; each branch is
a short theorem of calculus or algebra whose own conditions are computed here.  A derivative is used only where
the term is defined up to the face that it leads to, and inside every root is positive.
"""

from fractions import Fraction

from algebra import primitive, rational, same
from bernstein import nonnegative
from calculus import conditions, derivative, roots_of
from errors import Malformed, Rejected, spend
from intervals import evaluate
from syntax import names_in, term

BITS = 64
ZERO, ONE = Fraction(0), Fraction(1)


def established(goal, evidence, strict):
    """The term is defined on the box, and >= 0 (strict: > 0) there."""
    defined, rest = unwrap(evidence)
    is_defined(goal, defined)
    shown(goal, rest, strict)


def unwrap(evidence):
    """Split ["defined", rows, evidence] into its rows [number, sign, evidence] and the evidence."""
    if isinstance(evidence, list) and len(evidence) == 3 and evidence[0] == "defined":
        rows = evidence[1]
        if not isinstance(rows, list) or any(
            not isinstance(r, list) or len(r) != 3 or type(r[0]) is not int for r in rows
        ):
            raise Malformed("what is defined comes as rows [number, sign, evidence]")
        return {row[0]: row[1:] for row in rows}, evidence[2]
    return {}, evidence


def is_defined(goal, given):
    """Every condition holds on the box: by the evidence given for its number, or plainly by intervals."""
    box = goal.box(BITS)
    for number, (u, kind) in enumerate(conditions(goal.term)):
        if number in given:
            sign, evidence = given[number]
            if sign != 1 and (sign != -1 or kind != "!="):
                raise Rejected("a root or logarithm needs an argument that is not negative")
            shown(goal._replace(term=u if sign > 0 else ("-", u)), evidence, kind != ">=")
        elif not plainly(u, kind, box):
            raise Rejected("a part of the term is not shown to be defined")


def plainly(u, kind, box):
    """Whether the natural interval of u settles a condition."""
    try:
        low, high, low_open, high_open = evaluate(u, box, BITS)
    except Rejected:
        return False
    above = low > 0 or (low == 0 and low_open)
    return above or (low == 0 and kind == ">=") or (kind == "!=" and (high < 0 or (high == 0 and high_open)))


def shown(goal, evidence, strict):
    """Read one node of the tree."""
    if not isinstance(evidence, list) or not evidence or not isinstance(evidence[0], str) or evidence[0] not in NODES:
        raise Malformed(f"not a node of evidence: {str(evidence)[:40]!r}")
    spend(1000)
    node, width = NODES[evidence[0]]
    if len(evidence) != width + 1:
        raise Malformed(f"{evidence[0]} takes {width} arguments")
    node(goal, strict, *evidence[1:])


def interval(goal, strict, bits):
    """The natural interval extension says it."""
    if type(bits) is not int or not 4 <= bits <= 1000:
        raise Malformed("interval evidence names its bits, 4 to 1000")
    low, _, low_open, _ = evaluate(goal.term, goal.box(bits), bits)
    if low < 0 or (strict and low == 0 and not low_open):
        raise Rejected("the interval of the term reaches below 0")


def zero(goal, strict):
    """The term is identically zero."""
    if strict or not same(goal.term, Fraction(0)):
        raise Rejected("the term is not identically zero, or must be positive")


def polynomial(goal, strict, tree):
    """Bernstein coefficients."""
    numerator, below = rational(goal.term, {})
    if below or any(not (end is None or isinstance(end, Fraction)) for r in goal.ranges for end in r[2:4]):
        raise Rejected("Bernstein evidence needs a polynomial and rational ends")
    nonnegative(numerator, goal.ranges, tree, strict)


def halves(goal, strict, name, at, first, second):
    """Cut the range of one variable at a constant."""
    _, opening, low, high, closing = goal.range(name)
    at, box = term(at), goal.box(BITS)[name]
    is_defined(goal._replace(term=at, ranges=()), {})
    least, most, _, _ = evaluate(at, {}, BITS)
    if not box[0] < least <= most < box[1]:
        raise Rejected("the cut is outside the range")
    sides = (
        (goal.with_range(name, opening, low, at, "]"), first),
        (goal.with_range(name, "[", at, high, closing), second),
    )
    for part, evidence in kept(goal, name, at, sides):
        shown(part, evidence, strict)


def kept(goal, name, c, sides):
    """The sides of a cut that need evidence: one of them may be left out by a hypothesis, marked ["given"]."""
    marks = [evidence == ["given"] for _, evidence in sides]
    if all(marks):
        raise Rejected("the cut itself belongs to one of the sides")
    wanted = (("-", name, c), ("-", c, name))
    for mark, difference in zip(marks, wanted, strict=True):
        if mark and not any(parallel(upward(h), difference) for h in goal.hypotheses):
            raise Rejected("no hypothesis leaves out that side")
    return [side for side, mark in zip(sides, marks, strict=True) if not mark]


def upward(hypothesis):
    """The difference that a hypothesis says is not negative."""
    sign, left, right = hypothesis
    return ("-", right, left) if sign in ("<", "<=") else ("-", left, right)


def parallel(f, g):
    """Whether f is a positive multiple of g."""
    (p, below), (q, under) = rational(f, {}), rational(g, {})
    if below or under or not p or not q:
        return False
    (c, p), (d, q) = primitive(p), primitive(q)
    return p == q and c * d > 0


def slope(goal, strict, name, evidence, face, up):
    """The term rises (falls) in a variable, so its least value is at the low (high) face."""
    whole, goal = goal, goal.free_of(name)
    _, opening, low, high, closing = goal.range(name)
    end, is_open = (low, opening == "(") if up else (high, closing == ")")
    if end is None:
        raise Rejected("there is no face at infinity")
    full = goal.with_range(name, "[" if up else opening, low, high, closing if up else "]")
    if is_open or goal.hypotheses != whole.hypotheses:
        is_defined(full, {})
    change = derivative(goal.term, name)
    smooth(goal, name, change if up else ("-", change), evidence, strict=False)
    shown(goal.put(name, end), face, strict and not is_open)
    if strict and is_open:
        smooth(goal, name, change if up else ("-", change), evidence, strict=True)


def smooth(goal, name, change, evidence, strict):
    """The derivative is shown on the box with the ends of the variable taken away.

    It is defined there: its denominators, logarithms and roots are those of the term, the roots being positive.
    """
    _, _, low, high, _ = goal.range(name)
    inside = goal.with_range(name, "(", low, high, ")")._replace(term=change)
    box = inside.box(BITS)
    if not all(plainly(u, ">", box) for u in roots_of(goal.term)):
        raise Rejected("the argument of a root is not shown to be positive inside")
    shown(inside, evidence, strict)


def concave(goal, strict, name, evidence, first, second):
    """The second derivative is not positive, so the least values are at the two faces."""
    whole, goal = goal, goal.free_of(name)
    _, opening, low, high, closing = goal.range(name)
    if low is None or high is None:
        raise Rejected("a concave range must be finite")
    if opening == "(" or closing == ")" or goal.hypotheses != whole.hypotheses:
        is_defined(goal.with_range(name, "[", low, high, "]"), {})
    bend = ("-", derivative(derivative(goal.term, name), name))
    smooth(goal, name, bend, evidence, strict=False)
    shown(goal.put(name, low), first, strict and opening == "[")
    shown(goal.put(name, high), second, strict)


def like(goal, strict, other, evidence):
    """Another term that is the same function."""
    other = term(other)
    if not same(goal.term, other):
        raise Rejected("the rewritten term is a different function")
    established(goal._replace(term=other), evidence, strict)


def product(goal, strict, factors):
    """The term is a product of powers, each factor of known sign."""
    if not isinstance(factors, list) or not 0 < len(factors) <= 100:
        raise Malformed("a product has between 1 and 100 factors")
    whole, total = Fraction(1), 1
    for row in factors:
        if not isinstance(row, list) or len(row) != 4 or type(row[1]) is not int or not row[1]:
            raise Malformed("a factor is [term, exponent, sign, evidence]")
        factor, exponent, sign, evidence = term(row[0]), row[1], row[2], row[3]
        whole = ("*", whole, ("^", factor, Fraction(exponent)))
        part = goal._replace(term=factor if sign != -1 else ("-", factor))
        if sign == 0 and exponent % 2 == 0 and exponent > 0 and not strict:
            is_defined(part, {})
        elif sign in (1, -1):
            established(part, evidence, strict or exponent < 0)
            total *= sign if exponent % 2 else 1
        else:
            raise Rejected("a factor of an odd power needs a sign")
    if total < 0 or not same(goal.term, whole):
        raise Rejected("the product is negative or a different function")


def square(goal, strict, greater, lesser, first, second):
    """b - a with b >= 0 and b^2 >= a^2."""
    b, a = term(greater), term(lesser)
    if not same(goal.term, ("-", b, a)):
        raise Rejected("the difference is a different function")
    established(goal._replace(term=b), first, strict=False)
    established(goal._replace(term=("-", ("*", b, b), ("*", a, a))), second, strict)


def logs(goal, strict, greater, lesser, positive, other, evidence):
    """b - a with a > 0 and b = a exp(other), other >= 0."""
    b, a, gap = term(greater), term(lesser), term(other)
    if not same(goal.term, ("-", b, a)) or not same(b, ("*", a, ("exp", gap))):
        raise Rejected("the difference or its logarithm is a different function")
    established(goal._replace(term=a), positive, strict=True)
    established(goal._replace(term=gap), evidence, strict)


def curve(goal, strict, name, where, below, above):
    """Cut along x = c(others): x = low + s (c - low) below, x = c + s (high - c) above, s in [0, 1] or [0, oo)."""
    c = term(where)
    if name in names_in(c):
        raise Rejected("the curve must not use its own variable")
    _, opening, low, high, closing = goal.range(name)
    is_defined(goal.with_range(name)._replace(term=c), {})
    first, span = (
        (("-", c, name), (None, "")) if low is None else (("+", low, ("*", name, ("-", c, low))), (ONE, opening))
    )
    second, ray = (
        (("+", c, name), (None, "")) if high is None else (("+", c, ("*", name, ("-", high, c))), (ONE, closing))
    )
    lower = goal.put(name, first, span[1] or "[", ZERO, span[0], "]" if span[0] else ")")
    upper = goal.put(name, second, "[", ZERO, ray[0], ray[1] or ")")
    for part, evidence in kept(goal, name, c, ((lower, below), (upper, above))):
        established(part, evidence, strict)


def order(goal, strict, first, second, above, below):
    """Two variables, the greater as the lesser plus s >= 0: s takes the greater one's name and is not bounded."""
    if goal.range(first) == goal.range(second):
        raise Malformed("two different variables are ordered")
    for lesser, greater, evidence in ((second, first, above), (first, second, below)):
        established(goal.put(greater, ("+", lesser, greater), "[", ZERO, None, ")"), evidence, strict)


def inside(goal, strict, name, evidence):
    """By continuity it is enough to look at the inside of one range, if equality is allowed."""
    _, _, low, high, _ = goal.range(name)
    low_end, high_end, _, _ = goal.box(BITS)[name]
    if strict or low_end >= high_end:
        raise Rejected("continuity gives no strict inequality, and nothing on a single point")
    shown(goal.free_of(name).with_range(name, "(", low, high, ")"), evidence, strict)


def replace(goal, strict, old, new, condition, evidence):
    """|u| is u or -u, min(a, b) and max(a, b) are a or b, the root of w^2 is w, each where a sign says so."""
    old, new = term(old), term(new)
    cases = {}
    if isinstance(old, tuple) and old[0] == "abs":
        cases = {old[1]: old[1], ("-", old[1]): ("-", old[1])}
    elif isinstance(old, tuple) and old[0] in ("min", "max") and len(old) == 3:
        a, b = old[1:]
        up, down = ("-", b, a), ("-", a, b)
        cases = {a: up, b: down} if old[0] == "min" else {a: down, b: up}
    elif isinstance(old, tuple) and (old[0] == "sqrt" or (old[0] == "^" and old[2] == Fraction(1, 2))):
        is_defined(goal._replace(term=new), {})
        cases = {new: new} if same(old[1], ("*", new, new)) else {}
    if new not in cases:
        raise Rejected("no such replacement")
    shown(goal._replace(term=cases[new]), condition, strict=False)
    changed = goal._replace(term=exchange(goal.term, old, new))
    shown(changed, evidence, strict)


def exchange(item, old, new):
    """The term with one subterm exchanged everywhere."""
    if item == old:
        return new
    return (item[0], *(exchange(part, old, new) for part in item[1:])) if isinstance(item, tuple) else item


def empty(goal, _strict, number):
    """A hypothesis holds nowhere on the box."""
    if type(number) is not int or not 0 <= number < len(goal.hypotheses):
        raise Malformed("no such hypothesis")
    sign, left, right = goal.hypotheses[number]
    if sign in (">=", ">"):
        left, right = right, left
    low, _, low_open, _ = evaluate(("-", left, right), goal.box(BITS), BITS)
    if not (low > 0 or (low == 0 and (low_open or sign in ("<", ">")))):
        raise Rejected("the hypothesis may hold on the box")


NODES = {
    "interval": (interval, 1),
    "zero": (zero, 0),
    "bernstein": (polynomial, 1),
    "halves": (halves, 4),
    "rise": (lambda g, s, *rest: slope(g, s, *rest, up=True), 3),
    "fall": (lambda g, s, *rest: slope(g, s, *rest, up=False), 3),
    "concave": (concave, 4),
    "like": (like, 2),
    "product": (product, 1),
    "square": (square, 4),
    "logs": (logs, 5),
    "curve": (curve, 4),
    "order": (order, 4),
    "inside": (inside, 2),
    "replace": (replace, 4),
    "empty": (empty, 1),
}
