"""A ticket with convolutions as a module of PyTorch, with the target's own inputs and outputs."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import prune

from lt_proofs.models.image_nodes import Add, ImageNode, LayerNode, MaxPool, ReLU, Source, shapes_of
from lt_proofs.models.windows import Windows
from lt_proofs.networks.kept_images import KeptConvolutions

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
LARGEST = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)
MEANS = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)


class TicketModule(nn.Module):  # type: ignore[misc]
    """The masked random convolutions, pair by pair, wired as the target.

    ``pairs[k]`` has the two convolutions of layer k: ``first`` is a pixel wide, and ``second`` holds the random weights
    of all hidden channels that are kept, pruned by ``torch.nn.utils.prune`` with the ticket's mask.
    """

    def __init__(self, nodes: tuple[ImageNode, ...], layers: list[KeptConvolutions]) -> None:
        super().__init__()
        self.nodes = nodes
        self.flat = max(shapes_of(nodes)[-1][1:], default=1) == 1
        self.pairs = nn.ModuleList(map(_pair, layers))

    def forward(self, inputs: Any) -> Any:
        """Return the outputs for a batch of inputs."""
        values: list[Any] = []
        pairs = iter(self.pairs)
        for node in self.nodes:
            values.append(_value(node, values, inputs, pairs))
        return values[-1].flatten(1) if self.flat else values[-1]


def _value(node: ImageNode, values: list[Any], inputs: Any, pairs: Any) -> Any:
    if isinstance(node, Source):
        turned = inputs.permute(0, *(axis + 1 for axis in node.axes))
        return turned.reshape(len(inputs), *node.shape)
    if isinstance(node, Add):
        return sum(values[number] for number in node.of)
    value = values[node.of]
    if isinstance(node, ReLU):
        return functional.relu(value)
    if isinstance(node, LayerNode):
        pair = next(pairs)
        return pair["second"](functional.relu(pair["first"](_padded(value, node.windows))))
    windows = node.windows
    kind = len(windows.kernel) - 1
    if isinstance(node, MaxPool):
        value = _widened(value, windows, float("-inf"))
        return LARGEST[kind](value, windows.kernel, windows.strides, dilation=windows.dilations)
    total = MEANS[kind](_widened(value, windows, 0.0), windows.kernel, windows.strides)
    if node.counted:
        return total
    divisors = torch.from_numpy(windows.taps / windows.inside).to(value.dtype).reshape(windows.outputs)
    return total * divisors


def _widened(value: Any, windows: Windows, filling: float) -> Any:
    """Return an image with its padding filled by a number."""
    sides = [side for pair in reversed(windows.pads) for side in pair]
    return functional.pad(value, sides, value=filling) if any(sides) else value


def _padded(value: Any, windows: Windows) -> Any:
    """Return an image with its padding filled by pixels; zeros are filled by the convolution."""
    if windows.mode == "zeros":
        return value
    sides = [side for pair in reversed(windows.pads) for side in pair]
    return functional.pad(value, sides, mode=windows.mode)


def _pair(layer: KeptConvolutions) -> Any:
    windows, groups = layer.node.windows, layer.node.groups
    kind, ones = CONVOLUTIONS[len(windows.kernel) - 1], (1,) * len(windows.kernel)
    channels = layer.first.shape[1] * groups
    first = nn.utils.skip_init(kind, channels, layer.hidden, 1, groups=groups, bias=layer.bias is not None)
    first.weight.data = torch.from_numpy(layer.first.reshape(*layer.first.shape, *ones))
    if layer.bias is not None:
        first.bias.data = torch.from_numpy(layer.bias)
    second = nn.utils.skip_init(
        kind, layer.hidden, layer.node.outputs, windows.kernel, windows.strides, dilation=windows.dilations,
        groups=groups, bias=False,
    )  # fmt: skip
    shape = (*layer.second.shape[:2], *windows.kernel)
    second.weight.data = torch.from_numpy(layer.second.reshape(shape))
    prune.custom_from_mask(second, "weight", torch.from_numpy(layer.mask.reshape(shape)))
    if windows.mode != "zeros" or not any(any(pair) for pair in windows.pads):
        return nn.ModuleDict({"first": first, "second": second})
    if all(before == after for before, after in windows.pads):
        second.padding = tuple(before for before, _ in windows.pads)
        return nn.ModuleDict({"first": first, "second": second})
    sides = tuple(side for pair in reversed(windows.pads) for side in pair)
    pad = (nn.ConstantPad1d, nn.ConstantPad2d, nn.ConstantPad3d)[len(windows.kernel) - 1](sides, 0.0)
    return nn.ModuleDict({"first": first, "second": nn.Sequential(pad, second)})
