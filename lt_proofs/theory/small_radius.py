"""R5, the small-radius cut: a set and its complement in [0, M] have many pairs at distance at most r <= M/2.

Derived, mathematics.md §1 R5; on grids for every subset of 26 points and every radius.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.four_cycle import FOUR_CYCLE

a, r, M = symbols("a r M")
LEAST = call("min", a, r)


def cut(bound: Term, hypotheses: tuple[str, ...] = ("r", "a")) -> Judgement:
    """The cut at radius r of a subset of [0, M] of measure a, where twice these are at most M."""
    return Judgement.of(
        "cut", domain=parse_domain("M in (0, oo), r in (0, oo), a in [0, oo)"),
        hypotheses=tuple(2 * x <= M for x in (r, a) if repr(x) in hypotheses), length=M, radius=r, bound=bound,
    )  # fmt: skip


def grid(bound: Term) -> Judgement:
    """The same for every subset of a grid of 26 points and every radius up to 13."""
    return Judgement.of(
        "grid-cut", points=(26,), radii=tuple(number(k) for k in range(1, 14)), hypotheses=(2 * a <= M,), bound=bound
    )


SMALL_RADIUS = Claim(
    id="r5",
    title="Small-radius cut lemma",
    judgement=cut(r * LEAST - LEAST**2 / 2),
    plan=Plan("small-radius", ((FOUR_CYCLE.judgement, FOUR_CYCLE.plan),)),
    place="derived here; it replaces the paper's Corollary 1, that the product law contains a uniform one",
    changes="Not in the paper: with it a product keeps the whole window [-1, 1].",
    witness="A = [0, 1/2] in [0, 2], r = 1/2: the cut is 1/8, exactly r a - a^2/2.",
    proof=(
        "Inside a window of length 2r that holds the measure f of A, the four-cycle lemma leaves f(2r-f)/2. Take the "
        "window [0, 2r]; a point y of A beyond it has r + min(r, M-y) - |A ∩ [y-r, y+r]| partners. If a <= r this sums "
        "to r a - a^2/2. If a >= r, either some window holds exactly r of A, and gives r^2/2 alone, or every window "
        "holds less than r of one colour, and the points of that colour beyond [0, 2r] make up what is missing."
    ),
    plants=(
        Plant("m^2/2 replaced by m^2/3", cut(r * LEAST - LEAST**2 / 3)),
        Plant("m = min(a, r) replaced by a", cut(r * a - a**2 / 4)),
        Plant("the hypothesis 2 a <= M dropped", cut(r * LEAST - LEAST**2 / 2, hypotheses=("r",))),
    ),
    premises=("r1",),
)

SMALL_RADIUS_GRID = Claim(
    id="r5-grid",
    title="Small-radius cut lemma on a grid",
    judgement=grid(r * LEAST - LEAST * (LEAST - 1) / 2),
    plan=Plan("enumerate-grid"),
    finite=True,
    place="derived here; the finite companion of r5",
    changes="A finite statement about a grid of 26 points, proved by exhaustion; it implies nothing about others.",
    witness="The first 5 points, r = 3: 3 + 2 + 1 = 6 pairs, exactly 3*3 - 3*2/2.",
    proof=(
        "A recursion over the points carries, for each colouring of the last r points and each size of the set, the "
        "least number of mixed pairs at most r apart; so every subset and every radius up to 13 is covered."
    ),
    plants=(
        Plant("m(m-1)/2 replaced by m(m-1)/3", grid(r * LEAST - LEAST * (LEAST - 1) * Fraction(1, 3))),
        Plant("the bound raised by one pair", grid(r * LEAST - LEAST * (LEAST - 1) / 2 + LEAST / r)),
    ),
)
