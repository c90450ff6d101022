"""The width at which masks reach a random linear map: the kernel against plain integers, and never above the bound."""

from fractions import Fraction as Q

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lt_proofs.bounds.lower import success_upper, width_lower
from lt_proofs.campaigns.from_parameters import campaign_from
from lt_proofs.campaigns.intervals import FIXED, interval
from lt_proofs.campaigns.linear import LinearReach, exact_width, success_count, trial_with_two
from lt_proofs.errors import BadInput
from lt_proofs.kernels.masks_reach import TARGETS, UNITS
from lt_proofs.kernels.philox import block_of_words, uniform_odd

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**64 - 1)
UNIT = 1 << 48


def results(campaign, start, trials):
    out = np.empty(trials, np.int64)
    campaign.counter()(start, out)
    return out.tolist()


def words(seed, stream, trial, block):
    return [uniform_odd(w) for w in block_of_words(*map(np.uint64, (seed, stream, trial, block)))]


def width_by_hand(seed, trial, eps, most):
    """One input: subset sums of the products on each side of 0, enumerated."""
    target = words(seed, TARGETS, trial, 0)[0] << 24
    sides = ([0], [0])
    for h in range(most + 1):
        if all(any(abs(Q(s - target, UNIT)) <= eps for s in side) for side in sides):
            return h
        draws = words(seed, UNITS, trial, h // 2)
        a, b = draws[2:] if h % 2 else draws[:2]
        sides[a < 0].extend([s + a * b for s in sides[a < 0]])
    return -1


@SLOW
@given(SEEDS, st.integers(0, 2**40), st.fractions(Q(1, 50), Q(4, 5), max_denominator=99), st.integers(1, 9))
def test_one_input_is_what_enumeration_finds(seed, start, eps, most):
    campaign = LinearReach(seed, 1, eps, most)
    assert results(campaign, start, 6) == [width_by_hand(seed, start + i, eps, most) for i in range(6)]


@SLOW
@given(SEEDS, st.integers(0, 2**40), st.sampled_from([Q(1, 4), Q(1, 2), Q(3, 4), Q(9, 10)]))
def test_two_inputs_are_what_integers_find(seed, start, eps):
    campaign = LinearReach(seed, 2, eps, 2)
    assert results(campaign, start, 4) == [exact_width(campaign, start + i) for i in range(4)]


@SLOW
@given(SEEDS, st.integers(0, 2**40))
def test_targets_lie_in_the_ball(seed, trial):
    target, first, second = trial_with_two(seed, trial, 3)
    gram = [[sum(int(target[k, i] * target[k, j]) for k in range(2)) for j in range(2)] for i in range(2)]
    one = 1 << 24
    assert (one - gram[0][0]) * (one - gram[1][1]) >= gram[0][1] ** 2
    assert gram[0][0] <= one
    assert gram[1][1] <= one
    assert {int(x) % 2 for x in (*target.ravel(), *first.ravel(), *second.ravel())} == {1}


def test_targets_are_spread_over_the_ball():
    entries = np.array([trial_with_two(7, trial, 0)[0].ravel() for trial in range(4000)]) / 4096
    # singular values |z| + |w| and ||z| - |w||: the mean of the sum of all squares is 2 (1/5 + 1/5)
    assert np.all(np.abs(entries.mean(axis=0)) < 0.03)
    assert np.all(np.abs((entries**2).mean(axis=0) - 0.2) < 0.015)


@pytest.mark.parametrize(
    ("dim", "eps", "most", "trials"), [(1, Q(1, 8), 16, 20000), (1, Q(1, 100), 24, 20000), (2, Q(7, 10), 4, 300)]
)
def test_success_is_nowhere_above_the_counting_bound(dim, eps, most, trials):
    found = np.array(results(LinearReach(3, dim, eps, most), 0, trials))
    half = None
    for hidden in range(most + 1):
        count = int(np.count_nonzero((found >= 0) & (found <= hidden)))
        low, _ = interval(count, trials, Q(1, 10**6), FIXED)
        assert low <= success_upper(dim, hidden, eps)
        half = hidden if half is None and 2 * count >= trials else half
    if dim == 1:
        assert half is not None
        assert half >= width_lower(dim, eps).value


def test_a_campaign_survives_its_parameters():
    campaign = LinearReach(11, 2, Q(1, 2), 4)
    assert campaign_from(campaign.parameters()) == campaign
    assert campaign.successes({-1: 3, 0: 1, 2: 5, 4: 1}, 2) == 6
    assert success_count(1, 8, Q(1, 8), 1, 1000) == sum(
        0 <= r <= 8 for r in results(LinearReach(1, 1, Q(1, 8), 20), 0, 1000)
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: LinearReach(1, 3, Q(1, 4), 4), "linear: 3 cannot be used; give 1 or 2 inputs"),
        (lambda: LinearReach(1, 2, Q(1, 4), 8), "most: 8 cannot be used; give from 1 to 7 hidden units"),
        (lambda: LinearReach(1, 1, Q(1), 8), "eps: 1 cannot be used"),
        (lambda: LinearReach(1, 1, Q(1, 10**9), 64), "intervals, over 4194304; widen it"),
        (lambda: LinearReach(-1, 1, Q(1, 4), 8), "seed: -1 cannot be used"),
        (lambda: LinearReach(1, 1, Q(1, 4), 8).counter("cuda"), "device"),
    ],
)
def test_bad_campaigns(make, says):
    with pytest.raises(BadInput, match=says.replace("(", ".")):
        make()
