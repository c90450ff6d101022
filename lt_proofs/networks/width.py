"""How many hidden units each input should have: a pilot search on some outputs, extrapolated to all of them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.kernels.gadgets import CLOSEST, HALVES, PILOT
from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.networks.random_network import RandomLayer
from lt_proofs.networks.search import SPARE, block_of, empty_masks, least_tolerance, solve
from lt_proofs.networks.wanted_sums import WantedSums

STEP = 8
WIDEST = 128  # about 64 of one sign; a search looks at 63
# tolerated number of weights that the first search may leave unsolved: FEW, or one in TOLERATED
TOLERATED = 100_000
FEW = 8
# with a larger share of weights unsolved at the widest layer, more hidden units would not help
HOPELESS = 0.2
# a tolerance is expected to be within reach where no larger share is
REACHED = 1e-3
PILOT_WEIGHTS = {PILOT: 20_000, CLOSEST: 4_000}


def expected_width(
    wanted: WantedSums,
    number: int,
    seed: int,
    signs: int,
    objective: int,
    present: NDArray[np.bool_] | None = None,
) -> int:
    """Return the least multiple of 8, up to 128, at which nearly all weights of the layer are expected to be solved.

    Nearly all means that 8 weights, or one in 100,000, are expected to be left for more hidden units. With the
    objective CLOSEST a weight counts as solved if any subset is within the tolerance; with FEWEST if one of at most
    three products is, or, where 128 units are too few for that, any subset. ``present`` says for each sign and weight
    whether it is one of the target, where not all are. Raises BadInput where even then too many
    weights stay unsolved.
    """
    if wanted.eps * 4 < least_tolerance(wanted) / 2**SPARE:
        raise BadInput("eps", wanted.eps, _hopeless(wanted, 1.0))
    if present is None:
        present = np.ones((signs, *wanted.low.shape), bool)
    width, share = _pilot(wanted, number, seed, present, CLOSEST if objective == CLOSEST else PILOT)
    if width > WIDEST and objective != CLOSEST:
        width, share = _pilot(wanted, number, seed, present, CLOSEST)
    if share > HOPELESS:
        raise BadInput("eps", wanted.eps, _hopeless(wanted, share))
    return min(width, WIDEST)


def _hopeless(wanted: WantedSums, share: float) -> str:
    """Return the reason why so small a tolerance is out of reach, with ``share`` of the weights unsolved."""
    grain = wanted.scale - PRODUCT_BITS
    if wanted.eps < Fraction(2**wanted.scale, 2**PRODUCT_BITS):
        why = f"some weights are above 2^{wanted.scale - 1}, and " if wanted.scale else ""
        return (
            f"{why}kept sums are multiples of 2^{grain}, so that no smaller tolerance can be reached; give a larger one"
        )
    # sums fall into a window like rain: with a window twice as wide the share of empty ones is squared
    enough = float(wanted.eps) * math.log(REACHED) / math.log(min(share, 1 - HOPELESS / 4))
    enough = max(enough, least_tolerance(wanted)) if share == 1 else enough
    return (
        f"with {WIDEST} hidden units for each input {100 * share:.0f} % of a layer's weights have no sum so near, of "
        f"{block_of(wanted)} products at a time; "
        f"give about {enough:.1g}, or scale large weights down"
    )


def _pilot(wanted: WantedSums, number: int, seed: int, present: NDArray[np.bool_], objective: int) -> tuple[int, float]:
    """Return the expected width, and the share of unsolved weights at the widest layer (0 if a narrower one suffices).

    Widths are tried on evenly spaced outputs until all their weights are solved. The last two numbers of unsolved
    weights give the rate at which 8 further units lower it, which is extrapolated to all outputs of the layer.
    """
    rows, columns = wanted.low.shape
    # a step of two products doubles the work for a weight
    weights = PILOT_WEIGHTS[objective] >> (block_of(wanted) - HALVES) // 2
    chosen = np.linspace(0, rows - 1, max(1, min(rows, weights // columns))).astype(int)
    sample, shown = wanted.rows(chosen), present[:, chosen]
    size = int(shown.sum())
    if not size:
        return STEP, 0.0
    before = last = size
    for n in range(STEP, WIDEST + 1, STEP):
        masks = empty_masks(RandomLayer.regular(seed, number, len(chosen), columns, n), len(shown), shown)
        solve(masks, sample, objective)
        left = int((masks.solved == 0).sum())
        if not left:
            break
        before, last = last, left
    else:
        return 2 * WIDEST, last / size
    if n == STEP:
        return n, 0.0
    expected = last * rows / len(chosen) / max(FEW, int(present.sum()) / TOLERATED)
    # a rate from few weights is uncertain, so it is kept within plausible limits
    decay = min(max(last / before, 0.1), 0.6)
    return n - STEP + STEP * math.ceil(math.log(max(expected, 1)) / -math.log(decay)), 0.0
