"""R3, contraction: growth of the covered fraction makes (1-v)/v shrink by a constant factor in expectation.

Mathematics 2.4.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant

v, kappa = symbols("v kappa")


def contraction(factor: Term, drift: Term = kappa * v * (1 - v), ceilings: tuple[Term, ...] | None = None) -> Judgement:
    """State E g(V) <= factor * g(v), for g = (1-v)/v and V in [v, min(2v, 1)] of mean at least v + drift."""
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
    place="Not in the paper, which cites what follows from it, Lueker 1998, Cor. 2.5; Mathematics 2.4",
    changes="The factor 1 - kappa/2 is explicit; the paper and its sources name no constant.",
    witness="v = 1/4, kappa = 1/2, V = 1/4 or 1/2 with probability 5/8 and 3/8: mean 11/32 = v + v(1-v)/2.",
    proof=(
        "1/V is convex and decreasing. So among all laws on [v, u], u = min(2v, 1), with mean at least "
        "v + kappa v(1-v), the expectation of g(V) is largest for the law on the two ends v and u that has this mean. "
        "For v <= 1/2 it is exactly (1 - kappa/2) g(v); for v > 1/2 it is (1 - kappa v) g(v), which is less."
    ),
    plants=(
        Plant("kappa/2 replaced by 52 kappa/100", contraction(1 - Fraction(52, 100) * kappa)),
        Plant("the growth kappa v(1-v) halved", contraction(1 - kappa / 2, drift=kappa * v * (1 - v) / 2)),
        Plant("the hypothesis V <= 2v omitted", contraction(1 - kappa / 2, ceilings=(number(1),))),
    ),
)
