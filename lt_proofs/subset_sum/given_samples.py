"""Coverage of samples in a list or array, as Python callers ask for it: what ``lt_proofs.cover`` does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import as_written
from lt_proofs.subset_sum.coverage import Coverage, coverage

REMEDY = "give a list or one-dimensional array of numbers"


def cover(samples: Any, eps: Any, window: tuple[Any, Any] = (-1, 1)) -> Coverage:
    """Decide exactly whether every point of the window is within eps of a subset sum of the samples.

    ``samples`` is a list or array of integers, rationals, floats (each the dyadic number that it is) or texts. A float
    for ``eps`` or in the window means the decimal that Python prints.

    >>> cover([0.5, 0.25, "0.125"], eps=0.07, window=(0, 0.875))
    <Coverage: covered by the first 3 samples>
    >>> cover([1, 4], eps="1/2", window=(0, 2)).uncovered
    ((Fraction(3, 2), Fraction(2, 1)),)

    Raises BadInput for arguments that cannot be used.
    """
    tolerance = as_written(eps, "eps")
    try:
        low, high = window
    except (TypeError, ValueError):
        raise BadInput("window", window, "give the lower end and the upper end, as (-1, 1)") from None
    ends = as_written(low, "window"), as_written(high, "window")
    return coverage(_values(samples), tolerance, ends)


def _values(samples: Any) -> Iterable[Any]:
    if hasattr(samples, "detach"):
        samples = samples.detach().cpu().numpy()
    if isinstance(samples, np.ndarray):
        if samples.ndim != 1:
            raise BadInput("samples", f"an array of shape {samples.shape}", REMEDY)
        values: list[Any] = samples.tolist()
        return values
    if isinstance(samples, str | bytes) or not isinstance(samples, Iterable):
        raise BadInput("samples", repr(samples), REMEDY)
    return samples
