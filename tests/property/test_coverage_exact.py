"""Coverage by interval merging against plain enumeration in Fractions."""

from fractions import Fraction as Q
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.subset_sum import coverage, first_passage

SMALL = st.integers(-6, 6)
SAMPLES = st.lists(SMALL, max_size=6)


def sums(samples):
    return sorted(
        {
            sum((x for x, t in zip(samples, taken, strict=True) if t), Q(0))
            for taken in product((0, 1), repeat=len(samples))
        }
    )


def uncovered(samples, eps, low, high):
    """Gaps of the window by walking through all subset sums in order."""
    gaps, reach = [], None
    for s in sums(samples):
        if s + eps < low or s - eps > high:
            continue
        if reach is None:
            if s - eps > low:
                gaps.append((low, s - eps))
        elif s - eps > reach:
            gaps.append((reach, s - eps))
        reach = s + eps
    if reach is None:
        return [(low, high)]
    if reach < high:
        gaps.append((reach, high))
    return gaps


@given(SAMPLES, st.integers(0, 8), SMALL, st.integers(0, 9))
def test_gaps_are_those_of_enumeration(samples, eps, low, width):
    eps, low, high = Q(eps, 2), Q(low), Q(low + width)
    found = coverage(samples, eps, (low, high))
    assert list(found.uncovered) == uncovered(samples, eps, low, high)
    assert found.gaps == len(found.uncovered)
    assert found.covered == (found.gaps == 0)


@given(SAMPLES, st.integers(0, 8), SMALL, st.integers(0, 9))
def test_first_passage_is_the_least_covering_prefix(samples, eps, low, width):
    eps, low, high = Q(eps, 2), Q(low), Q(low + width)
    covering = [n for n in range(len(samples) + 1) if not uncovered(samples[:n], eps, low, high)]
    assert first_passage(samples, eps, (low, high)) == (covering[0] if covering else None)


@given(SAMPLES, st.integers(1, 6), SMALL, st.integers(0, 9), st.fractions(Q(1, 7), 5, max_denominator=9))
def test_scaling_sign_and_order_change_nothing(samples, eps, low, width, scale):
    high = low + width
    found = coverage(samples, eps, (low, high))
    scaled = coverage([scale * x for x in samples], scale * eps, (scale * low, scale * high))
    assert scaled.uncovered == tuple((scale * a, scale * b) for a, b in found.uncovered)
    mirrored = coverage([-x for x in samples], eps, (-high, -low))
    assert mirrored.uncovered == tuple((-b, -a) for a, b in reversed(found.uncovered))
    assert mirrored.first_passage == found.first_passage
    assert coverage(samples[::-1], eps, (low, high)).uncovered == found.uncovered


@given(SAMPLES, SMALL, st.integers(1, 5), SMALL, st.integers(0, 9))
def test_more_samples_and_more_tolerance_never_cover_less(samples, more, eps, low, width):
    window = (low, low + width)
    if coverage(samples, eps, window).covered:
        assert coverage([*samples, more], eps, window).covered
        assert coverage(samples, eps + 1, window).covered


def test_beyond_int64_the_same_answer_on_plain_integers():
    big = 10**40
    found = coverage([big, 2 * big, 4 * big], Q(big, 2), (0, 7 * big))
    assert found.first_passage == 3
    assert coverage([big, 4 * big], Q(big, 2), (0, 2 * big)).uncovered == ((Q(3 * big, 2), 2 * big),)


@pytest.mark.parametrize(
    ("samples", "eps", "window", "passage"),
    [
        ([], 1, (-1, 1), 0),
        ([], 0, (0, 0), 0),
        ([1], 0, (1, 1), 1),
        ([], 0, (1, 1), None),
        ([1], Q(1, 2), (Q(-1, 2), Q(3, 2)), 1),
        ([-1, -2, -3], 5, (0, 1), 0),
        ([0, 0, 0], Q(1, 3), (0, Q(1, 3)), 0),
        ([5, -4], Q(1, 2), (Q(1, 2), Q(3, 2)), 2),
    ],
)
def test_edges(samples, eps, window, passage):
    assert coverage(samples, eps, window).first_passage == passage


def test_thousands_of_samples_cost_little():
    samples = [Q(2 * (i * 7919 % 4999) - 4999, 5000) for i in range(4000)]
    assert first_passage(samples, Q(1, 10000)) is not None


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (([1], -1), "eps: -1 cannot be used; give a tolerance of at least 0"),
        (([1], 1, (2, 1)), "window: 2,1 cannot be used; give the lower end first"),
        (([float("nan")], 1), "samples: nan cannot be used; give a finite number, a fraction, or a text such as 1/3"),
        (([True], 1), "samples: True cannot be used; give a number, not a truth value"),
        (([10**5000], 1), "samples: a number of that length cannot be used; give one of at most 8192 bits"),
        ((["1/0"], 1), "samples: 1/0 cannot be used; the denominator must not be zero"),
        (([1] * 100_001, 1), "samples: 100001 samples cannot be used; give at most 100000"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    with pytest.raises(BadInput) as caught:
        coverage(*arguments)
    assert str(caught.value) == line
