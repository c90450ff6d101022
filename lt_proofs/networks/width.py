"""How many hidden units each input should have: a pilot on a part of the outputs, extended to all of them."""

from __future__ import annotations

import math

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.kernels.gadgets import EXACT, PILOT
from lt_proofs.networks.goals import Goal
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.networks.search import empty_masks, solve

STEP = 8
WIDEST = 512
TOLERATED = 100_000
FEW = 8
PILOT_WEIGHTS = {PILOT: 20_000, EXACT: 4_000}


def expected_width(goal: Goal, number: int, seed: int, signs: int, aim: int) -> int:
    """The smallest multiple of 8 with which all weights of the layer are expected to be solved.

    More exactly: at most 8 of them, or one in 100,000, are expected to be left over for a longer search or for
    more units: for exact masks those without a subset, for sparse ones those that three products do not make.
    The pilot's last two widths give the rate at which these become fewer. Raises BadInput when 512 are too few.
    """
    aim = EXACT if aim == EXACT else PILOT
    rows, columns = goal.low.shape
    chosen = np.linspace(0, rows - 1, max(1, min(rows, PILOT_WEIGHTS[aim] // columns))).astype(int)
    sample = goal.rows(chosen)
    before = unsolved = sample.low.size * signs
    n = 0
    while unsolved and n < WIDEST:
        n += STEP
        masks = empty_masks(RandomLayer.regular(seed, number, len(chosen), columns, n), signs)
        solve(masks, sample, aim)
        remaining = int((masks.solved == 0).sum())
        if remaining:
            before, unsolved = unsolved, remaining
        else:
            break
    if n >= WIDEST:
        raise BadInput("eps", "this tolerance", f"{WIDEST} hidden units per input are too few; give a larger one")
    if n == STEP:
        return n
    expected = unsolved * rows / len(chosen) / max(FEW, goal.low.size * signs / TOLERATED)
    decay = min(max(unsolved / before, 0.1), 0.6)
    return n - STEP + STEP * math.ceil(math.log(max(expected, 1)) / -math.log(decay))
