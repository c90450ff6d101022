"""The facts behind the rules of the lower bound, attacked on random instances in exact rationals."""

from fractions import Fraction as Q
from itertools import product
from math import prod

import pytest
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lt_proofs.networks.packings import explicit_packing, grid_matrices

WEIGHTS = st.integers(-3, 3)
QUICK = settings(max_examples=60, deadline=None)


@st.composite
def spaces(draw):
    """A finite probability space of draws, a measure on targets, and in each draw sets of targets."""
    targets, draws = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    measure = draw(st.lists(st.integers(1, 9), min_size=targets, max_size=targets))
    chances = draw(st.lists(st.integers(1, 9), min_size=draws, max_size=draws))
    sets = st.lists(st.sets(st.integers(0, targets - 1)), max_size=4)
    offered = draw(st.lists(sets, min_size=draws, max_size=draws))
    return [Q(m, sum(measure)) for m in measure], [Q(c, sum(chances)) for c in chances], offered


@settings(max_examples=300, deadline=None)
@given(spaces())
def test_average_over_targets(space):
    measure, chances, offered = space
    functions = max(len(draw) for draw in offered)
    share = max((sum(measure[t] for t in one) for draw in offered for one in draw), default=Q(0))
    success = min(
        sum(chance for chance, draw in zip(chances, offered, strict=True) if any(t in one for one in draw))
        for t in range(len(measure))
    )
    assert success <= functions * share


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.fractions(Q(1, 10), 1, max_denominator=20), st.data())
def test_packing_by_volume_in_the_maximum_norm(dimension, apart, data):
    step = Q(1, 4) if dimension < 3 else Q(1, 2)
    axis = [Q(k) * step - 1 for k in range(int(2 / step) + 1)]
    points = list(product(axis, repeat=dimension))
    order = data.draw(st.permutations(points)) if len(points) < 100 else points
    chosen: list[tuple[Q, ...]] = []
    for x in order:
        if all(max(abs(a - b) for a, b in zip(x, y, strict=True)) > apart for y in chosen):
            chosen.append(x)
    # maximal on the grid, so within apart + step/2 of every point of the ball
    assert len(chosen) * (apart + step / 2) ** dimension >= 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=3, max_size=9))
def test_diameter_bounds_area_as_in_brunn_and_minkowski(points):
    hull = convex_hull(points)
    assume(len(hull) >= 3)
    area = abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(hull, hull[1:] + hull[:1], strict=True)))
    diameter = max((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for a in hull for b in hull)
    assert 2 * Q(area) <= Q(314159, 100000) * diameter


def convex_hull(points):
    def half(ordered):
        kept = []
        for p in ordered:
            while len(kept) > 1 and cross(kept[-2], kept[-1], p) <= 0:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    ordered = sorted(set(points))
    return half(ordered) + half(ordered[::-1])


def cross(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


@st.composite
def networks(draw):
    """Rows of both layers, zeros and repetitions included: (size, hidden, first, second)."""
    size = draw(st.integers(1, 2))
    hidden = draw(st.integers(1, 5 if size == 1 else 2))
    row = st.lists(WEIGHTS, min_size=size, max_size=size)
    layer = st.lists(row, min_size=hidden, max_size=hidden)
    return size, hidden, draw(layer), draw(layer)


def all_values(first, second, inputs):
    """Every tuple of values at the inputs, one for each mask of both layers."""
    size = len(inputs[0])
    bits = 2 * size * len(first)
    for mask in range(1 << bits):
        kept = [mask >> k & 1 for k in range(bits)]
        values = [0] * (size * len(inputs))
        for k, (row, column) in enumerate(zip(first, second, strict=True)):
            at = 2 * size * k
            for n, x in enumerate(inputs):
                inner = max(0, sum(w * x[j] * kept[at + j] for j, w in enumerate(row)))
                for i, w in enumerate(column):
                    values[size * n + i] += w * kept[at + size + i] * inner
        yield tuple(values)


@QUICK
@given(networks())
def test_masks_make_no_more_functions_than_units_do(network):
    size, hidden, first, second = network
    inputs = [[1], [-1]] if size == 1 else [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 2], [-3, 1], [2, -5], [-1, -1]]
    assert len(set(all_values(first, second, inputs))) <= ((2**size - 1) ** 2 + 1) ** hidden


@QUICK
@given(networks())
def test_some_signs_see_few_values(network):
    size, hidden, first, second = network
    least = min(
        len(set(all_values(first, second, [[s * (i == j) for i in range(size)] for j, s in enumerate(signs)])))
        for signs in product((1, -1), repeat=size)
    )
    # 2^(hidden/2) for one input, 4^hidden for two
    assert least**2 <= 2**hidden if size == 1 else least <= 4**hidden


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 40])
def test_a_product_of_euclidean_balls_is_not_much_larger_than_the_spectral_ball(size):
    def ball(k):
        return arb.pi() ** (arb(k) / 2) / (arb(k) / 2 + 1).gamma()

    share = prod((ball(size) * ball(m) / ball(size + m) for m in range(size)), start=arb(1))
    assert share <= arb(2) ** (arb(3 * size * (size - 1)) / 4) * arb("1.0000001")


def test_grid_points_tell_the_volume_of_the_spectral_ball():
    # 2 pi^2 / 3 for 2 x 2 matrices, by the recursion over columns
    assert abs(len(grid_matrices(2, 12)) / 12**4 - 6.5797) < 0.35
    assert len(grid_matrices(1, 5)) == 11


@pytest.mark.parametrize(("size", "eps"), [(1, "0.03"), (2, "0.12"), (2, "0.24"), (3, "0.49"), (3, "0.3")])
def test_explicit_packings_are_larger_than_the_volume_bound(size, eps):
    packing = explicit_packing(size, eps)
    assert len(packing.matrices) >= packing.volume_bound
    assert Q(1, packing.cells) > 2 * packing.eps
    assert len({tuple(m) for m in packing.matrices.tolist()}) == len(packing.matrices)
