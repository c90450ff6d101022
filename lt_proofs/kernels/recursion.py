"""The certified recursion in floats: a search for the number of samples, which the checker then confirms in integers.

The probability that n samples do not cover obeys a worst-case recursion over the covered fraction v (Mathematics 2.26):
with one more sample an adversary picks any law of v' that satisfies the proved growth inequalities, and the worst value
is the concave envelope of the failure function at the guaranteed mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def failures(
    heights: Any, means: Any, share: float, least: float, most: int, ends: Any, places: Any, parts: Any
) -> Any:
    """Return the failure bounds at the first node after 1, 2, … samples; stop at the first <= ``least`` or at ``most``.

    The nodes divide the range of v into cells. heights[p] holds the values of the p-th increasing function y_p at the
    nodes, shape (count,); means[p] the guaranteed means of y_p(v') for v at the two ends of each cell, shape
    (count - 1, 2). A sample is non-zero with probability ``share``. From the third-last node on the window counts as
    covered: the bound, linear within each cell, is zero from the second-last node on.

    ends[n - 1] is another bound after n samples, a table of which node i reads the chord from cell places[i], at the
    share parts[i] of the way; the last row serves for all n beyond. The reading holds in the cell right of the node.
    """
    scales, count = heights.shape
    bounds, fresh = np.ones(count), np.zeros(count)
    bounds[count - 2 :] = 0.0
    hull = np.zeros(count, dtype=np.int64)
    cells = np.zeros((count, 2))
    found = np.zeros(most)
    for n in range(most):
        # without any growth inequality the bound of a cell stays what it was: coverage never decreases
        cells[:-1, 0], cells[:-1, 1] = bounds[:-1], bounds[1:]
        for p in range(scales):
            y = heights[p]
            # The upper hull of the points (y_p, bound) at the nodes i, i + 1, … is the concave envelope for a start in
            # cell i, because v' >= v. Going from right to left, each node enters and leaves the hull at most once.
            hull[0], top = count - 1, 1
            for i in range(count - 2, -1, -1):
                while top > 1:
                    near, far = hull[top - 1], hull[top - 2]
                    if (bounds[near] - bounds[i]) * (y[far] - y[i]) > (bounds[far] - bounds[i]) * (y[near] - y[i]):
                        break
                    top -= 1
                hull[top] = i
                top += 1
                # The line through the hull edge at the middle of the two means lies above the envelope everywhere, so
                # its values at both means bound the failure; any edge would be sound, this one is nearly the best.
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
        # a node belongs to two cells and takes the larger bound of both; the running maximum from the right makes the
        # bound non-increasing in v again, which the next step needs
        fresh[:] = 0.0
        row = ends[min(n, len(ends) - 1)]
        for i in range(count - 3):
            first = (1.0 - share) * bounds[i] + share * cells[i, 0]
            second = (1.0 - share) * bounds[i + 1] + share * cells[i, 1]
            cap = row[places[i]] + parts[i] * (row[places[i] + 1] - row[places[i]])
            if 2.0 * cap < first + second:
                first = second = cap
            fresh[i] = max(fresh[i], first)
            fresh[i + 1] = max(fresh[i + 1], second)
        for i in range(count - 2, -1, -1):
            fresh[i] = max(fresh[i], fresh[i + 1])
        bounds[:] = fresh
        found[n] = bounds[0]
        if bounds[0] <= least:
            return found[: n + 1]
    return found
