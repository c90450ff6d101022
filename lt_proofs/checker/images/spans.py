"""Intervals of every entry of every image, and of what the ticket's image exceeds the target's by (Mathematics 10.3).

All ends are integers in units of 2^-VALUE, rounded outwards. A layer's ends are those of its kernel times the
intervals, channel by channel and tap by tap; a convolution is never a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add, itemgetter, sub
from typing import NamedTuple

from data.limits import COST, ROOM, product_room, room_for
from data.products import most_bits, product
from differences.layers import root_up, upward
from differences.neurons import VALUE, Span
from errors import spend
from images.graph import Node
from images.weights import Weights
from shapes import Matrix


class Spans(NamedTuple):
    """The lower and the upper ends of an image: for each channel a list with one entry for each pixel."""

    low: Matrix
    high: Matrix


class Ends(NamedTuple):
    """What is known of a node: the values z of the ticket, and d, which is z minus what the target has."""

    z: Spans
    d: Spans


def spend_entries(node: Node, each: int) -> None:
    """Count work for every entry of an image."""
    spend(COST["line"] * node.channels + each * node.size)


def negated(spans: Spans) -> Spans:
    """The intervals of the opposites."""
    return Spans(*([[-v for v in row] for row in side] for side in (spans.high, spans.low)))


def positive(spans: Spans) -> Spans:
    """The intervals behind a ReLU."""
    return Spans(*([[max(v, 0) for v in row] for row in side] for side in spans))


def added(first: Spans, second: Spans) -> Spans:
    """The intervals of sums."""
    pairs = zip(first, second, strict=True)
    return Spans(*([[*map(add, *rows)] for rows in zip(*sides, strict=True)] for sides in pairs))


def cut(first: Spans, second: Spans) -> Spans:
    """The intersections of intervals that hold the same numbers."""
    lows, highs = ([*zip(a, b, strict=True)] for a, b in zip(first, second, strict=True))
    return Spans([[*map(max, *rows)] for rows in lows], [[*map(min, *rows)] for rows in highs])


def behind_layer(node: Node, source: Ends, weights: Weights, *, signed: bool, ball: bool = False) -> Ends:
    """The intervals behind a layer: z = T h + bias of the ticket, d = W d + E h + the excess of its bias.

    `ball` says that the layer reads inputs of Euclidean norm at most 1.
    """
    values = source.z
    if signed:
        both = zip(positive(values), positive(negated(values)), strict=True)
        values = Spans(*([*one, *other] for one, other in both))
    blocks = 2 if signed else 1
    z = convolved(node, weights.ticket, values, weights.bits, blocks)
    fresh = convolved(node, weights.errors, values, weights.bits, blocks)
    if ball and node.win.mode == "zeros":
        z, fresh = (
            cut(*pair)
            for pair in (
                (z, on_ball(node, weights.ticket, weights.bits)),
                (fresh, on_ball(node, weights.errors, weights.bits)),
            )
        )
    carried = convolved(node, weights.target, source.d, weights.bits, 1)
    return Ends(shifted(z, weights.biases, weights.bits), shifted(added(carried, fresh), weights.excess, weights.bits))


def on_ball(node: Node, kernel: Matrix, bits: int) -> Spans:
    """The intervals of a kernel of two signs over the unit ball, where each output reads no pixel twice."""
    half = len(kernel[0]) // 2
    ones = [[1] * node.win.pixels] * (half // len(node.taps))
    seen, ends = patches(node, ones), list[Matrix]()
    for sign in (-1, 1):
        # for x > 0 one entry counts, for x < 0 the other, and of each pair the larger one, if it is positive
        steep = [[max(sign * a, sign * b, 0) ** 2 for a, b in zip(row, row[half:], strict=False)] for row in kernel]
        spend(4 * len(kernel) * half)
        squares = product(steep, seen)
        spend(COST["near"] * len(squares) * len(seen[0]))
        ends.append([[sign * upward(root_up(v << 2 * VALUE), bits) for v in row] for row in squares])
    return Spans(*ends)


def shifted(spans: Spans, biases: Sequence[int], bits: int) -> Spans:
    """The intervals of a channel plus its bias, which is in units of 2^-bits."""
    if not biases:
        return spans
    lows = [[v - upward(-bias, bits - VALUE) for v in row] for bias, row in zip(biases, spans.low, strict=True)]
    return Spans(lows, [[v + upward(b, bits - VALUE) for v in row] for b, row in zip(biases, spans.high, strict=True)])


def convolved(node: Node, kernel: Matrix, spans: Spans, bits: int, blocks: int) -> Spans:
    """The intervals of a kernel, in units of 2^-bits, times those of so many images, one behind the other."""
    channels = len(spans.low) // blocks
    inner, low, high = channels // node.groups, list[list[int]](), list[list[int]]()
    sums = [[*map(add, *rows)] for rows in zip(*spans, strict=True)]
    widths = [[*map(sub, *rows)] for rows in zip(spans.high, spans.low, strict=True)]
    spend(2 * COST["line"] * len(sums) + 2 * sum(map(len, sums)))
    terms, pixels = blocks * inner * len(node.taps), len(node.taps[0])
    longest = most_bits(kernel), max(map(most_bits, (sums, widths)))
    room_for(
        ROOM["base"] + 2 * product_room(node.channels // node.groups, terms, pixels, *longest) + 16 * terms * pixels
    )
    for group in range(node.groups):
        places = [b * channels + i for b in range(blocks) for i in range(group * inner, (group + 1) * inner)]
        rows = kernel[group * node.channels // node.groups : (group + 1) * node.channels // node.groups]
        middle = product(rows, patches(node, [sums[i] for i in places]))
        reach = product([[*map(abs, row)] for row in rows], patches(node, [widths[i] for i in places]))
        low += [
            [-upward(b - a, bits + 1) for a, b in zip(*pair, strict=True)] for pair in zip(middle, reach, strict=True)
        ]
        high += [
            [upward(a + b, bits + 1) for a, b in zip(*pair, strict=True)] for pair in zip(middle, reach, strict=True)
        ]
    spend_entries(node, 6)
    return Spans(low, high)


def patches(node: Node, image: Matrix) -> Matrix:
    """For each channel and tap what the tap reads at every output position: 0 outside of the image."""
    spend(len(image) * len(node.taps) * (COST["line"] + COST["place"] * len(node.taps[0])))
    readers = [reader(tap) for tap in node.taps]
    return [[*read([*row, 0])] for row in image for read in readers]


def reader(tap: Sequence[int]) -> Callable[[list[int]], Sequence[int]]:
    """What reads the entries of a tap from a row with a 0 at its end, which stands for what lies outside."""
    return itemgetter(*tap) if len(tap) > 1 else lambda row: [row[tap[0]]]


def behind_relu(node: Node, source: Ends) -> Ends:
    """The intervals behind a ReLU; those of d are the best that follow from z and d."""
    spend_entries(node, 16)
    deltas = [[*map(delta_span, zip(*z, strict=True), zip(*d, strict=True))] for z, d in channels_of(source)]
    return Ends(positive(source.z), Spans(*([[span[i] for span in row] for row in deltas] for i in (0, 1))))


def channels_of(ends: Ends) -> list[tuple[tuple[list[int], list[int]], tuple[list[int], list[int]]]]:
    """For each channel the ends of z and those of d."""
    return list(zip(zip(*ends.z, strict=True), zip(*ends.d, strict=True), strict=True))


def delta_span(z: Span, d: Span) -> Span:
    """The range of relu(z) - relu(z - d): it grows with d; with z it grows where d > 0, and falls where d < 0."""
    (low, high), (least, most) = z, d
    return delta(low if least >= 0 else high, least), delta(high if most >= 0 else low, most)


def delta(z: int, d: int) -> int:
    """What relu makes of a difference d."""
    return max(z, 0) - max(z - d, 0)


def behind_max(node: Node, source: Ends) -> Ends:
    """The intervals behind a max pooling; d lies between those of the entries that can be the largest."""
    windows = [[p for p in row if p >= 0] for row in zip(*node.taps, strict=True)]
    spend_entries(node, COST["compared"] * len(node.taps))
    found = [[largest_of(places, *z, *d) for places in windows] for z, d in channels_of(source)]
    low_z, high_z, low_d, high_d = ([[entry[i] for entry in row] for row in found] for i in range(4))
    return Ends(Spans(low_z, high_z), Spans(low_d, high_d))


def largest_of(
    places: Sequence[int], low: list[int], high: list[int], least: list[int], most: list[int]
) -> tuple[int, int, int, int]:
    """The ends of the largest entry of a window in the ticket, and of what it exceeds the target's by."""
    own, other = max([low[p] for p in places]), max([low[p] - most[p] for p in places])
    return (
        own,
        max([high[p] for p in places]),
        # an entry that is the largest of the target exceeds it by its own d at least, as the ticket's is no smaller
        min([least[p] for p in places if high[p] - least[p] >= other]),
        max([most[p] for p in places if high[p] >= own]),
    )


def behind_mean(node: Node, source: Ends) -> Ends:
    """The intervals behind a mean pooling."""
    counts = divisors(node)
    spend_entries(node, COST["line"] + 2 * len(node.taps))
    sums = [[[*map(sum, zip(*patches(node, [row]), strict=True))] for row in side] for pair in source for side in pair]
    low_z, high_z, low_d, high_d = sums
    spans = [
        Spans(
            [[v // m for v, m in zip(row, counts, strict=True)] for row in low],
            [[-(-v // m) for v, m in zip(row, counts, strict=True)] for row in high],
        )
        for low, high in ((low_z, high_z), (low_d, high_d))
    ]
    return Ends(*spans)


def divisors(node: Node) -> list[int]:
    """What the sum of each window of a mean is divided by."""
    if node.counted:
        return [len(node.taps)] * len(node.taps[0])
    return [sum(p >= 0 for p in row) for row in zip(*node.taps, strict=True)]


def behind_sum(node: Node, sources: Sequence[Ends]) -> Ends:
    """The intervals of a sum of images."""
    spend_entries(node, 4 * len(sources))
    return Ends(reduce(added, [one.z for one in sources]), reduce(added, [one.d for one in sources]))
