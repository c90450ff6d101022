"""The colouring of two rows of cells with the least flow, found in floats: a guide for the search, never a proof.

Mathematics 2.19 bounds the expected growth of a covered set K from below by the flow from K to its complement.
With the window divided into cells, K is described by two colourings: A for the cells at one offset and B for the cells
at another (Mathematics 2.20). ``bounds.flows`` asks for the worst pair (A, B); the checker enumerates them again in
integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def weakest(first: Any, second: Any, weights: Any, linear: float, bend: float) -> tuple[float, float, float, float]:
    """Minimise flow(A, B) - linear (a + b) + bend a b over non-empty colourings; return the minimum and its parts.

    The flow sums first[i, j] over A_i = 1, B_j = 0 and second[i, j] over A_i = 0, B_j = 1; a and b are the weights of
    the cells of colour 1 in A and in B. ``first`` and ``second`` are (cells, cells), ``weights`` is (cells,). The
    result is (minimum, flow, a + b, a b) of the minimiser. A negative minimum is exact; otherwise the value returned
    only shows that there is no negative one. Work is 2^cells · cells.
    """
    # For a fixed B the objective is additive in A: cell i contributes gain[i] if A_i = 1. So the best A takes exactly
    # the cells with negative gain, and only B has to be enumerated.
    cells = len(weights)
    gain = np.zeros(cells)
    for i in range(cells):
        gain[i] = -linear * weights[i]
        for j in range(cells):
            gain[i] += first[i, j]
    base, b = 0.0, 0.0
    least, best_flow, best_sum, best_product = np.inf, 0.0, 1.0, 0.0
    colour = np.zeros(cells, dtype=np.int8)
    # B runs through a Gray code: step ``code`` flips the cell of its lowest set bit, so one column updates the gains
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
