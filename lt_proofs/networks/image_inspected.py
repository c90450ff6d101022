"""What can be said of a network of images before it is pruned: its layers, and exact bounds of their norms."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.models.image_nodes import LayerNode, ReLU, never_negative
from lt_proofs.networks.image_prune import title_of
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.limits import check_depth, check_layer
from lt_proofs.networks.target import Layer

Reals = NDArray[np.float64]
# norms are rounded up to multiples of 2^-BITS
BITS = 48
# hidden channels for each channel of the narrowest layer that a search chooses
LEAST_UNITS = 8


def check_images_prunable(target: ImageTarget) -> None:
    """Raise BadInput if `prune_images` would refuse the target for its size, whatever the tolerance."""
    check_depth(len(target.layers), "target", title_of(target))
    for number, node in enumerate(target.wired, 1):
        rows, columns = node.outputs * node.windows.taps, target.shapes[node.of][0] + node.bias
        check_layer(number, (rows, columns), columns * LEAST_UNITS, 0, "target", title_of(target))


def image_facts_of(target: ImageTarget) -> dict[str, Any]:
    """Return what is said of a network of images as JSON data; exact numbers are texts."""
    holds, why = hypotheses(target)
    readers: dict[int, list[Any]] = {}
    for node in target.nodes:
        for number in node.reads:
            readers.setdefault(number, []).append(node)
    layers = []
    places = [number for number, node in enumerate(target.nodes) if isinstance(node, LayerNode)]
    for place, node, layer, name in zip(places, target.wired, target.layers, target.names, strict=True):
        windows = node.windows
        layers.append(
            {
                "name": name,
                "inputs": list(target.shapes[node.of]),
                "outputs": list(target.shapes[place]),
                "kernel": list(windows.kernel),
                "strides": list(windows.strides),
                "dilations": list(windows.dilations),
                "pads": [list(pair) for pair in windows.pads],
                "padding": windows.mode,
                "groups": node.groups,
                "bias": node.bias,
                "activation": "relu" if any(isinstance(reader, ReLU) for reader in readers.get(place, [])) else None,
                "type": str(layer.weight.dtype),
                "largest_weight": str(Fraction(float(np.abs(layer.weight).max()))),
                "spectral_norm": str(spectral_bound(node, layer)),
                "sup_norm": str(sup_norm(layer)),
            }
        )
    return {
        "inputs": target.inputs,
        "outputs": target.outputs,
        "input_shape": list(target.source.given),
        "shapes": [list(shape) for shape in target.shapes],
        "nodes": [node.data() for node in target.nodes],
        "layers": layers,
        "weights": target.weights,
        "theorem_1": {"applies": holds, "why": why},
        "remarks": list(target.remarks),
        "compared": target.compared,
    }


def sup_norm(layer: Layer) -> Fraction:
    """Return the norm of a layer in the sup norm at an inner position: the largest sum of |weights| of one output."""
    return max(sum(map(Fraction, row), Fraction(0)) for row in np.abs(layer.weight.astype(np.float64)).tolist())


def spectral_bound(node: LayerNode, layer: Layer) -> Fraction:
    """Return an upper bound of a layer's spectral norm: sqrt(M) times the Frobenius norm of its kernel.

    M is the largest number of times that a pixel is read; the bound is rounded up.
    """
    read = node.windows.table[node.windows.table >= 0]
    most = int(np.bincount(read).max(initial=1)) if read.size else 1
    square = most * sum((Fraction(w) ** 2 for w in layer.weight.astype(np.float64).ravel().tolist()), Fraction(0))
    root = isqrt((square.numerator << 2 * BITS) // square.denominator)
    return Fraction(root + 1, 1 << BITS) if square else Fraction(0)


def hypotheses(target: ImageTarget) -> tuple[bool, str]:
    """Return whether the theorem about convolutional networks applies to a target, and why.

    It is about chains of convolutions, ReLU and pooling without biases, in each layer of which the weights of every
    output have absolute values that add up to at most 1.
    """
    if target.last_bias:
        return False, f"layer {target.last_bias} has a bias"
    for number, node in enumerate(target.nodes[1:], 1):
        if node.reads != (number - 1,):
            return False, "its layers are no chain"
    negative = [not sure for sure in never_negative(target.nodes, inputs=True)]
    for number, (node, layer) in enumerate(zip(target.wired, target.layers, strict=True), 1):
        if negative[node.of]:
            return False, f"there is no ReLU in front of layer {number}"
        norm = sup_norm(layer)
        if norm > 1:
            return False, f"layer {number} has an output whose weights have absolute values of sum {float(norm):.4g}"
    return True, "no biases, and the absolute values of the weights of each output add up to at most 1"
