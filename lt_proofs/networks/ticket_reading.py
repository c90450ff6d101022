"""The masked random network that ticket.safetensors holds, with its weights drawn from the seed again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.files import parse_json
from lt_proofs.models.image_nodes import ImageNode, LayerNode, nodes_of, shapes_of
from lt_proofs.networks.masked import Pair
from lt_proofs.networks.masked_images import fans_of
from lt_proofs.networks.random_network import LAWS, RandomLayer
from lt_proofs.networks.ticket_files import FORMAT, IMAGE_FORMAT, power_of_two


def network_in(
    path: Path, tensors: dict[str, NDArray[Any]], metadata: Any
) -> tuple[int, tuple[Pair, ...], tuple[ImageNode, ...] | None]:
    """Return the number of inputs, the masked pairs, and how they are wired: None for a chain of dense layers.

    Raises Malformed unless masks, shapes and factor agree.
    """
    try:
        if metadata["format"] not in (FORMAT, IMAGE_FORMAT) or metadata["law"] not in LAWS:
            raise Malformed(path, f"its format is not {FORMAT!r} or {IMAGE_FORMAT!r} with a law of {', '.join(LAWS)}")
        seed, inputs = int(metadata["seed"]), int(metadata["inputs"])
        layers = parse_json(metadata["layers"].encode(), path)
        images = metadata["format"] == IMAGE_FORMAT
        nodes = nodes_of(parse_json(metadata["nodes"].encode(), path)) if images else None
        wired = [None] * len(layers) if nodes is None else [node for node in nodes if isinstance(node, LayerNode)]
        pairs = tuple(
            _pair(path, tensors, metadata["law"], seed, number, node, **entry)
            for number, (entry, node) in enumerate(zip(layers, wired, strict=True), 1)
        )
        factor = metadata["factor"]
    except (KeyError, TypeError, ValueError, AttributeError, BadInput):
        raise Malformed(path, "it lacks the seed, shapes, factor and masks of a ticket") from None
    if nodes is None:
        _check_chain(path, inputs, pairs, factor)
    else:
        _check_wires(path, inputs, pairs, nodes, factor)
    return inputs, pairs, nodes


def _check_chain(path: Path, inputs: int, pairs: tuple[Pair, ...], factor: str) -> None:
    """Raise Malformed unless dense pairs fit together."""
    if not pairs or pairs[0].layer.columns - inputs not in (0, 1):
        raise Malformed(path, "its inputs do not fit its first layer")
    for one, other in pairwise(pairs):
        if one.layer.rows != other.layer.columns:
            raise Malformed(path, "its layers do not chain")
    if factor != power_of_two(sum(pair.scale for pair in pairs)):
        raise Malformed(path, "its factor is not the product of the powers of two of its layers")


def _check_wires(path: Path, inputs: int, pairs: tuple[Pair, ...], nodes: tuple[ImageNode, ...], factor: str) -> None:
    """Raise Malformed unless pairs of convolutions fit the nodes."""
    shapes = shapes_of(nodes)
    wired = [node for node in nodes if isinstance(node, LayerNode)]
    if inputs != np.prod(shapes[0]) or factor != power_of_two(0):
        raise Malformed(path, "its inputs or its factor do not fit its nodes")
    for pair, node in zip(pairs, wired, strict=True):
        shape = (node.outputs * node.windows.taps, shapes[node.of][0] + node.bias)
        if (pair.layer.rows, pair.layer.columns) != shape:
            raise Malformed(path, "its layers do not fit its nodes")


def _pair(
    path: Path,
    tensors: dict[str, NDArray[Any]],
    law: str,
    seed: int,
    number: int,
    node: LayerNode | None,
    *,
    rows: int,
    columns: int,
    n: int,
    units: int,
    signs: int,
    scale: int,
) -> Pair:
    # not isinstance: JSON's true and false are integers in Python
    if any(type(size) is not int for size in (rows, columns, n, units, signs, scale)):
        raise Malformed(path, f"the sizes of layer {number} are not integers")
    if node is None and scale < 0:
        raise Malformed(path, f"the scale of layer {number} is negative")
    edges, kept = tensors[f"edges_{number}"], tensors[f"units_{number}"]
    stride = (units + 7) // 8
    if edges.shape != (rows, stride) or kept.shape != (stride,) or {edges.dtype, kept.dtype} != {np.dtype(np.uint8)}:
        raise Malformed(path, f"the masks of layer {number} do not have its shape")
    if min(rows, columns, n, signs) < 1 or columns * n > units:
        raise Malformed(path, f"layer {number} is empty, or has fewer hidden units than n for each input")
    fans = None if node is None else fans_of(node, columns, n)
    layer = RandomLayer.regular(seed, number, rows, columns, n, law, fans)
    if units > layer.units:
        layer = layer.grown(tensors[f"owners_{number}"].astype(np.int64))
    if layer.units != units or layer.owner.max() >= columns:
        raise Malformed(path, f"owners_{number} names inputs that layer {number} does not have")
    bits = np.unpackbits(kept, count=units, bitorder="little").astype(bool)
    return Pair(layer, bits, edges, scale)
