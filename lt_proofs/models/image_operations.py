"""Convolutions and poolings of any format, as nodes of a model; every reader turns its operators into these.

An image is a value of shape (1, C, …) or (C, …) with one to three sizes behind the channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import TYPE_CHECKING

from lt_proofs.errors import BadInput
from lt_proofs.models.convolutions import Convolution, Mean
from lt_proofs.models.graph import Largest
from lt_proofs.models.maps import MAX_ENTRIES
from lt_proofs.models.windows import MAX_DIMENSIONS, Windows

if TYPE_CHECKING:
    from lt_proofs.models.builder import Builder, Value
    from lt_proofs.models.enclosed import Enclosed

Pads = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Image:
    """A value that is an image: its channels and sizes, and the shape in front of them, (1,) or ()."""

    value: Value
    front: tuple[int, ...]
    channels: int
    sizes: tuple[int, ...]

    def shape(self, channels: int, sizes: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of an image of other sizes, in the same form."""
        return (*self.front, channels, *sizes)


def image_of(name: str, value: Value, dimensions: int, *, batched: bool = False) -> Image:
    """Return a value as an image of so many dimensions, with a batch size in front if it must have one.

    Raises BadInput, which names the node, for a value that is none.
    """
    front = len(value.shape) - dimensions - 1
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise BadInput("node", name, f"its windows have {dimensions} dimensions; 1 to {MAX_DIMENSIONS} are supported")
    if front not in (int(batched), 1):
        raise BadInput("node", name, f"its input has shape {value.shape}, which is no image of {dimensions} dimensions")
    if front and value.shape[0] != 1:
        raise BadInput("node", name, f"its input of shape {value.shape} holds several images; give batch size 1")
    return Image(value, value.shape[:front], value.shape[front], value.shape[front + 1 :])


def windows_on(
    name: str,
    image: Image,
    kernel: Sequence[int],
    strides: Sequence[int] = (),
    dilations: Sequence[int] = (),
    pads: Pads = (),
) -> Windows:
    """Return windows on an image; what is left out is 1 for steps and 0 for padding.

    Raises BadInput, which names the node, for windows that do not fit.
    """
    count = len(image.sizes)
    steps = [tuple(given) or (1,) * count for given in (strides, dilations)]
    given = pads or ((0, 0),) * count
    if not all(len(part) == count for part in (kernel, *steps, given)):
        raise BadInput("node", name, f"its windows do not have the {count} dimensions of its input")
    if min(*kernel, *steps[0], *steps[1]) < 1:
        raise BadInput("node", name, "its windows, strides and dilations must be at least 1")
    try:
        windows = Windows(image.sizes, tuple(kernel), steps[0], steps[1], tuple(given))
    except BadInput as error:
        raise BadInput("node", name, error.remedy) from None
    if prod(windows.outputs) * windows.taps > MAX_ENTRIES:
        raise BadInput("node", name, f"its windows have more than {MAX_ENTRIES} taps in all")
    return windows


def same_pads(
    image: Image, kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int], *, low: bool
) -> Pads:
    """Return the padding by which the output has ceil(size / stride) positions; ``low`` puts an odd pixel in front."""
    pads = []
    for size, taps, stride, dilation in zip(image.sizes, kernel, strides, dilations, strict=True):
        total = max(0, (ceil(size / stride) - 1) * stride + (taps - 1) * dilation + 1 - size)
        less, more = total // 2, total - total // 2
        pads.append((more, less) if low else (less, more))
    return tuple(pads)


def ceiled(image: Image, kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int], pads: Pads) -> Pads:
    """Return the padding with which a last window that does not fit is read too, if it starts inside the image."""
    wider = []
    for size, taps, stride, dilation, (before, after) in zip(
        image.sizes, kernel, strides, dilations, pads, strict=True
    ):
        reach = (taps - 1) * dilation + 1
        steps = ceil((size + before + after - reach) / stride)
        if steps * stride >= size + before:
            steps -= 1
        wider.append((before, max(after, steps * stride + reach - size - before)))
    return tuple(wider)


def convolve(
    builder: Builder, name: str, image: Image, kernel: Enclosed, bias: Enclosed | None, windows: Windows, groups: int
) -> Value:
    """Add a convolution; ``kernel`` is outputs x (channels of a group) x taps, ``bias`` a number for each output."""
    outputs, inner = kernel.mid.shape[:2]
    if groups < 1 or inner * groups != image.channels or outputs % groups:
        raise BadInput(
            "node", name, f"its kernel of {outputs} outputs and {inner} inputs in {groups} groups does not fit its "
            f"input of {image.channels} channels"
        )  # fmt: skip
    linear = Convolution(kernel.reshape(outputs, inner, windows.taps), windows, groups)
    shape = image.shape(outputs, windows.outputs)
    if bias is not None:
        if bias.mid.shape != (outputs,):
            raise BadInput("node", name, f"its bias of shape {bias.mid.shape} does not fit its {outputs} outputs")
        bias = bias[[o for o in range(outputs) for _ in range(len(windows.table))]]
    return builder.add(name, [(image.value, linear)], bias, shape)


def mean(builder: Builder, name: str, image: Image, windows: Windows, *, counted: bool) -> Value:
    """Add the means of windows; ``counted`` says whether taps in the padding count as zeros."""
    if not counted and not windows.inside.all():
        raise BadInput("node", name, "a window lies in the padding altogether")
    linear = Mean(image.channels, windows, counted)
    return builder.add(name, [(image.value, linear)], None, image.shape(image.channels, windows.outputs))


def largest(builder: Builder, name: str, image: Image, windows: Windows) -> Value:
    """Add the largest entries of windows."""
    if not windows.inside.all():
        raise BadInput("node", name, "a window lies in the padding altogether")
    node = Largest(name, image.value.number, image.channels, windows)
    return builder.place(node, image.shape(image.channels, windows.outputs))
