"""Masks for weights with a tolerance so small that blocks of 22 products have no sum near enough: wider blocks.

A block of b products has 2^b sums, of which meeting in the middle looks at 2^(b/2) at a time. The gadgets' kernels
search blocks of 22; what they leave unsolved is searched here, in blocks of up to WIDEST products.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.gadgets import CLOSEST, NONE, gadget_products, keep, total_of
from lt_proofs.kernels.subsets import best_of, fewest_of

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
# products in a block at most: two lists of 2^18 sums, and 19 MiB of working memory for each thread
WIDEST = 36


def wide_shape(block: int) -> tuple[int, int]:
    """Return the shape of the working memory of `wide_row` for blocks of so many products."""
    half = (block + 1) // 2
    return 9, max((1 << half) + half + 1, 64)


def wide_row(
    first: Ints,
    second: Ints,
    members: Ints,
    low: Ints,
    high: Ints,
    objective: int,
    block: int,
    edges: Bytes,
    sums: Ints,
    solved: Bytes,
    room: Ints,
) -> None:
    """Solve unsolved weights of one output, in place, within consecutive blocks of so many products.

    The first block with an admissible sum decides: its smallest subset, or with the objective CLOSEST its closest sum.
    Other arguments are those of `gadgets.solve_row`; ``room`` has the shape `wide_shape`.
    """
    products = room[8]
    for j in range(members.shape[0]):
        if solved[j] == 0:
            count = gadget_products(first, second, members[j], products)
            mask = in_blocks(products, count, low[j], high[j], objective, block, room)
            if mask != NONE:
                keep(members[j], mask, edges)
                sums[j] = total_of(products, count, mask)
                solved[j] = 1


def in_blocks(products: Ints, count: int, low: int, high: int, objective: int, block: int, room: Ints) -> int:
    """Return the mask of a subset with its sum in [low, high], from the first block that has one; -1 if none has."""
    # the last block is moved back to end at the last product, as in `gadgets.choose`
    start = 0
    while True:
        few = min(count, block)
        start = min(start, count - few)
        if objective == CLOSEST:
            mask, error = best_of(products[start:], few, low + high, NONE, room)
        else:
            mask, error = fewest_of(products[start:], few, low + high, high - low, room, room[6], room[7])
        if mask != NONE and error <= high - low:
            return mask << start
        start += block
        if start >= count:
            return NONE
