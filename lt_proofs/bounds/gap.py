"""The optimality gap: the width that Theorem 1 makes enough, over the width that Theorem 2 makes necessary."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lt_proofs.bounds.closed_form import layer_widths, within
from lt_proofs.bounds.lower import width_lower


@dataclass(frozen=True)
class Gap:
    """Hidden widths for all d x d matrices of norm at most 1: enough, necessary, and their ratio."""

    upper: int
    lower: int
    note: str = ""

    @property
    def ratio(self) -> Fraction | None:
        """How many times wider than necessary; None where the lower bound says nothing."""
        return Fraction(self.upper, self.lower) if self.lower else None


def gap(dim: int, eps: Any, delta: Any = Fraction(1, 2)) -> Gap:
    """The gap for two random layers and targets x -> W x, with a chance of 1 - delta for each.

    >>> gap(10, "0.01")
    Gap(upper=3610, lower=40, note='')

    Raises BadInput unless dim is a whole number from 1 to 2^20, eps is in (0, 1] and delta in (0, 1).
    """
    chance = within(delta, "delta", Fraction(1))
    necessary = width_lower(dim, eps, 1 - chance)
    (layer,) = layer_widths((dim, dim), eps, delta)
    return Gap(layer.hidden, necessary.value, necessary.note)
