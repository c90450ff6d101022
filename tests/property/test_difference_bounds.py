"""Bounds of the difference of two networks are never below an exact difference, nor below the exact largest one."""

import importlib.util
from math import isqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

SPEC = importlib.util.spec_from_file_location(
    "differences", Path(__file__).resolve().parents[1] / "quality" / "differences.py"
)
differences = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(differences)


@given(st.integers(0, 2**64))
def test_no_bound_is_below_an_exact_difference(checker, seed):
    checker.errors.fresh_budget()
    instance, rng = differences.seeded(seed)
    found = instance.checked(checker)
    assert not differences.violations(instance, found, instance.points(rng, 10))


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_no_bound_is_below_a_hundred_thousand_exact_differences(checker):
    points = 0
    for seed in range(2000):
        checker.errors.fresh_budget()
        instance, rng = differences.seeded(seed, most_width=6)
        inside = instance.points(rng, 60)
        points += len(inside)
        assert not differences.violations(instance, instance.checked(checker), inside), seed
    assert points > 100_000


@given(st.integers(0, 2**64), st.integers(1, 2))
def test_no_bound_is_below_the_largest_difference(checker, seed, inputs):
    """Found by cutting the box into the cells on which both networks are affine."""
    checker.errors.fresh_budget()
    instance, _ = differences.seeded(seed, inputs=inputs, most_width=3, most_depth=3)
    instance.ball = None
    largest = differences.largest_squared(instance)
    assert largest <= instance.checked(checker).square()


@given(st.integers(0, 2**64), st.integers(1, 2))
def test_in_tiny_boxes_nothing_is_lost_but_rounding(checker, seed, inputs):
    checker.errors.fresh_budget()
    instance, rng = differences.seeded(seed, inputs=inputs, most_width=3, most_depth=3)
    instance.ball, instance.ends = None, [(low, low + rng.randint(0, 1 << 20)) for low, _ in instance.ends]
    found, largest = isqrt(instance.checked(checker).square()), isqrt(int(differences.largest_squared(instance)))
    assert largest <= found <= largest + (largest >> 16) + (1 << 30)
