"""Bounds of linear functions of images, by replacing node after node back to the inputs (Mathematics 10.4).

A row is a function a . z + g . d + constant of the images of some nodes, where z is the ticket's value of an entry and
d what it exceeds the target's by. Coefficients count units of 2^-COEF. Those of a node are held for each channel in one
list, row after row, with one entry for each pixel. Coefficients are rounded down, and constants pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import lcm
from operator import add
from typing import NamedTuple

from data.limits import COST
from data.products import product
from differences.layers import root_up, upward
from differences.neurons import SLOPE, VALUE, Line, Plane, Span, lines, planes
from errors import spend
from images.graph import Node
from images.spans import Ends, channels_of, divisors
from images.weights import Weights
from shapes import Matrix

COEF = 64


class Coefficients(NamedTuple):
    """The coefficients of z and of d at the entries of one image; without d the function does not depend on it."""

    z: Matrix
    d: Matrix | None


class Relaxed(NamedTuple):
    """What takes the place of relu and of its difference in each entry, and what rounding coefficients may cost."""

    lines: list[list[Line]]
    above: list[list[Plane]]
    below: list[list[Plane]]


class Folded(NamedTuple):
    """What takes the place of max(M, x) = M + relu(x - M) as one entry of a window after the other is met."""

    places: list[list[int]]
    steps: list[list[list[tuple[Line, Plane, Plane]]]]
    slack_z: int
    slack_d: int


class Inputs(NamedTuple):
    """The inputs: every one between two ends, in units of 2^-VALUE, or all of Euclidean norm at most 1."""

    ends: Span
    ball: bool


class Replacing:
    """The nodes of two networks up to one, with what is known of them."""

    def __init__(
        self, nodes: Sequence[Node], weights: dict[int, Weights], ends: Sequence[Ends], inputs: Inputs
    ) -> None:
        self.nodes, self.weights, self.ends, self.inputs = nodes, weights, ends, inputs
        self.relaxed: dict[int, Relaxed] = {}
        self.folded: dict[int, Folded] = {}
        self.totals: dict[int, tuple[int, int]] = {}

    def tops(self, number: int, coefficients: Coefficients, count: int) -> list[int]:
        """Upper bounds of so many rows over the image of a node, in units of 2^-VALUE."""
        walk = Walk(self, count)
        walk.put(number, coefficients)
        for place in range(number, 0, -1):
            if place in walk.rows:
                walk.replace(place)
        return walk.at_inputs()

    def total(self, place: int) -> tuple[int, int]:
        """The sums of the largest positive z and d of a node: what coefficients that are rounded down may cost."""
        if place not in self.totals:
            spend(2 * self.nodes[place].size)
            high = self.ends[place].z.high, self.ends[place].d.high
            self.totals[place] = sum_positive(high[0]), sum_positive(high[1])
        return self.totals[place]

    def lines_of(self, place: int) -> list[list[Line]]:
        """The lines around relu of each entry of a node."""
        spend(COST["neuron"] // 4 * self.nodes[place].size)
        return [[*map(lines, zip(*z, strict=True))] for z, _ in channels_of(self.ends[place])]

    def relu(self, place: int) -> Relaxed:
        """The lines and planes of a ReLU."""
        if place not in self.relaxed:
            source = self.nodes[place].of[0]
            spend(COST["neuron"] * self.nodes[place].size)
            found = [
                [planes(*pair)[:2] for pair in zip(zip(*z, strict=True), zip(*d, strict=True), strict=True)]
                for z, d in channels_of(self.ends[source])
            ]
            above, below = ([[pair[i] for pair in row] for row in found] for i in (0, 1))
            self.relaxed[place] = Relaxed(self.lines_of(source), above, below)
        return self.relaxed[place]

    def fold(self, place: int) -> Folded:
        """The lines and planes of a max pooling."""
        if place not in self.folded:
            node = self.nodes[place]
            windows = [[p for p in row if p >= 0] for row in zip(*node.taps, strict=True)]
            spend(COST["neuron"] * 2 * node.size * len(node.taps))
            steps, slack_z, slack_d = [], 0, 0
            for z, d in channels_of(self.ends[node.of[0]]):
                found = [folded(window, *z, *d) for window in windows]
                steps.append([step for step, _, _ in found])
                slack_z += sum(more for _, more, _ in found)
                slack_d += sum(more for _, _, more in found)
            self.folded[place] = Folded(windows, steps, slack_z, slack_d)
        return self.folded[place]


class Walk:
    """Rows on their way back to the inputs: the coefficients of the nodes that they depend on now, and constants.

    Constants count units of 2^-(VALUE + COEF). At the input `bends` has the coefficients of relu(x).
    """

    def __init__(self, known: Replacing, count: int) -> None:
        self.known, self.count = known, count
        self.rows: dict[int, Coefficients] = {}
        self.bends: Matrix | None = None
        self.constants = [0] * count

    def put(self, place: int, new: Coefficients) -> None:
        """Add coefficients to those of a node; the input is the same for both networks."""
        old = self.rows.get(place)
        if old is None:
            self.rows[place] = new if place else Coefficients(new.z, None)
            return
        spend(COST["copied"] * 2 * len(new.z) * len(new.z[0]))
        gaps = sums(old.d, new.d) if old.d and new.d else old.d or new.d
        self.rows[place] = Coefficients(sums(old.z, new.z), gaps if place else None)

    def replace(self, place: int) -> None:
        """Put a function of earlier nodes that is nowhere smaller in the place of one of this node."""
        node, mine = self.known.nodes[place], self.rows.pop(place)
        if node.op == "layer":
            self.through_layer(place, node, mine)
        elif node.op == "relu":
            self.put(node.of[0], self.before_relu(place, node, mine))
        elif node.op == "max":
            self.put(node.of[0], self.before_max(place, node, mine))
        elif node.op == "mean":
            self.put(node.of[0], self.before_mean(node, mine))
        else:
            for source in node.of:
                self.put(source, mine)

    def charge(self, place: int, *, with_gaps: bool) -> None:
        """Add what rounding down the coefficients of a node may cost."""
        z, d = self.known.total(place)
        self.constants = [c + z + (d if with_gaps else 0) for c in self.constants]

    def each(self, flat: Sequence[int], pixels: int) -> Iterator[int]:
        """The sums of what belongs to each row."""
        return (sum(flat[at : at + pixels]) for at in range(0, self.count * pixels, pixels))

    def through_layer(self, place: int, node: Node, mine: Coefficients) -> None:
        """Replace z by T h + bias and d by W d + E h + what its bias exceeds the target's by."""
        weights, source = self.known.weights[place], node.of[0]
        before = self.known.nodes[source]
        self.add_biases(node, weights, mine)
        blocks = 2 if before.signed else 1
        parts = [list[list[int]]() for _ in range(blocks)]
        gaps = list[list[int]]()
        for group in range(node.groups):
            own = slice(group * node.channels // node.groups, (group + 1) * node.channels // node.groups)
            columns = [list(column) for column in zip(*weights.ticket[own], strict=True)]
            right = list(mine.z[own])
            if mine.d is not None:
                errors = zip(*weights.errors[own], strict=True)
                columns = [[*column, *more] for column, more in zip(columns, errors, strict=True)]
                right += mine.d[own]
            found = self.spread(node, before, columns, right, weights.bits)
            inner = before.channels // node.groups
            for block in range(blocks):
                parts[block] += found[block * inner : (block + 1) * inner]
            if mine.d is not None and source:
                transposed = [list(column) for column in zip(*weights.target[own], strict=True)]
                gaps += self.spread(node, before, transposed, mine.d[own], weights.bits)
        self.charge(source, with_gaps=bool(gaps))
        new = gaps or None
        if blocks == 1:
            self.put(source, Coefficients(parts[0], new))
            return
        # N relu(-h) = N relu(h) - N h, so the rest is a ReLU of this image; rounding N costs the largest relu(-h)
        lowest = sum_positive([[-v for v in row] for row in self.known.ends[source].z.low])
        self.constants = [c + lowest for c in self.constants]
        bends = sums(*parts)
        linear = [[-v for v in row] for row in parts[1]]
        if source == 0:
            self.bends = bends if self.bends is None else sums(self.bends, bends)
            self.put(0, Coefficients(linear, None))
        else:
            self.put(source, Coefficients(sums(linear, self.relaxed(source, bends)), new))

    def add_biases(self, node: Node, weights: Weights, mine: Coefficients) -> None:
        """Add what the biases make of the rows to their constants."""
        for biases, rows in ((weights.biases, mine.z), (weights.excess, mine.d)):
            if not biases or rows is None:
                continue
            spend(COST["copied"] * len(rows) * len(rows[0]))
            totals = [0] * self.count
            for bias, flat in zip(biases, rows, strict=True):
                totals = [total + bias * more for total, more in zip(totals, self.each(flat, node.pixels), strict=True)]
            self.constants = [
                c + upward(total, weights.bits - VALUE) for c, total in zip(self.constants, totals, strict=True)
            ]

    def spread(self, node: Node, before: Node, left: Matrix, right: Matrix, bits: int) -> Matrix:
        """Coefficients of a layer's output, times its kernel, at the pixels that its taps read, rounded down."""
        taps, pixels, outputs = node.taps, before.pixels, node.pixels
        found, channels = product(left, right), list[list[int]]()
        spend(len(left) * (self.count * COST["line"] + COST["scattered"] * len(right[0])))
        for at in range(0, len(left), len(taps)):
            rows = [[0] * (pixels + 1) for _ in range(self.count)]
            for tap, flat in zip(taps, found[at : at + len(taps)], strict=True):
                for row, start in zip(rows, range(0, self.count * outputs, outputs), strict=True):
                    # the last entry takes what lies outside of the image
                    for place, value in zip(tap, flat[start : start + outputs], strict=True):
                        row[place] += value
            channels.append([value >> bits for row in rows for value in row[:-1]])
        return channels

    def relaxed(self, place: int, bends: Matrix) -> Matrix:
        """Replace relu(h) by lines, for the entries h of a node."""
        known, result = self.known.lines_of(place), []
        spend(COST["relaxed"] * 3 * len(bends) * len(bends[0]))
        for flat, row in zip(bends, known, strict=True):
            rises, lifts, floors = ([*side] * self.count for side in zip(*row, strict=True))
            result.append([a * (r if a > 0 else f) >> SLOPE for a, r, f in zip(flat, rises, floors, strict=True)])
            self.raise_by([a * t if a > 0 else 0 for a, t in zip(flat, lifts, strict=True)], len(row))
        self.charge(place, with_gaps=False)
        return result

    def raise_by(self, heights: Sequence[int], pixels: int) -> None:
        """Add heights, in units that are 2^-SLOPE times those of constants."""
        more = self.each(heights, pixels)
        self.constants = [c + upward(height, SLOPE) for c, height in zip(self.constants, more, strict=True)]

    def before_relu(self, place: int, node: Node, mine: Coefficients) -> Coefficients:
        """Replace relu(z) by lines and its difference by planes."""
        source = node.of[0]
        if mine.d is None:
            return Coefficients(self.relaxed(source, mine.z), None)
        found, values, gaps = self.known.relu(place), [], []
        spend(COST["relaxed"] * 10 * len(mine.z) * len(mine.z[0]))
        for a_row, g_row, line, above, below in zip(mine.z, mine.d, *found, strict=True):
            rises, lifts, floors = ([*side] * self.count for side in zip(*line, strict=True))
            tops, bottoms = ([[*side] * self.count for side in zip(*row, strict=True)] for row in (above, below))
            chosen = [
                (g * (p if g > 0 else q), g * (s if g > 0 else t), g * (u if g > 0 else v))
                for g, p, q, s, t, u, v in zip(
                    g_row, tops[0], bottoms[0], tops[1], bottoms[1], tops[2], bottoms[2], strict=True
                )
            ]
            tilts, shares, heights = zip(*chosen, strict=True)
            values.append(
                [a * (r if a > 0 else f) + t >> SLOPE for a, r, f, t in zip(a_row, rises, floors, tilts, strict=True)]
            )
            gaps.append([share >> SLOPE for share in shares])
            self.raise_by(
                [h + (a * t if a > 0 else 0) for a, t, h in zip(a_row, lifts, heights, strict=True)], len(line)
            )
        self.charge(source, with_gaps=True)
        return Coefficients(values, gaps)

    def before_max(self, place: int, node: Node, mine: Coefficients) -> Coefficients:
        """Replace a max pooling entry by entry of each window, from the last one on."""
        found, pixels = self.known.fold(place), self.known.nodes[node.of[0]].pixels
        values, gaps = ([[0] * self.count * pixels for _ in mine.z] for _ in range(2))
        spend(COST["folded"] * len(node.taps) * len(mine.z) * len(mine.z[0]))
        for channel, steps in enumerate(found.steps):
            a_row, g_row = mine.z[channel], [0] * len(mine.z[channel]) if mine.d is None else mine.d[channel]
            heights = []
            for r in range(self.count):
                height, start = 0, r * pixels
                for q, (places, step) in enumerate(zip(found.places, steps, strict=True), r * node.pixels):
                    a, g = a_row[q], g_row[q]
                    if not a and not g:
                        continue
                    for p, (line, above, below) in zip(places[:0:-1], reversed(step), strict=True):
                        plane = above if g > 0 else below
                        x = a * (line.rise if a > 0 else line.floor) + g * plane.slope_z >> SLOPE
                        y = g * plane.slope_d >> SLOPE
                        height += (a * line.lift if a > 0 else 0) + g * plane.height
                        values[channel][start + p] += x
                        gaps[channel][start + p] += y
                        a, g = a - x, g - y
                    values[channel][start + places[0]] += a
                    gaps[channel][start + places[0]] += g
                heights.append(height)
            self.raise_by(heights, 1)
        self.constants = [c + found.slack_z + (0 if mine.d is None else found.slack_d) for c in self.constants]
        return Coefficients(values, None if mine.d is None else gaps)

    def before_mean(self, node: Node, mine: Coefficients) -> Coefficients:
        """Share coefficients among the entries of each window."""
        counts, pixels = divisors(node), self.known.nodes[node.of[0]].pixels
        whole = lcm(*counts)
        shares = [whole // count for count in counts]
        spend(COST["scattered"] * len(node.taps) * 2 * len(mine.z) * len(mine.z[0]))
        sides: list[Matrix | None] = []
        for side in mine:
            if side is None:
                sides.append(None)
                continue
            channels = []
            for flat in side:
                rows = [[0] * (pixels + 1) for _ in range(self.count)]
                for row, start in zip(rows, range(0, len(flat), node.pixels), strict=True):
                    scaled = [v * s for v, s in zip(flat[start : start + node.pixels], shares, strict=True)]
                    for tap in node.taps:
                        for place, value in zip(tap, scaled, strict=True):
                            row[place] += value
                channels.append([value // whole for row in rows for value in row[:-1]])
            sides.append(channels)
        self.charge(node.of[0], with_gaps=mine.d is not None)
        return Coefficients(sides[0] or [], sides[1])

    def at_inputs(self) -> list[int]:
        """The largest values of the rows over the inputs, in units of 2^-VALUE."""
        (low, high), ball = self.known.inputs
        node = self.known.nodes[0]
        if 0 not in self.rows:
            return [upward(constant, COEF) for constant in self.constants]
        linear = self.rows[0].z
        bends = self.bends or zeros(linear)
        spend(COST["signs"] * 2 * len(linear) * len(linear[0]))
        tops = []
        for r, constant in enumerate(self.constants):
            part = slice(r * node.pixels, (r + 1) * node.pixels)
            flat, bent = (list(chain.from_iterable(row[part] for row in side)) for side in (linear, bends))
            right = [*map(add, flat, bent)]
            if ball:
                steep = [max(b, -a, 0) for a, b in zip(flat, right, strict=True)]
                most = root_up(sum(v * v for v in steep)) << VALUE
            elif low >= 0:
                most = sum([v * (high if v > 0 else low) for v in right])
            elif high <= 0:
                most = sum([v * (high if v > 0 else low) for v in flat])
            else:
                most = sum([max(a * low, b * high, 0) for a, b in zip(flat, right, strict=True)])
            tops.append(upward(constant + most, COEF))
        return tops


def folded(
    places: Sequence[int], low: list[int], high: list[int], least: list[int], most: list[int]
) -> tuple[list[tuple[Line, Plane, Plane]], int, int]:
    """The steps of one window, and what rounding the coefficients of x - M and of its difference may cost."""
    first, *rest = places
    (bottom, top), (fall, rise) = (low[first], high[first]), (least[first], most[first])
    steps, slack_z, slack_d = [], 0, 0
    for p in rest:
        z, d = (low[p] - top, high[p] - bottom), (least[p] - rise, most[p] - fall)
        above, below, span = planes(z, d)
        steps.append((lines(z), above, below))
        slack_z, slack_d = slack_z + max(z[1], 0), slack_d + max(d[1], 0)
        fall, rise = max(fall + span[0], min(fall, least[p])), min(rise + span[1], max(rise, most[p]))
        bottom, top = max(bottom, low[p]), max(top, high[p])
    return steps, slack_z, slack_d


def sums(first: Matrix, second: Matrix) -> Matrix:
    """Entry by entry."""
    return [[*map(add, *pair)] for pair in zip(first, second, strict=True)]


def zeros(like: Matrix) -> Matrix:
    """Zeros in the shape of a matrix."""
    return [[0] * len(row) for row in like]


def sum_positive(rows: Matrix) -> int:
    """The sum of the positive entries."""
    return sum(v for row in rows for v in row if v > 0)


def unit_rows(node: Node, places: Sequence[tuple[int, int]]) -> Matrix:
    """For each place, a channel and a pixel, the row that is 1 there and 0 elsewhere, then its opposite."""
    rows = [[0] * (2 * len(places) * node.pixels) for _ in range(node.channels)]
    for number, (channel, pixel) in enumerate(places):
        for sign, at in ((1, 2 * number), (-1, 2 * number + 1)):
            rows[channel][at * node.pixels + pixel] = sign << COEF
    return rows
