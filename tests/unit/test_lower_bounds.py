"""Lower bounds as numbers: each is the least integer that exact arithmetic allows, and never above the truth."""

from fractions import Fraction as Q

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.bounds.lower import depth_width_lower, information_limit, parameters_lower, width_lower

TOLERANCES = st.fractions(Q(1, 2000), Q(499, 1000), max_denominator=4000)
CHANCES = st.fractions(Q(1, 100), 1, max_denominator=100)


@given(st.fractions(Q(1, 10**9), 2))
def test_information_limit_is_the_least_number_of_doublings(eps):
    n = information_limit(eps).value
    assert 2**n * eps >= 1
    assert n == 0 or 2 ** (n - 1) * eps < 1


@settings(deadline=None)
@given(st.integers(1, 12), TOLERANCES, CHANCES)
def test_parameters_are_the_least_that_the_average_allows(size, eps, chance):
    p, share = parameters_lower(size, eps, chance).value, eps ** (size**2)
    assert 2**p * share >= chance
    assert p == 0 or 2 ** (p - 1) * share < chance


@settings(deadline=None)
@given(st.integers(1, 6), TOLERANCES, CHANCES)
def test_width_is_the_best_of_three_counts(size, eps, chance):
    h, share = width_lower(size, eps, chance).value, eps ** (size**2)
    # the values at the unit vectors, raised to the fourth power to be rational
    values = {1: 2, 2: 4**2, 4: 46**2}.get(size)
    enough = [4 ** (size * h) * share >= chance, ((2**size - 1) ** 2 + 1) ** h * share >= chance]
    if values is not None:
        volume = Q(2) ** (3 * size * (size - 1)) * share**4
        enough.append(values ** (2 * h) * volume >= chance**4)
    assert all(enough)
    assert h == 0 or width_lower(size, eps, chance).claim.startswith("theorem-2-")


def test_powers_of_two_are_met_exactly():
    assert parameters_lower(1, Q(1, 8)).value == 2
    assert parameters_lower(3, Q(1, 4), 1).value == 18
    assert information_limit(Q(1, 1024)).value == 10
    assert width_lower(1, Q(1, 4), 1).value == 4


def test_depth_two_is_the_count_of_weights():
    for size, eps in ((2, Q(1, 10)), (10, Q(1, 100)), (100, Q(1, 1000))):
        weights = parameters_lower(size, eps).value
        assert depth_width_lower(size, eps, 2).value == -(-weights // (2 * size))
        for depth in (3, 4, 7):
            h = depth_width_lower(size, eps, depth).value
            assert 2 * size * h + (depth - 2) * h * h >= weights
            assert 2 * size * (h - 1) + (depth - 2) * (h - 1) ** 2 < weights


def test_a_thousand_dimensions_take_no_time():
    assert parameters_lower(1000, "1/1000").value == 9965784
    assert width_lower(1000, "1/1000").value == 6145


@pytest.mark.parametrize("eps", [Q(1, 2), Q(3, 4), 1, 2])
def test_half_and_more_is_vacuous(eps):
    for bound in (parameters_lower(5, eps), width_lower(5, eps), depth_width_lower(5, eps, 3)):
        assert bound.value == 0
        assert bound.note.startswith("vacuous from eps = 1/2 on")


def test_the_bound_is_above_what_small_networks_need():
    # four slopes -3/4, -1/4, 1/4, 3/4 reach all of [-1, 1] within 1/4: two weights of chance 1 suffice
    assert parameters_lower(1, Q(1, 4), 1).value == 2
