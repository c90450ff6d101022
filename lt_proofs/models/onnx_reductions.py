"""ONNX operators that take sums, means, maxima or minima over some axes of a tensor."""

from __future__ import annotations

from math import prod

import numpy as np

from lt_proofs.models.builder import Value, check_entries
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.graph import Shape
from lt_proofs.models.onnx_call import Call

REDUCE = frozenset({"axes", "keepdims", "noop_with_empty_axes"})


def reduced_sum(call: Call) -> Value:
    """ReduceSum and ReduceMean; the mean divides by the number of summands."""
    return _summed(call, call.value(0))


def absolute_sum(call: Call) -> Value:
    """ReduceL1: the sum of absolute values."""
    return _summed(call, call.builder.leaky(call.label, call.value(0), Enclosed.of([-1.0])))


def extreme_entry(call: Call) -> Value:
    """ReduceMax and ReduceMin: extremes of pairs, then of pairs of these."""
    axes = _axes(call)
    value = call.value(0)
    if axes is None:
        return value
    sign = 1.0 if call.node.op_type == "ReduceMax" else -1.0
    shape = _shape(call, axes)
    # one row of places for each result; an odd last entry is compared with itself
    order = [axis for axis in range(len(value.shape)) if axis not in axes]
    places = np.arange(value.size).reshape(value.shape).transpose(*order, *sorted(axes)).reshape(prod(shape), -1)
    while places.shape[1] > 1:
        first, second = places[:, ::2], places[:, np.minimum(np.arange(1, places.shape[1] + 1, 2), places.shape[1] - 1)]
        one, other = (call.builder.picked(call.label, value, part, part.shape) for part in (first, second))
        value = call.builder.larger(call.label, one, other, sign)
        places = np.arange(value.size).reshape(value.shape)
    return call.builder.picked(call.label, value, places, shape)


def _summed(call: Call, value: Value) -> Value:
    axes = _axes(call)
    if axes is None:
        return value
    kept = tuple(1 if axis in axes else size for axis, size in enumerate(value.shape))
    check_entries(call.label, prod(kept), value.size)
    matrix = np.zeros((prod(kept), value.size))
    matrix[np.broadcast_to(np.arange(prod(kept)).reshape(kept), value.shape).reshape(-1), np.arange(value.size)] = 1.0
    weight = Enclosed(matrix)
    if call.node.op_type == "ReduceMean":
        weight = weight / Enclosed.of(np.full((1, 1), value.size // prod(kept)))
    return call.builder.linear(call.label, value, weight, None, _shape(call, axes))


def _axes(call: Call) -> set[int] | None:
    """Return the axes that are reduced, None where the operator changes nothing; raise BadInput for wrong ones."""
    given = call.inputs[1] if len(call.inputs) > 1 else call.settings.get("axes")
    if isinstance(given, Value):
        raise call.refuse("its axes must be constant")
    shape = call.value(0).shape
    every = given is None or not np.size(given)
    if every and call.settings.get("noop_with_empty_axes", 0):
        return None
    named = range(len(shape)) if every else [int(axis) for axis in np.asarray(given).reshape(-1)]
    axes = {axis % len(shape) for axis in named if -len(shape) <= axis < len(shape)}
    if len(axes) < len(named):
        raise call.refuse(f"its axes {list(named)} do not fit a tensor of shape {shape}")
    # with one input the axis of the batch has size 1, and a sum over it would look as if it did nothing
    if call.batches and any(shape[axis] == 1 for axis in axes):
        raise call.refuse("it may add up the inputs of a batch; export the network for a fixed batch size of 1")
    return axes


def _shape(call: Call, axes: set[int]) -> Shape:
    shape = call.value(0).shape
    if call.settings.get("keepdims", 1):
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)
