"""Philox against the known answers of Random123, and the contract of its streams."""

import numpy as np
import pytest

from lt_proofs.errors import BadInput
from lt_proofs.kernels import laws, philox
from lt_proofs.kernels.cpu import compiled

KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
@pytest.mark.parametrize("run", [philox.philox, compiled(philox.philox)], ids=["plain", "compiled"])
def test_known_answers(run, counter, key, expected):
    assert list(run(*words(counter), *words(key))) == words(expected)


def test_counter_words_are_block_stream_trial():
    seed, stream, trial, block = 0x299F31D0_A4093822, 0x85A308D3, 0x03707344_13198A2E, 0x243F6A88
    drawn = compiled(philox.block_of_words)(*map(np.uint64, (seed, stream, trial, block)))
    assert list(drawn) == words(KNOWN[2][2])


def test_uniform_samples_are_odd_and_inside():
    for word in (0, 1, 255, 256, 2**31, 2**32 - 1):
        value = int(philox.uniform_odd(np.uint64(word)))
        assert value % 2 == 1
        assert abs(value) < 2**24
        assert value == 2 * (word >> 8) + 1 - 2**24


def test_product_and_gadget_samples():
    top = 2**24 - 1
    assert laws.sample_of_two(laws.STREAMS["product"], -top, top) == top * top
    assert laws.sample_of_two(laws.STREAMS["gadget"], -top, top) == 0
    assert laws.sample_of_two(laws.STREAMS["gadget"], top, -top) == -top * top


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seed_outside_the_key_is_refused(seed):
    with pytest.raises(BadInput, match=r"^seed: .* give an integer from 0 to 2\^64 - 1$"):
        philox.check_seed(seed)
