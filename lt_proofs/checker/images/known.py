"""What is known of two networks: the intervals of every node, and what takes the place of ReLUs and max poolings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from data.limits import COST
from differences.neurons import Span
from errors import spend
from images.graph import Node
from images.relaxed import Strip, delta_strip, interval_strip, largest, relu_strip
from images.spans import Ends, channels_of
from images.weights import Weights
from shapes import Matrix


class Pool(NamedTuple):
    """For each channel and window of a max pooling: the entry that is the largest, or -1; and intervals as strips."""

    own: list[list[int]]
    both: list[list[int]]
    z: list[list[Strip]]
    d: list[list[Strip]]


class Inputs(NamedTuple):
    """The inputs: every one between two ends, in units of 2^-VALUE, or all of Euclidean norm at most 1."""

    ends: Span
    ball: bool


class Known:
    """The nodes of two networks, with the intervals of those that were followed so far."""

    def __init__(
        self, nodes: Sequence[Node], weights: dict[int, Weights], ends: Sequence[Ends], inputs: Inputs
    ) -> None:
        self.nodes, self.weights, self.ends, self.inputs = nodes, weights, ends, inputs
        self.strips: dict[tuple[int, str], list[list[Strip]]] = {}
        self.pools: dict[int, Pool] = {}
        self.totals: dict[int, tuple[int, int, int]] = {}

    def total(self, place: int) -> tuple[int, int, int]:
        """The sums of the largest |z|, |d| and |min(z, 0)| of a node: what rounding each coefficient may cost."""
        if place not in self.totals:
            spend(5 * self.nodes[place].size)
            z, d = self.ends[place]
            lowest = sum(-v for row in z.low for v in row if v < 0)
            self.totals[place] = (*(sum_largest(side.low, side.high) for side in (z, d)), lowest)
        return self.totals[place]

    def relu(self, place: int) -> list[list[Strip]]:
        """The strips around relu of the entries of a node."""
        if (place, "z") not in self.strips:
            spend(COST["neuron"] // 4 * self.nodes[place].size)
            self.strips[place, "z"] = [
                [*map(relu_strip, zip(*z, strict=True))] for z, _ in channels_of(self.ends[place])
            ]
        return self.strips[place, "z"]

    def delta(self, place: int) -> list[list[Strip]]:
        """The strips around what relu makes of the differences of a node."""
        if (place, "d") not in self.strips:
            spend(COST["neuron"] * self.nodes[place].size)
            self.strips[place, "d"] = [
                [*map(delta_strip, zip(*z, strict=True), zip(*d, strict=True))]
                for z, d in channels_of(self.ends[place])
            ]
        return self.strips[place, "d"]

    def pool(self, place: int) -> Pool:
        """What takes the place of a max pooling."""
        if place not in self.pools:
            node = self.nodes[place]
            windows = [[p for p in row if p >= 0] for row in zip(*node.taps, strict=True)]
            spend(COST["compared"] * 2 * node.size * (len(node.taps) + 4))
            found = [[largest(places, *z, *d) for places in windows] for z, d in channels_of(self.ends[node.of[0]])]
            own, both = ([[pair[i] for pair in row] for row in found] for i in (0, 1))
            z, d = (
                [[*map(interval_strip, zip(*rows, strict=True))] for rows in zip(*side, strict=True)]
                for side in self.ends[place]
            )
            self.pools[place] = Pool(own, both, z, d)
        return self.pools[place]


def sum_largest(low: Matrix, high: Matrix) -> int:
    """The sum of the largest absolute values."""
    return sum(max(-a, b) for rows in zip(low, high, strict=True) for a, b in zip(*rows, strict=True))
