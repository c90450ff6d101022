"""Exact subset-sum queries for one target: the best subset, any within a tolerance, the smallest such, their number.

All numbers are exact. They are put on a common integer grid; where the integers do not fit 59 bits, ``best_subset`` and
``any_within`` search a coarser grid and compare the few candidates exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import common_grid, exact
from lt_proofs.kernels import counting, fewest, four_lists, quick, sieve
from lt_proofs.kernels.cpu import compiled
from lt_proofs.subset_sum.threads import Progress
from lt_proofs.subset_sum.working_memory import (
    FOUR_LISTS,
    TWO_LISTS,
    ends_memory,
    lists_memory,
    streams_memory,
    table_memory,
)

# steps of the four-list search between two reports of progress
STRIDE = 1 << 21
# the sizes of all samples, target and tolerance must add up to less than 2^59 units, so doubled sums fit int64
INT64_BITS = 59
# largest number of candidates that are compared exactly after rounding
MOST_NEAR = 1 << 16
NARROWER = "their absolute values must add up to less than 2^59 units of the grid; round them to fewer binary digits"


@dataclass(frozen=True)
class Subset:
    """A subset of the samples, its exact sum and its distance from the target; bit i of ``mask`` selects sample i."""

    mask: int
    sum: Fraction
    error: Fraction

    def text(self, number: int) -> str:
        """Return the mask as a string of 0 and 1 in the order of the ``number`` samples.

        >>> Subset(5, Fraction(0), Fraction(0)).text(4)
        '1010'
        """
        return "".join(str(self.mask >> i & 1) for i in range(number))

    def members(self, number: int) -> list[int]:
        """Return the places of the chosen ones among the ``number`` samples, counted from 0."""
        return [i for i in range(number) if self.mask >> i & 1]


@dataclass(frozen=True)
class _Query:
    """A query on one integer grid, exactly and as int64.

    ``integers`` are the samples, target and tolerance in units of the common grid; ``steps``, ``middle`` and ``width``
    are the samples, twice the target and twice the tolerance in units 2^dropped times as large, rounded to nearest.
    ``dropped`` is 0 unless the exact integers are too large.
    """

    values: list[Fraction]
    target: Fraction
    integers: list[int]
    steps: NDArray[np.int64]
    middle: int
    width: int
    dropped: int

    @property
    def number(self) -> int:
        """The number of samples."""
        return len(self.values)

    def answer(self, mask: int) -> Subset:
        """Return the subset of a mask with its exact sum and error."""
        total = sum((value for i, value in enumerate(self.values) if mask >> i & 1), Fraction(0))
        return Subset(mask, total, abs(total - self.target))


def best_subset(samples: Iterable[Any], target: Any, *, progress: Progress | None = None) -> Subset:
    """Return the subset whose sum is closest to the target, exactly.

    Ties go to the fewest elements, then to the lowest mask. Up to 40 samples may have any denominators. From 41 to 56
    samples their sizes must add up to less than 2^59 units of their common grid, and the search takes about
    2^(n/2) · 0.15 µs (40 s for 56). ``progress`` is called with (steps done, steps at most) from 41 samples on. Raises
    BadInput for more samples, unreadable numbers, or too fine a grid.

    >>> best_subset([1, "1/3", -0.5], "0.8")
    Subset(mask=7, sum=Fraction(5, 6), error=Fraction(1, 30))
    """
    query = _query_of(samples, target, 0, FOUR_LISTS)
    return query.answer(_best(query, progress))


def any_within(samples: Iterable[Any], target: Any, eps: Any, *, progress: Progress | None = None) -> Subset | None:
    """Return some subset whose sum is within eps of the target, or None if there is none.

    At most 56 samples; errors are as for ``best_subset``.

    >>> any_within([1, 2, 4], 5, 0).mask
    5
    >>> any_within([1, 2, 4], 9, 1) is None
    True
    """
    query = _query_of(samples, target, eps, FOUR_LISTS)
    # rounded numbers cannot decide a tolerance, so the best subset is found exactly and compared with it
    if query.dropped:
        found = query.answer(_best(query, progress))
        return found if found.error <= exact(eps, "eps") else None
    if query.number > TWO_LISTS:
        mask, error = _four_list_search(query, query.width, progress)
    else:
        room, table = lists_memory(query.number), table_memory(query.number)
        mask, error = compiled(quick.any_of)(query.steps, query.number, query.middle, query.width, room, table)
    return query.answer(int(mask)) if error <= query.width else None


def fewest_within(samples: Iterable[Any], target: Any, eps: Any) -> Subset | None:
    """Return the smallest subset whose sum is within eps of the target, or None if there is none.

    Of equally small subsets the one with the least error is taken, then the lowest mask. Raises BadInput for more than
    40 samples, unreadable numbers, or numbers that do not fit 59 bits on their common grid.

    >>> fewest_within([1, 2, 3, "3.1"], 3, "0.2").mask
    4
    """
    query = _query_of(samples, target, eps, TWO_LISTS)
    _require_int64(query)
    number = query.number
    mask, _ = compiled(fewest.smallest_of)(
        query.steps,
        number,
        query.middle,
        query.width,
        lists_memory(number),
        ends_memory(number),
        table_memory(number),
    )
    return query.answer(int(mask)) if mask >= 0 else None


def count_within(samples: Iterable[Any], target: Any, eps: Any) -> int:
    """Return the number of subsets whose sum is within eps of the target; errors are as for ``fewest_within``.

    >>> count_within([1, 1, 2], 2, 0)
    2
    """
    query = _query_of(samples, target, eps, TWO_LISTS)
    _require_int64(query)
    # both are doubled, so the ends of the interval are integers again
    low, high = (query.middle - query.width) // 2, (query.middle + query.width) // 2
    room = lists_memory(query.number)
    return int(compiled(counting.count_of)(query.steps, query.number, low, high, room))


def _best(query: _Query, progress: Progress | None) -> int:
    """Return the mask of the best subset."""
    if query.number > TWO_LISTS:
        _require_int64(query)
        return _four_list_search(query, -1, progress)[0]
    room, table = lists_memory(query.number), table_memory(query.number)
    mask, error = compiled(sieve.closest_of)(query.steps, query.number, query.middle, room, table)
    return _best_of_candidates(query, int(error)) if query.dropped else int(mask)


def _best_of_candidates(query: _Query, error: int) -> int:
    """Return the mask of the best subset if the kernel searched rounded numbers and found that doubled error.

    Samples and target are each off by at most half a unit, so rounding changes the error of a subset by at most
    (number + 1)/2 units. Hence the best subset has a rounded error less than number + 2 units above the least rounded
    error; all such subsets are listed and compared exactly. Raises BadInput if there are more than 2^16 of them.
    """
    reach = error // 2 + query.number + 2
    target = query.middle // 2
    masks = np.empty(MOST_NEAR, np.int64)
    room = lists_memory(query.number)
    near = compiled(counting.list_of)(query.steps, query.number, target - reach, target + reach, room, masks)
    if near > MOST_NEAR:
        raise BadInput("samples", "their common grid", f"{near} subsets are best up to rounding; {NARROWER}")
    *steps, wanted, _ = query.integers

    # the order of preference of all searches, on the exact integers
    def rank(mask: int) -> tuple[int, int, int]:
        total = sum(step for i, step in enumerate(steps) if mask >> i & 1)
        return abs(total - wanted), mask.bit_count(), mask

    return int(min(masks[:near].tolist(), key=rank))


def _require_int64(query: _Query) -> None:
    """Raise BadInput if the numbers had to be rounded to fit int64."""
    if query.dropped:
        raise BadInput("samples", "their common grid", NARROWER)


def _four_list_search(query: _Query, enough: int, progress: Progress | None) -> tuple[int, int]:
    """Return mask and doubled error found by the four-list search, reporting progress between strides."""
    rows = streams_memory(query.number)
    states = np.zeros((3, 4), np.int64)
    compiled(four_lists.open_walk)(query.steps, query.number, rows, states)
    step = compiled(four_lists.walk)
    # each step emits a sum of one half, so there are at most 2^(n/2) for each half
    gone, most = 0, 2 << (query.number + 1) // 2
    while not states[four_lists.ANSWER, four_lists.DONE]:
        gone += step(rows, states, query.middle, enough, STRIDE)
        if progress is not None:
            progress(gone, most)
    answer = states[four_lists.ANSWER]
    return int(answer[four_lists.BEST]), int(answer[four_lists.ERROR])


def _query_of(samples: Iterable[Any], target: Any, eps: Any, most: int) -> _Query:
    """Put a query on one integer grid; raise BadInput for numbers or counts that the kernels cannot take."""
    values = [exact(value, "samples") for value in samples]
    if len(values) > most:
        raise BadInput("samples", f"{len(values)} samples", f"give at most {most}")
    wanted, tolerance = exact(target, "target"), exact(eps, "eps")
    if tolerance < 0:
        raise BadInput("eps", eps, "give a tolerance of at least 0")
    _, integers = common_grid([*values, wanted, tolerance], "samples")
    # drop the low bits that do not fit; adding half a unit first rounds to nearest
    dropped = max(0, sum(map(abs, integers)).bit_length() - INT64_BITS)
    half = (1 << dropped) >> 1
    *steps, middle, width = [(integer + half) >> dropped for integer in integers]
    return _Query(values, wanted, integers, np.array(steps, np.int64), 2 * middle, 2 * width, dropped)
