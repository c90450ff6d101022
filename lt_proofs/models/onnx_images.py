"""The ONNX operators on images: Conv, and the poolings."""

from __future__ import annotations

from collections.abc import Callable

from lt_proofs.errors import shorten
from lt_proofs.models.builder import Value
from lt_proofs.models.image_operations import (
    Image,
    ceiled,
    convolve,
    image_of,
    largest,
    mean,
    same_pads,
    windows_on,
)
from lt_proofs.models.onnx_call import Call
from lt_proofs.models.windows import Windows

WINDOW = frozenset({"auto_pad", "dilations", "kernel_shape", "pads", "strides"})


def _windows(call: Call, image: Image, kernel: list[int]) -> Windows:
    """Return the windows that the attributes describe."""
    count = len(kernel)
    strides, dilations = (list(call.settings.get(name, [1] * count)) for name in ("strides", "dilations"))
    flat = list(call.settings.get("pads", [0] * 2 * count))
    if not len(strides) == len(dilations) == len(image.sizes) == count or len(flat) != 2 * count:
        raise call.refuse(f"its attributes do not have the {len(image.sizes)} dimensions of its input")
    pads = tuple(zip(flat[:count], flat[count:], strict=True))
    rule = call.settings.get("auto_pad", b"NOTSET").decode(errors="replace")
    if rule in ("SAME_UPPER", "SAME_LOWER"):
        pads = same_pads(image, kernel, strides, dilations, low=rule == "SAME_LOWER")
    elif rule == "VALID":
        pads = ((0, 0),) * count
    elif rule != "NOTSET":
        raise call.refuse(f"auto_pad {shorten(rule)} is not known")
    if call.settings.get("ceil_mode", 0):
        wider = ceiled(image, kernel, strides, dilations, pads)
        if wider != pads and call.node.op_type != "MaxPool":
            raise call.refuse("ceil_mode adds windows beyond the padding, whose mean is not defined alike everywhere")
        pads = wider
    return windows_on(call.label, image, kernel, strides, dilations, pads)


def _conv(call: Call) -> Value:
    kernel, bias, value = call.constant(1), call.constant(2), call.value(0)
    if kernel is None or len(kernel.mid.shape) < 3:
        raise call.refuse("its kernel must have outputs, inputs and one to three sizes")
    sizes = list(kernel.mid.shape[2:])
    if list(call.settings.get("kernel_shape", sizes)) != sizes:
        raise call.refuse(f"its kernel_shape is not that of its kernel, {sizes}")
    image = image_of(call.label, value, len(sizes), batched=True)
    groups = int(call.settings.get("group", 1))
    return convolve(call.builder, call.layer, image, kernel, bias, _windows(call, image, sizes), groups)


def _pooled(call: Call) -> tuple[Image, Windows]:
    if any(call.node.output[1:]):
        raise call.refuse("it also returns the places of its largest entries; export the network without them")
    kernel = list(call.settings.get("kernel_shape", []))
    image = image_of(call.label, call.value(0), len(kernel), batched=True)
    return image, _windows(call, image, kernel)


def _max_pool(call: Call) -> Value:
    return largest(call.builder, call.label, *_pooled(call))


def _mean_pool(call: Call) -> Value:
    image, windows = _pooled(call)
    if max(windows.dilations) > 1:
        raise call.refuse("average pooling with gaps is not supported")
    return mean(call.builder, call.label, image, windows, counted=bool(call.settings.get("count_include_pad", 0)))


def _whole(call: Call) -> tuple[Image, Windows]:
    image = image_of(call.label, call.value(0), len(call.value(0).shape) - 2, batched=True)
    return image, Windows.whole(image.sizes)


def _whole_mean(call: Call) -> Value:
    image, windows = _whole(call)
    return mean(call.builder, call.label, image, windows, counted=True)


def _whole_largest(call: Call) -> Value:
    return largest(call.builder, call.label, *_whole(call))


# operator -> function, attributes that it understands
IMAGE_OPERATORS: dict[str, tuple[Callable[[Call], Value], frozenset[str]]] = {
    "AveragePool": (_mean_pool, WINDOW | {"ceil_mode", "count_include_pad"}),
    "Conv": (_conv, WINDOW | {"group"}),
    "GlobalAveragePool": (_whole_mean, frozenset()),
    "GlobalMaxPool": (_whole_largest, frozenset()),
    "MaxPool": (_max_pool, WINDOW | {"ceil_mode", "storage_order"}),
}
