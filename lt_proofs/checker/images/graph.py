"""How a network of images is wired: its nodes, each with the earlier ones that it reads.

An image has channels, and in each of them pixels, numbered row by row. The layers are convolutions; a dense layer is
one whose window is the whole image.
"""

from __future__ import annotations

from itertools import chain
from math import prod
from typing import NamedTuple

from data.index_maps import Window, inner_tap, table, window
from data.limits import LIMITS, ROOM, room_for
from errors import Malformed, Rejected, spend
from shapes import Data

FIELDS = {
    "input": {"shape", "given", "axes"},
    "layer": {"of", "outputs", "kernel", "strides", "dilations", "pads", "mode", "groups", "bias"},
    "relu": {"of"},
    "max": {"of", "kernel", "strides", "dilations", "pads"},
    "mean": {"of", "kernel", "strides", "pads", "counted"},
    "add": {"of"},
}
MOST_AXES = 6


class Node(NamedTuple):
    """A node: what it does to the images of the nodes `of`, and the channels and sizes of its own image.

    `taps` has for each tap the pixels that it reads, one for each output position; -1 reads nothing. `counted` says of
    a mean that what lies in the padding counts as zeros. A bias is read by the tap `inner` alone.
    """

    op: str
    of: tuple[int, ...]
    channels: int
    sizes: tuple[int, ...]
    signed: bool
    window: Window | None = None
    taps: list[list[int]] = []  # noqa: RUF012
    groups: int = 1
    bias: int = 0
    counted: int = 0
    inner: int = 0

    @property
    def pixels(self) -> int:
        """The pixels of a channel."""
        return prod(self.sizes)

    @property
    def size(self) -> int:
        """The entries of the image."""
        return self.channels * self.pixels

    @property
    def win(self) -> Window:
        """The window of a layer or a pooling."""
        if self.window is None:
            raise Malformed(f"ticket: a node {self.op} has no window")
        return self.window


def read_nodes(data: Data, *, signed: bool) -> list[Node]:
    """The nodes of a statement; `signed` says whether inputs may be negative. Raises Malformed."""
    if not isinstance(data, list) or not 2 <= len(data) <= LIMITS["nodes"]:
        raise Malformed(f"ticket: nodes must be a list of 2 to {LIMITS['nodes']}")
    nodes: list[Node] = []
    for number, entry in enumerate(data):
        op = entry.get("op") if isinstance(entry, dict) else None
        if not isinstance(op, str) or op not in FIELDS or (op == "input") != (number == 0):
            raise Malformed(f"ticket: node {number} must be one of {', '.join(FIELDS)}, the first one the input")
        if set(entry) != {"op", *FIELDS[op]}:
            raise Malformed(f"ticket: node {number} ({op}) must have op, {', '.join(sorted(FIELDS[op]))}")
        spend(300)
        node = read_input(entry, signed=signed) if op == "input" else read_node(number, entry, nodes)
        if node.size > LIMITS["entries"]:
            raise Malformed(f"ticket: node {number} has an image of more than {LIMITS['entries']} entries")
        nodes.append(node)
    unread = set(range(len(nodes) - 1)) - set(chain.from_iterable(node.of for node in nodes))
    if unread:
        raise Malformed(f"ticket: no node reads node {min(unread)}")
    return nodes


def read_input(entry: dict[str, Data], *, signed: bool) -> Node:
    """The image of the inputs: the shape in which they are given, its axes in another order, and the image's shape."""
    shape, given = (whole(entry[key], f"node 0: {key}", 1, LIMITS["entries"]) for key in ("shape", "given"))
    axes = whole(entry["axes"], "node 0: axes", 0, MOST_AXES)
    if prod(shape) != prod(given) or sorted(axes) != list(range(len(given))) or len(shape) < 2:
        raise Malformed("ticket: node 0: the image must have channels and sizes, and as many entries as the inputs")
    return Node("input", (), shape[0], shape[1:], signed)


def read_node(number: int, entry: dict[str, Data], nodes: list[Node]) -> Node:
    """A node that reads earlier ones."""
    op, what, listed = entry["op"], f"ticket: node {number}", isinstance(entry["of"], list)
    of = whole(entry["of"] if listed else [entry["of"]], f"node {number}: of", 0, number - 1)
    if listed != (op == "add") or not of:
        raise Malformed(f"{what}: of must be an earlier node, or a list of them for a sum")
    sources = [nodes[source] for source in of]
    first, signed = sources[0], any(source.signed for source in sources)
    if op in ("relu", "add"):
        if any((source.channels, source.sizes) != (first.channels, first.sizes) for source in sources):
            raise Malformed(f"{what}: it adds images of different shapes")
        return Node(op, of, first.channels, first.sizes, signed and op == "add")
    win = window(entry, first.sizes, what)
    room_for(ROOM["base"] + ROOM["place"] * prod(win.outputs) * win.taps)
    taps = [list(column) for column in zip(*table(win), strict=True)]
    if op != "layer":
        if not all(any(tap[q] >= 0 for tap in taps) for q in range(prod(win.outputs))):
            raise Malformed(f"{what}: a window of it lies outside of the image")
        counted = bit(entry["counted"], f"node {number}: counted") if op == "mean" else 0
        return Node(op, of, first.channels, win.outputs, signed, win, taps, counted=counted)
    (outputs,), (groups,) = (whole([entry[key]], f"node {number}: {key}", 1) for key in ("outputs", "groups"))
    if outputs % groups or first.channels % groups:
        raise Malformed(f"{what}: {groups} groups do not divide {first.channels} and {outputs} channels")
    bias, inner = bit(entry["bias"], f"node {number}: bias"), inner_tap(win)
    if bias and inner is None:
        raise Rejected(
            f"node {number}: no tap lies inside the image at every position, so a constant cannot carry a bias"
        )
    return Node(op, of, outputs, win.outputs, True, win, taps, groups, bias, inner=inner or 0)


def whole(data: Data, what: str, least: int, most: int = 1 << 24) -> tuple[int, ...]:
    """A list of a few integers from the least to the most; raises Malformed."""
    numbers = data if isinstance(data, list) and 1 <= len(data) <= LIMITS["layers"] else [None]
    if any(type(value) is not int or not least <= value <= most for value in numbers):
        raise Malformed(f"ticket: {what} must be integers from {least} to {most}")
    return tuple(numbers)


def bit(data: Data, what: str) -> int:
    """0 or 1; raises Malformed."""
    return whole([data], what, 0, 1)[0]
