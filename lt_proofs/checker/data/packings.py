"""What statements about packings and masks of one network say, gone through: explicit matrices and all masks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor, gcd
from operator import add, mul
from typing import Any

from errors import size as bits_of
from errors import spend
from inequalities.points import value
from inequalities.syntax import integer, listed, sequence
from shapes import Data, Judgement
from theorems.obligations import require


def sums(units: Any, inputs: Sequence[Sequence[int]]) -> set[tuple[Any, ...]]:
    """The values at the inputs, one tuple for all of them, of all prunings."""
    found = {(0,) * (len(inputs) * len(units[0][1]))}
    bits = 2 * len(units) * max(bits_of(x) for unit in units for row in unit for x in row)
    for unit in units:
        first, second = (list(product(*((0, x) for x in row))) for row in unit)
        rows = {tuple(max(sum(map(mul, u, x)), 0) for x in inputs) for u in first}
        added = {tuple(v * y for y in row for v in out) for row in rows for out in second}
        spend(len(inputs) * len(found) * len(added) * (20 + (bits**2 >> 14)))
        found = {tuple(map(add, old, new)) for old in found for new in added}
    return found


def determinant(rows: list[list[Any]]) -> Any:
    """The determinant by its first row."""
    minors = (determinant([row[:j] + row[j + 1 :] for row in rows[1:]]) for j in range(len(rows)))
    return sum((-1) ** j * x * minor for j, (x, minor) in enumerate(zip(rows[0], minors, strict=True))) if rows else 1


def at_most(size: int, entries: Sequence[Any], square: Any) -> bool:
    """Whether the spectral norm of a matrix, given row by row, has at most this square."""
    columns, indices = [entries[j::size] for j in range(size)], range(size)
    gap = [[square * (i == j) - sum(map(mul, columns[i], columns[j])) for j in indices] for i in indices]
    subsets = (chosen for k in indices for chosen in combinations(indices, k + 1))
    return all(determinant([[gap[i][j] for j in chosen] for i in chosen]) >= 0 for chosen in subsets)


def explicit_matrices(goal: Judgement, data: dict[str, Data]) -> str:
    """Mathematics 5.41: all of norm at most 1, and apart because entries lie on a coarse grid, or pair by pair."""
    size, apart, unit = goal["size"], value(goal["separation"], {}), integer(data.get("denominator"))
    require(1 <= size <= 4 and unit >= 1 and apart >= 0, "1 to 4 rows and a positive denominator are needed")
    kinds = [int] * size**2
    found = [
        tuple(listed(row, "the entries of a matrix", *kinds)) for row in sequence(data.get("matrices"), 1 << 16, 1)
    ]
    spend(5000 * len(found))
    require(all(abs(x) <= unit for m in found for x in m), "a matrix has a norm above 1")
    require(all(at_most(size, m, unit**2) for m in found), "a matrix has a norm above 1")
    require(len(set(found)) == goal["count"], "there are not so many different matrices")
    if gcd(*(a - b for m in found for a, b in zip(m, found[0], strict=True))) <= apart * unit:
        spend(2500 * len(found) ** 2 * (1 + (bits_of(apart) ** 2 >> 16)))
        differences = (tuple(a - b for a, b in zip(m, n, strict=True)) for m, n in combinations(found, 2))
        require(
            not any(at_most(size, m, (apart * unit) ** 2) for m in differences), "two matrices are not so far apart"
        )
    return f"{goal['count']} explicit matrices"


def all_masks(goal: Judgement) -> str:
    """Mathematics 5.42: every mask of one network, by values on the rays between which all functions are linear."""
    size, unit, near, k = goal["size"], value(goal["unit"], {}), value(goal["closeness"], {}), goal["cells"]
    layers = [[goal[name][i : i + size] for i in range(0, len(goal[name]), size or 1)] for name in ("first", "second")]
    require(size in (1, 2) and near >= 0 and unit > 0 and k > 0 and bool(layers[0]), "one or two inputs are needed")
    require(all(x for rows in layers for row in rows for x in row), "weights that are not 0 are needed")
    require(len(goal["first"]) == len(goal["second"]) == size * len(layers[0]), "the layers do not fit together")
    inputs = rays(size, layers[0])
    values = sums(list(zip(*layers, strict=True)), inputs)
    spend(5000 * (2 * k + 1) ** (size**2))
    each = (1000 + 200 * len(inputs)) * (1 + ((bits_of(unit) + bits_of(near)) ** 2 >> 16))
    targets = {m for m in product(range(-k, k + 1), repeat=size**2) if at_most(size, m, k**2)}
    reached: set[tuple[int, ...]] = set()
    for f in values:
        at_units = [f[size * inputs.index(e) + i] * unit**2 for i in range(size) for e in rays(size, ())[:size]]
        ends = [(max(-k, ceil(k * (y - near))), min(k, floor(k * (y + near)))) for y in at_units]
        found = targets.intersection(product(*(range(low, high + 1) for low, high in ends))) - reached
        spend(each * (1 + len(found)))
        reached |= {m for m in found if close([Fraction(x, k) / unit**2 for x in m], f, inputs, (near / unit**2) ** 2)}
    counts = f"{len(values)} functions, and {len(reached)} of {len(targets)} matrices are reached"
    require((len(values), len(reached)) == (goal["functions"], goal["reached"]), f"there are {counts}")
    return f"all {4 ** len(goal['first'])} masks: {counts}"


def rays(size: int, rows: Iterable[Any]) -> list[tuple[int, ...]]:
    """The unit vectors with both signs, and for two inputs the rays on which a unit breaks, by angle."""
    if size == 1:
        return [(1,), (-1,)]
    found = {(1, 0), (0, 1)} | {(-b // gcd(a, b), a // gcd(a, b)) for a, b in rows}
    return sorted(found | {(-x, -y) for x, y in found}, key=angle)


def angle(ray: tuple[int, ...]) -> Fraction:
    """A number that grows with the angle of a ray, exactly."""
    x, y = ray
    quarter = 0 if x > 0 <= y else 1 if y > 0 >= x else 2 if x < 0 >= y else 3
    return quarter + Fraction(abs(x if quarter % 2 else y), abs(x) + abs(y))


def close(target: Sequence[Any], values: Sequence[Any], inputs: Sequence[Any], near: Fraction) -> bool:
    """Whether the function with these values at the rays is within the root of `near` of a matrix on the unit ball.

    On the cone between two rays the square of the distance is a quadratic form in two coordinates that are not
    negative, and so is the allowed one: the difference must be copositive.
    """
    size, rest = len(inputs[0]), []
    for k, ray in enumerate(inputs):
        image = [sum(map(mul, target[size * i :], ray)) for i in range(size)]
        rest.append([y - w for y, w in zip(values[size * k : size * k + size], image, strict=True)])
        if sum(x * x for x in rest[-1]) > near * sum(x * x for x in ray):
            return False
    for k in range(len(inputs)):
        first, second = (near * sum(x * x for x in inputs[j]) - sum(x * x for x in rest[j]) for j in (k, k - 1))
        both = near * sum(map(mul, inputs[k], inputs[k - 1])) - sum(map(mul, rest[k], rest[k - 1]))
        if size == 2 and both < 0 and both**2 > first * second:
            return False
    return True
