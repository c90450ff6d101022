"""From a target to a ticket: layer by layer, choose the width, search masks, and bound the error of the result.

Mathematics 3.12 defines tickets, 3.13 the carried constant, and 3.15 and 3.16 prove the error bounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.bounds.closed_form import certain_units
from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput, Unsolved
from lt_proofs.kernels.gadgets import CLOSEST, FEWEST
from lt_proofs.kernels.philox import check_seed
from lt_proofs.networks.checkable import check_costs, layer_cost, least_costs, signs_of
from lt_proofs.networks.cost import LayerCost, cost_of, methods_for, methods_of
from lt_proofs.networks.error_bound import certified_error
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import Cost, check_rationals
from lt_proofs.networks.random_network import LAWS, RandomLayer
from lt_proofs.networks.search import Masks, empty_masks, grow, solve
from lt_proofs.networks.target import Target
from lt_proofs.networks.wanted_sums import WantedSums, scale_of
from lt_proofs.networks.width import expected_width
from lt_proofs.subset_sum.threads import Progress

Reals = NDArray[np.float64]
UNIT_BALL = InputDomain()
# from the tolerance of each layer's weights, as the layer is scaled, to the hidden units of each layer's inputs
Widths = Callable[[tuple[Fraction, ...]], tuple[int, ...]]
# name on the command line -> objective of the kernels
OBJECTIVE_OF = {"sparse": FEWEST, "exact": CLOSEST}
MAX_WIDTH = 4096
# an input with an unsolved weight gets this many further hidden units, up to ROUNDS times
GROWTH, ROUNDS = 8, 32


class SearchedLayers:
    """What the wanted sums and masks of all layers say, whatever wires the layers."""

    wanted_sums: tuple[WantedSums, ...]
    masks: tuple[Masks, ...]

    @property
    def n(self) -> int:
        """The largest number of hidden units of one input."""
        return max(masks.layer.widest for masks in self.masks)

    @property
    def kept(self) -> list[int]:
        """The number of kept entries in each of the 2l random matrices, from the input on."""
        return [count for masks in self.masks for count in masks.kept]


@dataclass(frozen=True)
class Pruned(SearchedLayers):
    """A pruned random network beside its target; every number in it is exact.

    ``wanted_sums`` and ``masks`` have one entry for each layer of the target. ``eps`` is the largest tolerance of a
    layer, ``seconds`` the time of the search.
    """

    target: Target
    eps: Fraction
    seed: int
    wanted_sums: tuple[WantedSums, ...]
    masks: tuple[Masks, ...]
    seconds: float
    domain: InputDomain = UNIT_BALL
    law: str = "uniform"

    @property
    def weights(self) -> int:
        """The number of weights of the target, those of its biases and of the carried constant included."""
        return sum(wanted.low.size for wanted in self.wanted_sums)

    @property
    def solved(self) -> int:
        """The number of weights that are within eps of their kept sums, for every sign that inputs can have."""
        rows = zip(self.target.matrices(), self.wanted_sums, self.masks, strict=True)
        return sum(
            int(
                (wanted if wanted.eps == self.eps else WantedSums.of(matrix, self.eps, masks.layer.reach))
                .within(masks.sums)
                .sum()
            )
            for matrix, wanted, masks in rows
        )

    @property
    def scale(self) -> int:
        """The exponent of the ticket's factor: outputs of the masked network are multiplied by 2^scale."""
        return sum(wanted.scale for wanted in self.wanted_sums)

    @property
    def max_weight_error(self) -> Fraction:
        """The largest distance between a weight and its scaled kept sum, in the target's own units."""
        pairs = zip(self.wanted_sums, self.masks, strict=True)
        return max(wanted.largest_error(masks.sums) for wanted, masks in pairs)

    @cached_property
    def certified(self) -> tuple[Fraction, dict[str, Any]]:
        """The error bound, and the data that show the norms that it multiplies, as a certificate holds them."""
        sums = [masks.sums for masks in self.masks]
        methods = methods_for(self.sizes, self.domain)
        scaled = cost_of(self.sizes, self.domain, methods, scaled=True).within()
        return certified_error(self.wanted_sums, sums, self.target, self.domain, methods, scaled=scaled)

    @property
    def error_bound(self) -> Fraction:
        """The largest Euclidean distance between the outputs of target and ticket on the domain, rounded up."""
        return self.certified[0]

    @property
    def sizes(self) -> list[LayerCost]:
        """The sizes of each layer on which the checker's work depends."""
        return [layer_cost(*row) for row in zip(self.target.matrices(), self.wanted_sums, self.masks, strict=True)]

    @property
    def cost(self) -> Cost:
        """An upper bound of what checking the ticket costs."""
        data = self.certified[1]
        methods = methods_of(self.sizes, data["norms"])
        return cost_of(self.sizes, self.domain, methods, scaled="scales" in data)


def prune(
    target: Target,
    eps: Fraction,
    *,
    seed: int = 0,
    n: int | None = None,
    objective: str = "sparse",
    domain: InputDomain = UNIT_BALL,
    law: str = "uniform",
    progress: Progress | None = None,
    device: str = "cpu",
    certain: bool | Widths = False,
    checkable: bool = True,
    shares: Sequence[Fraction] | None = None,
) -> Pruned:
    """Return masks of the random network of a seed whose kept sums are within eps of the target's weights.

    Without ``n`` the number of hidden units per input is chosen for each layer, and inputs that need more get more.
    With ``n`` weights may stay unsolved: see ``Pruned.solved``. ``certain`` takes the width for which every weight has
    a subset with probability at least 99 % (dyadic-ticket, dyadic-ticket-weighted; Mathematics 2.30); it may also be a
    function that gives the width of each layer for the tolerances of its scaled weights. ``objective``
    is "sparse", which keeps the fewest weights within eps, or "exact", which makes the errors smallest. With device
    "cuda" the GPUs search; the masks are the same. ``progress`` is called with (weights done, weights in all).
    ``shares`` are factors of eps, one for each layer, where layers have different tolerances.

    Raises BadInput for arguments out of range, for a tolerance that the grid of the weights cannot reach, and, unless
    ``checkable`` is off, for a ticket that would be too large for the checker; this is noticed before the search of
    the layer that makes it so.
    """
    start = time.perf_counter()
    tolerances = [eps * share for share in shares or [Fraction(1)] * len(target.layers)]
    eps = max(tolerances)
    check_options(eps, seed, n, objective, law)
    check_rationals(eps, domain.box or ())
    if certain and (n is not None or law != "uniform"):
        raise BadInput("certain", "with n or the law kaiming", "the theorem chooses n, for the uniform law")
    check_device(device)
    chosen = OBJECTIVE_OF[objective]
    wanted_sums: list[WantedSums] = []
    masks: list[Masks] = []
    matrices = target.matrices()
    total, done = sum(matrix.size for matrix in matrices), 0
    instances = sum(matrix.size * signs_of(number, domain) for number, matrix in enumerate(matrices, 1))
    costs = least_costs(matrices, eps, n, domain)
    given: tuple[int, ...] = ()
    if callable(certain):
        given = certain(tuple(one / 2 ** scale_of(matrix) for one, matrix in zip(tolerances, matrices, strict=True)))
    if checkable:
        check_costs(target, costs, domain)
    for number, matrix in enumerate(matrices, 1):
        signs = signs_of(number, domain)
        tolerance = tolerances[number - 1]
        wanted = WantedSums.of(matrix, tolerance)
        if given:
            width = given[number - 1]
        elif certain:
            width = certain_units(instances, tolerance / 2**wanted.scale).value
        else:
            width = expected_width(wanted, number, seed, signs, chosen) if n is None else n
        rows, columns = matrix.shape
        # the width is known now, the masks are not: a layer too large for the checker is refused before the search
        layer = RandomLayer.regular(seed, number, rows, columns, width, law)
        costs[number - 1] = replace(costs[number - 1], units=layer.units)
        if checkable:
            check_costs(target, costs, domain)
        # with the Kaiming law products are smaller than 1, so the layer may need a larger scale than `wanted` has
        wanted_sums.append(WantedSums.of(matrix, tolerance, layer.reach))
        masks.append(
            searched(empty_masks(layer, signs), wanted_sums[-1], chosen, device, growing=n is None and not certain)
        )
        costs[number - 1] = layer_cost(matrix, wanted_sums[-1], masks[-1])
        if checkable:
            check_costs(target, costs, domain)
        done += matrix.size
        if progress is not None:
            progress(done, total)
    return Pruned(target, eps, seed, tuple(wanted_sums), tuple(masks), time.perf_counter() - start, domain, law)


def require_solved(pruned: Pruned, objective: str, allow: str = "--allow-unsolved") -> None:
    """Raise Unsolved, which names eps and a width that is expected to suffice, unless every weight is within eps.

    ``allow`` is the option by which the user takes such a ticket all the same.
    """
    missing = pruned.weights - pruned.solved
    if missing:
        raise Unsolved(
            f"eps: {pruned.eps}: {missing} of {pruned.weights} weights have no subset sum that near with "
            f"n = {pruned.n}; {_advice(pruned, OBJECTIVE_OF[objective])}, or {allow}"
        )


def _advice(pruned: Pruned, objective: int) -> str:
    wanted_sums = enumerate((WantedSums.of(matrix, pruned.eps) for matrix in pruned.target.matrices()), 1)
    try:
        enough = max(
            expected_width(wanted, i, pruned.seed, signs_of(i, pruned.domain), objective) for i, wanted in wanted_sums
        )
    except BadInput:
        return "give a larger eps"
    return f"try n = {max(enough, pruned.n + GROWTH)}, or a larger eps"


def _within(wanted: WantedSums, matrix: Reals, masks: Masks, eps: Fraction) -> NDArray[np.bool_]:
    """Return for each weight of a layer whether it is within eps, which may be more than the layer's own tolerance."""
    wider = wanted if wanted.eps == eps else WantedSums.of(matrix, eps, masks.layer.reach)
    return wider.within(masks.sums)


def check_options(eps: Fraction, seed: int, n: int | None, objective: str, law: str) -> None:
    """Raise BadInput, which names the option, for one out of range."""
    if not 0 < eps < 1:
        raise BadInput("eps", eps, "give a number strictly between 0 and 1")
    if n is not None and not 1 <= n <= MAX_WIDTH:
        raise BadInput("n", n, f"give an integer from 1 to {MAX_WIDTH}")
    if objective not in OBJECTIVE_OF:
        raise BadInput("objective", objective, f"give one of {', '.join(OBJECTIVE_OF)}")
    if law not in LAWS:
        raise BadInput("law", law, f"give one of {', '.join(LAWS)}")
    check_seed(seed)


def searched(masks: Masks, wanted: WantedSums, objective: int, device: str, *, growing: bool) -> Masks:
    """Return the masks of a layer that are found; where ``growing`` inputs that need more hidden units get more."""
    solve(masks, wanted, objective, device)
    for _ in range(ROUNDS if growing else 0):
        lacking = masks.unsolved_inputs()
        if not len(lacking):
            break
        masks = grow(masks, lacking, GROWTH)
        solve(masks, wanted, objective, device)
    return masks
