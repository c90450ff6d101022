"""R7, weighted coverage: measured with more weight in the middle of the window, coverage grows faster.

Derived, referee B5, B5' and the eight-point lemma B5''.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, encode, number, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.subset_sum import UNIFORM, cover

eps, delta = symbols("eps delta")


def rows(weights: tuple[int, ...], share: Fraction) -> Judgement:
    """Two rows of cells of these weights on [-1, 1]: the share of all mixed pairs that the short ones carry."""
    cells = tuple(map(number, weights))
    return Judgement.of("lattice", weights=cells, reach=len(weights) // 2, share=number(share))


def ratio(weights: tuple[int, ...]) -> Term:
    """What the potential may start and end with: (S/k)^2 / (c m eps^2 delta/2), middle weight c, least weight m."""
    unit = Fraction(len(weights) // 2, sum(weights))
    middle, least = weights[len(weights) // 2], min(weights)
    return number(2 / (unit**2 * middle * least)) / (eps**2 * delta)


def covered(weights: tuple[int, ...], rate: Fraction) -> Judgement:
    """Coverage of [-1, 1] within eps, but for delta, from ln(ratio)/ln(1/rate) samples on."""
    where = f"eps in (0, {Fraction(4, len(weights))}), delta in (0, 1)"
    return cover(UNIFORM, call("log", ratio(weights)) / call("log", number(1 / rate)), domain=where)


def claim(name: str, title: str, weights: tuple[int, ...], share: Fraction, witness: str) -> Claim:
    """r4 for the uniform law by cells of these weights."""
    rate = 1 - share * sum(weights) / (2 * (len(weights) // 2))
    data = {"start": encode(eps / 2), "rest": encode(eps / 2), "ratio": encode(ratio(weights))}
    return Claim(
        id=name,
        title=title,
        judgement=covered(weights, rate),
        plan=Plan("weighted", ((rows(weights, share), Plan("enumerate-lattice")),), data),
        place="derived here, referee B5; the paper takes the result, Lueker 1998, Cor. 2.5, as a black box",
        changes=f"The potential shrinks by {rate} with each sample, instead of 3/4, at the cost of a larger ratio.",
        witness=witness,
        proof=(
            "Measure coverage by the weights of cells, more in the middle. By the Cauchy-Schwarz inequality 1/m(K) "
            "falls in expectation by the flow between K and its complement, each pair of points counting with the "
            "harmonic sum of its weights; pairing up the offsets in the cells leaves finitely many colourings."
        ),
        plants=(
            Plant("the share of the lattice raised by a hundredth", rows(weights, share * Fraction(101, 100))),
            Plant("the rate replaced by 1/8", covered(weights, Fraction(1, 8))),
        ),
    )


EIGHT_POINTS = claim(
    "r4-weighted", "Random subset sum by weighted coverage", (1, 3, 3, 1), Fraction(9, 64),
    "eps = delta = 1/100: 50 samples, beside 56 of r4-uniform.",
)  # fmt: skip
TAPERED = claim(
    "r4-tapered", "Random subset sum by a finer taper", (2, 5, 7, 7, 5, 2), Fraction(867, 14000),
    "eps = delta = 1/100: 48 or 49 samples.",
)  # fmt: skip
