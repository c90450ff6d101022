"""The certified chain in floats: a search for the number of samples that the checker then has to confirm."""

from __future__ import annotations

from typing import Any

import numpy as np


def least_samples(nodes: Any, means: Any, reach: Any, failure: float, most: int) -> int:
    """The samples after which the bound at the first node is at most ``failure``, or -1 if ``most`` are too few.

    ``nodes`` rise and everything is covered from the last but one on; ``means`` has for each cell the mean at its two
    ends, ``reach`` the number of the first node at or beyond twice its upper end. Float64, a guide and no proof.
    """
    count = len(nodes)
    bounds = np.ones(count)
    bounds[count - 1] = 0.0
    fresh = np.zeros(count)
    for n in range(1, most + 1):
        for i in range(count):
            fresh[i] = 0.0
        for i in range(count - 1):
            last = reach[i]
            top = min(2.0 * nodes[i + 1], 1.0)
            beyond = top > nodes[count - 1]
            middle = 0.5 * (means[i, 0] + means[i, 1])
            left, right = i, last + 1 if beyond else last
            slope, height = 0.0, 0.0
            for _ in range(8):
                x_right = top if right > last else nodes[right]
                f_right = 0.0 if right > last else bounds[right]
                slope = (bounds[left] - f_right) / (x_right - nodes[left])
                if slope <= 0.0:
                    slope = 0.0
                height, best = -1.0, i
                for j in range(i, last + 1):
                    value = bounds[j] + slope * nodes[j]
                    if value > height:
                        height, best = value, j
                if beyond and slope * top > height:
                    height, best = slope * top, last + 1
                if slope == 0.0 or best in (left, right):
                    break
                x_best = top if best > last else nodes[best]
                if x_best <= middle:
                    left = best
                else:
                    right = best
            fresh[i] = max(fresh[i], height - slope * means[i, 0])
            fresh[i + 1] = max(fresh[i + 1], height - slope * means[i, 1])
        fresh[count - 1] = 0.0
        for i in range(count):
            bounds[i] = fresh[i]
        if bounds[0] <= failure:
            return n
    return -1
