"""ONNX operators that only move entries: they are evaluated on the entries' numbers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import shorten
from lt_proofs.models.builder import Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.maps import MAX_ENTRIES, Pick
from lt_proofs.models.onnx_call import Call, result_size

# operators whose outputs are entries of their inputs; of Concat all inputs are data, of the others the first one
MOVES = frozenset(
    [
        "Concat",
        "DepthToSpace",
        "Expand",
        "Flatten",
        "Gather",
        "GatherElements",
        "GatherND",
        "Pad",
        "Reshape",
        "Slice",
        "SpaceToDepth",
        "Split",
        "Squeeze",
        "Tile",
        "Transpose",
        "Unsqueeze",
    ]
)


def moved(call: Call, evaluated: Callable[[Call, list[Any]], list[NDArray[Any]]]) -> list[Value]:
    """Return the outputs of an operator that only moves entries, by evaluating it on the entries' numbers."""
    operator = call.node.op_type
    data = range(len(call.inputs)) if operator == "Concat" else range(1)
    arrays: list[Any] = []
    # sources: (value or constant array, number of its first entry); -1 is the entry with which Pad fills
    sources: list[tuple[Any, int]] = []
    start = 0
    for place, found in enumerate(call.inputs):
        if place in data:
            shape = found.shape
            arrays.append(np.arange(start, start + prod(shape), dtype=np.int64).reshape(shape))
            sources.append((found, start))
            start += prod(shape)
        elif isinstance(found, Value):
            raise call.refuse(f"its input {shorten(call.node.input[place])} must be a constant of the file")
        elif operator == "Pad" and place == 2 and found is not None:
            arrays.append(np.array(-1, np.int64))
        elif found is not None:
            arrays.append(found)
    size = result_size(call)
    if size > MAX_ENTRIES:
        raise call.refuse("its result is too large")
    filling = _filling(call)
    constant = call.settings.get("mode", b"constant") == b"constant"
    if operator == "Pad" and constant and (len(call.inputs) < 3 or call.inputs[2] is None):
        call = _with_filling(call, arrays)
    return [_gathered(call, numbers, sources, filling) for numbers in evaluated(call, arrays)]


def _with_filling(call: Call, arrays: list[Any]) -> Call:
    """Return Pad with the number -1 as its constant, so that what it fills in can be told from entry 0."""
    node = copy.deepcopy(call.node)
    if call.opset < 11:
        # the constant is an attribute, a float, which numbers of entries are exact in
        kept = [a for a in node.attribute if a.name != "value"]
        from onnx import helper

        del node.attribute[:]
        node.attribute.extend([*kept, helper.make_attribute("value", -1.0)])
    else:
        axes = list(node.input[3:])
        del node.input[2:]
        node.input.extend(["filling of Pad", *axes])
        arrays.insert(2, np.array(-1, np.int64))
    return Call(call.builder, node, call.label, call.settings, call.inputs, call.opset, call.layer)


def _filling(call: Call) -> float:
    if call.node.op_type != "Pad":
        return 0.0
    if call.opset < 11:
        value = float(call.settings.get("value", 0.0))
        if not np.isfinite(value):
            raise call.refuse(f"it fills with {value}; give a finite number")
        return value
    constant = call.constant(2)
    return 0.0 if constant is None else float(constant.mid.reshape(()))


def _gathered(call: Call, numbers: NDArray[Any], sources: list[tuple[Any, int]], filling: float) -> Value:
    """Return the tensor whose entries have these numbers in the sources."""
    flat = numbers.reshape(-1).astype(np.int64)
    if len(sources) == 1 and not (flat < 0).any():
        return call.builder.picked(call.label, sources[0][0], flat, numbers.shape)
    bias, terms = np.where(flat < 0, filling, 0.0), []
    for place, (source, start) in enumerate(sources):
        inside = (flat >= start) & (flat < start + prod(source.shape))
        if isinstance(source, Value):
            terms.append((source, Pick(np.where(inside, flat - start, -1), source.size)))
        else:
            bias[inside] = call.number(source, place).mid.reshape(-1)[flat[inside] - start]
    return call.builder.add(call.label, terms, Enclosed(bias) if bias.any() else None, numbers.shape)
