"""Sums of squares: a positive semidefinite matrix by Newton's method in floats, rounded, and decomposed exactly.

A polynomial is a sum of squares if and only if it is b^T Q b for the vector b of monomials and a positive semidefinite
matrix Q (a Gram matrix). Such Q form an affine space. A point well inside the positive semidefinite ones can be rounded
to rationals. If there is none, all Q have a common kernel (the polynomial has zeros), and b is restricted to what is
orthogonal to the kernel; then again. The squares are read from the exact decomposition, so floats decide nothing.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from lt_proofs.proof.calculus import Floats
from lt_proofs.proof.fractional import Poly, coefficients, exchanged, rational

MAX_BASIS = 24
MAX_DIRECTIONS = 150
FLAT = 1e-4
"""Eigenvalues below this share of the largest one count as zero."""
INSIDE, OUTSIDE = 1e-6, -1e-5
"""Least eigenvalues above and below which a matrix is taken to be definite, or no semidefinite one to exist."""
ROUNDS = 4
"""How many times the kernel is removed."""
Squares = list[tuple[Fraction, Poly]]


class Ring:
    """Polynomials over generators, some of them sine and cosine of one angle."""

    def __init__(self, context: Any, waves: list[tuple[int, int]]) -> None:
        self.context = context
        self.waves = waves

    def reduced(self, polynomial: Poly) -> Poly:
        """The polynomial with cos^2 replaced by 1 - sin^2."""
        for i, j in self.waves:
            polynomial = exchanged(polynomial, j, 2, 1 - self.context.gens()[i] ** 2)
        return polynomial

    def basis(self, polynomial: Poly) -> list[Poly]:
        """The monomials that may occur in the squares, as few as degrees and cancellation allow.

        A monomial whose square is neither in the polynomial nor a product of two other monomials cannot cancel.
        """
        rows = [index for index, _ in coefficients(polynomial)]
        caps = [max(index[k] for index in rows) for k in range(len(rows[0]))]
        for i, j in self.waves:
            caps[i] = caps[j] = max(caps[i], caps[j])
        total, least = max(map(sum, rows)), 0 if self.waves else min(map(sum, rows))
        found = [
            b for b in product(*(range((c + 1) // 2 + 1) for c in caps)) if least <= 2 * sum(b) <= total + total % 2
        ]
        while not self.waves:
            sums = {tuple(map(sum, zip(b, c, strict=True))) for b in found for c in found if b != c} | set(rows)
            kept = [b for b in found if tuple(2 * e for e in b) in sums]
            if len(kept) == len(found):
                break
            found = kept
        whole = [b for b in found if all(b[j] <= 1 for _, j in self.waves)]
        return [self.context.from_dict({b: 1}) for b in whole]


def squares(polynomial: Poly, ring: Ring) -> Squares | None:
    """Positive factors and polynomials whose multiplied squares add up to the polynomial; None if none are found."""
    target, basis = ring.reduced(polynomial), ring.basis(polynomial)
    for _ in range(ROUNDS):
        if not 0 < len(basis) <= MAX_BASIS:
            return None
        space = affine(target, basis, ring)
        if space is None or len(space[1]) > MAX_DIRECTIONS:
            return None
        point, value = centre(*map(floats_of, space))
        if value > INSIDE:
            return rounded(space, point, basis)
        if value < OUTSIDE:
            return None
        smaller = restricted(floats_of(space[0]) + np.tensordot(point, floats_of(space[1]), 1), basis)
        # a kernel that is not found exactly leaves nothing to restrict to
        if smaller is None or len(smaller) == len(basis):
            return None
        basis = smaller
    return None


Space = tuple[list[list[Fraction]], list[list[list[Fraction]]]]


def affine(target: Poly, basis: list[Poly], ring: Ring) -> Any:
    """The symmetric matrices Q with b^T Q b = target: one, and a basis of their differences; None if there is none."""
    n = len(basis)
    places = [(i, j) for i in range(n) for j in range(i, n)]
    columns = [dict(coefficients(ring.reduced(basis[i] * basis[j] * (1 if i == j else 2)))) for i, j in places]
    wanted = dict(coefficients(target))
    rows = sorted({index for column in columns for index in column} | set(wanted))
    # one equation for each monomial, one unknown for each entry on or above the diagonal
    table = [[column.get(index, fmpq(0)) for column in columns] + [wanted.get(index, fmpq(0))] for index in rows]
    solved, rank = fmpq_mat(table).rref()
    pivots = [next((c for c in range(len(places) + 1) if solved[r, c]), len(places)) for r in range(rank)]
    # a pivot in the last column: the equations contradict one another
    if len(places) in pivots:
        return None
    start = {c: rational(solved[r, len(places)]) for r, c in enumerate(pivots)}
    directions = []
    for free in sorted(set(range(len(places))) - set(pivots)):
        step = {c: -rational(solved[r, free]) for r, c in enumerate(pivots)}
        directions.append(symmetric(step | {free: Fraction(1)}, places, n))
    return symmetric(start, places, n), directions


def symmetric(entries: dict[int, Fraction], places: list[tuple[int, int]], n: int) -> list[list[Fraction]]:
    """The symmetric matrix of size n with these entries, numbered as the pairs of ``places``; zero elsewhere."""
    matrix = [[Fraction(0)] * n for _ in range(n)]
    for k, value in entries.items():
        i, j = places[k]
        matrix[i][j] = matrix[j][i] = value
    return matrix


def floats_of(matrix: Any) -> Floats:
    """Fractions as floats."""
    return np.array(matrix, dtype=np.float64)


def centre(start: Floats, directions: Floats) -> tuple[Floats, float]:
    """Coefficients of the directions at which the least eigenvalue is nearly maximal, and that eigenvalue (at most 1).

    A barrier method: for growing weights t, Newton's method maximises t y + log det(Q - y I) + log(1 - y).
    """
    n, size = len(start), len(directions)
    if not size:
        return np.zeros(0), float(np.linalg.eigvalsh(start)[0])
    steps = np.concatenate([directions, -np.eye(n)[None]])
    y = np.zeros(size + 1)
    y[-1] = float(np.linalg.eigvalsh(start)[0]) - 1
    weight = 1.0
    while weight < 1e7:
        for _ in range(12):
            inverse = np.linalg.inv(start + np.tensordot(y, steps, 1))
            turned = inverse @ steps
            gradient = -np.trace(turned, axis1=1, axis2=2)
            hessian = turned.reshape(size + 1, -1) @ turned.transpose(0, 2, 1).reshape(size + 1, -1).T
            gradient[-1] += 1 / (1 - y[-1]) - weight
            hessian[-1, -1] += 1 / (1 - y[-1]) ** 2
            # a small multiple of the identity, for the hessian is singular where a direction changes nothing
            move = -np.linalg.solve(hessian + 1e-13 * np.trace(hessian) * np.eye(size + 1), gradient)
            decrement = float(-gradient @ move)
            # the damped step stays inside the positive definite matrices
            y = y + move / (1 + np.sqrt(max(decrement, 0)))
            if decrement < 1e-3:
                break
        # well inside, or outside for certain: the greatest least eigenvalue is at most n / weight away
        if y[-1] > 0.05 or (weight > 1000 and y[-1] + 4 * n / weight < -1e-3):
            break
        weight *= 6
    return y[:-1], float(np.linalg.eigvalsh(start + np.tensordot(y[:-1], directions, 1))[0])


def restricted(matrix: Floats, basis: list[Poly]) -> list[Poly] | None:
    """The polynomials spanned by the basis and orthogonal to the kernel of the matrix.

    None if there is no kernel, or if it is not spanned by vectors with denominators up to 12.
    """
    values, vectors = np.linalg.eigh(matrix)
    kernel = vectors[:, values < FLAT * max(1.0, float(values[-1]))].T
    if not len(kernel):
        return None
    used: list[int] = []
    # Gauss and Jordan: a kernel with small denominators has a reduced basis with small denominators
    for row in range(len(kernel)):
        pivot = int(np.argmax(np.abs(kernel[row])))
        kernel[row] /= kernel[row, pivot]
        for other in range(len(kernel)):
            if other != row:
                kernel[other] -= kernel[other, pivot] * kernel[row]
        used.append(pivot)
    exact = [[Fraction(float(x)).limit_denominator(12) for x in row] for row in kernel]
    if np.max(np.abs(floats_of(exact) - kernel)) > 0.02:
        return None
    found = []
    for k in sorted(set(range(len(basis))) - set(used)):
        # a vector v with v . kernel = 0: the free entry k is 1, each pivot takes what is lacking
        parts = [(-row[k], basis[pivot]) for row, pivot in zip(exact, used, strict=True)]
        found.append(sum((fmpq(c.numerator, c.denominator) * b for c, b in parts), basis[k]))
    return found


def rounded(space: Space, point: Floats, basis: list[Poly]) -> Squares | None:
    """The squares of a rational matrix near the point, rounded to as few bits as leave it semidefinite; or None."""
    start, directions = space
    # few bits first: they make short certificates
    for bits in (4, 8, 14, 24):
        near = [Fraction(round(float(x) * 2**bits), 2**bits) for x in point]
        matrix = [
            [sum((c * d[i][j] for c, d in zip(near, directions, strict=True)), start[i][j]) for j in range(len(basis))]
            for i in range(len(basis))
        ]
        found = decomposed(matrix, basis)
        if found is not None:
            return found
    return None


def decomposed(matrix: list[list[Fraction]], basis: list[Poly]) -> Squares | None:
    """b^T Q b as a sum of squares by elimination; None if Q is not positive semidefinite."""
    matrix, found = [row[:] for row in matrix], []
    for k, row in enumerate(matrix):
        pivot = row[k]
        # a semidefinite matrix with a zero on the diagonal has zeros in that row
        if pivot < 0 or (pivot == 0 and any(row[k:])):
            return None
        if pivot == 0:
            continue
        line = [x / pivot for x in row]
        parts = [(line[j], basis[j]) for j in range(k + 1, len(basis))]
        found.append((pivot, sum((fmpq(c.numerator, c.denominator) * b for c, b in parts), basis[k])))
        for i in range(k + 1, len(basis)):
            factor = matrix[i][k]
            matrix[i] = [x - factor * y for x, y in zip(matrix[i], line, strict=True)]
    return found
