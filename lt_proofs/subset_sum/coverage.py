"""Decide exactly whether every point of a window is within ε of a subset sum, and from which sample on.

Mathematics 7.4 proves that the decision is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import common_grid, exact, fits_int64
from lt_proofs.kernels import coverage as kernel
from lt_proofs.kernels.cpu import compiled

MAX_SAMPLES = 100_000
MAX_INTERVALS = 1 << 24
FAR = 1 << 62

Progress = Callable[[int, int], None]
Gap = tuple[Fraction, Fraction]


@dataclass(frozen=True, repr=False)
class Coverage:
    """The result of ``coverage``.

    ``first_passage`` is the least n such that the first n samples cover the window, or None. ``uncovered`` holds the
    ends (low, high) of the first uncovered gaps in exact rationals; ``gaps`` is the number of all of them.
    """

    covered: bool
    first_passage: int | None
    uncovered: tuple[Gap, ...]
    gaps: int

    def __repr__(self) -> str:
        if self.covered:
            return f"<Coverage: covered by the first {self.first_passage} samples>"
        where = f", the first from {self.uncovered[0][0]} to {self.uncovered[0][1]}" if self.uncovered else ""
        return f"<Coverage: not covered, {self.gaps} gap{'s' * (self.gaps > 1)}{where}>"


def coverage(
    samples: Iterable[Any],
    eps: Any,
    window: tuple[Any, Any] = (-1, 1),
    *,
    most_gaps: int = 100,
    progress: Progress | None = None,
) -> Coverage:
    """Decide exactly whether every real in the window is within eps of a subset sum of the samples.

    Partial sums may leave the window. Intervals are closed, so intervals that touch leave no gap. Samples are integers,
    rationals, floats (taken at their exact dyadic value) or texts such as "1/3".

    >>> coverage([1, 2, 4], "1/2", (0, 7))
    <Coverage: covered by the first 3 samples>
    >>> coverage([1, 4], "1/2", (0, 2)).uncovered
    ((Fraction(3, 2), Fraction(2, 1)),)

    Work is O(n · range/eps), not O(2^n); memory is at most 32 bytes for each of at most 2^24 intervals. At most
    ``most_gaps`` gaps are returned; ``progress`` is called with (samples done, samples). Raises BadInput if a number
    cannot be read, the tolerance is negative, the window is empty, or more than 2^24 intervals would have to be kept.
    """
    values = [exact(value, "samples") for value in _limited(samples)]
    tolerance, low, high = exact(eps, "eps"), exact(window[0], "window"), exact(window[1], "window")
    if tolerance < 0:
        raise BadInput("eps", eps, "give a tolerance of at least 0")
    if low > high:
        raise BadInput("window", f"{low},{high}", "give the lower end first")
    # one grid for everything makes the decision one of integers
    unit, integers = common_grid([*values, tolerance, low, high])
    *steps, radius, bottom, top = integers
    passage, lo, hi = _cover(steps, radius, bottom, top, integers, progress)
    if passage is not None:
        return Coverage(True, passage, (), 0)
    gaps = _gaps(lo, hi, bottom, top)
    shown = tuple((Fraction(int(a), unit), Fraction(int(b), unit)) for a, b in gaps[:most_gaps])
    return Coverage(False, None, shown, len(gaps))


def first_passage(samples: Iterable[Any], eps: Any, window: tuple[Any, Any] = (-1, 1)) -> int | None:
    """Return the least n such that the first n samples cover the window within eps; None if all of them do not.

    Arguments and errors are as for ``coverage``.

    >>> first_passage([1, 2, 4, 8], "1/2", (0, 7))
    3
    """
    return coverage(samples, eps, window, most_gaps=0).first_passage


def _limited(samples: Iterable[Any]) -> Sequence[Any]:
    """Return the samples as a list; raise BadInput if there are too many."""
    values = list(samples)
    if len(values) > MAX_SAMPLES:
        raise BadInput("samples", f"{len(values)} samples", f"give at most {MAX_SAMPLES}")
    return values


def _cover(
    steps: list[int], radius: int, bottom: int, top: int, integers: list[int], progress: Progress | None
) -> tuple[int | None, NDArray[Any], NDArray[Any]]:
    """Add samples until the window is covered; return the first passage, or None, and the intervals left.

    The arguments are integers on the common grid. If they do not fit int64, the same kernel runs uncompiled on Python
    integers.
    """
    # the radius counts twice: an interval extends by it on both sides of a sum
    narrow = fits_int64([*integers, radius])
    join = compiled(kernel.union_with_shifted) if narrow else kernel.union_with_shifted
    kind: Any = np.int64 if narrow else object
    # beyond every end by more than any step
    far = FAR if narrow else 4 * sum(map(abs, integers)) + 1
    to_come_up = _suffix_sums([max(step, 0) for step in steps])
    to_come_down = _suffix_sums([min(step, 0) for step in steps])
    # [-radius, radius] surrounds the empty sum; the second entry is place for the sentinel
    lo, hi = np.array([-radius, 0], kind), np.array([radius, 0], kind)
    start, stop = 0, 1
    for number in range(len(steps) + 1):
        if number:
            # at most twice the intervals and the sentinel; memory grows only as intervals do
            room = 2 * (stop - start) + 1
            if room > 2 * MAX_INTERVALS:
                raise BadInput("eps", "this tolerance", f"it needs over {MAX_INTERVALS} intervals; give a larger one")
            new_lo, new_hi = np.empty(room, kind), np.empty(room, kind)
            kept = lo[start : stop + 1], hi[start:stop], stop - start
            stop = join(*kept, steps[number - 1], far, new_lo, new_hi)
            lo, hi = new_lo, new_hi
        # a point below bottom - (all later positive samples) can never be moved into the window; likewise above
        start, stop = kernel.cut(lo, hi, stop, bottom - to_come_up[number], top - to_come_down[number])
        if kernel.covers(lo, hi, start, stop, bottom, top):
            return number, lo, hi
        if progress is not None:
            progress(number, len(steps))
    return None, lo[start:stop], hi[start:stop]


def _suffix_sums(steps: list[int]) -> list[int]:
    """Return the suffix sums: entry n is the sum of all steps after the first n."""
    return list(accumulate(reversed(steps), initial=0))[::-1]


def _gaps(lo: NDArray[Any], hi: NDArray[Any], bottom: int, top: int) -> list[tuple[int, int]]:
    """Return the ends of the components of [bottom, top] minus the intervals, all of which lie in [bottom, top]."""
    if len(lo) == 0:
        return [(bottom, top)]
    # gaps between neighbouring intervals, and possibly one at each end of the window
    inner = [(int(a), int(b)) for a, b in zip(hi[:-1], lo[1:], strict=True)]
    first = [(bottom, int(lo[0]))] if bottom < lo[0] else []
    last = [(int(hi[-1]), top)] if hi[-1] < top else []
    return [*first, *inner, *last]
