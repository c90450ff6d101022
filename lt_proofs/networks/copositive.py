"""Is a two-layer network with two inputs within a tolerance of a linear map on the unit ball? Decided in integers.

Mathematics 4.16. The plane is cut by the rays on which some unit's ReLU breaks; on each sector the network is linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key

Units = Sequence[tuple[tuple[int, ...], tuple[int, ...]]]
Ray = tuple[int, int]
# products of two weights, each in units of 2^-24, are in units of 2^-48
UNIT = 1 << 48


def close(units: Units, target: Sequence[Fraction], eps: Fraction) -> bool:
    """Return whether the network is within eps of a 2 x 2 matrix on the unit ball.

    ``units`` holds for each hidden unit its two input and its two output weights, masked, in units of 2^-24;
    ``target`` holds the matrix row by row. Between two neighbouring rays p, q the function is linear: for
    x = s p + t q the squared distance and eps^2 |x|^2 are quadratic forms in s, t >= 0, and the difference
    eps^2 |x|^2 - distance^2 must be copositive.
    """
    rays = breaking_rays([row for row, _ in units])
    rest = [difference(units, target, ray) for ray in rays]
    margin = eps * eps
    for (p, u), (q, v) in zip(
        zip(rays, rest, strict=True), zip(rays[1:] + rays[:1], rest[1:] + rest[:1], strict=True), strict=True
    ):
        # a form A s^2 + 2 B s t + C t^2 is >= 0 for all s, t >= 0 iff A, C >= 0 and (B >= 0 or B^2 <= A C)
        first, second = margin * dot(p, p) - dot(u, u), margin * dot(q, q) - dot(v, v)
        both = margin * dot(p, q) - dot(u, v)
        if first < 0 or second < 0 or (both < 0 and both * both > first * second):
            return False
    return True


def breaking_rays(rows: Sequence[tuple[int, ...]]) -> list[Ray]:
    """Return the rays on which some unit's argument is 0, and the four half-axes, in the order of their angles.

    The half-axes keep neighbouring rays at most a right angle apart.
    """
    found = {(1, 0), (0, 1), (-1, 0), (0, -1)}
    for a, b in rows:
        if a and b:
            found |= {(-b, a), (b, -a)}
    return sorted(found, key=cmp_to_key(by_angle))


def by_angle(p: Ray, q: Ray) -> int:
    """Compare two rays by their angles in [0, 2 pi), exactly: -1, 0 or 1."""
    halves = ((p[1], p[0]) < (0, 0)) - ((q[1], q[0]) < (0, 0))
    return halves or (-1 if p[0] * q[1] > p[1] * q[0] else int(p[0] * q[1] < p[1] * q[0]))


def difference(units: Units, target: Sequence[Fraction], ray: Ray) -> tuple[Fraction, ...]:
    """Return the network's output on a ray minus the matrix's."""
    value = [0, 0]
    for row, column in units:
        inner = max(0, row[0] * ray[0] + row[1] * ray[1])
        for i in range(2):
            value[i] += column[i] * inner
    return tuple(Fraction(value[i], UNIT) - target[2 * i] * ray[0] - target[2 * i + 1] * ray[1] for i in range(2))


def dot(p: Sequence[Fraction | int], q: Sequence[Fraction | int]) -> Fraction:
    """Return the inner product of two vectors of two entries."""
    return Fraction(p[0] * q[0] + p[1] * q[1])
