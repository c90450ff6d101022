"""Exact finite probabilities against enumeration of all sequences in Fractions."""

from fractions import Fraction as Q
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.subset_sum.probability import exact_probability, restricted_probability

LAWS = st.dictionaries(st.integers(-4, 4), st.integers(1, 5), min_size=1, max_size=4)


def of_all_sequences(law, n, covers):
    total = sum(law.values())
    return sum((Q(prod(law[x] for x in xs), total**n) for xs in product(law, repeat=n) if covers(xs)), Q(0))


@given(LAWS, st.integers(-3, 1), st.integers(0, 5), st.integers(0, 2), st.integers(0, 4))
def test_restricted_process(law, low, width, eps, n):
    window = set(range(low, low + width + 1))

    def covers(xs):
        reached = {z for z in window if abs(z) <= eps}
        for x in xs:
            reached |= {z + x for z in reached} & window
        return reached == window

    assert restricted_probability(law, (low, low + width), eps, n) == of_all_sequences(law, n, covers)


@given(LAWS, st.integers(-5, 3), st.integers(0, 6), st.integers(0, 3), st.integers(0, 4))
def test_free_sums(law, low, width, eps, n):
    def covers(xs):
        sums = {sum(x for x, t in zip(xs, taken, strict=True) if t) for taken in product((0, 1), repeat=n)}
        return all(any(abs(z - s) <= eps for s in sums) for z in range(low, low + width + 1))

    assert exact_probability(law, (low, low + width), eps, n) == of_all_sequences(law, n, covers)


@settings(max_examples=20)
@given(st.integers(1, 4), st.integers(1, 12))
def test_grid_form_of_the_explicit_bound_holds(half, n):
    """R4 on the window {0 … 2N - 1} with X uniform on {-N … N}: κ = N/(2N + 1)."""
    law = dict.fromkeys(range(-half, half + 1), 1)
    kappa = Q(half, 2 * half + 1)
    failure = 1 - restricted_probability(law, (0, 2 * half - 1), 0, n)
    assert failure <= (1 - kappa / 2) ** n * (2 * half - 1) * (2 * half - 1)


def test_many_samples_need_many_primes():
    law = dict.fromkeys(range(-3, 4), 1)
    later = restricted_probability(law, (0, 5), 0, 60)
    assert Q(99, 100) < later < 1
    assert (later * 7**60).denominator == 1


def test_fractional_weights_are_weights():
    law = {-1: Q(1, 6), 2: Q(1, 3), 1: Q(1, 2)}
    assert exact_probability(law, (0, 3), 0, 3) == exact_probability({-1: 1, 2: 2, 1: 3}, (0, 3), 0, 3)


@pytest.mark.parametrize(
    ("law", "window", "eps", "n", "word"),
    [
        ({}, (0, 1), 0, 1, "at least one value"),
        ({0.5: 1}, (0, 1), 0, 1, "must be integers"),
        ({1: 0}, (0, 1), 0, 1, "must be positive"),
        ({1: 1}, (1, 0), 0, 1, "lower end first"),
        ({1: 1}, (0, 1), -1, 1, "eps"),
        ({1: 1}, (0, 1), 0, 10**9, "n: 1000000000"),
        ({1: 1}, (0, 0.5), 0, 1, "give an integer"),
    ],
)
@pytest.mark.parametrize("ask", [restricted_probability, exact_probability])
def test_bad_input_is_one_line(ask, law, window, eps, n, word):
    with pytest.raises(BadInput, match=word):
        ask(law, window, eps, n)


def test_too_much_work_is_refused_before_it_starts():
    with pytest.raises(BadInput, match="at most 22"):
        restricted_probability({1: 1}, (0, 30), 0, 1)
    with pytest.raises(BadInput, match="multisets"):
        exact_probability(dict.fromkeys(range(40), 1), (0, 30), 0, 20)
