"""Tolerances layer by layer, and the bound of an error that they are chosen for.

With tolerance t_k in layer k the certified error is about the sum of c_k t_k, and the number of kept edges about the
sum of -w_k log t_k, up to constants, where w_k counts weights. At equal error the fewest edges are kept where each
layer spends a part of the error in proportion to its number of weights: t_k = t (w_k / w) (c / c_k), where w and c are
the sums of all w_k and c_k (Lagrange).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from lt_proofs.networks.compare import affordable_leaves, checkable_leaves
from lt_proofs.networks.cost import methods_for
from lt_proofs.networks.domains import Box
from lt_proofs.networks.error_bound import named_matrices
from lt_proofs.networks.norms import Norms, ball_terms
from lt_proofs.networks.pairs import NetworkPair, pair_of_pruned
from lt_proofs.networks.planes import bounds
from lt_proofs.networks.prune import Pruned
from lt_proofs.networks.splitting import split_domain
from lt_proofs.networks.target import Target
from lt_proofs.networks.to_error import prune_to_error

# shares stay within these limits: a bound of one layer alone is only a guide
LEAST, MOST = Fraction(1, 40), Fraction(40)
# part of the leaves that a search may have in the end, for each of the prunings on the way
ON_THE_WAY = 8


def prune_within(target: Target, error: Fraction, **options: Any) -> Pruned:
    """Return a ticket with a certified error of at most ``error`` that keeps as few edges as the search finds.

    On a box the error is the smaller one of the ticket's own certificate and of the planes of its difference from the
    target. Options and errors are those of `prune_to_error`.
    """
    return prune_to_error(target, error, bounded=least_bound, shared=layer_shares, **options)


def least_bound(pruned: Pruned) -> Fraction:
    """Return the smaller bound of a ticket's error: by its own certificate, or on a box by planes, found in floats."""
    if pruned.domain.box is None:
        return pruned.error_bound
    pair = pair_of_pruned(pruned)
    leaves = max(1, min(affordable_leaves(pair) // ON_THE_WAY, checkable_leaves(pair)))
    split = split_domain(pair, Box.same(*pruned.domain.box, pair.inputs), leaves=leaves)
    # the margin is far above what the checker rounds upwards
    return min(pruned.error_bound, Fraction(split.bound) * (1 + Fraction(1, 2**9)))


def layer_shares(pruned: Pruned) -> list[Fraction]:
    """Return the factors of the common tolerance, one a layer, that keep the fewest edges at the same error."""
    alone = _contributions(pruned)
    weights = [wanted.low.size for wanted in pruned.wanted_sums]
    whole = sum(alone)
    shares = []
    for one, count in zip(alone, weights, strict=True):
        share = whole * count / (one * sum(weights)) if one > 0 else float(MOST)
        shares.append(min(max(Fraction(f"{share:.2g}"), LEAST), MOST))
    return shares


def _contributions(pruned: Pruned) -> list[float]:
    """Return the bound of the error if only one layer had errors, for each layer."""
    if pruned.domain.box is None:
        norms = Norms(
            named_matrices(pruned.wanted_sums, [masks.sums for masks in pruned.masks]),
            methods_for(pruned.sizes, pruned.domain),
        )
        return [float(term) for term in ball_terms(norms, len(pruned.masks))]
    pair = pair_of_pruned(pruned)
    places = pair.places(Box.same(*pruned.domain.box, pair.inputs))
    return [float(bounds(_only(pair, number), places)[0]) for number in range(len(pair.layers))]


def _only(pair: NetworkPair, number: int) -> tuple[Any, ...]:
    """Return the layers with the errors of one of them only."""
    return tuple(
        layer if k == number else (layer[0], np.zeros_like(layer[1]), layer[0]) for k, layer in enumerate(pair.layers)
    )
