"""R6, other laws: a product grows as the mixture of uniform laws that it is, on the theorem's own window.

Mathematics 2.9 to 2.15; Corollary 1 of the paper for comparison.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Law, Term, encode, number, parse_relation, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.numbers import least
from lt_proofs.theory.small_radius import SMALL_RADIUS
from lt_proofs.theory.subset_sum import LEVEL, closed_form, cover, drift, first_moment

v, r, M, p, eps, delta = symbols("v r M p eps delta")
PRODUCT, GADGET = Law("product"), Law("gadget")
OF_RADIUS = Law("uniform", (r,))
BELOW = "v in (0, 1), r in (0, 1]"


def rate_gain(kappa: Fraction | Term) -> Term:
    """Return the growth kappa v (1 - v)."""
    return kappa * v * (1 - v) if isinstance(kappa, Term) else number(kappa) * v * (1 - v)


UNIFORM_RADIUS = Claim(
    id="r6-uniform",
    title="Growth of coverage, narrow uniform law",
    judgement=drift(
        OF_RADIUS, r / M * v * (1 - v), M, "v in (0, 1), r in (0, oo), M in (0, oo)", (parse_relation("2*r <= M"),)
    ),
    plan=Plan("uniform", ((SMALL_RADIUS.judgement, SMALL_RADIUS.plan),)),
    place="Not in the paper; Mathematics 2.9",
    changes="A uniform law that is narrower than the window still covers the whole window.",
    witness="r = 1/2, M = 2, W = [-1, 1], K = [-1, 0]: the measure grows by 1/8, the fraction by 1/16 = r/M v(1-v).",
    proof=(
        "The expected growth in measure is the area of the mixed pairs at most r apart, divided by 2r. By r5 that area "
        "is at least r/M times the area a(M-a) of all mixed pairs: the quotient of the two is least at a = M/2."
    ),
    plants=(
        Plant("r/M raised by one per cent", drift(
            OF_RADIUS, Fraction(101, 100) * r / M * v * (1 - v), M, "v in (0, 1), r in (0, oo), M in (0, oo)",
            (parse_relation("2*r <= M"),),
        )),
        Plant("the hypothesis 2 r <= M omitted", drift(
            OF_RADIUS, r / M * v * (1 - v), M, "v in (0, 1), r in (0, oo), M in (0, oo)",
        )),
    ),
    premises=("r5",),
)  # fmt: skip

HALF_WINDOW = (drift(OF_RADIUS, r / 2 * v * (1 - v), 2, BELOW), Plan(
    "uniform", ((SMALL_RADIUS.judgement, SMALL_RADIUS.plan),), {"at": {"M": encode(number(2))}}
))  # fmt: skip

PRODUCT_GROWTH = Claim(
    id="r6-product",
    title="Growth of coverage, product law",
    judgement=drift(PRODUCT, rate_gain(Fraction(1, 4))),
    plan=Plan("mean-radius", (HALF_WINDOW,)),
    place="In the place of Corollary 1 of the paper; Mathematics 2.10",
    changes="kappa = 1/4 on the whole window [-1, 1]; the paper passes through a uniform law on [-1/2, 1/2].",
    witness="W = [-1, 1], K = [-1, 0], v = 1/2: one sample adds in expectation 1/16 of the window, exactly v(1-v)/4.",
    proof=(
        "Given a, the product b a is uniform on [-a, a]. By r6-uniform with M = 2 it adds in expectation at least "
        "(a/2) v(1-v), and the mean of a is 1/2."
    ),
    plants=(
        Plant("kappa = 1/4 raised to 13/50", drift(PRODUCT, rate_gain(Fraction(13, 50)))),
        Plant("kappa = 1/4 replaced by 1/2, the value of the uniform law", drift(PRODUCT, rate_gain(Fraction(1, 2)))),
    ),
    premises=("r5",),
)

GADGET_GROWTH = Claim(
    id="r6",
    title="Growth of coverage, gadget law",
    judgement=drift(GADGET, rate_gain(Fraction(1, 8))),
    plan=Plan("mean-radius", (HALF_WINDOW,)),
    place="In the place of Corollary 1 of the paper, for the law of Theorem 1's hidden units; Mathematics 2.12",
    changes="kappa = 1/8 on the whole window [-1, 1]; the paper's route gives (ln 2)/8 on [-1/2, 1/2].",
    witness="W = [-1, 1], K = [-1, 0], v = 1/2: one sample adds in expectation 1/32 of the window, exactly v(1-v)/8.",
    proof="b max(0, a) is 0 with probability 1/2 and otherwise has the product law: half of the growth of r6-product.",
    plants=(
        Plant("kappa = 1/8 raised to 13/100", drift(GADGET, rate_gain(Fraction(13, 100)))),
        Plant("kappa = 1/8 replaced by 1/4, the value of the product law", drift(GADGET, rate_gain(Fraction(1, 4)))),
    ),
    premises=("r5",),
)

A = 2 * v
LOW_HALF = "v in (0, 1/2]"
PRODUCT_EXACT = Claim(
    id="r6-exact",
    title="Growth of coverage, product law, exactly",
    judgement=drift(PRODUCT, (A / 2 - 3 * A**2 / 8 + A**2 / 4 * call("log", A)) / 2, 2, LOW_HALF),
    plan=Plan(
        "mixture",
        tuple(
            (
                drift(OF_RADIUS, gain, 2, f"{LOW_HALF}, r in (0, 1]", hypotheses),
                Plan("uniform", ((SMALL_RADIUS.judgement, SMALL_RADIUS.plan),), {"at": {"M": encode(number(2))}}),
            )
            for gain, hypotheses in (
                (r / 8, (number(0) <= r, r <= A)),
                (A / 4 - A**2 / (8 * r), (A <= r, r <= number(1))),
            )
        ),
        {
            "pieces": [
                [encode(number(0)), encode(A), encode(r**2 / 16)],
                [encode(A), encode(number(1)), encode(A / 4 * r - A**2 / 8 * call("log", r))],
            ]
        },
    ),
    place="Not in the paper; Mathematics 2.11",
    changes="The growth for every covered fraction up to 1/2, instead of a multiple of v(1-v) below it.",
    witness="v = 1/2: (1/2 - 3/8)/2 = 1/16, as in r6-product.",
    proof=(
        "Let a = 2v be the measure covered. By r5 a sample that is uniform on [-r, r] adds in expectation at least "
        "r/4 for r <= a and a/2 - a^2/(4r) for r >= a. The integral over r from 0 to 1 is a/2 - 3a^2/8 + (a^2/4) ln "
        "a; an interval at one end of the window attains it."
    ),
    plants=(
        Plant("3/8 lowered to 37/100", drift(
            PRODUCT, (A / 2 - 37 * A**2 / 100 + A**2 / 4 * call("log", A)) / 2, 2, LOW_HALF
        )),
        Plant("the term with the logarithm omitted", drift(PRODUCT, (A / 2 - 3 * A**2 / 8) / 2, 2, LOW_HALF)),
    ),
    premises=("r5",),
)  # fmt: skip

NARROW = drift(Law("uniform", (number(Fraction(1, 2)),)), v * (1 - v) / 2, 1)
PAPER_ROUTE = Claim(
    id="r6-paper",
    title="Growth of coverage by the paper's route: a gadget contains a uniform law",
    judgement=drift(GADGET, call("log", number(2)) / 8 * v * (1 - v), 1),
    plan=Plan(
        "mixture",
        (
            (
                drift(OF_RADIUS, v * (1 - v) / (4 * r), 1, BELOW, (number(Fraction(1, 2)) <= r, r <= number(1))),
                Plan("share", ((NARROW, Plan(
                    "uniform", ((SMALL_RADIUS.judgement, SMALL_RADIUS.plan),),
                    {"at": {"M": encode(number(1)), "r": encode(number(Fraction(1, 2)))}},
                )),)),
            ),
        ),
        {"pieces": [[encode(number(Fraction(1, 2))), encode(number(1)), encode(v * (1 - v) / 4 * call("log", r))]]},
    ),
    place="Corollary 1 of the paper; Mathematics 2.14",
    changes="The weight (ln 2)/4 of the uniform law on [-1/2, 1/2] is explicit; kept for comparison with r6.",
    witness="v = 1/2, W = [-1/2, 1/2], K = [-1/2, 0].",
    proof=(
        "For a >= 1/2 the uniform law on [-a, a] contains that on [-1/2, 1/2] with weight 1/(2a). The integral over a "
        "from 1/2 to 1 is (ln 2)/2, and half of it for a gadget. On a window of length 1 the uniform law on [-1/2, "
        "1/2] adds in expectation at least v(1-v)/2."
    ),
    plants=(
        Plant("(ln 2)/8 replaced by 1/2", drift(GADGET, v * (1 - v) / 2, 1)),
        Plant("(ln 2)/8 replaced by 3/8", drift(GADGET, v * (1 - v) * Fraction(3, 8), 1)),
    ),
    premises=("r5",),
)  # fmt: skip


def law_covered(name: str, title: str, law: Law, growth: Claim, rate: Fraction, place: str) -> Claim:
    """Return r4 for a law whose growth is known (Mathematics 2.13)."""
    samples = closed_form(number(rate))
    kappa = number(2 * rate)
    return Claim(
        id=name,
        title=title,
        judgement=cover(law, samples),
        plan=first_moment((growth.judgement, growth.plan), kappa),
        place=place,
        changes=f"n >= ln(8/(eps^2 delta))/ln({1 / (1 - rate)}) is explicit; the paper names no constant.",
        witness=f"eps = delta = 1/100: {least(cover(law, samples), 'samples')} samples.",
        proof=f"r4 with kappa = {2 * rate}, by {growth.id}: the factor 1 - kappa/2 is {1 - rate}.",
        plants=(
            Plant(
                f"the divisor ln({1 / (1 - rate)}) replaced by ln 8", cover(law, closed_form(number(Fraction(7, 8))))
            ),
            Plant("delta omitted", cover(law, call("log", 8 / eps**2) / -call("log", number(1 - rate)))),
        ),
        premises=(growth.id, "r3"),
    )


PRODUCT_COVERED = law_covered(
    "r4-product",
    "Random subset sum for the product law",
    PRODUCT,
    PRODUCT_GROWTH,
    Fraction(1, 8),
    "Corollary 2 of the paper; Mathematics 2.13",
)
GADGET_COVERED = law_covered(
    "r4-gadget",
    "Random subset sum for the gadget law",
    GADGET,
    GADGET_GROWTH,
    Fraction(1, 16),
    "Corollary 2 of the paper; Mathematics 2.13",
)

CONTAINS = Law("contains", (p, number(1)))
CONTAINS_COVERED = Claim(
    id="lueker-contains",
    title="Random subset sum for a law that contains a uniform one",
    judgement=cover(CONTAINS, closed_form(p / 4), domain="p in (0, 1], eps in (0, 1), delta in (0, 1)"),
    plan=first_moment(
        (
            drift(CONTAINS, p / 2 * v * (1 - v), domain=f"p in (0, 1], {LEVEL}"),
            Plan("share", ((drift(Law("uniform", (number(1),)), v * (1 - v) / 2), Plan(
                "uniform", ((SMALL_RADIUS.judgement, SMALL_RADIUS.plan),),
                {"at": {"M": encode(number(2)), "r": encode(number(1))}},
            )),)),
        ),
        p / 2,
    ),
    place="Lueker 1998, Cor. 3.3, as the paper uses it; Mathematics 2.15",
    changes="The constant is explicit: with each sample the expectation of (1-v)/v is multiplied by at most 1 - p/4.",
    witness="p = 1, the uniform law itself.",
    proof=(
        "With probability p a sample is uniform, so it adds at least p times v(1-v)/2 (r2); then r4 with kappa = p/2."
    ),
    plants=(
        Plant("the growth p v(1-v)/2 raised to 51/100 p v(1-v)", drift(
            CONTAINS, Fraction(51, 100) * p * v * (1 - v), domain=f"p in (0, 1], {LEVEL}"
        )),
        Plant("the growth p v(1-v)/2 replaced by v(1-v)/2, whatever the weight p", drift(
            CONTAINS, v * (1 - v) / 2, domain=f"p in (0, 1], {LEVEL}"
        )),
    ),
    premises=("r2", "r3"),
)  # fmt: skip
