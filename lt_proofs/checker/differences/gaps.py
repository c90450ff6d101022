"""The difference of two networks on one set of inputs: intervals of z and d, layer after layer (Mathematics 3.23)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from data.limits import COST
from differences.backward import Neurons, Rows, dot, opposite, upper_bounds
from differences.inputs import Inputs
from differences.layers import Layer, upward
from differences.neurons import SLOPE, VALUE, Span
from errors import spend
from shapes import Matrix

# in layers of at most SMALL neurons the fine bounds are found for all of them, in others where a sign is open
SMALL = 100
CONSTANT = VALUE + SLOPE


class Difference:
    """Intervals of d for the outputs of two networks, and of z and d for all that comes before."""

    def __init__(self, layers: Sequence[Layer], inputs: Inputs) -> None:
        self.layers, self.inputs = layers, inputs
        self.hidden: list[Neurons] = []
        for layer in layers[:-1]:
            z, d = self._values(layer), self._differences(layer)
            z = self._finer(layer, z, fine_places([(span,) for span in z]), with_gaps=False)
            places = fine_places(
                list(zip(z, [(a - q, b - p) for (a, b), (p, q) in zip(z, d, strict=True)], strict=True))
            )
            d = self._finer(layer, d, places, with_gaps=True)
            self.hidden.append(Neurons(z, d))
        last = self._differences(layers[-1])
        self.outputs = self._finer(layers[-1], last, range(layers[-1].rows), with_gaps=True)

    def square(self) -> int:
        """An upper bound of the squared Euclidean norm of the outputs' differences, in units of 2^(-2 VALUE)."""
        return sum(max(-low, high) ** 2 for low, high in self.outputs)

    def same_class(self, number: int) -> bool:
        """Whether in both networks this output is larger than all others, for every input of the set."""
        layer, others = self.layers[-1], [i for i in range(self.layers[-1].rows) if i != number]
        if not others:
            return True
        spend(COST["step"] + len(others) * (COST["line"] + 4 * COST["copied"] * layer.columns))
        first, second = (leads(matrix, number, others) for matrix in (layer.first, layer.second))
        # each row is the difference of two rounded ones
        slack = 2 * layer.lost(self._most_value(), VALUE - CONSTANT)
        more = slack + 2 * layer.lost(self._most_delta(), VALUE - CONSTANT)
        count = 2 * len(others)
        # the first network's outputs are W (h - delta)
        rows = Rows(
            opposite(first), opposite(leads(layer.first, number, others, -1)), layer.bits, layer.bits, [more] * count
        )
        both = (Rows(opposite(second), None, layer.bits, layer.bits, [slack] * count), rows)
        return all(max(self._upper(rows)[::2]) < 0 for rows in both)

    def _upper(self, rows: Rows) -> list[int]:
        """Upper bounds of rows over the last hidden layer."""
        return upper_bounds(rows, self.layers[: len(self.hidden)], self.hidden, self.inputs)

    def _most_value(self) -> int:
        return self.hidden[-1].most_value if self.hidden else self.inputs.total

    def _most_delta(self) -> int:
        return self.hidden[-1].most_delta if self.hidden else 0

    def _values(self, layer: Layer) -> list[Span]:
        """Intervals of z = T h; those of the first layer are best possible."""
        spread = layer.lost(self._most_value())
        if not self.hidden:
            return self._first(layer.second, layer.bits, spread)
        return interval_product(layer.second, self.hidden[-1].values, layer.bits, spread)

    def _differences(self, layer: Layer) -> list[Span]:
        """Intervals of d = W delta + E h."""
        spread = layer.lost_errors(self._most_value())
        if not self.hidden:
            return self._first(layer.errors, layer.error_bits, spread)
        more = layer.lost(self._most_delta())
        carried = interval_product(layer.first, self.hidden[-1].deltas, layer.bits, more)
        fresh = interval_product(layer.errors, self.hidden[-1].values, layer.error_bits, spread)
        return [(a + c, b + d) for (a, b), (c, d) in zip(carried, fresh, strict=True)]

    def _first(self, matrix: Matrix, bits: int, spread: int) -> list[Span]:
        """Intervals of the rows of a first layer."""
        self.inputs.afford(2 * len(matrix))
        highs = [upward(self.inputs.upper(row), bits) + spread for row in matrix]
        lows = [-upward(self.inputs.upper([-v for v in row]), bits) - spread for row in matrix]
        return list(zip(lows, highs, strict=True))

    def _finer(self, layer: Layer, spans: list[Span], places: Sequence[int], *, with_gaps: bool) -> list[Span]:
        """The intervals of some rows of a layer, cut by what replacing all layers before gives; places name them."""
        if not self.hidden or not places:
            return spans
        if with_gaps:
            slack = layer.lost_errors(self._most_value(), VALUE - CONSTANT)
            slack += layer.lost(self._most_delta(), VALUE - CONSTANT)
            values = opposite([layer.errors[i] for i in places])
            gaps: Matrix | None = opposite([layer.first[i] for i in places])
        else:
            slack = layer.lost(self._most_value(), VALUE - CONSTANT)
            values, gaps = opposite([layer.second[i] for i in places]), None
        spend(COST["step"] + COST["copied"] * len(values) * layer.columns)
        unit = layer.error_bits if with_gaps else layer.bits
        rows = Rows(values, gaps, unit, layer.bits, [slack] * len(values))
        tops = self._upper(rows)
        finer = spans.copy()
        for place, high, low in zip(places, tops[::2], tops[1::2], strict=True):
            finer[place] = max(spans[place][0], -low), min(spans[place][1], high)
        return finer


def leads(matrix: Matrix, number: int, others: Sequence[int], sign: int = 1) -> Matrix:
    """How far the other outputs are above this one, as rows over what comes before; with sign -1 their opposites."""
    return [[sign * (a - b) for a, b in zip(matrix[i], matrix[number], strict=True)] for i in others]


def fine_places(spans: Sequence[Sequence[Span]]) -> list[int]:
    """The neurons whose fine bounds are wanted: those with an interval that has 0 inside, or all of a small layer."""
    if len(spans) <= SMALL:
        return list(range(len(spans)))
    return [i for i, group in enumerate(spans) if any(low < 0 < high for low, high in group)]


def interval_product(matrix: Matrix, spans: Sequence[Span], bits: int, spread: int) -> list[Span]:
    """Intervals of a matrix, in units of 2^-bits, times any vector of the intervals, widened by so much."""
    spend(len(matrix) * (COST["line"] + COST["interval"] * len(spans)))
    sums, widths = [low + high for low, high in spans], [high - low for low, high in spans]
    result = []
    for row in matrix:
        middle, reach = dot(row, sums), sum(map(mul, map(abs, row), widths))
        result.append((-upward(reach - middle, bits + 1) - spread, upward(middle + reach, bits + 1) + spread))
    return result
