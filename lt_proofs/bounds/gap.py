"""The optimality gap: the hidden width that suffices by Theorem 1 over the width that is necessary by Theorem 2.

Mathematics 4.17 says when this ratio is bounded, which is the paper's claim of optimality.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lt_proofs.bounds.closed_form import layer_widths, within
from lt_proofs.bounds.lower import width_lower
from lt_proofs.bounds.network import one_certificate


@dataclass(frozen=True)
class Gap:
    """Hidden widths for all d x d matrices of spectral norm at most 1: sufficient (upper) and necessary (lower)."""

    upper: int
    lower: int
    note: str = ""
    claim: str = "theorem-1"
    """The claim of the sufficient width, or given-network for a certificate of its own."""

    @property
    def ratio(self) -> Fraction | None:
        """The sufficient width over the necessary one; None if the lower bound is zero."""
        return Fraction(self.upper, self.lower) if self.lower else None


def gap(dim: int, eps: Any, delta: Any = Fraction(1, 2), *, sharp: bool = False) -> Gap:
    """Return the gap for two random layers and targets x ↦ Wx, with success probability at least 1 - delta.

    The sufficient width is that of a closed form or, if it is to be ``sharp``, of a certificate for these matrices.

    >>> gap(10, "0.01").upper, gap(10, "0.01").lower
    (2320, 40)

    Raises BadInput unless dim is a whole number from 1 to 2^20, eps is in (0, 1] and delta in (0, 1).
    """
    chance = within(delta, "delta", Fraction(1))
    necessary = width_lower(dim, eps, 1 - chance)
    # a linear map is a target of one layer, which two random layers approximate
    (layer,) = layer_widths((dim, dim), eps, delta)
    if sharp:
        (units,) = one_certificate((dim, dim), eps, delta).units
        if units < layer.n:
            return Gap(dim * units, necessary.value, necessary.note, "given-network")
    return Gap(layer.hidden, necessary.value, necessary.note, layer.claim)
