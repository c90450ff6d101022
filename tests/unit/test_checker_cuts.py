"""Cuts: least cuts against exhaustion, cuts of cells against sections, and what a refutation must name."""

from collections.abc import Sequence
from fractions import Fraction as Q
from itertools import combinations, pairwise, product

import pytest

HAIR = Q(1, 10**9)


def spent(checker, monkeypatch, function, *arguments):
    """The work that a function of the module asks for itself."""
    amounts = []
    with monkeypatch.context() as patch:
        patch.setattr(checker.cuts, "spend", amounts.append)
        patch.setattr(checker.sets, "spend", amounts.append)
        function(*arguments)
    return amounts


def nearly_spent(checker, function, *arguments):
    """Whether a function gets as far as to ask for work."""
    checker.errors.WORK[0] = checker.errors.MAX_WORK
    try:
        checker.malformed("more work than", function, *arguments)
    finally:
        checker.errors.fresh_budget()


# grids


def cut(colours, radius):
    """The pairs of unlike points at most so far apart."""
    return sum(a != b for (i, a), (j, b) in combinations(enumerate(colours), 2) if j - i <= radius)


def test_least_cuts_are_those_of_all_subsets(checker):
    for points in range(1, 8):
        rows = list(product((0, 1), repeat=points))
        for radius in range(1, points + 1):
            least = [min(cut(row, radius) for row in rows if sum(row) == size) for size in range(points + 1)]
            assert checker.cuts.least_cuts(points, radius) == least
    assert checker.cuts.least_cuts(40, 2)[18:23] == [3] * 5
    assert checker.cuts.least_cuts(64, 1) == [0, *[1] * 63, 0]
    assert checker.cuts.least_cuts(12, 12) == [size * (12 - size) for size in range(13)]


def grid(checker, points: Sequence[int] = (4, 5), radii: Sequence[str] = ("1", "M-2"), bound="0", given=()):
    fields = {"points": list(points), "radii": list(radii), "hypotheses": list(given)}
    return checker.read_judgement("grid-cut", bound=bound, **fields)


def test_a_bound_holds_up_to_the_least_cut(checker):
    for size, least in enumerate(checker.cuts.least_cuts(5, 3)):
        given = [f"a = {size}", "M >= 5", "r > 1"]
        said = checker.cuts.grid_cut(grid(checker, bound=str(least), given=given))
        assert said == "every subset of the grids, 96 pairs of a subset and a radius"
        words = f"a set of {size} of 5 points, radius 3, has the cut {least}"
        checker.rejected(words, checker.cuts.grid_cut, grid(checker, bound=str(least + HAIR), given=given))
    checker.rejected("a set of 0 of 4 points, radius 1,", checker.cuts.grid_cut, grid(checker, bound="1"))


def test_limits_of_grids(checker, monkeypatch):
    grid_cut = checker.cuts.grid_cut
    for nothing in (grid(checker, points=[]), grid(checker, radii=[])):
        checker.rejected("says nothing", grid_cut, nothing)
    assert grid_cut(grid(checker, [64], ["1"])).split()[5] == str(2**64)
    assert grid_cut(grid(checker, [1] * 8, ["1"] * 8)).split()[5] == str(2 * 8 * 8)
    for points, radii in (([65], ["1"]), ([1] * 13, ["1"] * 5), ([1, 65, 2], ["1"])):
        checker.rejected("at most 64 points and as many pairs", grid_cut, grid(checker, points, radii))
    for points, radius in ((3, "0"), (3, "-1"), (3, "3/2"), (3, "4"), (15, "15"), (0, "1"), (0, "0")):
        checker.rejected("whole number between 1 and 14", grid_cut, grid(checker, [points], [radius]))
    nearly_spent(checker, grid_cut, grid(checker, [14], ["14"]))
    assert spent(checker, monkeypatch, grid_cut, grid(checker, [3, 5], ["1", "M"])) == [
        3 * (200 + (6 * 4 * 2 >> 6)), 3 * (200 + (7 * 4 * 8 >> 6)),
        5 * (200 + (8 * 6 * 2 >> 6)), 5 * (200 + (8 * 6 * 32 >> 6)),
    ]  # fmt: skip


def test_a_set_refutes_a_bound_above_its_cut(checker):
    refuted = checker.sets.refuted_grid_cut
    for row in product((0, 1), repeat=5):
        for radius in (1, 2, 3):
            data = {"points": 5, "radius": radius, "set": list(row)}
            given = [f"a = {sum(row)}", "M = 5", f"r = {radius}"]
            refuted(grid(checker, [4, 5], ["3", "2", "1"], f"{cut(row, radius)} + 1/9", given), data)
            exact = grid(checker, [4, 5], ["3", "2", "1"], str(cut(row, radius)), given)
            checker.rejected("does not refute the bound", refuted, exact, data)
    other = grid(checker, [5], ["1"], "9", ["a = 3"])
    checker.rejected("does not refute", refuted, other, {"points": 5, "radius": 1, "set": [1, 1, 0, 0, 0]})


def test_a_refutation_on_a_grid_names_it(checker, monkeypatch):
    refuted, statement = checker.sets.refuted_grid_cut, grid(checker, [4, 1000, 1001, 0, -2], ["1", "M/2"], "M^2")
    good = {"points": 4, "radius": 2, "set": [1, 0, 1, 1]}
    refuted(statement, good)
    for change in ({"points": 5, "set": [1] * 5}, {"points": "4"}, {"points": True}, {"points": 4.0},
                   {"points": 0, "set": []}, {"points": -2, "set": [], "radius": 1}, {"radius": "2"}, {"radius": None},
                   {"radius": 2.0}, {"points": 1001, "set": [1] * 1001}):  # fmt: skip
        checker.malformed("names no grid of the statement", refuted, statement, good | change)
    refuted(grid(checker, [4], ["0"], "1"), good | {"radius": 0})
    refuted(grid(checker, [1], ["1"], "1"), {"points": 1, "radius": 1, "set": [1]})
    for radius in (0, 3, -1):
        checker.rejected("radius is not one of the statement", refuted, statement, good | {"radius": radius})
    for row in ([1] * 3, [1] * 5, [0, 1, 2, 0], [0, 1, True, 0], None):
        checker.malformed("a colouring of 4 cells", refuted, statement, good | {"set": row})
    nearly_spent(checker, refuted, statement, {"points": 1000, "radius": 500, "set": [1] * 1000})
    of_five = grid(checker, [5], ["1"], "9")
    assert spent(checker, monkeypatch, refuted, of_five, {"points": 5, "radius": 1, "set": [0] * 5}) == [25]


# sets of cells of an interval


def cut_by_sections(cells, width, radius):
    """The measure of pairs of a point in a union of cells and one outside within the radius, section by section."""
    length = len(cells) * width
    edges = [k * width + s * radius for k in range(len(cells) + 1) for s in (-1, 0, 1)]

    def section(y):
        ends = [
            (max(k * width, y - radius), min((k + 1) * width, y + radius)) for k, own in enumerate(cells) if not own
        ]
        return sum((max(b - a, Q(0)) for a, b in ends), Q(0))

    places = sorted({e for e in edges if 0 <= e <= length})
    inside = [(a, b) for a, b in pairwise(places) if cells[int((a + b) / 2 / width)]]
    return sum((section(a) + section(b)) / 2 * (b - a) for a, b in inside)


@pytest.mark.parametrize("width", [Q(1), Q(2, 5)])
def test_the_cut_of_cells_is_that_of_their_sections(checker, width):
    for count in (1, 2, 4):
        for cells in product((0, 1), repeat=count):
            for radius in (Q(0), Q(1, 3), Q(1), Q(7, 5), Q(3), Q(5)):
                assert checker.sets.cell_cut(cells, width, radius) == cut_by_sections(cells, width, radius)
    assert checker.sets.cell_cut((1, 0, 0), width, Q(-1)) == 0
    assert checker.sets.cell_cut((0, 1, 1, 0, 1, 0), width, Q(1)) == cut_by_sections((0, 1, 1, 0, 1, 0), width, Q(1))


def cut_goal(checker, **fields):
    known = {"domain": "a in [0, 2]", "length": "2", "radius": "1", "bound": "a*(2-a)/2"}
    return checker.read_judgement("cut", **(known | fields))


def test_a_union_of_cells_refutes_a_bound_above_its_cut(checker):
    domain = "a in [0, 3/2], r in [0, 2], M in [1, 2]"
    for cells in product((0, 1), repeat=3):
        data = {"cells": list(cells), "point": {"a": str(Q(sum(cells), 2)), "r": "2/3", "M": "3/2"}}
        exact = cut_by_sections(cells, Q(1, 2), Q(2, 3))
        for bound in (exact, exact + HAIR, exact - 1):
            goal = cut_goal(checker, domain=domain, length="M", radius="r", bound=str(bound))
            if bound <= exact:
                checker.rejected("does not refute the bound", checker.sets.refuted_cut, goal, data)
            else:
                checker.sets.refuted_cut(goal, data)


def test_a_refutation_of_a_cut_is_admissible(checker):
    refuted = checker.sets.refuted_cut

    def data(cells, a):
        return {"cells": cells, "point": {"a": str(a)}}

    goal = cut_goal(checker, domain="a in [0, 1]", bound="9", hypotheses=["a < 1"])
    refuted(goal, data([1, 0, 0, 0], Q(1, 2)))
    refuted(goal, data([1] + [0] * 63, Q(1, 32)))
    refuted(goal, data([0], 0))
    refuted(cut_goal(checker, bound="9", length="1"), data([1, 0], Q(1, 2)))
    checker.rejected("a hypothesis does not hold", refuted, goal, data([1, 0], 1))
    checker.rejected("outside the domain", refuted, goal, data([1], 2))
    for wrong in (data([1, 0], Q(1, 2)), data([1], 1), {"cells": [1], "point": {}}):
        checker.malformed("and their measure as a", refuted, goal, wrong)
    for length in ("0", "-2"):
        checker.malformed("of a positive length", refuted, cut_goal(checker, length=length), data([0], 0))
    checker.malformed("not a list of 1 to 64 items", refuted, goal, data([], 0))
    checker.malformed("not a list of 1 to 64 items", refuted, goal, data([0] * 65, 0))
    checker.malformed("a colouring of 2 cells", refuted, goal, data([1, 2], 1))
    checker.malformed("a point names its variables", refuted, goal, {"cells": [1]})
    checker.malformed("not a list", refuted, goal, {"point": {"a": "1"}})


def test_long_cells_cost_more(checker, monkeypatch):
    cut = checker.sets.cell_cut
    assert spent(checker, monkeypatch, cut, [1, 0], Q(1, 2), Q(3)) == [5 * 4 + 20 * 2 * 30]
    assert spent(checker, monkeypatch, cut, [1, 0], Q(1, 2**300), Q(3)) == [5 * 4 + 20 * 2 * (30 + 19 + 5)]
