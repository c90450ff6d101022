"""Finite companions: gains on grids, exact probabilities of small windows, and laws on the dyadic grid.

Derived, mathematics.md §1 R2 and R4 in grid form and §4; referee B1 and D1 to D3.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, number, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.flow import UNIFORM
from lt_proofs.theory.four_cycle import grid
from lt_proofs.theory.laws import GADGET, HALF_WINDOW
from lt_proofs.theory.subset_sum import UNIFORM_COVERED, closed_form, cover, drift, first_moment
from lt_proofs.theory.weighted import WEIGHTED_GADGET

a, v, r, n, M, eps, delta = symbols("a v r n M eps delta")
EVEN, ODD = tuple(range(2, 27, 2)), tuple(range(3, 28, 2))


def gain(term: Term, points: tuple[int, ...], radius: Term) -> Judgement:
    """What one sample that is uniform on the integers from -r to r gains on grids."""
    return Judgement.of("grid-drift", points=points, radii=(radius,), gain=term)


def chain(bound: Term) -> Judgement:
    """The exact probability that a window of 11 points is not covered by samples from -5 to 5."""
    return Judgement.of("chain", points=11, reach=5, samples=tuple(range(25)), bound=bound)


def odd_cut(bound: Term) -> Judgement:
    """The four-cycle lemma on odd grids, at radius (M-1)/2."""
    return grid(bound, (M - 1) / 2).replace(points=ODD)


HALF_CUT = a * (M - a) / 2
EVEN_CUT = HALF_CUT * (M + 1) / M

GROWTH_GRID = Claim(
    id="r2-grid",
    title="Growth of coverage on grids",
    judgement=gain(v * (1 - v) / 2, EVEN, M / 2),
    plan=Plan("grid-gain", ((grid(EVEN_CUT, M / 2).replace(points=EVEN), Plan("enumerate-grid")),)),
    finite=True,
    place="derived here; the finite companion of r2",
    changes="A finite statement about grids of up to 26 points, proved by exhaustion; it implies nothing about others.",
    witness="M = 2, one point of two: three samples in {-1, 0, 1}, one of which adds the other point: 1/6, beside 1/8.",
    proof=(
        "A point outside is newly covered by as many of the 2r+1 samples as it has points of the set at distance at "
        "most r; summed up this is the cut, and every subset has one of at least (M+1)/(2M) of all mixed pairs: the "
        "constant of the continuous law, although N/(2N+1) of it is what r1-grid gives."
    ),
    plants=(
        Plant("1/2 raised to 11/20", gain(Fraction(11, 20) * v * (1 - v), EVEN, M / 2)),
        Plant("the radius one less", gain(v * (1 - v) / 2, EVEN[1:], M / 2 - 1)),
    ),
)

GROWTH_GRID_ODD = Claim(
    id="r2-grid-odd",
    title="Growth of coverage on odd grids",
    judgement=gain(v * (1 - v) / 2, ODD, (M - 1) / 2),
    plan=Plan("grid-gain", ((odd_cut(HALF_CUT), Plan("enumerate-grid")),)),
    finite=True,
    place="derived here; referee B1",
    changes="On a window from -N to N the constant is exactly that of the continuous law.",
    witness="M = 3, the middle point: each of the samples -1 and 1 adds a point, 2/9 on average.",
    proof="The cut of every subset of a grid of 2N+1 points at radius N is at least half of all mixed pairs.",
    plants=(
        Plant("1/2 raised to 51/100", gain(Fraction(51, 100) * v * (1 - v), ODD, (M - 1) / 2)),
        Plant("the radius one less", gain(v * (1 - v) / 2, ODD[1:], (M - 3) / 2)),
    ),
)

COVERED_GRID = Claim(
    id="r4-grid",
    title="Random subset sum on a small window, exactly",
    judgement=chain(number(Fraction(3, 4)) ** n * (M - 1) ** 2),
    plan=Plan("enumerate-chain"),
    finite=True,
    place="derived here; referee B1, the finite companion of r4",
    changes="Exact probabilities of a Markov chain on 2048 subsets, beside the bound of r4's grid form.",
    witness="No sample at all: the window is not covered, with probability 1.",
    proof=(
        "On a window of 11 points with kappa = 1/2 the potential is 10 at the start and 1/10 with one point missing: "
        "the bound is 100 (3/4)^n; the exact probabilities come from going through all subsets and samples."
    ),
    plants=(
        Plant("the rate 3/4 replaced by 1/2", chain(number(Fraction(1, 2)) ** n * (M - 1) ** 2)),
        Plant(
            "one factor M - 1 left out and the rate 3/4 replaced by 3/5", chain(number(Fraction(3, 5)) ** n * (M - 1))
        ),
    ),
)

RATE, SLOW_RATE = call("log", number(Fraction(4, 3))), call("log", number(Fraction(16, 15)))
STEP = number(Fraction(1, 1 << 24))
ODD_UNIFORM = Law("odd-uniform", (STEP,))
UNIFORM_TRANSFER = Claim(
    id="dyadic-transfer",
    title="From the continuous uniform law to the odd multiples of 2^-24",
    judgement=cover(ODD_UNIFORM, closed_form(number(Fraction(1, 4))), tolerance=eps + n * STEP),
    plan=Plan("coupling", ((UNIFORM_COVERED.judgement, UNIFORM_COVERED.plan),)),
    place="derived here, mathematics.md §4",
    changes="Not in the paper: what the theorem says about weights that a machine can hold.",
    witness="eps = delta = 1/100, n = 56: the tolerance grows by 56/2^24.",
    proof=(
        "Rounding a uniform variable to the middle of its cell of width 2^-23 gives the grid law and moves each sample "
        "by at most 2^-24, so a sum of a part of n samples by at most n 2^-24."
    ),
    plants=(
        Plant("the rate 3/4 replaced by 1/8, without a grid", cover(UNIFORM, closed_form(number(Fraction(7, 8))))),
        Plant("delta left out, without a grid", cover(UNIFORM, call("log", 8 / eps**2) / RATE)),
    ),
    premises=("r4-uniform",),
)  # fmt: skip

GADGET_RATE = number(Fraction(1, 16))


def grid_gadget(name: str, title: str, a_bits: int, b_bits: int, changes: str, witness: str) -> Claim:
    """Coverage by gadgets with a on the odd multiples of 2^-a_bits and b on those of 2^-b_bits."""
    coarse, fine = (number(Fraction(1, 1 << bits)) for bits in (a_bits, b_bits))
    half = Law("odd-gadget", (coarse, number(0)))
    smooth_b = (drift(half, v * (1 - v) / 8), Plan("mean-radius", (HALF_WINDOW,)))
    return Claim(
        id=name,
        title=title,
        judgement=cover(Law("odd-gadget", (coarse, fine)), closed_form(GADGET_RATE), tolerance=eps + n * fine),
        plan=Plan(
            "coupling", ((cover(half, closed_form(GADGET_RATE)), first_moment(smooth_b, number(Fraction(1, 8)))),)
        ),
        place="derived here, referee D3",
        changes=changes,
        witness=witness,
        proof=(
            "The gain of U[-r, r] is affine in r and the odd multiples of 1/k, k even, in (0, 1) have the mean 1/2: "
            "kappa = 1/8 as for the continuous law; rounding b moves a sum by at most n times the step."
        ),
        plants=(
            Plant("the rate 15/16 replaced by 1/8, without a grid", cover(GADGET, closed_form(number(Fraction(7, 8))))),
            Plant("delta left out, without a grid", cover(GADGET, call("log", 8 / eps**2) / SLOW_RATE)),
        ),
        premises=("r6", "r3"),
    )


GADGET_TRANSFER = grid_gadget(
    "dyadic-gadget", "Gadgets on dyadic grids", 12, 36,
    "With a on the odd multiples of 2^-12 nothing is lost, and b on those of 2^-36 costs n 2^-36: Theorem 1's "
    "accuracies, about 10^-6, stay far above that.",
    "eps = 4/10^6, n = 710: the tolerance grows by about 10^-8.",
)  # fmt: skip
TICKET_TRANSFER = grid_gadget(
    "dyadic-ticket", "Gadgets of a ticket", 24, 24,
    "Both weights on the odd multiples of 2^-24, as the random networks of tickets have them.",
    "eps = 1/100, n = 457: the tolerance grows by less than 3/10^5.",
)  # fmt: skip

WEIGHTED_TRANSFER = Claim(
    id="dyadic-ticket-weighted",
    title="Gadgets of a ticket by weighted coverage",
    judgement=WEIGHTED_GADGET.judgement.replace(
        law=Law("odd-gadget", (STEP, STEP)), tolerance=eps + n * Fraction(1, 1 << 23)
    ),
    plan=Plan("coupling", ((WEIGHTED_GADGET.judgement, WEIGHTED_GADGET.plan),)),
    place="derived here, mathematics.md §4; referee B5''",
    changes="As dyadic-ticket with about two thirds of the samples; rounding both weights costs twice as much.",
    witness="eps = 1/100, n = 309: the tolerance grows by less than 4/10^5.",
    proof=(
        "Rounding a and b to the middle of their cells of width 2^-23 moves each by at most 2^-24 and their product by "
        "at most twice that, because neither is more than 1; so a sum of n gadgets moves by at most n 2^-23."
    ),
    plants=(
        Plant("the rate replaced by 1/8, without a grid", cover(
            GADGET, call("log", Fraction(169, 9) / (eps**2 * delta)) / call("log", number(8)),
            domain="eps in (0, 1/3), delta in (0, 1)",
        )),
        Plant("delta left out, without a grid", WEIGHTED_GADGET.plants[0].judgement),
    ),
    premises=("r4-weighted-gadget",),
)  # fmt: skip
