"""A ticket with convolutions as an ONNX graph of Conv and Relu, with the poolings and sums of the target."""

from __future__ import annotations

from typing import Any

import numpy as np

from lt_proofs.models.image_nodes import (
    Add,
    ImageNode,
    LayerNode,
    MaxPool,
    MeanPool,
    ReLU,
    Source,
    shapes_of,
    source_of,
)
from lt_proofs.models.windows import MODES, Windows
from lt_proofs.networks.kept_images import KeptConvolutions
from lt_proofs.networks.onnx_export import OPSET, ExportedGraph, finished

# the first operator set whose Pad knows the mode "wrap"
WRAPS = 19


def image_graph(nodes: tuple[ImageNode, ...], layers: list[KeptConvolutions], *, sparse: bool) -> bytes:
    """Return the bytes of an ONNX model that maps a batch of the target's inputs to its outputs.

    ``sparse`` writes the kept weights of second kernels with their places, to be put together when the file is loaded.
    """
    graph, pairs = ExportedGraph(), iter(layers)
    values: list[str] = []
    for node in nodes:
        values.append(_step(graph, node, [values[number] for number in node.reads], pairs, sparse=sparse))
    shapes = shapes_of(nodes)
    ends: list[tuple[str, list[Any]]] = [("inputs", list(source_of(nodes).given)), ("outputs", list(shapes[-1]))]
    if max(shapes[-1][1:], default=1) == 1:
        values.append(graph.step("Flatten", values[-1], axis=1))
        ends[1] = ("outputs", [shapes[-1][0]])
    circular = any(isinstance(node, LayerNode) and node.windows.mode == "circular" for node in nodes)
    return finished(graph, ends, opset=WRAPS if circular else OPSET)


def _step(graph: ExportedGraph, node: ImageNode, inputs: list[str], pairs: Any, *, sparse: bool) -> str:
    """Add one node, and return the name of its output."""
    if isinstance(node, Source):
        return _image(graph, node)
    if isinstance(node, ReLU):
        return graph.step("Relu", inputs[0])
    if isinstance(node, MaxPool):
        return graph.step("MaxPool", inputs[0], **_settings(node.windows))
    if isinstance(node, MeanPool):
        settings = _settings(node.windows)
        del settings["dilations"]
        return graph.step("AveragePool", inputs[0], **settings, count_include_pad=int(node.counted))
    if isinstance(node, Add):
        return inputs[0] if len(inputs) == 1 else graph.step("Sum", *inputs)
    return _pair(graph, inputs[0], next(pairs), sparse=sparse)


def _image(graph: ExportedGraph, source: Source) -> str:
    """Return the input as an image: transposed, and reshaped, where the user has it in another order."""
    value = "inputs"
    if source.axes != tuple(range(len(source.axes))):
        value = graph.step("Transpose", value, perm=[0, *(axis + 1 for axis in source.axes)])
    if tuple(source.given[axis] for axis in source.axes) != source.shape:
        value = graph.step("Reshape", value, graph.constant(np.array([-1, *source.shape])))
    return value


def _settings(windows: Windows) -> dict[str, Any]:
    before, after = zip(*windows.pads, strict=True)
    return {
        "kernel_shape": list(windows.kernel),
        "strides": list(windows.strides),
        "dilations": list(windows.dilations),
        "pads": [*before, *after],
    }


def _pair(graph: ExportedGraph, value: str, pair: KeptConvolutions, *, sparse: bool) -> str:
    """Add both convolutions of a pair; what fills the padding by pixels does so before them."""
    windows, settings = pair.node.windows, _settings(pair.node.windows)
    if windows.mode != "zeros":
        before, after = zip(*windows.pads, strict=True)
        pads = graph.constant(np.array([0, 0, *before, 0, 0, *after]))
        value = graph.step("Pad", value, pads, mode=MODES[windows.mode])
        settings["pads"] = [0] * 2 * len(before)
    ones = (1,) * len(windows.kernel)
    bias = () if pair.bias is None else (graph.constant(pair.bias),)
    first = graph.constant(pair.first.reshape(*pair.first.shape, *ones))
    hidden = graph.step("Relu", graph.step("Conv", value, first, *bias, group=pair.node.groups))
    shape = (*pair.second.shape[:2], *windows.kernel)
    kept = np.where(pair.mask, pair.second, 0)
    if sparse:
        places = np.flatnonzero(pair.mask)
        second = graph.scattered_at(places, kept.reshape(-1)[places], shape)
    else:
        second = graph.constant(kept.reshape(shape))
    return graph.step("Conv", hidden, second, **settings, group=pair.node.groups)
