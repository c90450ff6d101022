"""The certified chain in floats: a search for the number of samples that the checker then has to confirm."""

from __future__ import annotations

from typing import Any

import numpy as np


def failures(heights: Any, means: Any, share: float, least: float, most: int) -> Any:
    """The bound at the first node after 1, 2, ... samples, until it is at most ``least`` or there are ``most``.

    ``heights[p]`` are the values of the p-th function at the nodes and ``means[p]`` its means at the two ends of each
    cell; a sample moves with probability ``share``.  Everything is covered from the last node but two on.
    """
    scales, count = heights.shape
    bounds, fresh = np.ones(count), np.zeros(count)
    bounds[count - 2 :] = 0.0
    hull = np.zeros(count, dtype=np.int64)
    cells = np.zeros((count, 2))
    found = np.zeros(most)
    for n in range(most):
        cells[:-1, 0], cells[:-1, 1] = bounds[:-1], bounds[1:]
        for p in range(scales):
            y = heights[p]
            hull[0], top = count - 1, 1
            for i in range(count - 2, -1, -1):
                while top > 1:
                    near, far = hull[top - 1], hull[top - 2]
                    if (bounds[near] - bounds[i]) * (y[far] - y[i]) > (bounds[far] - bounds[i]) * (y[near] - y[i]):
                        break
                    top -= 1
                hull[top] = i
                top += 1
                low, high = means[p, i, 0], means[p, i, 1]
                side = top - 1
                while side > 1 and 2.0 * y[hull[side - 1]] < low + high:
                    side -= 1
                left, right = hull[side], hull[side - 1]
                slope = (bounds[right] - bounds[left]) / (y[right] - y[left])
                first = max(0.0, bounds[left] + slope * (low - y[left]))
                second = max(0.0, bounds[left] + slope * (high - y[left]))
                if first + second < cells[i, 0] + cells[i, 1]:
                    cells[i, 0], cells[i, 1] = first, second
        fresh[:] = 0.0
        for i in range(count - 3):
            fresh[i] = max(fresh[i], (1.0 - share) * bounds[i] + share * cells[i, 0])
            fresh[i + 1] = max(fresh[i + 1], (1.0 - share) * bounds[i + 1] + share * cells[i, 1])
        for i in range(count - 2, -1, -1):
            fresh[i] = max(fresh[i], fresh[i + 1])
        bounds[:] = fresh
        found[n] = bounds[0]
        if bounds[0] <= least:
            return found[: n + 1]
    return found
