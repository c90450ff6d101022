"""Searches inputs at which two networks differ much: gradient ascent from corners, sparse corners and given inputs.

The search is in floats; what it reports is the difference at the point that it found, computed exactly and rounded
down, so that it is a lower bound of the largest difference on the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lt_proofs.networks.exact_forward import difference_at
from lt_proofs.networks.pairs import NetworkPair
from lt_proofs.networks.planes import Places

Reals = NDArray[np.float64]
# multiply-adds for looking at candidates, and for climbing from the best of them
LOOKING, CLIMBING = 1 << 29, 1 << 31
MOST_CANDIDATES, MOST_STARTS, FEWEST_STARTS = 1 << 15, 512, 16
# further climbs, from variants of the best points so far, of which so many are kept
ROUNDS, KEPT = 8, 32
# steps of a climb; the first is as long as the domain, each shorter than the one before, the last 2^-OCTAVES of it
STEPS, OCTAVES = 40, 12
# a domain of at most so many inputs has all of its corners looked at
FEW_INPUTS = 10
TINY = 1e-300


@dataclass(frozen=True)
class Found:
    """A point of the domain, and a lower bound of the difference of the two networks there (Euclidean norm)."""

    point: Reals
    size: Fraction


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def largest_difference(
    pair: NetworkPair, places: Places, inputs: Reals | None = None, *, seed: int = 0, effort: float = 1
) -> Found:
    """Return the largest difference found on a domain, given as a batch of one set.

    ``inputs`` holds points to start from beside corners, sparse corners and random points, one a row: given inputs, or
    the centres of the worst leaves of a tree. Those outside the domain are moved into it. ``effort`` scales the numbers
    of points that are looked at.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    weights = sum(first.size for first, _, _ in pair.layers)
    count = max(int(effort * min(LOOKING // (2 * weights), MOST_CANDIDATES)), 4 * FEWEST_STARTS)
    points = inside(places, _candidates(places, count, random))
    starts = max(int(effort * min(CLIMBING // (10 * weights * STEPS), MOST_STARTS)), FEWEST_STARTS)
    chosen = points[np.argsort(-_sizes(pair, points), kind="stable")[:starts]]
    if inputs is not None and len(inputs):
        given = inside(places, inputs)
        chosen = np.vstack([chosen, given[np.argsort(-_sizes(pair, given), kind="stable")[:starts]]])
    found = climb(pair, places, chosen)
    for _ in range(ROUNDS):
        best = found[np.argsort(-_sizes(pair, found), kind="stable")[:KEPT]]
        found = np.vstack([best, climb(pair, places, _variants(places, best, starts, random))])
    best_point = found[int(np.argmax(_sizes(pair, found)))]
    return Found(best_point, difference_at(pair, best_point))


def _variants(places: Places, points: Reals, count: int, random: np.random.Generator) -> Reals:
    """Return points of which some coordinates are drawn anew, from both ends and from between."""
    rows = points[random.integers(0, len(points), count)]
    ends = np.where(random.integers(0, 2, rows.shape), places.high, places.low)
    fresh = np.where(random.integers(0, 2, rows.shape), ends, random.uniform(places.low, places.high, rows.shape))
    # from one coordinate to half of them
    share = rows.shape[1] ** -random.uniform(0, 1, (count, 1)) / 2
    changed = random.uniform(0, 1, rows.shape) < share
    return np.where(changed, fresh, rows)


def near_inputs(pair: NetworkPair, places: Places, inputs: Reals) -> Reals:
    """Return for each set of a batch the largest difference, in floats, that a climb from its own input finds."""
    return _sizes(pair, climb(pair, places, inputs))


def climb(pair: NetworkPair, places: Places, points: Reals) -> Reals:
    """Return points at which the networks differ at least as much, by gradient ascent within the domain.

    Each step tries to move towards the corner that the gradient points to, a long and a short way, and along the
    gradient itself, and takes the best of them if it is better. Point i stays in set i of the batch, or all in the one.
    """
    points = inside(places, points)
    sizes = _sizes(pair, points)
    span = places.high - places.low
    for step in range(STEPS):
        share = 0.5 ** (OCTAVES * step / STEPS)
        slopes = _slopes(pair, points)
        steepest = np.maximum(np.abs(slopes).max(axis=1, keepdims=True), TINY)
        corners = _corners(places, slopes)
        tries = [points + part * (corners - points) for part in (share, share / 8)]
        tries.append(points + share / 2 * span * slopes / steepest)
        for tried in tries:
            moved = inside(places, tried)
            reached = _sizes(pair, moved)
            better = reached > sizes
            points = np.where(better[:, None], moved, points)
            sizes = np.where(better, reached, sizes)
    return points


def inside(places: Places, points: Reals) -> Reals:
    """Return the points moved into the domain, or each into its set of the batch."""
    points = np.clip(points, places.low, places.high)
    if places.centre is None:
        return points
    # the margin keeps what floats round within the ball
    away = points - places.centre
    lengths = np.linalg.norm(away, axis=1, keepdims=True)
    reach = places.radius * (1 - 2.0**-48)
    return np.asarray(places.centre + away * np.minimum(1, reach / np.maximum(lengths, TINY)))


def _corners(places: Places, slopes: Reals) -> Reals:
    """Return the points of the domain that lie farthest in the direction of the slopes."""
    if places.centre is None:
        return np.where(slopes > 0, places.high, places.low)
    lengths = np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), TINY)
    return inside(places, places.centre + places.radius * slopes / lengths)


def _candidates(places: Places, count: int, random: np.random.Generator) -> Reals:
    """Return corners, corners of few ones, points on edges and in the domain: a quarter each, and the centre."""
    low, high = places.low[0], places.high[0]
    middle, inputs = (low + high) / 2, len(low)
    quarter, shape = count // 4, (count // 4, inputs)
    centre = middle if places.centre is None else places.centre[0]
    corners = np.where(random.integers(0, 2, shape), high, low)
    if inputs <= FEW_INPUTS:
        every = np.array(list(product((False, True), repeat=inputs)))
        corners = np.vstack([corners, np.where(every, high, low)])
    share = random.uniform(0, 1, (quarter, 1)) ** 3
    base = np.where(random.integers(0, 2, (quarter, 1)), low, centre)
    sparse = np.where(random.uniform(0, 1, shape) < np.maximum(share, 1 / inputs), high, base)
    mixed = np.where(random.integers(0, 2, shape), random.uniform(low, high, shape), corners[:quarter])
    anywhere = random.uniform(low, high, shape)
    if places.centre is not None:
        # the difference tends to grow with the norm: directions of all kinds, at full length
        rows = np.vstack([corners - centre, sparse - centre, random.normal(size=shape)])
        lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), TINY)
        return np.vstack([centre + places.radius * rows / lengths, anywhere, centre])
    return np.vstack([corners, sparse, mixed, anywhere, centre])


def _embedded(pair: NetworkPair, points: Reals) -> Reals:
    """Return what the first layers act on."""
    ones = np.ones((len(points), pair.constants))
    if pair.signs == 1:
        return np.hstack([points, ones])
    return np.hstack([np.maximum(points, 0), ones, np.maximum(-points, 0), 0 * ones])


def _sizes(pair: NetworkPair, points: Reals) -> Reals:
    ours, theirs = pair.forward(points)
    return np.asarray(np.linalg.norm(ours - theirs, axis=1))


def _slopes(pair: NetworkPair, points: Reals) -> Reals:
    """Return the gradients of the Euclidean distance of the outputs, one a row."""
    values = [_values([layer[which] for layer in pair.layers], _embedded(pair, points)) for which in (0, 2)]
    gap = values[1][-1] - values[0][-1]
    uphill = gap / np.maximum(np.linalg.norm(gap, axis=1, keepdims=True), TINY)
    backward = [
        _pulled_back([layer[which] for layer in pair.layers], side, uphill)
        for which, side in zip((0, 2), values, strict=True)
    ]
    slope = backward[1] - backward[0]
    inputs = pair.inputs
    if pair.signs == 1:
        return slope[:, :inputs]
    negative = slope[:, inputs + pair.constants : 2 * inputs + pair.constants]
    return np.where(points > 0, slope[:, :inputs], -negative)


def _values(matrices: list[Reals], inputs: Reals) -> list[Reals]:
    """Return the values of each layer before its ReLU, for a batch of inputs."""
    values = [inputs @ matrices[0].T]
    for matrix in matrices[1:]:
        values.append(np.maximum(values[-1], 0) @ matrix.T)
    return values


def _pulled_back(matrices: list[Reals], values: list[Reals], gradient: Reals) -> Reals:
    """Return the gradient with respect to the inputs, given that with respect to the outputs."""
    for matrix, value in zip(matrices[:0:-1], values[-2::-1], strict=True):
        gradient = (gradient @ matrix) * (value > 0)
    return gradient @ matrices[0]
