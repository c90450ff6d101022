"""Cuts: how many pairs of a set and its complement are close, on grids and on intervals."""

from fractions import Fraction
from itertools import product
from math import lcm

from errors import Malformed, Rejected, spend
from points import admissible, colours, holds, value
from syntax import closed, expect, inequality

MAX_CELLS = 16
MAX_BITS = 4096
MAX_RADIUS = 14
MAX_POINTS = 64


def lattice(goal, premises, _data, _folder):
    """Every colouring of two rows of cells, by exhaustion: for one row fixed, each cell of the other alone."""
    if goal["form"] != "lattice" or premises:
        raise Rejected("this rule concludes lattice judgements from nothing")
    weights = [value(weight, {}) for weight in goal["weights"]]
    share, cells = value(goal["share"], {}), len(weights)
    if not 0 < cells <= MAX_CELLS or min(weights) <= 0:
        raise Rejected(f"between 1 and {MAX_CELLS} cells of positive weight are allowed")
    exact = [[edge(goal, weights, share, i, j) for j in range(cells)] for i in range(cells)]
    scale = lcm(*(Fraction(c).denominator for line in exact for c in line))
    cost = [[int(c * scale) for c in line] for line in exact]
    if max(abs(c) for line in cost for c in line).bit_length() > MAX_BITS:
        raise Rejected(f"the weights and the share need more than {MAX_BITS} bits")
    for row in product((0, 1), repeat=cells):
        total = 0
        for i in range(cells):
            apart = [sum(cost[i][j] for j in range(cells) if row[j] != colour) for colour in (0, 1)]
            total += min(apart)
        if total < 0:
            raise Rejected(f"the colouring {row} of one row refutes it")
    return f"all {4**cells} colourings of two rows of {cells} cells"


def edge(goal, weights, share, i, j):
    """What a mixed pair (i, j) adds to the short side less the share of all."""
    both = weights[i] * weights[j]
    short = -goal["reach"] <= i - j <= goal["reach"] - 1
    return (both / (weights[i] + weights[j]) if short else 0) - share * both


def grid_cut(goal, premises, _data, _folder):
    """Every subset of each grid and every radius, by a recursion over the colours of the last r points."""
    if goal["form"] != "grid-cut" or premises:
        raise Rejected("this rule concludes grid-cut judgements from nothing")
    if not goal["points"] or not goal["radii"]:
        raise Rejected("a statement about no grid or no radius says nothing")
    if max(goal["points"]) > MAX_POINTS or len(goal["points"]) * len(goal["radii"]) > MAX_POINTS:
        raise Rejected(f"grids of at most {MAX_POINTS} points and as many pairs of a grid and a radius are allowed")
    count = 0
    for points in goal["points"]:
        for radius_term in goal["radii"]:
            radius = value(radius_term, {"M": Fraction(points)})
            if radius.denominator != 1 or not 1 <= radius <= min(points, MAX_RADIUS):
                raise Rejected(f"a radius is not a whole number between 1 and {MAX_RADIUS}")
            spend(points**2 << int(radius))
            for size, least in enumerate(least_cuts(points, int(radius))):
                case = {"M": Fraction(points), "r": radius, "a": Fraction(size)}
                if all(holds(h, case) for h in goal["hypotheses"]) and least < value(goal["bound"], case):
                    raise Rejected(f"a set of {size} of {points} points, radius {radius}, has the cut {least}")
            count += 2**points
    return f"every subset of the grids, {count} pairs of a subset and a radius"


def least_cuts(points, radius):
    """For each size, the least number of pairs at distance 1..radius of different colours.

    The state is the colours of the last `radius` points; each holds the least cut for every size so far.
    """
    states = {(0, 0): {0: 0}}
    for place in range(points):
        new = {}
        seen = min(place, radius)
        for (window, _), best in states.items():
            ones = bin(window).count("1")
            for colour in (0, 1):
                extra = seen - ones if colour else ones
                after = (window << 1 | colour) & ((1 << radius) - 1)
                target = new.setdefault((after, min(place + 1, radius)), {})
                for size, cut in best.items():
                    grown, total = size + colour, cut + extra
                    if target.get(grown, total + 1) > total:
                        target[grown] = total
        states = new
    return [min(best[size] for best in states.values() if size in best) for size in range(points + 1)]


def twin_lattice(goal, premises, _data, _folder):
    """From two rows of equal cells to all measurable sets: pair up the offsets of the cells (Tonelli)."""
    if goal["form"] != "cut" or len(premises) != 2 or premises[0]["form"] != "lattice":
        raise Rejected("this rule concludes a cut from a lattice and an inequality")
    rows = premises[0]
    ranges = goal["domain"]
    if [r[0] for r in ranges] != ["a"] or goal["hypotheses"]:
        raise Rejected("the cut must speak of its measure a alone")
    closed(goal["bound"], ranges, "the bound")
    length, radius = value(goal["length"], {}), value(goal["radius"], {})
    cells = len(rows["weights"])
    if any(value(weight, {}) != 1 for weight in rows["weights"]) or radius * cells != length * rows["reach"]:
        raise Rejected("cells of weight 1 are needed, and reach cells must make the radius")
    if radius <= 0 or length <= 0:
        raise Rejected("the length and the radius must be positive")
    share = ("*", Fraction(2), rows["share"], "a", ("-", goal["length"], "a"))
    expect(premises[1:], [inequality(ranges, (), ("<=", goal["bound"], share))])


def refuted_cut(statement, data):
    """A union of equal cells whose exact cut is below the bound."""
    length, radius = value(statement["length"], {}), value(statement["radius"], {})
    cells = data.get("cells")
    if not isinstance(cells, list) or not 0 < len(cells) <= 64 or length <= 0:
        raise Malformed("the counterexample needs 1 to 64 cells of a positive length")
    cells = colours(cells, len(cells))
    width = length / len(cells)
    point, reach = {"a": width * sum(cells)}, radius / width
    if reach.denominator != 1:
        raise Rejected("the radius is not a whole number of cells")
    total = Fraction(0)
    for i, j in product(range(len(cells)), repeat=2):
        if cells[i] and not cells[j]:
            total += width**2 * (1 if abs(i - j) < reach else Fraction(1, 2) if abs(i - j) == reach else 0)
    admissible(statement, point)
    if total >= value(statement["bound"], point):
        raise Rejected("the set does not refute the bound")


def refuted_lattice(statement, data):
    """Two rows of colours whose short mixed pairs carry less than the share."""
    cells = len(statement["weights"])
    first, second = colours(data.get("first"), cells), colours(data.get("second"), cells)
    weights, share = [value(weight, {}) for weight in statement["weights"]], value(statement["share"], {})
    if min(weights, default=0) <= 0:
        raise Rejected("cells of positive weight are needed")
    mixed = [(i, j) for i, j in product(range(cells), repeat=2) if first[i] != second[j]]
    if sum(edge(statement, weights, share, i, j) for i, j in mixed) >= 0:
        raise Rejected("the colouring does not refute the share")


def refuted_grid_cut(statement, data):
    """A subset of one of the grids, and a radius, with a cut below the bound."""
    points, radius = data.get("points"), data.get("radius")
    if type(points) is not int or type(radius) is not int or points not in statement["points"] or points > 1000:
        raise Rejected("the counterexample names no grid of the statement")
    row = colours(data.get("set"), points)
    case = {"M": Fraction(points), "r": Fraction(radius), "a": Fraction(sum(row))}
    if all(value(r, case) != radius for r in statement["radii"]):
        raise Rejected("the radius is not one of the statement")
    cut = sum(row[i] != row[j] for i, j in product(range(points), repeat=2) if 0 < j - i <= radius)
    if not all(holds(h, case) for h in statement["hypotheses"]) or cut >= value(statement["bound"], case):
        raise Rejected("the set does not refute the bound")
