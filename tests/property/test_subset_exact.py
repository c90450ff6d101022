"""Best, any and fewest subsets against plain enumeration; ties included."""

from fractions import Fraction as Q

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.subset_sum import (
    any_within,
    any_within_each,
    best_subset,
    best_subsets,
    fewest_within,
    fewest_within_each,
)

SAMPLES = st.lists(st.integers(-9, 9), max_size=9)
TARGET = st.integers(-30, 30)


def total(samples, mask):
    return sum((x for i, x in enumerate(samples) if mask >> i & 1), Q(0))


def ranked(samples, target):
    """(error, elements, mask) of every subset."""
    return [(abs(total(samples, m) - target), m.bit_count(), m) for m in range(1 << len(samples))]


@given(SAMPLES, TARGET)
def test_best(samples, target):
    error, _, mask = min(ranked(samples, target))
    found = best_subset(samples, target)
    assert (found.error, found.mask, found.sum) == (error, mask, total(samples, mask))


@given(SAMPLES, TARGET, st.integers(0, 4))
def test_fewest(samples, target, eps):
    good = [(elements, error, mask) for error, elements, mask in ranked(samples, target) if error <= eps]
    found = fewest_within(samples, target, eps)
    assert (found and found.mask) == (min(good)[2] if good else None)


@given(SAMPLES, TARGET, st.integers(0, 4))
def test_any(samples, target, eps):
    found = any_within(samples, target, eps)
    assert (found is None) == (min(ranked(samples, target))[0] > eps)
    if found is not None:
        assert found.error <= eps
        assert found.error == abs(total(samples, found.mask) - target)


@given(st.lists(st.fractions(-3, 3, max_denominator=12), max_size=7), st.fractions(-4, 4, max_denominator=7))
def test_fractions(samples, target):
    assert best_subset(samples, target).error == min(ranked(samples, target))[0]


@given(st.lists(st.floats(-2, 2), max_size=8), st.floats(-3, 3), st.fractions(0, 1, max_denominator=9))
def test_any_float_is_exact(samples, target, eps):
    values, wanted = [Q(x) for x in samples], Q(target)
    error, _, mask = min(ranked(values, wanted))
    found = best_subset(samples, target)
    assert (found.error, found.mask) == (error, mask)
    assert (any_within(samples, target, eps) is not None) == (error <= eps)


@given(SAMPLES, TARGET, st.integers(1, 5))
def test_sign_scale_and_order(samples, target, scale):
    found = best_subset(samples, target)
    assert best_subset([-x for x in samples], -target).mask == found.mask
    assert best_subset([scale * x for x in samples], scale * target).mask == found.mask
    assert best_subset(samples[::-1], target).error == found.error


@st.composite
def batches(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(0, 8))
    value = st.integers(-9, 9)
    samples = draw(st.lists(st.lists(value, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    targets = draw(st.lists(st.integers(-20, 20), min_size=rows, max_size=rows))
    counts = draw(st.lists(st.integers(0, columns), min_size=rows, max_size=rows))
    return np.array(samples, np.int64).reshape(rows, columns), np.array(targets, np.int64), np.array(counts)


@given(batches(), st.integers(0, 3), st.integers(1, 3))
def test_batches_answer_as_single_questions_do(batch, eps, threads):
    samples, targets, counts = batch
    used = [row[:count].tolist() for row, count in zip(samples, counts, strict=True)]
    masks, errors = best_subsets(samples, targets, counts, threads=threads)
    any_masks, any_found = any_within_each(samples, targets - eps, targets + eps, counts, threads=threads)
    few_masks, few_found = fewest_within_each(samples, targets - eps, targets + eps, counts, threads=threads)
    for row, (values, target) in enumerate(zip(used, targets.tolist(), strict=True)):
        best = best_subset(values, target)
        assert (masks[row], errors[row]) == (best.mask, best.error)
        few = fewest_within(values, target, eps)
        assert few_found[row] == any_found[row] == (few is not None)
        if few is not None:
            assert few_masks[row] == few.mask
            assert abs(total(values, int(any_masks[row])) - target) <= eps


ROW = np.zeros((1, 3), np.int64)
ONE = np.zeros(1, np.int64)


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda: best_subset([1] * 100, 3), "give at most"),
        (lambda: fewest_within([2**60], 3, 1), "2^59"),
        (lambda: best_subset([2**60] * 41, 3), "2^59"),
        (lambda: best_subset([10**30] + [1] * 20, 3), "subsets are best up to rounding"),
        (lambda: any_within([1], 1, -1), "eps: -1"),
        (lambda: best_subsets(ROW.astype(float), ONE), "float64"),
        (lambda: best_subsets(np.zeros((1, 100), np.int64), ONE), "columns"),
        (lambda: best_subsets(ROW[:, ::2], ONE), "ascontiguousarray"),
        (lambda: best_subsets(ROW, np.zeros(2, np.int64)), "each of the 1 rows"),
        (lambda: best_subsets(ROW, ONE, ONE + 4), "from 0 to 3"),
        (lambda: best_subsets(ROW + 2**59, ONE), "must be below 2^60"),
        (lambda: best_subsets(ROW, ONE, threads=0), "threads: 0"),
        (lambda: any_within_each(ROW, ONE + 1, ONE), "low at most high"),
    ],
)
def test_bad_input_is_one_line(ask, word):
    with pytest.raises(BadInput) as caught:
        ask()
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)
