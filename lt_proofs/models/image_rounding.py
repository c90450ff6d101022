"""How much the outputs of a network of images change when its layers are rounded to their floats."""

from __future__ import annotations

from math import prod

import numpy as np

from lt_proofs.models.enclosed import Enclosed, Reals
from lt_proofs.models.image_nodes import Add, LayerNode, ReLU, Source
from lt_proofs.models.images import ImageNetwork
from lt_proofs.models.windows import Windows


def shift_bound(network: ImageNetwork) -> float:
    """Return b such that rounding the layers to their floats changes outputs by at most b |(x, 1)| for every input x.

    A node's image has norm at most g |(x, 1)|, and its rounding changes it by at most e |(x, 1)|: for a layer
    g' = |T| g + sqrt(positions) |b| and e' = |T| e + |R| g + sqrt(positions) |r|, where R and r are the radii and the
    norm of a convolution is at most sqrt(M) times the Frobenius norm of its kernel, if no pixel is read more than M
    times.
    """
    if all(part is None or part.exact for layer in network.layers for part in (layer.weight, layer.bias)):
        return 0.0
    up = 1 + 1e-6
    bounds: list[tuple[float, float]] = []
    layers = iter(network.layers)
    for node in network.nodes:
        if isinstance(node, Source):
            bounds.append((1.0, 0.0))
        elif isinstance(node, Add):
            bounds.append((sum(bounds[i][0] for i in node.of) * up, sum(bounds[i][1] for i in node.of) * up))
        elif isinstance(node, ReLU):
            bounds.append(bounds[node.of])
        else:
            size, error = bounds[node.of]
            root = float(np.sqrt(_most_read(node.windows)))
            if isinstance(node, LayerNode):
                layer, wide = next(layers), float(np.sqrt(prod(node.windows.outputs)))
                norm, radius = (root * part for part in _norms(layer.weight))
                bias, slack = (0.0, 0.0) if layer.bias is None else (wide * part for part in _norms(layer.bias))
                bounds.append(((norm * size + bias) * up, (norm * error + radius * size + slack) * up))
            else:
                bounds.append((root * size * up, root * error * up))
    return bounds[-1][1]


def _most_read(windows: Windows) -> int:
    table = windows.table[windows.table >= 0]
    return int(np.bincount(table).max(initial=1)) if table.size else 1


def _norms(numbers: Enclosed) -> tuple[float, float]:
    """Return Frobenius norms: one that no array within the radii exceeds, and that of the radii."""

    def norm(array: Reals) -> float:
        return float(np.sqrt((array**2).sum()))

    return norm(np.abs(numbers.mid) + numbers.radius), norm(numbers.radius)
