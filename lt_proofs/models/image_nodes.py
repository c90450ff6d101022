"""How a network of images is wired: a list of nodes, each with the images that it reads, as tickets record it.

The layers, convolutions with their weights, are the nodes of the kind LayerNode; all others have no parameters. A dense
layer behind an image is a convolution whose window is the whole image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from lt_proofs.errors import BadInput
from lt_proofs.models.windows import MAX_DIMENSIONS, MODES, Windows

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """The input: an image (channels, sizes), made of a tensor of shape ``given`` by transposing it by ``axes``."""

    shape: Sizes
    given: Sizes
    axes: Sizes

    @property
    def reads(self) -> tuple[int, ...]:
        """The nodes that it reads, none."""
        return ()

    def data(self) -> dict[str, Any]:
        """Return the node as JSON data."""
        return {"op": "input", "shape": list(self.shape), "given": list(self.given), "axes": list(self.axes)}


@dataclass(frozen=True)
class LayerNode:
    """A convolution of an earlier image; ``bias`` says whether it has one."""

    of: int
    outputs: int
    windows: Windows
    groups: int
    bias: bool

    @property
    def reads(self) -> tuple[int, ...]:
        """The nodes that it reads."""
        return (self.of,)

    def data(self) -> dict[str, Any]:
        """Return the node as JSON data."""
        sizes = _window_data(self.windows)
        more = {"mode": self.windows.mode, "groups": self.groups, "bias": int(self.bias)}
        return {"op": "layer", "of": self.of, "outputs": self.outputs, **sizes, **more}


@dataclass(frozen=True)
class ReLU:
    """max(0, x) of an earlier image, entry by entry."""

    of: int

    @property
    def reads(self) -> tuple[int, ...]:
        """The nodes that it reads."""
        return (self.of,)

    def data(self) -> dict[str, Any]:
        """Return the node as JSON data."""
        return {"op": "relu", "of": self.of}


@dataclass(frozen=True)
class MaxPool:
    """The largest entries of windows, channel by channel; padding never counts."""

    of: int
    windows: Windows

    @property
    def reads(self) -> tuple[int, ...]:
        """The nodes that it reads."""
        return (self.of,)

    def data(self) -> dict[str, Any]:
        """Return the node as JSON data."""
        return {"op": "max", "of": self.of, **_window_data(self.windows)}


@dataclass(frozen=True)
class MeanPool:
    """The means of windows, channel by channel; where ``counted`` padding counts as zeros, else it is left out."""

    of: int
    windows: Windows
    counted: bool

    @property
    def reads(self) -> tuple[int, ...]:
        """The nodes that it reads."""
        return (self.of,)

    def data(self) -> dict[str, Any]:
        """Return the node as JSON data."""
        sizes = _window_data(self.windows)
        del sizes["dilations"]
        return {"op": "mean", "of": self.of, **sizes, "counted": int(self.counted)}


@dataclass(frozen=True)
class Add:
    """The sum of earlier images of one shape."""

    of: tuple[int, ...]

    @property
    def reads(self) -> tuple[int, ...]:
        """The nodes that it reads."""
        return self.of

    def data(self) -> dict[str, Any]:
        """Return the node as JSON data."""
        return {"op": "add", "of": list(self.of)}


ImageNode = Source | LayerNode | ReLU | MaxPool | MeanPool | Add


def source_of(nodes: Sequence[ImageNode]) -> Source:
    """Return the input node; raise BadInput if the first node is none."""
    first = nodes[0]
    if not isinstance(first, Source):
        raise BadInput("nodes", "no input", "the first node must be the input")
    return first


def shapes_of(nodes: Sequence[ImageNode]) -> list[Sizes]:
    """Return the shape (channels, sizes) of the image of each node; raise BadInput unless they fit together."""
    shapes: list[Sizes] = []
    for number, node in enumerate(nodes):
        if isinstance(node, Source):
            if number or prod(node.given) != prod(node.shape) or sorted(node.axes) != list(range(len(node.given))):
                raise BadInput("node", number, "its shape and axes do not fit")
            shapes.append(node.shape)
            continue
        if not number or not all(0 <= source < number for source in node.reads):
            raise BadInput("node", number, "it must read earlier nodes")
        before = [shapes[source] for source in node.reads]
        if isinstance(node, (LayerNode, MaxPool, MeanPool)):
            if node.windows.sizes != before[0][1:]:
                raise BadInput("node", number, f"its windows do not fit an image of shape {before[0]}")
            channels = node.outputs if isinstance(node, LayerNode) else before[0][0]
            if isinstance(node, LayerNode) and (before[0][0] % node.groups or node.outputs % node.groups):
                raise BadInput("node", number, f"{node.groups} groups do not fit {before[0][0]} and {node.outputs}")
            shapes.append((channels, *node.windows.outputs))
        else:
            if len(set(before)) != 1:
                raise BadInput("node", number, f"it adds images of shapes {before}")
            shapes.append(before[0])
    return shapes


def never_negative(nodes: Sequence[ImageNode], inputs: bool) -> list[bool]:
    """Return for each node whether its image has no negative entry; ``inputs`` says so of the input."""
    found: list[bool] = []
    for node in nodes:
        if isinstance(node, Source):
            found.append(inputs)
        else:
            found.append(
                isinstance(node, ReLU) or (not isinstance(node, LayerNode) and all(found[i] for i in node.reads))
            )
    return found


def nodes_of(data: Any) -> tuple[ImageNode, ...]:
    """Return the nodes of JSON data; raise BadInput for other data."""
    if not isinstance(data, list) or not data:
        raise BadInput("nodes", "no list", "give a list of nodes")
    nodes: list[ImageNode] = []
    for number, entry in enumerate(data):
        try:
            nodes.append(_node(entry, nodes))
        except (KeyError, TypeError, ValueError, IndexError):
            raise BadInput("node", number, "it is not what a ticket records of a node") from None
    shapes_of(nodes)
    return tuple(nodes)


def _node(entry: Mapping[str, Any], before: Sequence[ImageNode]) -> ImageNode:
    kind, of = entry["op"], entry.get("of", 0)
    if kind == "input":
        return Source(*(_whole(entry[name]) for name in ("shape", "given", "axes")))
    if kind == "add":
        return Add(_whole(of))
    if kind == "relu":
        return ReLU(int(of))
    sizes = shapes_of(before)[of][1:]
    if not 1 <= len(sizes) <= MAX_DIMENSIONS or entry.get("mode", "zeros") not in MODES:
        raise ValueError
    kernel, strides = _whole(entry["kernel"]), _whole(entry["strides"])
    dilations = _whole(entry.get("dilations", [1] * len(kernel)))
    pads = tuple((int(a), int(b)) for a, b in entry["pads"])
    if min(*kernel, *strides, *dilations) < 1:
        raise ValueError
    windows = Windows(sizes, kernel, strides, dilations, pads, entry.get("mode", "zeros"))
    if kind == "layer":
        return LayerNode(int(of), int(entry["outputs"]), windows, int(entry["groups"]), bool(entry["bias"]))
    if kind == "max":
        return MaxPool(int(of), windows)
    if kind == "mean":
        return MeanPool(int(of), windows, bool(entry["counted"]))
    raise ValueError


def _whole(values: Any) -> Sizes:
    return tuple(int(value) for value in values)


def _window_data(windows: Windows) -> dict[str, Any]:
    return {
        "kernel": list(windows.kernel),
        "strides": list(windows.strides),
        "dilations": list(windows.dilations),
        "pads": [list(pair) for pair in windows.pads],
    }
