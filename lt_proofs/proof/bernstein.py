"""Search for halving trees that show the sign of a polynomial on a box (the checker repeats the arithmetic)."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, lcm, prod
from typing import Any

import sympy

MAX_COEFFICIENTS = 20_000
MAX_LEAVES = 400

Line = list[Fraction]
Tree = Any
Box = list[tuple[str, bool, Fraction | None, Fraction | None, bool]]
"""Per variable: name, low end closed?, low, high, high end closed?"""


def sign_tree(polynomial: sympy.Poly, box: Box, strict: bool, leaves: int = MAX_LEAVES) -> list[Any] | None:
    """``[sign, tree]`` that shows the sign of the polynomial on the box, or None when none is found.

    Strict: the polynomial is nowhere zero there.
    """
    cells, degrees = coefficients(polynomial, box)
    if cells is None:
        return None
    faces = [(r[1], r[4]) for r in box]
    for sign in (1, -1):
        signed = [sign * c for c in cells]
        budget = [leaves]
        tree = grow(signed, degrees, faces, strict, budget, 0)
        if tree is not FAILED:
            return [sign, tree]
    return None


FAILED = object()


def coefficients(polynomial: sympy.Poly, box: Box) -> tuple[list[int] | None, list[int]]:
    """Integer Bernstein coefficients, row by row, and the degrees; None where the box or the size forbids."""
    names = [symbol.name for symbol in polynomial.gens]
    places = [names.index(r[0]) if r[0] in names else None for r in box]
    used = {name for name, d in zip(names, polynomial.degree_list(), strict=True) if d > 0}
    if not used <= {r[0] for r in box}:
        return None, []
    degrees = [max(polynomial.degree_list()[p], 0) if p is not None else 0 for p in places]
    if prod(d + 1 for d in degrees) > MAX_COEFFICIENTS:
        return None, degrees
    tensor: dict[tuple[int, ...], Fraction] = {}
    for powers, value in polynomial.terms():
        index = tuple(powers[p] if p is not None else 0 for p in places)
        tensor[index] = Fraction(int(value.p), int(value.q))
    for axis, (r, degree) in enumerate(zip(box, degrees, strict=True)):
        if r[2] is None and r[3] is None:
            return None, degrees
        tensor = _along(tensor, axis, r[2], r[3], degree)
    scale = lcm(*(v.denominator for v in tensor.values())) if tensor else 1
    return [int(tensor.get(i, 0) * scale) for i in product(*(range(d + 1) for d in degrees))], degrees


def _along(
    tensor: dict[tuple[int, ...], Fraction], axis: int, low: Fraction | None, high: Fraction | None, n: int
) -> dict[tuple[int, ...], Fraction]:
    lines: dict[tuple[int, ...], Line] = {}
    for index, value in tensor.items():
        line = lines.setdefault(index[:axis] + index[axis + 1 :], [Fraction(0)] * (n + 1))
        line[index[axis]] = value
    return {
        (*rest[:axis], k, *rest[axis:]): value
        for rest, line in lines.items()
        for k, value in enumerate(_to_bernstein(line, low, high, n))
        if value
    }


def _to_bernstein(line: Line, low: Fraction | None, high: Fraction | None, n: int) -> Line:
    if low is None:
        mirrored = [value * (-1) ** k for k, value in enumerate(line)]
        end = high if high is not None else Fraction(0)
        return [value / comb(n, k) for k, value in enumerate(_shift(mirrored, -end))][::-1]
    shifted = _shift(line, low)
    if high is None:
        return [value / comb(n, k) for k, value in enumerate(shifted)]
    scaled = [value * (high - low) ** k for k, value in enumerate(shifted)]
    return [
        sum((scaled[j] * Fraction(comb(i, j), comb(n, j)) for j in range(i + 1)), Fraction(0)) for i in range(n + 1)
    ]


def _shift(line: Line, a: Fraction) -> Line:
    return [
        sum((line[j] * comb(j, k) * a ** (j - k) for j in range(k, len(line))), Fraction(0)) for k in range(len(line))
    ]


def grow(
    cells: list[int],
    degrees: list[int],
    faces: list[tuple[bool, bool]],
    strict: bool,
    budget: list[int],
    depth: int,
) -> Tree:
    """A halving tree under which no coefficient is negative, or FAILED."""
    if min(cells) >= 0 and (not strict or _faces_alive(cells, degrees, faces)):
        budget[0] -= 1
        return None
    corners = [cells[i] for i in _corners(degrees)]
    if min(corners) < 0 or depth > 40 or budget[0] <= 0:
        return FAILED
    live = [k for k, d in enumerate(degrees) if d > 0]
    if not live:
        return FAILED
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
    """De Casteljau at one half along one axis, scaled to stay in integers."""
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
