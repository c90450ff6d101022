"""Cuts: how many pairs of a set and its complement are close, on grids and on intervals."""

from collections import Counter
from fractions import Fraction
from itertools import product

from errors import Malformed, Rejected, spend, work
from errors import size as bits_of
from points import admissible, colours, exact_point, holds, value
from syntax import sequence

MAX_RADIUS = 14
MAX_POINTS = 64


def grid_cut(goal):
    """Every subset of each grid and every radius, by a recursion over the colours of the last r points."""
    if not goal["points"] or not goal["radii"]:
        raise Rejected("a statement about no grid or no radius says nothing")
    if max(goal["points"]) > MAX_POINTS or len(goal["points"]) * len(goal["radii"]) > MAX_POINTS:
        raise Rejected(f"grids of at most {MAX_POINTS} points and as many pairs of a grid and a radius are allowed")
    for points, term in product(goal["points"], goal["radii"]):
        radius = value(term, {"M": Fraction(points)})
        if radius.denominator != 1 or not 1 <= radius <= min(points, MAX_RADIUS):
            raise Rejected(f"a radius is not a whole number between 1 and {MAX_RADIUS}")
        spend(points**2 * 3 // 2 << int(radius))
        for size, least in enumerate(least_cuts(points, int(radius))):
            if refuted_case(goal, points, radius, size, least):
                raise Rejected(f"a set of {size} of {points} points, radius {radius}, has the cut {least}")
    count = sum(2**points for points in goal["points"]) * len(goal["radii"])
    return f"every subset of the grids, {count} pairs of a subset and a radius"


def least_cuts(points, radius):
    """For each size, the least number of pairs at distance 1..radius of different colours.

    The state is the colours of the last `radius` points; each holds the least cut for every size so far.  A set has
    the cut of its complement, whose sizes come in the reverse order: the state is turned so that its last colour is 0.
    """
    far, mask = points * points, (1 << radius) - 1
    states = {0: [0]}
    for place in range(points):
        new, seen, full = {}, min(place, radius), (1 << min(place + 1, radius)) - 1
        for window, best in states.items():
            ones, moved = window.bit_count(), window << 1 & mask
            for target, row in (
                (moved, [cut + ones for cut in best] + [far]),
                (full ^ moved ^ 1, [cut + seen - ones for cut in reversed(best)] + [far]),
            ):
                new[target] = list(map(min, new[target], row)) if target in new else row
        states = new
    least = [min(column) for column in zip(*states.values(), strict=True)]
    return list(map(min, least, reversed(least)))


def refuted_case(statement, points, radius, size, cut):
    """Whether a cut of so many pairs, of a set of this size, breaks the bound."""
    case = {"M": Fraction(points), "r": Fraction(radius), "a": Fraction(size)}
    return all(holds(h, case) for h in statement["hypotheses"]) and cut < value(statement["bound"], case)


def refuted_grid_cut(statement, data):
    """A subset of one of the grids, and a radius, with a cut below the bound."""
    if not refuted_case(statement, *grid_set(statement, data)):
        raise Rejected("the set does not refute the bound")


def grid_set(statement, data):
    """The points of a grid of the statement, one of its radii, and the size and the cut of a set of points."""
    points, radius = data.get("points"), data.get("radius")
    named = type(points) is int and type(radius) is int and points in statement["points"] and 0 < points <= 1000
    if not named:
        raise Malformed("the counterexample names no grid of the statement")
    row = colours(data.get("set"), points)
    if radius < 0 or all(value(r, {"M": Fraction(points)}) != radius for r in statement["radii"]):
        raise Rejected("the radius is not one of the statement")
    spend(points**2)
    return points, radius, sum(row), sum(a != b for i, a in enumerate(row) for b in row[i + 1 : i + 1 + radius])


def refuted_cut(statement, data):
    """A union of equal cells whose exact cut is below the bound."""
    cells = sequence(data.get("cells"), least=1)
    cells = colours(cells, len(cells))
    point = exact_point(data.get("point"))
    length, radius = value(statement["length"], point), value(statement["radius"], point)
    if length <= 0 or point.get("a") != length * sum(cells) / len(cells):
        raise Malformed("the counterexample needs 1 to 64 cells of a positive length, and their measure as a")
    admissible(statement, point)
    if cell_cut(cells, length / len(cells), radius) >= value(statement["bound"], point):
        raise Rejected("the set does not refute the bound")


def cell_cut(cells, width, radius):
    """The measure of the pairs of a point in a union of cells and one outside that are at most a radius apart."""
    spend(5 * len(cells) ** 2 + 20 * len(cells) * work(*2 * [bits_of(width) + bits_of(radius)]))
    mixed = Counter(abs(i - j) for i, own in enumerate(cells) for j, other in enumerate(cells) if own > other).items()
    return sum(k * near(d, width, radius) for d, k in mixed)


def near(d, width, radius):
    """The measure of the pairs of points at most a radius apart, one in a cell and one in the d-th cell after it."""
    corners = ((1, 1), (0, -2), (-1, 1))  # of the square of two cells, cut by a line of slope 1
    return sum(c * max(radius - (d - s) * width, Fraction(0)) ** 2 for s, c in corners) / 2
