"""Families of points, draws and small networks that refute a lower bound or one of its parts."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from data.packings import sums
from errors import afford, spend, work
from errors import size as bits_of
from inequalities.intervals import evaluate
from inequalities.points import admissible, exact, exact_point, holds, value
from inequalities.syntax import integer, listed, sequence
from shapes import Data, Interval, Judgement, Point, Term
from theorems.obligations import require


def at(term: Term, point: Point) -> Interval:
    """The interval of a term at a rational point."""
    return evaluate(term, {name: (x, x, False, False) for name, x in point.items()}, 4096)


def placed(statement: Judgement, data: dict[str, Data], *fields: str) -> tuple[Any, ...]:
    """The point at which a statement is refuted, and the values of some of its terms there; a closeness from below."""
    point = exact_point(data.get("point"))
    admissible(statement, point)
    return point, *(at(statement[f], point)[0] if f == "closeness" else value(statement[f], point) for f in fields)


def whole(number: Fraction, most: int) -> int:
    """A number that must be whole, from 1 on."""
    require(number.denominator == 1 and 1 <= number <= most, f"a whole number from 1 to {most} is needed at the point")
    return int(number)


def numbers(data: Data, most: int = 1 << 14) -> list[Fraction]:
    """A list of rationals."""
    return [exact(item) for item in sequence(data, most, least=1)]


def refuted_packing(statement: Judgement, data: dict[str, Data]) -> None:
    """A maximal set of the interval [-1, 1] whose product is too small in the maximum norm of the dimension."""
    point, size, apart = placed(statement, data, "dimension", "separation")
    places = sorted(numbers(data.get("places")))
    gaps = [b - a for a, b in pairwise(places)]
    require(-1 <= places[0] and places[-1] <= 1 and all(gap > apart for gap in gaps), "they are not so far apart there")
    require(max(places[0] + 1, 1 - places[-1], *(gap / 2 for gap in gaps)) <= apart, "another point can be added")
    too_few = ("<", Fraction(len(places) ** whole(size, 64)), statement["count"])
    require(holds(too_few, point), "there are as many points as the statement says")


def refuted_diameter(statement: Judgement, data: dict[str, Data]) -> None:
    """Two numbers, and a third near both: the same multiples of the identity."""
    _, near, far = placed(statement, data, "closeness", "diameter")
    first, second, middle = map(exact, listed(data.get("slopes"), "three slopes", str, str, str))
    require(abs(first - middle) <= near and abs(second - middle) <= near, "the slopes are not near")
    require(abs(first - second) > far, "the slopes are not so far apart")


def refuted_volume(statement: Judgement, data: dict[str, Data]) -> None:
    """The ball of half the diameter."""
    point, dimension, across = placed(statement, data, "dimension", "diameter")
    dimension = whole(dimension, 64)
    afford(dimension * bits_of(across))
    spend(4 * work(*2 * [dimension * bits_of(across)]))
    larger = (">", (across / 2) ** dimension, statement["share"])
    require(across >= 0 and holds(larger, point), "the ball is not larger")


def refuted_counting(statement: Judgement, data: dict[str, Data]) -> None:
    """As many draws as targets: draw i offers some functions, the k-th of them near the target i + k alone."""
    point, share, success = placed(statement, data, "share", "success")
    targets, functions = integer(data.get("targets")), integer(data.get("functions"))
    require(1 <= functions <= targets and share * targets >= 1, "a function is near more than the share of the targets")
    require(success * targets <= functions, "the targets are not met often enough")
    require(fits(functions, statement["bits"], point), "these are too many functions")
    require(holds(("<", statement["bits"], statement["bound"]), point), "the bound holds at the point")


def fits(count: int, bits: Term, point: Point) -> bool:
    """Whether a number is at most 2^bits."""
    low, high, _, _ = at(bits, point)
    if low == high and low.denominator == 1 and abs(low) <= 4096:
        return count <= Fraction(2) ** int(low)
    return holds(("<=", Fraction(count), ("^", Fraction(2), bits)), point)


def met(statement: Judgement, point: Point, draws: list[list[tuple[Fraction, Fraction]]], success: Fraction) -> None:
    """Every number of [-1, 1] lies in the intervals of so large a part of the draws, and the conclusion fails."""
    ends = sorted({Fraction(-1), Fraction(1), *(e for draw in draws for pair in draw for e in pair if abs(e) < 1)})
    spend(100 * len(ends) * sum(map(len, draws)))
    for x in (*ends, *((a + b) / 2 for a, b in pairwise(ends))):
        often = sum(any(low <= x <= high for low, high in draw) for draw in draws)
        require(often >= success * len(draws), f"the target {x} is not met often enough")
    require(not holds(statement["conclusion"], point), "the conclusion holds at the point")


def refuted_pruning(statement: Judgement, data: dict[str, Data]) -> None:
    """For one input, draws of slopes; for any size, the grid of matrices with entries in the middles of k cells."""
    point, size, near, success = placed(statement, data, "size", "closeness", "success")
    if "grid" in data:
        cells, size = integer(data["grid"]), whole(size, 64)
        require(1 <= cells <= 1 << 20 and size <= near * cells and success <= 1, "the grid is too coarse")
        require(fits(cells ** (size**2), statement["bits"], point), "these are too many functions")
        met(statement, point, [], success)
        return
    draws = [numbers(draw) for draw in sequence(data.get("draws"), 64, least=1)]
    require(size == 1, "slopes are functions of one input")
    require(fits(max(map(len, draws)), statement["bits"], point), "these are too many functions")
    met(statement, point, [[(w - near, w + near) for w in draw] for draw in draws], success)


def refuted_kernels(statement: Judgement, data: dict[str, Data]) -> None:
    """For kernels of one entry, draws of slopes."""
    point, near, success, entries = placed(statement, data, "closeness", "success", "entries")
    require(entries == 1, "slopes are kernels of one entry")
    draws = [numbers(draw) for draw in sequence(data.get("draws"), 64, least=1)]
    require(fits(max(map(len, draws)), statement["bits"], point), "these are too many functions")
    met(statement, point, [[(w - near, w + near) for w in draw] for draw in draws], success)


def network(data: Data, size: int, hidden: int) -> list[tuple[list[Fraction], list[Fraction]]]:
    """The hidden units: for each the row of the first layer and the column of the second."""
    layers = [[numbers(row) for row in sequence(rows, 16, least=1)] for rows in listed(data, "two layers", list, list)]
    require(all(len(rows) == hidden and all(len(row) == size for row in rows) for rows in layers), "another shape")
    return list(zip(*layers, strict=True))


def refuted_count(statement: Judgement, data: dict[str, Data]) -> None:
    """A network with more values than 2^bits: at some inputs, or at the unit vectors however their signs are chosen."""
    point, size, hidden = placed(statement, data, "size", "hidden")
    size = whole(size, 4)
    units, indices = network(data.get("network"), size, whole(hidden, 8)), range(size)
    ways: list[Any] = [
        [[s * (i == j) for i in indices] for j, s in enumerate(way)] for way in product((1, -1), repeat=size)
    ]
    if statement["form"] == "units":
        ways = [[numbers(x, 4) for x in sequence(data.get("inputs"), least=1)]]
    for inputs in ways:
        require(not fits(len(sums(units, inputs)), statement["bits"], point), "there are not more values")


def refuted_two_layer(statement: Judgement, data: dict[str, Data]) -> None:
    """For one input, draws of networks: the slope at each side of 0 must be near the target."""
    point, size, hidden, near, success = placed(statement, data, "size", "hidden", "closeness", "success")
    networks = [network(one, whole(size, 1), whole(hidden, 16)) for one in sequence(data.get("draws"), least=1)]
    draws = [[(right, -left) for right, left in sums(units, [[1], [-1]])] for units in networks]
    met(statement, point, [[(max(pair) - near, min(pair) + near) for pair in draw] for draw in draws], success)
