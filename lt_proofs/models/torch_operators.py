"""The operators of exported PyTorch graphs that are exactly affine or piecewise linear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lt_proofs.models.builder import Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.torch_call import Operation

# operators that return a tuple, of whose members only the first is a value
SEVERAL = frozenset({"_native_batch_norm_legit_no_training"})


def _same(call: Operation) -> Value:
    return call.value(0)


def _dropout(call: Operation) -> Value:
    if call.argument(2, "train", default=False):
        raise call.refuse("it is in training mode; call eval() first")
    return call.value(0)


def _convert(call: Operation) -> Value:
    import torch

    kinds = [part for part in [*call.arguments[1:], *call.settings.values()] if isinstance(part, torch.dtype)]
    if any(not kind.is_floating_point for kind in kinds):
        raise call.refuse("a cast that rounds to integers is not piecewise linear")
    if any(torch.finfo(kind).bits < 32 for kind in kinds):
        raise call.refuse("a cast that rounds to 16 bits or fewer is not piecewise linear")
    return call.value(0)


def _convert_like(call: Operation) -> Value:
    like = call.argument(1)
    if not isinstance(like, Value) and (not like.is_floating_point() or like.itemsize < 4):
        raise call.refuse("a cast that rounds is not piecewise linear")
    return call.value(0)


def _linear(call: Operation) -> Value:
    weight, bias = call.constant(call.argument(1)), call.constant(call.argument(2, "bias"))
    if weight is None:
        raise call.refuse("it has no weight")
    result = call.builder.product(call.layer, call.value(0), weight.transposed, left=False)
    return result if bias is None else call.builder.shifted(call.label, result, bias)


def _product(call: Operation) -> Value:
    left = not isinstance(call.argument(0), Value)
    matrix = call.constant(call.argument(0 if left else 1))
    if matrix is None:
        raise call.refuse("it has no matrix")
    return call.builder.product(call.layer, call.value(1 if left else 0), matrix, left=left)


def _addmm(call: Operation) -> Value:
    """beta bias + alpha (one matrix times another)."""
    inner = Operation(call.builder, call.label, call.function, call.arguments[1:3], {}, call.layer)
    factors = [float(call.settings.get(name, 1)) for name in ("beta", "alpha")]
    return _weighted(call, [(call.argument(0), factors[0]), (_product(inner), factors[1])])


def _weighted(call: Operation, parts: list[tuple[Any, float]]) -> Value:
    """Return the sum of values and constants times numbers."""
    values = [(part, factor) for part, factor in parts if isinstance(part, Value)]
    total = values[0][0]
    if len(values) > 1 or values[0][1] != 1:
        total = call.builder.combined(call.label, [part for part, _ in values], [factor for _, factor in values])
    for part, factor in parts:
        constant = None if isinstance(part, Value) else call.constant(part)
        if constant is not None:
            scaled = constant if factor == 1 else constant * Enclosed.of(np.full(constant.mid.shape, factor))
            total = call.builder.shifted(call.label, total, scaled)
    return total


def _add(call: Operation) -> Value:
    return _weighted(call, [(call.argument(0), 1.0), (call.argument(1), float(call.argument(2, "alpha", 1)))])


def _sub(call: Operation) -> Value:
    return _weighted(call, [(call.argument(0), 1.0), (call.argument(1), -float(call.argument(2, "alpha", 1)))])


def _rsub(call: Operation) -> Value:
    return _weighted(call, [(call.argument(1), 1.0), (call.argument(0), -float(call.argument(2, "alpha", 1)))])


def _times(call: Operation) -> Value:
    place = 0 if isinstance(call.argument(0), Value) else 1
    constant = call.constant(call.argument(1 - place))
    if constant is None:
        raise call.refuse("a factor is missing")
    return call.builder.scaled(call.label, call.value(place), constant)


def _divided(call: Operation) -> Value:
    divisor = call.constant(call.argument(1))
    if divisor is None or call.settings.get("rounding_mode"):
        raise call.refuse("only plain division by a constant is supported")
    return call.builder.scaled(call.label, call.value(0), Enclosed.of(np.ones(divisor.mid.shape)) / divisor)


def _negative(call: Operation) -> Value:
    return call.builder.combined(call.label, [call.value(0)], [-1.0])


def _relu(call: Operation) -> Value:
    return call.builder.relu(call.label, call.value(0))


def _leaky(call: Operation) -> Value:
    slope = Enclosed.of([float(call.argument(1, "negative_slope", 0.01))])
    return call.builder.leaky(call.label, call.value(0), slope)


def _prelu(call: Operation) -> Value:
    value, slopes = call.value(0), call.constant(call.argument(1))
    if slopes is None or (slopes.mid.size > 1 and len(value.shape) < 2):
        raise call.refuse("its slopes do not fit its input")
    # the slopes belong to the second axis, the channels
    shape = (slopes.mid.size, *[1] * (len(value.shape) - 2)) if slopes.mid.size > 1 else (1,)
    return call.builder.leaky(call.label, value, slopes.reshape(*shape))


def _clamp(call: Operation) -> Value:
    bounds = [call.argument(1, "min"), call.argument(2, "max")]
    return _clipped(call, *bounds)


def _clipped(call: Operation, low: Any, high: Any) -> Value:
    bounds = [None if bound is None else call.constant(bound) for bound in (low, high)]
    if any(bound is not None and bound.mid.size != 1 for bound in bounds):
        raise call.refuse("its bounds must be numbers")
    numbers = [None if bound is None else float(bound.mid.reshape(())) for bound in bounds]
    return call.builder.clipped(call.label, call.value(0), *numbers)


def _extreme(sign: float) -> Callable[[Operation], Value]:
    def found(call: Operation) -> Value:
        value, other = call.argument(0), call.argument(1)
        if len(call.arguments) != 2 or isinstance(other, int):
            raise call.refuse("only maxima and minima of two tensors are supported")
        if isinstance(value, Value) and isinstance(other, Value):
            return call.builder.larger(call.label, value, other, sign)
        value, other = (value, other) if isinstance(value, Value) else (other, value)
        constant = call.constant(other)
        if constant is None:
            raise call.refuse("it needs a second tensor")
        return call.builder.larger_than(call.label, value, constant, sign)

    return found


def _normalized(call: Operation) -> Value:
    """Normalize by running statistics: arguments are input, weight, bias, mean, variance, momentum and epsilon."""
    value = call.value(0)
    weight, shift, mean, variance = (call.constant(call.argument(place)) for place in range(1, 5))
    if mean is None or variance is None or len(value.shape) < 2:
        raise call.refuse("it normalizes by statistics of the batch; keep running statistics")
    shape = (value.shape[1], *[1] * (len(value.shape) - 2))
    epsilon = Enclosed.of(np.full(shape, float(call.argument(6))))
    scale = Enclosed.of(np.ones(shape)) if weight is None else weight.reshape(*shape)
    centred = call.builder.shifted(call.label, value, -mean.reshape(*shape))
    scaled = call.builder.scaled(call.label, centred, scale / (variance.reshape(*shape) + epsilon).sqrt())
    return scaled if shift is None else call.builder.shifted(call.label, scaled, shift.reshape(*shape))


OPERATORS: dict[str, Callable[[Operation], Value]] = {
    "_native_batch_norm_legit_no_training": _normalized,
    "_to_copy": _convert,
    "abs": lambda call: call.builder.leaky(call.label, call.value(0), Enclosed.of([-1.0])),
    "add": _add,
    "addmm": _addmm,
    "clamp": _clamp,
    "clamp_max": lambda call: _clipped(call, None, call.argument(1)),
    "clamp_min": lambda call: _clipped(call, call.argument(1), None),
    "clip": _clamp,
    "div": _divided,
    "dropout": _dropout,
    "feature_dropout": _dropout,
    "hardtanh": lambda call: _clipped(call, call.argument(1, "min_val", -1.0), call.argument(2, "max_val", 1.0)),
    "leaky_relu": _leaky,
    "lift_fresh_copy": _same,
    "linear": _linear,
    "matmul": _product,
    "max": _extreme(1.0),
    "maximum": _extreme(1.0),
    "min": _extreme(-1.0),
    "minimum": _extreme(-1.0),
    "mm": _product,
    "mul": _times,
    "mv": _product,
    "neg": _negative,
    "prelu": _prelu,
    "relu": _relu,
    "relu6": lambda call: _clipped(call, 0.0, 6.0),
    "rsub": _rsub,
    "sub": _sub,
    "to": _convert,
    "type_as": _convert_like,
}
