"""Explicit packings of the spectral unit ball: all matrices of a grid with spacing above 2 eps (Mathematics 4.15)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.grid import exact
from lt_proofs.terms import Judgement, number

Ints = NDArray[np.int64]
MAX_SIZE = 3
# matrices whose norms are computed, and matrices that a certificate may list
MAX_CANDIDATES = 1 << 24
MAX_LISTED = 1 << 16


@dataclass(frozen=True)
class Packing:
    """All size x size matrices of spectral norm at most 1 whose entries are multiples of 1/cells, with 1/cells > 2 eps.

    Any two of them differ by at least 1/cells in some entry, so they are more than 2 eps apart.
    """

    size: int
    eps: Fraction
    cells: int
    matrices: Ints
    """One matrix a row, its entries row by row in units of 1/cells."""

    @property
    def volume_bound(self) -> Fraction:
        """The least size of a packing that p1 guarantees: (1/(2 eps))^(size^2) (Mathematics 4.1)."""
        return (1 / (2 * self.eps)) ** (self.size**2)


def explicit_packing(size: int, eps: Any) -> Packing:
    """Return the packing by the finest grid with spacing above 2 eps.

    >>> packing = explicit_packing(2, "0.24")
    >>> packing.cells, len(packing.matrices), round(float(packing.volume_bound), 1)
    (2, 113, 18.8)

    Raises BadInput for sizes other than 1, 2, 3, for eps >= 1/2, where p1 guarantees one matrix only, and for more than
    2^24 candidates.
    """
    tolerance = exact(eps, "eps")
    if size not in range(1, MAX_SIZE + 1):
        raise BadInput("dim", size, "explicit packings are for 1, 2 or 3")
    if not 0 < tolerance < Fraction(1, 2):
        raise BadInput("eps", eps, "give a number above 0 and below 1/2, where the bound says something")
    cells = ceil(1 / (2 * tolerance)) - 1
    candidates = (2 * cells + 1) ** (size**2)
    if candidates > MAX_CANDIDATES:
        raise BadInput("eps", eps, f"{candidates} candidates, over {MAX_CANDIDATES}; widen it or lower the dimension")
    return Packing(size, tolerance, cells, grid_matrices(size, cells))


def grid_matrices(size: int, cells: int) -> Ints:
    """Return all integer matrices of spectral norm at most ``cells``, one a row, entries row by row.

    M has norm at most c iff c^2 I - M M^T is positive semidefinite, that is, iff all its principal minors are >= 0;
    in integers this is decided exactly.
    """
    entries = np.indices((2 * cells + 1,) * size**2, dtype=np.int64).reshape(size**2, -1).T - cells
    columns = entries.reshape(-1, size, size)
    gap = cells**2 * np.eye(size, dtype=np.int64) - np.einsum("nki,nkj->nij", columns, columns)
    inside = np.ones(len(entries), bool)
    for count in range(1, size + 1):
        for chosen in combinations(range(size), count):
            inside &= _determinant(gap[:, chosen][:, :, chosen]) >= 0
    return np.ascontiguousarray(entries[inside])


def _determinant(rows: Ints) -> Ints:
    """Return the exact determinants of a stack of matrices with at most 3 rows, by Laplace expansion."""
    if rows.shape[1] == 1:
        return rows[:, 0, 0]
    kept = range(rows.shape[1])
    total = np.zeros(len(rows), np.int64)
    for j in kept:
        rest = [k for k in kept if k != j]
        total += (-1) ** j * rows[:, 0, j] * _determinant(rows[:, 1:][:, :, rest])
    return total


def packing_certificate(packing: Packing) -> str:
    """Return the certificate of a packing: it lists the matrices, and the checker computes norms and distances.

    Raises BadInput for more than 2^16 matrices.
    """
    if len(packing.matrices) > MAX_LISTED:
        raise BadInput("eps", packing.eps, f"{len(packing.matrices)} matrices, over {MAX_LISTED}; widen it")
    statement = Judgement.of(
        "matrices", size=packing.size, separation=number(2 * packing.eps), count=len(packing.matrices)
    )
    steps = Steps()
    data = {"denominator": packing.cells, "matrices": packing.matrices.tolist()}
    steps.add("explicit-matrices", statement, [], data)
    return certificate_text(certificate(f"packing-{packing.size}", steps))
