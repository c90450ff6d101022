"""Networks of images from named tensors, which do not say what stands between the kernels: the user says it.

The parts are named from the input on, each with its settings: ``conv1:pad=2``, ``max:2``, ``conv2:stride=2``,
``mean:2:stride=1``, ``fc1``. ReLU stands behind every layer but the last, and what is flattened is so channel by
channel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lt_proofs.errors import BadInput, shorten
from lt_proofs.models.builder import Builder, Value
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.graph import Model
from lt_proofs.models.image_operations import Image, convolve, image_of, largest, mean, windows_on
from lt_proofs.models.windows import Windows

SETTINGS = ("stride", "pad", "dilation", "groups")
POOLINGS = ("max", "mean")
PART = re.compile(r"(?P<name>[^:]+)(?P<more>(?::[^:]+)*)")
REMARK = "ReLU behind each layer but the last was assumed"
EXAMPLE = "--shape 1,28,28 --layers conv1:pad=2,max:2,conv2,max:2,fc1,fc2"


def describes_images(tensors: Mapping[str, Enclosed]) -> bool:
    """Return whether one of the tensors is the kernel of a convolution."""
    return any(tensor.mid.ndim > 2 for tensor in tensors.values())


def model_of_parts(
    tensors: Mapping[str, Enclosed], parts: Sequence[str] | None, shape: Sequence[int] | None, remarks: Sequence[str]
) -> Model:
    """Return the network of these parts, for one input of this shape: channels, and one to three sizes.

    Raises BadInput for a part that names no tensor, and for tensors that no part names.
    """
    if parts is None or shape is None:
        kernel = next(name for name, tensor in tensors.items() if tensor.mid.ndim > 2)
        raise BadInput(
            "tensor", kernel, f"it belongs to a convolution, and the file does not say what stands between layers; say "
            f"it, as in {EXAMPLE}"
        )  # fmt: skip
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise BadInput("--shape", ",".join(map(str, shape)), "give channels and one to three sizes, as in 1,28,28")
    builder, used = Builder("input", (1, *shape)), set[str]()
    value, layers = builder.inputs, 0
    for number, part in enumerate(parts, 1):
        name, settings = _parsed(part)
        if name in POOLINGS:
            value = _pooled(builder, part, name, settings, value)
            continue
        weight, bias = _found(tensors, part, name)
        used |= {f"{name}.weight", *([f"{name}.bias"] if bias is not None else [])}
        value = _layer(builder, part, name, weight, bias, settings, value)
        layers += 1
        if any(not other.startswith(POOLINGS) for other in parts[number:]):
            value = builder.relu(f"ReLU behind {name}", value)
    left = [name for name in tensors if name not in used]
    if left:
        raise BadInput(
            "--layers", ",".join(parts), f"no part names the tensor {shorten(left[0])}; --ignore leaves it out"
        )
    builder.remarks += [*remarks, *([REMARK] if layers > 1 else [])]
    return builder.model(value)


def _parsed(part: str) -> tuple[str, dict[str, int]]:
    """Return the name of a part, and its settings; the size of a pooling is the setting "size"."""
    found = PART.fullmatch(part)
    if found is None:
        raise BadInput("--layers", part, f"write parts as in {EXAMPLE}")
    settings: dict[str, int] = {}
    for entry in found["more"].split(":")[1:]:
        key, _, number = entry.rpartition("=")
        key = key or "size"
        if key not in (*SETTINGS, "size") or not number.isdecimal() or key in settings:
            raise BadInput("--layers", part, f"its settings are {', '.join(SETTINGS)}, as in {EXAMPLE}")
        settings[key] = int(number)
    return found["name"], settings


def _found(tensors: Mapping[str, Enclosed], part: str, name: str) -> tuple[Enclosed, Enclosed | None]:
    if f"{name}.weight" not in tensors:
        names = sorted(key.removesuffix(".weight") for key in tensors if key.endswith(".weight"))
        raise BadInput("--layers", part, f"the file has the layers {', '.join(map(shorten, names))}")
    return tensors[f"{name}.weight"], tensors.get(f"{name}.bias")


def _layer(
    builder: Builder,
    part: str,
    name: str,
    weight: Enclosed,
    bias: Enclosed | None,
    settings: dict[str, int],
    value: Value,
) -> Value:
    if weight.mid.ndim > 2:
        image = image_of(name, value, weight.mid.ndim - 2)
        windows = _windows(name, image, weight.mid.shape[2:], settings)
        return convolve(builder, name, image, weight, bias, windows, settings.get("groups", 1))
    if settings or weight.mid.ndim != 2:
        raise BadInput("--layers", part, "only convolutions have settings")
    if weight.mid.shape[1] != value.size:
        reads = "x".join(map(str, value.shape[1:]))
        raise BadInput(
            "--layers",
            part,
            f"it has {weight.mid.shape[1]} inputs, and what stands before it has {value.size}: {reads}",
        )
    return builder.linear(name, value, weight, bias, (1, len(weight.mid)))


def _pooled(builder: Builder, part: str, name: str, settings: dict[str, int], value: Value) -> Value:
    if "size" not in settings or "groups" in settings:
        raise BadInput("--layers", part, "give the size of its window, as in max:2")
    image = image_of(part, value, len(value.shape) - 2)
    kernel = (settings["size"],) * len(image.sizes)
    windows = _windows(part, image, kernel, {"stride": settings["size"], **settings})
    if name == "max":
        return largest(builder, part, image, windows)
    return mean(builder, part, image, windows, counted=True)


def _windows(name: str, image: Image, kernel: Sequence[int], settings: Mapping[str, int]) -> Windows:
    count = len(image.sizes)
    strides, dilations = ((settings.get(key, 1),) * count for key in ("stride", "dilation"))
    pads = ((settings.get("pad", 0),) * 2,) * count
    return windows_on(name, image, kernel, strides, dilations, pads)
