"""Intervals from counts: never narrower than the exact ones, hardly wider, and the level holds exactly."""

import itertools
from fractions import Fraction as Q
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.campaigns.intervals import ANYTIME, FIXED, interval, shown
from lt_proofs.errors import BadInput

levels = st.sampled_from([Q(1, 20), Q(1, 100), Q(1, 2), Q(99, 100), Q(1, 10**6), Q(1, 10**30)])


def at_least(successes, trials, p):
    return sum(comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(successes, trials + 1))


def exactly(successes, trials, p):
    return comb(trials, successes) * p**successes * (1 - p) ** (trials - successes)


@settings(max_examples=60)
@given(st.integers(1, 60), st.data(), levels)
def test_fixed_ends_are_out_and_close(trials, data, error):
    successes = data.draw(st.integers(0, trials))
    low, high = interval(successes, trials, error, FIXED)
    assert 0 <= low <= Q(successes, trials) <= high <= 1
    if low > 0:
        assert at_least(successes, trials, low) <= error / 2
    if high < 1:
        assert at_least(trials - successes, trials, 1 - high) <= error / 2
    step = max(Q(1, 1000), (high - low) / 50)
    if 0 < successes and low + step < Q(successes, trials):
        assert at_least(successes, trials, low + step) > error / 2


@settings(max_examples=60)
@given(st.integers(1, 60), st.data(), levels)
def test_sequence_ends_are_out_and_close(trials, data, error):
    successes = data.draw(st.integers(0, trials))
    low, high = interval(successes, trials, error, ANYTIME)
    assert 0 <= low <= Q(successes, trials) <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            assert (trials + 1) * exactly(successes, trials, end) <= error
    step = max(Q(1, 1000), (high - low) / 50)
    if 0 < successes and low + step < Q(successes, trials):
        assert (trials + 1) * exactly(successes, trials, low + step) > error


@pytest.mark.parametrize("p", [Q(1, 2), Q(1, 10), Q(99, 100), Q(0), Q(1)])
def test_fixed_intervals_err_no_more_often_than_they_say(p):
    trials, error = 40, Q(1, 10)
    ends = [interval(s, trials, error, FIXED) for s in range(trials + 1)]
    missed = sum(exactly(s, trials, p) for s, (low, high) in enumerate(ends) if not low <= p <= high)
    assert missed <= error


@pytest.mark.parametrize("p", [Q(1, 2), Q(1, 5), Q(19, 20)])
def test_the_sequence_errs_at_any_time_no_more_often_than_it_says(p):
    """Exactly: the probability that some interval among the first 80 misses p, by the paths that were never out."""
    error, alive, out = Q(1, 4), {0: Q(1)}, Q(0)
    for trials in range(1, 81):
        following = {}
        for successes, mass in alive.items():
            for more, share in ((1, p), (0, 1 - p)):
                following[successes + more] = following.get(successes + more, Q(0)) + mass * share
        alive = {}
        for successes, mass in following.items():
            low, high = interval(successes, trials, error, ANYTIME)
            if low <= p <= high:
                alive[successes] = mass
            else:
                out += mass
    assert 0 < out <= error


COUNTS = [
    (1, 2),
    (999_000, 10**6),
    (10**10 - 3, 10**10),
    (123_456, 10**9),
    (5 * 10**9, 10**10),
    (700, 1400),
    (511, 513),
]


@pytest.mark.parametrize(("count", "method"), list(itertools.product(COUNTS, (FIXED, ANYTIME))))
def test_the_checker_confirms_the_ends_and_refuses_narrower_ones(checker, count, method):
    successes, trials = count
    error = Q(1, 100)
    low, high = interval(successes, trials, error, method)
    excluded = checker.counts_interval.excluded
    fixed = method == FIXED
    for s, p, width in ((successes, low, high - low), (trials - successes, 1 - high, high - low)):
        checker.errors.fresh_budget()
        assert excluded(s, trials, p, error, fixed)
        assert p == 0 or not excluded(s, trials, p + width / 20, error, fixed)


@settings(max_examples=200)
@given(st.integers(1, 700), st.data(), st.fractions(0, 1, max_denominator=10**4), st.sampled_from([Q(1, 9), Q(1, 99)]))
def test_the_checker_never_excludes_what_exact_sums_do_not(checker, trials, data, p, error):
    """Near the true ends, where rounding could matter."""
    successes = data.draw(st.integers(0, trials))
    checker.errors.fresh_budget()
    try:
        fixed = checker.counts_interval.excluded(successes, trials, p, error, True)
    except checker.errors.Rejected:
        fixed = False
    if fixed and p:
        assert at_least(successes, trials, p) <= error / 2
    if checker.counts_interval.excluded(successes, trials, p, error, False) and p:
        assert (trials + 1) * exactly(successes, trials, p) <= error


def test_the_checkers_factorials_enclose(checker):
    from flint import arb, ctx

    with ctx.workprec(400):
        for n in (0, 1, 2, 511, 512, 513, 1000, 10**6, 10**10, 2**40):
            low, high = checker.counts_interval.log_factorial(n)
            true = arb(n + 1).lgamma()
            assert arb(low.numerator) / low.denominator <= true or low == 0
            assert true <= arb(high.numerator) / high.denominator or high == 0
            assert high - low <= Q(1, 10**10)


@pytest.mark.parametrize("arguments", [(3, 2, Q(1, 2)), (-1, 2, Q(1, 2)), (0, 0, Q(1, 2)), (1, 2, Q(0)), (1, 2, Q(1))])
def test_bad_input(arguments):
    with pytest.raises(BadInput):
        interval(*arguments, FIXED)


def test_shown_is_exact():
    for k in range(1, 2000, 7):
        assert Q(shown(Q(k, 2**3 * 5**4))) == Q(k, 2**3 * 5**4)
