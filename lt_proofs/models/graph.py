"""A model: a trained network as it was read, a graph of affine maps, ReLUs and largest entries of windows.

All values are vectors: tensors are flattened row by row, so that reshaping changes nothing, and transposing, cutting
and joining are linear maps. Residual sums are affine maps of several values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lt_proofs.models.enclosed import Enclosed, Reals
from lt_proofs.models.maps import LinearMap
from lt_proofs.models.windows import Windows

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Input:
    """The inputs of the network."""

    name: str
    size: int


@dataclass(frozen=True)
class Affine:
    """The sum of linear maps of earlier values, given by their numbers, and of a bias, which may be None."""

    name: str
    terms: tuple[tuple[int, LinearMap], ...]
    bias: Enclosed | None
    size: int


@dataclass(frozen=True)
class Relu:
    """max(0, v) of an earlier value v, entry by entry."""

    name: str
    source: int
    size: int


@dataclass(frozen=True)
class Largest:
    """The largest entry of each window of an earlier value, an image, channel by channel; padding never counts."""

    name: str
    source: int
    channels: int
    windows: Windows

    @property
    def size(self) -> int:
        """The number of outputs."""
        return self.channels * len(self.windows.table)

    def apply(self, batch: Reals) -> Reals:
        """Return the outputs for a batch of flattened images."""
        images = batch.reshape(len(batch), self.channels, self.windows.positions)
        best = np.full((len(batch), self.channels, len(self.windows.table)), -np.inf)
        for places in self.windows.table.T:
            inside = places >= 0
            best[..., inside] = np.maximum(best[..., inside], images[..., places[inside]])
        return best.reshape(len(batch), -1)


Node = Input | Affine | Relu | Largest


def sources_of(node: Node) -> list[int]:
    """Return the numbers of the nodes that a node reads."""
    if isinstance(node, Affine):
        return [source for source, _ in node.terms]
    return [] if isinstance(node, Input) else [node.source]


@dataclass(frozen=True)
class Model:
    """Nodes in an order in which each uses only earlier ones; the first is the input.

    ``output`` is the number of the node that the network returns, ``places`` maps names of the source's own tensors or
    layers to nodes, and ``remarks`` tell the user what was assumed, folded or left out.
    """

    nodes: tuple[Node, ...]
    output: int
    input_shape: Shape
    output_shape: Shape
    places: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def forward(self, inputs: Reals) -> Reals:
        """Return the outputs for a batch of flattened inputs, one a row, in float64."""
        values: dict[int, Reals] = {}
        for number, node in enumerate(self.nodes[: self.output + 1]):
            values[number] = value_of(node, values, inputs)
        return values[self.output]


def value_of(node: Node, values: Mapping[int, Reals], inputs: Reals) -> Reals:
    """Return the value of a node for a batch, given those of the earlier nodes."""
    if isinstance(node, Input):
        return np.asarray(inputs, np.float64)
    if isinstance(node, Relu):
        return np.maximum(values[node.source], 0.0)
    if isinstance(node, Largest):
        return node.apply(values[node.source])
    total = np.zeros((len(inputs), node.size))
    for source, linear in node.terms:
        total += linear.apply(values[source])
    return total if node.bias is None else total + node.bias.mid
