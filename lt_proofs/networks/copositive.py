"""Whether a small network is within a tolerance of a linear map on the unit ball, decided in integers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key

Units = Sequence[tuple[tuple[int, ...], tuple[int, ...]]]
Ray = tuple[int, int]
UNIT = 1 << 48


def close(units: Units, target: Sequence[Fraction], eps: Fraction) -> bool:
    """Whether the network of these masked units is within eps of the matrix, entries row by row, on the unit ball.

    The units hold their rows and columns in units of 2^-24. Between neighbouring rays on which a unit breaks the
    function is linear: with x = s p + t q the squared distance and eps^2 |x|^2 are quadratic forms in s, t >= 0, and
    their difference must be copositive.
    """
    rays = breaking_rays([row for row, _ in units])
    rest = [difference(units, target, ray) for ray in rays]
    room = eps * eps
    for (p, u), (q, v) in zip(
        zip(rays, rest, strict=True), zip(rays[1:] + rays[:1], rest[1:] + rest[:1], strict=True), strict=True
    ):
        first, second = room * dot(p, p) - dot(u, u), room * dot(q, q) - dot(v, v)
        both = room * dot(p, q) - dot(u, v)
        if first < 0 or second < 0 or (both < 0 and both * both > first * second):
            return False
    return True


def breaking_rays(rows: Sequence[tuple[int, ...]]) -> list[Ray]:
    """The unit vectors with both signs and the rays on which a row vanishes, by angle."""
    found = {(1, 0), (0, 1), (-1, 0), (0, -1)}
    for a, b in rows:
        if a and b:
            found |= {(-b, a), (b, -a)}
    return sorted(found, key=cmp_to_key(by_angle))


def by_angle(p: Ray, q: Ray) -> int:
    """Which of two rays comes first, counted from the first axis on; exact."""
    halves = ((p[1], p[0]) < (0, 0)) - ((q[1], q[0]) < (0, 0))
    return halves or (-1 if p[0] * q[1] > p[1] * q[0] else int(p[0] * q[1] < p[1] * q[0]))


def difference(units: Units, target: Sequence[Fraction], ray: Ray) -> tuple[Fraction, ...]:
    """What the network makes of a ray less what the matrix does."""
    value = [0, 0]
    for row, column in units:
        inner = max(0, row[0] * ray[0] + row[1] * ray[1])
        for i in range(2):
            value[i] += column[i] * inner
    return tuple(Fraction(value[i], UNIT) - target[2 * i] * ray[0] - target[2 * i + 1] * ray[1] for i in range(2))


def dot(p: Sequence[Fraction | int], q: Sequence[Fraction | int]) -> Fraction:
    """The inner product."""
    return Fraction(p[0] * q[0] + p[1] * q[1])
