"""The largest difference of outputs that an attack finds, and the inputs whose class provably stays the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.attack import largest_difference
from lt_proofs.networks.domains import Ball, Box
from lt_proofs.networks.image_prune import PrunedImages
from lt_proofs.networks.pairs import pair_of_pruned
from lt_proofs.networks.prune import Pruned

Reals = NDArray[np.float64]
# relative rounding error of outputs in floats, taken far larger than it is
FLOAT_ERROR = 1e-9


def largest_found(pruned: Pruned, seed: int = 0) -> Fraction:
    """Return the largest Euclidean difference of outputs that an attack finds in the domain: a lower bound, exact."""
    pair = pair_of_pruned(pruned)
    box = pruned.domain.box
    domain = Ball(Fraction(1)) if box is None else Box.same(*box, pair.inputs)
    size: Fraction = largest_difference(pair, pair.places(domain), seed=seed).size
    return size


def certain_classes(pruned: Pruned | PrunedImages, inputs: Reals) -> NDArray[np.bool_]:
    """Return for each input whether the ticket provably has its largest output where the target has it.

    An error of Euclidean norm e moves two outputs towards each other by at most sqrt(2) e. Without biases the error on
    the unit ball is proportional to the norm of the input. Inputs outside the domain are never certain.
    """
    outputs = np.sort(pruned.target.forward(inputs), axis=1)
    if outputs.shape[1] < 2:
        return np.ones(len(inputs), bool)
    margin = outputs[:, -1] - outputs[:, -2]
    error = np.full(len(inputs), float(pruned.error_bound))
    if pruned.domain.box is None:
        norms = np.linalg.norm(inputs, axis=1)
        inside = norms <= 1
        error = error if pruned.target.last_bias else error * norms
    else:
        low, high = map(float, pruned.domain.box)
        inside = ((inputs >= low) & (inputs <= high)).all(axis=1)
    rounding = FLOAT_ERROR * (1 + np.abs(outputs).max(axis=1))
    certain: NDArray[np.bool_] = inside & (margin > np.sqrt(2) * error + rounding)
    return certain
