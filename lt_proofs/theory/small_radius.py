"""R5, the small-radius cut: a set and its complement in [0, M] have many pairs at distance at most r <= M/2.

Mathematics 2.7 and 2.27; on grids for every subset of 26 points and every radius.
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
    """State a lower bound of the cut at radius r of a subset of [0, M] of measure a, for 2 a <= M and 2 r <= M.

    ``hypotheses`` says which of the two hypotheses are kept; planted errors leave one out.
    """
    return Judgement.of(
        "cut", domain=parse_domain("M in (0, oo), r in (0, oo), a in [0, oo)"),
        hypotheses=tuple(2 * x <= M for x in (r, a) if repr(x) in hypotheses), length=M, radius=r, bound=bound,
    )  # fmt: skip


def grid(bound: Term) -> Judgement:
    """State the same bound for every subset of a grid of 26 points and every radius up to 13."""
    return Judgement.of(
        "grid-cut", points=(26,), radii=tuple(number(k) for k in range(1, 14)), hypotheses=(2 * a <= M,), bound=bound
    )


SMALL_RADIUS = Claim(
    id="r5",
    title="Small-radius cut lemma",
    judgement=cut(r * LEAST - LEAST**2 / 2),
    plan=Plan("small-radius", ((FOUR_CYCLE.judgement, FOUR_CYCLE.plan),)),
    place=(
        "Not in the paper; it replaces the paper's Corollary 1 (the product law contains a uniform one); Mathematics "
        "2.7"
    ),
    changes="With this lemma products cover the whole window [-1, 1] at once.",
    witness="A = [0, 1/2] in [0, 2], r = 1/2: the area is 1/8, exactly r a - a^2/2.",
    proof=(
        "By the four-cycle lemma, a window of length 2r that holds the measure f of A contains mixed pairs at most r "
        "apart of area at least f(2r-f)/2. Take the window [0, 2r]; a point y of A beyond it has at least r + min(r, "
        "M-y) - |A ∩ [y-r, y+r]| partners. If a <= r, the sum is at least r a - a^2/2. If a >= r, either some window "
        "holds exactly the measure r of A and gives r^2/2 alone, or every window holds less than r of A or every "
        "window holds less than r of its complement; then the points of that set beyond [0, 2r] supply the rest."
    ),
    plants=(
        Plant("m^2/2 replaced by m^2/3, m = min(a, r)", cut(r * LEAST - LEAST**2 / 3)),
        Plant("m = min(a, r) replaced by a", cut(r * a - a**2 / 4)),
        Plant("the hypothesis 2 a <= M omitted", cut(r * LEAST - LEAST**2 / 2, hypotheses=("r",))),
    ),
    premises=("r1",),
)

SMALL_RADIUS_GRID = Claim(
    id="r5-grid",
    title="Small-radius cut lemma on a grid",
    judgement=grid(r * LEAST - LEAST * (LEAST - 1) / 2),
    plan=Plan("enumerate-grid"),
    finite=True,
    place="Not in the paper; a finite companion of r5, Mathematics 2.27",
    changes="A finite statement about a grid of 26 points, proved by exhaustion; it says nothing about other grids.",
    witness="The set of the first 5 points, r = 3: 3 + 2 + 1 = 6 pairs, exactly 3*3 - 3*2/2.",
    proof=(
        "A recursion adds the points one by one. For each colouring of the last r points and each size of the set it "
        "keeps the least number of mixed pairs at most r apart, so that it accounts for every subset, for every radius."
    ),
    plants=(
        Plant("m(m-1)/2 replaced by m(m-1)/3, m = min(a, r)", grid(r * LEAST - LEAST * (LEAST - 1) * Fraction(1, 3))),
        Plant("the bound raised by min(a, r)/r", grid(r * LEAST - LEAST * (LEAST - 1) / 2 + LEAST / r)),
    ),
)
