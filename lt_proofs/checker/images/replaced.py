"""Linear functions of images, replaced node after node back to the inputs (Mathematics 9.12).

A row is a function a . z + g . d + constant of the images of some nodes, where z is the ticket's value of an entry and
d what it exceeds the target's by. Coefficients count units of 2^-COEF. Those of a node are held for each channel in one
list, row after row, with one entry for each pixel. Constants, radii and losses count units of 2^-(VALUE + COEF): a
radius is multiplied by the same unknown number between -1 and 1 in all rows, what a row loses by rounding is its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import lcm
from operator import add
from typing import NamedTuple

from data.limits import COST
from data.products import product
from differences.layers import upward
from differences.neurons import SLOPE, VALUE
from errors import spend
from images.graph import Node
from images.known import Known
from images.relaxed import Strip
from images.spans import divisors
from images.weights import Weights
from shapes import Matrix

COEF = 64


class Coefficients(NamedTuple):
    """The coefficients of z and of d at the entries of one image; without d the function does not depend on it."""

    z: Matrix
    d: Matrix | None


def walk_back(known: Known, number: int, coefficients: Coefficients, count: int) -> Walk:
    """So many rows over the image of a node as functions of the inputs."""
    walk = Walk(known, count)
    walk.put(number, coefficients)
    for place in range(number, 0, -1):
        if place in walk.rows:
            walk.replace(place)
    return walk


class Walk:
    """Rows on their way back to the inputs: coefficients of the nodes that they depend on now, constants and radii.

    At the input `bends` has the coefficients of relu(x). `columns` has every radius times its coefficient in each row,
    in units of 2^-(COEF + VALUE + SLOPE).
    """

    def __init__(self, known: Known, count: int) -> None:
        self.known, self.count = known, count
        self.rows: dict[int, Coefficients] = {}
        self.bends: Matrix | None = None
        self.constants, self.losses = [0] * count, [0] * count
        self.columns: list[list[int]] = []

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
            self.put(node.of[0], self.before_relu(node, mine))
        elif node.op == "max":
            self.put(node.of[0], self.before_max(place, node, mine))
        elif node.op == "mean":
            self.put(node.of[0], self.before_mean(node, mine))
        else:
            for source in node.of:
                self.put(source, mine)

    def charge(self, place: int, *, with_gaps: bool) -> None:
        """Add what rounding the coefficients of a node may cost."""
        z, d, _ = self.known.total(place)
        self.lose(z + (d if with_gaps else 0))

    def lose(self, amount: int) -> None:
        """Add an amount to what each row may have lost."""
        self.losses = [loss + amount for loss in self.losses]

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
        self.lose(self.known.total(source)[2])
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
            shift = weights.bits - VALUE
            self.constants = [c + upward(total, shift) for c, total in zip(self.constants, totals, strict=True)]
            self.lose(1)

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
        """Replace relu(h) by strips, for the entries h of a node."""
        result = [self.narrowed(*pair)[0] for pair in zip(bends, self.known.relu(place), strict=True)]
        self.charge(place, with_gaps=False)
        return result

    def narrowed(self, flat: Sequence[int], strips: Sequence[Strip]) -> tuple[list[int], list[int]]:
        """Coefficients of what strips stand for, times their tilts and their shares, rounded down."""
        spend(COST["relaxed"] * 6 * len(flat))
        tilts, shares, middles, radii = ([*side] * self.count for side in zip(*strips, strict=True))
        moved = self.each([a * m for a, m in zip(flat, middles, strict=True)], len(strips))
        self.constants = [c + upward(more, SLOPE) for c, more in zip(self.constants, moved, strict=True)]
        self.lose(1)
        spread = [a * r for a, r in zip(flat, radii, strict=True)]
        parts = [spread[at : at + len(strips)] for at in range(0, len(spread), len(strips))]
        self.columns += [list(column) for column in zip(*parts, strict=True) if any(column)]
        return (
            [a * t >> SLOPE for a, t in zip(flat, tilts, strict=True)],
            [a * s >> SLOPE for a, s in zip(flat, shares, strict=True)],
        )

    def before_relu(self, node: Node, mine: Coefficients) -> Coefficients:
        """Replace relu(z) and its difference by strips."""
        source = node.of[0]
        values = self.relaxed(source, mine.z)
        if mine.d is None:
            return Coefficients(values, None)
        pairs = [self.narrowed(*pair) for pair in zip(mine.d, self.known.delta(source), strict=True)]
        self.charge(source, with_gaps=True)
        return Coefficients(sums(values, [tilts for tilts, _ in pairs]), [shares for _, shares in pairs])

    def before_max(self, place: int, node: Node, mine: Coefficients) -> Coefficients:
        """Replace a max pooling by the entry that is the largest, or by intervals where it is not sure which one is."""
        found, pixels = self.known.pool(place), self.known.nodes[node.of[0]].pixels
        values = self.picked(node, pixels, mine.z, found.own, found.z)
        return Coefficients(values, mine.d and self.picked(node, pixels, mine.d, found.both, found.d))

    def picked(
        self, node: Node, pixels: int, side: Matrix, chosen: list[list[int]], strips: list[list[Strip]]
    ) -> Matrix:
        """Coefficients of the chosen entries of each window; where none is chosen a strip takes its place."""
        spend(COST["scattered"] * 2 * len(side) * len(side[0]))
        channels = []
        for flat, places, row_strips in zip(side, chosen, strips, strict=True):
            rows = [[0] * (pixels + 1) for _ in range(self.count)]
            for row, start in zip(rows, range(0, len(flat), node.pixels), strict=True):
                for p, value in zip(places, flat[start : start + node.pixels], strict=True):
                    row[p] += value
            channels.append([value for row in rows for value in row[:-1]])
            open_strips = [strip if p < 0 else Strip(0, 0, 0, 0) for p, strip in zip(places, row_strips, strict=True)]
            self.narrowed(flat, open_strips)
        return channels

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

    def at_inputs(self) -> Iterator[tuple[list[int], list[int]]]:
        """For each row the coefficients of x and those of relu(x)."""
        node = self.known.nodes[0]
        linear = self.rows[0].z if 0 in self.rows else [[0] * self.count * node.pixels for _ in range(node.channels)]
        bends = self.bends or zeros(linear)
        spend(COST["signs"] * 2 * len(linear) * len(linear[0]))
        for r in range(self.count):
            part = slice(r * node.pixels, (r + 1) * node.pixels)
            flat, bent = (list(chain.from_iterable(row[part] for row in side)) for side in (linear, bends))
            yield flat, bent


def sums(first: Matrix, second: Matrix) -> Matrix:
    """Entry by entry."""
    return [[*map(add, *pair)] for pair in zip(first, second, strict=True)]


def zeros(like: Matrix) -> Matrix:
    """Zeros in the shape of a matrix."""
    return [[0] * len(row) for row in like]


def unit_rows(node: Node) -> Matrix:
    """For each entry of a node the row that is 1 there and 0 elsewhere."""
    rows = [[0] * (node.size * node.pixels) for _ in range(node.channels)]
    for entry in range(node.size):
        rows[entry // node.pixels][entry * node.pixels + entry % node.pixels] = 1 << COEF
    return rows
