"""The target of a ticket where it has convolutions: a network of images, its float entries taken as exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.models import image_nodes
from lt_proofs.models.image_forward import applied, forward
from lt_proofs.models.image_nodes import ImageNode, shapes_of
from lt_proofs.networks.target import Layer

Reals = NDArray[np.float64]
Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class ImageTarget:
    """A network of convolutions, dense layers, ReLU, poolings and sums.

    ``nodes`` say how it is wired, the last one is its output. ``layers`` has one entry for each layer among them: a
    matrix of outputs x (inputs of a group times taps), taps last, and a bias. The other members are those of `Target`.
    """

    nodes: tuple[ImageNode, ...]
    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    compared: float | None = None

    @classmethod
    def of(
        cls,
        nodes: Sequence[ImageNode],
        layers: Sequence[Layer],
        names: Sequence[str],
        remarks: Sequence[str] = (),
        compared: float | None = None,
    ) -> ImageTarget:
        """Return the network of these layers; raise BadInput unless all entries are finite and the shapes fit."""
        target = cls(tuple(nodes), tuple(layers), tuple(names), tuple(remarks), compared)
        shapes = shapes_of(nodes)
        if len(target.wired) != len(layers) or not layers:
            raise BadInput("target", f"{len(layers)} weights", f"its nodes have {len(target.wired)} layers")
        for node, layer, name in zip(target.wired, layers, names, strict=True):
            inner = shapes[node.of][0] // node.groups
            if layer.weight.shape != (node.outputs, inner * node.windows.taps):
                raise BadInput(name, f"shape {layer.weight.shape}", "its weights do not fit the images it reads")
            if (layer.bias is not None) != node.bias or (node.bias and node.windows.inner_tap is None):
                raise BadInput(name, "its bias", "it does not fit what the nodes say")
            if layer.bias is not None and layer.bias.shape != (node.outputs,):
                raise BadInput(name, f"bias of shape {layer.bias.shape}", f"the layer has {node.outputs} outputs")
            for tensor in (layer.weight, layer.bias):
                if tensor is not None and tensor.dtype not in (np.float32, np.float64):
                    raise BadInput(name, str(tensor.dtype), "give float32 or float64 weights")
                if tensor is not None and not np.isfinite(tensor).all():
                    raise BadInput(name, "NaN or infinity", "train the network again: every weight must be finite")
        return target

    @property
    def source(self) -> image_nodes.Source:
        """The input node."""
        return image_nodes.source_of(self.nodes)

    @cached_property
    def wired(self) -> tuple[image_nodes.LayerNode, ...]:
        """The nodes of the layers."""
        return tuple(node for node in self.nodes if isinstance(node, image_nodes.LayerNode))

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shape (channels, sizes) of each node's image."""
        return shapes_of(self.nodes)

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers of entries of the input and of each layer's image, the last of which is that of the outputs."""
        return (
            prod(self.shapes[0]),
            *(
                prod(shape)
                for node, shape in zip(self.nodes, self.shapes, strict=True)
                if isinstance(node, image_nodes.LayerNode)
            ),
        )

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return prod(self.shapes[0])

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return prod(self.shapes[-1])

    @property
    def last_bias(self) -> int:
        """The number of the last layer with a bias, from 1 on; 0 if there is none."""
        return max((number for number, node in enumerate(self.wired, 1) if node.bias), default=0)

    def matrices(self) -> list[Reals]:
        """Return the matrix of each layer: a row for each output and tap, a column for each input channel.

        A layer with a bias has one more column, for a constant image 1. It is read by one tap only, the first one
        that lies inside the image for every output position.
        """
        return [
            matrix_of(node, layer, self.shapes[node.of][0]) for node, layer in zip(self.wired, self.layers, strict=True)
        ]

    def present(self) -> list[Bits]:
        """Return for each layer which entries of its matrix exist: those in its group, and the bias at its tap."""
        return [present_of(node, self.shapes[node.of][0]) for node in self.wired]

    @property
    def weights(self) -> int:
        """The number of weights and biases."""
        return sum(layer.weight.size + (0 if layer.bias is None else layer.bias.size) for layer in self.layers)

    def forward(self, inputs: Reals) -> Reals:
        """Return the outputs for a batch of flattened inputs, one a row, in float64."""
        weights = [layer.weight.astype(np.float64) for layer in self.layers]
        biases = [None if layer.bias is None else layer.bias.astype(np.float64) for layer in self.layers]
        return forward(self.nodes, lambda k, node, batch: applied(node, weights[k], biases[k], batch), inputs)


def matrix_of(node: image_nodes.LayerNode, layer: Layer, channels: int) -> Reals:
    """Return the matrix of a layer: row o taps + t, column i, and the bias in one more column."""
    taps, inner = node.windows.taps, channels // node.groups
    matrix = np.zeros((node.outputs, taps, channels + node.bias))
    kernel = layer.weight.astype(np.float64).reshape(node.outputs, inner, taps)
    for group in range(node.groups):
        rows = slice(group * node.outputs // node.groups, (group + 1) * node.outputs // node.groups)
        matrix[rows, :, group * inner : (group + 1) * inner] = kernel[rows].transpose(0, 2, 1)
    if layer.bias is not None:
        matrix[:, node.windows.inner_tap, channels] = layer.bias
    return matrix.reshape(node.outputs * taps, -1)


def present_of(node: image_nodes.LayerNode, channels: int) -> Bits:
    """Return which entries of the matrix of a layer exist."""
    ones = Layer(
        np.ones((node.outputs, channels // node.groups * node.windows.taps), np.float32),
        np.ones(node.outputs, np.float32) if node.bias else None,
    )
    found: Bits = matrix_of(node, ones, channels) != 0
    return found
