"""Theorem 2: how many weights a random network needs before pruning reaches every linear map.

Mathematics 4.5 to 4.14: by packing and by volume, for depth, and sharper for two layers.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Relation, Symbol, Term, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.counting import columns, columns_bits, counting, log2, units, units_bits
from lt_proofs.theory.packing import one_matrix, packing, volume

d, eps, p, h, t, delta = symbols("d eps p h t delta")
depth: Term = Symbol("L")
HALF, TWO = number(Fraction(1, 2)), number(2)

PARAMETERS = "d in [1, oo), eps in (0, 1), p in [0, oo)"
PACKED = "d in [1, oo), eps in (0, 1/2), p in [0, oo)"
LAYERS = "d in [1, oo), h in [1, oo), eps in (0, 1), delta in [0, 1)"
WIDTHS = "d in [1, oo), h in [0, oo), eps in (0, 1/2)"
DEEP = "d in [1, oo), h in [0, oo), L in [3, oo), t in [2, oo)"
"""Here eps = 2^-t, so that the root in the bound is one of a polynomial."""
ALTERNATING = "d in [1, oo), h in [0, oo), L in [2, oo), eps in (0, 1/2)"

# what the two proofs of Theorem 2 give for the number of bits, before the chance of success is subtracted
BALL_BITS = d**2 * log2(1 / eps)
PACKING_BITS = d**2 * log2(1 / (2 * eps))
CHANCE = log2(1 - delta)


def pruning(
    domain: str, conclusion: Relation, bits: Term = p, closeness: Term = eps, success: Term = HALF
) -> Judgement:
    """Return the judgement that a random network with 2^bits prunings satisfies ``conclusion`` (Mathematics 4.5, 4.6).

    Its hypothesis: for every d x d matrix of spectral norm at most 1 some pruning is within ``closeness`` of it on the
    unit ball, with probability at least ``success``.
    """
    return Judgement.of(
        "pruning",
        domain=parse_domain(domain),
        size=d,
        bits=bits,
        closeness=closeness,
        success=success,
        conclusion=conclusion,
    )


def two_layer(conclusion: Relation) -> Judgement:
    """Return the same judgement for a two-layer network of hidden width h, with success probability 1 - delta."""
    return Judgement.of(
        "two-layer",
        domain=parse_domain(LAYERS),
        size=d,
        hidden=h,
        closeness=eps,
        success=1 - delta,
        conclusion=conclusion,
    )


def over_ball(domain: str, bits: Term, bound: Term, closeness: Term = eps, success: Term = HALF) -> Plan:
    """Return the plan that averages over the unit ball of matrices, by volume (Mathematics 4.6)."""
    near, share = one_matrix(closeness, 2 * closeness, domain), closeness ** (d**2)
    return Plan(
        "over-ball",
        (
            (near, Plan("triangle")),
            (volume(share, 2 * closeness, domain), Plan("brunn-minkowski")),
            (counting(domain, share, bits, success, bound), Plan("average")),
        ),
    )


def over_packing(domain: str, bits: Term, bound: Term, success: Term = HALF) -> Plan:
    """Return the plan that averages over a maximal packing (Mathematics 4.5)."""
    count = (1 / (2 * eps)) ** (d**2)
    return Plan(
        "over-packing",
        (
            (one_matrix(eps, 2 * eps, domain), Plan("triangle")),
            (packing(count, domain), Plan("volume-packing")),
            (counting(domain, 1 / count, bits, success, bound), Plan("average")),
        ),
    )


def least(domain: str, bits: Term, bound: Term, closeness: Term = eps) -> Plan:
    """Return the plan that turns a lower bound of the bits into one of a variable, in which the bits increase."""
    known = pruning(domain, bits >= bound, bits, closeness)
    return Plan("least-value", ((known, over_ball(domain, bits, bound, closeness)),))


PACKING_FORM = Claim(
    id="p4",
    title="Theorem 2 by packing",
    judgement=pruning(PACKED, p >= PACKING_BITS - 1),
    plan=over_packing(PACKED, p, PACKING_BITS - 1),
    place="Theorem 2 of the paper; Mathematics 4.5",
    changes=(
        "The form of the paper, with its constants: p counts weights, 2^p prunings. A function is near at distance at "
        "most eps, and the matrices of the packing are more than 2 eps apart. For eps >= 1/2 the bound is trivial."
    ),
    witness=(
        "d = 1, eps = 1/4, p = 2, four prunings with the slopes -3/4, -1/4, 1/4, 3/4: every W in [-1, 1] is within "
        "1/4 of one."
    ),
    proof=(
        "A maximal set of matrices more than 2 eps apart has at least (1/(2 eps))^(d^2) elements (p1). One function "
        "is near at most one of them (p2). So half of their number is at most the expected number of them that some "
        "pruning is near, which is at most 2^p (p3)."
    ),
    plants=(
        Plant("the -1 omitted and 1/(2 eps) replaced by 1/eps", pruning(PACKED, p >= BALL_BITS)),
        Plant("1/(2 eps) replaced by 3/eps", pruning(PACKED, p >= d**2 * log2(3 / eps) - 1)),
        Plant("the -1 replaced by +1", pruning(PACKED, p >= PACKING_BITS + 1)),
    ),
    premises=("p1", "p2", "p3"),
)

PACKING_SUCCESS = Claim(
    id="p4-success",
    title="Theorem 2 by packing, for any probability of success",
    judgement=pruning(f"{PACKED}, delta in [0, 1)", p >= PACKING_BITS + CHANCE, success=1 - delta),
    plan=over_packing(f"{PACKED}, delta in [0, 1)", p, PACKING_BITS + CHANCE, 1 - delta),
    place="Theorem 2 of the paper; Mathematics 4.5",
    changes="The probability of success is 1 - delta instead of 1/2.",
    witness="d = 1, eps = 1/4, delta = 0, p = 2, four prunings with the slopes -3/4, -1/4, 1/4, 3/4.",
    proof="As p4, with 1 - delta for 1/2.",
    plants=(
        Plant(
            "log2(1 - delta) replaced by 1",
            pruning(f"{PACKED}, delta in [0, 1)", p >= PACKING_BITS + 1, success=1 - delta),
        ),
        Plant(
            "1/(2 eps) replaced by 2/eps",
            pruning(f"{PACKED}, delta in [0, 1)", p >= d**2 * log2(2 / eps) + CHANCE, success=1 - delta),
        ),
    ),
    premises=("p1", "p2", "p3"),
)

THEOREM_2 = Claim(
    id="theorem-2",
    title="Theorem 2: a lower bound on the number of weights",
    judgement=pruning(PARAMETERS, p >= BALL_BITS - 1),
    plan=over_ball(PARAMETERS, p, BALL_BITS - 1),
    place="Theorem 2 of the paper; Mathematics 4.6",
    changes=(
        "1/eps instead of the paper's 1/(2 eps), for all eps < 1, by averaging over the unit ball instead of a "
        "packing. A network with p weights has 2^p prunings; the probability may be an inner one."
    ),
    witness=(
        "d = 1, eps = 1/4, p = 2, four prunings with the slopes -3/4, -1/4, 1/4, 3/4: every W in [-1, 1] is within "
        "1/4 of one."
    ),
    proof=(
        "The matrices near one function are at most 2 eps apart (p2), so they have at most eps^(d^2) times the volume "
        "of the unit ball (p2-volume). Average the hypothesis over W uniform in the unit ball of the spectral norm "
        "(p3): 1/2 <= 2^p eps^(d^2)."
    ),
    plants=(
        Plant("the -1 omitted", pruning(PARAMETERS, p >= BALL_BITS)),
        Plant("1/eps replaced by 3/eps", pruning(PARAMETERS, p >= d**2 * log2(3 / eps) - 1)),
        Plant("d^2 replaced by d^2 + 1", pruning(PARAMETERS, p >= (d**2 + 1) * log2(1 / eps) - 1)),
    ),
    premises=("p2", "p2-volume", "p3"),
)

THEOREM_2_SUCCESS = Claim(
    id="theorem-2-success",
    title="Theorem 2 for any probability of success",
    judgement=pruning(
        f"{PARAMETERS}, delta in [0, 1)", p >= BALL_BITS + CHANCE, success=1 - delta
    ),
    plan=over_ball(f"{PARAMETERS}, delta in [0, 1)", p, BALL_BITS + CHANCE, success=1 - delta),
    place="Theorem 2 of the paper; Mathematics 4.6",
    changes="The probability of success is 1 - delta instead of 1/2.",
    witness=(
        "d = 1, eps = 1/4, delta = 0, p = 2, four prunings with the slopes -3/4, -1/4, 1/4, 3/4: the bound is "
        "attained."
    ),
    proof="As theorem-2, with 1 - delta for 1/2.",
    plants=(
        Plant(
            "1/eps replaced by 101/(100 eps)",
            pruning(f"{PARAMETERS}, delta in [0, 1)", p >= d**2 * log2(101 / (100 * eps)) + CHANCE,
                    success=1 - delta),
        ),
        Plant(
            "log2(1 - delta) omitted",
            pruning(f"{PARAMETERS}, delta in [0, 1)", p >= BALL_BITS, success=1 - delta),
        ),
    ),
    premises=("p2", "p2-volume", "p3"),
)  # fmt: skip

WIDTH_BOUND = (BALL_BITS - 1) / (2 * d)

THEOREM_2_WIDTH = Claim(
    id="theorem-2-width",
    title="Theorem 2 for the hidden width of two layers",
    judgement=pruning(WIDTHS, h >= WIDTH_BOUND, bits=2 * d * h),
    plan=least(WIDTHS, 2 * d * h, BALL_BITS - 1),
    place="Theorem 2 of the paper; Mathematics 4.7",
    changes="As theorem-2; a two-layer network of hidden width h has 2dh weights.",
    witness="d = 1, eps = 1/4, h = 1: four prunings with the slopes -3/4, -1/4, 1/4, 3/4.",
    proof="theorem-2 for p = 2dh, divided by 2d.",
    plants=(
        Plant(
            "2^(2dh) replaced by 2^(dh)",
            pruning(WIDTHS, h >= (BALL_BITS - 1) / d, bits=2 * d * h),
        ),
        Plant(
            "the -1 omitted",
            pruning(WIDTHS, h >= BALL_BITS / (2 * d), bits=2 * d * h),
        ),
        Plant(
            "1/eps replaced by 4/eps",
            pruning(WIDTHS, h >= (d**2 * log2(4 / eps) - 1) / (2 * d), bits=2 * d * h),
        ),
    ),
    premises=("theorem-2",),
)

THEOREM_2_UNITS = Claim(
    id="theorem-2-units",
    title="A lower bound for two layers by counting functions",
    judgement=two_layer(units_bits() >= BALL_BITS + CHANCE),
    plan=Plan(
        "by-units",
        (
            (units(units_bits()).replace(domain=parse_domain(LAYERS)), Plan("masks-of-units")),
            (
                pruning(LAYERS, units_bits() >= BALL_BITS + CHANCE, bits=units_bits(), success=1 - delta),
                over_ball(LAYERS, units_bits(), BALL_BITS + CHANCE, success=1 - delta),
            ),
        ),
    ),
    place="Not in the paper, and sharper than its Theorem 2 for two layers; Mathematics 4.9",
    changes="Functions are counted instead of masks.",
    witness="d = 1, h = 6, first layer 1, 1, 1, -1, -1, -1, second layer -1, 1/2, 1 and 1, -1/2, -1, eps = 1/4.",
    proof="p4-units bounds the number of functions that masks make; average over the unit ball as in theorem-2.",
    plants=(
        Plant("log2(1/eps) multiplied by 3", two_layer(units_bits() >= 3 * BALL_BITS + CHANCE)),
        Plant("the bits divided by 4", two_layer(units_bits() / 4 >= BALL_BITS + CHANCE)),
    ),
    premises=("p4-units", "theorem-2"),
)

COLUMN_BITS = BALL_BITS - Fraction(3, 4) * d * (d - 1)
COLUMN_SHARE = TWO ** (number(Fraction(3, 4)) * (d * (d - 1))) * eps ** (d**2)

THEOREM_2_COLUMNS = Claim(
    id="theorem-2-columns",
    title="A lower bound for two layers by counting values",
    judgement=two_layer(columns_bits() >= COLUMN_BITS + CHANCE),
    plan=Plan(
        "by-columns",
        (
            (columns(columns_bits()).replace(domain=parse_domain(LAYERS)), Plan("sign-columns")),
            (counting(LAYERS, COLUMN_SHARE, columns_bits(), 1 - delta, COLUMN_BITS + CHANCE), Plan("average")),
        ),
    ),
    place="Not in the paper, and sharper than its Theorem 2 for two layers; Mathematics 4.12",
    changes=(
        "Values at d unit vectors with signs are counted; they determine a target up to a product of Euclidean balls."
    ),
    witness="d = 1, h = 6, first layer 1, 1, 1, -1, -1, -1, second layer -1, 1/2, 1 and 1, -1/2, -1, eps = 1/4.",
    proof=(
        "p4-columns bounds the number of tables of values at the unit vectors with signs. A target near a function "
        "has its columns within eps of these values: it lies in a product of d Euclidean balls of radius eps, whose "
        "volume is at most 2^(3d(d-1)/4) eps^(d^2) times that of the unit ball of the spectral norm. Average over "
        "that ball (p3)."
    ),
    plants=(
        Plant("log2(1/eps) multiplied by 2", two_layer(columns_bits() >= 2 * BALL_BITS + CHANCE)),
        Plant("the bits divided by 2", two_layer(columns_bits() / 2 >= COLUMN_BITS + CHANCE)),
    ),
    premises=("p4-columns", "p3"),
)

# weights of L matrices with inner widths h: two outer ones of d h, and L - 2 inner ones of h^2
DEEP_BITS = 2 * d * h + (depth - 2) * h**2
DEEP_BOUND = d**2 * t - 1


def deep(least_width: Term) -> Judgement:
    """Return the judgement for equal hidden widths h at depth L >= 3, with closeness 2^-t (Mathematics 4.13)."""
    return pruning(DEEP, h >= least_width, DEEP_BITS, TWO ** (-t))


def root(factor: int) -> Term:
    """Return d sqrt(t/(L-2))/factor, written with the root of a polynomial."""
    return d * call("sqrt", (depth - 2) * t) / (factor * (depth - 2))


THEOREM_2_DEPTH = Claim(
    id="theorem-2-depth",
    title="Theorem 2 for equal widths at constant depth",
    judgement=deep(root(4)),
    plan=least(DEEP, DEEP_BITS, DEEP_BOUND, TWO ** (-t)),
    place="Theorem 2 of the paper, where it speaks of constant depth; Mathematics 4.13",
    changes=(
        "Here eps = 2^-t <= 1/4. With equal hidden widths h the inner matrices have h^2 weights each, so that counting "
        "weights gives no more than a multiple of d sqrt(log2(1/eps)); no more is claimed."
    ),
    witness=(
        "d = 1, L = 3, t = 2, h = 1: p = 3, eight prunings with the slopes -7/8, -5/8, …, 7/8; every W is within 1/4 "
        "of one."
    ),
    proof=(
        "L matrices with inner widths h have p = 2dh + (L-2)h^2 weights, and p >= d^2 t - 1 by theorem-2. If h were "
        "less than d sqrt(t/(L-2))/4, then p would be less than d^2 (sqrt(t)/2 + t/16), and this is less than d^2 t - "
        "1 for t >= 2."
    ),
    plants=(
        Plant("d sqrt(t/(L-2))/4 multiplied by 16", deep(4 * d * call("sqrt", (depth - 2) * t) / (depth - 2))),
        Plant("d sqrt(t/(L-2))/4 replaced by d t", deep(d * t)),
    ),
    premises=("theorem-2",),
)


def alternating(least_width: Term) -> Judgement:
    """Return the judgement for hidden widths h and d in alternation, with L d h weights (Mathematics 4.14)."""
    return pruning(ALTERNATING, h >= least_width, depth * d * h)


THEOREM_2_ALTERNATING = Claim(
    id="theorem-2-alternating",
    title="Theorem 2 for alternating widths at constant depth",
    judgement=alternating((BALL_BITS - 1) / (depth * d)),
    plan=least(ALTERNATING, depth * d * h, BALL_BITS - 1),
    place="Theorem 2 of the paper, where it speaks of constant depth; Mathematics 4.14",
    changes=(
        "Widths d, h, d, h, …, d as in the network of Theorem 1: L d h weights, so h grows like log2(1/eps) at any "
        "depth."
    ),
    witness="d = 1, L = 2, h = 1, eps = 1/4: four prunings with the slopes -3/4, -1/4, 1/4, 3/4.",
    proof="theorem-2 for p = L d h, divided by L d.",
    plants=(
        Plant("the -1 omitted", alternating(BALL_BITS / (depth * d))),
        Plant("the depth omitted", alternating((BALL_BITS - 1) / d)),
    ),
    premises=("theorem-2",),
)

LOWER_BOUNDS = (
    PACKING_FORM,
    PACKING_SUCCESS,
    THEOREM_2,
    THEOREM_2_SUCCESS,
    THEOREM_2_WIDTH,
    THEOREM_2_UNITS,
    THEOREM_2_COLUMNS,
    THEOREM_2_DEPTH,
    THEOREM_2_ALTERNATING,
)
