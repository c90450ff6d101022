"""What is necessary: numbers of samples that do not suffice, because subset sums reach too little or are too few.

Mathematics 2.31.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, number
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.flow import UNIFORM
from lt_proofs.theory.laws import GADGET, PRODUCT

POINTS = 2000
"""How many steps the sum that is examined has, where its probability is not found exactly."""


def uncovered(law: Law, samples: int, length: Fraction, eps: Fraction, chance: Fraction) -> Judgement:
    """Return the judgement that with up to ``samples`` samples [-M/2, M/2] stays uncovered with probability > chance.

    Uncovered means that some point is more than ``eps`` away from every subset sum; M is ``length``.
    """
    return Judgement.of(
        "uncovered", law=law, length=number(length), tolerance=number(eps), samples=number(samples),
        chance=number(chance),
    )  # fmt: skip


def reach(tilt: Fraction = Fraction(0), points: int = POINTS) -> Plan:
    """Return the plan that bounds the probability of a small sum (Mathematics 2.31).

    With the tilt 0 it is the sum of the positive samples, else that of ln(1 + exp(tilt X)). ``points`` is the number of
    steps to which the variables are rounded; 0 stands for the closed form of the uniform law.
    """
    return Plan("reach", (), {"tilt": str(tilt), "points": points})


CENT, WHOLE = Fraction(1, 100), Fraction(2)
MANY = 10
"""How many times as many samples a planted error claims to be too few."""


def claim(name: str, title: str, law: Law, samples: int, plan: Plan, eps: Fraction = CENT, proof: str = "") -> Claim:
    """Return the claim that so many samples of a law do not cover [-1, 1] within eps with probability 99/100."""
    more = uncovered(law, MANY * samples, WHOLE, eps, CENT)
    coarse = uncovered(law, samples, WHOLE, Fraction(1), CENT)
    return Claim(
        id=name,
        title=title,
        judgement=uncovered(law, samples, WHOLE, eps, CENT),
        plan=plan,
        place="Not in the paper; Mathematics 2.31",
        changes=f"At least {samples + 1} samples are necessary, whatever the subsets and however they are chosen.",
        witness=f"eps = {eps}, delta = 1/100: with {samples} samples coverage fails with a probability above delta.",
        proof=proof or REACHED,
        plants=(
            Plant(f"the number of samples multiplied by {MANY}", more),
            Plant("the tolerance enlarged to half the window", coarse),
        ),
    )


REACHED = (
    "The largest subset sum is the sum of the positive samples. If it is below 1 - eps, the target 1 is missed. The "
    "probability of this is found by convolution, all samples being rounded up to multiples of a small step."
)
REACH_UNIFORM = claim(
    "reach-uniform", "Too few samples of the uniform law do not reach the end of the window", UNIFORM, 14,
    reach(points=0), proof=(
        "The largest subset sum is the sum of the positive samples. If it is below 1 - eps, the target 1 is missed. Of "
        "n samples exactly j are positive with probability C(n, j)/2^n, and then they are below 1 - eps together with "
        "probability (1 - eps)^j/j!, the volume of a simplex."
    ),
)  # fmt: skip
REACH_PRODUCT = claim(
    "reach-product", "Too few samples of the product law do not reach the end of the window", PRODUCT, 23, reach()
)  # fmt: skip
REACH_GADGET = claim(
    "reach-gadget", "Too few samples of the gadget law do not reach the end of the window", GADGET, 50, reach()
)  # fmt: skip
REACH_TILTED = claim(
    "reach-tilted", "Too few samples neither reach the end of the window nor are dense in it", UNIFORM, 22,
    reach(Fraction(4)), Fraction(1, 250_000), (
        "If every z in [-1, 1] is within eps of a subset sum, the integral of exp(k z) over [-1, 1] is at most the sum "
        "of its integrals around all subset sums. So the product of 1 + exp(k X_i) over the samples is at least "
        "sinh(k)/sinh(k eps). For k = 4 this unites the limit of information (k = 0) and that of reach (k large): "
        "either alone shows fewer samples to be necessary."
    ),
)  # fmt: skip
