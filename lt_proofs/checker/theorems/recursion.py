"""Coverage by the worst case of every sample: a recursion over the covered weight, in integers rounded up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import isqrt

from errors import Rejected, spend
from inequalities.points import exact, value
from inequalities.syntax import integer, listed, sequence
from shapes import Data, Judgement, Lines
from theorems.end_interval import PARTS, First, Table
from theorems.flows import number, numbers_of, over_one_scale
from theorems.obligations import HALF
from theorems.weighted import active

UNIT = 1 << 40
MAX_NODES = 4000
MAX_SAMPLES = 4096


def recursion(goal: Judgement, *flows: Judgement, data: dict[str, Data]) -> str:
    """Mathematics 5.21: coverage by a certified recursion.

    P(not covered after n samples) <= F_n(m_0), where F_n is linear between the nodes and 0 from the third-last on.
    K of weight m in a window of weight 1 becomes K' of weight V in [m, 1].  For psi(x) = x, -1/sqrt(x) or -1/x, the
    power -1, 1/2 or 1 of a flow q: V/m is the mean over y in K of 1 + [y + X is new] w(y + X)/w(y), so that by Jensen
    E psi(V) >= psi(m) + q |psi(m)|/m =: e(m).  A line a - b psi(x), b >= 0, above F_(n-1) on [m, 1] gives F_n(m) <=
    a - b e(m); e is concave, so that it is enough to have this at the two nodes of a cell.  Between nodes psi is at
    most a polygon of tangents; the lines are those of the upper hull of F_(n-1) over it.

    The flows' window may be longer than the goal's: around each point of that, more than the rest must be uncovered.
    With data "end", another bound of F_n(m) is that of 2.33 at the least part of the window that has the weight m.
    """
    if goal["domain"] or goal["hypotheses"]:
        raise Rejected("a recursion is about numbers")
    length, tolerance, failure, samples = (
        value(goal[field], {}) for field in ("length", "tolerance", "failure", "samples")
    )
    start, rest = exact(data.get("start")), exact(data.get("rest"))
    nodes = [integer_node(node) for node in sequence(data.get("nodes"), MAX_NODES, 4)]
    if any(low >= high for low, high in pairwise(nodes)) or nodes[0] <= 0 or nodes[-1] != UNIT:
        raise Rejected("the nodes must rise, from above 0 to 1")
    alike = {**flows[0], "power": 0, "profile": 0}
    frame = number(flows[0]["length"])
    if any({**flow, "power": 0, "profile": 0} != alike for flow in flows) or frame < length:
        raise Rejected("the flows are not all about one law and its weights, on the goal's window or a longer one")
    weights, share = numbers_of(flows[0])[0], active(goal, flows[0])
    cell, gap = frame / len(weights), rest + min(rest, (frame - length) / 2)
    density = [w / (cell * sum(weights)) for w in weights]
    met = [w for i, w in enumerate(density) if abs(2 * i + 1 - len(weights)) * cell < 2 * start + cell]
    inside = nodes[0] <= 2 * start * min(met, default=0) * UNIT and nodes[-3] >= (1 - gap * min(density)) * UNIT
    if not (0 < start <= length / 2 and 0 < rest <= length / 2 and start + rest <= tolerance and inside):
        raise Rejected("the nodes must reach from the start to where only the rest is uncovered, within the tolerance")
    if not 0 <= samples <= MAX_SAMPLES:
        raise Rejected(f"at most {MAX_SAMPLES} samples are allowed")
    scales: dict[Fraction, list[list[int]]] = {}
    for flow in flows:
        _, power, profile = numbers_of(flow)
        scales.setdefault(power, []).append(means(nodes, power, *profile))
    lines = [(heights(nodes, power), best(found)) for power, found in scales.items()]
    bounds = [UNIT] * (len(nodes) - 2) + [0, 0]
    table, parts = None, least_parts(nodes, weights)
    if "end" in data:
        cells, atoms = listed(data["end"], "numbers of cells and atoms", int, int)
        table = Table(flows[0]["law"], share, frame, cells, atoms, gap)
        first = First(table.gains, share, frame, start)
    for _ in range(-(-samples.numerator // samples.denominator)):
        caps: list[int] = []
        if table is not None:
            first.one_more(table)
            table.one_more()
            # read between its cells before anything is cut at 1: only the table itself is convex
            caps = [min(UNIT, table.at(*divmod(part * table.cells * PARTS // UNIT, PARTS))) for part in parts]
        bounds = one_more(lines, bounds, share, caps)
    reached = bounds[0] if table is None else min(bounds[0], first.bound)
    if reached > failure * UNIT:
        raise Rejected(f"the bound of the recursion is {float(Fraction(reached, UNIT)):.6g}, more than the failure")
    return f"{len(nodes)} nodes"


def integer_node(node: Data) -> int:
    """A node in units of 2^-40, which may be beyond the integers of a judgement."""
    return node if type(node) is int and 0 < node <= UNIT else integer(node)


def power_of(x: int, power: Fraction) -> int:
    """The integer below x^-power, both in units of 2^-40."""
    return isqrt(UNIT**3 // x) if power == HALF else x if power < 0 else UNIT**2 // x


def heights(nodes: list[int], power: Fraction) -> list[int]:
    """Upper bounds of psi at the nodes: of the tangents in the middle of the cells, so that chords are above psi."""
    if power < 0:
        return nodes
    found: list[list[int]] = [[] for _ in nodes]
    double = int(2 * power)
    for i, cell in enumerate(pairwise(nodes)):
        both = sum(cell)
        scale = power_of(-(-both // 2), power)
        for k, node in enumerate(cell, i):
            found[k].append(-(scale * ((2 + double) * both - 2 * double * node) // (2 * both)))
    return list(accumulate(map(max, found), lambda before, high: max(before + 1, high)))


def means(nodes: list[int], power: Fraction, last: Fraction, linear: Fraction, bend: Fraction) -> list[int]:
    """Lower bounds at the nodes of e(m), which must be concave on (0, 1)."""
    spend(300 * len(nodes))
    second = (power + 1) * ((power + 2) * last + power * (linear - 1)) + power * (power - 1) * bend
    if last > 0 or bend > 0 or second > 0:
        raise Rejected("the mean after a sample must be concave in the weight before it")
    ((constant, slope, square),), scale = over_one_scale([[last, linear, bend]])
    found, one = [], UNIT * scale
    for node in nodes:
        gain = constant * UNIT**2 + (slope * UNIT + square * node) * node  # in units of 1 / (one * UNIT)
        if power < 0:
            found.append(node + gain // one)
            continue
        if gain > node * one:
            raise Rejected("no set gains so much")
        found.append((power_of(node, power) + 1) * (gain - node * one) // (node * one))
    return found


def best(found: list[list[int]]) -> list[tuple[int, int]]:
    """For each cell the flow with the best mean: its lower bounds at the two nodes."""
    return [max(ends, key=sum) for ends in zip(*map(pairwise, found), strict=True)]


def least_parts(nodes: list[int], weights: list[Fraction]) -> list[int]:
    """The least part of the window's length that sets of the nodes' weights have, rounded down: the heaviest cells."""
    heavy, total = sorted(weights, reverse=True), sum(weights)
    found, place, below = [], 0, Fraction(0)
    spend(60 * len(nodes))
    for node in nodes:
        weight = Fraction(node, UNIT) * total
        while below + heavy[place] < weight:
            below, place = below + heavy[place], place + 1
        found.append(int((place + (weight - below) / heavy[place]) / len(weights) * UNIT))
    return found


def one_more(lines: Lines, bounds: list[int], share: Fraction, caps: Sequence[int] = ()) -> list[int]:
    """The bounds at the nodes after one more sample, which moves with the probability `share`.

    `caps` are other bounds at the nodes after it, and hold on the whole cell to the right of each.
    """
    bits = max(
        (abs(mean).bit_length() for _, ends in lines for pair in ends[:1] + ends[-1:] for mean in pair), default=0
    )
    spend(len(lines) * len(bounds) * (30 + (bits >> 3)))
    before = list(pairwise(bounds))
    cells = [
        min(ways, key=sum)
        for ways in zip(before, *(chords(height, mean, bounds) for height, mean in lines), strict=True)
    ]
    new, (part, whole) = [0] * len(bounds), share.as_integer_ratio()
    for i, (old, moved) in enumerate(zip(before[:-2], cells, strict=False)):
        found = [x - part * (x - y) // whole for x, y in zip(old, moved, strict=True)]
        if caps and 2 * caps[i] < sum(found):
            found = [caps[i]] * 2
        for k, bound in enumerate(found, i):
            new[k] = max(new[k], bound)
    return list(accumulate(reversed(new), max))[::-1]


def chords(heights: list[int], means: list[tuple[int, int]], bounds: list[int]) -> list[tuple[int, ...]]:
    """For each cell the values at its two means of a line above all bounds from there on: a side of their hull."""
    hull, places = [len(bounds) - 1], [-2 * heights[-1]]  # the corners so far, and minus their heights twice
    found: list[tuple[int, ...]] = []
    for i in reversed(range(len(means))):
        x, f = heights[i], bounds[i]
        while len(hull) > 1:
            far, near = hull[-2:]
            if (bounds[near] - f) * (heights[far] - x) > (bounds[far] - f) * (heights[near] - x):
                break  # the nearer is above the line to the farther
            hull.pop()
            places.pop()
        hull.append(i)
        places.append(-2 * x)
        side = max(1, bisect_right(places, -sum(means[i]), hi=len(hull) - 1))
        left, right = hull[side], hull[side - 1]
        fall, run = bounds[left] - bounds[right], heights[right] - heights[left]
        found.append(tuple([max(0, bounds[left] - fall * (mean - heights[left]) // run) for mean in means[i]]))
    return found[::-1]
