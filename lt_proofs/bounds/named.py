"""What the record says of the laws that have files: which claims cover a window with samples, and how these grow."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from lt_proofs.proof.evaluate import NotExact, exact_value
from lt_proofs.proof.fields import identical
from lt_proofs.tables import LAWS
from lt_proofs.terms import Judgement, Law, Term, number, symbols
from lt_proofs.theory.laws import rate_gain
from lt_proofs.theory.record import CLAIMS
from lt_proofs.theory.subset_sum import drift

WINDOW = number(2)
(LENGTH,) = symbols("M")


def law_of_record(name: str) -> Law:
    """The law of that name on [-1, 1], as judgements write it: each of its numbers, a radius, is 1."""
    return Law(name, tuple(number(1) for _ in LAWS[name]["numbers"]))


@cache
def covering(name: str, rule: str, length: Term = WINDOW) -> tuple[str, ...]:
    """The claims that this rule concludes about coverage by a law, on a window of this length."""
    law = law_of_record(name)
    return tuple(
        claim.id
        for claim in CLAIMS
        if claim.judgement.form == "cover"
        and (claim.judgement["law"], claim.judgement["length"], claim.plan.rule) == (law, length, rule)
    )


@cache
def growing(name: str) -> dict[str, Fraction]:
    """The claims by which a law grows by kappa v (1 - v) on [-1, 1], each with its kappa."""
    law = law_of_record(name)
    found = {claim.id: claim.judgement for claim in CLAIMS if claim.judgement.form == "drift"}
    rates = {name: rate_of(judgement) for name, judgement in found.items() if judgement["law"] == law}
    return {name: rate for name, rate in rates.items() if rate is not None}


def rate_of(judgement: Judgement) -> Fraction | None:
    """kappa if the gain on the window [-1, 1], at each v in (0, 1), is kappa v (1 - v)."""
    gain = judgement["gain"]
    if judgement != drift(judgement["law"], gain):
        return None
    try:
        rate = 4 * exact_value(gain, {"v": Fraction(1, 2)})
    except NotExact:
        return None
    return rate if identical(gain - rate_gain(rate)) else None
