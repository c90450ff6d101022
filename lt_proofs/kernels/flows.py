"""The flow out of sets of cells: the weakest of all colourings of two rows, in floats; a guide and no proof."""

from __future__ import annotations

from typing import Any

import numpy as np


def weakest(first: Any, second: Any, weights: Any, linear: float, bend: float) -> tuple[float, float, float, float]:
    """The least of flow - linear (a + b) + bend a b over all colourings A, B, if not above 0, and its flow, a + b, a b.

    ``first[i, j]`` flows where A_i = 1 and B_j = 0, ``second[i, j]`` where A_i = 0 and B_j = 1; a and b are the
    weights of the cells of colour 1 in the rows.  The empty colouring is left out.
    """
    cells = len(weights)
    gain = np.zeros(cells)
    for i in range(cells):
        gain[i] = -linear * weights[i]
        for j in range(cells):
            gain[i] += first[i, j]
    base, b = 0.0, 0.0
    least, best_flow, best_sum, best_product = np.inf, 0.0, 1.0, 0.0
    colour = np.zeros(cells, dtype=np.int8)
    for code in range(1 << cells):
        if code > 0:
            j = 0
            while (code >> j) & 1 == 0:
                j += 1
            sign = 1.0 if colour[j] == 0 else -1.0
            colour[j] = 1 - colour[j]
            b += sign * weights[j]
            for i in range(cells):
                base += sign * second[i, j]
                gain[i] += sign * (bend * weights[i] * weights[j] - first[i, j] - second[i, j])
        total, a = base - linear * b, 0.0
        for i in range(cells):
            if gain[i] < 0:
                total += gain[i]
                a += weights[i]
        if total < least and a + b > 0:
            least, best_sum, best_product = total, a + b, a * b
            best_flow = total + linear * (a + b) - bend * a * b
    return least, best_flow, best_sum, best_product
