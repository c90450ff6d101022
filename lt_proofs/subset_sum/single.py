"""One target, a few samples: the best subset, any that is good enough, the smallest such."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import common_grid, exact, fits_int64
from lt_proofs.kernels import subsets as kernel
from lt_proofs.kernels.cpu import compiled
from lt_proofs.subset_sum.rooms import MAX_SAMPLES, ends_room, lists_room


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
    """Samples, target and tolerance on one grid."""

    values: list[Fraction]
    target: Fraction
    steps: Any
    middle: int
    width: int

    def answer(self, mask: int) -> Subset:
        total = sum((value for i, value in enumerate(self.values) if mask >> i & 1), Fraction(0))
        return Subset(mask, total, abs(total - self.target))


def best_subset(samples: Iterable[Any], target: Any) -> Subset:
    """The subset whose sum is closest to the target, exactly.

    Of several with the same error: the one with fewest elements, then the lowest mask.

    >>> best_subset([1, "1/3", -0.5], "0.8")
    Subset(mask=7, sum=Fraction(5, 6), error=Fraction(1, 30))
    """
    question = _ask(samples, target, 0)
    mask, _ = compiled(kernel.best_of)(
        question.steps, len(question.values), question.middle, -1, lists_room(len(question.values))
    )
    return question.answer(int(mask))


def any_within(samples: Iterable[Any], target: Any, eps: Any) -> Subset | None:
    """Some subset whose sum is within eps of the target; None if there is none.

    >>> any_within([1, 2, 4], 5, 0).mask
    5
    >>> any_within([1, 2, 4], 9, 1) is None
    True
    """
    question = _ask(samples, target, eps)
    mask, error = compiled(kernel.best_of)(
        question.steps,
        len(question.values),
        question.middle,
        question.width,
        lists_room(len(question.values)),
    )
    return question.answer(int(mask)) if error <= question.width else None


def fewest_within(samples: Iterable[Any], target: Any, eps: Any) -> Subset | None:
    """The smallest subset whose sum is within eps of the target; None if there is none.

    Of several equally small ones: the one with the least error, then the lowest mask.

    >>> fewest_within([1, 2, 3, "3.1"], 3, "0.2").mask
    4
    """
    question = _ask(samples, target, eps)
    number = len(question.values)
    mask, _ = compiled(kernel.fewest_of)(
        question.steps, number, question.middle, question.width, lists_room(number), *ends_room(number)
    )
    return question.answer(int(mask)) if mask >= 0 else None


def _ask(samples: Iterable[Any], target: Any, eps: Any) -> _Question:
    """The question on one integer grid; raises BadInput for what the kernels cannot take."""
    values = [exact(value, "samples") for value in samples]
    if len(values) > MAX_SAMPLES:
        raise BadInput("samples", f"{len(values)} samples", f"give at most {MAX_SAMPLES}")
    wanted, tolerance = exact(target, "target"), exact(eps, "eps")
    if tolerance < 0:
        raise BadInput("eps", eps, "give a tolerance of at least 0")
    _, integers = common_grid([*values, wanted, tolerance], "samples")
    if not fits_int64(integers):
        raise BadInput("samples", "their common grid", "their sizes must add up to less than 2^60 grid units")
    *steps, middle, width = integers
    return _Question(values, wanted, np.array(steps, np.int64), 2 * middle, 2 * width)
