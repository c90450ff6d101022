"""Philox4x32-10, a counter-based generator: random words determined by (seed, stream, trial, index) alone.

Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3* (SC 2011), with the constants of
Random123. The key is the 64-bit seed and the counter is (block, stream, trial), so any draw can be recomputed on its
own, on any device, without generating those before it. Words are 32-bit numbers held in ``uint64``: products of two
of them and their sums then cannot overflow.
"""

from __future__ import annotations

import numpy as np

from lt_proofs.errors import BadInput

WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
FACTOR_0 = np.uint64(0xD2511F53)
FACTOR_1 = np.uint64(0xCD9E8D57)
STEP_0 = np.uint64(0x9E3779B9)
STEP_1 = np.uint64(0xBB67AE85)
ROUNDS = 10
# a sample uses the 24 leading bits of a word, because an odd multiple of 2^-24 is exact in float32
LOW_BITS = np.uint64(8)

# the stream of the random points of the growth estimates; each law has its own (laws.py)
POINTS = 4
# the units of one draw, and of a product of two
UNIFORM_BITS = 24
PRODUCT_BITS = 48

Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]


def philox(c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64) -> Words:
    """Return the four output words for a counter of four words and a key of two.

    >>> zero = np.uint64(0)
    >>> [f"{word:08x}" for word in philox(zero, zero, zero, zero, zero, zero)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    # a factor below 2^32 times a word below 2^32 fits 64 bits: the high half is mixed, the low half passed on
    for _ in range(ROUNDS):
        product_0 = FACTOR_0 * c0
        product_1 = FACTOR_1 * c2
        c0 = (product_1 >> HALF) ^ c1 ^ k0
        c1 = product_1 & WORD
        c2 = (product_0 >> HALF) ^ c3 ^ k1
        c3 = product_0 & WORD
        k0 = (k0 + STEP_0) & WORD
        k1 = (k1 + STEP_1) & WORD
    return c0, c1, c2, c3


def block_of_words(seed: np.uint64, stream: np.uint64, trial: np.uint64, block: np.uint64) -> Words:
    """Return the draws 4·block, …, 4·block + 3 of a trial in a stream."""
    # counter words: block, stream, and the trial in two halves; key words: the seed in two halves
    return philox(block, stream, trial & WORD, trial >> HALF, seed & WORD, seed >> HALF)


def uniform_odd(word: np.uint64) -> int:
    """Map a word to a sample of U(-1, 1): an odd integer below 2^24 in absolute value, in units of 2^-24.

    The odd multiples of 2^-24 are the midpoints of 2^24 equal cells of (-1, 1); the law is symmetric and never 0.

    >>> int(uniform_odd(np.uint64(0))), int(uniform_odd(np.uint64(2**32 - 1)))
    (-16777215, 16777215)
    """
    return int(2 * np.int64(word >> LOW_BITS) + (1 - (1 << UNIFORM_BITS)))


def check_seed(seed: int) -> int:
    """Return the seed if it fits the 64 bits of the key; raise BadInput otherwise."""
    if not 0 <= seed < 1 << 64:
        raise BadInput("seed", seed, "give an integer from 0 to 2^64 - 1")
    return seed
