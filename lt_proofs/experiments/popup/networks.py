"""The networks of the experiment: layers with ReLU between them, and frozen random convolutions for image features."""

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


class FeedForward(nn.Module):  # type: ignore[misc]
    """A feed-forward network: layers with ReLU between them and none after the last."""

    def __init__(self, layers: list[Any]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, values: Any) -> Any:
        """Map a batch of shape (batch, inputs) to (batch, outputs)."""
        for number, layer in enumerate(self.layers):
            values = layer(functional.relu(values) if number else values)
        return values

    @property
    def masked(self) -> list[Masked]:
        """All masked random matrices and vectors of the network."""
        return [part for part in self.modules() if isinstance(part, Masked)]

    @property
    def drawn(self) -> int:
        """The number of random weights before pruning."""
        return sum(part.weights.numel() for part in self.masked)

    @property
    def kept(self) -> int:
        """The number of random weights that are kept."""
        return sum(part.kept for part in self.masked)


def trained_network(widths: tuple[int, ...], generator: Any) -> FeedForward:
    """Return a dense network of these widths with initial weights."""
    return FeedForward([Dense(rows, columns, generator) for columns, rows in pairwise(widths)])


def random_network(
    variant: str, widths: tuple[int, ...], r: int, removed: Fraction, seed: int, generator: Any
) -> FeedForward:
    """Return the random network of a variant for a target of these widths, with initial scores.

    ``seed`` determines the weights, ``generator`` the scores.
    """
    if variant == "wide":
        sizes = enumerate(pairwise(wide_widths(widths, r)), 1)
        return FeedForward([Plain(seed, i, rows, columns, removed, generator) for i, (columns, rows) in sizes])
    options: Any = {"relu": variant == "structure-relu", "removed": removed, "generator": generator}
    sizes = enumerate(pairwise(widths), 1)
    return FeedForward([Structure(seed, i, rows, columns, r, **options) for i, (columns, rows) in sizes])


def features(split: Split, generator: Any) -> Split:
    """Replace the images by the output of LeNet-5's two convolutions, random and frozen, with ReLU and max pooling.

    The features are non-negative and divided by the largest one of the training images. Images of 28 x 28 pixels give
    400 features; smaller images give fewer, with a smaller second kernel.
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
    # scaled by the training images alone, so that no test image influences the features
    largest = numbers[0].max()
    training, validation, test = ((found / largest).numpy() for found in numbers)
    return Split(
        Part(training, split.training.labels),
        Part(validation, split.validation.labels),
        Part(test, split.test.labels),
        split.side,
    )


def _kernel(shape: tuple[int, ...], generator: Any) -> Any:
    """Draw a convolution kernel with He's uniform initialisation."""
    spread = (6 / (shape[1] * shape[2] * shape[3])) ** 0.5
    return (2 * torch.rand(shape, generator=generator) - 1) * spread


def _convolved(images: Any, kernels: list[Any], padding: int) -> Any:
    """Apply both convolutions, each followed by ReLU and 2 x 2 max pooling, and flatten the result."""
    values = functional.max_pool2d(functional.relu(functional.conv2d(images, kernels[0], padding=KERNEL // 2)), 2)
    values = functional.max_pool2d(functional.relu(functional.conv2d(values, kernels[1], padding=padding)), 2)
    return values.flatten(1)
