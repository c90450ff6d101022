"""Every rule about one sample, attacked on random sets and finite laws in exact rationals.

A rule is read through the obligations that it asks for: with the name beta in its conclusion, an instance refutes the
rule when the obligations allow a beta beyond what is true of the instance.  Each attack must also catch the same rule
with its obligations loosened by a factor, or with a constant changed.
"""

import random
from fractions import Fraction as Q
from itertools import combinations, pairwise, product

import pytest

from lt_proofs.proof.asking import Refused, obligations
from lt_proofs.proof.evaluate import COMPARE, exact_value
from lt_proofs.terms import Judgement, Law, encode, number, parse_domain, parse_relation, parse_term, symbols

TINY = Q(1, 10**9)
LOOSE = Q(21, 20)
beta = symbols("beta")[0]


def judged(form, domain, hypotheses="", **fields):
    given = tuple(parse_relation(h) for h in hypotheses.split(",") if h)
    parts = {name: read(t) if name != "variable" else t for name, t in fields.items()}
    more = {} if form == "contraction" else {"hypotheses": given}
    return Judgement.of(form, domain=parse_domain(domain), **more, **parts)


def read(item):
    return parse_term(item) if isinstance(item, str) else number(item) if isinstance(item, Q | int) else item


def allows(asked, point, loose=Q(1)):
    """Whether all obligations hold at the point, with other variables at several values; right sides loosened."""
    for one in asked:
        free = [r for r in one["domain"].ranges if r.name not in point]
        ends = [exact_value(r.high, point) if r.high is not None else Q(4) for r in free]
        for shares in product((Q(0), Q(1, 7), Q(1, 3), Q(1, 2), Q(5, 6), Q(1)), repeat=len(free)):
            at = {**point, **{r.name: s * end for r, s, end in zip(free, shares, ends, strict=True)}}
            if all(holds(h, at) for h in one["hypotheses"]):
                sign, left, right = one["conclusion"].sign, one["conclusion"].left, one["conclusion"].right
                factor = loose if "beta" in repr((left, right)) else 1
                if not COMPARE[sign](exact_value(left, at), factor * exact_value(right, at)):
                    return False
    return True


def holds(relation, at):
    return COMPARE[relation.sign](exact_value(relation.left, at), exact_value(relation.right, at))


def attacked(instances, count=120):
    """No instance refutes the rule, and one refutes the loosened rule."""
    caught = False
    for number_, (asked, point, true_value, above) in zip(range(count), instances, strict=False):
        beyond = {**point, "beta": true_value + TINY if above else true_value - TINY}
        assert not allows(asked, beyond), (number_, point, true_value)
        caught = caught or allows(asked, beyond, LOOSE)
    assert caught


# sets: unions of cells of a window


def drawn_cells(rng, most=7):
    count = rng.randint(2, most)
    cells = [rng.randint(0, 1) for _ in range(count)] if rng.random() < 0.6 else sorted(rng.choices((0, 1), k=count))
    return cells if 0 < sum(cells) < count else [1] + [0] * (count - 1)


def newly(cells, shift):
    """The share of the window that a shift by so many cells adds; linear between whole numbers."""
    low = shift.numerator // shift.denominator

    def whole(j):
        return sum(own and 0 <= i + j < len(cells) and not cells[i + j] for i, own in enumerate(cells))

    return ((low + 1 - shift) * whole(low) + (shift - low) * whole(low + 1)) / len(cells)


def mean_gain(cells, radius):
    """The mean share that a sample uniform on [-radius, radius] adds, the radius counted in cells."""
    places = [*map(Q, range(int(radius) + 1)), radius]
    total = sum((b - a) * (newly(cells, s * a) + newly(cells, s * b)) / 2 for a, b in pairwise(places) for s in (1, -1))
    return total / (2 * radius)


def sets(rng, low, high):
    """Random unions of cells in a window of random length M, with a radius between shares of M."""
    while True:
        cells = drawn_cells(rng)
        length = Q(rng.randint(1, 12), rng.randint(1, 4))
        radius = length * rng.choice((low, high, low + (high - low) * Q(rng.randint(0, 12), 12), min(Q(1, 2), high)))
        if radius:
            yield cells, length, radius, length / len(cells)


def four_cycle():
    return judged("cut", "a in [0, 2]", length=2, radius=1, bound="a*(2-a)/2")


@pytest.mark.parametrize(("rule", "low", "high", "most"), [("small-radius", Q(0), Q(1, 2), Q(1, 2)),
                                                           ("large-radius", Q(1, 2), Q(1), Q(1))])  # fmt: skip
def test_cuts_of_windows_from_the_four_cycle_lemma(checker, rule, low, high, most):
    def instances(rng):
        for cells, length, radius, width in sets(rng, low, high):
            goal = judged("cut", "beta in (-oo, oo), a in [0, oo)", length=length, radius=radius, bound=beta)
            measure = width * sum(cells)
            if measure <= most * length:
                asked = obligations(rule, goal, [four_cycle()], {}, final=True)
                yield asked, {"a": measure}, checker.sets.cell_cut(cells, width, radius), True

    attacked(instances(random.Random(1)), 250)


def test_all_pairs(checker):
    def instances(rng):
        for cells, length, radius, width in sets(rng, Q(1), Q(3)):
            goal = judged(
                "cut", "beta in (-oo, oo), a in [0, oo)", length=length, radius=max(radius, length), bound=beta
            )
            asked = obligations("all-pairs", goal, [], {}, final=True)
            true_value = checker.sets.cell_cut(cells, width, max(radius, length))
            yield asked, {"a": width * sum(cells)}, true_value, True

    attacked(instances(random.Random(2)))


def test_a_uniform_sample_gains_the_cut(checker):
    """The premise is as strong as it can be for this one set and its complement: its exact cut."""

    def instances(rng):
        for cells, length, radius, width in sets(rng, Q(0), Q(2)):
            exact = checker.sets.cell_cut(cells, width, radius)
            cut = judged("cut", "a in [0, oo)", length=length, radius=radius, bound=exact)
            goal = judged(
                "drift",
                "beta in (-oo, oo), v in (0, 1)",
                law=Law("uniform", (number(radius),)),
                length=length,
                gain=beta,
            )
            asked = obligations("uniform", goal, [cut], {}, final=True)
            yield asked, {"v": Q(sum(cells), len(cells))}, mean_gain(cells, radius / width), True

    attacked(instances(random.Random(3)))


def test_a_law_gains_the_share_of_a_uniform_one():
    """Mixtures of a uniform law and a few points, and a uniform law as a mixture of a narrower one and the rest."""

    def instances(rng):
        for cells, length, radius, width in sets(rng, Q(1, 8), Q(2)):
            inner = judged(
                "drift", "v in (0, 1)", law=Law("uniform", (number(radius),)), length=length,
                gain=mean_gain(cells, radius / width),
            )  # fmt: skip
            weight, points = Q(rng.randint(0, 6), 6), [Q(rng.choice((0, 0, 0, 1, -2)), 2) for _ in range(2)]
            rest = sum(newly(cells, point / width) for point in points) / 2
            mixed = weight * inner["gain"].value + (1 - weight) * rest
            wider = radius * Q(rng.randint(4, 9), 4)
            laws = {
                Law("contains", (number(weight), number(radius))): mixed,
                Law("uniform", (number(wider),)): mean_gain(cells, wider / width),
            }
            for law, gain in laws.items():
                goal = judged("drift", "beta in (-oo, oo), v in (0, 1)", law=law, length=length, gain=beta)
                yield obligations("share", goal, [inner], {}, final=True), {"v": Q(sum(cells), len(cells))}, gain, True

    attacked(instances(random.Random(4)), 200)


def grid_mean(cells, width, step):
    """The mean gain over the odd multiples of a step in [0, 1] as radii: a product whose first factor is on a grid."""
    radii = [k * step for k in range(1, int(1 / step) + 1, 2)]
    return sum(mean_gain(cells, radius / width) for radius in radii) / len(radii)


def products(rng, steps, factor):
    """Products on grids over the window [-1, 1], from a gain that every set has and that is affine in the radius."""
    while True:
        cells, step = drawn_cells(rng, 8), rng.choice(steps)
        kind, weight = rng.choice((("odd-product", 1), ("odd-gadget", Q(1, 2))))
        inner = judged(
            "drift", "beta in (-oo, oo), v in (0, 1), r in (0, 1]", law=Law("uniform", (symbols("r")[0],)), length=2,
            gain=f"{factor}*r/2*v*(1-v)",
        )  # fmt: skip
        law = Law(kind, (number(step), number(0)))
        goal = judged("drift", "beta in (-oo, oo), v in (0, 1)", law=law, length=2, gain=beta)
        gain = weight * grid_mean(cells, Q(2, len(cells)), step)
        yield obligations("mean-radius", goal, [inner], {}, final=True), {"v": Q(sum(cells), len(cells))}, gain, True


def test_a_product_gains_what_the_mean_radius_does():
    attacked(products(random.Random(5), [Q(1, 2), Q(1, 4), Q(1, 6), Q(1, 8)], 1), 80)


def test_grids_that_do_not_fill_the_unit_interval_are_caught():
    """The mean of the odd multiples of 2/5 and 2/9 in [0, 1] is not 1/2; the checker lets no such grid pass."""
    short = products(random.Random(6), [Q(2, 5), Q(2, 9)], 1)
    with pytest.raises(Refused, match="for an even number k"):
        next(short)


def test_a_product_gains_the_integral_over_its_radius():
    """On cells at least 1 wide the gain of U[-r, r] is a multiple of r, and its integral is exact."""

    def instances(rng):
        while True:
            cells, width = drawn_cells(rng, 6), Q(rng.randint(4, 9), 4)
            borders = sum(a != b for a, b in pairwise(cells))
            slope = Q(borders, 4) / (width * len(cells))
            assert mean_gain(cells, 1 / (2 * width)) == slope / 2
            ends = sorted({Q(0), Q(1), *(Q(rng.randint(1, 7), 8) for _ in range(rng.randint(0, 2)))})
            kept = [pair for pair in pairwise(ends) if len(ends) == 2 or rng.random() < 0.8]
            if not kept:
                continue
            pieces = [[str(low), str(high), encode(slope / 2 * parse_term("r^2"))] for low, high in kept]
            kind, weight = rng.choice((("product", 1), ("gadget", Q(1, 2))))
            goal = judged(
                "drift", "beta in (-oo, oo), v in (0, 1)", law=Law(kind), length=width * len(cells), gain=beta
            )
            wide = "beta in (-oo, oo), v in (0, 1), r in (0, 1]"
            law, gain = Law("uniform", (parse_term("r"),)), slope * parse_term("r")
            inner = judged("drift", wide, law=law, length=width * len(cells), gain=gain)
            asked = obligations("mixture", goal, [inner] * len(pieces), {"pieces": pieces}, final=True)
            yield asked, {"v": Q(sum(cells), len(cells))}, weight * slope / 2, True

    attacked(instances(random.Random(7)))


def test_contraction_on_random_finite_laws():
    def instances(rng):
        potentials = ("(1-v)/v", "1-v", "1/v^2 - 1", "(1-v)^2/v")
        while True:
            v = Q(rng.randint(1, 15), 16)
            top = min(2 * v, Q(1))
            places = [v, top, *(v + (top - v) * Q(rng.randint(0, 8), 8) for _ in range(rng.randint(0, 3)))]
            weights = [rng.randint(1, 9) for _ in places]
            law = [(place, Q(w, sum(weights))) for place, w in zip(places, weights, strict=True)]
            rise, g = sum(p * y for y, p in law) - v, parse_term(rng.choice(potentials))
            goal = judged(
                "contraction", "v in (0, 1), beta in (-oo, oo)", variable="v", ceilings=(parse_term("2*v"), number(1)),
                drift=rise, potential=g, factor=beta,
            )  # fmt: skip
            mean = sum(p * exact_value(g, {"v": y}) for y, p in law)
            yield obligations("two-point", goal, [], {}, final=True), {"v": v}, mean / exact_value(g, {"v": v}), False

    attacked(instances(random.Random(8)), 300)


def test_grid_gain_on_random_sets():
    rng, caught = random.Random(11), False
    for _ in range(200):
        cells, radius = drawn_cells(rng, 10), rng.randint(1, 10)
        added = sum(newly(cells, Q(k)) for k in range(-radius, radius + 1)) / (2 * radius + 1)
        cut = sum(cells[i] != cells[j] for i, j in combinations(range(len(cells)), 2) if j - i <= radius)
        assert added * len(cells) * (2 * radius + 1) >= cut
        caught = caught or added * len(cells) * 2 * radius < cut
    assert caught
