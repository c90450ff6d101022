"""A campaign from its parameters, as certificates, ledgers and cluster messages hold them: every kind in one place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lt_proofs.campaigns.campaign import Campaign, FirstPassage, Growth, NetworkPassage
from lt_proofs.campaigns.linear import LinearReach
from lt_proofs.laws import law_named


def campaign_from(parameters: Mapping[str, Any]) -> Campaign:
    """The campaign of these parameters, as :meth:`Campaign.parameters` writes them.

    >>> campaign = FirstPassage(7, law_named("uniform"), Fraction(1, 100), 64)
    >>> campaign_from(campaign.parameters()) == campaign
    True

    Raises KeyError where the kind is unknown or a parameter is missing, and BadInput where a value is out of range.
    """
    given = dict(parameters)
    kind, seed, eps = given["kind"], given["seed"], Fraction(given["eps"])
    if kind == NetworkPassage.kind:
        return NetworkPassage(seed, tuple(given["widths"]), eps, given["most"])
    if kind == LinearReach.kind:
        return LinearReach(seed, given["dim"], eps, given["most"])
    law = law_named(given["law"])
    if kind == Growth.kind:
        return Growth(seed, law, eps, given["steps"])
    if kind == FirstPassage.kind:
        low, high = map(Fraction, given["window"])
        return FirstPassage(seed, law, eps, given["most"], (low, high))
    raise KeyError(f"no campaign is of the kind {kind!r}")
