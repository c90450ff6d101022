"""Random subset sums: what one sample gains (R2), and how many samples cover a window (R4).

Mathematics 2.3, 2.5 and 2.6; the published constant of the growth step is 1/4.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lt_proofs.terms import Judgement, Law, Number, Term, encode, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.contraction import CONTRACTION
from lt_proofs.theory.flow import UNIFORM
from lt_proofs.theory.four_cycle import FOUR_CYCLE
from lt_proofs.theory.numbers import least

v, kappa, eps, delta = symbols("v kappa eps delta")
LEVEL, ACCURACY = "v in (0, 1)", "eps in (0, 1), delta in (0, 1)"


def drift(
    law: Law, gain: Term, length: Term | Fraction | int = 2, domain: str = LEVEL, hypotheses: tuple[Any, ...] = ()
) -> Judgement:
    """State that one sample of the law adds at least the fraction ``gain`` of the window (Mathematics 2.3)."""
    return Judgement.of(
        "drift", domain=parse_domain(domain), hypotheses=hypotheses, law=law, length=number(length), gain=gain
    )


def cover(law: Law, samples: Term, length: Term | int = 2, domain: str = ACCURACY, tolerance: Term = eps) -> Judgement:
    """Return the judgement that ``samples`` or more samples cover the window with probability at least 1 - delta."""
    return Judgement.of(
        "cover", domain=parse_domain(domain), hypotheses=(), law=law, length=number(length), tolerance=tolerance,
        failure=delta, samples=samples,
    )  # fmt: skip


def shrinking(rate: Term) -> Term:
    """Return -ln(1 - rate), as ln(4/3) and the like if the rate is a number."""
    # -log(3/4) and log(4/3) are equal, but a reader expects the second
    if isinstance(rate, Number):
        return call("log", 1 / (1 - rate.value))
    return -call("log", 1 - rate)


def closed_form(rate: Term) -> Term:
    """Return ln(8/(eps^2 delta)) / (-ln(1 - rate)), the samples of r4 for rate = kappa/2 (Mathematics 2.5)."""
    return call("log", 8 / (eps**2 * delta)) / shrinking(rate)


def first_moment(drifted: tuple[Judgement, Plan], rate: Term, half_window: Fraction = Fraction(1)) -> Plan:
    """Return the plan of coverage by r3 with this kappa, from K_0 of half-width eps/2, with eps/2 for the last gaps."""
    part, ratio = eps * half_window / 2, 8 / (eps**2 * delta)
    data = {"at": {"kappa": encode(rate)}, "start": encode(part), "rest": encode(part), "ratio": encode(ratio)}
    return Plan("first-moment", (drifted, (CONTRACTION.judgement, CONTRACTION.plan)), data)


GROWTH = Claim(
    id="r2",
    title="Growth of coverage, uniform law",
    judgement=drift(UNIFORM, v * (1 - v) / 2),
    plan=Plan("uniform", ((FOUR_CYCLE.judgement, FOUR_CYCLE.plan),)),
    place="Not in the paper, which cites what follows from it, Lueker 1998, Cor. 2.5; Mathematics 2.3",
    changes="The constant 1/2 is explicit; the published one for this step is 1/4.",
    witness="W = [-1, 1], K = [-1, 0], v = 1/2: one sample adds in expectation 1/8 of the window, exactly v(1-v)/2.",
    proof=(
        "A point z outside K is newly covered with probability |K ∩ [z-1, z+1]|/2. The integral over z is half the "
        "area of the pairs of a point of K and a point outside at distance at most 1. By the four-cycle lemma that "
        "area is at least half of the area a(2-a) of all mixed pairs, a = 2v. So the measure grows by at least "
        "a(2-a)/4."
    ),
    plants=(
        Plant("the constant 1/2 raised to 51/100", drift(UNIFORM, Fraction(51, 100) * v * (1 - v))),
        Plant(
            "the law U[-1, 1] narrowed to U[-9/10, 9/10]",
            drift(Law("uniform", (number(Fraction(9, 10)),)), v * (1 - v) / 2),
        ),
        Plant("the window [-1, 1] widened to length 5/2", drift(UNIFORM, v * (1 - v) / 2, Fraction(5, 2))),
    ),
    premises=("r1",),
)

ANY = Law("any", (kappa * v * (1 - v),))
ANY_COVERED = Claim(
    id="r4",
    title="Random subset sum with explicit constants, any law that grows",
    judgement=cover(ANY, closed_form(kappa / 2), domain=f"kappa in (0, 1], {ACCURACY}"),
    plan=first_moment((drift(ANY, kappa * v * (1 - v), domain=f"kappa in (0, 1], {LEVEL}"), Plan("assumed")), kappa),
    place="Corollary 2 of the paper and Lueker 1998, Cor. 2.5 and 3.3, with an explicit constant; Mathematics 2.5",
    changes="The number of samples is explicit; the paper writes C log(1/min(eps, delta)).",
    witness="kappa = 1/2 and eps = delta = 1/100: the uniform law, by r2.",
    proof=(
        "Start with K = [-eps/2, eps/2] and let each sample X replace K by K ∪ ((K + X) ∩ W). By r3 the expectation of "
        "(1-v)/v is multiplied by at most 1 - kappa/2 with each sample. By Markov's inequality the probability that at "
        "least eps/2 of the window is uncovered after n samples is at most (1 - kappa/2)^n 8/eps^2. Otherwise every "
        "point has a covered one within eps/2, which in turn is within eps/2 of a subset sum."
    ),
    plants=(
        Plant(
            "eps^2 replaced by eps, delta omitted and the divisor replaced by ln 3, for the uniform law",
            cover(UNIFORM, call("log", 8 / eps) / call("log", number(3))),
        ),
        Plant(
            "delta omitted, for the uniform law",
            cover(UNIFORM, call("log", 8 / eps**2) / call("log", number(Fraction(4, 3)))),
        ),
        Plant(
            "the divisor ln(4/3) replaced by ln 8, for the uniform law",
            cover(UNIFORM, closed_form(number(Fraction(7, 8)))),
        ),
    ),
    premises=("r3",),
)

UNIFORM_COVERED = Claim(
    id="r4-uniform",
    title="Random subset sum for the uniform law",
    judgement=cover(UNIFORM, closed_form(number(Fraction(1, 4)))),
    plan=first_moment((GROWTH.judgement, GROWTH.plan), number(Fraction(1, 2))),
    place="Lueker 1998, Cor. 2.5, as the paper uses it; Mathematics 2.6",
    changes="n >= ln(8/(eps^2 delta))/ln(4/3) is explicit; the source names no constant.",
    witness=f"eps = delta = 1/100: {least(cover(UNIFORM, closed_form(number(Fraction(1, 4)))), 'samples')} samples.",
    proof=(
        "r4 with kappa = 1/2: by r2 a uniform sample adds in expectation at least v(1-v)/2. The factor 1 - kappa/2 is "
        "3/4."
    ),
    plants=(
        Plant(
            "the divisor ln(4/3) replaced by ln 8, for the uniform law",
            cover(UNIFORM, closed_form(number(Fraction(7, 8)))),
        ),
        Plant(
            "delta omitted, for the uniform law",
            cover(UNIFORM, call("log", 8 / eps**2) / call("log", number(Fraction(4, 3)))),
        ),
    ),
    premises=("r2", "r3"),
)
