"""Bounds of linear functions of hidden neurons, by replacing layer after layer (Mathematics 3.21, 3.22).

A row is a function h . values + delta . gaps + constant of a hidden layer, where h are the second network's neurons
behind their ReLUs and delta what they exceed those of the first network by. One step replaces it by a function of the
layer before that is nowhere smaller. Intervals are integers in units of 2^-VALUE, constants in units of 2^-CONSTANT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul

from data.limits import COST
from differences.inputs import Inputs
from differences.layers import ROW, Layer, upward
from differences.neurons import SLOPE, VALUE, Line, Plane, Span, lines, planes
from errors import Malformed, spend
from shapes import Matrix

CONSTANT = VALUE + SLOPE
LARGEST = 2048  # bits of an interval's ends: work is counted by their number, and floats end at 2^1024


class Neurons:
    """What the neurons of one hidden layer do, from intervals of z and d."""

    def __init__(self, z: Sequence[Span], d: Sequence[Span]) -> None:
        spend(COST["neuron"] * len(z))
        if max(max(map(abs, span)) for span in (*z, *d)).bit_length() > LARGEST:
            raise Malformed(f"more work than one file may cost: a neuron with values above 2^{LARGEST - VALUE}")
        found = [planes(*pair) for pair in zip(z, d, strict=True)]
        self.lines: list[Line] = [lines(span) for span in z]
        self.above: list[Plane] = [above for above, _, _ in found]
        self.below: list[Plane] = [below for _, below, _ in found]
        self.deltas: list[Span] = [span for _, _, span in found]
        self.values: list[Span] = [(max(low, 0), max(high, 0)) for low, high in z]
        self.most_value = sum(high for _, high in self.values)
        self.most_delta = sum(max(-low, high) for low, high in self.deltas)
        # a coefficient that is rounded costs at most the size of its variable; where all slopes are 0, it is exact
        self.most_z = sum(max(-z[i][0], z[i][1]) for i in range(len(z)) if self._uses_z(i))
        self.most_d = sum(
            max(-d[i][0], d[i][1]) for i in range(len(z)) if self.above[i].slope_d or self.below[i].slope_d
        )

    def _uses_z(self, i: int) -> bool:
        line = self.lines[i]
        return bool(line.rise or line.floor or self.above[i].slope_z or self.below[i].slope_z)


@dataclass
class Rows:
    """Rows in consecutive pairs that are nearly opposite; values count units of 2^-unit, gaps 2^-gap_unit.

    gap_unit is at most unit. Without gaps the rows do not depend on delta.
    """

    values: Matrix
    gaps: Matrix | None
    unit: int
    gap_unit: int
    constants: list[int]

    def raise_by(self, amount: int) -> None:
        """Add an amount to all constants."""
        self.constants = [constant + amount for constant in self.constants]


def upper_bounds(rows: Rows, layers: Sequence[Layer], hidden: Sequence[Neurons], inputs: Inputs) -> list[int]:
    """Upper bounds of rows over the last of some hidden layers, in units of 2^-VALUE."""
    for place in reversed(range(len(hidden))):
        rows = relaxed(rows, hidden[place])
        before = hidden[place - 1] if place else None
        rows = rounded_rows(rows, hidden[place], layers[place])
        rows = through(rows, layers[place], before, inputs)
    inputs.afford(len(rows.values))
    tops = [upward(inputs.upper(row), rows.unit + VALUE - CONSTANT) for row in rows.values]
    return [upward(top + constant, SLOPE) for top, constant in zip(tops, rows.constants, strict=True)]


def relaxed(rows: Rows, neurons: Neurons) -> Rows:
    """The rows as functions of z and d, nowhere smaller: lines and planes take the place of relu(z) and delta."""
    size = len(rows.values) * len(neurons.lines)
    spend(COST["step"] + (COST["line"] * len(rows.values) + COST["relaxed"] * size) * (1 if rows.gaps is None else 3))
    rises, lifts, floors = zip(*neurons.lines, strict=True)
    values = [[v * (r if v > 0 else f) for v, r, f in zip(row, rises, floors, strict=True)] for row in rows.values]
    heights = [sum([v * t for v, t in zip(row, lifts, strict=True) if t and v > 0]) for row in rows.values]
    constants = [c + upward(top, rows.unit) for c, top in zip(rows.constants, heights, strict=True)]
    if rows.gaps is None:
        return Rows(values, None, rows.unit + SLOPE, rows.gap_unit, constants)
    finer = rows.unit - rows.gap_unit
    above, below = list(zip(*neurons.above, strict=True)), list(zip(*neurons.below, strict=True))
    gaps = []
    for place, row in enumerate(rows.gaps):
        tilts = chosen(row, above[0], below[0])
        values[place] = [v + (t << finer) for v, t in zip(values[place], tilts, strict=True)]
        gaps.append(chosen(row, above[1], below[1]))
        constants[place] += upward(sum(chosen(row, above[2], below[2])), rows.gap_unit)
    return Rows(values, gaps, rows.unit + SLOPE, rows.gap_unit + SLOPE, constants)


def chosen(row: Sequence[int], above: Sequence[int], below: Sequence[int]) -> list[int]:
    """Each coefficient times what belongs to its sign."""
    return [v * (p if v > 0 else q) for v, p, q in zip(row, above, below, strict=True)]


def rounded_rows(rows: Rows, neurons: Neurons, layer: Layer) -> Rows:
    """The rows with coefficients short enough for the layer's products; what rounding may take away is added."""
    gaps = rows.gaps
    spend(COST["copied"] * len(rows.values) * len(neurons.lines) * (1 if gaps is None else 2))
    ahead = 0 if gaps is None else (rows.unit - rows.gap_unit) - (layer.error_bits - layer.bits)
    drop, gap_drop = max(ahead, 0), max(-ahead, 0)
    longest = (longest_row(rows.values) >> drop) + (0 if gaps is None else longest_row(gaps) >> gap_drop)
    more = max(longest.bit_length() - ROW, 0)
    drop, gap_drop = drop + more, gap_drop + more
    unit, gap_unit = rows.unit - drop, rows.gap_unit - gap_drop
    values = [[v >> drop for v in row] for row in rows.values]
    constants = [c + upward(neurons.most_z, unit + VALUE - CONSTANT) for c in rows.constants]
    if gaps is None:
        return Rows(values, None, unit, unit, constants)
    gaps = [[v >> gap_drop for v in row] for row in gaps]
    constants = [c + upward(neurons.most_d, gap_unit + VALUE - CONSTANT) for c in constants]
    return Rows(values, gaps, unit, gap_unit, constants)


def longest_row(rows: Matrix) -> int:
    """The largest sum of absolute values in a row."""
    return max(sum(map(abs, row)) for row in rows)


def through(rows: Rows, layer: Layer, before: Neurons | None, inputs: Inputs) -> Rows:
    """The rows with z = T h and d = W delta + E h in them; what the rounding of T, W and E may change is added."""
    values = layer.times(rows.values, "second")
    most_value = before.most_value if before else inputs.total
    most_delta = before.most_delta if before else 0
    shift = VALUE - CONSTANT
    lengths = [sum(map(abs, row)) * most_value for row in rows.values]
    constants = [c + layer.lost(most, rows.unit + shift) for c, most in zip(rows.constants, lengths, strict=True)]
    gaps = None
    if rows.gaps is not None:
        values = [a + b for a, b in zip(values, layer.times(rows.gaps, "errors"), strict=True)]
        unit = rows.gap_unit + shift
        for place, row in enumerate(rows.gaps):
            length = sum(map(abs, row))
            constants[place] += layer.lost_errors(length * most_value, unit) + layer.lost(length * most_delta, unit)
        if before is not None:
            gaps = [layer.unpack(total) for total in layer.times(rows.gaps, "first")]
    found = [layer.unpack(total) for total in values]
    return Rows(found, gaps, rows.unit + layer.bits, rows.gap_unit + layer.bits, constants)


def opposite(rows: Matrix) -> Matrix:
    """Each row, followed by its opposite."""
    return list(chain.from_iterable((row, [-v for v in row]) for row in rows))


def dot(row: Sequence[int], column: Sequence[int]) -> int:
    """The product of a row and a column."""
    return sum(map(mul, row, column))
