"""One target, a few samples: the best subset, any that is good enough, the smallest such, how many."""

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
from lt_proofs.subset_sum.rooms import (
    FOUR_LISTS,
    TWO_LISTS,
    ends_room,
    lists_room,
    streams_room,
    table_room,
)
from lt_proofs.subset_sum.threads import Progress

STRIDE = 1 << 21
INT64_BITS = 59
MOST_NEAR = 1 << 16
NARROWER = "their sizes must add up to less than 2^59 units of the grid; round them to fewer binary digits"


@dataclass(frozen=True)
class Subset:
    """A subset of the samples: bit i of ``mask`` says that sample i is taken."""

    mask: int
    sum: Fraction
    error: Fraction

    def text(self, number: int) -> str:
        """The mask as 0 and 1 in the order of the samples.

        >>> Subset(5, Fraction(0), Fraction(0)).text(4)
        '1010'
        """
        return "".join(str(self.mask >> i & 1) for i in range(number))


@dataclass(frozen=True)
class _Question:
    """Samples, twice the target and twice the tolerance on one grid, exactly and as int64.

    The latter are rounded to multiples of 2^dropped when the former are too large.
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
        return len(self.values)

    def answer(self, mask: int) -> Subset:
        total = sum((value for i, value in enumerate(self.values) if mask >> i & 1), Fraction(0))
        return Subset(mask, total, abs(total - self.target))


def best_subset(samples: Iterable[Any], target: Any, *, progress: Progress | None = None) -> Subset:
    """The subset whose sum is closest to the target, exactly.

    Of several with the same error: the one with fewest elements, then the lowest mask. Up to 40 samples
    may be as fine as they like. From 41 to 56 their sizes must fit 59 bits on their common grid, and it
    takes about 2^(n/2) · 0.15 µs (40 s for 56).

    >>> best_subset([1, "1/3", -0.5], "0.8")
    Subset(mask=7, sum=Fraction(5, 6), error=Fraction(1, 30))
    """
    question = _ask(samples, target, 0, FOUR_LISTS)
    return question.answer(_best(question, progress))


def any_within(samples: Iterable[Any], target: Any, eps: Any, *, progress: Progress | None = None) -> Subset | None:
    """Some subset whose sum is within eps of the target; None if there is none. At most 56 samples.

    >>> any_within([1, 2, 4], 5, 0).mask
    5
    >>> any_within([1, 2, 4], 9, 1) is None
    True
    """
    question = _ask(samples, target, eps, FOUR_LISTS)
    if question.dropped:
        found = question.answer(_best(question, progress))
        return found if found.error <= exact(eps, "eps") else None
    if question.number > TWO_LISTS:
        mask, error = _walk(question, question.width, progress)
    else:
        room, table = lists_room(question.number), table_room(question.number)
        mask, error = compiled(quick.any_of)(
            question.steps, question.number, question.middle, question.width, room, table
        )
    return question.answer(int(mask)) if error <= question.width else None


def fewest_within(samples: Iterable[Any], target: Any, eps: Any) -> Subset | None:
    """The smallest subset whose sum is within eps of the target; None if there is none.

    Of several equally small ones: the one with the least error, then the lowest mask. At most 40 samples.

    >>> fewest_within([1, 2, 3, "3.1"], 3, "0.2").mask
    4
    """
    question = _ask(samples, target, eps, TWO_LISTS)
    _fits(question)
    number = question.number
    mask, _ = compiled(fewest.smallest_of)(
        question.steps,
        number,
        question.middle,
        question.width,
        lists_room(number),
        ends_room(number),
        table_room(number),
    )
    return question.answer(int(mask)) if mask >= 0 else None


def count_within(samples: Iterable[Any], target: Any, eps: Any) -> int:
    """How many subsets have their sum within eps of the target. At most 40 samples.

    >>> count_within([1, 1, 2], 2, 0)
    2
    """
    question = _ask(samples, target, eps, TWO_LISTS)
    _fits(question)
    low, high = (question.middle - question.width) // 2, (question.middle + question.width) // 2
    room = lists_room(question.number)
    return int(compiled(counting.count_of)(question.steps, question.number, low, high, room))


def _best(question: _Question, progress: Progress | None) -> int:
    """The mask of the best subset."""
    if question.number > TWO_LISTS:
        _fits(question)
        return _walk(question, -1, progress)[0]
    room, table = lists_room(question.number), table_room(question.number)
    mask, error = compiled(sieve.closest_of)(question.steps, question.number, question.middle, room, table)
    return _best_of_near(question, int(error)) if question.dropped else int(mask)


def _best_of_near(question: _Question, error: int) -> int:
    """The mask of the best subset when the kernels saw rounded numbers, which cost them that error.

    Samples and target are each off by at most half a unit, so the best subset is among those that come
    out less than number + 2 units worse; these few are compared exactly.
    """
    reach = error // 2 + question.number + 2
    target = question.middle // 2
    masks = np.empty(MOST_NEAR, np.int64)
    room = lists_room(question.number)
    near = compiled(counting.list_of)(question.steps, question.number, target - reach, target + reach, room, masks)
    if near > MOST_NEAR:
        raise BadInput("samples", "their common grid", f"{near} subsets are best up to rounding; {NARROWER}")
    *steps, wanted, _ = question.integers

    def rank(mask: int) -> tuple[int, int, int]:
        total = sum(step for i, step in enumerate(steps) if mask >> i & 1)
        return abs(total - wanted), mask.bit_count(), mask

    return int(min(masks[:near].tolist(), key=rank))


def _fits(question: _Question) -> None:
    """Raises BadInput when the numbers had to be rounded."""
    if question.dropped:
        raise BadInput("samples", "their common grid", NARROWER)


def _walk(question: _Question, enough: int, progress: Progress | None) -> tuple[int, int]:
    """Mask and doubled error by the walk over four lists, which reports as it goes."""
    rows = streams_room(question.number)
    states = np.zeros((3, 4), np.int64)
    compiled(four_lists.open_walk)(question.steps, question.number, rows, states)
    step = compiled(four_lists.walk)
    gone, most = 0, 2 << (question.number + 1) // 2
    while not states[four_lists.ANSWER, four_lists.DONE]:
        gone += step(rows, states, question.middle, enough, STRIDE)
        if progress is not None:
            progress(gone, most)
    answer = states[four_lists.ANSWER]
    return int(answer[four_lists.BEST]), int(answer[four_lists.ERROR])


def _ask(samples: Iterable[Any], target: Any, eps: Any, most: int) -> _Question:
    """The question on one integer grid; raises BadInput for what the kernels cannot take."""
    values = [exact(value, "samples") for value in samples]
    if len(values) > most:
        raise BadInput("samples", f"{len(values)} samples", f"give at most {most}")
    wanted, tolerance = exact(target, "target"), exact(eps, "eps")
    if tolerance < 0:
        raise BadInput("eps", eps, "give a tolerance of at least 0")
    _, integers = common_grid([*values, wanted, tolerance], "samples")
    dropped = max(0, sum(map(abs, integers)).bit_length() - INT64_BITS)
    half = (1 << dropped) >> 1
    *steps, middle, width = [(integer + half) >> dropped for integer in integers]
    return _Question(values, wanted, integers, np.array(steps, np.int64), 2 * middle, 2 * width, dropped)
