"""The ONNX operators that are exactly affine or piecewise linear, in terms of the builder's operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lt_proofs.errors import shorten
from lt_proofs.models.builder import Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.onnx_call import DOUBLE, FLOATS, SHORT, SINGLE, Call
from lt_proofs.models.onnx_reductions import REDUCE, absolute_sum, extreme_entry, reduced_sum

# a bound of a Clip beyond this number is none: the largest float32 stands for infinity
NO_BOUND = 3e38


def _same(call: Call) -> Value:
    """Identity, Cast between floats and Dropout of a trained network."""
    return call.value(0)


def _cast(call: Call) -> Value:
    """Casts between float32 and float64, and from shorter floats to these, keep values but for rounding by 2^-24."""
    before, to = call.kinds[0], call.result_kind()
    if to not in FLOATS:
        raise call.refuse("it rounds to integers or other types, which is not piecewise linear; export without it")
    if to in SHORT and to != before:
        raise call.refuse("it rounds values to 16 bits, which is not piecewise linear; export the network without it")
    if before == DOUBLE and to == SINGLE:
        call.builder.remarks.append(f"{shorten(call.label)} rounds values to float32; they were read as they are")
    return call.value(0)


def _dropout(call: Call) -> Value:
    training = call.inputs[2] if len(call.inputs) > 2 else None
    if training is not None and (isinstance(training, Value) or bool(np.asarray(training).any())):
        raise call.refuse("it is in training mode; export the network in evaluation mode")
    return call.value(0)


def _matmul(call: Call) -> Value:
    left = not isinstance(call.inputs[0], Value)
    value, matrix = (call.value(1), call.constant(0)) if left else (call.value(0), call.constant(1))
    return call.builder.product(call.layer, value, matrix or Enclosed.of(np.zeros(0)), left=left)


def _gemm(call: Call) -> Value:
    factors: list[Any] = []
    for place, name in enumerate(("transA", "transB")):
        found = call.inputs[place]
        factor = found if isinstance(found, Value) else call.constant(place)
        shape = factor.shape if isinstance(factor, Value) else factor.mid.shape if factor is not None else ()
        if factor is None or len(shape) != 2:
            raise call.refuse(f"its input {place + 1} is no matrix")
        if call.settings.get(name, 0):
            if isinstance(factor, Value):
                places = np.arange(factor.size).reshape(shape).T
                factor = call.builder.picked(call.label, factor, places, places.shape)
            else:
                factor = factor.transposed
        factors.append(factor)
    alpha, beta = float(call.settings.get("alpha", 1.0)), float(call.settings.get("beta", 1.0))
    left = not isinstance(factors[0], Value)
    value, matrix = (factors[1], factors[0]) if left else factors
    if isinstance(matrix, Value):
        raise call.refuse("it multiplies two tensors that depend on the input, which is not piecewise linear")
    if not isinstance(value, Value):
        raise call.refuse("only its bias depends on the input")
    matrix = matrix if alpha == 1 else matrix * Enclosed.of(np.full(matrix.mid.shape, alpha))
    result = call.builder.product(call.layer, value, matrix, left=left)
    bias = call.constant(2)
    if bias is None or beta == 0:
        return result
    bias = bias if beta == 1 else bias * Enclosed.of(np.full(bias.mid.shape, beta))
    shifted = call.builder.shifted(call.label, result, bias)
    if shifted.shape != result.shape:
        raise call.refuse(f"its bias of shape {bias.mid.shape} does not fit its result of shape {result.shape}")
    return shifted


def _sum(call: Call) -> Value:
    """Add, Sub and Sum, of values and constants."""
    signs = [1.0, -1.0] if call.node.op_type == "Sub" else [1.0] * len(call.inputs)
    values = [(found, sign) for found, sign in zip(call.inputs, signs, strict=True) if isinstance(found, Value)]
    whole = len(values) == 1 and values[0][1] == 1
    total = values[0][0] if whole else call.builder.combined(call.label, *map(list, zip(*values, strict=True)))
    for place, sign in enumerate(signs):
        if not isinstance(call.inputs[place], Value):
            constant = call.constant(place)
            if constant is not None:
                total = call.builder.shifted(call.label, total, constant if sign > 0 else -constant)
    return total


def _mean(call: Call) -> Value:
    return call.builder.scaled(call.label, _sum(call), Enclosed.of([1.0]) / Enclosed.of([float(len(call.inputs))]))


def _times(call: Call) -> Value:
    divides = call.node.op_type == "Div"
    if isinstance(call.inputs[0], Value) and isinstance(call.inputs[1], Value):
        raise call.refuse("both factors depend on the input, so it is not piecewise linear")
    if divides and isinstance(call.inputs[1], Value):
        raise call.refuse("it divides by a tensor that depends on the input, so it is not piecewise linear")
    place = int(isinstance(call.inputs[0], Value))
    constant = call.constant(place)
    if constant is None:
        raise call.refuse("an input is missing")
    if divides:
        constant = Enclosed.of(np.ones(constant.mid.shape)) / constant
    return call.builder.scaled(call.label, call.value(1 - place), constant)


def _negative(call: Call) -> Value:
    return call.builder.combined(call.label, [call.value(0)], [-1.0])


def _normalized(call: Call) -> Value:
    """scale (x - mean) / sqrt(variance + epsilon) + shift, channel by channel; the channels are the second axis."""
    if call.settings.get("training_mode", 0) or call.settings.get("spatial", 1) != 1:
        raise call.refuse("it is in training mode, or not by channels; export the network in evaluation mode")
    # before operator set 14 further outputs, the new statistics, meant training
    if any(call.node.output[1:]):
        raise call.refuse("it is in training mode; export the network in evaluation mode")
    value = call.value(0)
    given = [call.constant(place) for place in range(1, 5)]
    if any(number is None for number in given) or len(value.shape) < 2:
        raise call.refuse("it needs scale, shift, mean and variance, and an input with channels")
    if any(number.mid.shape != (value.shape[1],) for number in given if number is not None):
        raise call.refuse(f"its scale, shift, mean and variance need one number for each of {value.shape[1]} channels")
    shape = (value.shape[1], *[1] * (len(value.shape) - 2))
    scale, shift, mean, variance = (number.reshape(*shape) for number in given if number is not None)
    epsilon = Enclosed.of(np.full(shape, float(call.settings.get("epsilon", np.float32(1e-5)))))
    centred = call.builder.shifted(call.label, value, -mean)
    scaled = call.builder.scaled(call.label, centred, scale / (variance + epsilon).sqrt())
    return call.builder.shifted(call.label, scaled, shift)


def _relu(call: Call) -> Value:
    return call.builder.relu(call.label, call.value(0))


def _leaky(call: Call) -> Value:
    if call.node.op_type == "LeakyRelu":
        slopes: Enclosed | None = Enclosed.of([float(call.settings.get("alpha", np.float32(0.01)))])
    else:
        slopes = call.constant(1)
    return call.builder.leaky(call.label, call.value(0), slopes or Enclosed.of([0.0]))


def _clip(call: Call) -> Value:
    bounds: list[float | None] = []
    for place, name in ((1, "min"), (2, "max")):
        found = call.inputs[place] if place < len(call.inputs) else call.settings.get(name)
        if isinstance(found, Value) or (found is not None and np.size(found) != 1):
            raise call.refuse("its bounds must be constant numbers")
        bound = None if found is None else float(np.asarray(found).reshape(()))
        if bound is not None and np.isnan(bound):
            raise call.refuse("its bounds hold NaN")
        sign = -1 if name == "min" else 1
        bounds.append(None if bound is None or sign * bound >= NO_BOUND else bound)
    return call.builder.clipped(call.label, call.value(0), *bounds)


def _extreme(call: Call) -> Value:
    """Max and Min of values and constants, from left to right."""
    sign = 1.0 if call.node.op_type == "Max" else -1.0
    values = [found for found in call.inputs if isinstance(found, Value)]
    total = values[0]
    for other in values[1:]:
        total = call.builder.larger(call.label, total, other, sign)
    for place, found in enumerate(call.inputs):
        if isinstance(found, Value):
            continue
        constant = call.constant(place)
        if constant is not None:
            total = call.builder.larger_than(call.label, total, constant, sign)
    return total


def _hard_sigmoid(call: Call) -> Value:
    """max(0, min(1, alpha x + beta))."""
    alpha, beta = (float(call.settings.get(name, np.float32(usual))) for name, usual in (("alpha", 0.2), ("beta", 0.5)))
    line = call.builder.scaled(call.label, call.value(0), Enclosed.of([alpha]))
    return call.builder.clipped(call.label, call.builder.shifted(call.label, line, Enclosed.of([beta])), 0.0, 1.0)


def _absolute(call: Call) -> Value:
    return call.builder.leaky(call.label, call.value(0), Enclosed.of([-1.0]))


NONE: frozenset[str] = frozenset()
# operator -> function, attributes that it understands
OPERATORS: dict[str, tuple[Callable[[Call], Value], frozenset[str]]] = {
    "Abs": (_absolute, NONE),
    "Add": (_sum, NONE),
    "BatchNormalization": (_normalized, frozenset({"epsilon", "momentum", "spatial", "training_mode"})),
    "Cast": (_cast, frozenset({"to", "saturate", "round_mode"})),
    "CastLike": (_cast, frozenset({"saturate", "round_mode"})),
    "Clip": (_clip, frozenset({"min", "max"})),
    "Div": (_times, NONE),
    "Dropout": (_dropout, frozenset({"ratio", "seed"})),
    "Gemm": (_gemm, frozenset({"alpha", "beta", "transA", "transB"})),
    "HardSigmoid": (_hard_sigmoid, frozenset({"alpha", "beta"})),
    "Identity": (_same, NONE),
    "LeakyRelu": (_leaky, frozenset({"alpha"})),
    "MatMul": (_matmul, NONE),
    "Max": (_extreme, NONE),
    "Mean": (_mean, NONE),
    "Min": (_extreme, NONE),
    "Mul": (_times, NONE),
    "Neg": (_negative, NONE),
    "PRelu": (_leaky, NONE),
    "ReduceL1": (absolute_sum, REDUCE),
    "ReduceMax": (extreme_entry, REDUCE),
    "ReduceMean": (reduced_sum, REDUCE),
    "ReduceMin": (extreme_entry, REDUCE),
    "ReduceSum": (reduced_sum, REDUCE),
    "Relu": (_relu, NONE),
    "Sub": (_sum, NONE),
    "Sum": (_sum, NONE),
}
