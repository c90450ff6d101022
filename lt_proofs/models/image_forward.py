"""Values of a network of images in float64, node by node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from lt_proofs.models.convolutions import Mean, convolved
from lt_proofs.models.enclosed import Reals
from lt_proofs.models.graph import Largest
from lt_proofs.models.image_nodes import Add, ImageNode, LayerNode, MaxPool, MeanPool, ReLU, Source, shapes_of

# from the number of a layer, its node, and a batch of flattened images to the batch of its outputs
Applied = Callable[[int, LayerNode, Reals], Reals]


def forward(nodes: Sequence[ImageNode], apply: Applied, inputs: Reals) -> Reals:
    """Return the outputs for a batch of flattened inputs, one a row; ``apply`` is called for layers, from 0 on."""
    shapes, values, layer = shapes_of(nodes), [], 0
    for number, node in enumerate(nodes):
        if isinstance(node, Source):
            values.append(as_image(node, np.asarray(inputs, np.float64)))
        elif isinstance(node, LayerNode):
            values.append(apply(layer, node, values[node.of]))
            layer += 1
        elif isinstance(node, ReLU):
            values.append(np.maximum(values[node.of], 0.0))
        elif isinstance(node, MaxPool):
            values.append(Largest("", node.of, shapes[number][0], node.windows).apply(values[node.of]))
        elif isinstance(node, MeanPool):
            values.append(Mean(shapes[number][0], node.windows, node.counted).apply(values[node.of]))
        elif isinstance(node, Add):
            values.append(np.sum([values[source] for source in node.of], axis=0))
    return values[-1]


def applied(node: LayerNode, weight: Reals, bias: Reals | None, batch: Reals) -> Reals:
    """Return a layer's outputs; ``weight`` is outputs x (inputs of a group times taps)."""
    outputs = convolved(weight.reshape(node.outputs, -1, node.windows.taps), node.windows, node.groups, batch)
    return outputs if bias is None else outputs + np.repeat(bias, len(node.windows.table))


def as_image(source: Source, rows: Reals) -> Reals:
    """Return flattened inputs as flattened images."""
    axes = [0, *(axis + 1 for axis in source.axes)]
    return rows.reshape(len(rows), *source.given).transpose(axes).reshape(len(rows), prod(source.shape))
