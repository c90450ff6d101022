"""R7, weighted coverage: measured with more weight in the middle of the window, coverage grows faster.

Mathematics 2.19 to 2.25.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Apply, Judgement, Law, Relation, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.flow import UNIFORM, Parts, Weights, colourings, flow
from lt_proofs.theory.laws import GADGET, PRODUCT
from lt_proofs.theory.numbers import decimal, least
from lt_proofs.theory.subset_sum import cover

eps, delta = symbols("eps delta")


def shrinking(
    law: Law, weights: Weights, share: Fraction, parts: Parts = (), offsets: int = 1
) -> tuple[Judgement, Plan]:
    """Return the judgement that the flow of power 1 on [-1, 1] is at least share m (1 - m), m the covered weight."""
    judgement = flow(law, Fraction(2), weights, Fraction(1), (Fraction(0), share, -share))
    return judgement, colourings(parts or ((Fraction(0), share),), offsets)


def factor(weights: Weights) -> Fraction:
    """Return (2 S/N)^2/(c w/2) for N weights of sum S, the middle one c and the least w (Mathematics 2.21)."""
    unit = Fraction(len(weights), 2 * sum(weights))
    middle, least = weights[len(weights) // 2], min(weights)
    return 2 / (unit**2 * middle * least)


def ratio(weights: Weights) -> Term:
    """Return factor/(eps^2 delta), the ratio by which the potential must shrink."""
    return number(factor(weights)) / (eps**2 * delta)


def covered(law: Law, weights: Weights, rate: Fraction) -> Judgement:
    """Return the judgement that ln(ratio)/ln(1/rate) samples cover [-1, 1] within eps with probability >= 1 - delta."""
    where = f"eps in (0, {Fraction(4, len(weights))}), delta in (0, 1)"
    return cover(law, call("log", ratio(weights)) / call("log", number(1 / rate)), domain=where)


def claim(
    name: str, title: str, law: Law, weights: Weights, premise: tuple[Judgement, Plan], plant: Plant, place: str
) -> Claim:
    """Return the claim of coverage by cells of these weights."""
    share = premise[0]["profile"][1].value
    # a gadget is a product half the time and 0 otherwise, so it has half the flow of a product
    rate = 1 - share * (Fraction(1) if premise[0]["law"] == law else Fraction(1, 2))
    data = {"start": encode(eps / 2), "rest": encode(eps / 2), "ratio": encode(ratio(weights))}
    return Claim(
        id=name,
        title=title,
        judgement=covered(law, weights, rate),
        plan=Plan("weighted", (premise,), data),
        place=f"Not in the paper, which cites Lueker 1998, Cor. 2.5 and 3.3; Mathematics {place}",
        changes=f"With each sample 1/μ - 1 is multiplied in expectation by at most {decimal(number(rate), 4)}.",
        witness=f"eps = delta = 1/100: {least(covered(law, weights, rate), 'samples')} samples.",
        proof=(
            f"Let μ weigh {len(weights)} equal cells of [-1, 1] by {', '.join(map(str, weights))}: more in the middle. "
            "By the Cauchy-Schwarz inequality a sample lowers the expectation of 1/μ(K) by the flow from K to its "
            "complement, in which a pair of points counts with half the harmonic mean of its densities. Points at two "
            "fixed offsets in their cells leave finitely many colourings, and all of them are examined. Then Markov's "
            "inequality, as in r4."
        ),
        plants=(plant, Plant("the divisor replaced by ln 8", covered(law, weights, Fraction(1, 8)))),
    )


def uniform_claim(name: str, title: str, weights: Weights, share: Fraction, place: str) -> Claim:
    """Return the claim for the uniform law; a set refutes a larger flow, which is one of the planted errors."""
    # raised by so little that only a flow that is nearly sharp is refuted: the plant tests the constant itself
    raised, _ = shrinking(UNIFORM, weights, share * Fraction(101, 100))
    plant = Plant("the flow on which the proof rests raised by a hundredth", raised)
    return claim(name, title, UNIFORM, weights, shrinking(UNIFORM, weights, share), plant, place)


EIGHT_POINTS = uniform_claim(
    "r4-weighted", "Random subset sum for the uniform law by weighted coverage", (1, 3, 3, 1), Fraction(9, 32), "2.22"
)  # fmt: skip
TAPERED = uniform_claim(
    "r4-tapered", "Random subset sum for the uniform law by six weights", (2, 5, 7, 7, 5, 2), Fraction(289, 1000),
    "2.23",
)  # fmt: skip

NARROW = (1, 1, 2, 5, 12, 18, 18, 12, 5, 2, 1, 1)
NARROW_SHARE, OFFSETS = Fraction(187, 1000), 16


def product_claim(name: str, title: str, law: Law) -> Claim:
    """Return the claim for the product or gadget law, whose density is largest at 0 (Mathematics 2.24)."""
    parts = ((Fraction(0), NARROW_SHARE),) * (OFFSETS // 2)
    premise = shrinking(PRODUCT, NARROW, NARROW_SHARE, parts, OFFSETS)
    rate = 1 - NARROW_SHARE * (Fraction(1) if law == PRODUCT else Fraction(1, 2))
    samples = call("log", ratio(NARROW) * delta) / call("log", number(1 / rate))
    certain = Plant("delta omitted", cover(law, samples, domain="eps in (0, 1/3), delta in (0, 1)"))
    return claim(name, title, law, NARROW, premise, certain, "2.24")


WEIGHTED_PRODUCT = product_claim(
    "r4-weighted-product", "Random subset sum for the product law by weighted coverage", PRODUCT
)  # fmt: skip
WEIGHTED_GADGET = product_claim(
    "r4-weighted-gadget", "Random subset sum for the gadget law by weighted coverage", GADGET
)  # fmt: skip

QUARTERS = symbols("a b c d")


def moved(total: Fraction, reach: int = 2) -> Judgement:
    """State the mean over y of E[w(y + X)/(w(y) + w(y + X))], y + X inside, for any weights of the quarters of [-1, 1].

    Two cells with d - 1 others between them hold 1, 1, 1/2 or 0 sixteenths of the pairs (y, y + X), d = 0, 1, 2, 3.
    """
    shares = {d: Fraction(1, 16) if d < reach else Fraction(1, 32) for d in range(reach + 1)}
    parts = tuple(
        shares[abs(i - j)] * (other / (own + other))
        for i, own in enumerate(QUARTERS)
        for j, other in enumerate(QUARTERS)
        if abs(i - j) <= reach
    )
    domain = parse_domain(", ".join(f"{name} in (0, oo)" for name in "abcd"))
    return Judgement.of(
        "inequality", domain=domain, hypotheses=(), conclusion=Relation("=", Apply("+", parts), number(total))
    )


MEAN = Claim(
    id="r7-mean",
    title="The mean flow of weighted coverage with four cells is 3/8, whatever the weights",
    judgement=moved(Fraction(3, 8)),
    plan=Plan("tree"),
    place="Not in the paper; Mathematics 2.25",
    changes=(
        "It shows how far the method of r4-weighted can go with four cells: the mean of the flow is 3/8, whatever the "
        "weights."
    ),
    witness="a = b = c = d: each pair of cells contributes half of its share of the pairs (y, y + X), 3/8 in all.",
    proof=(
        "Let a, b, c, d be the weights of the quarters of [-1, 1]. A pair of points with weights w and u and the pair "
        "in reverse order add w/(w+u) + u/(w+u) = 1. So the mean over y of E[w(y+X)/(w(y) + w(y+X))] is half of the "
        "probability 3/4 that y + X lies in the window, and in the limit of a small K the factor of 1/μ is at least "
        "5/8."
    ),
    plants=(
        Plant("3/8 replaced by 2/5", moved(Fraction(2, 5))),
        Plant("X uniform on [-1/2, 1/2] instead of [-1, 1]", moved(Fraction(3, 8), 1)),
    ),
)
