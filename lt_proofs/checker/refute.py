"""Refutations: the negation of a judgement, shown by one explicit counterexample."""

from fractions import Fraction
from itertools import combinations

from cuts import edge, refuted_cut
from errors import Malformed, Rejected
from inequality import holds, value
from probability import refuted_contraction, refuted_inequality

MAX_POINTS = 1000


def counterexample(goal, premises, data, _folder):
    """Conclude `not J` from a point, set, colouring or law that J excludes."""
    if goal["form"] != "not" or premises:
        raise Rejected("this rule concludes negations from a counterexample alone")
    statement = goal["statement"]
    if statement["form"] not in WAYS:
        raise Rejected(f"no counterexamples are known for {statement['form']}")
    WAYS[statement["form"]](statement, data)


def refuted_lattice(statement, data):
    """Two rows of colours whose short mixed pairs carry less than the share."""
    cells = len(statement["weights"])
    first, second = colours(data.get("first"), cells), colours(data.get("second"), cells)
    weights = [value(weight, {}) for weight in statement["weights"]]
    if min(weights, default=0) <= 0:
        raise Rejected("cells of positive weight are needed")
    share = value(statement["share"], {})
    total = Fraction(0)
    for i in range(cells):
        for j in range(cells):
            if first[i] != second[j]:
                total += edge(statement, weights, share, i, j)
    if total >= 0:
        raise Rejected("the colouring does not refute the share")


def refuted_grid_cut(statement, data):
    """A subset of one of the grids, and a radius, with a cut below the bound."""
    points, radius = data.get("points"), data.get("radius")
    if (
        type(points) is not int
        or not 0 < points <= MAX_POINTS
        or points not in statement["points"]
        or type(radius) is not int
    ):
        raise Rejected("the counterexample names no grid of the statement")
    row = colours(data.get("set"), points)
    case = {"M": Fraction(points), "r": Fraction(radius), "a": Fraction(sum(row))}
    if all(value(r, case) != radius for r in statement["radii"]):
        raise Rejected("the radius is not one of the statement")
    cut = sum(row[i] != row[j] for i, j in combinations(range(points), 2) if j - i <= radius)
    if not all(holds(h, case) for h in statement["hypotheses"]) or cut >= value(statement["bound"], case):
        raise Rejected("the set does not refute the bound")


def colours(data, length):
    """A list of 0 and 1 of the right length."""
    if not isinstance(data, list) or len(data) != length or any(type(c) is not int or c not in (0, 1) for c in data):
        raise Malformed(f"a colouring of {length} cells is a list of as many 0 and 1")
    return data


WAYS = {
    "inequality": refuted_inequality,
    "contraction": refuted_contraction,
    "cut": refuted_cut,
    "lattice": refuted_lattice,
    "grid-cut": refuted_grid_cut,
}
