"""R3, contraction: drift of the covered fraction makes (1-v)/v shrink by a constant factor in expectation.

Derived, mathematics.md §1 R3.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant

v, kappa = symbols("v kappa")


def contraction(factor: Term, drift: Term = kappa * v * (1 - v), ceilings: tuple[Term, ...] | None = None) -> Judgement:
    """E g(V) <= factor * g(v) for g = (1-v)/v and V between v and min(2v, 1) of mean at least v + drift."""
    return Judgement.of(
        "contraction",
        domain=parse_domain("v in (0, 1), kappa in (0, 1]"),
        variable="v",
        ceilings=(2 * v, number(1)) if ceilings is None else ceilings,
        drift=drift,
        potential=(1 - v) / v,
        factor=factor,
    )


CONTRACTION = Claim(
    id="r3",
    title="Contraction",
    judgement=contraction(1 - kappa / 2),
    plan=Plan("two-point"),
    place="derived here; the paper takes what follows from it, Lueker 1998, Cor. 2.5, as a black box",
    changes="The rate 1 - kappa/2 is explicit; the paper and its sources name no constant.",
    witness="v = 1/4, kappa = 1/2, V = 1/4 or 1/2 with probability 5/8 and 3/8: mean 11/32 = v + v(1-v)/2.",
    proof=(
        "1/V is convex and decreasing, so among all laws on [v, u] with mean at least v + kappa v(1-v) the "
        "expectation of g is largest for mass on the two ends v and u = min(2v, 1). For v <= 1/2 that law "
        "gives exactly (1 - kappa/2) g(v); for v > 1/2 it gives (1 - kappa v) g(v), which is less."
    ),
    plants=(
        Plant("kappa/2 inflated: 3/4 to 74/100 at kappa = 1/2", contraction(1 - Fraction(52, 100) * kappa)),
        Plant("the drift kappa v(1-v) halved", contraction(1 - kappa / 2, drift=kappa * v * (1 - v) / 2)),
        Plant("the ceiling 2v dropped", contraction(1 - kappa / 2, ceilings=(number(1),))),
    ),
)
