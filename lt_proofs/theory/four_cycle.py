"""R1, the four-cycle lemma: at least half of the mixed pairs of a subset of [0, 2] are at most 1 apart.

Derived, mathematics.md §1 R1.  The continuous statement follows from sixteen colourings of two rows of
two cells; the grid statement is checked for every subset.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.flow import UNIFORM, colourings, flow

a, M, r = symbols("a M r")


def gain(share: Fraction) -> Judgement:
    """What U[-1, 1] adds on average to a part of [0, 2], as a share of all mixed pairs."""
    return flow(UNIFORM, Fraction(2), (1, 1), Fraction(-1), (Fraction(0), share, -share))


def cut(bound: Term) -> Judgement:
    """The cut at distance 1 of a measurable subset of [0, 2] with measure a."""
    domain = parse_domain("a in [0, 2]")
    return Judgement.of("cut", domain=domain, hypotheses=(), length=number(2), radius=number(1), bound=bound)


def grid(bound: Term, radius: Term) -> Judgement:
    """The same for every subset of even grids of 2 to 20 points, at radius half the grid."""
    return Judgement.of("grid-cut", points=tuple(range(2, 21, 2)), radii=(radius,), hypotheses=(), bound=bound)


FOUR_CYCLE = Claim(
    id="r1",
    title="Four-cycle lemma",
    judgement=cut(a * (2 - a) / 2),
    plan=Plan("cut-by-flow", ((gain(Fraction(1, 2)), colourings(((Fraction(0), Fraction(1, 2)),))),)),
    place="derived here; the paper takes what follows from it, Lueker 1998, Cor. 2.5, as a black box",
    changes="The published constant of the growth step is 1/4; the lemma makes it 1/2.",
    witness="A = [0, 1], a = 1: the pairs at distance at most 1 have measure 1/2, exactly half of all.",
    proof=(
        "Up to measure zero the pairs split into quadruples s, t, s+1, t+1 with 0 <= s < t <= 1. Their four "
        "mixed pairs form a cycle whose only long edge joins s and t+1. A two-colouring of a cycle changes "
        "colour an even number of times, so a long mixed edge comes with a short one: sixteen colourings "
        "show that short mixed edges are at least as many as long ones. Integrate over s and t."
    ),
    plants=(
        Plant("the bound a(2-a)/2 raised by one per cent", cut(Fraction(101, 200) * a * (2 - a))),
        Plant("the bound a(2-a)/2 replaced by a(2-a)/2 + a/100", cut(a * (2 - a) / 2 + a / 100)),
        Plant("the share of the pairs that a sample joins raised from 1/2 to 51/100", gain(Fraction(51, 100))),
    ),
)

FOUR_CYCLE_GRID = Claim(
    id="r1-grid",
    title="Four-cycle lemma on grids",
    judgement=grid(a * (M - a) / 2, M / 2),
    plan=Plan("enumerate-grid"),
    finite=True,
    place="derived here; the finite companion of r1",
    changes="A finite statement about the grids named, proved by exhaustion; it implies nothing about others.",
    witness="M = 2, one point of two: the only mixed pair is 1 apart, which is the radius.",
    proof=(
        "A recursion over the points carries, for each colouring of the last r points and each size of the "
        "set, the least number of mixed pairs at most r apart; so every subset of every grid is covered."
    ),
    plants=(
        Plant("half of the mixed pairs replaced by 11/20", grid(a * (M - a) * Fraction(11, 20), M / 2)),
        Plant(
            "the radius half the grid replaced by half less one",
            grid(a * (M - a) / 2, M / 2 - 1).replace(points=tuple(range(4, 21, 2))),
        ),
    ),
)
