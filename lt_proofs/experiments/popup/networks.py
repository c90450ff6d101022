"""The networks of the experiment: chains of layers with ReLU between them, and what random convolutions see."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from lt_proofs.experiments.popup.images import Part, Split
from lt_proofs.experiments.popup.layers import Dense, Masked, Plain, Structure
from lt_proofs.experiments.popup.settings import wide_widths

CHANNELS, KERNEL, SMALL_KERNEL, SMALL_SIDE = (6, 16), 5, 3, 28
BATCH = 1024


class Chain(nn.Module):  # type: ignore[misc]
    """Layers with ReLU between them, none behind the last."""

    def __init__(self, layers: list[Any]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, values: Any) -> Any:
        """The outputs for a batch of rows."""
        for number, layer in enumerate(self.layers):
            values = layer(functional.relu(values) if number else values)
        return values

    @property
    def masked(self) -> list[Masked]:
        """The random matrices with their masks."""
        return [part for part in self.modules() if isinstance(part, Masked)]

    @property
    def drawn(self) -> int:
        """How many random weights the network has before pruning."""
        return sum(part.weights.numel() for part in self.masked)

    @property
    def kept(self) -> int:
        """How many of them stay."""
        return sum(part.kept for part in self.masked)


def trained_network(widths: tuple[int, ...], generator: Any) -> Chain:
    """The dense network, its weights to be trained."""
    return Chain([Dense(rows, columns, generator) for columns, rows in pairwise(widths)])


def random_network(
    variant: str, widths: tuple[int, ...], r: int, removed: Fraction, seed: int, generator: Any
) -> Chain:
    """The random network of a variant for a target of these widths, its scores to be found."""
    if variant == "wide":
        chain = enumerate(pairwise(wide_widths(widths, r)), 1)
        return Chain([Plain(seed, i, rows, columns, removed, generator) for i, (columns, rows) in chain])
    options: Any = {"relu": variant == "structure-relu", "removed": removed, "generator": generator}
    chain = enumerate(pairwise(widths), 1)
    return Chain([Structure(seed, i, rows, columns, r, **options) for i, (columns, rows) in chain])


def features(split: Split, generator: Any) -> Split:
    """What LeNet-5's two convolutions, random and frozen, with ReLU and pooling make of the images, from 0 on.

    Of 28 x 28 pixels they make 400 numbers, of smaller images fewer with a smaller second kernel.
    """
    small = split.side < SMALL_SIDE
    second = SMALL_KERNEL if small else KERNEL
    kernels = [
        _kernel((CHANNELS[0], 1, KERNEL, KERNEL), generator),
        _kernel((CHANNELS[1], CHANNELS[0], second, second), generator),
    ]

    def seen(part: Part) -> Any:
        batches = torch.from_numpy(part.images).reshape(-1, 1, split.side, split.side).split(BATCH)
        return torch.cat([_convolved(batch, kernels, 1 if small else 0) for batch in batches])

    numbers = [seen(part) for part in (split.training, split.validation, split.test)]
    largest = numbers[0].max()
    training, validation, test = ((found / largest).numpy() for found in numbers)
    return Split(
        Part(training, split.training.labels),
        Part(validation, split.validation.labels),
        Part(test, split.test.labels),
        split.side,
    )


def _kernel(shape: tuple[int, ...], generator: Any) -> Any:
    spread = (6 / (shape[1] * shape[2] * shape[3])) ** 0.5
    return (2 * torch.rand(shape, generator=generator) - 1) * spread


def _convolved(images: Any, kernels: list[Any], padding: int) -> Any:
    values = functional.max_pool2d(functional.relu(functional.conv2d(images, kernels[0], padding=KERNEL // 2)), 2)
    values = functional.max_pool2d(functional.relu(functional.conv2d(values, kernels[1], padding=padding)), 2)
    return values.flatten(1)
