"""The target: the fully connected ReLU network to be approximated, its float entries taken as exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput

Reals = NDArray[np.float64]
Tensor = NDArray[np.float32] | NDArray[np.float64]
MAX_ENTRIES = 1 << 27


@dataclass(frozen=True)
class Layer:
    """x -> weight x + bias; ``weight`` has shape outputs x inputs, and ``bias`` may be None."""

    weight: Tensor
    bias: Tensor | None = None


@dataclass(frozen=True)
class Target:
    """A fully connected ReLU network, with ReLU between the layers and none after the last.

    ``names`` are the layers' names in the file; ``remarks`` tell the user what had to be assumed. ``compared`` is the
    largest difference found between its outputs and those of the source's own runtime, None if nothing was compared.
    """

    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    compared: float | None = None

    @classmethod
    def of(
        cls, layers: Sequence[Layer], names: Sequence[str], remarks: Sequence[str] = (), compared: float | None = None
    ) -> Target:
        """Return the network of these layers; raise BadInput unless all entries are finite and the shapes fit."""
        if not layers:
            raise BadInput("target", "no layers", "give at least one weight matrix")
        width = None
        for layer, name in zip(layers, names, strict=True):
            _check_layer(layer, name, width)
            width = layer.weight.shape[0]
        return cls(tuple(layers), tuple(names), tuple(remarks), compared)

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers d_0, …, d_l of inputs, of neurons of each hidden layer, and of outputs."""
        return (self.layers[0].weight.shape[1], *(layer.weight.shape[0] for layer in self.layers))

    @property
    def last_bias(self) -> int:
        """The number of the last layer with a bias, from 1 on; 0 if there is none."""
        return max((i for i, layer in enumerate(self.layers, 1) if layer.bias is not None), default=0)

    def matrices(self, last: int | None = None) -> list[Reals]:
        """Return the matrix [W b; 0 1] of each layer, in float64 (Mathematics 3.13).

        The last row, which hands the constant 1 on, is left out where no later layer has a bias, and the column where
        no layer from this one on has one. With ``last`` the constant goes on to this layer, from the last bias on.
        """
        last = self.last_bias if last is None else last
        matrices = []
        for number, layer in enumerate(self.layers, 1):
            matrix = layer.weight.astype(np.float64)
            if number <= last:
                bias = np.zeros(len(matrix)) if layer.bias is None else layer.bias.astype(np.float64)
                matrix = np.column_stack([matrix, bias])
            if number < last:
                carried = np.zeros((1, matrix.shape[1]))
                carried[0, -1] = 1
                matrix = np.vstack([matrix, carried])
            matrices.append(matrix)
        return matrices

    def forward(self, inputs: Reals) -> Reals:
        """Return the outputs for a batch of inputs, one a row, in float64."""
        values = np.asarray(inputs, np.float64)
        for number, layer in enumerate(self.layers):
            values = np.maximum(values, 0) if number else values
            values = values @ layer.weight.T.astype(np.float64)
            values = values if layer.bias is None else values + layer.bias
        return values


def _check_layer(layer: Layer, name: str, width: int | None) -> None:
    shape = layer.weight.shape
    if len(shape) != 2 or 0 in shape:
        raise BadInput(name, f"shape {shape}", "give a matrix with at least one row and one column")
    if shape[0] * shape[1] > MAX_ENTRIES:
        raise BadInput(name, f"shape {shape}", f"give a matrix of at most {MAX_ENTRIES} entries")
    if width is not None and shape[1] != width:
        raise BadInput(name, f"shape {shape}", f"the layer before has {width} outputs; name the order of layers")
    if layer.bias is not None and layer.bias.shape != shape[:1]:
        raise BadInput(name, f"bias of shape {layer.bias.shape}", f"the layer has {shape[0]} outputs")
    for tensor in (layer.weight, layer.bias):
        if tensor is not None and tensor.dtype not in (np.float32, np.float64):
            raise BadInput(name, str(tensor.dtype), "give float32 or float64 weights")
        if tensor is not None and not np.isfinite(tensor).all():
            raise BadInput(name, "NaN or infinity", "train the network again: every weight must be finite")
