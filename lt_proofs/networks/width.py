"""How many hidden units each input should have: a pilot on a part of the outputs, extended to all of them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.kernels.gadgets import EXACT, PILOT
from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.networks.search import empty_masks, solve
from lt_proofs.networks.wanted_sums import WantedSums

STEP = 8
WIDEST = 128  # about as many units of one sign as a search looks at
TOLERATED = 100_000
FEW = 8
HOPELESS = 0.2
PILOT_WEIGHTS = {PILOT: 20_000, EXACT: 4_000}


def expected_width(goal: WantedSums, number: int, seed: int, signs: int, aim: int) -> int:
    """The smallest multiple of 8 with which all weights of the layer are expected to be solved, at most 128.

    More exactly: at most 8 of them, or one in 100,000, are expected to be left over for a longer search or for
    more units: for exact masks those without a subset, for sparse ones those that three products do not make;
    if three are too few with 128 units, those without a subset. Raises BadInput where that is hopeless.
    """
    width, share = _pilot(goal, number, seed, signs, EXACT if aim == EXACT else PILOT)
    if width > WIDEST and aim != EXACT:
        width, share = _pilot(goal, number, seed, signs, EXACT)
    if share > HOPELESS:
        raise BadInput("eps", goal.eps, _hopeless(goal))
    return min(width, WIDEST)


def _hopeless(goal: WantedSums) -> str:
    """Why so small a tolerance is out of reach."""
    grain = goal.scale - PRODUCT_BITS
    if goal.eps < Fraction(2**goal.scale, 2**PRODUCT_BITS):
        return f"kept sums are multiples of 2^{grain}, so that no smaller tolerance can be reached; give a larger one"
    return f"too few subset sums come that near with {WIDEST} hidden units for each input; give a larger one"


def _pilot(goal: WantedSums, number: int, seed: int, signs: int, aim: int) -> tuple[int, float]:
    """The width that the first outputs ask for, and the share of weights left over at the last width tried.

    The last two widths with weights left over give the rate at which these become fewer.
    """
    rows, columns = goal.low.shape
    chosen = np.linspace(0, rows - 1, max(1, min(rows, PILOT_WEIGHTS[aim] // columns))).astype(int)
    sample = goal.rows(chosen)
    before = last = sample.low.size * signs
    for n in range(STEP, WIDEST + 1, STEP):
        masks = empty_masks(RandomLayer.regular(seed, number, len(chosen), columns, n), signs)
        solve(masks, sample, aim)
        left = int((masks.solved == 0).sum())
        if not left:
            break
        before, last = last, left
    else:
        return 2 * WIDEST, last / (sample.low.size * signs)
    if n == STEP:
        return n, 0.0
    expected = last * rows / len(chosen) / max(FEW, goal.low.size * signs / TOLERATED)
    decay = min(max(last / before, 0.1), 0.6)
    return n - STEP + STEP * math.ceil(math.log(max(expected, 1)) / -math.log(decay)), 0.0
