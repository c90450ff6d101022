"""What refutes or shows statements about packings and masks: at the edge of what holds, and against plain counts."""

import random
from fractions import Fraction
from itertools import product
from math import atan2, pi

import numpy as np
import pytest

F = Fraction


def part(checker, name):
    """A function of the refutations, or else of the rules about explicit matrices and masks."""
    return getattr(checker.families, name, None) or getattr(checker.packings, name)


@pytest.fixture
def accepts(checker):
    """Whether a function of the module accepts; False where it rejects."""

    def accepts(name, *arguments):
        checker.errors.fresh_budget()
        try:
            result = part(checker, name)(*arguments)
        except checker.errors.Rejected:
            return False
        return True if result is None else result

    return accepts


@pytest.fixture
def refuted(checker, accepts):
    """Whether data refute a statement of a form, given by the texts of its fields, at a point."""

    def refuted(name, form, fields, **data):
        read = {k: (checker.read_relation if k == "conclusion" else checker.read_term)(v) for k, v in fields.items()}
        point = data.setdefault("point", {})
        domain = tuple((name, "(", F(-9), F(9), ")") for name in point)
        return accepts(name, {"form": form, "domain": domain, **read}, data)

    return refuted


@pytest.mark.parametrize(
    ("dimension", "separation", "count", "places", "found"),
    [
        ("1", "1/2", "3", "-1/2 1/2", True),
        ("1", "1/2", "3", "1/2 -1/2", True),
        ("1", "1/2", "5/2", "-1/2 1/2", True),
        ("1", "1/2", "2", "-1/2 1/2", False),
        ("1", "1/2", "4", "-1 0 1", True),
        ("1", "1/2", "4", "-1/2 0 1/2", False),
        ("1", "1/2", "4", "-1/4 3/4", False),
        ("1", "1/2", "4", "-3/4 1/4", False),
        ("1", "1/2", "4", "-1 1", False),
        ("1", "1/2", "9", "-3/2 -1/2 1/2", False),
        ("1", "1/2", "9", "-1/2 1/2 3/2", False),
        ("1", "1", "3", "-1 1", True),
        ("1", "1", "4", "-1 0 1", False),
        ("1", "1", "2", "0", True),
        ("1", "3", "2", "0", True),
        ("1", "3", "2", "-1", True),
        ("1", "9/10", "2", "0", False),
        ("1", "1", "2", "1/5", False),
        ("1", "1", "2", "-1/5", False),
        ("1", "4/5", "3", "-9/10 9/10", False),
        ("1", "9/10", "3", "-19/20 19/20", False),
        ("1", "0", "3", "-1 1", False),
        ("1", "-1", "3", "-1 1", False),
        ("1", "-1", "3", "0 0", False),
        ("2", "1/2", "5", "-1/2 1/2", True),
        ("2", "1/2", "4", "-1/2 1/2", False),
        ("64", "1/2", "2^64 + 1", "-1/2 1/2", True),
        ("64", "1/2", "2^64", "-1/2 1/2", False),
        ("65", "1/2", "2^66", "-1/2 1/2", False),
        ("1/2", "1/2", "4", "-1/2 1/2", False),
        ("0", "1/2", "4", "-1/2 1/2", False),
        ("-1", "1/2", "4", "-1/2 1/2", False),
    ],
)
def test_packings_of_the_cube(refuted, dimension, separation, count, places, found):
    fields = {"dimension": dimension, "separation": separation, "count": count}
    assert refuted("refuted_packing", "packing", fields, places=places.split()) is found


def test_the_point_is_in_the_domain_and_its_values_count(refuted):
    fields = {"dimension": "d", "separation": "s", "count": "s*6"}
    assert refuted("refuted_packing", "packing", fields, places=["-1/2", "1/2"], point={"d": "1", "s": "1/2"})
    assert not refuted("refuted_packing", "packing", fields, places=["-1/2", "1/2"], point={"d": "10", "s": "1/2"})


@pytest.mark.parametrize(
    ("closeness", "diameter", "slopes", "found"),
    [
        ("1", "3/2", "1 -1 0", True),
        ("1", "2", "1 -1 0", False),
        ("1", "3/2", "1 1/2 3/4", False),
        ("1", "3/2", "-1 1 0", True),
        ("1", "3/2", "3 1 2", True),
        ("1", "3/2", "-1 -3 -2", True),
        ("1", "1", "3 1 5/2", False),
        ("1", "1", "1 3 5/2", False),
        ("1", "1", "3 1 3/2", False),
        ("1/4", "1/4", "5 9/2 19/4", True),
        ("1/4", "1/2", "5 9/2 19/4", False),
        ("sqrt(2)", "5/2", "7/5 -7/5 0", True),
        ("sqrt(2)", "5/2", "71/50 -71/50 0", False),
        ("1", "sqrt(2)", "1 -1 0", False),
    ],
)
def test_three_slopes(refuted, closeness, diameter, slopes, found):
    fields = {"closeness": closeness, "diameter": diameter}
    assert refuted("refuted_diameter", "diameter", fields, slopes=slopes.split()) is found


def test_a_closeness_is_taken_from_below_and_nothing_else_is_rounded(checker):
    statement = {"domain": (), "closeness": ("sqrt", F(2)), "size": F(3)}
    point, size, near = checker.families.placed(statement, {"point": {}}, "size", "closeness")
    low, high, _, _ = checker.families.at(("sqrt", F(2)), {})
    assert (point, size, near) == ({}, 3, low)
    assert low**2 < 2 < high**2
    assert F(1, 2**4200) < high - low < F(1, 2**4000)
    with pytest.raises(checker.errors.Rejected):
        checker.families.placed(statement | {"size": ("sqrt", F(2))}, {"point": {}}, "size")


@pytest.mark.parametrize(
    ("dimension", "diameter", "share", "found"),
    [
        ("1", "2", "1/2", True),
        ("1", "2", "1", False),
        ("3", "1", "1/9", True),
        ("3", "1", "1/8", False),
        ("2", "-2", "1/2", False),
        ("2", "-1/2", "1/100", False),
        ("1", "0", "-1", True),
        ("64", "4", "2^64 - 1", True),
        ("65", "4", "1", False),
        ("1/2", "4", "1", False),
        ("0", "4", "1/2", False),
    ],
)
def test_a_ball_of_half_the_diameter(refuted, dimension, diameter, share, found):
    fields = {"dimension": dimension, "diameter": diameter, "share": share}
    assert refuted("refuted_volume", "volume", fields) is found


@pytest.mark.parametrize(
    ("share", "success", "bits", "bound", "targets", "functions", "found"),
    [
        ("1/4", "1/2", "1", "2", 4, 2, True),
        ("1/5", "1/2", "1", "2", 4, 2, False),
        ("1/3", "1/2", "1", "2", 4, 2, True),
        ("1/4", "3/4", "1", "2", 4, 2, False),
        ("1/4", "1/4", "1", "2", 4, 2, True),
        ("1/4", "1/2", "1/2", "2", 4, 2, False),
        ("1/4", "1/2", "1", "1", 4, 2, False),
        ("1/4", "1/2", "1", "1/2", 4, 2, False),
        ("1/4", "1", "2", "3", 4, 4, True),
        ("1/4", "1", "3", "4", 4, 5, False),
        ("1", "1", "0", "1", 1, 1, True),
        ("1", "0", "0", "1", 1, 0, False),
        ("1", "0", "0", "1", 3, -1, False),
        ("2", "2", "1", "2", 1, 2, False),
    ],
)
def test_as_many_draws_as_targets(refuted, share, success, bits, bound, targets, functions, found):
    fields = {"share": share, "success": success, "bits": bits, "bound": bound}
    assert refuted("refuted_counting", "counting", fields, targets=targets, functions=functions) is found


def test_a_term_is_not_taken_where_it_is_not_defined(checker):
    for term in ("log(x)", "log(-x)"):
        checker.rejected("may be negative or 0", checker.families.at, checker.read_term(term), {"x": F(0)})


@pytest.mark.parametrize(
    ("count", "bits", "found"),
    [
        (1, "0", True), (2, "0", False), (2, "1", True), (3, "1", False), (1, "-1", False), (8, "3", True),
        (9, "3", False), (1, "1/2", True), (2, "1/2", False), (3, "8/5", True),
        (3, "log(3)/log(2)", True),
        (4, "log(3)/log(2)", False), (2**4096, "4096", True), (2**4096 + 1, "4096", False), (1, "-4096", False),
        (2**4096, "4096 + 1/2", True), (2**4097, "4096 + 1/2", False), (3, "max(2, exp(log(2)))", True),
    ],
)  # fmt: skip
def test_counts_and_bits(checker, count, bits, found):
    assert checker.families.fits(count, checker.read_term(bits), {}) is found


@pytest.mark.parametrize(
    ("count", "bits"),
    [
        (4, "max(2, exp(log(2)))"), (4, "min(2, exp(log(2)))"), (1, "4097"), (1, "-4097"),
    ],
)  # fmt: skip
def test_counts_that_no_precision_tells(checker, count, bits):
    with pytest.raises(checker.errors.Rejected):
        checker.families.fits(count, checker.read_term(bits), {})


def ends(text):
    """Draws of intervals: `a,b c,d; e,f`."""
    return [[tuple(map(F, pair.split(","))) for pair in draw.split()] for draw in text.split(";")]


@pytest.mark.parametrize(
    ("draws", "success", "found"),
    [
        ("-1,1", "1", True),
        ("-1,0 0,1", "1", True),
        ("-2,1; -1,2", "1", True),
        ("-1,1/4 1/2,1", "1", False),
        ("-1,-1/2 -1/4,1", "1", False),
        ("-1,0 1/64,1", "1", False),
        ("-1/2,1", "1", False),
        ("-1,1/2", "1", False),
        ("-1,1; ", "1/2", True),
        ("-1,1; ", "2/3", False),
        ("-1,1; 3,2", "1/2", True),
        ("-1,0; 0,1", "1/2", True),
        ("-1,0; 1/4,1", "1/2", False),
        ("-1,1/2; -1/2,1; -1,1", "2/3", True),
        ("-1,1/2; -1/2,1; -1,1", "3/4", False),
        ("-1,1/2; -1/2,1; -1/4,1/4", "2/3", False),
    ],
)
def test_every_number_must_be_met_often_enough(checker, accepts, draws, success, found):
    fails, holds = (("domain", ()), ("conclusion", checker.read_relation("x >= 1"))), {"x": F(1)}
    assert accepts("met", dict(fails), {"x": F(0)}, ends(draws), F(success)) is found
    assert not accepts("met", dict(fails), holds, ends(draws), F(success))


PRUNING = {"size": "1", "bits": "1", "closeness": "1/2", "success": "1", "conclusion": "0 >= 1"}


@pytest.mark.parametrize(
    ("changes", "grid", "found"),
    [
        ({}, 2, True),
        ({"bits": "2"}, 3, True),
        ({"bits": "3/2"}, 3, False),
        ({"bits": "0"}, 2, False),
        ({"conclusion": "1 >= 1"}, 2, False),
        ({"closeness": "49/100"}, 2, False),
        ({"success": "2"}, 2, False),
        ({"success": "1/2"}, 2, True),
        ({"size": "2", "bits": "8"}, 4, True),
        ({"size": "2", "bits": "7"}, 4, False),
        ({"size": "2", "bits": "8", "closeness": "1/3"}, 4, False),
        ({"closeness": "1", "bits": "0"}, 1, True),
        ({"closeness": "9"}, 0, False),
        ({"closeness": "9", "size": "2"}, -1, False),
        ({"closeness": "1/2^20", "bits": "20"}, 1 << 20, True),
        ({"closeness": "1/2^20", "bits": "21"}, (1 << 20) + 1, False),
        ({"size": "64", "closeness": "64", "bits": "0"}, 1, True),
        ({"size": "65", "closeness": "65", "bits": "0"}, 1, False),
        ({"size": "3/2"}, 4, False),
        ({"size": "0", "closeness": "1"}, 1, False),
    ],
)
def test_grids_of_matrices(refuted, changes, grid, found):
    assert refuted("refuted_pruning", "pruning", PRUNING | changes, grid=grid) is found


@pytest.mark.parametrize(
    ("changes", "draws", "found"),
    [
        ({}, "-1/2 1/2", True),
        ({"bits": "0"}, "-1/2 1/2", False),
        ({"closeness": "49/100"}, "-1/2 1/2", False),
        ({"closeness": "1/4", "bits": "2"}, "-3/4 -1/4 1/4 3/4", True),
        ({"closeness": "1/4", "bits": "2"}, "-3/4 -1/4 1/2 3/4", False),
        ({"success": "1/2"}, "-1/2 1/2; 5", True),
        ({"success": "1/2", "bits": "0"}, "-1/2 1/2; 5", False),
        ({"success": "1/2", "bits": "0"}, "5; -1/2 1/2", False),
        ({"success": "3/4"}, "-1/2 1/2; 5", False),
        ({"size": "2"}, "-1/2 1/2", False),
        ({"size": "1/2"}, "-1/2 1/2", False),
        ({"conclusion": "1 >= 0"}, "-1/2 1/2", False),
    ],
)
def test_draws_of_slopes(refuted, changes, draws, found):
    data = {"draws": [draw.split() for draw in draws.split(";")]}
    assert refuted("refuted_pruning", "pruning", PRUNING | changes, **data) is found


def values(units, inputs):
    """The values of all prunings of a network, by its masks."""
    size, found = len(units[0][1]), set()
    for masks in product(product((0, 1), repeat=2 * size), repeat=len(units)):
        outputs = []
        for x in inputs:
            y = [0] * size
            for (row, column), mask in zip(units, masks, strict=True):
                inner = max(0, sum(m * w * z for m, w, z in zip(mask, row, x, strict=False)))
                y = [old + m * w * inner for old, m, w in zip(y, mask[size:], column, strict=True)]
            outputs += y
        found.add(tuple(outputs))
    return found


NETWORKS = [
    [([1], [1])],
    [([1], [1]), ([-1], [-1])],
    [([2], [-3]), ([5], [7]), ([-1], [1])],
    [([1, 2], [3, 5])],
    [([1, -2], [3, 5])],
    [([1, 1], [1, 2]), ([-1, -1], [3, 5])],
    [([2, -3], [-1, 4]), ([-5, 7], [2, 9])],
]


@pytest.mark.parametrize("units", NETWORKS)
def test_all_values_of_all_prunings(checker, refuted, units):
    size = len(units[0][0])
    least = min(
        len(values(units, [[s * (i == j) for i in range(size)] for j, s in enumerate(signs)]))
        for signs in product((1, -1), repeat=size)
    )
    for inputs in ([[1] * size], [[1] + [-2] * (size - 1), [-1] * size, [3] + [1] * (size - 1)]):
        found = values(units, inputs)
        assert checker.packings.sums(units, inputs) == found
        network = [[[str(x) for x in unit[layer]] for unit in units] for layer in (0, 1)]
        for bits in range(8):
            fields = {"size": str(size), "hidden": str(len(units)), "bits": str(bits)}
            data = {"network": network, "inputs": [[str(x) for x in row] for row in inputs]}
            assert refuted("refuted_count", "units", fields, **data) is (len(found) > 2**bits)
            assert refuted("refuted_count", "columns", fields, **data) is (least > 2**bits)


@pytest.mark.parametrize(
    ("fields", "network"),
    [
        ({"size": "2", "hidden": "1"}, [[["1"]], [["1"]]]),
        ({"size": "1", "hidden": "2"}, [[["1"]], [["1"]]]),
        ({"size": "1", "hidden": "1"}, [[["1"], ["1"]], [["1"], ["1"]]]),
        ({"size": "1", "hidden": "1"}, [[["1", "1"]], [["1"]]]),
        ({"size": "1", "hidden": "1"}, [[["1"]], [["1", "1"]]]),
        ({"size": "1", "hidden": "2"}, [[["1"], ["1"]], [["1"]]]),
        ({"size": "5", "hidden": "1"}, [[["1"] * 5], [["1"] * 5]]),
        ({"size": "1", "hidden": "9"}, [[["1"]] * 9, [["1"]] * 9]),
        ({"size": "1", "hidden": "1/2"}, [[["1"]], [["1"]]]),
        ({"size": "1/2", "hidden": "1"}, [[["1"]], [["1"]]]),
    ],
)
def test_networks_of_another_shape(refuted, fields, network):
    inputs = [["1"] * len(network[0][0])]
    assert not refuted("refuted_count", "units", fields | {"bits": "-9"}, network=network, inputs=inputs)


@pytest.mark.parametrize("form", ["units", "columns"])
def test_networks_of_the_largest_shapes(refuted, form):
    """Eight units, and four inputs; other forms than that of units look at the signs of the unit vectors."""
    fields = {"size": "1", "hidden": "8", "bits": "2"}
    network = [[["1"], ["-1"]] * 4, [["1"]] * 8]
    assert refuted("refuted_count", form, fields, network=network, inputs=[["1"]])
    fields = {"size": "4", "hidden": "1", "bits": "-1"}
    network = [[["1"] * 4], [["1"] * 4]]
    assert refuted("refuted_count", form, fields, network=network, inputs=[["1"] * 4])


BOTH = [[["1"], ["-1"], ["1"], ["-1"]], [["1"], ["-1"], ["-1"], ["1"]]]


@pytest.mark.parametrize(
    ("changes", "draws", "found"),
    [
        ({}, [BOTH], True),
        ({"closeness": "49/100"}, [BOTH], False),
        ({"closeness": "1", "hidden": "1"}, [[[["5"]], [["5"]]]], True),
        ({"closeness": "1", "hidden": "1"}, [[[["1"]], [["-1"]]]], True),
        ({"closeness": "3/4", "hidden": "2"}, [[[["1"], ["1"]], [["1"], ["-1"]]]], False),
        ({"success": "1/2"}, [BOTH, [[["9"]] * 4, [["9"]] * 4]], True),
        ({"success": "2/3"}, [BOTH, [[["9"]] * 4, [["9"]] * 4]], False),
        ({"hidden": "3"}, [BOTH], False),
        ({"size": "2"}, [BOTH], False),
        ({"size": "2", "closeness": "1", "hidden": "1"}, [[[["5", "5"]], [["5", "5"]]]], False),
        ({"hidden": "16"}, [[layer * 4 for layer in BOTH]], True),
        ({"hidden": "17"}, [[[*layer * 4, ["1"]] for layer in BOTH]], False),
        ({"conclusion": "0 >= 0"}, [BOTH], False),
    ],
)
def test_both_slopes_of_a_network_must_be_near(refuted, changes, draws, found):
    fields = {"size": "1", "hidden": "4", "closeness": "1/2", "success": "1", "conclusion": "0 >= 1"}
    assert refuted("refuted_two_layer", "two-layer", fields | changes, draws=draws) is found


def test_no_draws_refute_nothing(checker, refuted):
    fields = {"size": "1", "hidden": "4", "closeness": "1/2", "success": "1", "conclusion": "0 >= 1"}
    with pytest.raises(checker.errors.Malformed, match="not a list of 1 to 64"):
        refuted("refuted_two_layer", "two-layer", fields, draws=[])


def test_one_side_of_a_slope_is_not_enough(refuted):
    """Slope a for x > 0 and b for x < 0 are near w where both are: [max - 1/2, min + 1/2]."""
    fields = {"size": "1", "hidden": "3", "closeness": "1/2", "success": "1", "conclusion": "0 >= 1"}
    for first, second in (([1, -1, 1], [1, -1, -1]), ([1, -1, -1], [1, 1, -1])):
        network = [[[str(x)] for x in layer] for layer in (first, second)]
        assert not refuted("refuted_two_layer", "two-layer", fields, draws=[network])


@pytest.mark.parametrize(
    ("size", "entries", "least"),
    [
        (1, (3,), 9), (1, (-3,), 9), (2, (1, 0, 0, 2), 4), (2, (2, 0, 0, 1), 4), (2, (0, 2, 1, 0), 4),
        (2, (1, 2, 2, 4), 25), (2, (3, 4, 0, 0), 25), (2, (3, 0, 4, 0), 25), (3, (1,) * 9, 9), (4, (1,) * 16, 16),
        (3, (2, 0, 0, 0, 1, 1, 0, 1, 1), 4), (3, (1, 1, 0, 1, 1, 0, 0, 0, 2), 4), (3, (1, 0, 1, 0, 2, 0, 1, 0, 1), 4),
        (3, (1, 0, 0, 0, 1, 0, 0, 0, 3), 9), (2, (0, 0, 0, 0), 0),
    ],
)  # fmt: skip
def test_squares_of_spectral_norms(checker, size, entries, least):
    assert checker.packings.at_most(size, entries, least)
    assert checker.packings.at_most(size, entries, F(least) + F(1, 10**9))
    assert not checker.packings.at_most(size, entries, F(least) - F(1, 10**9))


def test_spectral_norms_of_random_matrices(checker):
    numbers = random.Random(3)
    for size in (1, 2, 3, 4) * 8:
        entries = [numbers.randint(-5, 5) for _ in range(size**2)]
        square = np.linalg.norm(np.array(entries, float).reshape(size, size), 2) ** 2
        assert checker.packings.at_most(size, entries, F(square) + F(1, 10**6))
        assert square < 0.5 or not checker.packings.at_most(size, entries, F(square) - F(1, 10**6))


def test_determinants(checker):
    assert checker.packings.determinant([]) == 1
    assert checker.packings.determinant([[7]]) == 7
    assert checker.packings.determinant([[1, 2], [3, 5]]) == -1
    assert checker.packings.determinant([[2, 3, 5], [7, 11, 13], [17, 19, 23]]) == -78
    assert checker.packings.determinant([[1, 2, 0, 1], [0, 3, 1, 4], [2, 0, 5, 1], [1, 1, 1, 2]]) == 27


@pytest.mark.parametrize(
    ("size", "separation", "count", "denominator", "matrices", "found"),
    [
        (1, "1/2", 3, 2, [[-2], [0], [2]], "3 explicit matrices"),
        (1, "1", 3, 2, [[-2], [0], [2]], False),
        (1, "1", 2, 2, [[-2], [2]], "2 explicit matrices"),
        (1, "1/2", 2, 2, [[-2], [0], [2]], False),
        (1, "1/2", 4, 2, [[-2], [0], [2]], False),
        (1, "1/2", 3, 3, [[-3], [0], [2]], "3 explicit matrices"),
        (1, "2/3", 3, 3, [[-3], [0], [2]], False),
        (1, "1/2", 3, 3, [[2], [-3], [0]], "3 explicit matrices"),
        (1, "2/3", 3, 3, [[2], [-3], [0]], False),
        (1, "0", 2, 3, [[2], [3]], "2 explicit matrices"),
        (1, "0", 1, 3, [[2]], "1 explicit matrices"),
        (1, "0", 1, 3, [[2], [2]], False),
        (1, "0", 2, 3, [[2], [2], [3]], "2 explicit matrices"),
        (1, "0", 1, 1, [[1]], "1 explicit matrices"),
        (1, "0", 1, 1, [[2]], False),
        (1, "0", 2, 1, [[1], [-2]], False),
        (1, "-1", 1, 1, [[1]], False),
        (1, "-1/9", 2, 9, [[1], [2]], False),
        (1, "0", 1, 0, [[0]], False),
        (1, "0", 1, -1, [[1]], False),
        (2, "1/2", 2, 2, [[2, 0, 0, 2], [0, 2, 2, 0]], "2 explicit matrices"),
        (2, "1/2", 2, 2, [[2, 0, 0, 2], [2, 1, 0, 0]], False),
        (2, "1", 2, 5, [[3, 4, 0, 0], [0, 0, 4, 3]], "2 explicit matrices"),
        (2, "1", 2, 5, [[3, 4, 0, 0], [0, 4, 3, 0]], False),
        (4, "0", 1, 1, [[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]], "1 explicit matrices"),
        (5, "0", 1, 1, [[0] * 25], False),
        (0, "0", 1, 1, [[]], False),
        (-1, "0", 1, 1, [[0]], False),
    ],
)
def test_explicit_matrices(checker, accepts, size, separation, count, denominator, matrices, found):
    goal = {"size": size, "separation": checker.read_term(separation), "count": count}
    data = {"denominator": denominator, "matrices": matrices}
    assert accepts("explicit_matrices", goal, data) == found


def test_angles_grow_with_the_angle(checker):
    angle = checker.packings.angle
    wanted = {
        (1, 0): 0, (2, 1): F(1, 3), (1, 1): F(1, 2), (1, 3): F(3, 4), (0, 1): 1, (-1, 2): F(4, 3), (-3, 1): F(7, 4),
        (-1, 0): 2, (-2, -1): F(7, 3), (-1, -3): F(11, 4), (0, -1): 3, (1, -2): F(10, 3), (3, -1): F(15, 4),
    }  # fmt: skip
    assert {ray: angle(ray) for ray in wanted} == wanted
    rays = [(x, y) for x, y in product(range(-3, 4), repeat=2) if x or y]
    for p, q in product(rays, repeat=2):
        turn = atan2(p[1], p[0]) % (2 * pi) - atan2(q[1], q[0]) % (2 * pi)
        assert (angle(p) > angle(q)) == (turn > 1e-9)


def test_rays(checker):
    rays = checker.packings.rays
    assert rays(1, [(3,)]) == [(1,), (-1,)]
    assert rays(2, ()) == [(1, 0), (0, 1), (-1, 0), (0, -1)]
    assert rays(2, [(4, 6)]) == [(1, 0), (0, 1), (-3, 2), (-1, 0), (0, -1), (3, -2)]
    assert rays(2, [(4, 6), (-2, -3)]) == rays(2, [(4, 6)])
    assert rays(2, [(1, -1), (5, -5), (2, -4)]) == [
        (1, 0), (2, 1), (1, 1), (0, 1), (-1, 0), (-2, -1), (-1, -1), (0, -1)
    ]  # fmt: skip


def farthest(target, found, inputs, near):
    """The least of near |x|^2 - |f(x) - Wx|^2 over the ends and the middles of chords between neighbours."""
    size, least = len(inputs[0]), []
    for k in range(len(inputs)):
        for s in (F(0), F(1, 9), F(2, 9), F(1, 3), F(4, 9), F(1, 2), F(5, 9), F(2, 3), F(7, 9), F(8, 9)):
            x, off = [0] * size, [0] * size
            for weight, j in ((s, k), (1 - s, k - 1)):
                ray, value = inputs[j], found[size * j % (size * len(inputs)) :][:size]
                x = [a + weight * b for a, b in zip(x, ray, strict=True)]
                wx = [sum(target[size * i + c] * ray[c] for c in range(size)) for i in range(size)]
                off = [a + weight * (b - c) for a, b, c in zip(off, value, wx, strict=True)]
            least.append(near * sum(a * a for a in x) - sum(a * a for a in off))
    return min(least)


def test_closeness_between_the_rays(checker):
    close, axes = checker.packings.close, checker.packings.rays(2, ())
    zero = (0, 0, 0, 0)
    # at e1 and e2 off by (1, 0), so by (2, 0) at their sum: 4 of 2 times near
    for near, found in ((F(2), True), (F(199, 100), False), (F(1), False), (F(99, 100), False)):
        assert close(zero, (1, 0, 1, 0, 0, 0, 0, 0), axes, near) is found
        assert close(zero, (0, 0, 1, 0, 1, 0, 0, 0), axes, near) is found
        assert close(zero, (0, 0, 0, 0, 0, -1, 0, -1), axes, near) is found
        assert close(zero, (0, -1, 0, 0, 0, 0, 0, -1), axes, near) is found
        assert close((1, 1, 0, 0), (0, 0, 0, 0, -1, 0, -1, 0), axes, near) is found
        assert close((0, 0, 1, 1), (0, 1, 0, 1, 0, 0, 0, 0), axes, near) is found
    # on the cone between (1, 0) and (1, 1), off by 9/10 and 13/10 along the same line
    rays = checker.packings.rays(2, [(1, -1)])
    found = [F(0)] * 12
    found[0], found[2] = F(9, 10), F(13, 10)
    assert rays[:2] == [(1, 0), (1, 1)]
    assert close(zero, found, rays, F(1))
    found[2] = F(14, 10)
    assert not close(zero, found, rays, F(1))
    # twice 3 is less than 3 to the power 2
    found[0], found[2], found[3] = F(17, 10), F(5, 2), F(1, 2)
    assert not close(zero, found, rays, F(3))
    found[2], found[3] = F(2), F(0)
    assert close(zero, found, rays, F(3))
    found[2] = F(21, 10)
    assert not close(zero, found, rays, F(3))
    # off by opposite amounts, the middle is better than the ends
    assert close(zero, (1, 0, -1, 0, 1, 0, -1, 0), axes, F(1))
    assert not close(zero, (1, 0, -1, 0, 1, 0, -1, 0), axes, F(99, 100))
    line = checker.packings.rays(1, ())
    assert close((2,), (3, -1), line, F(1))
    assert not close((2,), (3, -1), line, F(99, 100))
    assert not close((2,), (3, -4), line, F(1))


def masks(size=1, first=(1,), second=(1,), unit="1", near="1/2", cells=2, functions=2, reached=3):
    return {
        "size": size, "first": first, "second": second, "unit": F(unit), "closeness": F(near), "cells": cells,
        "functions": functions, "reached": reached,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "all 4 masks: 2 functions, and 3 of 5 matrices are reached"),
        ({"reached": 2}, False),
        ({"reached": 4}, False),
        ({"functions": 1}, False),
        ({"functions": 3}, False),
        ({"near": "49/100", "reached": 1}, "all 4 masks: 2 functions, and 1 of 5 matrices are reached"),
        ({"near": "0", "reached": 1}, "all 4 masks: 2 functions, and 1 of 5 matrices are reached"),
        ({"near": "-1/2", "reached": 0}, False),
        ({"near": "3/4", "cells": 4, "reached": 7}, "all 4 masks: 2 functions, and 7 of 9 matrices are reached"),
        ({"near": "2", "reached": 5}, "all 4 masks: 2 functions, and 5 of 5 matrices are reached"),
        ({"unit": "0"}, False),
        ({"unit": "-1"}, False),
        ({"cells": 0, "reached": 1}, False),
        ({"cells": -1}, False),
        ({"cells": -1, "reached": 0}, False),
        ({"cells": 1, "reached": 1}, "all 4 masks: 2 functions, and 1 of 3 matrices are reached"),
        ({"size": 0}, False),
        ({"size": 3, "first": (1,) * 3, "second": (1,) * 3}, False),
        ({"size": -1}, False),
        ({"first": (), "second": ()}, False),
        ({"first": (1, 1)}, False),
        ({"second": (1, 1)}, False),
        ({"first": (0,)}, False),
        ({"second": (0,), "functions": 1}, False),
        ({"size": 2, "first": (1, 1, 1), "second": (1, 1, 1)}, False),
        ({"size": 2, "first": (1, 1), "second": (1, 1, 1, 1)}, False),
        (
            {"first": (2, -2), "second": (2, -2), "unit": "1/2", "functions": 4, "reached": 4},
            "all 16 masks: 4 functions, and 4 of 5 matrices are reached",
        ),
        (  # 3 of 4 cells, where 4^(3/4) is less than 3
            {"first": (3, -3), "second": (1, -1), "unit": "1/2", "near": "0", "cells": 4, "functions": 4, "reached": 2},
            "all 16 masks: 4 functions, and 2 of 9 matrices are reached",
        ),
    ],
)
def test_masks_of_one_input(accepts, changes, found):
    assert accepts("all_masks", masks(**changes)) == found


def test_work_is_counted(checker):
    """The counts are part of the limits of a file: a change of them must be meant."""

    def work(name, *arguments):
        checker.errors.fresh_budget()
        part(checker, name)(*arguments)
        return checker.errors.WORK[0]

    false = {"conclusion": checker.read_relation("0 >= 1")}
    more = work("met", false, {}, [], F(0))
    assert work("met", false, {}, ends("-1,1; -1,1/2 0,1"), F(1, 2)) == more + 100 * 4 * 3
    assert work("sums", [([1, 2], [3, 5])], [(1, 0), (0, 1), (1, 1)]) == 20 * 3 * 1 * 10
    assert work("sums", [([1], [3]), ([1], [5])], [(1,), (2,)]) == 20 * 2 * (1 * 2 + 2 * 2)
    goal = {"size": 1, "separation": F(1, 4), "count": 3}
    data = {"denominator": 4, "matrices": [[1], [4], [-2]]}
    number = work("value", F(1, 4), {})  # read once
    assert work("explicit_matrices", goal, data) == number + 5000 * 3
    assert work("explicit_matrices", goal, data | {"matrices": [[4], [1], [-2]]}) == number + 5000 * 3
    assert work("explicit_matrices", goal | {"separation": F(2)} | {"count": 1}, data | {"matrices": [[1]]}) == (
        number + 7500
    )
    assert work("explicit_matrices", goal | {"separation": F(1, 2)}, data | {"matrices": [[-4], [0], [3]]}) == (
        number + 5000 * 3 + 2500 * 9
    )
    # the sums have 20 * 2 inputs * 2 of one unit; there are 5 targets, and one function looks at 3 and the other at 2
    two = 1000 + 200 * 2  # for each matrix that a function is compared with, at two rays
    numbers = 2 * number
    assert work("all_masks", masks(near="1", reached=5)) == numbers + 80 + 5000 * 5 + two * (1 + 5) + two * (1 + 0)
    assert work("all_masks", masks(cells=4, near="1/4", reached=3)) == (
        numbers + 80 + 5000 * 9 + two * (1 + 3) + two * (1 + 2)
    )
    both = {"first": (2, -2), "second": (2, -2), "unit": F(1, 2), "functions": 4}
    assert work("all_masks", masks(reached=4) | both) == numbers + 240 + 5000 * 5 + two * (4 + 7)
    pair = {"size": 2, "first": (1, 1), "second": (1, 1), "unit": F(1, 2), "closeness": F(1, 2), "cells": 1}
    counted = work("all_masks", pair | {"functions": 10, "reached": 1})
    assert counted == numbers + 20 * 6 * 10 + 5000 * 3**4 + (1000 + 200 * 6) * (10 + 1)


def test_closeness_of_random_functions(checker):
    numbers = random.Random(5)
    for _ in range(30):
        inputs = checker.packings.rays(2, [(numbers.randint(1, 3), numbers.choice([-2, -1, 1, 2]))])
        target = tuple(numbers.randint(-1, 1) for _ in range(4))
        found = [
            y + numbers.choice((-1, 0, 0, 1))
            for ray in inputs
            for y in (sum(a * b for a, b in zip(target[i : i + 2], ray, strict=True)) for i in (0, 2))
        ]
        near = F(numbers.randint(1, 12), 6)
        least = farthest(target, found, inputs, near)
        if least < 0:
            assert not checker.packings.close(target, found, inputs, near)
        if farthest(target, found, inputs, near * F(49, 50)) >= 0:
            assert checker.packings.close(target, found, inputs, near)


def test_lists_have_their_lengths(checker, refuted):
    one = ["-1/2", "1/2"]
    assert refuted("refuted_pruning", "pruning", PRUNING, draws=[one] * 64)
    for draws in ([], [one] * 65, [[]], [one, []], None):
        with pytest.raises(checker.errors.Malformed):
            refuted("refuted_pruning", "pruning", PRUNING, draws=draws)
    many = PRUNING | {"bits": "14"}
    assert refuted("refuted_pruning", "pruning", many, draws=[one * 2**13]) is True
    with pytest.raises(checker.errors.Malformed):
        refuted("refuted_pruning", "pruning", many, draws=[[*one * 2**13, "0"]])
    units = {"size": "1", "hidden": "1", "bits": "0"}
    for inputs in ([], [[]], [["1"] * 5], None):
        with pytest.raises(checker.errors.Malformed):
            refuted("refuted_count", "units", units, network=[[["1"]], [["1"]]], inputs=inputs)
    for layers in (None, [], [[["1"]]], [[["1"]]] * 3, [[], []], [[[]], [["1"]]]):
        with pytest.raises(checker.errors.Malformed):
            refuted("refuted_count", "units", units, network=layers, inputs=[["1"]])
    row = ["1"] * 16
    assert checker.families.network([[row] * 16, [row] * 16], 16, 16) == [([1] * 16, [1] * 16)] * 16
    with pytest.raises(checker.errors.Malformed):
        checker.families.network([[row] * 17, [row] * 17], 16, 17)


def test_matrices_are_listed_and_whole(checker, accepts):
    goal = {"size": 1, "separation": F(0), "count": 1}
    for rows in ([], None, [[True]], [["1"]], [[1, 0]], [[]], [1]):
        with pytest.raises(checker.errors.Malformed):
            accepts("explicit_matrices", goal, {"denominator": 1, "matrices": rows})
    many = [[k] for k in range(1 << 16)]
    with pytest.raises(checker.errors.Malformed, match="more work than"):
        accepts("explicit_matrices", goal | {"count": 1 << 16}, {"denominator": 1 << 16, "matrices": many})
    with pytest.raises(checker.errors.Malformed):
        accepts("explicit_matrices", goal, {"denominator": 1, "matrices": [*many, [0]]})


@pytest.mark.parametrize(
    ("first", "second", "unit", "near", "cells"),
    [
        ((1, 2), (3, 5), "1/2", "1/2", 2),
        ((4, -1), (3, 1), "1/3", "7/10", 1),
        ((3, -1, -3, 1), (3, 1, -3, -1), "1/3", "2/3", 1),
        ((-1, 3, -1, 2), (3, -1, 3, 1), "1/2", "1/2", 1),
    ],
)
def test_masks_of_two_inputs_one_by_one(checker, accepts, first, second, unit, near, cells):
    """Functions told apart on a grid of inputs, and every matrix compared with every function."""
    units = [(first[i : i + 2], second[i : i + 2]) for i in range(0, len(first), 2)]
    functions = len(values(units, list(product(range(-3, 4), repeat=2))))
    inputs, square = checker.packings.rays(2, [row for row, _ in units]), F(unit) ** 2
    targets = [t for t in product(range(-cells, cells + 1), repeat=4) if checker.packings.at_most(2, t, cells**2)]
    reached = [
        t
        for t in targets
        if any(
            checker.packings.close([F(x, cells) / square for x in t], f, inputs, (F(near) / square) ** 2)
            for f in values(units, inputs)
        )
    ]
    goal = masks(2, first, second, unit, near, cells, functions, len(reached))
    counts = f"{functions} functions, and {len(reached)} of {len(targets)} matrices are reached"
    assert 0 < len(reached) < len(targets)
    assert accepts("all_masks", goal) == f"all {16 ** len(units)} masks: {counts}"
    assert not accepts("all_masks", goal | {"reached": len(reached) - 1})
