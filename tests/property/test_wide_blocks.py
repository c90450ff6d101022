"""Subsets for small tolerances, in blocks of up to 36 products: as in plain enumeration, in Python and compiled."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.kernels import wide
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.gadgets import CLOSEST, FEWEST, HALVES, NONE
from lt_proofs.networks import Layer, Target, prune
from lt_proofs.networks.search import block_of
from lt_proofs.networks.wanted_sums import WantedSums


@given(
    st.lists(st.integers(-300, 300), min_size=1, max_size=9),
    st.integers(-500, 500),
    st.integers(0, 6),
    st.integers(2, 6),
    st.sampled_from([FEWEST, CLOSEST]),
)
def test_the_first_block_with_a_sum_decides(
    products: list[int], middle: int, reach: int, block: int, objective: int
) -> None:
    low, high, count = middle - reach, middle + reach, len(products)
    starts = [min(start, max(count - block, 0)) for start in range(0, count, block)]
    wanted = NONE
    for start in starts:
        slots = range(start, min(start + block, count))
        fitting = [
            (k, abs(total - middle), sum(1 << slot for slot in chosen))
            for k in range(len(slots) + 1)
            for chosen in itertools.combinations(slots, k)
            if low <= (total := sum(products[slot] for slot in chosen)) <= high
        ]
        if fitting:
            wanted = min(fitting, key=lambda one: (one[1], *one) if objective == CLOSEST else one)[2]
            break
    array, room = np.array(products, np.int64), np.zeros(wide.wide_shape(block), np.int64)
    found = [run(array, count, low, high, objective, block, room) for run in (wide.in_blocks, compiled(wide.in_blocks))]
    assert found == [wanted, wanted]


@pytest.mark.parametrize(
    ("eps", "block"), [("1e-2", 22), ("2e-6", 22), ("1e-6", 24), ("1e-8", 32), ("1e-10", 36), ("1e-14", 36)]
)
def test_blocks_grow_as_tolerances_shrink(eps: str, block: int) -> None:
    assert block_of(WantedSums.of(np.array([[0.5]]), Fraction(eps))) == block
    assert block_of(WantedSums.of(np.array([[0.5]]), Fraction("1e-2"))) == HALVES


@pytest.mark.parametrize("objective", ["sparse", "exact"])
def test_a_tolerance_below_a_millionth_is_met(objective: str) -> None:
    weights = np.random.default_rng(0).uniform(-1, 1, (2, 3))
    pruned = prune(Target.of([Layer(weights, None)], ["a"]), Fraction("1e-8"), objective=objective)
    assert pruned.solved == pruned.weights
    assert pruned.max_weight_error <= Fraction("1e-8")
    assert pruned.error_bound < Fraction("3e-8")


def test_a_tolerance_that_no_block_reaches_is_refused_before_a_search() -> None:
    target = Target.of([Layer(np.full((2, 3), 0.3), None)], ["a"])
    with pytest.raises(BadInput) as caught:
        prune(target, Fraction("1e-13"))
    assert "of 36 products at a time; give about 2e-10, or scale large weights down" in str(caught.value)
