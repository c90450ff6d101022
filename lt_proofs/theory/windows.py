"""Any window: a uniform law of any radius on a window of any length, and products on windows beyond [-1, 1].

Mathematics 2.8, 2.9 and 2.16.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Number, Term, encode, number, parse_domain, parse_relation, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.contraction import CONTRACTION
from lt_proofs.theory.four_cycle import FOUR_CYCLE
from lt_proofs.theory.laws import GADGET, OF_RADIUS, PRODUCT
from lt_proofs.theory.small_radius import SMALL_RADIUS
from lt_proofs.theory.subset_sum import ACCURACY, cover, drift, shrinking

a, c, v, r, M, eps, delta = symbols("a c v r M eps delta")
SIZES = "r in (0, oo), M in (0, oo)"
# how the radius compares with the window: below half of it, between half and all of it, beyond it
NARROW, WIDE, BEYOND = (
    parse_relation("2*r <= M"),
    (parse_relation("M <= 2*r"), parse_relation("r <= M")),
    parse_relation("M <= r"),
)


def cut(bound: Term, hypotheses: tuple[object, ...]) -> Judgement:
    """State a lower bound of the cut at radius r of a subset of [0, M] of measure a."""
    domain = parse_domain(f"{SIZES}, a in [0, oo)")
    return Judgement.of("cut", domain=domain, hypotheses=(*hypotheses, a <= M), length=M, radius=r, bound=bound)


def growth(gain: Term, hypotheses: tuple[object, ...]) -> Judgement:
    """Return the judgement that U[-r, r] adds at least ``gain`` on a window of length M."""
    return drift(OF_RADIUS, gain * v * (1 - v), M, f"v in (0, 1), {SIZES}", hypotheses)


LARGE_CUT = cut(r / M * a * (M - a), WIDE)
LARGE_RADIUS = Claim(
    id="r5-large",
    title="Large-radius cut lemma",
    judgement=LARGE_CUT,
    plan=Plan("large-radius", ((FOUR_CYCLE.judgement, FOUR_CYCLE.plan),)),
    place="Not in the paper; Mathematics 2.8",
    changes="Radii between half the length of the interval and the length itself.",
    witness="A = [0, M/2], r = M/2: exactly half of all mixed pairs are at most r apart.",
    proof=(
        "Put e = M - r. A pair more than r apart joins [0, e] and [r, M]. Delete the middle (e, r) and close the gap: "
        "by the four-cycle lemma the long mixed pairs are at most as many as the short ones outside the middle. For "
        "each point x of the middle and each long mixed pair (y, z), one of (y, x) and (x, z) is mixed, and it is "
        "short. The two estimates together give the share r/M of all mixed pairs."
    ),
    plants=(
        Plant("r/M raised by a fifth", cut(Fraction(6, 5) * r / M * a * (M - a), WIDE)),
        Plant("the hypothesis M <= 2 r omitted and r/M replaced by 1/2", cut(a * (M - a) / 2, (r <= M,))),
    ),
    premises=("r1",),
)

WIDE_GROWTH = Claim(
    id="r6-wide",
    title="Growth of coverage, wide uniform law",
    judgement=growth(number(Fraction(1, 2)), WIDE),
    plan=Plan("uniform", ((LARGE_CUT, LARGE_RADIUS.plan),)),
    place="Not in the paper; Mathematics 2.9",
    changes="kappa is 1/2 for every radius from half the length of the window to the whole length.",
    witness="r = 1, M = 2, W = [-1, 1], K = [-1, 0]: the case of r2.",
    proof=(
        "The expected growth in measure is the area of the mixed pairs at most r apart, divided by 2r; by r5-large it "
        "is at least 1/(2M) times the area of all mixed pairs, whatever r is."
    ),
    plants=(
        Plant("1/2 raised to 13/25", growth(number(Fraction(13, 25)), WIDE)),
        Plant("the hypothesis r <= M omitted", growth(number(Fraction(1, 2)), WIDE[:1])),
    ),
    premises=("r5-large",),
)

BEYOND_GROWTH = Claim(
    id="r6-beyond",
    title="Growth of coverage, uniform law beyond the window",
    judgement=growth(M / (2 * r), (BEYOND,)),
    plan=Plan("uniform", ((cut(a * (M - a), (BEYOND,)), Plan("all-pairs")),)),
    place="Not in the paper; Mathematics 2.9",
    changes="Radii beyond the length of the window.",
    witness="r = M = 2, K half of the window: one sample adds in expectation 1/8 of it.",
    proof="Every mixed pair is at most r apart, so the measure grows in expectation by exactly a(M-a)/(2r).",
    plants=(
        Plant("M/(2 r) raised by one per cent", growth(Fraction(101, 200) * M / r, (BEYOND,))),
        Plant("the hypothesis M <= r omitted", growth(M / (2 * r), ())),
    ),
)


def samples(kappa: Term) -> Term:
    """Return ln(2/(eps^2 delta)) / (-ln(1 - kappa/2)): r4 for a tolerance of eps M on a window of length M."""
    rate = number(kappa.value / 2) if isinstance(kappa, Number) else kappa / 2
    return call("log", 2 / (eps**2 * delta)) / shrinking(rate)


def window_cover(law: Law, kappa: Term, domain: str) -> Judgement:
    """Return the judgement of coverage of [-M/2, M/2] within eps M."""
    return cover(law, samples(kappa), M, f"{domain}, {ACCURACY}", eps * M)


def window_claim(name: str, title: str, law: Law, kappa: Term, domain: str, plan: Plan) -> Claim:
    """Return r4 for a law on a window of any length (Mathematics 2.16)."""
    drifted = drift(law, kappa * v * (1 - v), M, f"v in (0, 1), {domain}")
    data = {
        "at": {"kappa": encode(kappa)}, "start": encode(eps * M / 2), "rest": encode(eps * M / 2),
        "ratio": encode(2 / (eps**2 * delta)),
    }  # fmt: skip
    judgement = window_cover(law, kappa, domain)
    quick = call("log", 2 / (eps**2 * delta)) / call("log", number(8))
    return Claim(
        id=name,
        title=title,
        judgement=judgement,
        plan=Plan("first-moment", ((drifted, plan), (CONTRACTION.judgement, CONTRACTION.plan)), data),
        place="Not in the paper; Mathematics 2.16",
        changes="A window of any length M and a tolerance of eps M, with an explicit constant.",
        witness="M = 2 and eps = delta = 1/100: the window [-1, 1] within 1/50.",
        proof=(
            "The proof of r4 on [-M/2, M/2]: it starts from the covered fraction eps and ends with gaps below eps M/2."
        ),
        plants=(
            Plant("the divisor replaced by ln 8", judgement.replace(samples=quick)),
            Plant(
                "the growth on which the proof rests raised by a twentieth",
                drifted.replace(gain=Fraction(21, 20) * kappa * v * (1 - v)),
            ),
        ),
        premises=("r3",),
    )


SMALL = (SMALL_RADIUS.judgement, SMALL_RADIUS.plan)
LARGE = (LARGE_CUT, LARGE_RADIUS.plan)
ALL_PAIRS = (cut(a * (M - a), (BEYOND,)), Plan("all-pairs"))
SCALED, TIMES = Law("uniform", (c * M,)), {"at": {"r": encode(c * M)}}
LONG = "M in [2, oo)"
RADII = (drift(OF_RADIUS, r / M * v * (1 - v), M, f"v in (0, 1), {LONG}, r in (0, 1]"), Plan("uniform", (SMALL,)))
WINDOWS: tuple[Claim, ...] = (
    LARGE_RADIUS,
    WIDE_GROWTH,
    BEYOND_GROWTH,
    window_claim(
        "r4-narrow", "Random subset sum for a uniform law narrower than half the window", SCALED, c,
        "c in (0, 1/2], M in (0, oo)", Plan("uniform", (SMALL,), TIMES),
    ),
    window_claim(
        "r4-wide", "Random subset sum for a uniform law of radius between half the window and the window", SCALED,
        number(Fraction(1, 2)),
        "c in [1/2, 1], M in (0, oo)", Plan("uniform", (LARGE,), TIMES),
    ),
    window_claim(
        "r4-beyond", "Random subset sum for a uniform law of radius beyond the window", SCALED, 1 / (2 * c),
        "c in [1, oo), M in (0, oo)", Plan("uniform", (ALL_PAIRS,), TIMES),
    ),
    window_claim(
        "r4-product-window", "Random subset sum for the product law on a longer window", PRODUCT, 1 / (2 * M), LONG,
        Plan("mean-radius", (RADII,)),
    ),
    window_claim(
        "r4-gadget-window", "Random subset sum for the gadget law on a longer window", GADGET, 1 / (4 * M), LONG,
        Plan("mean-radius", (RADII,)),
    ),
)  # fmt: skip
