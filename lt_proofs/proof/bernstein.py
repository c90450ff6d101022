"""Search for halving trees that show the sign of a polynomial on a box; the checker repeats the arithmetic.

A polynomial of degree n on [0, 1] is a sum of its Bernstein coefficients times basis polynomials, which are not
negative and add up to 1. So if no coefficient is negative, neither is the polynomial; else the box is halved. The
coefficients at corners are values of the polynomial, so a negative one there ends the search. All arithmetic is exact.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, lcm, prod
from typing import Any

from flint import fmpq

from lt_proofs.proof.work import DONE

MAX_COEFFICIENTS = 20_000
MAX_LEAVES = 400

Line = list[Any]
Tensor = dict[tuple[int, ...], Any]
Coefficients = dict[tuple[int, ...], Fraction]
"""The powers of each variable of the box, and the coefficient."""
Tree = Any
Box = list[tuple[str, bool, Fraction | None, Fraction | None, bool]]
"""Per variable: name, low end closed?, low, high, high end closed?"""


def sign_tree(polynomial: Coefficients, box: Box, strict: bool, leaves: int = MAX_LEAVES) -> list[Any] | None:
    """``[sign, tree]`` that shows the sign of the polynomial on the box, or None when none is found.

    Strict: the polynomial is nowhere zero there.
    """
    cells, degrees = coefficients(polynomial, box)
    if cells is None:
        return None
    faces = [(r[1], r[4]) for r in box]
    # both signs, for a factor of a product may be negative
    for sign in (1, -1):
        signed = [sign * c for c in cells]
        # in a list, because all branches of the tree spend the same budget
        budget = [leaves]
        tree = grow(signed, degrees, faces, strict, budget, 0)
        if tree is not FAILED:
            return [sign, tree]
    return None


FAILED = object()
"""No tree; None is the tree of a box that need not be halved."""


def coefficients(polynomial: Coefficients, box: Box) -> tuple[list[int] | None, list[int]]:
    """Integer Bernstein coefficients, row by row, up to a positive factor, and the degrees.

    None for the coefficients if there are too many, or if a range is infinite at both ends.
    """
    degrees = [max((powers[k] for powers in polynomial), default=0) for k in range(len(box))]
    if prod(d + 1 for d in degrees) > MAX_COEFFICIENTS:
        return None, degrees
    tensor = {powers: exact(value) for powers, value in polynomial.items()}
    for axis, (r, degree) in enumerate(zip(box, degrees, strict=True)):
        if r[2] is None and r[3] is None:
            return None, degrees
        tensor = _along(tensor, axis, exact(r[2]), exact(r[3]), degree)
    # integers are faster to halve, and a positive factor changes no sign
    scale = lcm(*(int(v.q) for v in tensor.values())) if tensor else 1
    return [int(tensor.get(i, 0) * scale) for i in product(*(range(d + 1) for d in degrees))], degrees


def exact(value: Fraction | None) -> Any:
    """FLINT's rational of a Fraction."""
    return None if value is None else fmpq(value.numerator, value.denominator)


def _along(tensor: Tensor, axis: int, low: Any, high: Any, n: int) -> Tensor:
    lines: dict[tuple[int, ...], Line] = {}
    for index, value in tensor.items():
        line = lines.setdefault(index[:axis] + index[axis + 1 :], [fmpq(0)] * (n + 1))
        line[index[axis]] = value
    return {
        (*rest[:axis], k, *rest[axis:]): value
        for rest, line in lines.items()
        for k, value in enumerate(_to_bernstein(line, low, high, n))
        if value
    }


def _to_bernstein(line: Line, low: Any, high: Any, n: int) -> Line:
    """Coefficients of one line; on an infinite range x = low + t / (1 - t), times (1 - t)^n."""
    if low is None:
        # x = high - t turns the range (-oo, high] into [0, oo)
        mirrored = [value * (-1) ** k for k, value in enumerate(line)]
        return [value / comb(n, k) for k, value in enumerate(_shift(mirrored, -high))][::-1]
    shifted = _shift(line, low)
    if high is None:
        return [value / comb(n, k) for k, value in enumerate(shifted)]
    scaled = [value * (high - low) ** k / comb(n, k) for k, value in enumerate(shifted)]
    return [sum((scaled[j] * comb(i, j) for j in range(i + 1)), fmpq(0)) for i in range(n + 1)]


def _shift(line: Line, a: Any) -> Line:
    """Coefficients of sum line[k] (x + a)^k, by repeated Horner steps."""
    line = list(line)
    for start in range(len(line) - 1) if a else ():
        for k in range(len(line) - 2, start - 1, -1):
            line[k] += a * line[k + 1]
    return line


def grow(
    cells: list[int],
    degrees: list[int],
    faces: list[tuple[bool, bool]],
    strict: bool,
    budget: list[int],
    depth: int,
) -> Tree:
    """A halving tree under which no coefficient is negative, or FAILED."""
    DONE[0] += 1 + len(cells) * (1 + sum(degrees)) // 20
    if min(cells) >= 0 and (not strict or _faces_alive(cells, degrees, faces)):
        budget[0] -= 1
        return None
    # the coefficient at a corner is a value of the polynomial, which halving does not change
    corners = [cells[i] for i in _corners(degrees)]
    if min(corners) < 0 or depth > 40 or budget[0] <= 0:
        return FAILED
    live = [k for k, d in enumerate(degrees) if d > 0]
    if not live:
        return FAILED
    # the axes in turn, so that boxes stay about as long as wide
    axis = live[depth % len(live)]
    lower, upper = halve(cells, degrees, axis)
    low_face, high_face = faces[axis]
    first = grow(lower, degrees, _with(faces, axis, (low_face, True)), strict, budget, depth + 1)
    if first is FAILED:
        return FAILED
    second = grow(upper, degrees, _with(faces, axis, (True, high_face)), strict, budget, depth + 1)
    return FAILED if second is FAILED else [axis, first, second]


def _with(faces: list[tuple[bool, bool]], axis: int, pair: tuple[bool, bool]) -> list[tuple[bool, bool]]:
    return [pair if k == axis else face for k, face in enumerate(faces)]


def _corners(degrees: list[int]) -> list[int]:
    strides = [prod(d + 1 for d in degrees[k + 1 :]) for k in range(len(degrees))]
    return [sum(c * s for c, s in zip(corner, strides, strict=True)) for corner in product(*((0, d) for d in degrees))]


def _faces_alive(cells: list[int], degrees: list[int], faces: list[tuple[bool, bool]]) -> bool:
    """Whether the polynomial with these coefficients >= 0 is positive on the box: on each face that belongs to it.

    Inside a face all basis polynomials of the face are positive, so one positive coefficient there is enough.
    """
    indices = list(product(*(range(d + 1) for d in degrees)))
    choices: list[list[int | None]] = [
        [None, *([0] if low else []), *([d] if high else [])] for d, (low, high) in zip(degrees, faces, strict=True)
    ]
    return all(
        any(
            c
            for c, index in zip(cells, indices, strict=True)
            if all(f is None or f == k for f, k in zip(face, index, strict=True))
        )
        for face in product(*choices)
    )


def halve(cells: list[int], degrees: list[int], axis: int) -> tuple[list[int], list[int]]:
    """The coefficients on both halves along one axis, by de Casteljau's algorithm, scaled to stay in integers."""
    stride = prod(d + 1 for d in degrees[axis + 1 :])
    n = degrees[axis]
    lower, upper = list(cells), list(cells)
    for start in range(len(cells)):
        if (start // stride) % (n + 1):
            continue
        line = [cells[start + k * stride] for k in range(n + 1)]
        for level in range(n + 1):
            lower[start + level * stride] = line[0] << (n - level)
            upper[start + (n - level) * stride] = line[-1] << (n - level)
            line = [line[k] + line[k + 1] for k in range(len(line) - 1)]
    return lower, upper
