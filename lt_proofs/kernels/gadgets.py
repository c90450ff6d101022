"""Masks for one output of a layer: for each input, a subset of its hidden units whose products sum to a weight.

This is the constructive side of the one-weight lemma (Mathematics 3.1). A gadget is a path input – hidden unit –
output; it contributes the product of its two weights, each in units of 2^-24, hence in units of 2^-48. The target
weight and its tolerance are given as the interval [low, high] of admissible sums.
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
# a mask is a signed 64-bit integer, so it has room for 63 units
SLOTS = 63
# samples searched at a time: the working memory of two halves of 11 fits a row of 2^11 + 12 entries
HALVES = 22
# objectives: which of the admissible subsets is wanted; the command line says sparse for FEWEST, exact for CLOSEST
FEWEST = 0
CLOSEST = 1
PILOT = 2
OBJECTIVES = (FEWEST, CLOSEST, PILOT)


def gadget_products(first: Ints, second: Ints, members: Ints, out: Ints) -> int:
    """Write the product of both weights of each hidden unit in ``members``; return the number before the padding."""
    count = 0
    for slot in range(min(members.size, SLOTS)):
        unit = members[slot]
        if unit < 0:
            break
        out[slot] = first[unit] * second[unit]
        count += 1
    return count


def choose(products: Ints, count: int, low: int, high: int, objective: int, room: Ints, table: Bytes) -> int:
    """Return the mask of a subset of the products with sum in [low, high] that suits the objective, or -1.

    FEWEST asks for the smallest subset, PILOT for the smallest one of at most 3 products, CLOSEST for the sum closest
    to the middle of the interval. Subsets of at most 4 products are searched among all of them; larger subsets, and
    closest sums, only within consecutive blocks of 22 products, the first block with a solution deciding. The result
    is therefore optimal within its block, not over all 63 products: searching them all would take 2^31 steps.
    """
    if objective != CLOSEST:
        mask = fewest_few(products, count, 3 if objective == PILOT else 4, low, high, room[6], room[7])
        if mask != NONE or objective == PILOT:
            return mask
    # the last block is moved back to end at the last product, so that it too has 22 products to choose from
    start = 0
    while True:
        few = min(count, HALVES)
        start = min(start, count - few)
        if objective == CLOSEST:
            # doubled, like the errors of all searches
            mask, error = closest_of(products[start:], few, low + high, room, table)
        else:
            mask, error = fewest_of(products[start:], few, low + high, high - low, room, room[6], room[7])
        if mask != NONE and error <= high - low:
            return mask << start
        start += HALVES
        if start >= count:
            return NONE


def total_of(products: Ints, count: int, mask: int) -> int:
    """Return the sum of the products that the mask selects."""
    total = 0
    for slot in range(count):
        if mask >> slot & 1:
            total += products[slot]
    return total


def keep(members: Ints, mask: int, edges: Bytes) -> None:
    """Set the bits of the hidden units that the mask selects in a packed row (bit u & 7 of byte u >> 3 is unit u)."""
    for slot in range(min(members.size, SLOTS)):
        if mask >> slot & 1:
            unit = members[slot]
            edges[unit >> 3] |= np.uint8(1 << (unit & 7))


def keep_row(members: Ints, masks: Ints, edges: Bytes) -> None:
    """Apply ``keep`` for each input j whose masks[j] is not -1; members[j] are its hidden units."""
    for j in range(masks.size):
        if masks[j] != NONE:
            keep(members[j], masks[j], edges)


def solve_row(
    first: Ints,
    second: Ints,
    members: Ints,
    low: Ints,
    high: Ints,
    objective: int,
    edges: Bytes,
    sums: Ints,
    solved: Bytes,
    room: Ints,
    table: Bytes,
) -> None:
    """Solve every unsolved weight of one output: set the bits of its units and write its exact sum.

    members[j] are the hidden units of input j that may be used, padded by -1; [low[j], high[j]] are the admissible sums
    in units of 2^-48; ``edges`` is the packed row of the mask; solved[j] becomes 1 where a subset was found. Working
    memory: ``room`` has 9 rows of at least 2^11 + 12 entries, ``table`` has 2^15 bytes. Raises ValueError for an
    unknown objective.
    """
    if objective not in OBJECTIVES:
        raise ValueError("unknown objective: give FEWEST, CLOSEST or PILOT")
    # rows 0 to 7 of the room belong to the searches, row 8 holds the products
    products = room[8]
    for j in range(members.shape[0]):
        if solved[j] == 0:
            count = gadget_products(first, second, members[j], products)
            mask = choose(products, count, low[j], high[j], objective, room, table)
            if mask != NONE:
                keep(members[j], mask, edges)
                sums[j] = total_of(products, count, mask)
                solved[j] = 1
