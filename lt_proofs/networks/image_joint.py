"""The largest norm of a sum of columns with unknown factors between -1 and 1, in floats (Mathematics 10.5).

The weights of the columns are the norms of what a matrix makes of them; a few rounds move the matrix towards the best
one: where the weights are w_j and N is the sum of c_j c_j^T / w_j, its square S^2 becomes S N S.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
ROUNDS, MOST_ROWS, ENTRY = 40, 64, 20


def joint_norm(columns: Reals, ball: Reals | None = None) -> tuple[float, list[list[int]]]:
    """Return a bound of the norm, and the matrix of integers that shows it; it is empty for the identity.

    ``ball`` holds groups of columns, groups x rows x columns; the factors of a group have Euclidean norm at most 1.
    """
    groups = [] if ball is None else list(ball)
    best, metric = _bound(columns, groups, None)[0], None
    rows = len(columns)
    if not 1 < rows <= MOST_ROWS:
        return best, []
    square = np.eye(rows)
    for _ in range(ROUNDS):
        values, vectors = np.linalg.eigh(square)
        root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
        exact = np.rint(root * (2.0**ENTRY / max(np.abs(root).max(), 1e-300)))
        bound, matrix = _bound(columns, groups, exact)
        if bound < best:
            best, metric = bound, exact
        square = root @ matrix @ root
        square = square / max(np.trace(square), 1e-300)
    return best, [] if metric is None else metric.astype(int).tolist()


def _bound(columns: Reals, groups: list[Reals], metric: Reals | None) -> tuple[float, Reals]:
    """Return the bound for the weights that come from a matrix, and the sum of c_j c_j^T / w_j."""
    made = columns if metric is None else metric @ columns
    weights = np.linalg.norm(made, axis=0)
    used = weights > 0
    matrix = (columns[:, used] / weights[used]) @ columns[:, used].T
    total = float(weights.sum())
    for group in groups:
        weight = float(np.linalg.norm(group if metric is None else metric @ group))
        if weight:
            matrix = matrix + group @ group.T / weight
            total += weight
    return float(np.sqrt(max(np.linalg.eigvalsh(matrix)[-1], 0.0) * total)), matrix
