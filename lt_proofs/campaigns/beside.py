"""Evidence beside a proof: where a recorded campaign finds what a claim bounds, and what room it leaves to the bound.

Measured is the law on its dyadic grid. Where a claim about the continuous law speaks of coverage, it holds on the grid
with a tolerance that is smaller by what the grid moves a sum; with that tolerance it is read here.
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

STEP = Fraction(1, 1 << 24)
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
    """One quantity that a claim bounds, where it was measured to lie, and the claim's own bound for it."""

    what: str
    low: Fraction
    high: Fraction
    bound: Fraction
    above: bool
    """Whether the claim says that the quantity is at least the bound; otherwise it is at most that."""

    @property
    def consistent(self) -> bool:
        """Whether some value of the interval is as the claim says."""
        return self.high >= self.bound if self.above else self.low <= self.bound

    @property
    def room(self) -> Fraction | None:
        """By what factor the bound may be sharpened before the interval is reached; None if nothing was seen at all."""
        smaller, larger = (self.bound, self.low) if self.above else (self.high, self.bound)
        return larger / smaller if smaller else None


@dataclass(frozen=True)
class Evidence:
    """A recorded campaign beside a claim."""

    claim: str
    name: str
    text: str
    """The certificate, as its file holds it."""
    campaign: Campaign
    trials: int
    level: Fraction
    measured: tuple[Measured, ...]

    @property
    def tier(self) -> Tier:
        """Evidence with a level is never proof."""
        return Tier.STATISTICAL

    @property
    def consistent(self) -> bool:
        """Whether nothing that was measured contradicts the claim."""
        return all(measured.consistent for measured in self.measured)


def evidence_for(claim: str) -> tuple[Evidence, ...]:
    """The recorded campaigns beside a claim of record, each with what the claim says there; none for most claims."""
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
    """E[v' - v] over E[v(1 - v)], v' being the covered share after one sample more, against kappa."""
    (gain_low, gain_high), (mixed_low, mixed_high) = rows[1], rows[2]
    kappa = exact_value(drift["gain"], {"v": Fraction(1, 2)}) * 4
    what = f"E[v' - v] / E[v(1 - v)] after {campaign.steps} samples of the law {campaign.law.name}"
    return (Measured(what, gain_low / mixed_high, gain_high / mixed_low, kappa, above=True),)


Needed = Callable[[int, Fraction], Fraction]
"""For n and delta: how many samples or units a claim asks for, rounded up, when n of them are moved to the grid."""


def _failures(rows: Rows, what: str, needed: Needed) -> tuple[Measured, ...]:
    """How often n do not suffice, against the least delta for which the claim asks for no more than n."""
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
    """The most that any layer asks for, the error of the whole being smaller by what moving the entries makes of it."""
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
    """The least delta of two digits that is certified; 1 if none below is."""
    power = 0
    while power < SMALLEST and certified(Fraction(1, 10 ** (power + 1))):
        power += 1
    digits = [Fraction(tenths, 10 ** (power + 2)) for tenths in range(10, 100)]
    return next((delta for delta in digits if certified(delta)), Fraction(1, 10**power))
