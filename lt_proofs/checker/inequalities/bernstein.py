"""The sign of a polynomial on a box, decided by Bernstein coefficients in integers.

Each range becomes t in [0, 1]: [a, b] by x = a + (b-a) t, [a, oo) by x = a + t/(1-t), (-oo, b] mirrored.
On the unit box a polynomial is a mean of its Bernstein coefficients: none negative means none of its
values is.  A tree ``null`` or ``[axis, lower, upper]`` says where the box is halved first.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import comb, prod
from typing import Any

from errors import Malformed, Rejected, afford, size, spend, work
from inequalities.polynomial import common
from inequalities.syntax import listed
from shapes import Evidence, Polynomial, Range

MAX_COEFFICIENTS = 20_000
MAX_DEGREE = 256
MAX_HELD = 1 << 30
ONE = Fraction(1)


def nonnegative(polynomial: Polynomial, ranges: tuple[Range, ...], tree: Evidence, strict: bool) -> None:
    """Reject unless the polynomial is >= 0 (strict: > 0) at every point of the box of rational ranges."""
    names = [r[0] for r in ranges]
    if any(name not in names for monomial in polynomial for name, _ in monomial):
        raise Rejected("a polynomial holds a name that has no range")
    spend(20 * len(names) * sum(2 + len(m) for m in polynomial))
    degrees = [max((dict(m).get(name, 0) for m in polynomial), default=0) for name in names]
    if prod(d + 1 for d in degrees) > MAX_COEFFICIENTS or max(degrees, default=0) > MAX_DEGREE:
        raise Rejected(f"more than {MAX_COEFFICIENTS} Bernstein coefficients")
    tensor = {tuple(dict(m).get(name, 0) for name in names): value for m, value in polynomial.items()}
    spend(10 * prod(d + 1 for d in degrees))
    cells = [tensor.get(index, Fraction(0)) for index in product(*(range(d + 1) for d in degrees))]
    for axis, r in enumerate(ranges):
        spend(20 * len(cells))
        for line in lines(degrees, axis):
            if any(cells[line]):
                cells[line] = to_bernstein(cells[line], r)
    scale = common(value.denominator for value in cells)
    bits = max(value.numerator.bit_length() + 1 for value in cells) + scale.bit_length()
    afford(bits)
    spend(len(cells) * work(bits, bits))
    faces = [(r[1] == "[", r[4] == "]") for r in ranges]
    walk([int(value * scale) for value in cells], degrees, faces, tree, strict)


def lines(degrees: list[int], axis: int) -> list[slice]:
    """The slices of a row-major tensor that are its lines along an axis."""
    stride = prod(d + 1 for d in degrees[axis + 1 :])
    block = stride * (degrees[axis] + 1)
    starts = range(prod(d + 1 for d in degrees))
    return [slice(start, start + block, stride) for start in starts if start % block < stride]


def to_bernstein(c: list[Any], r: tuple[Any, ...]) -> list[Any]:
    """Bernstein coefficients on the range of sum c[k] x^k."""
    _, _, low, high, _ = r
    if low is None and high is None:
        raise Rejected("a range infinite at both ends must be split first")
    if low is None:
        return to_bernstein([value * (-1) ** k for k, value in enumerate(c)], (None, None, -high, None, None))[::-1]
    n = len(c) - 1
    ends = max(size(end) for end in (low, high, ONE) if end is not None)
    bits = common(value.denominator for value in c).bit_length() + max(map(size, c))
    bits += n * (2 + 4 * ends)  # of the powers of both ends, and of binomial coefficients
    afford(bits)
    spend((n + 1) ** 2 * work(bits, bits) * 4)
    c = [sum(c[j] * comb(j, k) * low ** (j - k) for j in range(k, n + 1)) for k in range(n + 1)]
    if high is None:
        return [value / comb(n, k) for k, value in enumerate(c)]
    c = [value * (high - low) ** k for k, value in enumerate(c)]
    return [sum(c[j] * Fraction(comb(i, j), comb(n, j)) for j in range(i + 1)) for i in range(n + 1)]


def walk(cells: list[int], degrees: list[int], faces: list[tuple[bool, bool]], tree: Evidence, strict: bool) -> None:
    """Check every leaf of the halving tree; a face is kept as whether each of its two ends belongs to the box."""
    stack = [(cells, faces, tree)]
    while stack:
        cells, faces, tree = stack.pop()
        spend(10 * len(cells))
        bits = max(cell.bit_length() for cell in cells)
        if len(stack) * len(cells) * (bits + 400) > MAX_HELD:
            raise Malformed(
                f"more work than one file may cost: boxes of more than {MAX_HELD} bits are still to be halved"
            )
        if tree is None:
            faced = 3 ** sum(d > 0 for d in degrees) if strict else 1
            spend(len(cells) * (10 + 3 * len(degrees)) * faced)
            leaf(cells, degrees, faces, strict)
            continue
        axis, *branches = listed(tree, "null or [axis, lower, upper]", int, object, object)
        if not 0 <= axis < len(degrees):
            raise Rejected("a halving of no axis")
        spend(len(cells) * (10 + degrees[axis] * (2 + (bits + degrees[axis] >> 8))))
        ends = (faces[axis][0], True), (True, faces[axis][1])
        for half, end, branch in zip(halve(cells, degrees, axis), ends, branches, strict=True):
            stack.append((half, [*faces[:axis], end, *faces[axis + 1 :]], branch))


def halve(cells: list[int], degrees: list[int], axis: int) -> tuple[list[int], list[int]]:
    """De Casteljau at one half along an axis, scaled by 2^degree to stay in integers."""
    lower, upper = list(cells), list(cells)
    for line in lines(degrees, axis):
        row, first, last = cells[line], [], []
        for level in range(degrees[axis], -1, -1):
            first.append(row[0] << level)
            last.append(row[-1] << level)
            row = [a + b for a, b in pairwise(row)]
        lower[line], upper[line] = first, last[::-1]
    return lower, upper


def leaf(cells: list[int], degrees: list[int], faces: list[tuple[bool, bool]], strict: bool) -> None:
    """No coefficient is negative; if strict, none of the faces that belong to the box is all zero."""
    if min(cells) < 0:
        raise Rejected("a Bernstein coefficient is negative")
    ends = zip(degrees, faces, strict=True)
    choices = [[None, *([0] if low and d else []), *([d] if high and d else [])] for d, (low, high) in ends]
    indexed = list(zip(product(*(range(d + 1) for d in degrees)), cells, strict=True))
    for face in product(*choices) if strict else ():
        if not any(c for index, c in indexed if all(f in (None, k) for f, k in zip(face, index, strict=True))):
            raise Rejected("the polynomial vanishes on a face of the box")
