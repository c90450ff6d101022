"""Scales of hidden neurons with which the norms of a network's matrices bound its error best (Mathematics 3.15).

A neuron with the scale s sends s times as much and receives through 1/s, which changes no output, but the norms of the
matrices. The search goes downhill: the logarithm of a norm grows with that of a scale by the squared entries of its
singular vectors. Largest singular values that are nearly equal count together, by their powers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
# scales are multiples of 2^-BITS and at most MOST of them; their inverses are rounded up to multiples of 2^-INVERSE
BITS, INVERSE_BITS, MOST = 9, 15, 1023
# steps; the first changes some logarithm by STEP, and they grow shorter from the step SHORTER on
STEPS, STEP, SHORTER = 60, 0.25, 15
# vectors of each matrix that are followed, rounds in which they are found first, and the power of singular values
VECTORS, WARMING, POWER = 6, 10, 30
# scales that lower the bound by less than this part are not worth their place
GAIN = 0.005
TINY = 1e-300


def side_factors(rows: Ints | None, columns: Ints | None) -> tuple[Ints | None, Ints | None, int]:
    """Return whole factors of rows and of columns, and the bits of the unit in which both together count."""
    left = None if rows is None else -(-(1 << BITS + INVERSE_BITS) // rows)
    return left, columns, INVERSE_BITS * (left is not None) + BITS * (columns is not None)


def layer_sides(scales: Sequence[NDArray[Any]], name: str) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    """Return the scales of the neurons behind and before a matrix, or a product of two, by its name."""
    parts = name.split(" ")
    places = int(parts[0][1:]), int(parts[-1][1:]) - 1
    first, last = (scales[k - 1] if 1 <= k <= len(scales) else None for k in places)
    return first, last


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
@np.errstate(all="ignore")
def best_scales(
    matrices: Mapping[str, Reals], chains: Sequence[Sequence[str]], pairs: Collection[str]
) -> tuple[Ints, ...] | None:
    """Return scales of each hidden layer, in units of 2^-9, for the least sum of the chains; None if little is gained.

    ``matrices`` has those of the chains by their names ("W2"), ``pairs`` names the products whose norms are known.
    """
    depth = max(int(name[1:]) for chain in chains for name in chain)
    used = {name: matrices[name] for chain in chains for name in chain}
    for pair in pairs:
        left, right = pair.split(" ")
        used[pair] = matrices[left] @ matrices[right]
    if depth == 1 or not all(np.isfinite(matrix).all() and matrix.any() for matrix in used.values()):
        return None
    search = _Descent(used, chains, depth)
    logs = [np.zeros(len(matrices[f"W{k}"])) for k in range(1, depth)]
    for _ in range(WARMING):
        search.slopes(logs)
    least, best = np.inf, logs
    for step in range(STEPS):
        total, slopes = search.slopes(logs)
        if total < least:
            least, best = total, logs
        length = STEP / (1 + step / SHORTER)
        logs = [one - length * slope / max(np.abs(slope).max(), 1e-12) for one, slope in zip(logs, slopes, strict=True)]
    found = [_whole(one) for one in best]
    return tuple(found) if search.bound(found) < (1 - GAIN) * search.bound([]) else None


def _whole(logs: Reals) -> Ints:
    """Return the scales with these logarithms, but for a common factor, which does not count; the largest is MOST."""
    whole: Ints = np.maximum(np.rint(MOST * np.exp(logs - logs.max())), 1).astype(np.int64)
    return whole


class _Descent:
    def __init__(self, matrices: Mapping[str, Reals], chains: Sequence[Sequence[str]], depth: int) -> None:
        self.matrices, self.chains, self.depth = matrices, chains, depth
        random = np.random.Generator(np.random.PCG64(0))
        self.vectors = {}
        for name, matrix in matrices.items():
            count = min(VECTORS, *matrix.shape)
            self.vectors[name] = np.linalg.qr(matrix.T @ random.normal(size=(len(matrix), count)))[0]

    def bound(self, scales: Sequence[Ints]) -> float:
        """Return the sum of the chains with these scales, or without any."""
        norms = {}
        for name, matrix in self.matrices.items():
            left, right, bits = side_factors(*layer_sides(scales, name))
            norms[name] = float(np.linalg.norm(_between(matrix, left, right), 2)) * 2.0**-bits
        return sum(chain_factors(chain, norms)[0] for chain in self.chains)

    def slopes(self, logs: Sequence[Reals]) -> tuple[float, list[Reals]]:
        """Return the sum of the chains, nearly, and its slopes in the logarithms of the scales, but for their means."""
        norms, shares = {}, {}
        for name, matrix in self.matrices.items():
            behind, before = layer_sides(logs, name)
            rows, columns = None if behind is None else np.exp(-behind), None if before is None else np.exp(before)
            norms[name], *shares[name] = self._leading(name, _between(matrix, rows, columns))
        total, slopes = 0.0, [np.zeros(len(one)) for one in logs]
        for chain in self.chains:
            value, weights = chain_factors(chain, norms)
            total += value
            for name, weight in weights.items():
                parts = name.split(" ")
                for place, share in ((int(parts[0][1:]), -shares[name][0]), (int(parts[-1][1:]) - 1, shares[name][1])):
                    if 1 <= place < self.depth:
                        slopes[place - 1] += value * weight * share
        return total, [one - one.mean() for one in slopes]

    def _leading(self, name: str, matrix: Reals) -> tuple[float, Reals, Reals]:
        """Return the norm, nearly, and how it depends on rows and on columns: squared singular vectors."""
        left = np.linalg.svd(matrix @ self.vectors[name], full_matrices=False)[0]
        back = matrix.T @ left
        self.vectors[name] = np.linalg.qr(back)[0]
        squares = np.maximum((back * back).sum(axis=0), TINY)
        weights = (squares / squares.max()) ** (POWER / 2)
        weights /= weights.sum()
        return float(np.sqrt(squares.max())), left**2 @ weights, back**2 @ (weights / squares)


def _between(matrix: Reals, rows: NDArray[Any] | None, columns: NDArray[Any] | None) -> Reals:
    matrix = matrix if rows is None else matrix * rows[:, None]
    return matrix if columns is None else matrix * columns[None, :]


def chain_factors(chain: Sequence[str], norms: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """Return the least bound of a chain by single norms and pairs, and the exponents with which norms enter into it."""
    best: list[tuple[float, dict[str, float]]] = [(1.0, {})]
    for i, name in enumerate(chain):
        value, parts = best[i]
        found = value * norms[name], {**parts, name: parts.get(name, 0) + 1.0}
        pair = f"{chain[i - 1]} {name}"
        if i and pair in norms:
            value, parts = best[i - 1]
            apart = norms[chain[i - 1]] * norms[name]
            share = norms[pair] / (norms[pair] + apart) if apart else 0.0
            if value * (norms[pair] + apart) / 2 < found[0]:
                more = {pair: share, chain[i - 1]: 1 - share, name: 1 - share}
                found = value * (norms[pair] + apart) / 2, parts | more
        best.append(found)
    return best[-1]
