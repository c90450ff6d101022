"""Random pairs of small networks, and what they do exactly: an oracle in whole numbers for the checker's bounds.

Weights count units of 2^-BITS, inputs units of 2^-50, which are those of the checker's intervals.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise, product

VALUE = 50


class Instance:
    """Two networks of the same shape as (first, second) matrices, a box, and perhaps the ball around its centre."""

    def __init__(self, rng, most_width=4, most_depth=4, inputs=None):
        depth, self.bits = rng.randint(1, most_depth), rng.choice([4, 48, 60])
        widths = [inputs or rng.randint(1, 3), *(rng.randint(1, most_width) for _ in range(depth))]
        self.inputs, self.constants, self.signs = widths[0], rng.randint(0, 1), rng.randint(1, 2)
        size, change = 1 << self.bits, 1 << max(self.bits - rng.choice([1, 7, 20, 40]), 0)
        self.layers = []
        for number, (columns, rows) in enumerate(pairwise(widths)):
            columns = (columns + self.constants) * self.signs if number == 0 else columns
            first = [[rng.randint(-size, size) * rng.choice([0, 1, 1, 1]) for _ in range(columns)] for _ in range(rows)]
            second = [[v + rng.randint(-change, change) * rng.choice([0, 1, 1]) for v in row] for row in first]
            self.layers.append((first, second))
        width = rng.choice([0, 8, 30, 46, 50])
        lows = [rng.randint(-1 << VALUE, 1 << VALUE) for _ in range(self.inputs)]
        self.ends = [(low, low + rng.randint(0, 1 << width)) for low in lows]
        self.ball = None
        if rng.random() < 0.3:
            centre = [(low + high) // 2 for low, high in self.ends]
            self.ball = centre, max(high - low for low, high in self.ends) * rng.choice([1, 2]) // 2

    def checked(self, checker, ends=None):
        """The checker's bounds of it."""
        layers = [checker.layers.Layer(first, second, self.bits) for first, second in self.layers]
        ball = None if self.ball is None or ends else ([(c, c) for c in self.ball[0]], self.ball[1])
        inputs = checker.inputs.Inputs(ends or self.ends, self.constants, self.signs, ball)
        return checker.gaps.Difference(layers, inputs)

    def points(self, rng, count):
        """Corners and points inside the box, and inside the ball."""
        corners = list(product(*self.ends)) if self.inputs < 4 else []
        inside = [tuple(rng.randint(low, high) for low, high in self.ends) for _ in range(count)]
        zeros = [tuple(min(max(0, low), high) for low, high in self.ends)]
        return [point for point in corners + inside + zeros if self._in_ball(point)]

    def _in_ball(self, point):
        if self.ball is None:
            return True
        centre, radius = self.ball
        return sum((a - b) ** 2 for a, b in zip(point, centre, strict=True)) <= radius**2

    def exactly(self, point):
        """(z, d) of every layer at a point, in units of 2^-(50 + bits * layers so far), and the bits of each layer."""
        parts = [*point] if self.signs == 1 else [max(v, 0) for v in point]
        parts += [1 << VALUE] * self.constants
        if self.signs == 2:
            parts += [max(-v, 0) for v in point] + [0] * self.constants
        ours = theirs = parts
        found = []
        for number, (first, second) in enumerate(self.layers):
            if number:
                ours, theirs = [max(v, 0) for v in ours], [max(v, 0) for v in theirs]
            ours, theirs = times(first, ours), times(second, theirs)
            found.append(([(z, z - y) for z, y in zip(theirs, ours, strict=True)], self.bits * (number + 1)))
        return found


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def violations(instance, difference, points):
    """Values outside the checker's intervals, at the outputs and behind the ReLUs."""
    bad = []
    for point in points:
        *hidden, (outputs, bits) = instance.exactly(point)
        for (_, d), (low, high) in zip(outputs, difference.outputs, strict=True):
            if not low << bits <= d <= high << bits:
                bad.append(("output", point))
        if sum(d * d for _, d in outputs) > difference.square() << 2 * bits:
            bad.append(("norm", point))
        for (values, bits), neurons in zip(hidden, difference.hidden, strict=True):
            for (z, d), (low, high), (least, most) in zip(values, neurons.values, neurons.deltas, strict=True):
                h, delta = max(z, 0), max(z, 0) - max(z - d, 0)
                if not (low << bits <= h <= high << bits and least << bits <= delta <= most << bits):
                    bad.append(("hidden", point))
    return bad


def largest_squared(instance):
    """The exact largest squared difference of two networks of one or two inputs on their box, as a Fraction.

    The box is cut by the lines on which a neuron of either network is 0; on each cell both are affine, so the norm of
    their difference is largest at a vertex of a cell.
    """
    (a, b), (c, d) = (*instance.ends, (0, 0))[:2] if instance.inputs == 2 else (instance.ends[0], (0, 1))
    cells = [[(Fraction(x), Fraction(y)) for x, y in ((a, c), (b, c), (b, d), (a, d))]]
    signs = instance.signs == 2
    for place in range(instance.inputs if signs else 0):
        cells = [part for cell in cells for part in cut(cell, [*(int(k == place) for k in range(2)), 0])]
    best = Fraction(0)
    for cell in cells:
        middle = [sum(p[k] for p in cell) / len(cell) for k in range(2)]
        unit = [[1, 0, 0], [0, 1, 0]][: instance.inputs]
        one = [[0, 0, Fraction(1 << VALUE)]] * instance.constants
        rows = unit + one
        if signs:
            up = [[v * (middle[k] > 0) for v in row] for k, row in enumerate(unit)]
            down = [[-v * (middle[k] <= 0) for v in row] for k, row in enumerate(unit)]
            rows = up + one + down + [[0, 0, 0]] * instance.constants
        best = max(best, _largest(instance, 0, cell, rows, rows))
    return best


def _largest(instance, number, cell, ours, theirs):
    """On a cell on which all is affine up to here: rows are (coefficient, coefficient, constant)."""
    first, second = instance.layers[number]
    ours, theirs = ([affine(row, rows) for row in matrix] for matrix, rows in ((first, ours), (second, theirs)))
    if number == len(instance.layers) - 1:
        gaps = [[a - b for a, b in zip(*pair, strict=True)] for pair in zip(theirs, ours, strict=True)]
        scale = Fraction(1, 1 << instance.bits * (number + 1))
        return max(sum((at(row, p) * scale) ** 2 for row in gaps) for p in cell)
    cells = [cell]
    for row in ours + theirs:
        cells = [part for old in cells for part in cut(old, row)]
    best = Fraction(0)
    for part in cells:
        middle = [sum(p[k] for p in part) / len(part) for k in range(2)]
        on = [[row if at(row, middle) > 0 else [0, 0, 0] for row in rows] for rows in (ours, theirs)]
        best = max(best, _largest(instance, number + 1, part, *on))
    return best


def affine(weights, rows):
    return [sum(w * row[k] for w, row in zip(weights, rows, strict=True)) for k in range(3)]


def at(row, point):
    return row[0] * point[0] + row[1] * point[1] + row[2]


def cut(cell, row):
    """The parts of a convex polygon on both sides of a line; parts without area are left out if the other has some."""
    values = [at(row, p) for p in cell]
    if min(values) >= 0 or max(values) <= 0:
        return [cell]
    sides = ([], [])
    for k, p in enumerate(cell):
        v, w, q = values[k], values[(k + 1) % len(cell)], cell[(k + 1) % len(cell)]
        for side, sign in zip(sides, (1, -1), strict=True):
            if sign * v >= 0:
                side.append(p)
            if v * w < 0:
                side.append(tuple(a + (b - a) * v / (v - w) for a, b in zip(p, q, strict=True)))
    return list(sides)


def seeded(seed, **sizes):
    """A random instance and the source of its points."""
    rng = random.Random(seed)
    return Instance(rng, **sizes), rng
