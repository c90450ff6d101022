"""Exact finite companions of the two sides: small laws on grids, where every sequence of samples is counted."""

from fractions import Fraction
from itertools import product
from math import factorial

import pytest

F = Fraction


def exact(reach, half, samples):
    """For samples uniform on the integers up to the reach: how many sequences miss a point of [-half, half], and how
    many have positive samples with a sum below the half."""
    missed = short = 0
    for drawn in product(range(-reach, reach + 1), repeat=samples):
        sums = {0}
        for x in drawn:
            sums |= {s + x for s in sums}
        missed += not sums.issuperset(range(-half, half + 1))
        short += sum(x for x in drawn if x > 0) < half
    return F(missed, (2 * reach + 1) ** samples), F(short, (2 * reach + 1) ** samples)


@pytest.mark.parametrize(("reach", "half"), [(1, 1), (2, 1), (2, 2), (3, 2), (3, 3)])
@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_the_exact_probability_is_between_both_bounds(checker, reach, half, samples):
    missed, short = exact(reach, half, samples)
    *_, (ways, total) = checker.finite.uncovered(2 * half + 1, reach, samples)
    # too short sums are necessary, and the restricted process is enough
    assert short <= missed <= F(ways, total)


def test_the_closed_form_is_a_volume(checker):
    simplices = checker.necessity.simplices
    law = ("uniform", F(1))
    assert simplices(law, 0, F(1, 2)) == 1
    assert simplices(law, 1, F(1, 2)) == F(1, 2) + F(1, 4)
    assert simplices(law, 2, F(99, 100)) == F(1, 4) * (1 + 2 * F(99, 100) + F(99, 100) ** 2 / factorial(2))


@pytest.mark.parametrize("samples", [1, 2, 5])
def test_convolution_is_below_the_exact_value_and_near_it(checker, samples):
    goal = {"law": ("uniform", F(1)), "length": F(2), "tolerance": F(1, 100), "samples": F(samples)}
    value = checker.necessity.simplices(goal["law"], samples, F(99, 100))
    below = checker.necessity.reach({**goal, "chance": value - F(1, 100)}, {"tilt": "0", "points": 1000})
    assert below == "1000 steps"
    checker.rejected(
        "not more than the chance",
        checker.necessity.reach, {**goal, "chance": value}, {"tilt": "0", "points": 1000},
    )  # fmt: skip
