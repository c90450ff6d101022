"""The end interval as the worst set in convex order: the law of the gain of a sample, and not only its mean.

Mathematics 2.33.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Relation, Term, parse_domain, symbols
from lt_proofs.theory.claim import Claim, Plan, Plant

a, r, l, M = symbols("a r l M")  # noqa: E741 - the level, as docs/mathematics writes it
STEEP, BEND = Fraction(21, 25), Fraction(17, 50)
HYPOTHESES = {"radius": 2 * r <= M, "level": l <= r, "set": l <= a, "rest": l <= M - a}


def capped_gain(bound: Term, without: str = "") -> Judgement:
    """State a lower bound of the gains of a set of measure a in [0, M], moved by up to r and capped at the level l.

    ``without`` names a hypothesis that is left out.
    """
    given: tuple[Relation, ...] = tuple(h for name, h in HYPOTHESES.items() if name != without)
    return Judgement.of(
        "capped-gain", domain=parse_domain("M in (0, oo), r in (0, oo), a in [0, oo), l in [0, oo)"),
        hypotheses=given, length=M, radius=r, level=l, bound=bound,
    )  # fmt: skip


END_INTERVAL = Claim(
    id="end-interval",
    title="The gain of a sample is at least nearly that of an end interval, in convex order",
    judgement=capped_gain(STEEP * (r * l) - BEND * l**2),
    plan=Plan("end-interval"),
    place="Not in the paper; Mathematics 2.33",
    changes=(
        "r5 bounds the mean of the gain; this bounds the mean of every convex decreasing function of it. That end "
        "intervals are the worst sets, with r l - l^2/2, is a conjecture."
    ),
    witness="A = [0, 1] in [0, 2], r = 1, l = 1: the integral is 1/2, and the bound is 21/25 - 17/50 = 1/2.",
    proof=(
        "The pairs that meet a part of A of measure l are, for each x, at most l. Choose the part with the most "
        "points outside A within r, or the middle of a window of length 2r; one of both gives the bound. If some "
        "window of length at least 2r has exactly the measure l of A, or of its complement, r5 gives r l - l^2/2."
    ),
    plants=(
        Plant("17/50 replaced by 16/50", capped_gain(STEEP * (r * l) - Fraction(16, 50) * l**2)),
        Plant("21/25 replaced by 22/25", capped_gain(Fraction(22, 25) * (r * l) - BEND * l**2)),
        Plant("the hypothesis l <= M - a omitted", capped_gain(STEEP * (r * l) - BEND * l**2, "rest")),
    ),
)
