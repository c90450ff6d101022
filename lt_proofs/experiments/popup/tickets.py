"""Tickets for a trained network: the finest tolerance for which `prune` stays within a budget of kept weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.prune import Pruned, prune
from lt_proofs.networks.target import Layer, Target
from lt_proofs.networks.ticket import ticket_of

BOX = InputDomain((Fraction(0), Fraction(1)))
HALVINGS, BITS = 4, 24  # tolerances 2^(-1/4), 2^(-2/4), …, in units of 2^-24
# the finest tolerance tried is 2^(-64/4)
FINEST = 64


@dataclass(frozen=True)
class Kept:
    """A ticket with its tolerance, the number of random weights it was taken from, and the number it keeps."""

    eps: Fraction
    drawn: int
    kept: int
    pruned: Pruned

    def right(self, images: NDArray[np.float32], labels: NDArray[np.int64]) -> int:
        """Return how many images the pruned random network classifies correctly."""
        outputs = ticket_of(self.pruned).forward(images.astype(np.float64))
        return int((outputs.argmax(axis=1) == labels).sum())


def target_of(matrices: Sequence[NDArray[np.float32]]) -> Target:
    """Return the trained network with each layer divided by its largest weight, which changes no predicted class.

    A positive factor passes through ReLU, so it only scales the outputs.
    """
    scaled = [(matrix / np.abs(matrix).max()).astype(np.float32) for matrix in matrices]
    return Target.of([Layer(matrix) for matrix in scaled], [f"fc{i}" for i in range(1, len(scaled) + 1)])


def finest_ticket(target: Target, budget: int, seed: int) -> Kept | None:
    """Return the ticket with the smallest tolerance tried that keeps at most ``budget`` weights, or None.

    The tolerances 2^(-k/4) are searched by bisection, because the number of kept weights falls as the tolerance grows.
    It does so only on average, so a finer tolerance that happens to fit the budget may be missed.
    """

    # step k stands for the tolerance 2^(-k/4); a ticket takes seconds, so none is made twice
    @cache
    def at(step: int) -> Kept | None:
        kept = _ticket(target, step, seed)
        return kept if kept is not None and kept.kept <= budget else None

    low, high = 1, FINEST
    if at(low) is None:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) is not None else (low, middle)
    return at(low)


def _ticket(target: Target, step: int, seed: int) -> Kept | None:
    """Return the ticket with every weight within 2^(-step/4), or None if some weight has no such subset sum."""
    eps = Fraction(round(2 ** (BITS - step / HALVINGS)), 2**BITS)
    try:
        pruned = prune(target, eps, seed=seed, domain=BOX, checkable=False)
    except BadInput:
        return None
    # a ticket with some weight outside the tolerance is no ticket for it
    if pruned.solved < pruned.weights:
        return None
    # a hidden unit has one weight from its input and one to each output
    drawn = sum(m.layer.units * (1 + m.layer.rows) for m in pruned.masks)
    return Kept(eps, drawn, sum(pruned.kept), pruned)


def record_of(kept: Kept | None, **right: Any) -> dict[str, Any]:
    """Return the record of a ticket for the ledger; ``right`` holds the numbers of correctly classified images."""
    if kept is None:
        return {"none": True}
    return {"eps": float(kept.eps), "drawn": kept.drawn, "kept": kept.kept, **right}
