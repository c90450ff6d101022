"""Strategies by Taylor's formula: on a tree of boxes, and next to an end where the term vanishes.

On a bounded box on which the term is positive and smooth, halving ends, and few boxes are needed if the order is high.
Where the term vanishes at an end, its first coefficients there do, and the sign is that of the first one left.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import inf
from typing import Any

import numpy as np

from lt_proofs.proof.boxes import ONE, ZERO, Rough, add, coefficients, least, multiply
from lt_proofs.proof.calculus import as_float, derivative, floats, noise
from lt_proofs.proof.critical import critical_constants
from lt_proofs.proof.cutting import cut_at
from lt_proofs.proof.evidence import Evidence
from lt_proofs.proof.fields import monomials
from lt_proofs.proof.goal import Goal, simplest_between
from lt_proofs.proof.search import Search
from lt_proofs.proof.work import DONE
from lt_proofs.terms import Apply, encode, number
from lt_proofs.terms.tree import subterms, variables

ORDERS = (0, 2, 6)
"""How many coefficients are computed on a box, the fewest first; 0 stands for the natural interval."""
LEAVES = 200
"""The most boxes of one tree; the checker looks at each."""
MARGIN = 1e-11
"""What rounding may cost, compared with the size of the term."""
SLACK = 0.1
"""What part of the usual estimate of rounding errors is feared at the middle of a box."""
FEW_HALVINGS, MAX_HALVINGS = 6, 22
"""How often a box may be halved next to an end where the term vanishes or is singular, and next to another one."""
MAX_ZEROS = 5
MAX_DEPTH = 10
SMOOTH = {"+", "-", "*", "/", "^", "exp", "log", "sqrt", "sin", "cos", "atan", "erf", "abs", "min", "max"}
FAILED = object()


def by_expansion(search: Search, goal: Goal, strict: bool, depth: int) -> Evidence | None:
    """Taylor's formula: on halved boxes, and in one variable next to an end of its range where the term vanishes."""
    names = [name for name in goal.domain.names if name in variables(goal.term)]
    heads = {part.head for part in subterms(goal.term) if isinstance(part, Apply)}
    if not 1 <= len(names) <= 3 or depth > MAX_DEPTH or heads - SMOOTH or not heads & (SMOOTH - set("+-*/^")):
        return None
    if any(inf in map(abs, goal.box[name][:2]) for name in names) or monomials_or_none(goal):
        return None
    try:
        if len(names) > 1:
            return halved(search, goal, LEAVES // 2)
        return next_to_ends(search, goal, names[0], strict) or next_to_zeros(search, goal, names[0], strict, depth)
    except Rough:
        return None


def monomials_or_none(goal: Goal) -> bool:
    """Whether the term is a polynomial, which has better evidence."""
    return monomials(goal.term, goal.domain.names) is not None


def next_to_ends(search: Search, goal: Goal, name: str, strict: bool) -> Evidence | None:
    """Evidence next to each end at which the term vanishes, and on the boxes between."""
    low, high = (Fraction(x) for x in goal.box[name][:2])
    sides: list[tuple[int, Evidence | None, Fraction]] = []
    for side, end in ((1, low), (-1, high)):
        found = near_end(goal, name, side, strict, high - low)
        if found is None:
            sides.append((side, None, end))
        elif found[1] >= 1:
            return ["touch", name, found[2], found[0], side]
        else:
            width = (high - low) * found[1]
            at = simplest_between(end + side * width / 2, end + side * width) if side > 0 else None
            at = at if at is not None else simplest_between(end - width, end - width / 2)
            sides.append((side, ["touch", name, found[2], found[0], side], at))
    (_, first, start), (_, last, finish) = sides
    if start >= finish:
        finish = start
    r = goal.range(name)
    middle = goal
    if first is not None:
        middle = middle.with_range(name, "[", number(start), r.high, r.closing)
    if last is not None and finish > start:
        m = middle.range(name)
        middle = middle.with_range(name, m.opening, m.low, number(finish), "]")
    if first is not None and last is not None and finish == start:
        return ["halves", name, encode(number(start)), first, last]
    tree = halved(search, middle, LEAVES)
    if tree is None:
        return None
    if last is not None:
        tree = ["halves", name, encode(number(finish)), tree, last]
    return tree if first is None else ["halves", name, encode(number(start)), first, tree]


def next_to_zeros(search: Search, goal: Goal, name: str, strict: bool, depth: int) -> Evidence | None:
    """Cut at a familiar constant inside the range at which the term and its slope vanish."""
    if strict:
        return None
    for _, c in critical_constants(derivative(goal.term, name), goal, name):
        at = {name: np.asarray(floats(c, {}))}
        if abs(float(floats(goal.term, at))) <= float(noise(goal.term, at)):
            return cut_at(search, goal, name, c, strict, depth)
    return None


def near_end(goal: Goal, name: str, side: int, strict: bool, width: Fraction) -> tuple[int, Fraction, int] | None:
    """(zeros, share of the range, order) of a part next to an end on which the term is shown; None if not needed."""
    r = goal.range(name)
    end = r.low if side > 0 else r.high
    if end is None or (strict and (r.opening if side > 0 else r.closing) in "[]"):
        return None
    at = float(np.asarray(floats(end, {})))
    low, high = (as_float(x) for x in goal.box[name][:2])
    # a coefficient counts as zero if moving the point by rounding errors moves the coefficient across zero
    point = np.array([at - 1e-13 * float(width)]), np.array([at + 1e-13 * float(width)])
    try:
        found = coefficients(goal.term, {name: [point, (side * ONE[0],) * 2] + [ZERO] * MAX_ZEROS}, MAX_ZEROS + 1)
    except Rough:
        return None
    sizes = [float(np.asarray(c[0]).reshape(-1)[0]) for c in found]
    zeros = 0
    while zeros <= MAX_ZEROS and sizes[zeros] <= 0 <= float(np.asarray(found[zeros][1]).reshape(-1)[0]):
        zeros += 1
    if zeros == 0 or zeros > MAX_ZEROS or not sizes[zeros] > 0:
        return None
    for order in (zeros + 1, zeros + 4, zeros + 8):
        for step in range(7):
            share = Fraction(1, 2**step)
            # the far end is looked at too, so it must belong to the range
            if step == 0 and (r.closing if side > 0 else r.opening) in "()":
                continue
            if order == zeros + 1 and step > 2:
                break
            if bracket(goal, name, at, side, float(share) * (high - low), zeros, order) > MARGIN * sizes[zeros]:
                return zeros, share, order
    return None


def bracket(goal: Goal, name: str, at: float, side: int, width: float, zeros: int, order: int) -> float:
    """The low end of the factor that is left of the term when the power of its zero is taken out."""
    DONE[0] += 200
    other = at + side * width
    point, box = np.array([at]), (np.array([min(at, other)]), np.array([max(at, other)]))
    rest = [(side * ONE[0],) * 2]
    near = coefficients(goal.term, {name: [(point, point), *rest, *[ZERO] * (order - 2)]}, order - 1)
    total = coefficients(goal.term, {name: [box, *rest, *[ZERO] * (order - 1)]}, order)[order]
    with np.errstate(all="ignore"):
        for c in reversed(near[zeros:]):
            total = add(c, multiply((np.float64(0), np.float64(width)), total))
    low = float(np.asarray(total[0]).reshape(-1)[0])
    return low if np.isfinite(low) else -inf


def halved(search: Search, goal: Goal, leaves: int) -> Evidence | None:
    """A tree of halvings on each leaf of which Taylor's formula of some order shows the sign."""
    names = [r.name for r in goal.domain.ranges]
    used = [name for name in names if name in variables(goal.term)]
    lows = {n: np.array([as_float(goal.box[n][0])]) for n in used}
    highs = {n: np.array([as_float(goal.box[n][1])]) for n in used}
    # paths: one string of halvings for each box that is still open; closed: the order that showed each leaf
    paths: list[tuple[tuple[int, int], ...]] = [()]
    closed: dict[tuple[tuple[int, int], ...], int] = {}
    cuts: dict[tuple[tuple[int, int], ...], int] = {}
    most = MAX_HALVINGS if ends_are_positive(goal, used) else FEW_HALVINGS
    while paths:
        search.tick()
        left = np.arange(len(paths))
        at = {n: (lows[n] + highs[n]) / 2 for n in used}
        slack = np.broadcast_to(SLACK * noise(goal.term, at), left.shape)
        for order in ORDERS:
            part = {n: lows[n][left] for n in used}, {n: highs[n][left] for n in used}
            DONE[0] += 20 * len(left) * order
            try:
                floor = np.broadcast_to(np.asarray(least(goal.term, *part, order)), left.shape)
            except Rough:
                continue
            good = floor > slack[left]
            for k in left[good]:
                closed[paths[k]] = order
            left = left[~good]
            if not len(left):
                return tree_of((), closed, cuts)
        middle = {n: at[n][left] for n in used}
        values = np.broadcast_to(floats(goal.term, middle), left.shape)
        # boxes that shrink to a point without an end have a zero or a singular end there
        deep = len(paths[0]) >= most * len(used) and len(left) <= 2 ** len(used)
        if deep or len(closed) + 2 * len(left) > leaves or np.any(~(values > slack[left])):
            return None
        axes = axes_of(goal, used, {n: lows[n][left] for n in used}, {n: highs[n][left] for n in used})
        fresh: list[tuple[tuple[int, int], ...]] = []
        ends: dict[str, list[tuple[Any, Any]]] = {n: [] for n in used}
        for row, k in enumerate(left):
            axis = names.index(used[axes[row]])
            cuts[paths[k]] = axis
            for half in (0, 1):
                fresh.append((*paths[k], (axis, half)))
                for n in used:
                    a, b, m = lows[n][k], highs[n][k], middle[n][row]
                    ends[n].append((a, b) if names[axis] != n else (a, m) if half == 0 else (m, b))
        paths = fresh
        lows = {n: np.array([e[0] for e in ends[n]]) for n in used}
        highs = {n: np.array([e[1] for e in ends[n]]) for n in used}
    return None


def ends_are_positive(goal: Goal, used: list[str]) -> bool:
    """Whether the term has positive values at all corners of the box: then its boxes can be small enough."""
    corners = list(product(*([as_float(end) for end in goal.box[n][:2]] for n in used)))
    values = np.asarray(floats(goal.term, {n: np.array([c[k] for c in corners]) for k, n in enumerate(used)}))
    return bool(np.all(values > 1e-7))


def axes_of(goal: Goal, used: list[str], lows: Any, highs: Any) -> Any:
    """For each box the place of the variable along which the term changes most."""
    if len(used) == 1:
        return np.zeros(len(lows[used[0]]), dtype=int)
    spread = []
    for n in used:
        middle = {m: (lows[m] + highs[m]) / 2 for m in used}
        ends = [np.broadcast_to(floats(goal.term, {**middle, n: side[n]}), middle[n].shape) for side in (lows, highs)]
        centre = floats(goal.term, middle)
        spread.append(np.abs(ends[0] - centre) + np.abs(ends[1] - centre) + 1e-12 * (highs[n] - lows[n]))
    return np.argmax(np.array(spread), axis=0)


def tree_of(path: tuple[tuple[int, int], ...], closed: Any, cuts: Any) -> Evidence:
    """The evidence of a finished tree."""

    def node(at: tuple[tuple[int, int], ...]) -> Any:
        if at in closed:
            return closed[at]
        return [cuts[at], node((*at, (cuts[at], 0))), node((*at, (cuts[at], 1)))]

    return ["taylor", node(path)]
