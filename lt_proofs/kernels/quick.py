"""Any subset with its sum in an interval, by two small blocks of samples in most cases.

The 32 sums of the first five samples are combined with those of each later block of five. Only if no combination falls
into the interval does the complete search decide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR
from lt_proofs.kernels.sieve import closest_of, few_sums
from lt_proofs.kernels.subsets import NONE

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
BLOCK = 5


def met(sums: Ints, count: int, more_sums: Ints, more: int, middle: int, width: int) -> int:
    """Return the first pair with doubled error at most ``width`` as place + count · place in the second list; or -1."""
    # the minimum over the second list is branch-free; the place is looked for only if the minimum is small enough
    for i in range(count):
        rest = middle - 2 * sums[i]
        least = FAR
        for j in range(more):
            least = min(least, abs(2 * more_sums[j] - rest))
        if least <= width:
            for j in range(more):
                if abs(2 * more_sums[j] - rest) == least:
                    return i + count * j
    return NONE


def any_in_blocks(samples: Ints, number: int, middle: int, width: int, room: Ints) -> tuple[int, int]:
    """Return mask and doubled error of a subset of two blocks with doubled error at most ``width``; or mask -1.

    The first two rows of ``room`` hold 2^BLOCK sums each.
    """
    sums, more_sums = room[0], room[1]
    first = min(BLOCK, number)
    count = few_sums(samples, 0, first, sums)
    for start in range(first, number, BLOCK):
        more = few_sums(samples, start, min(start + BLOCK, number), more_sums)
        pair = met(sums, count, more_sums, more, middle, width)
        if pair != NONE:
            # sums are stored in the order of masks, so places are masks within the blocks
            i = pair % count
            j = pair // count
            return i | j << start, abs(2 * (sums[i] + more_sums[j]) - middle)
    return NONE, FAR


def any_of(samples: Ints, number: int, middle: int, width: int, room: Ints, table: Bytes) -> tuple[int, int]:
    """Return mask and doubled error of a subset with doubled error at most ``width``, or else of the best subset.

    ``room`` and ``table`` are as for ``sieve.closest_of``.
    """
    mask, error = any_in_blocks(samples, number, middle, width, room)
    if mask != NONE:
        return mask, error
    return closest_of(samples, number, middle, room, table)


def any_each(
    samples: Ints, counts: Ints, middles: Ints, widths: Ints, masks: Ints, errors: Ints, room: Ints, table: Bytes
) -> None:
    """Apply ``any_of`` to the first counts[row] samples of each row."""
    for row in range(len(samples)):
        masks[row], errors[row] = any_of(samples[row], counts[row], middles[row], widths[row], room, table)
