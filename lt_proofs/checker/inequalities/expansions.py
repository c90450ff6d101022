"""Leaves of evidence by Taylor's formula with an enclosed remainder: on boxes, and next to zeros at an end."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from errors import Malformed, Rejected, size, spend, work
from inequalities.algebra import same
from inequalities.calculus import derivative
from inequalities.goal import BITS, Goal, Task
from inequalities.intervals import evaluate, is_open, joined
from inequalities.series import ZERO, Arithmetic, Series, number, series
from inequalities.syntax import listed, names_in
from shapes import Box, End, Evidence, Interval, Range, Term

MAX_ORDER = 24
MAX_ZEROS = 6


def taylor(goal: Goal, strict: bool, tree: Evidence) -> Iterable[Task]:
    """Taylor's formula about the middle of each box of a tree: an order, or [number of a range, lower, upper]."""
    stack = [(goal.box(), tree)]
    names = [r[0] for r in goal.ranges]
    while stack:
        box, tree = stack.pop()
        if type(tree) is int:
            low = least(goal, box, order_of(tree))
            if low < 0 or (strict and low == 0):
                raise Rejected("Taylor's formula allows values below 0")
            continue
        axis, *branches = listed(tree, "an order or [number of a range, lower, upper]", int, object, object)
        if not 0 <= axis < len(names):
            raise Rejected("a halving of no range")
        low, high, low_open, high_open = box[names[axis]]
        middle = centre_of(box[names[axis]])
        halves = (low, middle, low_open, False), (middle, high, False, high_open)
        stack += [({**box, names[axis]: half}, branch) for half, branch in zip(halves, branches, strict=True)]
    return ()


def order_of(data: Evidence) -> int:
    """A number of coefficients."""
    if not 0 <= data <= MAX_ORDER:
        raise Malformed(f"the order of Taylor's formula is 0 to {MAX_ORDER}")
    return int(data)


def centre_of(interval: Interval) -> Fraction:
    """The middle of a finite interval."""
    low, high, _, _ = interval
    if is_open(low) or is_open(high):
        raise Rejected("Taylor's formula needs finite ranges")
    return Fraction(low + high) / 2


def least(goal: Goal, box: Box, order: int) -> End:
    """A number that the term is at least on a box, by its coefficients at the middle and the last one anywhere."""
    if not order:  # the natural interval, which needs no derivative
        return evaluate(goal.term, box, BITS)[0]
    names = sorted(names_in(goal.term))
    if len(names) == 1:
        return on_a_line(goal.term, names[0], box, order)
    at = Arithmetic(BITS)
    near: dict[str, Series] = {}
    far: dict[str, Series] = {}
    for name in names:
        whole = box[name]
        middle = number(centre_of(whole))
        rest = [at.of("-", whole, middle), *[ZERO] * (order - 1)]
        near[name], far[name] = [middle, *rest[: order - 1]], [whole, *rest]
    total = series(goal.term, far, order, BITS)[order]
    for coefficient in series(goal.term, near, order - 1, BITS):
        total = at.of("+", coefficient, total)
    return total[0]


def on_a_line(item: Term, name: str, box: Box, order: int) -> End:
    """The same in one variable, where c_1 h + c_2 h^2 has its least value at a vertex or at an end."""
    middle = centre_of(box[name])
    rest = [number(1), *[ZERO] * (order - 1)]
    found = series(item, {name: [number(middle), *rest[: order - 1]]}, order - 1, BITS)
    found.append(series(item, {name: [box[name], *rest]}, order, BITS)[order])
    reach = box[name][1] - middle
    total = found[0][0]
    for k, (low, high, _, _) in enumerate(found[3:], 3):
        spend(100)
        if is_open(low) or is_open(high):
            raise Rejected("a coefficient is not bounded")
        worst = min(low, ZERO[0]) if k % 2 == 0 else -max(-low, high)
        total += joined("*", number(worst), number(reach**k), BITS)[0]
    return total + parabola(found[1:3], reach)


def parabola(rows: Series, reach: Fraction) -> End:
    """A number that a h + b h^2 is at least for |h| <= reach, whichever a and b of two intervals are meant."""
    if any(is_open(end) for row in rows for end in row[:2]):
        raise Rejected("a coefficient is not bounded")
    steep = max(-rows[0][0], rows[0][1])
    if len(rows) == 1:
        return -steep * reach
    bend = rows[1][0]
    spend(4 * work(size(steep) + size(bend), size(reach) + size(steep)))
    return -steep * steep / (4 * bend) if steep <= 2 * bend * reach and bend > 0 else (bend * reach - steep) * reach


def touch(goal: Goal, strict: bool, r: Range, order: int, zeros: int, side: int) -> Iterable[Task]:
    """The first Taylor coefficients at one end of a range vanish, and the power left has a factor of one sign.

    With h the distance from the end: f = h^m (c_m + c_(m+1) h + …), the last coefficient anywhere in the range.
    """
    name, opening, low, high, closing = r
    end, is_shut = (low, opening == "[") if side > 0 else (high, closing == "]")
    if side not in (1, -1) or not 0 <= zeros <= MAX_ZEROS or not zeros < order_of(order) or order < 2:
        raise Malformed("an end is 1 or -1, and there are fewer zeros than coefficients")
    if end is None or (strict and zeros and is_shut):
        raise Rejected("the term vanishes at the end, or there is none")
    free = goal.free_of(name)
    box = free.with_range(name, "[", low, high, "]").box()
    begin, finish, _, _ = box[name]
    if is_open(begin) or is_open(finish):
        raise Rejected("Taylor's formula needs a finite range")
    at = Arithmetic(BITS)
    start: dict[str, Series] = {n: [whole, *[ZERO] * order] for n, whole in box.items()}
    near: dict[str, Series] = {n: row[:-1] for n, row in start.items()}
    for row, value in ((start, box[name]), (near, evaluate(end, {}, BITS))):
        row[name] = [value, number(side), *row[name][2:]]
    found = series(free.term, near, order - 1, BITS)
    total = series(free.term, start, order, BITS)[order]
    change = free.term
    for k in range(zeros):
        if found[k] != ZERO and not same(free.about(change).put(name, end).term, Fraction(0)):
            raise Rejected("a coefficient is not shown to vanish")
        change = derivative(change, name)
    distance: Interval = (Fraction(0), finish - begin, False, False)
    for coefficient in reversed(found[zeros:]):
        total = at.of("+", coefficient, at.of("*", distance, total))
    if total[0] < 0 or (strict and total[0] == 0 and not total[2]):
        raise Rejected("Taylor's formula allows values below 0")
    return ()
