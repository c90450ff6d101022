"""Random layers whose weights never change: a score for each weight says which of them stay.

The mask keeps exactly the asked number of weights, those whose scores are largest in absolute value. Backwards the
mask counts as the identity (straight-through), so a score moves by the gradient of its entry of the mask.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from lt_proofs.experiments.popup.settings import kept_of
from lt_proofs.kernels.philox import UNIFORM_BITS
from lt_proofs.networks.random_network import RandomLayer

SQUARE = 1 / 3  # the mean square of a uniform weight from [-1, 1]


class TopK(torch.autograd.Function):  # type: ignore[misc]
    """1 for so many of the largest entries, 0 for the others; its gradient passes straight through."""

    @staticmethod
    def forward(ctx: Any, scores: Any, kept: int) -> Any:  # noqa: ARG004 - torch's signature
        """The mask."""
        mask = torch.zeros_like(scores)
        mask.view(-1)[_largest(scores.detach().reshape(-1), kept)] = 1
        return mask

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:  # noqa: ARG004 - torch's signature
        """The gradient as it comes."""
        return gradient, None


class Masked(nn.Module):  # type: ignore[misc]
    """A frozen matrix (or vector) of random weights and the scores that choose which of them stay."""

    def __init__(self, weights: NDArray[np.float32], removed: Fraction, spread: float, generator: Any) -> None:
        super().__init__()
        self.register_buffer("weights", torch.from_numpy(weights))
        self.scores = nn.Parameter((2 * torch.rand(weights.shape, generator=generator) - 1) * spread)
        self.kept = kept_of(weights.size, removed)

    @property
    def share(self) -> float:
        """The part of the weights that stays."""
        return float(self.kept / self.scores.numel())

    def mask(self) -> Any:
        """1 where a weight stays, 0 where it is pruned."""
        return TopK.apply(self.scores.abs(), self.kept)

    def forward(self) -> Any:
        """The pruned weights."""
        return self.weights * self.mask()


class Plain(nn.Module):  # type: ignore[misc]
    """A dense random layer, pruned."""

    def __init__(self, seed: int, number: int, rows: int, columns: int, removed: Fraction, generator: Any) -> None:
        super().__init__()
        layer = RandomLayer.regular(seed, number, rows, columns, 1)
        self.second = Masked(_reals(layer.matrix(2 * number)), removed, 1 / math.sqrt(columns), generator)
        self.gain = _gain(columns, self.second.share * SQUARE)

    def forward(self, values: Any) -> Any:
        """The outputs for a batch of rows."""
        return self.gain * functional.linear(values, self.second())


class Structure(nn.Module):  # type: ignore[misc]
    """A pair of layers of Theorem 1's random network, pruned: r hidden units for each input, with or without ReLU.

    The weights are those of the random network that `prune` takes its tickets from; the gain is one positive number,
    which changes no class but keeps the size of the outputs while few weights stay.
    """

    def __init__(
        self, seed: int, number: int, rows: int, columns: int, r: int, *, relu: bool, removed: Fraction, generator: Any
    ) -> None:
        super().__init__()
        layer = RandomLayer.regular(seed, number, rows, columns, r)
        self.r, self.relu = r, relu
        self.first = Masked(_reals(layer.first_weights()), removed, 1.0, generator)
        self.second = Masked(_reals(layer.matrix(2 * number)), removed, 1 / math.sqrt(columns), generator)
        square = r * self.first.share * self.second.share * SQUARE**2
        self.gain = _gain(columns, square / 2 if relu else square)

    def forward(self, values: Any) -> Any:
        """The outputs for a batch of rows; hidden unit u sees input u mod the number of inputs."""
        hidden = values.repeat(1, self.r) * self.first()
        if self.relu:
            hidden = functional.relu(hidden)
        return self.gain * functional.linear(hidden, self.second())


class Dense(nn.Module):  # type: ignore[misc]
    """A dense layer without bias, to be trained as usual."""

    def __init__(self, rows: int, columns: int, generator: Any) -> None:
        super().__init__()
        spread = math.sqrt(6 / columns)
        self.weights = nn.Parameter((2 * torch.rand(rows, columns, generator=generator) - 1) * spread)

    def forward(self, values: Any) -> Any:
        """The outputs for a batch of rows."""
        return functional.linear(values, self.weights)


def _largest(scores: Any, kept: int) -> Any:
    """The places of so many of the largest entries; on the CPU numpy's partition is many times faster than topk."""
    if scores.device.type != "cpu" or kept == len(scores):
        return scores.topk(kept, sorted=False).indices
    return torch.from_numpy(np.argpartition(scores.numpy(), len(scores) - kept)[len(scores) - kept :])


def _gain(columns: int, square: float) -> float:
    """What brings effective weights of that mean square to the one of He's initialisation."""
    return math.sqrt(2 / (columns * square))


def _reals(weights: NDArray[np.int64]) -> NDArray[np.float32]:
    """Units of 2^-24 as float32, which holds them exactly."""
    return np.ldexp(weights.astype(np.float32), -UNIFORM_BITS)
