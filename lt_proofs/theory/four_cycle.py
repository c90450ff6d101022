"""R1, the four-cycle lemma: at least half of the mixed pairs of a subset of [0, 2] are at most 1 apart.

Mathematics 2.2 and 2.27.  The continuous statement follows from sixteen colourings of two rows of
two cells; the grid statement is checked for every subset.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.flow import UNIFORM, colourings, flow

a, M, r = symbols("a M r")


def gain(share: Fraction) -> Judgement:
    """Return the flow of U[-1, 1] on [0, 2]: a share of all mixed pairs."""
    return flow(UNIFORM, Fraction(2), (1, 1), Fraction(-1), (Fraction(0), share, -share))


def cut(bound: Term) -> Judgement:
    """State that the cut at distance 1 of a measurable subset of [0, 2] of measure a is at least ``bound``."""
    domain = parse_domain("a in [0, 2]")
    return Judgement.of("cut", domain=domain, hypotheses=(), length=number(2), radius=number(1), bound=bound)


def grid(bound: Term, radius: Term) -> Judgement:
    """State the same bound for every subset of the even grids of 2 to 20 points, at half the grid as radius."""
    return Judgement.of("grid-cut", points=tuple(range(2, 21, 2)), radii=(radius,), hypotheses=(), bound=bound)


FOUR_CYCLE = Claim(
    id="r1",
    title="Four-cycle lemma",
    judgement=cut(a * (2 - a) / 2),
    plan=Plan("cut-by-flow", ((gain(Fraction(1, 2)), colourings(((Fraction(0), Fraction(1, 2)),))),)),
    place="Not in the paper, which cites what follows from it, Lueker 1998, Cor. 2.5; Mathematics 2.2",
    changes="With this lemma the constant of the growth step becomes 1/2; the published one is 1/4.",
    witness="A = [0, 1], a = 1: the pairs at distance at most 1 have area 1/2, exactly half of all mixed pairs.",
    proof=(
        "Up to measure zero the points split into quadruples s, t, s+1, t+1 with 0 <= s < t <= 1. The edges s to t, t "
        "to s+1, s+1 to t+1 and t+1 to s form a cycle, and only the last one is longer than 1. Colour the points of A "
        "black and the others white: a cycle has an even number of edges with ends of different colours, so if the "
        "long edge is one of them, a short edge is another (sixteen colourings show it). Integrate over s and t: at "
        "least half of all mixed pairs are short."
    ),
    plants=(
        Plant("the bound a(2-a)/2 raised by one per cent", cut(Fraction(101, 200) * a * (2 - a))),
        Plant("the bound a(2-a)/2 replaced by a(2-a)/2 + a/100", cut(a * (2 - a) / 2 + a / 100)),
        Plant("the growth constant raised from 1/2 to 51/100", gain(Fraction(51, 100))),
    ),
)

FOUR_CYCLE_GRID = Claim(
    id="r1-grid",
    title="Four-cycle lemma on grids",
    judgement=grid(a * (M - a) / 2, M / 2),
    plan=Plan("enumerate-grid"),
    finite=True,
    place="Not in the paper; a finite companion of r1, Mathematics 2.27",
    changes="A finite statement about the grids named, proved by exhaustion; it says nothing about other grids.",
    witness="M = 2, r = 1, a set of one point: the only mixed pair is 1 apart; the bound is 1/2.",
    proof=(
        "A recursion adds the points one by one. For each colouring of the last r points and each size of the set it "
        "keeps the least number of mixed pairs at most r apart, so that it accounts for every subset of every grid."
    ),
    plants=(
        Plant("half of the mixed pairs replaced by 11/20 of them", grid(a * (M - a) * Fraction(11, 20), M / 2)),
        Plant(
            "the radius M/2 replaced by M/2 - 1",
            grid(a * (M - a) / 2, M / 2 - 1).replace(points=tuple(range(4, 21, 2))),
        ),
    ),
)
