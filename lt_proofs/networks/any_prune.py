"""Pruning of whatever kind of target: a chain of dense layers, or a network of images."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lt_proofs.errors import BadInput, Unsolved
from lt_proofs.networks.image_prune import PrunedImages, prune_images, require_solved_images
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.prune import Pruned, prune, require_solved
from lt_proofs.networks.target import Target
from lt_proofs.networks.to_error import ATTEMPTS, CLOSE, FIRST_EPS, SHARE, WIDEST_EPS, round_down
from lt_proofs.networks.tolerances import prune_within


def prune_any(
    target: Target | ImageTarget, tolerance: Fraction, *, by_error: bool, **options: Any
) -> Pruned | PrunedImages:
    """Return the ticket of a target for the tolerance of each weight, or for the error of the whole network.

    The options are those of `prune`.
    """
    if isinstance(target, ImageTarget):
        search: Any = prune_images_to_error if by_error else prune_images
    else:
        search = prune_within if by_error else prune
    found: Pruned | PrunedImages = search(target, tolerance, **options)
    return found


def require_all_solved(pruned: Pruned | PrunedImages, objective: str, allow: str = "--allow-unsolved") -> None:
    """Raise Unsolved unless every weight is within eps; ``allow`` is the option that takes such a ticket as well."""
    if isinstance(pruned, PrunedImages):
        require_solved_images(pruned, allow)
    else:
        require_solved(pruned, objective, allow)


def prune_images_to_error(target: ImageTarget, error: Fraction, **options: Any) -> PrunedImages:
    """Return the ticket of the largest tolerance found for which the certified error is at most ``error``.

    The options are those of `prune_images`. Raises BadInput as that function does, and Unsolved where no tolerance that
    was tried reaches the error.
    """
    if error <= 0:
        raise BadInput("error", error, "give a number above 0")
    best: PrunedImages | None = None
    eps = FIRST_EPS
    for _ in range(ATTEMPTS):
        try:
            pruned = prune_images(target, eps, **options)
        except BadInput as problem:
            if problem.argument != "eps":
                raise
            # the tolerance that was computed here is too small for the grid; the user typed an error, not an eps
            if best is None:
                raise Unsolved(f"error: {error}: needs weights within {float(eps):.3g}; give a larger error") from None
            break
        reached = pruned.error_bound
        if reached <= error and (best is None or eps > best.eps):
            best = pruned
        if best is not None and (best.error_bound >= CLOSE * error or best.eps >= WIDEST_EPS):
            break
        # the bound is nearly proportional to the tolerance; one lucky pruning widens it at most a hundredfold
        eps = min(round_down(eps * SHARE * error / max(reached, error / 100)), WIDEST_EPS)
    if best is None:
        raise Unsolved(f"error: {error}: not reached after {ATTEMPTS} prunings; give a larger error, or no n")
    return best
