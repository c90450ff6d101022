"""Splits a box of inputs until the difference of two networks is bounded well enough on every part (Mathematics 3.24).

The worst leaf is halved next, along the input for which the sum of both halves' bounds, not counted below the goal, is
smallest; inputs whose range is much smaller than the widest are left alone.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lt_proofs.errors import BadInput
from lt_proofs.networks.domains import Ball, Domain
from lt_proofs.networks.pairs import NetworkPair
from lt_proofs.networks.planes import Places, bounds

Reals = NDArray[np.float64]
Progress = Callable[[int, int, float], None]
LEAF, MOST_INPUTS, MOST_DEPTH = 255, 255, 400
# halving pays for few inputs only: each halving looks at all of them
FEW_INPUTS = 32
# an input is halved only if its range is at least this part of the widest one
NARROWEST = 1 / 6
# leaves that are halved together; worst leaves that are reported; how near the bound comes to what was found
TOGETHER, MOST_WORST, NEAR = 4, 64, 1e-3
# entries of the largest arrays in a batch of boxes
BATCH = 1 << 22


@dataclass(eq=False)
class Node:
    """A box of the tree; ``children`` are its halves along the input ``split``."""

    low: Reals
    high: Reals
    bound: float
    depth: int
    split: int = LEAF
    children: tuple[Node, ...] = ()

    def halves(self, place: int) -> list[tuple[Reals, Reals]]:
        """Return the ends of the two halves along an input."""
        low, high = self.low.copy(), self.high.copy()
        low[place] = high[place] = (self.low[place] + self.high[place]) / 2
        return [(self.low, high), (low, self.high)]


@dataclass(frozen=True)
class SplitDomain:
    """A tree of boxes: the largest bound of a leaf, in floats, and the tree as the certificate has it.

    ``worst`` has the centres of the leaves with the largest bounds, one a row; ``found`` is the largest difference seen
    at centres; ``finished`` says that the goal, if one was given, is reached.
    """

    bound: float
    tree: bytes
    leaves: int
    finished: bool
    found: float
    worst: Reals


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
@np.errstate(over="ignore", invalid="ignore")
def split_domain(
    pair: NetworkPair,
    domain: Domain,
    *,
    goal: float | None = None,
    leaves: int = 1024,
    seconds: float | None = None,
    start: bytes | None = None,
    growth: float = np.inf,
    progress: Progress | None = None,
) -> SplitDomain:
    """Halve a box until the bound is at most the goal on every leaf, or until there are so many leaves.

    Without a goal it stops where the bound is nearly as small as a difference that was found. ``start`` is the tree of
    an earlier search, which goes on from there. ``seconds`` is a safety net. ``growth`` is a bound of the difference on
    the unit ball of (x, 1) that is known already: each leaf counts the smaller of both. ``progress`` is called with
    (leaves so far, most leaves, current bound). A ball, and a box of more than 32 inputs, is not halved. Raises
    BadInput for numbers out of range, a domain that does not fit the networks, and a tree of another domain.
    """
    if leaves < 1:
        raise BadInput("leaves", leaves, "give at least 1")
    if goal is not None and not goal > 0:
        raise BadInput("error", goal, "give a number above 0")
    places = pair.places(domain)
    search = _Search(pair, places, goal, growth, start or bytes([LEAF]))
    most = 1 if isinstance(domain, Ball) or pair.inputs > FEW_INPUTS else leaves
    end = None if seconds is None else time.monotonic() + seconds
    while len(search.heap) < most and not search.reached():
        if (end is not None and time.monotonic() > end) or not search.step(most - len(search.heap)):
            break
        if progress is not None:
            progress(len(search.heap), most, search.bound)
    if not np.isfinite(search.bound):
        raise BadInput("networks", "weights of extreme size", "their outputs exceed the range of floats; scale them")
    return search.result()


class _Search:
    """The leaves in a heap, the one of the largest bound first."""

    def __init__(self, pair: NetworkPair, places: Places, goal: float | None, growth: float, tree: bytes) -> None:
        self.pair, self.places, self.goal, self.growth = pair, places, goal, growth
        widest = max(pair.widths[1:])
        self.batch = max(1, BATCH // (2 * widest * widest))
        self.found, self.counter = 0.0, itertools.count()
        self.heap: list[tuple[float, int, Node]] = []
        self.root = Node(places.low[0], places.high[0], np.inf, 0)
        self._add(self._grown(tree))

    def _grown(self, tree: bytes) -> list[Node]:
        """Return the leaves of a tree, whose nodes come one behind the other, the first child behind its parent."""
        waiting, found = [self.root], []
        for node in tree:
            if not waiting or (node != LEAF and node >= self.pair.inputs):
                break
            box = waiting.pop()
            if node == LEAF:
                found.append(box)
            else:
                self._split(box, node, [np.inf, np.inf])
                waiting += reversed(box.children)
        else:
            if not waiting:
                return self._bounded(found)
        raise BadInput("start", f"a tree of {len(tree)} nodes", "it is not a tree of this domain; begin anew")

    def _bounded(self, nodes: list[Node]) -> list[Node]:
        for node, bound in zip(nodes, self._bounds([(node.low, node.high) for node in nodes]), strict=True):
            node.bound = bound
        return nodes

    def _bounds(self, boxes: list[tuple[Reals, Reals]]) -> list[float]:
        """Return the bounds of boxes, a batch at a time; what the networks differ by at their centres is noted."""
        found: list[float] = []
        for at in range(0, len(boxes), self.batch):
            low, high = (np.array(side) for side in zip(*boxes[at : at + self.batch], strict=True))
            part = replace(self.places, low=low, high=high)
            largest = np.maximum(-low, high)
            norms = np.sqrt((largest * largest).sum(axis=1) + self.places.constants)
            found += np.minimum(bounds(self.pair.layers, part), self.growth * norms).tolist()
            ours, theirs = self.pair.forward((low + high) / 2)
            self.found = max(self.found, float(np.linalg.norm(ours - theirs, axis=1).max()))
        return found

    @property
    def bound(self) -> float:
        """The largest bound of a leaf."""
        return -self.heap[0][0]

    def reached(self) -> bool:
        """Whether there is nothing to gain: the goal is reached, or what was found comes near the bound."""
        return self.bound <= (self.found * (1 + NEAR) if self.goal is None else self.goal)

    def step(self, room: int) -> bool:
        """Halve some of the leaves with the largest bounds; False where none can be halved."""
        goal = self.found if self.goal is None else max(self.goal, self.found)
        number = min(room, max(1, min(TOGETHER, len(self.heap) // 8)))
        chosen = [heapq.heappop(self.heap)[-1] for _ in range(number)]
        choices = [(node, place) for node in chosen for place in self._wide(node)]
        bounds_ = self._bounds([box for node, place in choices for box in node.halves(place)])
        best: dict[int, tuple[float, int, list[float]]] = {}
        for k, (node, place) in enumerate(choices):
            halves = bounds_[2 * k : 2 * k + 2]
            tried = (sum(max(bound, goal) for bound in halves), place, halves)
            best[id(node)] = min(tried, best.get(id(node), tried))
        for node in chosen:
            if id(node) in best:
                _, place, halves = best[id(node)]
                self._split(node, place, halves)
                self._add(node.children)
            else:
                self._add([node])
        return bool(best)

    def _wide(self, node: Node) -> list[int]:
        """Return the inputs along which a box may be halved."""
        widths = node.high - node.low
        if node.depth >= MOST_DEPTH or widths.max() <= 0:
            return []
        places = [int(place) for place in np.flatnonzero(widths >= NARROWEST * widths.max())]
        return [place for place in places if place < MOST_INPUTS]

    def _split(self, node: Node, place: int, found: list[float]) -> None:
        boxes = zip(node.halves(place), found, strict=True)
        node.split = place
        node.children = tuple(Node(*box, bound, node.depth + 1) for box, bound in boxes)

    def _add(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            heapq.heappush(self.heap, (-node.bound, next(self.counter), node))

    def result(self) -> SplitDomain:
        """The tree as it is now."""
        tree, waiting = bytearray(), [self.root]
        while waiting:
            node = waiting.pop()
            tree.append(node.split)
            waiting += reversed(node.children)
        worst = [node for _, _, node in heapq.nsmallest(MOST_WORST, self.heap)]
        centres = np.array([(node.low + node.high) / 2 for node in worst])
        finished = self.goal is None or self.bound <= self.goal
        return SplitDomain(self.bound, bytes(tree), len(self.heap), finished, self.found, centres)
