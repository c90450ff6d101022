"""From a network of images to a ticket: each layer as a pair of random convolutions, the first one a pixel wide.

Hidden channels see one channel each, by one weight that all taps, positions and outputs share; the second convolution
has the windows of the target's. So the sum of kept products, tap by tap, is a subset sum as for a dense layer, whose
matrix has one row for each output and tap (Mathematics 9.4).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.bounds.closed_form import certain_units
from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput, Unsolved
from lt_proofs.kernels.gadgets import CLOSEST
from lt_proofs.models.image_nodes import LayerNode, never_negative
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import check_depth, check_layer, check_rationals
from lt_proofs.networks.masked_images import fans_of
from lt_proofs.networks.prune import OBJECTIVE_OF, UNIT_BALL, SearchedLayers, check_options, searched
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.networks.search import Masks, empty_masks
from lt_proofs.networks.wanted_sums import WantedSums, scale_of
from lt_proofs.networks.width import expected_width
from lt_proofs.subset_sum.threads import Progress

Reals = NDArray[np.float64]
Bits = NDArray[np.bool_]
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class PrunedImages(SearchedLayers):
    """A pruned random network of convolutions beside its target; every number in it is exact.

    ``wanted_sums`` and ``masks`` have one entry for each layer; ``present`` says for each sign and entry of a layer's
    matrix whether it is a weight or bias of the target. ``kept_without`` is the number of entries of the second
    matrices that are kept without rescaling layers.
    """

    target: ImageTarget
    eps: Fraction
    seed: int
    wanted_sums: tuple[WantedSums, ...]
    masks: tuple[Masks, ...]
    present: tuple[Bits, ...]
    kept_without: int
    seconds: float
    domain: InputDomain = UNIT_BALL
    law: str = "uniform"

    @property
    def weights(self) -> int:
        """The number of weights of the target, its biases included."""
        return self.target.weights

    @property
    def scale(self) -> int:
        """The exponent of the ticket's factor: 0, because each layer is multiplied by its own power of two."""
        return 0

    @property
    def solved(self) -> int:
        """The number of weights that are within eps of their kept sums, for every sign that inputs can have."""
        total = 0
        for wanted, masks, present in self._layers():
            near = (wanted.low <= masks.sums) & (masks.sums <= wanted.high) | ~present
            total += int((near.all(axis=0) & present[0]).sum())
        return total

    @property
    def max_weight_error(self) -> Fraction:
        """The largest distance between a weight and its scaled kept sum, in the target's own units."""
        return max(largest_error(*row) for row in self._layers())

    @cached_property
    def certified(self) -> tuple[Fraction, dict[str, Any]]:
        """The error bound, and what shows it, as a certificate holds it."""
        from lt_proofs.networks.image_bound import certified_images

        sums = [masks.sums for masks in self.masks]
        found: tuple[Fraction, dict[str, Any]] = certified_images(self.target, self.wanted_sums, sums, self.domain)
        return found

    @property
    def error_bound(self) -> Fraction:
        """The largest Euclidean distance between the outputs of target and ticket on the domain, rounded up."""
        return self.certified[0]

    def _layers(self) -> list[tuple[WantedSums, Masks, Bits]]:
        return list(zip(self.wanted_sums, self.masks, self.present, strict=True))


def signs_in(target: ImageTarget, domain: InputDomain) -> list[int]:
    """Return for each layer 2 if the images that it reads can have negative entries, else 1."""
    negative = never_negative(target.nodes, domain.signs == 1)
    return [1 if negative[node.of] else 2 for node in target.wired]


def prune_images(
    target: ImageTarget,
    eps: Fraction,
    *,
    seed: int = 0,
    n: int | None = None,
    objective: str = "sparse",
    domain: InputDomain = UNIT_BALL,
    law: str = "uniform",
    progress: Progress | None = None,
    device: str = "cpu",
    certain: bool = False,
) -> PrunedImages:
    """Return masks of the random convolutions of a seed whose kept sums are within eps of the target's weights.

    The options are those of `prune`. Each layer is searched as it is, and again with its weights scaled to at most 1/2
    by a power of two, which its outputs are multiplied by: the search with the better result counts, the one that keeps
    less, or with the objective "exact" the one with the smaller error.

    Raises BadInput for arguments out of range, for a tolerance that the grid of the weights cannot reach, and for a
    ticket that would be too large for the checker.
    """
    start = time.perf_counter()
    check_options(eps, seed, n, objective, law)
    check_rationals(eps, domain.box or ())
    check_depth(len(target.layers), "target", title_of(target))
    if certain and (n is not None or law != "uniform"):
        raise BadInput("certain", "with n or the law kaiming", "the theorem chooses n, for the uniform law")
    check_device(device)
    signs, entries = signs_in(target, domain), target.present()
    present = [_with_signs(*row) for row in zip(target.wired, entries, signs, strict=True)]
    instances = sum(int(part.sum()) for part in present)
    search = _LayerSearch(eps, seed, n, OBJECTIVE_OF[objective], law, device, instances if certain else 0)
    wanted_sums: list[WantedSums] = []
    masks: list[Masks] = []
    without, done = 0, 0
    for number, matrix, node, part in zip(count(1), target.matrices(), target.wired, present, strict=False):
        plain = search.layer(number, matrix, node, part, None)
        without, better = without + plain[1].kept[1], plain
        scale = _half_scale(matrix, plain[1].layer.reach)
        if scale != plain[0].scale:
            scaled = search.layer(number, matrix, node, part, scale)
            if search.cost(*scaled, part) < search.cost(*plain, part):
                better = scaled
        wanted_sums.append(better[0])
        masks.append(better[1])
        layer = better[1].layer
        check_layer(number, (layer.rows, layer.columns), layer.units, abs(better[0].scale), "target", title_of(target))
        done += int(part[0].sum())
        if progress is not None:
            progress(done, target.weights)
    seconds = time.perf_counter() - start
    return PrunedImages(
        target, eps, seed, tuple(wanted_sums), tuple(masks), tuple(present), without, seconds, domain, law
    )


@dataclass(frozen=True)
class _LayerSearch:
    """What the search of every layer has in common; ``instances`` is not 0 where a theorem chooses the width."""

    eps: Fraction
    seed: int
    n: int | None
    objective: int
    law: str
    device: str
    instances: int

    def layer(
        self, number: int, matrix: Reals, node: LayerNode, present: Bits, scale: int | None
    ) -> tuple[WantedSums, Masks]:
        """Return the wanted sums and masks of a layer, its weights divided by 2^scale."""
        wanted = WantedSums.of(matrix, self.eps, scale=scale)
        if self.instances:
            width = certain_units(self.instances, self.eps / Fraction(2) ** wanted.scale).value
        elif self.n is not None:
            width = self.n
        else:
            width = expected_width(wanted, number, self.seed, len(present), self.objective, present)
        rows, columns = matrix.shape
        fans = fans_of(node, columns, width)
        layer = RandomLayer.regular(self.seed, number, rows, columns, width, self.law, fans)
        # with the Kaiming law products are smaller than 1, so the layer may need another scale than `wanted` has
        if layer.reach != 1:
            scale = None if scale is None else _half_scale(matrix, layer.reach)
            wanted = WantedSums.of(matrix, self.eps, layer.reach, scale)
        growing = self.n is None and not self.instances
        empty = empty_masks(layer, len(present), present)
        return wanted, searched(empty, wanted, self.objective, self.device, growing=growing)

    def cost(self, wanted: WantedSums, masks: Masks, present: Bits) -> tuple[int, Fraction]:
        """Return what decides between two searches: weights without a sum, then kept entries or errors."""
        missing = int((masks.solved == 0).sum())
        if self.objective == CLOSEST:
            return missing, largest_error(wanted, masks, present)
        return missing, Fraction(masks.kept[1])


def _half_scale(matrix: Reals, reach: Fraction) -> int:
    """Return the least s, which may be negative, for which all entries divided by 2^s are at most half the reach."""
    largest = float(np.abs(matrix).max(initial=0.0))
    if not largest:
        return 0
    # a power of two that makes the largest entry at least 1 leaves no room for the least s of `scale_of` to be 0
    lift = max(0, -int(np.floor(np.log2(largest))) + 2 + int(np.ceil(-np.log2(float(reach)))))
    return scale_of(np.ldexp(np.array([[largest]]), lift), reach * HALF) - lift


def largest_error(wanted: WantedSums, masks: Masks, present: Bits) -> Fraction:
    """Return the largest distance between a weight that is present and its scaled sum."""
    return max(
        wanted.rows(part).largest_error(sums[part])
        for part, sums in zip(present, masks.sums, strict=True)
        if part.any()
    )


def _with_signs(node: LayerNode, entries: Bits, signs: int) -> Bits:
    """Return the present entries for each sign; the constant that a bias multiplies is positive."""
    present = np.repeat(entries[None], signs, axis=0)
    if node.bias:
        present[1:, :, -1] = False
    return present


def title_of(target: ImageTarget) -> str:
    """Return the shapes of the input and of each layer's image, as in 1x8x8-4x8x8-10x1x1."""
    shapes = [target.shapes[0]]
    shapes += [shape for node, shape in zip(target.nodes, target.shapes, strict=True) if isinstance(node, LayerNode)]
    return "-".join("x".join(map(str, shape)) for shape in shapes)


def require_solved_images(pruned: PrunedImages, allow: str = "--allow-unsolved") -> None:
    """Raise Unsolved unless every weight is within eps; ``allow`` is the option that takes such a ticket as well."""
    missing = pruned.weights - pruned.solved
    if missing:
        raise Unsolved(
            f"eps: {pruned.eps}: {missing} of {pruned.weights} weights have no subset sum that near with "
            f"n = {pruned.n}; give a larger n, or a larger eps, or {allow}"
        )
