"""First passage of random trials against single coverage of the samples of a Philox written apart."""

from fractions import Fraction as Q

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.kernels import passage
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.places import INDEX_MASK
from lt_proofs.laws import GADGET, LAWS, PRODUCT, UNIFORM
from lt_proofs.subset_sum import first_passage
from lt_proofs.subset_sum.trials import first_passages

WORD = (1 << 32) - 1


def philox(counter, key):
    (a, b, c, d), (k, m) = counter, key
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = q >> 32 ^ b ^ k, q & WORD, p >> 32 ^ d ^ m, p & WORD
        k, m = k + 0x9E3779B9 & WORD, m + 0xBB67AE85 & WORD
    return a, b, c, d


def uniform(law, seed, trial, draw):
    words = philox((draw // 4, law.stream, trial & WORD, trial >> 32), (seed & WORD, seed >> 32))
    return Q(2 * (words[draw % 4] >> 8) + 1 - 2**24, 2**24)


def samples(law, seed, trial, number):
    if law is UNIFORM:
        return [uniform(law, seed, trial, i) for i in range(number)]
    pairs = [(uniform(law, seed, trial, 2 * i), uniform(law, seed, trial, 2 * i + 1)) for i in range(number)]
    return [b * (max(a, 0) if law is GADGET else abs(a)) for a, b in pairs]


@settings(max_examples=40)
@given(
    st.sampled_from(list(LAWS.values())),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**40),
    st.sampled_from([Q(1, 3), Q(1, 10), Q(3, 32), Q(7, 5)]),
    st.sampled_from([(-1, 1), (Q(-1, 3), Q(1, 2)), (0, 0), (Q(1, 7), 1)]),
)
def test_trials_are_the_coverage_of_their_samples(law, seed, trial, eps, window):
    found = first_passages(law, seed, 3, eps, window, start=trial, most=12)
    for place in range(3):
        expected = first_passage(samples(law, seed, trial + place, 12), eps, window)
        assert found[place] == (-1 if expected is None else expected)


@pytest.mark.parametrize("law", [UNIFORM, PRODUCT, GADGET], ids=lambda law: law.name)
def test_a_law_draws_the_samples_of_the_contract(law):
    for trial, index in ((0, 0), (5, 7), (2**33 + 1, 10)):
        assert law.sample(2**63 + 11, trial, index) == samples(law, 2**63 + 11, trial, index + 1)[-1]


def test_neither_threads_nor_parts_change_the_answer():
    whole = first_passages(UNIFORM, 7, 300, "0.05", threads=1)
    assert (first_passages(UNIFORM, 7, 300, "0.05", threads=3) == whole).all()
    parts = [first_passages(UNIFORM, 7, 100, "0.05", start=start) for start in (0, 100, 200)]
    assert (np.concatenate(parts) == whole).all()


@given(st.lists(st.integers(1, 12), min_size=1, max_size=7), st.integers(0, 6))
def test_half_of_the_union_is_the_lower_half_of_the_whole(sizes, width):
    step = compiled(passage.lower_half_union)
    lo, hi, new_lo, new_hi = np.zeros((4, 300), np.int64)
    hi[0], count, total, sums = width, 1, width, {0}
    for size in sizes:
        count = step(lo, hi, count, total, size, FAR, INDEX_MASK, new_lo, new_hi)
        lo, new_lo, hi, new_hi = new_lo, lo, new_hi, hi
        total += size
        sums |= {s + size for s in sums}
        whole = []
        for s in sorted(sums):
            if whole and s <= whole[-1][1]:
                whole[-1][1] = s + width
            else:
                whole.append([s, s + width])
        assert np.stack([lo, hi], 1)[:count].tolist() == [pair for pair in whole if 2 * pair[0] <= total]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"eps": -1}, "eps: -1"),
        ({"trials": -1}, "trials: -1"),
        ({"trials": 10**12}, "trials"),
        ({"seed": 2**64}, "seed"),
        ({"most": 2**40}, "n: "),
        ({"eps": "1e-9"}, "intervals"),
        ({"window": (1, 0)}, "lower end first"),
        ({"window": (0, 2**70)}, "window"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_input_is_one_line(change, word):
    with pytest.raises(BadInput, match=word):
        first_passages(**{"law": UNIFORM, "seed": 1, "trials": 2, "eps": "1/4", **change})
