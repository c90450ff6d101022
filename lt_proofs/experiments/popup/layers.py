"""Layers of frozen random weights with a trainable score per weight: the scores decide which weights are kept.

The mask keeps exactly the requested number of weights, those with the largest absolute scores. In the backward pass the
mask is treated as the identity (straight-through estimator), so a score receives the gradient of its mask entry.
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
    """A mask of the ``kept`` largest entries; the gradient passes straight through."""

    @staticmethod
    def forward(ctx: Any, scores: Any, kept: int) -> Any:  # noqa: ARG004 - torch's signature
        """Return a tensor of the shape of ``scores``: 1 for the ``kept`` largest entries, 0 for the others."""
        # no threshold: with equal scores a threshold would keep too many
        mask = torch.zeros_like(scores)
        mask.view(-1)[_largest(scores.detach().reshape(-1), kept)] = 1
        return mask

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:  # noqa: ARG004 - torch's signature
        """Return the gradient unchanged for the scores, and none for ``kept``."""
        return gradient, None


class Masked(nn.Module):  # type: ignore[misc]
    """A frozen matrix or vector of random weights and the scores that select the kept ones."""

    def __init__(self, weights: NDArray[np.float32], removed: Fraction, spread: float, generator: Any) -> None:
        super().__init__()
        self.register_buffer("weights", torch.from_numpy(weights))
        self.scores = nn.Parameter((2 * torch.rand(weights.shape, generator=generator) - 1) * spread)
        self.kept = kept_of(weights.size, removed)

    @property
    def share(self) -> float:
        """The fraction of the weights that is kept."""
        return float(self.kept / self.scores.numel())

    def mask(self) -> Any:
        """Return the mask: 1 where a weight is kept, 0 where it is pruned."""
        return TopK.apply(self.scores.abs(), self.kept)

    def forward(self) -> Any:
        """Return the weights times the mask."""
        # weights are a buffer, not a parameter: the optimiser only sees the scores
        return self.weights * self.mask()


class Plain(nn.Module):  # type: ignore[misc]
    """A dense random layer, pruned."""

    def __init__(self, seed: int, number: int, rows: int, columns: int, removed: Fraction, generator: Any) -> None:
        super().__init__()
        layer = RandomLayer.regular(seed, number, rows, columns, 1)
        self.second = Masked(_reals(layer.matrix(2 * number)), removed, 1 / math.sqrt(columns), generator)
        self.gain = _gain(columns, self.second.share * SQUARE)

    def forward(self, values: Any) -> Any:
        """Map a batch of shape (batch, columns) to (batch, rows)."""
        return self.gain * functional.linear(values, self.second())


class Structure(nn.Module):  # type: ignore[misc]
    """A pair of layers of Theorem 1's random network, pruned: r hidden units for each input, with or without ReLU.

    The weights are those of the random network from which `prune` takes its tickets. The gain is one positive number:
    it changes no predicted class but keeps outputs at a constant scale when few weights are kept.
    """

    def __init__(
        self, seed: int, number: int, rows: int, columns: int, r: int, *, relu: bool, removed: Fraction, generator: Any
    ) -> None:
        super().__init__()
        layer = RandomLayer.regular(seed, number, rows, columns, r)
        self.r, self.relu = r, relu
        self.first = Masked(_reals(layer.first_weights()), removed, 1.0, generator)
        self.second = Masked(_reals(layer.matrix(2 * number)), removed, 1 / math.sqrt(columns), generator)
        # the effective weight of an input is a sum of r products, each of which needs both of its weights kept; the
        # ReLU passes half of the mean square of a symmetric hidden value
        square = r * self.first.share * self.second.share * SQUARE**2
        self.gain = _gain(columns, square / 2 if relu else square)

    def forward(self, values: Any) -> Any:
        """Map a batch of shape (batch, columns) to (batch, rows); hidden unit u sees input u mod columns."""
        hidden = values.repeat(1, self.r) * self.first()
        if self.relu:
            hidden = functional.relu(hidden)
        return self.gain * functional.linear(hidden, self.second())


class Dense(nn.Module):  # type: ignore[misc]
    """A trainable dense layer without bias, with He's uniform initialisation."""

    def __init__(self, rows: int, columns: int, generator: Any) -> None:
        super().__init__()
        spread = math.sqrt(6 / columns)
        self.weights = nn.Parameter((2 * torch.rand(rows, columns, generator=generator) - 1) * spread)

    def forward(self, values: Any) -> Any:
        """Map a batch of shape (batch, columns) to (batch, rows)."""
        return functional.linear(values, self.weights)


def _largest(scores: Any, kept: int) -> Any:
    """Return the indices of the ``kept`` largest entries; on the CPU NumPy's partition is much faster than topk."""
    if scores.device.type != "cpu" or kept == len(scores):
        return scores.topk(kept, sorted=False).indices
    return torch.from_numpy(np.argpartition(scores.numpy(), len(scores) - kept)[len(scores) - kept :])


def _gain(columns: int, square: float) -> float:
    """Return the factor that brings effective weights of mean square ``square`` to that of He's initialisation."""
    return math.sqrt(2 / (columns * square))


def _reals(weights: NDArray[np.int64]) -> NDArray[np.float32]:
    """Convert weights in units of 2^-24 to float32, exactly."""
    return np.ldexp(weights.astype(np.float32), -UNIFORM_BITS)
