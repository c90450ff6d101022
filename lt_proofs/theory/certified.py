"""R7, the certified chain: coverage at given accuracies, with the whole gain of each law at every covered fraction.

Derived, mathematics.md §1 R7 and referee B3.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.laws import GADGET, OF_RADIUS, PRODUCT
from lt_proofs.theory.subset_sum import UNIFORM, drift
from lt_proofs.theory.windows import ALL_PAIRS, LARGE, SMALL

v, r = symbols("v r")
BELOW, ABOVE = "v in (0, 1/2]", "v in [1/2, 1)"
WEIGHTS = {"product": Fraction(1), "gadget": Fraction(1, 2)}

LAWS = {"uniform": UNIFORM, "product": PRODUCT, "gadget": GADGET}

Gain = tuple[Judgement, Plan, Term]
"""A drift on a range of v, how it is concluded, and the second derivative of its gain."""


def gains_of(law: str, length: Fraction) -> tuple[Law, tuple[Gain, ...]]:
    """A law of the theorem and its gain on a window of that length, in concave pieces; uniform:R for other radii."""
    if law in WEIGHTS:
        sample = LAWS[law]
        if length == 2:
            return sample, (whole_gain(sample, 2 * v, BELOW), whole_gain(sample, 2 * (1 - v), ABOVE))
        kappa = WEIGHTS[law] / (2 * length)
        radii = drift(OF_RADIUS, r / length * v * (1 - v), length, "v in (0, 1), r in (0, 1]")
        plan = Plan("mean-radius", ((radii, uniform_plan(None, length)),))
        return sample, (_quadratic(sample, kappa, length, plan),)
    radius = Fraction(law.partition(":")[2] or 1)
    sample = Law("uniform", (number(radius),))
    return sample, (uniform_gain(radius, length),)


def uniform_gain(radius: Fraction, length: Fraction) -> Gain:
    """kappa v(1-v) for U[-r, r] on a window of length M: r/M, 1/2 or M/(2r), as r6-uniform, r6-wide and r6-beyond."""
    ratio = radius / length
    kappa = ratio if 2 * ratio <= 1 else Fraction(1, 2) if ratio <= 1 else 1 / (2 * ratio)
    return _quadratic(Law("uniform", (number(radius),)), kappa, length, uniform_plan(radius, length))


def uniform_plan(radius: Fraction | None, length: Fraction) -> Plan:
    """The gain of a uniform law from the cut for its radius; without one, for every radius up to half the window."""
    at = {"M": encode(number(length))} | ({} if radius is None else {"r": encode(number(radius))})
    ratio = Fraction(1, 2) if radius is None else radius / length
    premise = SMALL if 2 * ratio <= 1 else LARGE if ratio <= 1 else ALL_PAIRS
    return Plan("uniform", (premise,), {"at": at})


def _quadratic(law: Law, kappa: Fraction, length: Fraction, plan: Plan) -> Gain:
    return drift(law, kappa * v * (1 - v), length), plan, number(-2 * kappa)


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
    uniform = uniform_plan(None, Fraction(2))
    drifts = tuple(
        (drift(OF_RADIUS, piece, 2, f"{where}, r in (0, 1]", hypotheses), uniform)
        for piece, hypotheses in (below, beyond)
    )
    bend = weight * call("log", smaller)
    return drift(law, gain, 2, where), Plan("mixture", drifts, {"pieces": pieces}), bend


def certified_cover(law: Law, samples: int, length: Fraction, eps: Fraction, delta: Fraction) -> Judgement:
    """Coverage of [-M/2, M/2] within eps by so many samples, but for delta: numbers, no variables."""
    return Judgement.of(
        "cover", domain=parse_domain(""), hypotheses=(), law=law, length=number(length), tolerance=number(eps),
        failure=number(delta), samples=number(samples),
    )  # fmt: skip


def recursion(found: tuple[Gain, ...], nodes: list[int], start: Fraction, rest: Fraction) -> Plan:
    """The plan of a certified chain on these nodes, in units of 2^-40."""
    data = {"start": str(start), "rest": str(rest), "nodes": nodes, "bends": [encode(bend) for *_, bend in found]}
    return Plan("recursion", tuple((judgement, plan) for judgement, plan, _ in found), data)
