"""Recorded campaigns beside claims: an interval for the quantity that a claim bounds, and the claim's bound.

Campaigns draw from laws on dyadic grids. A claim about coverage under the continuous law holds on the grid if its
tolerance is enlarged by the largest distance that rounding to the grid moves a subset sum (Mathematics 2.30). So a
claim is compared with a campaign of tolerance eps at the smaller tolerance eps minus this distance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import isqrt

from lt_proofs.bounds.named import covering, growing
from lt_proofs.campaigns.campaign import Campaign, FirstPassage, Growth, NetworkPassage
from lt_proofs.campaigns.from_parameters import campaign_from
from lt_proofs.campaigns.recorded import RECORDED, recorded_text
from lt_proofs.exact.enclosure import value_at
from lt_proofs.files.strict_json import parse_json
from lt_proofs.proof.evaluate import exact_value
from lt_proofs.tables import LAWS
from lt_proofs.terms import Judgement, Term
from lt_proofs.theory.record import find
from lt_proofs.verdict import Tier

# rounding a uniform number to the odd multiples of 2^-24 moves it by at most 2^-24
STEP = Fraction(1, 1 << 24)
# `least_delta` looks no further than 10^-400
SMALLEST = 400

Rows = dict[int, tuple[Fraction, Fraction]]

# claim -> the campaigns that stand beside it
BESIDE = {
    **{claim: (f"growth-{name}",) for name in RECORDED for claim in growing(name)},
    **{claim: (f"passage-{name}",) for name in RECORDED for claim in covering(name, "first-moment")},
    "theorem-1": ("network-4-4-4",),
}


@dataclass(frozen=True)
class Measured:
    """A quantity that a claim bounds: the interval in which it was measured to lie, and the claim's own bound."""

    what: str
    low: Fraction
    high: Fraction
    bound: Fraction
    above: bool
    """Whether the claim says that the quantity is at least the bound; otherwise it is at most that."""

    @property
    def consistent(self) -> bool:
        """Whether some value of the interval satisfies the claim."""
        return self.high >= self.bound if self.above else self.low <= self.bound

    @property
    def slack(self) -> Fraction | None:
        """The factor by which the bound could be sharpened before it reaches the interval; None if that is at 0."""
        smaller, larger = (self.bound, self.low) if self.above else (self.high, self.bound)
        return larger / smaller if smaller else None


@dataclass(frozen=True)
class Evidence:
    """A recorded campaign beside a claim."""

    claim: str
    name: str
    text: str
    """The text of the certificate's file."""
    campaign: Campaign
    trials: int
    level: Fraction
    measured: tuple[Measured, ...]

    @property
    def tier(self) -> Tier:
        """Always statistical: a measurement with a confidence level is never a proof."""
        return Tier.STATISTICAL

    @property
    def consistent(self) -> bool:
        """Whether no measured interval contradicts the claim."""
        return all(measured.consistent for measured in self.measured)


def evidence_for(claim: str) -> tuple[Evidence, ...]:
    """Return the recorded campaigns beside a claim, none for most claims; raise BadInput for an unknown id."""
    name = find(claim).id
    return tuple(_evidence(name, stem) for stem in BESIDE.get(name, ()))


def _evidence(claim: str, name: str) -> Evidence:
    text = recorded_text(name)
    statement = parse_json(text.encode(), f"{name}.json")["statement"]
    campaign = campaign_from(statement["campaign"])
    rows = {row[0]: (Fraction(row[2]), Fraction(row[3])) for row in statement["rows"]}
    measured = _measured(campaign, rows, find(claim).judgement)
    return Evidence(claim, name, text, campaign, statement["trials"], Fraction(statement["level"]), measured)


def _measured(campaign: Campaign, rows: Rows, judgement: Judgement) -> tuple[Measured, ...]:
    if isinstance(campaign, Growth):
        return _growth(campaign, rows, judgement)
    if isinstance(campaign, FirstPassage):
        return _failures(
            rows, f"failure with {{}} samples of the law {campaign.law.name}", _samples(campaign, judgement)
        )
    if isinstance(campaign, NetworkPassage):
        widths = ", ".join(map(str, campaign.widths))
        what = f"failure with {{}} units per input of a network {widths}, eps = {campaign.eps}"
        return _failures(rows, what, _units(campaign, judgement))
    raise TypeError(f"no claim speaks of {campaign.kind}")


def _growth(campaign: Growth, rows: Rows, drift: Judgement) -> tuple[Measured, ...]:
    """Compare E[v' - v] / E[v(1 - v)] with kappa, where v' is the covered fraction after one more sample."""
    (gain_low, gain_high), (mixed_low, mixed_high) = rows[1], rows[2]
    # the claimed growth is kappa v (1 - v), which at v = 1/2 is kappa / 4
    kappa = exact_value(drift["gain"], {"v": Fraction(1, 2)}) * 4
    what = f"E[v' - v] / E[v(1 - v)] after {campaign.steps} samples of the law {campaign.law.name}"
    return (Measured(what, gain_low / mixed_high, gain_high / mixed_low, kappa, above=True),)


Needed = Callable[[int, Fraction], Fraction]
"""For n and delta: an upper bound of the samples or units that a claim requires, after n of them moved to the grid."""


def _failures(rows: Rows, what: str, needed: Needed) -> tuple[Measured, ...]:
    """Compare the frequency with which n do not suffice with the least delta for which the claim requires at most n."""
    measured = []
    for n, (low, high) in rows.items():
        bound = least_delta(partial(_suffices, needed, n))
        measured.append(Measured(what.format(n), 1 - high, 1 - low, bound, above=False))
    return tuple(measured)


def _suffices(needed: Needed, n: int, delta: Fraction) -> bool:
    return needed(n, delta) <= n


def _samples(campaign: FirstPassage, cover: Judgement) -> Needed:
    def needed(n: int, delta: Fraction) -> Fraction:
        # a draw lies within STEP of a continuous one, and moves a sample by no more than itself
        moved = n * STEP * LAWS[campaign.law.name]["sampled"]["draws"]
        return _upper(cover["samples"], {"eps": campaign.eps - moved, "delta": delta})

    return needed


def _units(campaign: NetworkPassage, network: Judgement) -> Needed:
    """Return the largest requirement of any layer, at the tolerance that remains after rounding the random weights.

    A layer's tolerance per weight is eps/(2 l sqrt(d e)), and rounding moves a sum of n products by 2 n steps; so the
    tolerance of the network loses 2 n steps times 2 l sqrt(d e), the largest of all layers.
    """
    depth, pairs = len(campaign.widths) - 1, list(zip(campaign.widths, campaign.widths[1:], strict=False))

    def needed(n: int, delta: Fraction) -> Fraction:
        moved = 2 * n * STEP * 2 * depth * max(isqrt(d * e) + 1 for d, e in pairs)
        point = {"l": Fraction(depth), "eps": campaign.eps - moved, "delta": delta}
        fields = ["units", *["later"] * (depth - 1)]
        return max(
            _upper(network[field], {**point, "d": Fraction(d), "e": Fraction(e)})
            for field, (d, e) in zip(fields, pairs, strict=True)
        )

    return needed


def _upper(term: Term, point: dict[str, Fraction]) -> Fraction:
    upper: Fraction = value_at(term, point)[1]
    return upper


def least_delta(certified: Callable[[Fraction], bool]) -> Fraction:
    """Return the least delta with two significant digits that is certified; 1 if no smaller one is."""
    power = 0
    while power < SMALLEST and certified(Fraction(1, 10 ** (power + 1))):
        power += 1
    digits = [Fraction(tenths, 10 ** (power + 2)) for tenths in range(10, 100)]
    return next((delta for delta in digits if certified(delta)), Fraction(1, 10**power))
