"""The error bound of a ticket of a network of images, in floats (Mathematics 9.11 to 9.13).

Intervals of every entry of every image bound the difference of the outputs; so do the outputs as functions of the
inputs, found by replacing ReLUs and poolings by strips, with the norm of all of them together. The checker repeats
both in integers, from index maps; nothing rests on these floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.models.image_nodes import Add, LayerNode, MaxPool, MeanPool, ReLU, never_negative
from lt_proofs.models.windows import Windows
from lt_proofs.networks.image_joint import joint_norm
from lt_proofs.networks.image_strips import Span, delta_range, strips_around_deltas, strips_around_relu
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.wanted_sums import WantedSums

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
# the floats' result is raised by this relative margin, for the checker rounds otherwise
ROUNDING = Fraction(1, 2**11)
UNIT = Fraction(1, 2**30)
# the checker bounds the norm of a matrix with so many rows by its power of this exponent, and then takes the root
POWER = 512


@dataclass(frozen=True)
class Kernels:
    """The kernels of a layer: outputs x (signs x inputs of a group x taps), and of the target without the signs.

    ``biases`` are those of the ticket, ``excess`` is what they exceed the target's by.
    """

    node: LayerNode
    ticket: Reals
    target: Reals
    errors: Reals
    biases: Reals
    excess: Reals


def certified_images(
    target: ImageTarget, wanted_sums: Sequence[WantedSums], sums: Sequence[Ints], domain: InputDomain
) -> tuple[Fraction, dict[str, Any]]:
    """Return a bound of the Euclidean distance of the outputs on the domain, and what shows it in a certificate."""
    search = _BoundSearch(target, wanted_sums, sums, domain)
    low, high = search.ends[-1][1]
    bound, data = float(np.linalg.norm(np.maximum(-low, high))), dict[str, Any]()
    together, metric = joint_norm(*search.columns())
    together *= len(low.ravel()) ** (0.5 / POWER)
    if together < bound:
        bound, data = together, {"joint": metric}
    exact = Fraction(bound) * (1 + ROUNDING) + UNIT
    return Fraction(-(-exact.numerator * 2**PRODUCT_BITS // exact.denominator), 2**PRODUCT_BITS), data


def kernels_of(target: ImageTarget, number: int, wanted: WantedSums, sums: Ints) -> Kernels:
    """Return the kernels of a layer, from the sums of kept products, signs x (outputs x taps) x columns."""
    node, unit = target.wired[number], float(Fraction(2) ** (wanted.scale - PRODUCT_BITS))
    channels = target.shapes[node.of][0]
    inner, taps = channels // node.groups, node.windows.taps
    parts: list[tuple[Reals, Reals]] = []
    for matrix in (sums * unit, (sums - wanted.whole - wanted.rest) * unit):
        signed = (
            matrix.reshape(len(sums), node.outputs, taps, -1)
            * np.where(np.arange(len(sums)), -1, 1)[:, None, None, None]
        )
        firsts = np.arange(node.outputs) * node.groups // node.outputs * inner
        own = firsts[:, None] + np.arange(inner)
        kernel = np.take_along_axis(np.asarray(signed, np.float64)[..., :channels], own[None, :, None, :], axis=3)
        flat = np.asarray(kernel.transpose(1, 0, 3, 2), np.float64).reshape(node.outputs, -1)
        parts.append((flat, np.asarray(signed[0, :, :, channels:], np.float64)))
    (ticket, biases), (errors, excess) = parts
    tap = node.windows.inner_tap if node.bias else 0
    return Kernels(
        node,
        ticket,
        target.layers[number].weight.astype(np.float64),
        errors,
        biases[:, tap].sum(axis=1),
        excess[:, tap].sum(axis=1),
    )


def patches(windows: Windows, image: Reals) -> Reals:
    """Return what taps read of images, whose shape is (..., pixels), as an array (..., taps, outputs)."""
    padded = np.concatenate([image, np.zeros((*image.shape[:-1], 1))], axis=-1)
    found: Reals = padded[..., windows.table.T]
    return found


class _BoundSearch:
    """Intervals of all nodes, and the outputs as functions of the inputs."""

    def __init__(
        self, target: ImageTarget, wanted_sums: Sequence[WantedSums], sums: Sequence[Ints], domain: InputDomain
    ) -> None:
        self.target, self.domain = target, domain
        layers = [kernels_of(target, i, *pair) for i, pair in enumerate(zip(wanted_sums, sums, strict=True))]
        places = [i for i, node in enumerate(target.nodes) if isinstance(node, LayerNode)]
        self.kernels = dict(zip(places, layers, strict=True))
        negative = never_negative(target.nodes, domain.signs == 1)
        self.signed = [not found for found in negative]
        self.low, self.high = map(float, domain.box or (-1, 1))
        self.ends: list[tuple[Span, Span]] = []
        for place in range(len(target.nodes)):
            self.ends.append(self._follow(place))

    def _follow(self, place: int) -> tuple[Span, Span]:
        """Return the intervals of a node: values of the ticket, and what they exceed the target's by."""
        node = self.target.nodes[place]
        before = [self.ends[source] for source in node.reads]
        if not before:
            ones = np.ones((self.target.shapes[0][0], int(np.prod(self.target.shapes[0][1:]))))
            return (self.low * ones, self.high * ones), (0 * ones, 0 * ones)
        (z, d), *_ = before
        if isinstance(node, LayerNode):
            return self._behind_layer(place, node, z, d)
        if isinstance(node, ReLU):
            return (np.maximum(z[0], 0), np.maximum(z[1], 0)), delta_range(z, d)
        if isinstance(node, MaxPool):
            return self._behind_max(node, z, d)
        if isinstance(node, MeanPool):
            counts = node.windows.taps if node.counted else node.windows.inside
            z, d = (tuple(patches(node.windows, side).sum(axis=1) / counts for side in span) for span in (z, d))
            return z, d
        sides = [[[one[k][i] for one in before] for i in (0, 1)] for k in (0, 1)]
        z, d = ((np.sum(low, axis=0), np.sum(high, axis=0)) for low, high in sides)
        return z, d

    def _behind_layer(self, place: int, node: LayerNode, z: Span, d: Span) -> tuple[Span, Span]:
        kernels = self.kernels[place]
        if self.signed[node.of]:
            both = [(np.maximum(z[0], 0), np.maximum(-z[1], 0)), (np.maximum(z[1], 0), np.maximum(-z[0], 0))]
            z = np.stack(both[0]), np.stack(both[1])
        else:
            z = z[0][None], z[1][None]
        values, fresh = (_convolved(node, kernel, z) for kernel in (kernels.ticket, kernels.errors))
        if self.domain.box is None and node.of == 0 and node.windows.mode == "zeros":
            values = _cut(values, _on_ball(node, kernels.ticket))
            fresh = _cut(fresh, _on_ball(node, kernels.errors))
        carried = _convolved(node, kernels.target, (d[0][None], d[1][None]))
        bias, excess = kernels.biases[:, None], kernels.excess[:, None]
        return (
            (values[0] + bias, values[1] + bias),
            (carried[0] + fresh[0] + excess, carried[1] + fresh[1] + excess),
        )

    def _behind_max(self, node: MaxPool, z: Span, d: Span) -> tuple[Span, Span]:
        ours, theirs = self._candidates(node, z, d)
        low, high, least, most = (patches(node.windows, side) for side in (*z, *d))
        outside = (node.windows.table.T < 0)[None]
        low, high = np.where(outside, -np.inf, low), np.where(outside, -np.inf, high)
        return (low.max(axis=1), high.max(axis=1)), (
            np.where(theirs, least, np.inf).min(axis=1),
            np.where(ours, most, -np.inf).max(axis=1),
        )

    def _candidates(self, node: MaxPool, z: Span, d: Span) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which taps of each window can be the largest of the ticket, and which of the target."""
        low, high, least, most = (patches(node.windows, side) for side in (*z, *d))
        inside = (node.windows.table.T >= 0)[None]
        own = np.where(inside, low, -np.inf).max(axis=1, keepdims=True)
        other = np.where(inside, low - most, -np.inf).max(axis=1, keepdims=True)
        return inside & (high >= own), inside & (high - least >= other)

    def columns(self) -> tuple[Reals, Reals | None]:
        """Return the columns of the outputs, the first one constant, and those that inputs in the ball multiply."""
        walk = _Walk(self)
        return walk.columns_over_inputs()


def _convolved(node: LayerNode, kernel: Reals, span: Span) -> Span:
    """Return the intervals of a kernel times the intervals of images of shape (signs, channels, pixels)."""
    signs, channels, _ = span[0].shape
    middle, reach = (patches(node.windows, part) for part in ((span[0] + span[1]) / 2, (span[1] - span[0]) / 2))
    inner, own = channels // node.groups, node.outputs // node.groups
    found = []
    for group in range(node.groups):
        rows, part = kernel[group * own : (group + 1) * own], slice(group * inner, (group + 1) * inner)
        a, b = (one[:, part].reshape(signs * inner * node.windows.taps, -1) for one in (middle, reach))
        found.append((rows @ a, np.abs(rows) @ b))
    centre, spread = (np.concatenate([pair[i] for pair in found]) for i in (0, 1))
    return centre - spread, centre + spread


def _on_ball(node: LayerNode, kernel: Reals) -> Span:
    half = kernel.shape[1] // 2
    ones = np.ones((half // node.windows.taps, node.windows.positions))
    seen = patches(node.windows, ones).reshape(half, -1)
    low, high = (
        sign * np.sqrt(np.maximum(np.maximum(sign * kernel[:, :half], sign * kernel[:, half:]), 0) ** 2 @ seen)
        for sign in (-1, 1)
    )
    return low, high


def _cut(one: Span, other: Span) -> Span:
    return np.maximum(one[0], other[0]), np.minimum(one[1], other[1])


class _Walk:
    """The outputs' differences on their way back to the inputs.

    Coefficients have the shape (rows, channels, pixels).
    """

    def __init__(self, search: _BoundSearch) -> None:
        self.search = search
        nodes, shape = search.target.nodes, search.ends[-1][0][0].shape
        size = shape[0] * shape[1]
        self.rows = {len(nodes) - 1: (np.zeros((size, *shape)), np.eye(size).reshape(size, *shape))}
        self.constants = np.zeros(size)
        self.bends = np.zeros((size, *search.ends[0][0][0].shape))
        self.found: list[Reals] = []
        for place in range(len(nodes) - 1, 0, -1):
            if place in self.rows:
                self._replace(place, *self.rows.pop(place))

    def _put(self, place: int, values: Reals, gaps: Reals) -> None:
        old = self.rows.get(place)
        self.rows[place] = (values, gaps) if old is None else (old[0] + values, old[1] + gaps)

    def _spread(self, coefficients: Reals, middles: Reals, radii: Reals) -> None:
        """Add what a strip's middle makes of coefficients to the constants, and a column for each radius."""
        rows = len(coefficients)
        self.constants = self.constants + (coefficients * middles).reshape(rows, -1).sum(axis=1)
        self.found.append((coefficients * radii).reshape(rows, -1))

    def _replace(self, place: int, values: Reals, gaps: Reals) -> None:
        node = self.search.target.nodes[place]
        if isinstance(node, LayerNode):
            self._through_layer(place, node, values, gaps)
        elif isinstance(node, ReLU):
            z, d = self.search.ends[node.of]
            share, tilts = self._relaxed(node.of, values), strips_around_deltas(z, d)
            self._spread(gaps, tilts.middle, tilts.radius)
            self._put(node.of, share + gaps * tilts.tilt, gaps * tilts.share)
        elif isinstance(node, MaxPool):
            self._before_max(place, node, values, gaps)
        elif isinstance(node, MeanPool):
            counts = node.windows.taps if node.counted else node.windows.inside
            taps = (np.repeat(side[:, :, None] / counts, node.windows.taps, axis=2) for side in (values, gaps))
            self._put(node.of, *(_scattered(node.windows, side) for side in taps))
        elif isinstance(node, Add):
            for source in node.of:
                self._put(source, values, gaps)

    def _relaxed(self, place: int, coefficients: Reals) -> Reals:
        """Replace relu of the entries of a node; return the coefficients of the entries."""
        strips = strips_around_relu(self.search.ends[place][0])
        self._spread(coefficients, strips.middle, strips.radius)
        return coefficients * strips.tilt

    def _before_max(self, place: int, node: MaxPool, values: Reals, gaps: Reals) -> None:
        z, d = self.search.ends[node.of]
        ours, theirs = self.search._candidates(node, z, d)
        both = ours & (ours == theirs).all(axis=1, keepdims=True)
        parts = []
        for side, chosen, span in zip((values, gaps), (ours, both), self.search.ends[place], strict=True):
            sure = chosen.sum(axis=1) == 1
            self._spread(side * ~sure, (span[0] + span[1]) / 2, (span[1] - span[0]) / 2)
            parts.append(_scattered(node.windows, (side * sure)[:, :, None] * chosen))
        self._put(node.of, *parts)

    def _through_layer(self, place: int, node: LayerNode, values: Reals, gaps: Reals) -> None:
        kernels, signed = self.search.kernels[place], self.search.signed[node.of]
        self.constants = self.constants + values.sum(axis=2) @ kernels.biases + gaps.sum(axis=2) @ kernels.excess
        pairs, signs = ((kernels.ticket, values), (kernels.errors, gaps)), 2 if signed else 1
        new = np.sum([_transposed(node, *pair, signs) for pair in pairs], axis=0)
        carried = _transposed(node, kernels.target, gaps, 1)
        if not signed:
            self._put(node.of, new[:, 0], carried[:, 0])
            return
        bends = new[:, 0] + new[:, 1]
        if node.of == 0:
            self.bends = self.bends + bends
            self._put(0, -new[:, 1], carried[:, 0])
        else:
            self._put(node.of, self._relaxed(node.of, bends) - new[:, 1], carried[:, 0])

    def columns_over_inputs(self) -> tuple[Reals, Reals | None]:
        """Return the columns, the constants first, and those that are multiplied by inputs of the ball."""
        rows, low, high = len(self.constants), self.search.low, self.search.high
        linear = self.rows[0][0] if 0 in self.rows else np.zeros_like(self.bends)
        flat, bends = linear.reshape(rows, -1), self.bends.reshape(rows, -1)
        if self.search.domain.box is None:
            return np.hstack([self.constants[:, None], *self.found]), np.stack([flat + bends / 2, bends / 2])
        strip = strips_around_relu((np.array(low), np.array(high)))
        slopes = flat + bends * strip.tilt
        constants = self.constants + (slopes * (low + high) / 2 + bends * strip.middle).sum(axis=1)
        more = [slopes * (high - low) / 2, bends * strip.radius]
        return np.hstack([constants[:, None], *self.found, *more]), None


def _transposed(node: LayerNode, kernel: Reals, rows: Reals, signs: int) -> Reals:
    """Return the coefficients of what a layer reads, (rows, signs, channels, pixels), from those of its outputs."""
    own, found = node.outputs // node.groups, []
    for group in range(node.groups):
        part = slice(group * own, (group + 1) * own)
        made = np.einsum("oc,roq->rcq", kernel[part], rows[:, part], optimize=True)
        found.append(made.reshape(len(rows), signs, -1, node.windows.taps, made.shape[-1]))
    return _scattered(node.windows, np.concatenate(found, axis=2))


def _scattered(windows: Windows, taps: Reals) -> Reals:
    """Return the sums at the pixels that taps read, (..., pixels), of an array (..., taps, outputs)."""
    found = np.zeros((*taps.shape[:-2], windows.positions + 1))
    for tap, places in enumerate(windows.table.T):
        np.add.at(found, (Ellipsis, places), taps[..., tap, :])  # type: ignore[arg-type]
    return found[..., :-1]
