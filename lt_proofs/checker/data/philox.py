"""Philox4x32-10, many blocks at a time, in plain integers.

Block b lives in bits 64b .. 64b+31 of one big integer; the product of a word and a 32-bit constant stays
inside its 64 bits, so that a round of all blocks is a handful of operations on big integers.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

WORD = 0xFFFFFFFF
MULTIPLY = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
UNIT = 1 << 24


class Blocks:
    """A number of blocks under one seed that are computed together."""

    def __init__(self, seed: int, count: int) -> None:
        self.size = 8 * count
        self.ones = int.from_bytes(bytes((1, 0, 0, 0, 0, 0, 0, 0)) * count, "little")
        low, high = seed & WORD, seed >> 32
        self.keys = [
            (((low + r * WEYL[0]) & WORD) * self.ones, ((high + r * WEYL[1]) & WORD) * self.ones) for r in range(ROUNDS)
        ]

    def words(self, numbers: int, stream: int, trials: int, high: int = 0) -> list[array[int]]:
        """The four words of each block, from packed block numbers and trials, and what the trials have above 2^32."""
        mask = self.ones * WORD
        a, b, c, d = numbers, stream * self.ones, trials, high * self.ones
        for first, second in self.keys:
            p, q = a * MULTIPLY[0], c * MULTIPLY[1]
            a, b, c, d = ((q >> 32) & mask) ^ b ^ first, q & mask, ((p >> 32) & mask) ^ d ^ second, p & mask
        return [self._unpacked(word) for word in (a, b, c, d)]

    def _unpacked(self, lanes: int) -> array[int]:
        values = array("Q", lanes.to_bytes(self.size, "little"))
        if sys.byteorder == "big":
            values.byteswap()
        return values


def packed(values: Iterable[int]) -> int:
    """One value below 2^32 for each block, as :class:`Blocks` takes them."""
    words = array("Q", values)
    if sys.byteorder == "big":
        words.byteswap()
    return int.from_bytes(words.tobytes(), "little")


def uniform(word: int, radius: int) -> int:
    """The sample of a word between -radius and radius, in units of 2^-24; radius 1 leaves an odd integer."""
    return (2 * (word >> 8) + 1 - UNIT) * radius >> 24


def odds(words: Iterable[int]) -> list[int]:
    """The samples of words between -1 and 1, odd integers in units of 2^-24: `uniform` of radius 1."""
    return [2 * (word >> 8) + 1 - UNIT for word in words]
