"""Targets from files of any supported format, and from whatever else `read_network` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, Malformed, shorten
from lt_proofs.files import parse_json, read_bytes
from lt_proofs.files.safetensors import metadata_of, parse_safetensors
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.image_nodes import LayerNode, nodes_of
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
    shape: Sequence[int] | None = None,
) -> Target | ImageTarget:
    """Return the network of a file: named tensors, an ONNX graph, a PyTorch state dict or a .nnet file.

    ``order`` names the layers of a file of tensors; the other options are those of `read_network`. A file of tensors
    that says itself how they are wired, as target.safetensors of a ticket does, is read as it says. Raises BadInput for
    a network that is not supported, Malformed for a damaged file.
    """
    wired = wired_target(path, order)
    if wired is not None:
        return wired
    options: dict[str, Any] = {"ignore": ignore, "output": output, "compare": compare, "shape": shape}
    return target_of_reading(read_network(path, layers=order, **options))


def wired_target(path: Path, order: Sequence[str] | None = None) -> ImageTarget | None:
    """Return the network of a .safetensors file whose metadata say how its layers are wired; None for other files.

    It holds weight_i and bias_i of each layer and ``nodes``, as tickets record them.
    """
    if path.suffix.lower() != ".safetensors" or not path.is_file():
        return None
    content = read_bytes(path)
    try:
        metadata = metadata_of(content, path)
    except Malformed:  # whoever reads the tensors says what is wrong
        return None
    if not isinstance(metadata, dict) or "nodes" not in metadata:
        return None
    if order is not None:
        raise BadInput("--layers", ",".join(order), "the file says itself how its layers are wired")
    tensors = parse_safetensors(content, path)
    try:
        nodes = nodes_of(parse_json(metadata["nodes"].encode(), path))
        remarks = parse_json(metadata.get("remarks", "[]").encode(), path)
        count = sum(isinstance(node, LayerNode) for node in nodes)
        layers = [Layer(tensors[f"weight_{i}"], tensors.get(f"bias_{i}")) for i in range(1, count + 1)]
        return ImageTarget.of(nodes, layers, [f"weight_{i}" for i in range(1, count + 1)], [str(r) for r in remarks])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Malformed(path, "its nodes or its weights are not those of a network") from None
    except BadInput as error:
        raise Malformed(path, f"{error.argument} {shorten(error.value)}: {error.remedy}") from None


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
