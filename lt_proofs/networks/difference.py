"""The largest difference of outputs that an attack finds, and the inputs whose class provably stays the same.

The attack is a search in floats: what it finds lies below the certified bound and shows how loose that can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.prune import Pruned

Reals = NDArray[np.float64]
# the attack takes WORK / weights starting points, within these limits, and STEPS steps of gradient ascent
FEWEST_STARTS, MOST_STARTS, WORK, STEPS = 16, 512, 1 << 20, 100
# relative rounding error of outputs in floats, taken far larger than it is
FLOAT_ERROR = 1e-9


@dataclass(frozen=True)
class Effective:
    """A network as its effective matrices; the first layer may act differently on positive and on negative inputs.

    Each matrix has as many rows as the layer has outputs.
    """

    positive: Reals
    negative: Reals
    later: tuple[Reals, ...]

    def forward(self, inputs: Reals) -> list[Reals]:
        """Return the values of each layer before its ReLU, for a batch of inputs, one a row."""
        values = [np.maximum(inputs, 0) @ self.positive.T - np.maximum(-inputs, 0) @ self.negative.T]
        for matrix in self.later:
            values.append(np.maximum(values[-1], 0) @ matrix.T)
        return values

    def pulled_back(self, inputs: Reals, values: list[Reals], gradient: Reals) -> Reals:
        """Return the gradient with respect to the inputs, given that with respect to the outputs."""
        for matrix, value in zip(reversed(self.later), reversed(values[:-1]), strict=True):
            gradient = (gradient @ matrix) * (value > 0)
        return np.where(inputs > 0, gradient @ self.positive, gradient @ self.negative)


def both_networks(pruned: Pruned) -> tuple[Effective, Effective]:
    """Return target and ticket with effective matrices in floats."""
    targets, tickets = [], []
    for wanted, masks in zip(pruned.wanted_sums, pruned.masks, strict=True):
        targets.append(np.ldexp(wanted.whole + wanted.rest, wanted.scale - PRODUCT_BITS))
        tickets.append(np.ldexp(masks.sums.astype(np.float64), wanted.scale - PRODUCT_BITS))
    later = tuple(sums[0] for sums in tickets[1:])
    first = tickets[0]
    return Effective(targets[0], targets[0], tuple(targets[1:])), Effective(first[0], first[-1], later)


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def largest_found(pruned: Pruned, seed: int = 0) -> float:
    """Return the largest Euclidean difference of outputs that projected gradient ascent finds in the domain.

    One thread multiplies the matrices: they are small, and several threads would wait for each other.
    """
    target, ticket = both_networks(pruned)
    width = pruned.target.widths[0]
    starts = int(np.clip(WORK // pruned.weights, FEWEST_STARTS, MOST_STARTS))
    inputs = _projected(pruned, np.random.Generator(np.random.PCG64(seed)).normal(size=(starts, width)))
    best = 0.0
    reach = float(pruned.domain.input_norm(pruned.target))
    for step in range(STEPS):
        carried = np.hstack([inputs, np.ones((starts, target.positive.shape[1] - width))])
        theirs, ours = target.forward(carried), ticket.forward(carried)
        gap = ours[-1] - theirs[-1]
        sizes = np.linalg.norm(gap, axis=1, keepdims=True)
        best = max(best, float(sizes.max()))
        uphill = gap / np.maximum(sizes, 1e-300)
        slope = ticket.pulled_back(carried, ours, uphill) - target.pulled_back(carried, theirs, uphill)
        slope = slope[:, :width]
        # long steps at first, to leave the region of the starting point, short ones in the end
        length = reach * (0.4 * (1 - step / STEPS) + 0.01)
        inputs = _projected(pruned, inputs + length * slope / _norms(slope))
    return best


def _projected(pruned: Pruned, inputs: Reals) -> Reals:
    if pruned.domain.box is not None:
        low, high = map(float, pruned.domain.box)
        return np.clip(inputs, low, high)
    norms = _norms(inputs)
    # without biases the difference grows along each ray, so the search stays on the sphere
    return inputs / (np.maximum(norms, 1) if pruned.target.last_bias else norms)


def _norms(rows: Reals) -> Reals:
    norms: Reals = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)
    return norms


def certain_classes(pruned: Pruned, inputs: Reals) -> NDArray[np.bool_]:
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
