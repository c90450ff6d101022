"""Strategies by cases: hypotheses, abs, min and max, cuts along curves and across ranges, two variables ordered.

Every cut writes each side as a goal on a box of its own. Where to cut is guessed from derivatives and float samples; a
bad guess costs work and no soundness, because the checker asks that the sides cover the box.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np

from lt_proofs.exact.enclosure import Undefined, enclosure
from lt_proofs.proof.calculus import as_float, floats
from lt_proofs.proof.critical import critical_constants, critical_curves, solve_linear
from lt_proofs.proof.derivatives import changes
from lt_proofs.proof.evidence import Evidence, Inapplicable
from lt_proofs.proof.fields import identical, tidy
from lt_proofs.proof.goal import Goal, along, meets, middle, touches
from lt_proofs.proof.polynomials import in_both_orders, pairs
from lt_proofs.proof.rewriting import exchange
from lt_proofs.proof.search import Search
from lt_proofs.terms import Apply, Number, Symbol, Term, encode, number
from lt_proofs.terms.tree import subterms, variables

NOISE = 1e-9
"""Float values smaller than this are taken for zero."""
MAX_CURVES = 6
"""How many curves are tried at one goal."""
MAX_CUTS, MAX_CURVE_DEPTH, MAX_LINE_DEPTH, MAX_ORDER_DEPTH, MAX_TOUCH_DEPTH = 13, 6, 8, 4, 10
"""The depths from which on the box is not cut in halves, not along curves, not along lines, not by an order of two
variables; and not in halves next to a zero, where each half is as hard as the whole."""


def by_hypothesis(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Use a hypothesis: it never holds on the box, or it is linear in a variable and leaves one side of a curve.

    A hypothesis that holds nowhere proves everything. One of the form x >= c(others) cuts the box along x = c, and the
    side that it excludes needs no evidence.
    """
    # if the term is what one of several hypotheses says is not negative, the others only make the cut harder
    for h in goal.hypotheses:
        lesser, greater = (h.left, h.right) if h.sign in ("<=", "<") else (h.right, h.left)
        if len(goal.hypotheses) > 1 and h.sign != "=" and identical(goal.term - (greater - lesser)):
            return by_hypothesis(search, Goal(goal.term, goal.domain, (h,)), strict, depth)
    for k, h in enumerate(goal.hypotheses):
        difference = h.right - h.left if h.sign in ("<=", "<") else h.left - h.right
        # an interval that is positive on the whole box says that the hypothesis holds nowhere on it
        excess = -difference
        try:
            low, _, low_open, _ = enclosure(excess, goal.box)
        except Undefined:
            continue
        if low > 0 or (low == 0 and (low_open or h.sign in ("<", ">"))):
            return ["empty", k]
        # an equation has no side, so it excludes neither
        if h.sign == "=":
            continue
        solved = solve_linear(difference, goal)
        if solved is None:
            continue
        name, c, above = solved
        rest = Goal(goal.term, goal.domain, tuple(x for x in goal.hypotheses if x is not h))
        return one_side(search, rest, name, c, above, strict, depth)
    return None


def one_side(search: Search, goal: Goal, name: str, c: Term, above: bool, strict: bool, depth: int) -> Evidence | None:
    """Evidence for x >= c only (``above``) or x <= c only; the other side is excluded by a hypothesis ("given")."""
    r = goal.range(name)
    if isinstance(c, Number):
        low, high = goal.box[name][:2]
        # the hypothesis cuts nothing off: every point of the box meets it
        if (above and c.value <= low) or (not above and c.value >= high):
            return search.shown(goal, strict, depth)
        if not low < c.value < high:
            return None
        part = (
            goal.with_range(name, "[", c, r.high, r.closing)
            if above
            else goal.with_range(name, r.opening, r.low, c, "]")
        )
        tree = search.shown(part, strict, depth + 1)
        sides = (["given"], tree) if above else (tree, ["given"])
        return None if tree is None else ["halves", name, encode(c), *sides]
    lower, upper = along(goal, name, c)
    tree = search.established(upper if above else lower, strict, depth + 1)
    sides = (["given"], tree) if above else (tree, ["given"])
    return None if tree is None else ["curve", name, encode(c), *sides]


def by_choice(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Replace a min or max by the one of its two terms that a hypothesis says it is."""
    for part in subterms(goal.term):
        if not isinstance(part, Apply) or part.head not in ("min", "max"):
            continue
        for h in goal.hypotheses:
            lesser, greater = (h.left, h.right) if h.sign in ("<=", "<") else (h.right, h.left)
            if h.sign != "=" and part.args in ((lesser, greater), (greater, lesser)):
                new = lesser if part.head == "min" else greater
                sure = search.shown(goal.of(condition_of(part, new)), False, depth + 1)
                rest = search.shown(goal.of(exchange(goal.term, part, new)), strict, depth + 1)
                return None if sure is None or rest is None else ["replace", encode(part), encode(new), sure, rest]
    return None


def by_cases(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Remove the innermost abs, min or max, if there is one; only then does calculus apply to the term."""
    for part in subterms(goal.term):
        if isinstance(part, Apply) and part.head in ("abs", "min", "max"):
            return removed(search, goal, part, strict, depth)
    return None


def removed(search: Search, goal: Goal, part: Apply, strict: bool, depth: int) -> Evidence | None:
    """Replace one abs, min or max by the argument that it equals, on the whole box or on two sides of a curve.

    Tried in this order: one argument on the whole box; both arguments, without knowing which it is; each argument on
    its side of a curve; cutting the box anywhere.
    """
    if len(part.args) > 2:
        # the rules for min and max have two arguments
        folded = part.args[0]
        for arg in part.args[1:]:
            folded = Apply(part.head, (folded, arg))
        return search.shown(goal.of(exchange(goal.term, part, folded)), strict, depth)
    # max(a, b) is a where u = a - b >= 0, abs(u) is u where u >= 0; min is the other way round
    u = part.args[0] if part.head == "abs" else part.args[0] - part.args[1]
    first, second = (part.args[0], -part.args[0]) if part.head == "abs" else (part.args[0], part.args[1])
    if part.head == "min":
        first, second = second, first
    for new, condition in ((first, u), (second, -u)):
        values = goal.of(condition).sampled()
        if len(values) and np.all(values >= -NOISE):
            asked = condition_of(part, new)
            sure = search.shown(goal.of(asked), False, depth + 1)
            if sure is not None:
                rest = search.shown(goal.of(exchange(goal.term, part, new)), strict, depth + 1)
                return None if rest is None else ["replace", encode(part), encode(new), sure, rest]
    return (
        by_either(search, goal, part, strict, depth)
        or first_curve(search, goal, critical_curves(u, goal), strict, depth)
        or by_cutting(search, goal, strict, depth)
    )


def by_either(search: Search, goal: Goal, part: Apply, strict: bool, depth: int) -> Evidence | None:
    """Show the sign with both values that an abs, min or max may have: then it does not matter which one it has."""
    values = (part.args[0], -part.args[0]) if part.head == "abs" else part.args
    # more than is needed, for each value counts on one side only; but no cut is needed either
    goals = [goal.of(exchange(goal.term, part, value)) for value in values]
    if not all(side.never_negative() for side in goals):
        return None
    sides = search.all_established(goals, strict, depth + 1)
    return None if sides is None else ["either", encode(part), *sides]


def by_cutting(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Cut the box: along curves where a derivative vanishes, else across its widest range.

    This is the last resort. On a bounded box halving ends if the term is positive, at a cost that grows exponentially
    with the number of variables; it does not end at a zero of the term.
    """
    if depth > MAX_CUTS:
        return None
    if depth < MAX_CURVE_DEPTH:
        tree = by_curves(search, goal, curves(goal), strict, depth)
        if tree is not None:
            return tree
    # a line infinite at both ends is first cut at 0, for most strategies need one finite end
    for name in goal.domain.names:
        if goal.box[name][0] == -inf and goal.box[name][1] == inf:
            return both_sides(search, goal, name, number(0), strict, depth)
    if touches(goal) and depth > MAX_TOUCH_DEPTH:
        return None
    widest, at = middle(goal)
    return None if widest is None else cut_at(search, goal, widest, number(at), strict, depth)


def by_lines(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Cut along a simple line x = c or x = y on which a derivative of the term vanishes.

    Terms are often symmetric, or touch zero along such a line; on each side the term then rises from the line.
    """
    if depth > MAX_LINE_DEPTH:
        return None
    for name, c in lines(goal):
        tree = along_curve(search, goal, name, c, strict, depth)
        if tree is not None:
            return tree
    return None


def lines(goal: Goal) -> list[tuple[str, Term]]:
    """Pairs (x, c) such that the derivative in x is zero at all samples of x = c, and not everywhere.

    c is one of 0, 1, -1, 1/2 inside the range of x, another variable y, or 1 - y.
    """
    found = []
    names = [name for name in goal.domain.names if name in variables(goal.term)]
    for name, slope in changes(goal):
        change = goal.of(slope)
        if np.nanmax(np.abs(change.sampled()), initial=0) < NOISE:
            continue
        low, high = goal.box[name][:2]
        simple = [number(c) for c in (0, 1, -1, Fraction(1, 2)) if low < c < high]
        others = [Symbol(other) for other in names if other != name]
        for c in (*simple, *others, *(1 - other for other in others)):
            values = change.put(name, c).sampled()
            if len(values) and np.all(np.abs(values) < NOISE):
                found.append((name, c))
    return found


def curves(goal: Goal) -> list[tuple[str, Term]]:
    """Pairs (x, c) such that the derivative in x vanishes along x = c(others), from its factors or from floats."""
    found = []
    for name, slope in changes(goal):
        try:
            change = tidy(slope)
            if not variables(change):
                continue
            found += critical_curves(change, goal, first=name)
            found += critical_constants(change, goal, name)
        except Inapplicable:
            continue
    return found


def by_curves(search: Search, goal: Goal, curves: list[tuple[str, Term]], strict: bool, depth: int) -> Evidence | None:
    """Evidence by the first curve of a few whose two sides are both shown, else by ordering two variables."""
    return first_curve(search, goal, curves[:MAX_CURVES], strict, depth) or by_order(search, goal, strict, depth)


def first_curve(
    search: Search, goal: Goal, curves: list[tuple[str, Term]], strict: bool, depth: int
) -> Evidence | None:
    """Evidence by the first curve whose two sides are both shown."""
    for name, c in curves:
        tree = along_curve(search, goal, name, c, strict, depth)
        if tree is not None:
            return tree
    return None


def by_order(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Order two variables of the same range: write the greater as the lesser plus s >= 0.

    A zero along x = y becomes a zero at the face s = 0, from which the term may be shown to rise.
    """
    if depth > MAX_ORDER_DEPTH:
        return None
    for first, second in pairs(goal):
        if goal.box[first] != goal.box[second] or not meets(goal, first, second):
            continue
        sides = search.all_established(in_both_orders(goal, first, second), strict, depth + 1)
        if sides is not None:
            return ["order", first, second, *sides]
    return None


def along_curve(search: Search, goal: Goal, name: str, c: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence on both sides of x = c, if the curve meets the inside of the box."""
    low, high = goal.box[name][:2]
    if not variables(c):
        at = float(floats(c, {}))
        return cut_at(search, goal, name, c, strict, depth) if low < at < high else None
    values = goal.of(c).sampled()
    if not np.any((values > as_float(low)) & (values < as_float(high))):
        return None
    return both_sides(search, goal, name, c, strict, depth)


def both_sides(search: Search, goal: Goal, name: str, c: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence on both sides of x = c, each written over a range that begins at the curve."""
    sides = search.all_established(along(goal, name, c), strict, depth + 1)
    return None if sides is None else ["curve", name, encode(c), *sides]


def cut_at(search: Search, goal: Goal, name: str, at: Term, strict: bool, depth: int) -> Evidence | None:
    """Evidence on both sides of a constant, each on a smaller range of the same variable."""
    r = goal.range(name)
    first = search.shown(goal.with_range(name, r.opening, r.low, at, "]"), strict, depth + 1)
    if first is None:
        return None
    second = search.shown(goal.with_range(name, "[", at, r.high, r.closing), strict, depth + 1)
    return None if second is None else ["halves", name, encode(at), first, second]


def condition_of(part: Apply, new: Term) -> Term:
    """What must be >= 0 for an abs, min or max to equal one of its arguments, written as the checker writes it."""
    if part.head == "abs":
        return new
    a, b = part.args
    return b - a if (new == a) == (part.head == "min") else a - b
