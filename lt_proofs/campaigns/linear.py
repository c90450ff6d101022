"""The hidden width at which masks of a random two-layer network approximate a random linear map: Theorem 2, measured.

Mathematics 4.6 and 4.7 prove lower bounds of this width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

import numpy as np

from lt_proofs.campaigns.campaign import Campaign, Counter, Ints
from lt_proofs.cuda.device import check_device
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.kernels import masks_reach as kernels
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import PRODUCT_BITS, block_of_words, check_seed, uniform_odd
from lt_proofs.networks.copositive import close
from lt_proofs.networks.exhaustive import masked_units

# inputs -> largest hidden width; with two inputs there are 16 masks for each unit
MOST = {1: 256, 2: 7}
# intervals around subset sums that a trial with one input may have to keep
MOST_INTERVALS = 1 << 22


@dataclass(frozen=True)
class LinearReach(Campaign):
    """Trial t draws a matrix W uniformly from the spectral unit ball, and hidden units with weights uniform on [-1, 1].

    Result: the least number h of hidden units such that some masks of the first h units give a function within eps of
    x -> W x on the unit ball; -1 if ``most`` units do not suffice. Success for h: the result is at least 0 and at most
    h. Theorem 2 bounds the probability of success, averaged over W. Raises BadInput for parameters out of range.
    """

    dim: int
    eps: Fraction
    most: int
    kind: ClassVar[str] = "linear"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dim not in MOST:
            raise BadInput("linear", self.dim, "give 1 or 2 inputs; more have too many masks to examine")
        if not Fraction(1, 1 << PRODUCT_BITS) <= self.eps < 1:
            raise BadInput("eps", self.eps, "give a tolerance from 2^-48 to below 1")
        if not 0 < self.most <= MOST[self.dim]:
            raise BadInput("most", self.most, f"give from 1 to {MOST[self.dim]} hidden units for {self.dim} inputs")
        if self.dim == 1 and self.intervals > MOST_INTERVALS:
            raise BadInput("eps", self.eps, f"up to {self.intervals} intervals, over {MOST_INTERVALS}; widen it")

    @property
    def near(self) -> int:
        """The tolerance in units of 2^-48, rounded down: weights and targets are integers in them."""
        return math.floor(self.eps * (1 << PRODUCT_BITS))

    @property
    def intervals(self) -> int:
        """An upper bound of the number of disjoint intervals around subset sums, for one input."""
        return min((2 * self.most << PRODUCT_BITS) // (2 * self.near + 1) + 2, 1 << min(self.most, 62))

    def parameters(self) -> dict[str, Any]:
        """Return kind, dimension, tolerance, seed and the largest width."""
        return {
            "kind": self.kind,
            "dim": self.dim,
            "eps": rational_text(self.eps),
            "seed": self.seed,
            "most": self.most,
        }

    def counter(self, device: str = "cpu") -> Counter:
        """Return the compiled kernel of widths; trials that floats leave open are decided in integers."""
        if check_device(device) == "cuda":
            from lt_proofs.cuda.reach import ReachTask

            task = ReachTask(np.uint64(self.seed), self.near, self.bend, float(self.eps), self.most)
            row = 2 * self.intervals + 3
            run: Counter = task.widths_two if self.dim == 2 else lambda start, out: task.widths_one(start, out, row)
        else:
            run = self._one_input if self.dim == 1 else self._two_inputs

        def count(start: int, out: Ints) -> None:
            run(start, out)
            for i in np.flatnonzero(out == kernels.OPEN):
                out[i] = exact_width(self, start + int(i))

        return count

    @property
    def bend(self) -> int:
        """Twice the tolerance in units of 2^-48, rounded down."""
        return math.floor(2 * self.eps * (1 << PRODUCT_BITS))

    def _one_input(self, start: int, out: Ints) -> None:
        room = np.empty((2, 4, 2 * self.intervals + 3), np.int64)
        compiled(kernels.widths_one)(np.uint64(self.seed), start, self.near, self.most, room, out)

    def _two_inputs(self, start: int, out: Ints) -> None:
        room: list[Any] = [np.empty(shape, kind) for shape, kind in kernels.shapes(self.most)]
        run: Any = compiled(kernels.widths_two)
        run(np.uint64(self.seed), start, self.near, self.bend, float(self.eps), self.most, *room, out)

    @property
    def rows(self) -> range:
        """The hidden widths."""
        return range(self.most + 1)

    def successes(self, histogram: Mapping[int, int], n: int) -> int:
        """Return the number of trials that succeed with n hidden units."""
        return sum(count for result, count in histogram.items() if 0 <= result <= n)


def exact_width(campaign: LinearReach, trial: int) -> int:
    """Return the result of one trial with two inputs; every mask is decided in integers."""
    target, first, second = trial_with_two(campaign.seed, trial, campaign.most)
    wanted = [Fraction(x, 1 << kernels.ENTRY_BITS) for x in target.ravel().tolist()]
    for hidden in range(campaign.most + 1):
        # masks in which the last unit sees no input were examined with one unit fewer
        for pattern in range(4**hidden // 4 if hidden else 0, 4**hidden):
            for left, right in product(range(1 << hidden), repeat=2):
                units = masked_units(first[:hidden], second[:hidden], pattern, (left, right))
                if close(units, wanted, campaign.eps):
                    return hidden
    return kernels.NEVER


def trial_with_two(seed: int, trial: int, most: int) -> tuple[Ints, Ints, Ints]:
    """Return target and both layers of a trial with two inputs.

    The target's entries are in units of 2^-12; the weights, of shape most x 2 each, in units of 2^-24.
    """
    target, key = np.empty((2, 2), np.int64), np.uint64(check_seed(seed))
    kernels.draw_target(key, np.uint64(trial), target)
    blocks = [block_of_words(key, np.uint64(kernels.UNITS), np.uint64(trial), np.uint64(k)) for k in range(most)]
    weights = np.array([[uniform_odd(word) for word in block] for block in blocks], np.int64).reshape(most, 4)
    return target, weights[:, :2], weights[:, 2:]


def success_count(dim: int, hidden: int, eps: Fraction, seed: int, trials: int) -> int:
    """Return in how many trials some masks of ``hidden`` hidden units give a function within eps of the target.

    >>> success_count(1, 8, Fraction(1, 8), seed=1, trials=1000)
    342
    """
    out = np.empty(trials, np.int64)
    LinearReach(seed, dim, eps, hidden).counter()(0, out)
    return int(np.count_nonzero(out >= 0))
