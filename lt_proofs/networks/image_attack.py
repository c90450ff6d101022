"""A search for inputs at which a ticket with convolutions and its target are far apart, and their exact distance there.

The search climbs in float64; what it returns is computed in integers, so that the true maximum is at least that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.models.convolutions import convolved
from lt_proofs.models.image_nodes import Add, ImageNode, LayerNode, MaxPool, MeanPool, ReLU, Source
from lt_proofs.models.windows import Windows
from lt_proofs.networks.image_exact import difference_at
from lt_proofs.networks.image_prune import PrunedImages
from lt_proofs.networks.masked_images import kernels_of

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
# multiply-adds for the whole search, starts and steps at most, and the last step as a share of the first
WORK, MOST_STARTS, STEPS, LAST = 1 << 31, 128, 60, 2.0**-10
SEED = 19
MOVING = 8
# points are multiples of 2^-GRID
GRID = 30


@dataclass(frozen=True)
class FloatLayer:
    """Kernels, outputs x channels of a group x taps, for max(0, x) and for max(0, -x), and a bias or None."""

    kernels: tuple[Reals, ...]
    bias: Reals | None


def largest_difference(pruned: PrunedImages) -> Fraction:
    """Return a distance of outputs, in Euclidean norm, that is reached on the domain, exactly but rounded down."""
    target, ticket = _target(pruned), _ticket(pruned)
    nodes, random = pruned.target.nodes, np.random.Generator(np.random.PCG64(SEED))
    points = _starts(pruned, random, _affordable(pruned))
    best, where = np.full(len(points), -1.0), points.copy()
    size = 1.0 if pruned.domain.box is None else float(pruned.domain.box[1] - pruned.domain.box[0])
    for step in np.geomspace(size, size * LAST, STEPS):
        gap, slope = _slopes(nodes, target, ticket, points)
        better = gap > best
        best[better], where[better] = gap[better], points[better]
        if pruned.domain.box is None:
            slope = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-300)
        else:
            slope = np.sign(slope)
        points = _inside(pruned, where + step * slope)
    return difference_at(pruned, _exact_point(pruned, where[int(np.argmax(best))]))


def _affordable(pruned: PrunedImages) -> int:
    """Return the number of points from which the search may start."""
    once = sum(
        layer.weight.size * len(node.windows.table)
        for layer, node in zip(pruned.target.layers, pruned.target.wired, strict=True)
    )
    # moving numbers takes longer than multiplying them
    once += MOVING * sum(
        node.windows.table.size * shape[0]
        for node, shape in zip(pruned.target.nodes, pruned.target.shapes, strict=True)
        if isinstance(node, (MaxPool, MeanPool))
    )
    return int(min(max(WORK // (8 * STEPS * once), 4), MOST_STARTS))


def _starts(pruned: PrunedImages, random: np.random.Generator, count: int) -> Reals:
    """Return random points and corners of the domain."""
    size = pruned.target.inputs
    if pruned.domain.box is None:
        points = random.normal(size=(count, size))
        return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float64)
    low, high = map(float, pruned.domain.box)
    points = random.uniform(low, high, (count, size))
    corners = np.where(random.uniform(size=points.shape) < random.uniform(size=(count, 1)), low, high)
    points[::2] = corners[::2]
    points[0], points[-1] = high, low
    return points


def _inside(pruned: PrunedImages, points: Reals) -> Reals:
    if pruned.domain.box is None:
        return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1.0))
    low, high = map(float, pruned.domain.box)
    return np.clip(points, low, high)


def _exact_point(pruned: PrunedImages, point: Reals) -> list[Fraction]:
    """Return a point of the domain near a point in floats."""
    rounded = [Fraction(int(value), 1 << GRID) for value in np.trunc(np.ldexp(point, GRID)).tolist()]
    if pruned.domain.box is not None:
        low, high = pruned.domain.box
        return [min(max(value, low), high) for value in rounded]
    # rounding towards 0 shortens a point, but floats may have put it beyond the ball
    shrunk = [value * ((1 << GRID) - 1) / (1 << GRID) for value in rounded]
    return shrunk if sum(value**2 for value in shrunk) <= 1 else [value / 2 for value in shrunk]


def _target(pruned: PrunedImages) -> list[FloatLayer]:
    found = []
    for layer, node in zip(pruned.target.layers, pruned.target.wired, strict=True):
        kernel = layer.weight.astype(np.float64).reshape(node.outputs, -1, node.windows.taps)
        found.append(FloatLayer((kernel, -kernel), None if layer.bias is None else layer.bias.astype(np.float64)))
    return found


def _ticket(pruned: PrunedImages) -> list[FloatLayer]:
    found = []
    for masks, wanted, node in zip(pruned.masks, pruned.wanted_sums, pruned.target.wired, strict=True):
        kernels, bias = kernels_of(np.ldexp(masks.sums.astype(np.float64), wanted.scale - PRODUCT_BITS), node)
        signed = tuple(kernel * sign for kernel, sign in zip(kernels, (1, -1), strict=False))
        found.append(FloatLayer(signed, bias))
    return found


def _slopes(
    nodes: Sequence[ImageNode], target: list[FloatLayer], ticket: list[FloatLayer], points: Reals
) -> tuple[Reals, Reals]:
    """Return the distances of the outputs at each point, and directions in which their squares grow."""
    ours, theirs = _values(nodes, ticket, points), _values(nodes, target, points)
    gap = ours[-1] - theirs[-1]
    slope = _pulled(nodes, ticket, ours, gap) - _pulled(nodes, target, theirs, gap)
    return np.linalg.norm(gap, axis=1), slope


def _values(nodes: Sequence[ImageNode], layers: list[FloatLayer], points: Reals) -> list[Reals]:
    """Return the values of all nodes for a batch of flattened images."""
    values: list[Reals] = []
    rest = iter(layers)
    for node in nodes:
        if isinstance(node, Source):
            values.append(points)
        elif isinstance(node, LayerNode):
            layer, value = next(rest), values[node.of]
            parts = zip(layer.kernels, (1, -1), strict=False)
            images = [convolved(kernel, node.windows, node.groups, np.maximum(s * value, 0)) for kernel, s in parts]
            bias = 0.0 if layer.bias is None else np.repeat(layer.bias, len(node.windows.table))
            values.append(np.sum(images, axis=0) + bias)
        elif isinstance(node, ReLU):
            values.append(np.maximum(values[node.of], 0))
        elif isinstance(node, MaxPool):
            values.append(_taps(node.windows, values[node.of], -np.inf).max(axis=-1).reshape(len(points), -1))
        elif isinstance(node, MeanPool):
            means = _taps(node.windows, values[node.of], 0.0).sum(axis=-1) / _divisors(node)
            values.append(means.reshape(len(points), -1))
        elif isinstance(node, Add):
            values.append(np.sum([values[number] for number in node.of], axis=0))
    return values


def _pulled(nodes: Sequence[ImageNode], layers: list[FloatLayer], values: list[Reals], slope: Reals) -> Reals:
    """Return the gradient at the input of a gradient at the output."""
    slopes = [np.zeros_like(value) for value in values]
    slopes[-1] = slope
    rest = list(layers)
    for number in range(len(nodes) - 1, 0, -1):
        node, above = nodes[number], slopes[number]
        if isinstance(node, LayerNode):
            layer = rest.pop()
            for kernel, sign in zip(layer.kernels, (1, -1), strict=False):
                active = sign * values[node.of] > 0
                slopes[node.of] += sign * active * _adjoint(kernel, node, above)
        elif isinstance(node, ReLU):
            slopes[node.of] += above * (values[node.of] > 0)
        elif isinstance(node, MaxPool):
            seen = _taps(node.windows, values[node.of], -np.inf)
            chosen = np.arange(node.windows.taps) == seen.argmax(axis=-1)[..., None]
            slopes[node.of] += _gathered(node.windows, chosen * above.reshape(seen.shape[:-1])[..., None])
        elif isinstance(node, MeanPool):
            share = above.reshape(len(above), -1, len(node.windows.table)) / _divisors(node)
            slopes[node.of] += _gathered(node.windows, np.repeat(share[..., None], node.windows.taps, axis=-1))
        elif isinstance(node, Add):
            for source in node.of:
                slopes[source] += above
    return slopes[0]


def _taps(windows: Windows, value: Reals, filling: float) -> Reals:
    """Return what each window reads: batch x channels x positions x taps."""
    images = value.reshape(len(value), -1, windows.positions)
    return np.where(windows.table >= 0, images[..., windows.table], filling)


def _gathered(windows: Windows, parts: Reals) -> Reals:
    """Return what `_taps` spreads, added up again at the positions that were read."""
    total = np.zeros((*parts.shape[:2], windows.positions))
    for tap, places in enumerate(windows.table.T):
        inside = np.flatnonzero(places >= 0)
        _add_at(total, places[inside], parts[..., inside, tap])
    return total.reshape(len(parts), -1)


def _add_at(total: Reals, places: Ints, parts: Reals) -> None:
    """Add parts at positions, the last axis of ``total``, in place; a position may occur several times."""
    if len(np.unique(places)) == len(places):
        total[..., places] += parts
    else:
        np.add.at(total, (..., places), parts)  # type: ignore[arg-type]


def _divisors(node: MeanPool) -> Reals:
    inside = node.windows.inside.astype(np.float64)
    return np.full(len(inside), float(node.windows.taps)) if node.counted else inside


def _adjoint(kernel: Reals, node: LayerNode, slope: Reals) -> Reals:
    """Return the transposed convolution of a batch."""
    windows, groups = node.windows, node.groups
    above = slope.reshape(len(slope), groups, node.outputs // groups, len(windows.table))
    table = kernel.reshape(groups, node.outputs // groups, -1, windows.taps)
    total = np.zeros((len(slope), groups, table.shape[2], windows.positions))
    for tap, places in enumerate(windows.table.T):
        inside = np.flatnonzero(places >= 0)
        part = np.swapaxes(table[..., tap], 1, 2) @ above[..., inside]
        _add_at(total, places[inside], part)
    return total.reshape(len(slope), -1)
