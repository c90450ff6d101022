"""Targets from files of any supported format, and from whatever else `read_network` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.images import ImageNetwork
from lt_proofs.models.read import Reading, read_network
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.target import Layer, Target, Tensor


def load_target(
    path: Path,
    order: Sequence[str] | None = None,
    *,
    ignore: Sequence[str] = (),
    output: str | None = None,
    compare: bool = True,
) -> Target | ImageTarget:
    """Return the network of a file: named tensors, an ONNX graph, a PyTorch state dict or a .nnet file.

    ``order`` names the layers of a file of tensors; the other options are those of `read_network`. Raises BadInput for
    a network that is not supported, Malformed for a damaged file.
    """
    return target_of_reading(read_network(path, layers=order, ignore=ignore, output=output, compare=compare))


def target_of_reading(reading: Reading) -> Target | ImageTarget:
    """Return the layers of a network as it was read."""
    if reading.images is not None:
        return _image_target(reading, reading.images)
    layers = [
        Layer(_tensor(layer.weight), None if layer.bias is None else _tensor(layer.bias)) for layer in reading.layers
    ]
    return Target.of(layers, [layer.name for layer in reading.layers], reading.remarks, reading.compared)


def _image_target(reading: Reading, network: ImageNetwork) -> ImageTarget:
    layers = [
        Layer(_tensor(layer.weight), None if layer.bias is None else _tensor(layer.bias)) for layer in network.layers
    ]
    names = [layer.name for layer in network.layers]
    return ImageTarget.of(network.nodes, layers, names, reading.remarks, reading.compared)


def _tensor(numbers: Enclosed) -> Tensor:
    """Return an array in float32 if that holds all its numbers, else in float64."""
    with np.errstate(over="ignore", under="ignore"):
        short = numbers.mid.astype(np.float32)
    return short if np.array_equal(short.astype(np.float64), numbers.mid) else numbers.mid
