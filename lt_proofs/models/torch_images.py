"""The operators of exported PyTorch graphs on images: convolutions, poolings and padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lt_proofs.models.builder import Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.image_operations import (
    Image,
    Pads,
    ceiled,
    convolve,
    image_of,
    largest,
    mean,
    same_pads,
    windows_on,
)
from lt_proofs.models.maps import Pick
from lt_proofs.models.torch_call import Operation
from lt_proofs.models.windows import Windows


def _convolution(dimensions: int) -> Callable[[Operation], Value]:
    def found(call: Operation) -> Value:
        kernel, bias = call.constant(call.argument(1)), call.constant(call.argument(2, "bias"))
        if kernel is None:
            raise call.refuse("it has no kernel")
        image = image_of(call.label, call.value(0), dimensions)
        sizes = kernel.mid.shape[2:]
        strides, dilations = (_sizes(call.argument(place, name, 1), dimensions) for place, name in CONV_STEPS)
        given = call.argument(4, "padding", 0)
        if given == "same":
            pads = same_pads(image, sizes, strides, dilations, low=False)
        else:
            pads = _both(_sizes(0 if given == "valid" else given, dimensions))
        windows = windows_on(call.label, image, sizes, strides, dilations, pads)
        return convolve(call.builder, call.layer, image, kernel, bias, windows, int(call.argument(6, "groups", 1)))

    return found


CONV_STEPS = ((3, "stride"), (5, "dilation"))


def _max_pool(dimensions: int) -> Callable[[Operation], Value]:
    def found(call: Operation) -> Value:
        image = image_of(call.label, call.value(0), dimensions)
        kernel, strides, pads = _pooling(call, dimensions)
        dilations = _sizes(call.argument(4, "dilation", 1), dimensions)
        if call.argument(5, "ceil_mode", False):
            pads = ceiled(image, kernel, strides, dilations, pads)
        return largest(call.builder, call.label, image, windows_on(call.label, image, kernel, strides, dilations, pads))

    return found


def _mean_pool(dimensions: int) -> Callable[[Operation], Value]:
    def found(call: Operation) -> Value:
        image = image_of(call.label, call.value(0), dimensions)
        kernel, strides, pads = _pooling(call, dimensions)
        if call.argument(4, "ceil_mode", False) and ceiled(image, kernel, strides, [1] * dimensions, pads) != pads:
            raise call.refuse("ceil_mode adds windows beyond the padding; choose sizes that the windows divide")
        if call.argument(6, "divisor_override") is not None:
            raise call.refuse("it divides by a number of its own, so that it is no mean")
        windows = windows_on(call.label, image, kernel, strides, (), pads)
        counted = bool(call.argument(5, "count_include_pad", True))
        return mean(call.builder, call.label, image, windows, counted=counted)

    return found


def _pooling(call: Operation, dimensions: int) -> tuple[tuple[int, ...], tuple[int, ...], Pads]:
    kernel = _sizes(call.argument(1, "kernel_size"), dimensions)
    strides = _sizes(call.argument(2, "stride", []) or kernel, dimensions)
    return kernel, strides, _both(_sizes(call.argument(3, "padding", 0), dimensions))


def _adaptive_windows(call: Operation, dimensions: int) -> tuple[Image, Windows]:
    """Return windows that divide an image into so many equal parts; others differ in size and are refused."""
    image = image_of(call.label, call.value(0), dimensions)
    wanted = _sizes(call.argument(1, "output_size"), dimensions)
    parts = [size if part is None else part for size, part in zip(image.sizes, wanted, strict=True)]
    if any(part < 1 or size % part for size, part in zip(image.sizes, parts, strict=True)):
        raise call.refuse(f"it divides an image of sizes {image.sizes} into parts of different sizes")
    kernel = [size // part for size, part in zip(image.sizes, parts, strict=True)]
    return image, windows_on(call.label, image, kernel, kernel)


def _adaptive_mean(dimensions: int) -> Callable[[Operation], Value]:
    def found(call: Operation) -> Value:
        return mean(call.builder, call.label, *_adaptive_windows(call, dimensions), counted=True)

    return found


def _adaptive_largest(dimensions: int) -> Callable[[Operation], Value]:
    def found(call: Operation) -> Value:
        return largest(call.builder, call.label, *_adaptive_windows(call, dimensions))

    return found


def _mean(call: Operation) -> Value:
    """The mean over all positions of an image, as global average pooling is written."""
    value, axes = call.value(0), call.argument(1, "dim")
    count = len(value.shape)
    named = sorted(axis % count for axis in axes) if axes else []
    if count < 3 or named != list(range(2, count)):
        raise call.refuse("of means only those over all positions of an image are supported")
    image = image_of(call.label, value, count - 2)
    total = mean(call.builder, call.label, image, Windows.whole(image.sizes), counted=True)
    return total if call.argument(2, "keepdim", False) else Value(total.number, image.shape(image.channels, ()))


def _pad(call: Operation) -> Value:
    """Padding by a constant or by pixels of the image, evaluated on the entries' numbers."""
    import torch

    value, mode = call.value(0), call.argument(2, "mode", "constant")
    filling = float(call.argument(3, "value") or 0.0) if mode == "constant" else 0.0
    numbers = torch.arange(value.size, dtype=torch.float64).reshape(value.shape)
    more = {"value": -1.0} if mode == "constant" else {}
    wide = torch.nn.functional.pad(numbers, list(call.argument(1)), mode=mode, **more)
    places, shape = wide.reshape(-1).numpy().astype(np.int64), tuple(wide.shape)
    bias = np.where(places < 0, filling, 0.0)
    if not bias.any():
        return call.builder.picked(call.label, value, places, shape)
    return call.builder.add(call.label, [(value, Pick(places, value.size))], Enclosed(bias), shape)


def _constant_pad(call: Operation) -> Value:
    arguments = [call.argument(0), call.argument(1), "constant", call.argument(2, "value", 0.0)]
    return _pad(Operation(call.builder, call.label, call.function, arguments, {}, call.layer))


def _sizes(given: Any, dimensions: int) -> tuple[Any, ...]:
    """Return one entry for each dimension, of a number or of a list."""
    entries = list(given) if isinstance(given, Sequence) else [given]
    return tuple(entries * dimensions if len(entries) == 1 else entries)


def _both(sizes: Sequence[int]) -> Pads:
    return tuple((size, size) for size in sizes)


# operators that return the places of the largest entries as well; only the first member is a value
IMAGE_SEVERAL = frozenset(f"adaptive_max_pool{d}d" for d in (1, 2, 3))
IMAGE_OPERATORS: dict[str, Callable[[Operation], Value]] = {
    **{f"conv{d}d": _convolution(d) for d in (1, 2, 3)},
    **{f"max_pool{d}d": _max_pool(d) for d in (1, 2, 3)},
    **{f"avg_pool{d}d": _mean_pool(d) for d in (1, 2, 3)},
    **{f"adaptive_avg_pool{d}d": _adaptive_mean(d) for d in (1, 2, 3)},
    **{f"adaptive_max_pool{d}d": _adaptive_largest(d) for d in (1, 2, 3)},
    "constant_pad_nd": _constant_pad,
    "mean": _mean,
    "pad": _pad,
}
