"""Masks for one output of a layer: for each input, which of its hidden units add up to the wanted weight.

A gadget is one hidden unit between an input and an output; its product of two weights is in units of 2^-48.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.few import fewest_few
from lt_proofs.kernels.sieve import closest_of
from lt_proofs.kernels.subsets import fewest_of

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
NONE = -1
SLOTS = 63
HALVES = 22
FEWEST = 0
EXACT = 1
PILOT = 2
AIMS = (FEWEST, EXACT, PILOT)


def gadget_products(first: Ints, second: Ints, members: Ints, out: Ints) -> int:
    """Write the product of each member's two weights; return how many members come before the padding."""
    count = 0
    for slot in range(min(members.size, SLOTS)):
        unit = members[slot]
        if unit < 0:
            break
        out[slot] = first[unit] * second[unit]
        count += 1
    return count


def choose(products: Ints, count: int, low: int, high: int, aim: int, room: Ints, table: Bytes) -> int:
    """The mask of a subset with its sum from low to high, or -1, according to the aim.

    FEWEST: of least size; PILOT: of least size, at most 3; EXACT: of least distance from the middle. Sizes above
    4 and least distances are looked for among 22 of the products at a time, until a subset is found.
    """
    if aim != EXACT:
        mask = fewest_few(products, count, 3 if aim == PILOT else 4, low, high, room[6], room[7])
        if mask != NONE or aim == PILOT:
            return mask
    start = 0
    while True:
        few = min(count, HALVES)
        start = min(start, count - few)
        if aim == EXACT:
            mask, error = closest_of(products[start:], few, low + high, room, table)
        else:
            mask, error = fewest_of(products[start:], few, low + high, high - low, room, room[6], room[7])
        if mask != NONE and error <= high - low:
            return mask << start
        start += HALVES
        if start >= count:
            return NONE


def total_of(products: Ints, count: int, mask: int) -> int:
    """The sum of the products that the mask takes."""
    total = 0
    for slot in range(count):
        if mask >> slot & 1:
            total += products[slot]
    return total


def keep(members: Ints, mask: int, edges: Bytes) -> None:
    """Set the bits of the hidden units that the mask takes in a packed row."""
    for slot in range(min(members.size, SLOTS)):
        if mask >> slot & 1:
            unit = members[slot]
            edges[unit >> 3] |= np.uint8(1 << (unit & 7))


def keep_row(members: Ints, masks: Ints, edges: Bytes) -> None:
    """``keep`` for the mask of each input, where there is one."""
    for j in range(masks.size):
        if masks[j] != NONE:
            keep(members[j], masks[j], edges)


def solve_row(
    first: Ints,
    second: Ints,
    members: Ints,
    low: Ints,
    high: Ints,
    aim: int,
    edges: Bytes,
    sums: Ints,
    solved: Bytes,
    room: Ints,
    table: Bytes,
) -> None:
    """Solve every unsolved weight of one output: set its bits in the packed mask and write its exact sum.

    members[j] are the hidden units of input j that may be used, padded by -1; low and high are the ends
    of the wanted sums; ``room`` has 9 rows of at least 2^11 + 12 entries, ``table`` 2^15 bytes. ValueError for an
    unknown aim.
    """
    if aim not in AIMS:
        raise ValueError("unknown aim: give FEWEST, EXACT or PILOT")
    products = room[8]
    for j in range(members.shape[0]):
        if solved[j] == 0:
            count = gadget_products(first, second, members[j], products)
            mask = choose(products, count, low[j], high[j], aim, room, table)
            if mask != NONE:
                keep(members[j], mask, edges)
                sums[j] = total_of(products, count, mask)
                solved[j] = 1
