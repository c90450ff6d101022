"""Finite companions: gains on grids, exact probabilities of small windows, and laws on the dyadic grid.

Mathematics 2.27, 2.28 and 2.30.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, number, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.flow import UNIFORM
from lt_proofs.theory.four_cycle import grid
from lt_proofs.theory.laws import GADGET, HALF_WINDOW
from lt_proofs.theory.numbers import least
from lt_proofs.theory.subset_sum import UNIFORM_COVERED, closed_form, cover, drift, first_moment
from lt_proofs.theory.weighted import WEIGHTED_GADGET

a, v, r, n, M, eps, delta = symbols("a v r n M eps delta")
# numbers of points: up to 27, so that all subsets can be examined
EVEN, ODD = tuple(range(2, 27, 2)), tuple(range(3, 28, 2))


def gain(term: Term, points: tuple[int, ...], radius: Term) -> Judgement:
    """Return the judgement that one sample, uniform on the integers from -r to r, adds at least ``term`` on grids."""
    return Judgement.of("grid-drift", points=points, radii=(radius,), gain=term)


def never_full(bound: Term) -> Judgement:
    """State that a window of 11 points is uncovered, by samples from -5 to 5, with probability <= bound."""
    return Judgement.of("restricted-process", points=11, reach=5, samples=tuple(range(25)), bound=bound)


def odd_cut(bound: Term) -> Judgement:
    """Return the four-cycle lemma on odd grids, at radius (M-1)/2."""
    return grid(bound, (M - 1) / 2).replace(points=ODD)


HALF_CUT = a * (M - a) / 2
EVEN_CUT = HALF_CUT * (M + 1) / M

GROWTH_GRID = Claim(
    id="r2-grid",
    title="Growth of coverage on grids",
    judgement=gain(v * (1 - v) / 2, EVEN, M / 2),
    plan=Plan("grid-gain", ((grid(EVEN_CUT, M / 2).replace(points=EVEN), Plan("enumerate-grid")),)),
    finite=True,
    place="Not in the paper; a finite companion of r2, Mathematics 2.27",
    changes=(
        "A finite statement about grids of up to 26 points, proved by exhaustion; it says nothing about other grids."
    ),
    witness=(
        "M = 2, r = 1, K one point of two: one of the three values of X adds the other point, 1/6 of W; the bound is "
        "1/8."
    ),
    proof=(
        "A point outside K is newly covered by as many of the 2r + 1 values of X as there are points of K at distance "
        "at most r. The sum over these points counts the mixed pairs at most r apart. By exhaustion every subset has "
        "at least (M+1)/(2M) of all mixed pairs among them, which gives the constant 1/2 of the continuous law."
    ),
    plants=(
        Plant("1/2 raised to 11/20", gain(Fraction(11, 20) * v * (1 - v), EVEN, M / 2)),
        Plant("the radius M/2 replaced by M/2 - 1", gain(v * (1 - v) / 2, EVEN[1:], M / 2 - 1)),
    ),
)

GROWTH_GRID_ODD = Claim(
    id="r2-grid-odd",
    title="Growth of coverage on odd grids",
    judgement=gain(v * (1 - v) / 2, ODD, (M - 1) / 2),
    plan=Plan("grid-gain", ((odd_cut(HALF_CUT), Plan("enumerate-grid")),)),
    finite=True,
    place="Not in the paper; Mathematics 2.27",
    changes="On a window from -N to N the constant is exactly that of the continuous law.",
    witness="M = 3, r = 1, K the middle point: each of the values -1 and 1 of X adds a point, 2/9 of W in expectation.",
    proof=(
        "By exhaustion, at least half of all mixed pairs of every subset of a grid of 2N+1 points are at most N apart."
    ),
    plants=(
        Plant("1/2 raised to 51/100", gain(Fraction(51, 100) * v * (1 - v), ODD, (M - 1) / 2)),
        Plant("the radius (M - 1)/2 replaced by (M - 3)/2", gain(v * (1 - v) / 2, ODD[1:], (M - 3) / 2)),
    ),
)

COVERED_GRID = Claim(
    id="r4-grid",
    title="Random subset sum on a small window, exactly",
    judgement=never_full(number(Fraction(3, 4)) ** n * (M - 1) ** 2),
    plan=Plan("enumerate-process"),
    finite=True,
    place="Not in the paper; a finite companion of r4, Mathematics 2.28",
    changes=(
        "Exact probabilities of a Markov chain on the 2048 subsets of the window, compared with the bound that r3 "
        "gives."
    ),
    witness="n = 0: the window is not covered, with probability 1; the bound is 100.",
    proof=(
        "On a window of 11 points (1-v)/v is 10 at the start and 1/10 with one point missing, and kappa = 1/2: the "
        "bound is 100 (3/4)^n. The exact probabilities are computed from all subsets and all values of the samples."
    ),
    plants=(
        Plant("the factor 3/4 replaced by 1/2", never_full(number(Fraction(1, 2)) ** n * (M - 1) ** 2)),
        Plant(
            "one factor M - 1 omitted and 3/4 replaced by 3/5",
            never_full(number(Fraction(3, 5)) ** n * (M - 1)),
        ),
    ),
)

RATE, SLOW_RATE = call("log", number(Fraction(4, 3))), call("log", number(Fraction(16, 15)))
STEP = number(Fraction(1, 1 << 24))
ODD_UNIFORM = Law("odd-uniform", (STEP,))
UNIFORM_TRANSFER = Claim(
    id="dyadic-transfer",
    title="Random subset sum for the uniform law on odd multiples of 2^-24",
    judgement=cover(ODD_UNIFORM, closed_form(number(Fraction(1, 4))), tolerance=eps + n * STEP),
    plan=Plan("coupling", ((UNIFORM_COVERED.judgement, UNIFORM_COVERED.plan),)),
    place="Not in the paper; Mathematics 2.30",
    changes="The theorem for weights that a machine can hold: the tolerance grows by n 2^-24.",
    witness=(
        f"eps = delta = 1/100, n = {least(UNIFORM_COVERED.judgement, 'samples')}: the tolerance is 1/100 + n 2^-24."
    ),
    proof=(
        "Rounding a uniform variable to the middle of its cell of width 2^-23 gives the law on the grid and moves each "
        "sample by at most 2^-24, hence every subset sum of n samples by at most n 2^-24."
    ),
    plants=(
        Plant(
            "the divisor ln(4/3) replaced by ln 8, for the continuous law",
            cover(UNIFORM, closed_form(number(Fraction(7, 8)))),
        ),
        Plant("delta omitted, for the continuous law", cover(UNIFORM, call("log", 8 / eps**2) / RATE)),
    ),
    premises=("r4-uniform",),
)  # fmt: skip

GADGET_RATE = number(Fraction(1, 16))


def grid_gadget(name: str, title: str, a_bits: int, b_bits: int, changes: str) -> Claim:
    """Return the claim of coverage by gadgets with a on the odd multiples of 2^-a_bits and b on those of 2^-b_bits.

    Mathematics 2.30.
    """
    # the factor a may be coarse, because its exact mean is all that the growth needs; b is rounded and costs tolerance
    coarse, fine = (number(Fraction(1, 1 << bits)) for bits in (a_bits, b_bits))
    half = Law("odd-gadget", (coarse, number(0)))
    smooth_b = (drift(half, v * (1 - v) / 8), Plan("mean-radius", (HALF_WINDOW,)))
    judgement = cover(Law("odd-gadget", (coarse, fine)), closed_form(GADGET_RATE), tolerance=eps + n * fine)
    return Claim(
        id=name,
        title=title,
        judgement=judgement,
        plan=Plan(
            "coupling", ((cover(half, closed_form(GADGET_RATE)), first_moment(smooth_b, number(Fraction(1, 8)))),)
        ),
        place="Not in the paper; Mathematics 2.30",
        changes=changes,
        witness=f"eps = delta = 1/100, n = {least(judgement, 'samples')}: the tolerance is 1/100 + n 2^-{b_bits}.",
        proof=(
            "The growth of the uniform law on [-r, r] is linear in r, and the odd multiples of 2^-q in (0, 1) have "
            "the mean 1/2, so kappa = 1/8 as for the continuous law. Rounding b moves a subset sum of n samples by at "
            "most n times the step of b, because a is at most 1."
        ),
        plants=(
            Plant(
                "the divisor ln(16/15) replaced by ln 8, for the continuous law",
                cover(GADGET, closed_form(number(Fraction(7, 8)))),
            ),
            Plant("delta omitted, for the continuous law", cover(GADGET, call("log", 8 / eps**2) / SLOW_RATE)),
        ),
        premises=("r6", "r3"),
    )


GADGET_TRANSFER = grid_gadget(
    "dyadic-gadget", "Random subset sum for the gadget law on fine dyadic grids", 12, 36,
    "The odd multiples of 2^-12 for a cost nothing, those of 2^-36 for b cost n 2^-36. That is far less than the "
    "accuracies of about 10^-6 that Theorem 1 asks of single weights.",
)  # fmt: skip
TICKET_TRANSFER = grid_gadget(
    "dyadic-ticket", "Random subset sum for the weights of a ticket", 24, 24,
    "Both factors lie on the odd multiples of 2^-24, as the weights of the random networks of tickets do.",
)  # fmt: skip

WEIGHTED_TRANSFER = Claim(
    id="dyadic-ticket-weighted",
    title="Random subset sum for the weights of a ticket by weighted coverage",
    judgement=WEIGHTED_GADGET.judgement.replace(
        law=Law("odd-gadget", (STEP, STEP)), tolerance=eps + n * Fraction(1, 1 << 23)
    ),
    plan=Plan("coupling", ((WEIGHTED_GADGET.judgement, WEIGHTED_GADGET.plan),)),
    place="Not in the paper; Mathematics 2.30",
    changes="As dyadic-ticket with about two thirds of the samples; rounding both factors costs n 2^-23.",
    witness=(
        f"eps = delta = 1/100, n = {least(WEIGHTED_GADGET.judgement, 'samples')}: the tolerance is 1/100 + n 2^-23."
    ),
    proof=(
        "Rounding a and b to the middle of their cells of width 2^-23 moves each by at most 2^-24 and their product by "
        "at most 2^-23, because neither is greater than 1; so a subset sum of n samples moves by at most n 2^-23."
    ),
    plants=(
        Plant("the divisor replaced by ln 8, for the continuous law", cover(
            GADGET, call("log", Fraction(169, 9) / (eps**2 * delta)) / call("log", number(8)),
            domain="eps in (0, 1/3), delta in (0, 1)",
        )),
        Plant("delta omitted, for the continuous law", WEIGHTED_GADGET.plants[0].judgement),
    ),
    premises=("r4-weighted-gadget",),
)  # fmt: skip
