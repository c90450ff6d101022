"""Goals, masks of few products, norms and the checker's Philox against exact oracles."""

import itertools
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import lt_proofs
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.few import fewest_few
from lt_proofs.kernels.philox import block_of_words
from lt_proofs.networks.error_bound import spectral_norm
from lt_proofs.networks.goals import Goal

weights = st.floats(-4, 4, allow_subnormal=False).filter(lambda w: w == 0 or abs(w) > 1e-280)
tolerances = st.fractions(Fraction(1, 10**6), Fraction(1, 2), max_denominator=10**6)


@given(st.lists(weights, min_size=1, max_size=4), tolerances, st.integers(-3, 3), st.booleans())
def test_ends_of_a_goal_are_the_outermost_good_sums(row: list[float], eps: Fraction, offset: int, upper: bool) -> None:
    goal = Goal.of(np.array([row]), eps)
    unit = Fraction(2**goal.scale, 2**48)
    sums = (goal.high if upper else goal.low) + offset
    exact = [abs(int(total) * unit - Fraction(w)) for total, w in zip(sums[0], row, strict=True)]
    assert goal.within(sums[None])[0].tolist() == [error <= eps for error in exact]
    assert goal.largest_error(sums[None]) == max(exact)
    sizes = np.abs(goal.error_units(sums[None]))[0, 0]
    assert all(e <= int(size) * unit <= e + unit for e, size in zip(exact, sizes, strict=True))


@given(
    st.lists(st.integers(-60, 60), min_size=1, max_size=7),
    st.integers(-90, 90),
    st.integers(0, 5),
    st.integers(1, 4),
)
def test_few_products_are_as_few_and_as_close_as_can_be(samples: list[int], target: int, width: int, most: int) -> None:
    rooms = np.empty((2, 64), np.int64)
    low, high = target - width, target + width
    mask = compiled(fewest_few)(np.array(samples), len(samples), most, low, high, *rooms)
    sizes = (
        (k, min(abs(sum(s) - target) for s in itertools.combinations(samples, k)))
        for k in range(min(most, len(samples)) + 1)
    )
    expected = next(((k, error) for k, error in sizes if error <= width), None)
    chosen = [s for i, s in enumerate(samples) if mask >> i & 1]
    assert (None if mask < 0 else (len(chosen), abs(sum(chosen) - target))) == expected


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32))
def test_norms_bound_the_largest_singular_value(rows: int, columns: int, seed: int) -> None:
    matrix = np.random.Generator(np.random.PCG64(seed)).integers(-1000, 1000, (rows, columns))
    assert spectral_norm(matrix) >= np.linalg.norm(matrix, 2) * (1 - 1e-12)


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), min_size=1, max_size=5),
)
def test_the_checkers_philox_is_the_kernels(seed: int, stream: int, places: list[tuple[int, int]]) -> None:
    sys.path.insert(0, str(Path(lt_proofs.__file__).parent / "checker"))
    try:
        philox = __import__("philox")
    finally:
        sys.path.pop(0)
    numbers, trials = (philox.packed(column) for column in zip(*places, strict=True))
    words = philox.Blocks(seed, len(places)).words(numbers, stream, trials)
    for lane, (block, trial) in enumerate(places):
        ours = block_of_words(np.uint64(seed), np.uint64(stream), np.uint64(trial), np.uint64(block))
        assert [w[lane] for w in words] == [int(w) for w in ours]
