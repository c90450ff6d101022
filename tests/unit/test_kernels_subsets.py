"""The subset kernels on instances too large for plain Python, against NumPy's enumeration of all sums."""

import numba
import numpy as np
import pytest

from lt_proofs.kernels import four_lists, sieve
from lt_proofs.kernels.cpu import compiled
from lt_proofs.subset_sum import (
    any_within,
    any_within_each,
    best_subset,
    best_subsets,
    count_within,
    fewest_within,
    fewest_within_each,
)
from lt_proofs.subset_sum.working_memory import lists_memory, streams_memory, table_memory

# sizes of samples from all equal, through many equal sums, to hardly any
SIZES = [0, 1, 3, 40, 2**24, 2**50]


def instance(number, size, seed):
    random = np.random.default_rng([number, seed])
    samples = random.integers(-size, size + 1, number)
    return samples, int(random.integers(-2 * size, 2 * size + 1))


def all_sums(samples):
    sums = np.zeros(1, np.int64)
    for x in samples:
        sums = np.concatenate([sums, sums + x])
    return sums


def best_by_enumeration(samples, target):
    errors = np.abs(all_sums(samples) - target)
    tied = np.flatnonzero(errors == errors.min())
    return min(tied.tolist(), key=lambda mask: (mask.bit_count(), mask)), int(errors.min())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [8, 11, 16, 19])
def test_best_and_its_ties(number, size):
    rows = [instance(number, size, seed) for seed in range(4)]
    samples = np.array([row[0] for row in rows])
    targets = np.array([row[1] for row in rows])
    masks, errors = best_subsets(samples, targets)
    for row, (values, target) in enumerate(rows):
        assert (masks[row], errors[row]) == best_by_enumeration(values, target)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [7, 12, 17])
def test_four_lists_agree_in_any_stride(number, size):
    samples, target = instance(number, size, 1)
    rows, states = streams_memory(number), np.zeros((3, 4), np.int64)
    compiled(four_lists.open_walk)(samples.copy(), number, rows, states)
    while not states[four_lists.ANSWER, four_lists.DONE]:
        compiled(four_lists.walk)(rows, states, 2 * target, -1, 100)
    mask, error = best_by_enumeration(samples, target)
    assert states[four_lists.ANSWER, four_lists.BEST] == mask
    assert states[four_lists.ANSWER, four_lists.ERROR] == 2 * error


@pytest.mark.parametrize("size", [1, 3, 40, 2**24])
@pytest.mark.parametrize("number", [9, 14, 18])
def test_fewest_any_and_counting(number, size):
    samples, target = instance(number, size, 2)
    sums = all_sums(samples)
    for eps in (0, size // 3, size):
        good = np.flatnonzero(np.abs(sums - target) <= eps).tolist()
        assert count_within(samples.tolist(), target, eps) == len(good)
        found = fewest_within(samples.tolist(), target, eps)
        quick = any_within(samples.tolist(), target, eps)
        assert (quick is None) == (found is None) == (not good)
        if found is not None:
            assert found.mask == min(good, key=lambda m: (m.bit_count(), abs(int(sums[m]) - target), m))
            assert quick.mask in good


@pytest.mark.parametrize("elements", range(1, 12))
def test_fewest_of_every_size(elements):
    """Powers of two: the only subset has as many elements as the target has bits."""
    samples = [1 << k for k in range(20)]
    found = fewest_within(samples, (1 << elements) - 1, 0)
    assert found is not None
    assert found.mask == (1 << elements) - 1


def test_zeros_are_never_taken():
    found = fewest_within([0, 5, 0, 0, 7, 0], 12, 0)
    assert found is not None
    assert found.mask == 0b10010
    assert best_subset([0] * 12, 0).mask == 0


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="two million steps of plain Python")
def test_forty_one_samples_go_through_four_lists():
    samples = [3 * 2**k for k in range(41)]
    told = []
    found = best_subset(samples, 3 * (2**41 - 1), progress=lambda done, total: told.append((done, total)))
    assert (found.mask, found.error) == ((1 << 41) - 1, 0)
    assert told
    assert any_within(samples, 1, 0) is None


def test_the_sieve_gives_up_on_too_many_equal_sums():
    number = 16
    samples = np.ones(number, np.int64)
    room, table = lists_memory(number), table_memory(number)
    assert compiled(sieve.sieve)(samples, number, 16, room, table)[0] == -1
    assert compiled(sieve.closest_of)(samples, number, 16, room, table) == (0b11111111, 0)


def test_threads_and_parts_change_nothing():
    random = np.random.default_rng(5)
    samples = random.integers(-1000, 1000, (500, 14))
    targets = random.integers(-3000, 3000, 500)
    for each in (
        lambda threads: best_subsets(samples, targets, threads=threads),
        lambda threads: any_within_each(samples, targets - 9, targets + 9, threads=threads),
        lambda threads: fewest_within_each(samples, targets - 9, targets + 9, threads=threads),
    ):
        for alone, shared in zip(each(1), each(4), strict=True):
            assert (alone == shared).all()


def test_a_batch_says_how_far_it_is():
    told = []
    best_subsets(np.ones((300, 3), np.int64), np.ones(300, np.int64), progress=lambda *step: told.append(step))
    assert told[-1] == (300, 300)


def test_targets_beyond_all_sums_need_no_search():
    random = np.random.default_rng(8)
    for number in (1, 5, 9):
        for _ in range(40):
            samples = random.integers(-3, 4, number)
            sums, masks = all_sums(samples), np.arange(1 << number)
            for middle in range(2 * int(sums.min()) - 3, 2 * int(sums.max()) + 4):
                mask, error = sieve.extreme(samples, number, middle)
                if 2 * sums.min() < middle < 2 * sums.max():
                    assert mask == sieve.NONE
                else:
                    distances = abs(2 * sums - middle)
                    best = [int(m) for m in masks[distances == distances.min()]]
                    assert error == distances.min() and mask == min(best, key=lambda m: (m.bit_count(), m))
