"""Goals, masks of few products, norms and the checker's Philox against exact oracles."""

import itertools
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import lt_proofs
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.few import fewest_few
from lt_proofs.kernels.gadgets import CLOSEST, FEWEST, HALVES, PILOT, solve_row
from lt_proofs.kernels.philox import block_of_words
from lt_proofs.networks.norms import Matrix, Norms, by_squaring, find_witness, spectral_norm
from lt_proofs.networks.search import MEMORY
from lt_proofs.networks.wanted_sums import WantedSums
from lt_proofs.subset_sum.working_memory import table_memory

weights = st.floats(-4, 4, allow_subnormal=False).filter(lambda w: w == 0 or abs(w) > 1e-280)
tolerances = st.fractions(Fraction(1, 10**6), Fraction(1, 2), max_denominator=10**6)


@given(st.lists(weights, min_size=1, max_size=4), tolerances, st.integers(-3, 3), st.booleans())
def test_ends_of_a_goal_are_the_outermost_good_sums(row: list[float], eps: Fraction, offset: int, upper: bool) -> None:
    wanted = WantedSums.of(np.array([row]), eps)
    unit = Fraction(2**wanted.scale, 2**48)
    sums = (wanted.high if upper else wanted.low) + offset
    exact = [abs(int(total) * unit - Fraction(w)) for total, w in zip(sums[0], row, strict=True)]
    assert wanted.within(sums[None])[0].tolist() == [error <= eps for error in exact]
    assert wanted.largest_error(sums[None]) == max(exact)
    sizes = np.abs(wanted.error_units(sums[None]))[0, 0]
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


def checker_module(name: str) -> Any:
    """A module of the checker's folder `data`, which stands alone: its modules import each other by plain names."""
    sys.path.insert(0, str(Path(lt_proofs.__file__).parent / "checker"))
    try:
        return __import__(f"data.{name}", fromlist=[name])
    finally:
        sys.path.pop(0)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(-40, 5), st.integers(0, 2**32))
def test_witnesses_are_tight_and_the_checker_takes_them(rows: int, columns: int, exponent: int, seed: int) -> None:
    values = np.random.Generator(np.random.PCG64(seed)).normal(size=(rows, columns))
    units = np.rint(np.ldexp(values, 48 + exponent)).astype(np.int64)
    values = np.ldexp(units.astype(np.float64), -48)
    witness = find_witness(values)
    assert witness is not None or not units.any()
    if witness is not None:
        norm = checker_module("norms").witnessed(units.tolist(), 48, witness.entry("E1"))
        assert norm == witness.norm
        true = np.linalg.norm(values, 2)
        assert true * (1 - 1e-9) <= norm <= true * 1.001 + 2.0**-44


@given(st.integers(1, 8), st.integers(1, 8), st.integers(-40, 5), st.integers(0, 3), st.integers(0, 2**32))
def test_bounds_by_squaring_are_bounds(rows: int, columns: int, exponent: int, squarings: int, seed: int) -> None:
    """The checker's is above the norm, below its theoretical worst, and never above the one that was promised."""
    values = np.random.Generator(np.random.PCG64(seed)).normal(size=(rows, columns))
    units = np.rint(np.ldexp(values, 48 + exponent)).astype(np.int64)
    values = np.ldexp(units.astype(np.float64), -48)
    norm = checker_module("norms").by_squaring(units.tolist(), 48, squarings)
    true = np.linalg.norm(values, 2)
    # the Frobenius norm of the k-th power is at most the root of the number of rows times its norm
    worst = min(rows, columns) ** (1 / 2 ** (squarings + 2)) * 1.01
    assert true * (1 - 1e-9) <= norm <= true * worst + 2.0**-40
    assert norm <= by_squaring(values, squarings).norm + Fraction(1, 2**30)


@given(st.integers(1, 200), st.integers(1, 5), st.integers(0, 60), st.integers(0, 2**32))
@settings(max_examples=30)
def test_the_checkers_packed_gram_matrix(rows: int, columns: int, bits: int, seed: int) -> None:
    matrix = np.random.Generator(np.random.PCG64(seed)).integers(-(2**bits), 2**bits + 1, (rows, columns))
    exact = matrix.astype(object)
    whole = (exact @ exact.T).tolist()
    assert checker_module("products").gram(exact.tolist()) == [row[: i + 1] for i, row in enumerate(whole)]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 60), st.integers(0, 2**32))
def test_the_checkers_packed_product_is_the_product(a: int, b: int, c: int, bits: int, seed: int) -> None:
    random = np.random.Generator(np.random.PCG64(seed))
    left, right = (random.integers(-(2**bits), 2**bits + 1, shape).astype(object) for shape in ((a, b), (b, c)))
    assert checker_module("norms").product(left.tolist(), right.tolist()) == (left @ right).tolist()


@given(st.integers(0, 2**32))
def test_a_pair_with_anything_between_stays_below_its_chain(seed: int) -> None:
    random = np.random.Generator(np.random.PCG64(seed))
    a, b = random.normal(size=(3, 5)), random.normal(size=(5, 4))
    bound = Norms({"A": Matrix(a), "B": Matrix(b)}).chain(["A", "B"])
    for _ in range(20):
        gate = random.integers(0, 2, 5)
        assert np.linalg.norm((a * gate) @ b, 2) <= bound


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), min_size=1, max_size=5),
)
def test_the_checkers_philox_is_the_kernels(seed: int, stream: int, places: list[tuple[int, int]]) -> None:
    philox = checker_module("philox")
    numbers, trials = (philox.packed(column) for column in zip(*places, strict=True))
    words = philox.Blocks(seed, len(places)).words(numbers, stream, trials)
    for lane, (block, trial) in enumerate(places):
        ours = block_of_words(np.uint64(seed), np.uint64(stream), np.uint64(trial), np.uint64(block))
        assert [w[lane] for w in words] == [int(w) for w in ours]


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.sampled_from([FEWEST, CLOSEST, PILOT]), st.integers(1, 30))
def test_rows_are_solved_the_same_without_the_compiler(seed: int, objective: int, units: int) -> None:
    random = np.random.Generator(np.random.PCG64(seed))
    first, second = random.integers(-(2**24), 2**24, (2, units))
    members = np.flatnonzero(first > 0)[None]
    wanted = random.integers(-(2**48), 2**48, 1)
    low, high = wanted - 2**42, wanted + 2**42
    results = []
    for kernel in (solve_row, compiled(solve_row)):
        edges, sums, solved = np.zeros(4, np.uint8), np.zeros(1, np.int64), np.zeros(1, np.uint8)
        room, table = np.zeros(MEMORY, np.int64), table_memory(HALVES)
        kernel(first, second, members, low, high, objective, edges, sums, solved, room, table)
        results.append((edges.tolist(), sums.tolist(), solved.tolist()))
    assert results[0] == results[1]
    kept = np.flatnonzero(np.unpackbits(edges, count=units, bitorder="little"))
    assert int((first[kept] * second[kept]).sum()) == sums[0]
    assert set(kept) <= set(members[0])
    if solved[0]:
        assert low[0] <= sums[0] <= high[0]
