"""Every mask of small networks: the kernel and its quotient against brute force over the masks themselves."""

import math
from collections import Counter
from fractions import Fraction as Q
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lt_proofs.certificates.checking import examine_text
from lt_proofs.kernels import masks as kernels
from lt_proofs.networks.copositive import breaking_rays, close
from lt_proofs.networks.exhaustive import all_masks, covered, masked_units, masks_certificate, random_two_layer

UNIT = 1 << 48
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(SLOW, max_examples=5)


def every_mask(first, second):
    """The units under each of the masks of a network with two inputs."""
    hidden = len(first)
    for pattern in range(4**hidden):
        for sets in product(range(1 << hidden), repeat=2):
            yield masked_units(first, second, pattern, sets)


def value(units, x):
    """The network at an integer point, in units of 2^-48."""
    inner = [max(0, row[0] * x[0] + row[1] * x[1]) for row, _ in units]
    return tuple(sum(column[i] * y for (_, column), y in zip(units, inner, strict=True)) for i in range(2))


def farthest(units, target):
    """The largest distance to a linear map on the unit circle that sampling finds: a lower end of the truth."""
    angles = np.linspace(0, 2 * math.pi, 1441)
    points = np.stack([np.cos(angles), np.sin(angles)])
    rows = np.array([row for row, _ in units], float)
    columns = np.array([column for _, column in units], float)
    outputs = columns.T @ np.maximum(rows @ points, 0) / UNIT
    return float(np.max(np.hypot(*(outputs - np.array(target, float).reshape(2, 2) @ points))))


@pytest.mark.parametrize(("hidden", "seed"), [(1, 1), (1, 2), (2, 3), (2, 4)])
def test_the_quotient_counts_functions_as_brute_force_does(hidden, seed):
    first, second = random_two_layer(2, hidden, seed)
    rays = breaking_rays([tuple(row) for row in first.tolist()])
    functions = Counter(tuple(value(units, ray) for ray in rays) for units in every_mask(first, second))
    study = all_masks(first, second, "0.3", 1)
    assert len(functions) == study.functions == 10**hidden == study.bound
    assert functions.total() == study.masks == 16**hidden


@FEW
@given(st.integers(0, 2**32), st.sampled_from(["0.24", "0.4", "0.7"]), st.integers(1, 3))
def test_masks_near_a_matrix_are_counted_one_by_one(seed, eps, cells):
    first, second = random_two_layer(2, 2, seed)
    study = all_masks(first, second, eps, cells, threads=1)
    masks = Counter(tuple(unit for unit in one if any(unit[0]) and any(unit[1])) for one in every_mask(first, second))
    for target, count in list(zip(study.targets.tolist(), study.counts.tolist(), strict=True))[:: 1 + cells**2]:
        wanted = [Q(x, cells) for x in target]
        assert sum(n for units, n in masks.items() if close(units, wanted, Q(eps))) == count


@SLOW
@given(st.integers(0, 2**32), st.integers(1, 4), st.fractions(Q(1, 20), 2, max_denominator=50), st.data())
def test_closeness_is_what_sampling_sees(seed, hidden, eps, data):
    first, second = random_two_layer(2, hidden, seed)
    pattern = data.draw(st.integers(0, 4**hidden - 1))
    sets = data.draw(st.tuples(*[st.integers(0, 2**hidden - 1)] * 2))
    units = masked_units(first, second, pattern, sets)
    target = [Q(data.draw(st.integers(-4, 4)), 4) for _ in range(4)]
    seen = farthest(units, target)
    if close(units, target, eps):
        assert seen <= eps + Q(1, 10**9)
    else:
        # the sampled directions are 1/230 apart, and neither map grows by more than 10 a unit
        assert seen >= eps - Q(1, 20)


@SLOW
@given(st.integers(0, 2**32), st.integers(1, 4), st.fractions(Q(1, 20), 2, max_denominator=50), st.data())
def test_floats_decide_only_what_integers_do(seed, hidden, eps, data):
    first, second = random_two_layer(2, hidden, seed)
    pattern = data.draw(st.integers(0, 4**hidden - 1))
    values, seen = np.empty((hidden, 4), np.int64), np.empty((hidden, 2))
    active = kernels.unit_values(first, pattern, values, seen)
    room = np.empty((4 + 2 * hidden, 2))
    rays = room[: kernels.breaking_rays(seen, room)]
    outputs = np.empty((2, 1 << hidden, len(rays)))
    sets = [data.draw(st.integers(0, 2**hidden - 1)) & active for _ in range(2)]
    for i in range(2):
        kernels.on_rays(seen, second, i, active, rays, outputs[i])
    target = [Q(data.draw(st.integers(-4, 4)), 4) for _ in range(4)]
    real = np.array(target, float).reshape(2, 2)
    verdict = kernels.closeness(outputs[0, sets[0]], outputs[1, sets[1]], rays, real, float(eps))
    if verdict != kernels.UNSURE:
        units = masked_units(first, second, pattern, tuple(sets))
        assert close(units, target, eps) == (verdict == kernels.NEAR)


def test_a_distance_of_exactly_eps_is_left_to_integers():
    half = 1 << 23
    first = np.array([[2 * half, 2 * half - 1], [half + 1, -half]])
    second = np.array([[half, 1], [3, half - 5]])
    # nothing at all is exactly 1/2 from the matrix with one entry 1/2
    study = all_masks(first, second, "1/2", 2)
    lone = study.targets.tolist().index([1, 0, 0, 0])
    units = [((0, 0), (0, 0))]
    assert close(units, [Q(1, 2), Q(0), Q(0), Q(0)], Q(1, 2))
    assert not close(units, [Q(1, 2), Q(0), Q(0), Q(0)], Q(1, 2) - Q(1, 10**30))
    assert study.counts[lone] >= 49


@SLOW
@given(st.integers(0, 2**32), st.integers(1, 6), st.sampled_from(["0.05", "1/8", "0.3"]), st.integers(1, 9))
def test_one_input_against_brute_force_and_its_intervals(seed, hidden, eps, cells):
    first, second = random_two_layer(1, hidden, seed)
    study = all_masks(first, second, eps, cells)
    slopes = Counter()
    products = list(zip(first[:, 0].tolist(), second[:, 0].tolist(), strict=True))
    for mask in product(range(4), repeat=hidden):
        kept = [(a, a * b) for (a, b), m in zip(products, mask, strict=True) if m == 3]
        slopes[sum(p for a, p in kept if a > 0), sum(p for a, p in kept if a < 0)] += 1
    pieces = covered(first, second, eps)
    assert slopes.total() == study.masks
    assert len(slopes) == study.functions <= study.bound
    for target, count in zip(study.targets[:, 0].tolist(), study.counts.tolist(), strict=True):
        w, near = Q(target, cells), Q(eps)
        ends = [(Q(a, UNIT), Q(b, UNIT), n) for (a, b), n in slopes.items()]
        assert sum(n for a, b, n in ends if max(abs(a - w), abs(b - w)) <= near) == count
        assert (count > 0) == any(low <= w <= high for low, high in pieces)
    assert all(a[1] < b[0] for a, b in pairwise(pieces))
    # C7: each of at most 2^(h/2) slopes of the sparser side covers 2 eps
    assert sum(high - low for low, high in pieces) <= 2 * Q(eps) * 2 ** (hidden // 2)


@pytest.mark.parametrize(("size", "hidden", "eps", "cells"), [(1, 8, "1/9", 4), (2, 2, "0.45", 1), (2, 3, "0.24", 2)])
def test_the_checker_looks_at_every_mask_again(size, hidden, eps, cells):
    study = all_masks(*random_two_layer(size, hidden, seed=5), eps, cells)
    examined = examine_text(masks_certificate(study))
    assert examined.accepted, examined.report
    assert f"all {study.masks} masks" in examined.report["remarks"][0]


def test_threads_change_nothing():
    network = random_two_layer(2, 4, seed=9)
    one, two = (all_masks(*network, "0.3", 2, threads=threads) for threads in (1, 2))
    assert one.counts.tolist() == two.counts.tolist()
    assert one.counts.sum() > 0
