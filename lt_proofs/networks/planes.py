"""Bounds of the difference of two networks on many sets of inputs at once, in floats (Mathematics 3.18 to 3.23).

The search runs what the checker will run in integers, on a batch of boxes: intervals of z (the second network before
its ReLUs) and of d (what it is above the first), found by replacing relu(z) by lines and delta = relu(z) - relu(z - d)
by planes, layer after layer back to the inputs. Nothing rests on these floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
# (first network's matrix W, E = T - W, second network's matrix T)
Triple = tuple[Reals, Reals, Reals]
# in layers of at most SMALL neurons fine bounds are found for all of them; the checker has the same number
SMALL = 100
TINY = 1e-300


@dataclass(frozen=True)
class Places:
    """A batch of input sets: boxes, or what of balls lies in them; ``low`` and ``high`` have one row for each set.

    The first layers act on (x, 1), or on (relu(x), 1, relu(-x), 0) where ``signs`` is 2; ``constants`` counts the ones.
    """

    low: Reals
    high: Reals
    constants: int
    signs: int
    centre: Reals | None = None
    radius: float = 0.0

    def upper(self, rows: Reals) -> Reals:
        """Return the largest values of rows, an array of sets x rows x columns, over each set."""
        inputs = self.low.shape[1]
        columns = inputs + self.constants
        positive, constant = rows[..., :inputs], rows[..., inputs:columns].sum(axis=-1)
        negative = rows[..., columns : columns + inputs] if self.signs == 2 else -positive
        low, high = self.low[:, None, :], self.high[:, None, :]
        left = np.where(low >= 0, positive * low, -negative * low)
        right = np.where(high >= 0, positive * high, -negative * high)
        largest = np.maximum(left, right)
        if self.signs == 2:
            largest = np.where((low < 0) & (high > 0), np.maximum(largest, 0), largest)
        over_box: Reals = largest.sum(axis=-1) + constant
        if self.centre is None:
            return over_box
        centre = self.centre[:, None, :]
        value = (positive * np.maximum(centre, 0) + negative * np.maximum(-centre, 0)).sum(axis=-1)
        steep = np.maximum(np.abs(positive) * (high > 0), np.abs(negative) * (low < 0))
        over_ball = value + constant + self.radius * np.sqrt((steep * steep).sum(axis=-1))
        smaller: Reals = np.minimum(over_box, over_ball)
        return smaller


@dataclass(frozen=True)
class Spans:
    """Intervals, sets x neurons."""

    low: Reals
    high: Reals

    def cut(self, low: Reals, high: Reals, places: NDArray[np.int_]) -> Spans:
        """Return the intervals with some of them, at the places, cut by others."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[:, places] = np.maximum(lows[:, places], low)
        highs[:, places] = np.minimum(highs[:, places], high)
        return Spans(lows, np.maximum(highs, lows))

    def times(self, matrix: Reals) -> Spans:
        """Return intervals of the matrix times any vector of the intervals."""
        middle, reach = (self.low + self.high) / 2 @ matrix.T, (self.high - self.low) / 2 @ np.abs(matrix).T
        return Spans(middle - reach, middle + reach)


class Hidden:
    """Lines around relu(z) and planes around delta for the neurons of one hidden layer."""

    def __init__(self, z: Spans, d: Spans) -> None:
        self.rise = chord(z.low, z.high)
        self.lift = np.maximum(np.maximum(-self.rise * z.low, (1 - self.rise) * z.high), 0)
        self.lift[(z.low >= 0) | (z.high <= 0)] = 0
        self.floor = np.where(z.low >= 0, 1.0, np.where(z.high <= 0, 0.0, z.high > -z.low))
        self.values = Spans(np.maximum(z.low, 0), np.maximum(z.high, 0))
        same = (z.low >= 0) & (z.low >= d.high)
        nothing = ~same & (z.high <= 0) & (z.high <= d.low)
        places = vertices(z, d)
        deltas = places[2]
        above, below = slopes(z, d)
        self.above = _planes(places, above, 1, same, nothing)
        self.below = _planes(places, below, -1, same, nothing)
        low = np.where(nothing, 0.0, np.where(same, d.low, deltas.min(axis=0)))
        high = np.where(nothing, 0.0, np.where(same, d.high, deltas.max(axis=0)))
        self.deltas = Spans(low, high)


def chord(low: Reals, high: Reals) -> Reals:
    """Return the slope of the line through the ends of relu on each interval."""
    inside = (low < 0) & (high > 0)
    slope: Reals = np.where(low >= 0, 1.0, np.where(inside, high / np.where(inside, high - low, 1), 0.0))
    return slope


def vertices(z: Spans, d: Spans) -> Reals:
    """Return (z, d, delta) at the points where a plane above or below delta has to be compared with it."""
    zero = np.clip(0.0, z.low, z.high)
    points = [
        (z.low, d.high),
        (z.high, d.low),
        (zero, d.low),
        (zero, d.high),
        (np.clip(d.low, z.low, z.high), d.low),
        (np.clip(d.high, z.low, z.high), d.high),
        (z.low, np.clip(z.low, d.low, d.high)),
        (z.high, np.clip(z.high, d.low, d.high)),
    ]
    first, second = (np.stack(side) for side in zip(*points, strict=True))
    return np.stack([first, second, np.maximum(first, 0) - np.maximum(first - second, 0)])


def slopes(z: Spans, d: Spans) -> tuple[list[tuple[Reals, Reals]], list[tuple[Reals, Reals]]]:
    """Return three pairs of slopes for the planes above, and three for those below."""
    width, fall, rise = np.maximum(z.high - z.low, TINY), -np.minimum(d.low, 0), np.maximum(d.high, 0)
    spread = np.maximum(fall + rise, TINY)
    chord_z, chord_y = chord(z.low, z.high), chord(z.low - d.high, z.high - d.low)
    ones, zeros = np.ones_like(width), np.zeros_like(width)
    above, below = [(chord_z, zeros), (chord_z - 1, ones)], [(-chord_y, chord_y), (1 - chord_y, chord_y)]
    for tried, weight, first, second in ((above, fall, d.high, d.low), (below, rise, d.low, d.high)):
        share = weight / spread
        tilt = (share * first + (1 - share) * second) / width
        usable = np.abs(tilt) <= 1
        tried.insert(0, (np.where(usable, tilt, tried[0][0]), np.where(usable, 1 - share, tried[0][1])))
    return above, below


def _planes(
    places: Reals, tried: list[tuple[Reals, Reals]], sign: int, same: NDArray[np.bool_], nothing: NDArray[np.bool_]
) -> tuple[Reals, Reals, Reals]:
    """Return slopes and heights of the best planes above (sign 1) or below (-1), by the sum of the gaps."""
    found = []
    for slope_z, slope_d in tried:
        rest = sign * (places[2] - slope_z * places[0] - slope_d * places[1])
        height = rest.max(axis=0)
        found.append((len(rest) * height - rest.sum(axis=0), slope_z, slope_d, sign * height))
    best = np.argmin(np.stack([gap for gap, _, _, _ in found]), axis=0)[None]
    sides = (np.stack(side) for side in list(zip(*found, strict=True))[1:])
    slope_z, slope_d, height = (np.take_along_axis(side, best, axis=0)[0] for side in sides)
    stable = same | nothing
    return np.where(stable, 0.0, slope_z), np.where(stable, same * 1.0, slope_d), np.where(stable, 0.0, height)


def output_spans(layers: Sequence[Triple], places: Places) -> tuple[Spans, list[Hidden]]:
    """Return intervals of the outputs' differences on each set, and what was found of the hidden layers."""
    hidden: list[Hidden] = []
    for number, (first, errors, second) in enumerate(layers):
        last = number == len(layers) - 1
        if not hidden:
            z, d = (Spans(-places.upper(-m[None]), places.upper(m[None])) for m in (second, errors))
        else:
            z = hidden[-1].values.times(second)
            carried, fresh = hidden[-1].deltas.times(first), hidden[-1].values.times(errors)
            d = Spans(carried.low + fresh.low, carried.high + fresh.high)
            if not last:
                z = _finer(layers, places, hidden, z, second, None, _open(z))
            both = Spans(np.minimum(z.low, z.low - d.high), np.maximum(z.high, z.high - d.low))
            d = _finer(layers, places, hidden, d, errors, first, np.arange(len(first)) if last else _open(z, both))
        if last:
            return d, hidden
        hidden.append(Hidden(z, d))
    raise ValueError("no layers")


def _open(*spans: Spans) -> NDArray[np.int_]:
    """Return the neurons whose fine bounds are wanted: those with 0 inside an interval, all of a small layer."""
    inside = np.stack([((span.low < 0) & (span.high > 0)).any(axis=0) for span in spans])
    return np.flatnonzero(inside.any(axis=0) | (inside.shape[1] <= SMALL))


def _finer(
    layers: Sequence[Triple],
    places: Places,
    hidden: Sequence[Hidden],
    spans: Spans,
    values: Reals,
    gaps: Reals | None,
    chosen: NDArray[np.int_],
) -> Spans:
    if not len(chosen):
        return spans
    rows = np.concatenate([values[chosen], -values[chosen]])
    more = None if gaps is None else np.concatenate([gaps[chosen], -gaps[chosen]])
    tops = upper_bounds(layers, places, hidden, rows, more)
    return spans.cut(-tops[:, len(chosen) :], tops[:, : len(chosen)], chosen)


def upper_bounds(
    layers: Sequence[Triple], places: Places, hidden: Sequence[Hidden], rows: Reals, gaps: Reals | None
) -> Reals:
    """Return upper bounds of rows over the last of some hidden layers, sets x rows; ``gaps`` multiply delta."""
    sets = len(places.low)
    values = np.broadcast_to(rows, (sets, *rows.shape))
    deltas = None if gaps is None else np.broadcast_to(gaps, (sets, *gaps.shape))
    constants: Reals = np.zeros(values.shape[:2])
    for (first, errors, second), neurons in zip(reversed(layers[: len(hidden)]), reversed(hidden), strict=True):
        up, down = np.maximum(values, 0), np.minimum(values, 0)
        values = up * neurons.rise[:, None] + down * neurons.floor[:, None]
        constants = constants + np.einsum("brm,bm->br", up, neurons.lift)
        if deltas is None:
            values = values @ second
            continue
        up, down = np.maximum(deltas, 0), np.minimum(deltas, 0)
        (a, b, c), (e, f, g) = ([side[:, None] for side in plane] for plane in (neurons.above, neurons.below))
        values = values + up * a + down * e
        deltas = up * b + down * f
        constants = constants + (up * c + down * g).sum(axis=-1)
        values, deltas = values @ second + deltas @ errors, deltas @ first
    return places.upper(values) + constants


def bounds(layers: Sequence[Triple], places: Places) -> Reals:
    """Return an upper bound of the Euclidean distance of the outputs on each set."""
    spans, _ = output_spans(layers, places)
    size: Reals = np.linalg.norm(np.maximum(-spans.low, spans.high), axis=1)
    return size


def same_class(
    layers: Sequence[Triple], places: Places, hidden: Sequence[Hidden], number: int, margin: float
) -> NDArray[np.bool_]:
    """Return on which sets both networks have this output above all others, by a margin in proportion to the rows."""
    first, _, second = layers[-1]
    others = np.arange(len(first)) != number
    ours, theirs = (matrix[others] - matrix[number] for matrix in (second, first))
    tops = np.hstack(
        [upper_bounds(layers, places, hidden, ours, None), upper_bounds(layers, places, hidden, theirs, -theirs)]
    )
    sizes = np.abs(tops).max(axis=1, keepdims=True, initial=0)
    proved: NDArray[np.bool_] = (tops < -margin * sizes).all(axis=1)
    return proved
