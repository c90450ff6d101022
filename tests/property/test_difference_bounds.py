"""Bounds of the difference of two networks are never below an exact difference, nor below the exact largest one."""

import importlib.util
import random
from itertools import pairwise
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


@given(st.integers(0, 2**64))
def test_smaller_boxes_come_near_the_largest_difference(checker, seed):
    """Halving a box of one input often enough leaves nearly nothing between the bound and the truth."""
    checker.errors.fresh_budget()
    rng = random.Random(seed)
    instance = differences.Instance(rng, inputs=1, most_width=3, most_depth=2)
    instance.ball = None
    (low, high), parts = instance.ends[0], 256
    cuts = [low + (high - low) * k // parts for k in range(parts + 1)]
    bound = max(instance.checked(checker, [ends]).square() for ends in pairwise(cuts))
    largest = differences.largest_squared(instance)
    assert largest <= bound <= largest * 11 // 10 + (1 << 64)
