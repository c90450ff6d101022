"""From a target to masks of a random network, with what is exactly true of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Any

from lt_proofs.bounds.closed_form import certain_units
from lt_proofs.errors import BadInput, Unsolved
from lt_proofs.kernels.cuda import check_device
from lt_proofs.kernels.gadgets import EXACT, FEWEST
from lt_proofs.kernels.philox import check_seed
from lt_proofs.networks.checkable import check_costs, layer_cost, least_costs, signs_of
from lt_proofs.networks.cost import LayerCost, cost_of
from lt_proofs.networks.error_bound import certified_error
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.limits import Cost, check_rationals
from lt_proofs.networks.random_network import LAWS, RandomLayer
from lt_proofs.networks.search import Masks, empty_masks, grow, solve
from lt_proofs.networks.target import Target
from lt_proofs.networks.wanted_sums import WantedSums
from lt_proofs.networks.width import expected_width
from lt_proofs.subset_sum.threads import Progress

UNIT_BALL = InputDomain()
OBJECTIVES = {"sparse": FEWEST, "exact": EXACT}
MAX_WIDTH = 4096
GROWTH = 8
ROUNDS = 32
FIRST_EPS, WIDEST_EPS = Fraction(1, 100), Fraction(1, 2)
TRIALS, AIM, CLOSE = 8, Fraction(19, 20), Fraction(4, 5)


@dataclass(frozen=True)
class Pruned:
    """A pruned random network beside its target; every number in it is exact."""

    target: Target
    eps: Fraction
    seed: int
    goals: tuple[WantedSums, ...]
    masks: tuple[Masks, ...]
    seconds: float
    domain: InputDomain = UNIT_BALL
    law: str = "uniform"

    @property
    def weights(self) -> int:
        """How many weights the target has, a carried constant included."""
        return sum(goal.low.size for goal in self.goals)

    @property
    def solved(self) -> int:
        """How many of them are within eps, in every sign that occurs."""
        pairs = zip(self.goals, self.masks, strict=True)
        return sum(int(goal.within(masks.sums).sum()) for goal, masks in pairs)

    @property
    def n(self) -> int:
        """The largest number of hidden units of one input."""
        return max(masks.layer.widest for masks in self.masks)

    @property
    def kept(self) -> list[int]:
        """The number of kept entries in each of the 2l random matrices."""
        return [count for masks in self.masks for count in masks.kept]

    @property
    def scale(self) -> int:
        """The outputs of the masked network are multiplied by 2^scale."""
        return sum(goal.scale for goal in self.goals)

    @property
    def max_weight_error(self) -> Fraction:
        """The largest distance of an effective weight from its target."""
        pairs = zip(self.goals, self.masks, strict=True)
        return max(goal.largest_error(masks.sums) for goal, masks in pairs)

    @cached_property
    def certified(self) -> tuple[Fraction, list[dict[str, Any]]]:
        """The bound on the distance of outputs, and the witnesses of the norms that it multiplies."""
        sums = [masks.sums for masks in self.masks]
        return certified_error(self.goals, sums, self.target, self.domain)

    @property
    def error_bound(self) -> Fraction:
        """No input of the domain is mapped farther than this from where the target maps it, in Euclidean norm."""
        return self.certified[0]

    @property
    def sizes(self) -> list[LayerCost]:
        """What the checker's work for each layer depends on."""
        return [layer_cost(*row) for row in zip(self.target.matrices(), self.goals, self.masks, strict=True)]

    @property
    def cost(self) -> Cost:
        """What checking the ticket will cost, from above."""
        return cost_of(self.sizes, self.domain, {entry["of"]: _rows_of(entry) for entry in self.certified[1]})


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
    certain: bool = False,
    checkable: bool = True,
) -> Pruned:
    """Masks that bring every weight within eps, in a random network that the seed determines.

    Without ``n`` the width is chosen for each layer, and inputs that need more hidden units get them; with it, weights
    may stay unsolved: look at ``solved``. ``certain`` takes the width with which, by r4 on the grid of the weights
    (dyadic-ticket, dyadic-ticket-weighted), every weight has a subset with probability at least 99 %. With device
    "cuda" the GPUs search, for the same masks. Unless ``checkable`` is off, a ticket that would be too large for the
    checker is refused as soon as that is known, before its layer is searched: BadInput names the target.
    """
    start = time.perf_counter()
    _check(eps, seed, n, objective, law)
    check_rationals(eps, domain.box or ())
    if certain and (n is not None or law != "uniform"):
        raise BadInput("certain", "with n or the law kaiming", "the theorem chooses n, for the uniform law")
    check_device(device)
    aim = OBJECTIVES[objective]
    goals: list[WantedSums] = []
    masks: list[Masks] = []
    matrices = target.matrices()
    total, done = sum(matrix.size for matrix in matrices), 0
    instances = sum(matrix.size * signs_of(number, domain) for number, matrix in enumerate(matrices, 1))
    costs = least_costs(matrices, eps, n, domain)
    if checkable:
        check_costs(target, costs, domain)
    for number, matrix in enumerate(matrices, 1):
        signs = signs_of(number, domain)
        goal = WantedSums.of(matrix, eps)
        if certain:
            width = certain_units(instances, eps / 2**goal.scale).value
        else:
            width = expected_width(goal, number, seed, signs, aim) if n is None else n
        rows, columns = matrix.shape
        layer = RandomLayer.regular(seed, number, rows, columns, width, law)
        costs[number - 1] = replace(costs[number - 1], units=layer.units)
        if checkable:
            check_costs(target, costs, domain)
        goals.append(WantedSums.of(matrix, eps, layer.reach))
        masks.append(_prune_layer(layer, goals[-1], aim, signs, device, growing=n is None and not certain))
        costs[number - 1] = layer_cost(matrix, goals[-1], masks[-1])
        if checkable:
            check_costs(target, costs, domain)
        done += matrix.size
        if progress is not None:
            progress(done, total)
    return Pruned(target, eps, seed, tuple(goals), tuple(masks), time.perf_counter() - start, domain, law)


def prune_to_error(
    target: Target,
    error: Fraction,
    *,
    seed: int = 0,
    n: int | None = None,
    objective: str = "sparse",
    domain: InputDomain = UNIT_BALL,
    law: str = "uniform",
    progress: Progress | None = None,
    device: str = "cpu",
    certain: bool = False,
    checkable: bool = True,
) -> Pruned:
    """The ticket with the widest tolerance found for which the certified error is at most ``error``.

    The bound is nearly proportional to the tolerance, so a few prunings suffice.
    """
    if error <= 0:
        raise BadInput("error", error, "give a number above 0")
    best: Pruned | None = None
    eps = FIRST_EPS
    for _ in range(TRIALS):
        try:
            pruned = prune(
                target,
                eps,
                seed=seed,
                n=n,
                objective=objective,
                domain=domain,
                law=law,
                progress=progress,
                device=device,
                certain=certain,
                checkable=checkable,
            )
        except BadInput as problem:
            if problem.argument != "eps":
                raise
            if best is None:
                raise Unsolved(f"error: {error}: needs weights within {float(eps):.3g}; give a larger error") from None
            break
        if pruned.error_bound <= error and (best is None or eps > best.eps):
            best = pruned
        if best is not None and (best.error_bound >= CLOSE * error or best.eps >= WIDEST_EPS):
            break
        eps = min(_round_down(eps * AIM * error / max(pruned.error_bound, error / 100)), WIDEST_EPS)
    if best is None:
        raise Unsolved(f"error: {error}: not reached after {TRIALS} prunings; give a larger error, or no n")
    return best


def _round_down(value: Fraction) -> Fraction:
    """Two significant decimal digits of the value, or the value itself when it is that short already."""
    digits = 0
    while value * 10**digits < 10:
        digits += 1
    return Fraction(int(value * 10**digits), 10**digits)


def require_solved(pruned: Pruned, objective: str) -> None:
    """Raise Unsolved, with the width that would do, unless every weight is within eps."""
    missing = pruned.weights - pruned.solved
    if missing:
        raise Unsolved(
            f"--eps {pruned.eps}: {missing} of {pruned.weights} weights have no subset sum that near with "
            f"n = {pruned.n}; {_advice(pruned, OBJECTIVES[objective])}, or --allow-unsolved"
        )


def _advice(pruned: Pruned, aim: int) -> str:
    goals = enumerate((WantedSums.of(matrix, pruned.eps) for matrix in pruned.target.matrices()), 1)
    try:
        enough = max(expected_width(goal, i, pruned.seed, signs_of(i, pruned.domain), aim) for i, goal in goals)
    except BadInput:
        return "give a larger eps"
    return f"try n = {max(enough, pruned.n + GROWTH)}, or a larger eps"


def _check(eps: Fraction, seed: int, n: int | None, objective: str, law: str) -> None:
    if not 0 < eps < 1:
        raise BadInput("eps", eps, "give a number strictly between 0 and 1")
    if n is not None and not 1 <= n <= MAX_WIDTH:
        raise BadInput("n", n, f"give an integer from 1 to {MAX_WIDTH}")
    if objective not in OBJECTIVES:
        raise BadInput("objective", objective, f"give one of {', '.join(OBJECTIVES)}")
    if law not in LAWS:
        raise BadInput("law", law, f"give one of {', '.join(LAWS)}")
    check_seed(seed)


def _rows_of(entry: dict[str, Any]) -> int:
    """The rows of the factor of a norm's witness: it is a triangle of 32-bit integers in hexadecimal."""
    return isqrt(len(entry["factor"]) // 4)


def _prune_layer(layer: RandomLayer, goal: WantedSums, aim: int, signs: int, device: str, *, growing: bool) -> Masks:
    masks = empty_masks(layer, signs)
    solve(masks, goal, aim, device)
    for _ in range(ROUNDS if growing else 0):
        lacking = masks.unsolved_inputs()
        if not len(lacking):
            break
        masks = grow(masks, lacking, GROWTH)
        solve(masks, goal, aim, device)
    return masks
