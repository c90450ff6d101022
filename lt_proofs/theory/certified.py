"""R7, the certified chain: coverage at given accuracies, with the whole gain of each law at every covered fraction.

Derived, mathematics.md §1 R7 and referee B3.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.laws import GADGET, OF_RADIUS, PRODUCT
from lt_proofs.theory.small_radius import SMALL_RADIUS
from lt_proofs.theory.subset_sum import GROWTH, UNIFORM, drift

v, r = symbols("v r")
BELOW, ABOVE = "v in (0, 1/2]", "v in [1/2, 1)"
WEIGHTS = {"product": Fraction(1), "gadget": Fraction(1, 2)}

Gain = tuple[Judgement, Plan, Term]
"""A drift on a range of v, how it is concluded, and the second derivative of its gain."""


def gains(law: Law) -> tuple[Gain, ...]:
    """The whole gain of a law of the theorem on the window [-1, 1], each piece concave."""
    if law == UNIFORM:
        return ((GROWTH.judgement, GROWTH.plan, number(-1)),)
    return (whole_gain(law, 2 * v, BELOW), whole_gain(law, 2 * (1 - v), ABOVE))


def whole_gain(law: Law, smaller: Term, where: str) -> Gain:
    """a/2 - 3a^2/8 + (a^2/4) ln a in measure, a that of the smaller of K and its complement: r6-exact."""
    weight = number(WEIGHTS[law.kind])
    gain = weight * (smaller / 2 - 3 * smaller**2 / 8 + smaller**2 / 4 * call("log", smaller)) / 2
    pieces = [
        [encode(number(0)), encode(smaller), encode(r**2 / 16)],
        [encode(smaller), encode(number(1)), encode(smaller / 4 * r - smaller**2 / 8 * call("log", r))],
    ]
    below = (r / 8, (number(0) <= r, r <= smaller))
    beyond = (smaller / 4 - smaller**2 / (8 * r), (smaller <= r, r <= number(1)))
    uniform = Plan("uniform", ((SMALL_RADIUS.judgement, SMALL_RADIUS.plan),), {"at": {"M": encode(number(2))}})
    drifts = tuple(
        (drift(OF_RADIUS, piece, 2, f"{where}, r in (0, 1]", hypotheses), uniform)
        for piece, hypotheses in (below, beyond)
    )
    bend = weight * call("log", smaller)
    return drift(law, gain, 2, where), Plan("mixture", drifts, {"pieces": pieces}), bend


def certified(law: Law, samples: int, eps: Fraction, delta: Fraction) -> Judgement:
    """Coverage of [-1, 1] within eps by so many samples, but for delta: numbers, no variables."""
    return Judgement.of(
        "cover", domain=parse_domain(""), hypotheses=(), law=law, length=number(2), tolerance=number(eps),
        failure=number(delta), samples=number(samples),
    )  # fmt: skip


def recursion(law: Law, nodes: list[int], start: Fraction, rest: Fraction) -> Plan:
    """The plan of a certified chain on these nodes, in units of 2^-40."""
    found = gains(law)
    data = {"start": str(start), "rest": str(rest), "nodes": nodes, "bends": [encode(bend) for *_, bend in found]}
    return Plan("recursion", tuple((judgement, plan) for judgement, plan, _ in found), data)


LAWS = {"uniform": UNIFORM, "product": PRODUCT, "gadget": GADGET}
