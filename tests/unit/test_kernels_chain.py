"""The kernels of the certified chain: the weakest colouring against all of them, the bounds against the checker's."""

from fractions import Fraction as Q
from itertools import product

import numpy as np
import pytest

from lt_proofs.bounds.certified import scales
from lt_proofs.bounds.flows import Flow
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.flows import weakest
from lt_proofs.kernels.recursion import failures

UNIT = 1 << 40


def colourings(first, second, weights, linear, bend):
    """What each colouring of two rows but the empty one has in all, with its flow, a + b and a b."""
    cells = range(len(weights))
    for rows in product(product((0, 1), repeat=len(weights)), repeat=2):
        a, b = (sum(w for w, own in zip(weights, row, strict=True) if own) for row in rows)
        flow = sum(first[i][j] for i in cells for j in cells if rows[0][i] and not rows[1][j])
        flow += sum(second[i][j] for i in cells for j in cells if rows[1][j] and not rows[0][i])
        if a + b:
            yield flow - linear * (a + b) + bend * a * b, flow, a + b, a * b


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("cells", [1, 2, 3, 4])
def test_the_weakest_colouring_is_that_of_all(cells, seed):
    """The interpreter runs the plain function: the compiled twin is another."""
    random = np.random.default_rng([cells, seed])
    first, second = random.random((2, cells, cells))
    weights, bend = random.integers(1, 9, cells).astype(float), random.random()
    for linear in (0.1, 0.5, 2.0):
        every = sorted(colourings(first, second, weights, linear, bend))
        found = weakest(first, second, weights, linear, bend)
        assert found == pytest.approx(compiled(weakest)(first, second, weights, linear, bend))
        if every[0][0] < 0:
            assert found == pytest.approx(every[0])
        assert found[0] >= every[0][0] - 1e-9
        assert found[0] == pytest.approx(found[1] - linear * found[2] + bend * found[3])


def test_weakest_colourings_by_hand():
    """Two cells of weight 1: one cell in both rows flows 1; with linear 1 it is the weakest, with bend 3 no longer."""
    ones, none, weights = np.ones((2, 2)), np.zeros((2, 2)), np.ones(2)
    assert weakest(none, none, weights, 1.0, 0.0) == (-4.0, 0.0, 4.0, 4.0)
    assert weakest(none, none, weights, 1.0, 3.0) == (-2.0, 0.0, 2.0, 0.0)
    assert weakest(ones, ones, weights, 0.5, 0.0) == (-2.0, 0.0, 4.0, 4.0)
    assert weakest(ones, none, weights, 0.5, 0.0)[1:] == (0.0, 4.0, 4.0)
    assert weakest(none, ones, weights, 0.5, 1.0) == (-1.0, 0.0, 2.0, 0.0)


NODES = {
    "even": [UNIT * k // 40 for k in range(4, 41)],
    "few": [UNIT * k // 64 for k in (9, 20, 33, 50, 60, 63, 64)],
    "uneven": [int(UNIT * (1 - 0.9**k)) for k in range(1, 60)] + [UNIT],
}
PROFILES = {
    "mean": [(Q(-1), (Q(0), Q(1, 2), Q(-1, 2)))],
    "root": [(Q(1, 2), (Q(0), Q(2, 5), Q(-2, 5)))],
    "inverse": [(Q(1), (Q(0), Q(2, 7), Q(-2, 7)))],
    "two of a power": [(Q(-1), (Q(0), Q(3, 4), Q(-3, 2))), (Q(-1), (Q(-1, 20), Q(1, 2), Q(-9, 20)))],
    "all": [(power, (Q(0), h, -h)) for power, h in ((Q(-1), Q(1, 3)), (Q(1, 2), Q(1, 4)), (Q(1), Q(1, 5)))],
    "falling back": [(Q(-1), (Q(-1, 9), Q(1, 3), Q(-1, 3)))],
}


def in_integers(checker, nodes, profiles, share, samples):
    """The bounds that the checker has at its first node."""
    rule, found = checker.recursion, {}
    for power, profile in profiles:
        found.setdefault(power, []).append(rule.means(nodes, power, *profile))
    lines = [(rule.heights(nodes, power), rule.best(means)) for power, means in found.items()]
    bounds = [UNIT] * (len(nodes) - 2) + [0, 0]
    for _ in range(samples):
        bounds = rule.one_more(lines, bounds, share)
        yield bounds[0] / UNIT


def no_table(nodes):
    """What the kernel takes where no table of the covered length gives other bounds."""
    return np.full((1, 2), 2.0), np.zeros(len(nodes), dtype=np.int64), np.zeros(len(nodes))


@pytest.mark.parametrize("nodes", NODES.values(), ids=NODES)
@pytest.mark.parametrize("profiles", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("share", [Q(1), Q(1, 2)])
def test_floats_find_the_bounds_of_the_checker(checker, nodes, profiles, share):
    exact = list(in_integers(checker, nodes, profiles, share, 25))
    heights, means = scales(nodes, [Flow(power, profile, (), 1) for power, profile in profiles])
    for kernel in (failures, compiled(failures)):
        found = kernel(heights, means, float(share), 0.0, 25, *no_table(nodes))
        assert len(found) == 25 and found == pytest.approx(exact, abs=1e-6)
        enough = float(found[11])
        assert len(kernel(heights, means, float(share), enough, 25, *no_table(nodes))) == 1 + next(
            i for i, bound in enumerate(found) if bound <= enough
        )


def test_a_bound_of_one_is_enough_at_once():
    heights, means = scales(NODES["few"], [Flow(Q(-1), (Q(0), Q(1, 2), Q(-1, 2)), (), 1)])
    assert failures(heights, means, 1.0, 1.0, 9, *no_table(NODES["few"])).tolist() == [1.0]
    assert failures(heights, means, 0.0, 0.5, 4, *no_table(NODES["few"])).tolist() == [1.0] * 4
