"""Networks of images in exact arithmetic: the target's, and the ticket's by its effective kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.models.image_nodes import Add, ImageNode, LayerNode, MaxPool, MeanPool, ReLU, Source
from lt_proofs.models.windows import Windows
from lt_proofs.networks.image_prune import PrunedImages
from lt_proofs.networks.masked_images import kernels_of

Exact = NDArray[np.object_]
Reals = NDArray[np.float64]
# distances are rounded down to multiples of 2^-BITS
BITS = 64


@dataclass(frozen=True)
class Numbers:
    """An array of integers divided by one integer."""

    whole: Exact
    divisor: int

    @classmethod
    def of(cls, floats: Reals, bits: int = 0) -> Numbers:
        """Return floats, times 2^bits, exactly."""
        ratios = [(value * 1.0).as_integer_ratio() for value in floats.reshape(-1).tolist()]
        divisor = lcm(*(bottom for _, bottom in ratios)) << max(0, -bits)
        whole = [top * (divisor // bottom) << max(0, bits) >> max(0, -bits) for top, bottom in ratios]
        return cls(np.array(whole, object).reshape(floats.shape), divisor)

    def times(self, factor: int) -> Exact:
        """Return the integers for a divisor that is larger by a factor."""
        scaled: Exact = self.whole * factor
        return scaled


@dataclass(frozen=True)
class ExactLayer:
    """Kernels, outputs x channels of a group x taps, for max(0, x) and for max(0, -x), and a bias or None."""

    kernels: tuple[Numbers, ...]
    bias: Numbers | None


def difference_at(pruned: PrunedImages, image: Sequence[Fraction]) -> Fraction:
    """Return the Euclidean distance of both outputs at an image, rounded down to a multiple of 2^-64."""
    divisor = lcm(*(value.denominator for value in image))
    given = Numbers(np.array([int(value * divisor) for value in image], object), divisor)
    one, other = (
        outputs(pruned.target.nodes, layers, given) for layers in (target_layers(pruned), kept_layers(pruned))
    )
    pairs = zip(one.whole, other.whole, strict=True)
    square = sum((Fraction(int(a), one.divisor) - Fraction(int(b), other.divisor)) ** 2 for a, b in pairs)
    return Fraction(isqrt((square.numerator << 2 * BITS) // square.denominator), 1 << BITS)


def target_layers(pruned: PrunedImages) -> list[ExactLayer]:
    """Return the layers of the target; they act on positive and negative pixels alike."""
    found = []
    for layer, node in zip(pruned.target.layers, pruned.target.wired, strict=True):
        kernel = Numbers.of(layer.weight.astype(np.float64).reshape(node.outputs, -1, node.windows.taps))
        bias = None if layer.bias is None else Numbers.of(layer.bias.astype(np.float64))
        found.append(ExactLayer((kernel, Numbers(-kernel.whole, kernel.divisor)), bias))
    return found


def kept_layers(pruned: PrunedImages) -> list[ExactLayer]:
    """Return the effective layers of the ticket, from its sums of kept products."""
    found = []
    rows = zip(pruned.masks, pruned.wanted_sums, pruned.target.wired, strict=True)
    for masks, wanted, node in rows:
        bits = PRODUCT_BITS - wanted.scale
        divisor, factor = 1 << max(bits, 0), 1 << max(-bits, 0)
        kernels, constant = kernels_of(masks.sums, node)
        signed = [kernel.astype(object) * (factor * sign) for kernel, sign in zip(kernels, (1, -1), strict=False)]
        bias = None if constant is None else Numbers(constant.astype(object) * factor, divisor)
        found.append(ExactLayer(tuple(Numbers(kernel, divisor) for kernel in signed), bias))
    return found


def outputs(nodes: Sequence[ImageNode], layers: Sequence[ExactLayer], image: Numbers) -> Numbers:
    """Return the outputs for one image, flattened."""
    values: list[Numbers] = []
    rest = iter(layers)
    for node in nodes:
        if isinstance(node, Source):
            values.append(image)
        elif isinstance(node, LayerNode):
            values.append(_convolved(next(rest), node, values[node.of]))
        elif isinstance(node, ReLU):
            values.append(Numbers(np.maximum(values[node.of].whole, 0), values[node.of].divisor))
        elif isinstance(node, MaxPool):
            values.append(_largest(node.windows, values[node.of]))
        elif isinstance(node, MeanPool):
            values.append(_means(node, values[node.of]))
        elif isinstance(node, Add):
            values.append(_sum([values[number] for number in node.of]))
    return values[-1]


def _convolved(layer: ExactLayer, node: LayerNode, image: Numbers) -> Numbers:
    divisor = layer.kernels[0].divisor * image.divisor
    parts: list[Any] = []
    for kernel, sign in zip(layer.kernels, (1, -1), strict=False):
        table = kernel.whole.reshape(node.groups, node.outputs // node.groups, -1, node.windows.taps)
        seen = np.maximum(image.whole * sign, 0).reshape(node.groups, -1, node.windows.positions)
        for tap, places in enumerate(node.windows.table.T):
            inside = np.flatnonzero(places >= 0)
            part = np.zeros((node.groups, table.shape[1], len(places)), object)
            part[..., inside] = table[..., tap] @ seen[..., places[inside]]
            parts.append(part)
    total = Numbers(np.sum(parts, axis=0).reshape(-1), divisor)
    if layer.bias is None:
        return total
    spread = Numbers(np.repeat(layer.bias.whole, len(node.windows.table)), layer.bias.divisor)
    return _sum([total, spread])


def _sum(parts: Sequence[Numbers]) -> Numbers:
    divisor = lcm(*(part.divisor for part in parts))
    return Numbers(np.sum([part.times(divisor // part.divisor) for part in parts], axis=0), divisor)


def _largest(windows: Windows, image: Numbers) -> Numbers:
    seen = image.whole.reshape(-1, windows.positions)
    rows = [seen[:, places[places >= 0]].max(axis=1) for places in windows.table]
    return Numbers(np.stack(rows, axis=1).reshape(-1), image.divisor)


def _means(node: MeanPool, image: Numbers) -> Numbers:
    windows, seen = node.windows, image.whole.reshape(-1, node.windows.positions)
    counts = [windows.taps if node.counted else int(count) for count in windows.inside]
    common = lcm(*counts)
    rows = [
        seen[:, places[places >= 0]].sum(axis=1) * (common // count)
        for places, count in zip(windows.table, counts, strict=True)
    ]
    return Numbers(np.stack(rows, axis=1).reshape(-1), image.divisor * common)
