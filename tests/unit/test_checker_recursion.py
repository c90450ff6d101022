"""The recursion over the covered weight: each bound on its safe side, its lines above what they bound, its ends."""

from fractions import Fraction
from itertools import pairwise
from math import isqrt

import pytest

F = Fraction
SURE = F(999_999, 1_000_000)  # a failure that nearly every bound stays below
UNIT = 2**40
POWERS = [F(-1), F(1, 2), F(1)]
NODES = [1, 2, 3, 1000, 10**9, 10**10 + 7, UNIT // 7, UNIT // 2, 3 * UNIT // 4 + 1, UNIT - 1, UNIT]


def test_nodes_are_integers_up_to_a_unit(checker):
    node = checker.recursion.integer_node
    assert [node(x) for x in (1, 10**9 + 1, UNIT, 0, -(10**9))] == [1, 10**9 + 1, UNIT, 0, -(10**9)]
    for x in (UNIT + 1, -(10**9) - 1, True, "1", 1.0, None, F(1)):
        with pytest.raises(checker.errors.Malformed):
            node(x)
    assert (checker.recursion.UNIT, checker.recursion.MAX_NODES, checker.recursion.MAX_SAMPLES) == (UNIT, 4000, 4096)


@pytest.mark.parametrize("x", NODES)
def test_powers_are_rounded_down(checker, x):
    power_of = checker.recursion.power_of
    assert power_of(x, F(-1)) == x
    assert power_of(x, F(1)) == UNIT**2 // x
    root = power_of(x, F(1, 2))
    assert root**2 * x <= UNIT**3 < (root + 1) ** 2 * x


def above_psi(height, x, power):
    """Whether a height is at least psi at a point, both in units."""
    if power == -1:
        return height >= x
    if power == 1:
        return height >= -F(UNIT**2) / x
    return height >= 0 or height**2 * x <= UNIT**3


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize(
    "nodes", [NODES, [UNIT // 3, UNIT // 2, UNIT], [5, 6, 8, 11], [UNIT - 3, UNIT - 1, UNIT], list(range(90, 110))]
)
def test_heights_are_a_polygon_just_above_psi(checker, nodes, power):
    found = checker.recursion.heights(nodes, power)
    assert len(found) == len(nodes)
    assert all(low < high for low, high in pairwise(found))
    for (x, y), (f, g) in zip(pairwise(nodes), pairwise(found), strict=True):
        for k in range(9):
            s = F(k, 8)
            assert above_psi(f + s * (g - f), x + s * (y - x), power)


def test_heights_are_those_of_the_tangents(checker):
    """At m = 1/2 the tangent of -1/m is 4 m - 4, with -3 at 1/4 and -1 at 3/4; where two tangents meet, the upper."""
    heights = checker.recursion.heights
    a, b = UNIT // 4, 3 * UNIT // 4
    assert heights([a, b], F(1)) == [-3 * UNIT, -UNIT]
    assert heights([a, b], F(-1)) == [a, b]
    root = isqrt(UNIT**3 // (UNIT // 2))
    assert heights([a, b], F(1, 2)) == [-(root * 5 // 4), -(root * 3 // 4)]
    c, scale = UNIT, UNIT**2 // (7 * UNIT // 8)
    assert heights([a, b, c], F(1)) == [-3 * UNIT, -UNIT, -(scale * 6 // 7)]
    assert heights([b, c], F(1)) == [-(scale * 8 // 7), -(scale * 6 // 7)]
    assert heights([UNIT - 3, UNIT - 2, UNIT - 1, UNIT], F(1, 2)) == [k - UNIT for k in (-1, 0, 1, 2)]
    assert heights([3, 4, 5], F(1)) == [-(UNIT**2 // 4 * 8 // 7), -(UNIT**2 // 4 * 6 // 7), -(UNIT**2 // 5 * 8 // 9)]


PROFILES = [
    (0, F(1, 4), F(-1, 4)),
    (0, F(1, 2), F(-1, 2)),
    (F(-1, 100), F(1, 4), F(-1, 4)),
    (0, 0, 0),
    (0, F(1, 3), F(-1, 2)),
]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("power", POWERS)
def test_means_are_rounded_down(checker, power, profile):
    last, linear, bend = profile
    nodes = [UNIT // 9, UNIT // 3, UNIT // 2, 3 * UNIT // 4 + 1, UNIT - 1, UNIT]
    for node, found in zip(nodes, checker.recursion.means(nodes, power, *map(F, profile)), strict=True):
        m = F(node, UNIT)
        gain = last + linear * m + bend * m**2
        assert isinstance(found, int)
        if power == -1:
            assert found <= (m + gain) * UNIT < found + 1
            continue
        least = (gain / m - 1) * (checker.recursion.power_of(node, power) + 1)
        assert found <= least < found + 1
        if power == 1:
            assert found <= (gain / m - 1) / m * UNIT
        else:
            assert found**2 >= (gain / m - 1) ** 2 * UNIT**3 / node


@pytest.mark.parametrize(
    ("power", "last", "linear", "bend", "taken"),
    [
        (-1, 0, 9, 0, True), (-1, 0, 9, -1, True), (-1, 0, 0, F(1, 99), False), (-1, F(1, 99), 0, 0, False),
        (-1, -1, 0, 0, True), (1, 0, 1, 0, True), (1, 0, F(101, 100), 0, False), (1, 0, 1, F(1, 99), False),
        (1, -1, 3, -2, True), (1, -1, 4, -2, True), (1, -1, F(401, 100), -9, False), (1, F(1, 99), 0, -1, False),
        (F(1, 2), 0, 1, 0, True), (F(1, 2), 0, F(101, 100), 0, False), (F(1, 2), 0, F(2, 3), -1, True),
        (F(1, 2), 0, F(2, 3) + F(1, 100), -1, False), (F(1, 2), F(-1, 5), 2, 0, True),
        (F(1, 2), F(-1, 5), F(201, 100), 0, False), (F(1, 2), F(-1, 5), 1, -3, True),
        (F(1, 2), F(-1, 5), 1, F(-31, 10), False),
    ],
)  # fmt: skip
def test_means_must_be_concave(checker, power, last, linear, bend, taken):
    """e'' times m^(p + 3) is a quadratic in m that is not convex inside: its ends decide."""
    try:
        checker.recursion.means([UNIT - 1, UNIT], F(power), *map(F, (last, linear, bend)))
    except checker.errors.Rejected as error:
        assert ("must be concave" in str(error)) is not taken
    else:
        assert taken


def test_no_set_gains_more_than_what_would_be_all(checker):
    means = checker.recursion.means
    half = UNIT // 2
    for power in (F(1, 2), F(1)):
        assert means([half, UNIT], power, F(0), F(1), F(0)) == [0, 0]
        assert means([half], power, F(-1, 2), F(2), F(0)) == [0]
        with pytest.raises(checker.errors.Rejected, match="no set gains so much"):
            means([half, half + 1], power, F(-1, 2), F(2), F(0))
    assert means([half, UNIT], F(-1), F(0), F(9), F(0)) == [5 * UNIT, 10 * UNIT]


def test_the_best_flow_of_each_cell(checker):
    best = checker.recursion.best
    assert best([[1, 2, 3]]) == [(1, 2), (2, 3)]
    assert best([[1, 2, 9], [2, 3, 4]]) == [(2, 3), (2, 9)]
    assert best([[0, 9, 0], [5, 5, 5]]) == [(5, 5), (5, 5)]
    assert best([[0, 9, 2], [5, 3, 5]]) == [(0, 9), (9, 2)]


def least_line(xs, fs, mean):
    """The least value at a place among the lines through two of the points, below neither of them nor any other."""
    values = []
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            slope = F(fs[j] - fs[i], xs[j] - xs[i])
            if all(f <= fs[i] + slope * (x - xs[i]) for x, f in zip(xs, fs, strict=True)):
                values.append((fs[i] + slope * (mean - xs[i]), slope, i))
    return values


SHAPES = [
    ([0, 10, 20, 30, 40], [100, 90, 50, 20, 0]),
    ([0, 10, 20, 30, 40], [100, 60, 30, 10, 0]),
    ([0, 7, 8, 30, 41], [100, 100, 100, 0, 0]),
    ([-100, -50, -30, -20, -15, -11], [64, 63, 61, 12, 0, 0]),
    ([-97, -50, -31, -20, -15, -11], [64, 60, 21, 19, 3, 0]),
    ([3, 5, 6, 17], [9, 9, 0, 0]),
]


@pytest.mark.parametrize(("xs", "fs"), SHAPES)
def test_chords_are_sides_of_the_upper_hull(checker, xs, fs):
    """Valid lines, and of them the least in the middle of the two means where these lie over the points."""
    cells = len(xs) - 1
    for ahead in (0, 1, 3, 8, 15, 23):
        means = [(xs[i] + ahead, xs[i + 1] + ahead) for i in range(cells)]
        for i, ends in enumerate(checker.recursion.chords(xs, means, fs)):
            lines = least_line(xs[i:], fs[i:], F(sum(means[i]), 2))
            value, slope, _ = min(lines)
            places = [value + slope * (mean - F(sum(means[i]), 2)) for mean in means[i]]
            tied = [line for line in lines if line[0] == value]
            if len({line[1] for line in tied}) == 1:
                assert ends == tuple(max(0, -(-place // 1)) for place in places)
            assert all(isinstance(end, int) and end >= 0 for end in ends)


def test_chords_by_hand(checker):
    chords = checker.recursion.chords
    xs, fs = [0, 10, 20, 30], [100, 90, 30, 0]
    # the hull is 100 - x up to 10, then (270 - 9 x)/2; of the last two points it is 90 - 3 x
    assert chords(xs, [(0, 9), (11, 19), (21, 29)], fs) == [(100, 91), (86, 50), (27, 3)]
    assert chords(xs, [(12, 15), (21, 25), (33, 40)], fs) == [(81, 68), (41, 23), (0, 0)]
    assert chords(xs, [(29, 29), (5, 6), (10, 15)], fs) == [(5, 5), (113, 108), (60, 45)]
    # where the middle of two means is at a node, the side before it
    assert chords(xs, [(5, 15), (15, 25), (20, 20)], fs) == [(95, 85), (68, 23), (30, 30)]
    # a point below the chord of its neighbours is no part of the hull; thirds are rounded up
    assert chords([0, 10, 30], [(1, 2), (10, 11)], [100, 40, 0]) == [(97, 94), (40, 38)]
    assert chords([0, 2, 3], [(1, 1), (2, 2)], [10, 0, 0]) == [(7, 7), (0, 0)]
    assert chords([0, 1, 3], [(1, 2), (1, 2)], [10, 0, 0]) == [(7, 4), (0, 0)]


def test_one_more_sample(checker):
    one_more = checker.recursion.one_more
    xs = [0, 10, 20, 30, 40]
    line = (xs, [(0, 10), (10, 20), (20, 30), (30, 40)])
    assert one_more([line], [64, 64, 64, 0, 0], F(1)) == [64, 64, 64, 0, 0]
    ahead = (xs, [(8, 18), (18, 28), (28, 38), (38, 48)])
    # in the second cell the side from (20, 64) to (40, 0) has 70.4 and 38.4 at 18 and 28
    assert one_more([ahead], [64, 64, 64, 0, 0], F(1)) == [71, 71, 39, 0, 0]
    assert one_more([ahead], [64, 64, 64, 0, 0], F(1, 2)) == [68, 68, 52, 0, 0]
    assert one_more([ahead], [64, 64, 63, 0, 0], F(1, 3)) == [66, 66, 55, 0, 0]
    assert one_more([line, ahead], [64, 64, 64, 0, 0], F(1)) == [71, 71, 39, 0, 0]
    assert one_more([ahead, line], [64, 64, 64, 0, 0], F(1)) == [71, 71, 39, 0, 0]
    # a mean that falls back is no reason to lose what was had
    behind = (xs, [(-9, 1), (1, 11), (11, 21), (21, 31)])
    assert one_more([behind], [64, 50, 20, 0, 0], F(1)) == [64, 50, 20, 0, 0]


def test_work_is_counted(checker):
    """The counts are part of the limits of a file: a change of them must be meant."""
    line = ([0, 10, 20, 30], [(0, 10), (10, 20), (20, 30)])
    for lines in (1, 2, 3):
        checker.errors.fresh_budget()
        checker.recursion.one_more([line] * lines, [64, 64, 0, 0], F(1))
        assert checker.errors.WORK[0] == 30 * lines * 4
    shared = 36  # the common denominator of a profile of whole numbers
    for count in (2, 3, 7):
        checker.errors.fresh_budget()
        checker.recursion.means([UNIT * k // count for k in range(1, count + 1)], F(1), F(0), F(0), F(0))
        assert checker.errors.WORK[0] == 300 * count + shared


def flow(**changes):
    """q >= m (1 - m) for power -1 and weights 1 and 3, 3 and 1 on a window of length 2."""
    return {
        "form": "flow", "law": ("uniform", F(1)), "length": F(2), "weights": (F(1), F(3), F(3), F(1)), "power": F(-1),
        "profile": (F(0), F(1), F(-1)),
    } | changes  # fmt: skip


def cover(**changes):
    return {
        "form": "cover", "domain": (), "hypotheses": (), "law": ("uniform", F(1)), "length": F(2),
        "tolerance": F(1, 2), "failure": F(1, 10), "samples": F(8),
    } | changes  # fmt: skip


def eighths(*nodes):
    return [UNIT * k // 64 for k in nodes]


# the density of weight is 1/4 in the outer cells and 3/4 in the inner ones: 3/8 at the start, a gap of 1/4 has 1/16
DATA = {"start": "1/4", "rest": "1/4", "nodes": eighths(24, 30, 36, 40, 44, 48, 52, 56, 60, 62, 64)}


@pytest.fixture
def said(checker):
    """What the rule says; the reason of a rejection."""

    def said(goal, premises, data):
        checker.errors.fresh_budget()
        try:
            return checker.concludes("recursion", goal, premises, data)
        except checker.errors.Rejected as error:
            return str(error)

    return said


ENDS = "the nodes must reach from the start"
RISE = "the nodes must rise"
FLOWS = "the flows are not all about one law"
FEW = "the bound of the recursion is "


@pytest.mark.parametrize(
    ("goal", "premises", "data", "reason"),
    [
        ({}, [{}], {}, "11 nodes"),
        ({"samples": F(15, 2)}, [{}], {}, "11 nodes"),
        ({"samples": F(7)}, [{}], {}, FEW),
        ({"samples": F(13, 2)}, [{}], {}, FEW),
        (
            {"samples": F(0), "failure": F(1)},
            [{}],
            {},
            "obligation 1 of 1 is not the premise there: Both sides are defined and 1 < 1",
        ),
        ({"samples": F(0), "failure": F(99, 100)}, [{}], {}, FEW + "1, more than the failure"),
        (
            {"samples": F(-1), "failure": SURE},
            [{}],
            {},
            "obligation 1 of 1 is not the premise there: Both sides are defined and 0 <= -1",
        ),
        ({"samples": F(4096)}, [{}], {"nodes": eighths(24, 60, 62, 64)}, FEW),
        ({"samples": F(4096) + F(1, 9)}, [{}], {}, "at most 4096 samples"),
        ({"failure": F(-1)}, [{}], {}, "obligation 1 of 1 is not the premise there: Both sides are defined and 0 < -1"),
        ({"domain": (("x", "[", F(0), F(1), "]"),)}, [{}], {}, "a recursion is about numbers"),
        ({"hypotheses": (("<=", F(0), F(1)),)}, [{}], {"point": {}}, "a recursion is about numbers"),
        ({}, [], {}, "the rule needs premises of the forms flow first"),
        ({}, [{"form": "lattice"}], {}, "the rule needs premises of the forms flow first"),
        ({}, [{}, {"form": "drift"}], {}, "1 premises are more than the rule asks for"),
        ({}, [{}, {}], {}, "11 nodes"),
        ({}, [{}, {"power": F(1), "profile": (F(0), F(1, 5), F(-1, 5))}], {}, "11 nodes"),
        (
            {},
            [{}, {"power": F(1), "profile": (F(0), F(6, 5), F(-6, 5))}],
            {},
            "the mean after a sample must be concave",
        ),
        ({}, [{}, {"law": ("uniform", F(2))}], {}, FLOWS),
        ({}, [{}, {"weights": (F(1), F(3), F(3), F(2))}], {}, FLOWS),
        ({}, [{}, {"length": F(1)}], {}, FLOWS),
        ({"length": F(1)}, [{}], {"start": "1/8", "rest": "1/8"}, ENDS),
        ({"length": F(3), "tolerance": F(1)}, [{}], {"start": "1/2", "rest": "1/2"}, FLOWS),
        ({"law": ("uniform", F(2))}, [{}], {}, "the flow is about another law"),
        ({"law": ("gadget",)}, [{}], {}, "the flow is about another law"),
        ({"law": ("product",)}, [{"law": ("gadget",)}], {}, "the flow is about another law"),
        ({"law": ("gadget",)}, [{"law": ("product",)}], {}, FEW),
        ({"law": ("gadget",), "samples": F(20)}, [{"law": ("product",)}], {}, "11 nodes"),
        ({"law": ("product",)}, [{"law": ("product",)}], {}, "11 nodes"),
        ({}, [{}], {"start": "0"}, ENDS),
        ({}, [{}], {"start": "-1/4"}, ENDS),
        ({}, [{}], {"start": "6/25"}, ENDS),
        ({"tolerance": F(49, 100)}, [{}], {}, ENDS),
        ({"tolerance": F(3, 2)}, [{}], {"start": "1"}, "11 nodes"),
        ({"tolerance": F(3, 2)}, [{}], {"start": "1", "nodes": eighths(16, 32, 48, 60, 62, 64)}, FEW),
        ({"tolerance": F(9, 4)}, [{}], {"start": "5/4"}, ENDS),
        ({}, [{}], {"rest": "0"}, ENDS),
        ({}, [{}], {"rest": "-1/4"}, ENDS),
        ({}, [{}], {"rest": "6/25"}, ENDS),
        ({"tolerance": F(5, 4)}, [{}], {"rest": "1"}, "11 nodes"),
        ({"tolerance": F(3, 2)}, [{}], {"rest": "5/4"}, ENDS),
        ({}, [{}], {"nodes": eighths(24, 30, 36, 48, 60, 62, 64)}, "7 nodes"),
        ({}, [{}], {"nodes": eighths(25, 30, 36, 48, 60, 62, 64)}, ENDS),
        ({}, [{}], {"nodes": eighths(24, 30, 36, 48, 59, 62, 64)}, ENDS),
        ({}, [{}], {"nodes": eighths(24, 30, 36, 48, 59, 60, 64)}, ENDS),
        ({}, [{}], {"nodes": eighths(24, 60, 62, 64)}, FEW),
        ({}, [{}], {"nodes": eighths(0, 24, 30, 60, 62, 64)}, RISE),
        ({}, [{}], {"nodes": eighths(-1, 24, 30, 60, 62, 64)[1:3] + eighths(30, 60, 62, 64)}, RISE),
        ({}, [{}], {"nodes": [-1, *eighths(24, 30, 60, 62, 64)]}, RISE),
        ({"failure": SURE}, [{}], {"nodes": [1, *eighths(24, 30, 60, 62, 64)]}, FEW + "1, more than the failure"),
        ({}, [{}], {"nodes": eighths(24, 36, 30, 60, 62, 64)}, RISE),
        ({}, [{}], {"nodes": eighths(24, 30, 36, 60, 62, 63)}, RISE),
        ({}, [{}], {"nodes": eighths(24, 30, 36, 60, 62, 62)}, RISE),
    ],
)
def test_what_the_rule_asks_for(said, goal, premises, data, reason):
    assert said(cover(**goal), [flow(**premise) for premise in premises], DATA | data).startswith(reason)


DATA_NODES = [20, 30, 40, 50, 60, 62, 64]


def test_nothing_is_left_from_the_last_node_but_two_on(checker, monkeypatch):
    seen = []
    monkeypatch.setattr(
        checker.recursion, "one_more", lambda lines, bounds, share, caps: seen.append((bounds, share)) or [0]
    )
    for law, share in ((("uniform", F(1)), 1), (("gadget",), F(1, 2))):
        moving = ("product",) if share < 1 else law
        assert checker.recursion.recursion(cover(law=law, samples=F(1)), flow(law=moving), data=DATA) == "11 nodes"
        assert seen.pop() == ([UNIT] * 9 + [0, 0], share)


def test_cells_that_the_start_touches(said):
    """From 1/2 to 1 the density falls from 3/4 to 1/4; a start beyond 1/2 touches the outer cells."""
    for start, node, taken in (
        ("1/2", 48, True),
        ("1/2", 49, False),
        ("33/64", 16, True),
        ("33/64", 17, False),
        ("1", 33, False),
    ):
        data = {"start": start, "nodes": eighths(node, *(k for k in DATA_NODES if k > node))}
        text = said(cover(tolerance=F(2), failure=SURE), [flow()], DATA | data)
        assert text.startswith(ENDS) is not taken
    lean = flow(weights=(F(1), F(3), F(2), F(1)))  # the cell after the middle has the density 4/7
    for node, taken in ((18, True), (19, False)):
        data = {"nodes": eighths(node, *(k for k in DATA_NODES if k > node))}
        text = said(cover(tolerance=F(2), failure=SURE), [lean], DATA | {"rest": "1"} | data)
        assert text.startswith(ENDS) is not taken
    odd = flow(weights=(F(1), F(2), F(1)))  # the middle cell of width 2/3 has the density 3/4
    for start, node, taken in (("1/3", 32, True), ("1/3", 33, False), ("11/32", 16, True), ("11/32", 17, False)):
        data = {"start": start, "nodes": eighths(node, *(k for k in DATA_NODES if k > node))}
        text = said(cover(tolerance=F(2), failure=SURE), [odd], DATA | data)
        assert text.startswith(ENDS) is not taken
    skew = flow(weights=(F(1), F(2), F(3), F(1)))  # both inner cells count, and the left has the density 4/7
    for node, taken in ((18, True), (19, False)):
        data = {"nodes": eighths(node, *(k for k in DATA_NODES if k > node))}
        text = said(cover(failure=SURE), [skew], DATA | data)
        assert text.startswith(ENDS) is not taken


def test_lists_and_texts(checker):
    for data in (
        {"nodes": None},
        {"nodes": [1, 2, UNIT]},
        {"nodes": [1, 2, 3, 4, 5, True]},
        {"start": 1},
        {"rest": None},
    ):
        with pytest.raises(checker.errors.Malformed):
            checker.recursion.recursion(cover(), flow(), data=DATA | data)
    with pytest.raises(checker.errors.Malformed):
        checker.recursion.recursion(cover(), flow(), data=DATA | {"nodes": [*range(1, 4001), UNIT]})


@pytest.mark.parametrize(
    ("premises", "samples", "law"),
    [
        ([flow()], 8, "uniform"),
        ([flow(power=F(1, 2), profile=(F(0), F(1, 4), F(-1, 4)))], 12, "uniform"),
        ([flow(power=F(1), profile=(F(0), F(3, 8), F(-3, 8)))], 12, "uniform"),
        ([flow(), flow(power=F(1), profile=(F(-1, 64), F(3, 8), F(-1, 4)))], 9, "uniform"),
        ([flow(), flow(profile=(F(0), F(1), F(-5, 4)))], 5, "uniform"),
        ([flow(law=("product",))], 9, "gadget"),
    ],
)
def test_no_law_of_the_means_can_do_worse(checker, said, premises, samples, law):
    """The worst of all laws with two values on a grid and the means of all flows, by dynamic programming."""
    law = ("uniform", F(1)) if law == "uniform" else (law,)
    goal = cover(samples=F(samples), law=law, failure=F(1, 10**30))
    text = said(goal, premises, DATA)
    bound = F(text.removeprefix(FEW).split(",")[0])
    worst = worst_case(premises, samples, F(1, 2) if law == ("gadget",) else 1)
    assert worst <= bound * (1 + F(1, 10**5))
    if bound * (1 + F(1, 10**5)) < 1:  # no statement has a larger failure
        assert said(goal | {"failure": bound * (1 + F(1, 10**5))}, premises, DATA) == "11 nodes"
    assert said(goal | {"failure": bound * (1 - F(1, 10**5))}, premises, DATA).startswith(FEW)


def worst_case(premises, samples, share):
    """From 3/8 up to 15/16, from where on all is covered: values on a grid, so a lower bound of the worst."""
    grid = [k / 64 for k in range(24, 65)]
    psi = {F(-1): lambda m: m, F(1, 2): lambda m: -(m**-0.5), F(1): lambda m: -1 / m}
    chance = [float(m < 15 / 16) for m in grid]
    for _ in range(samples):
        new = []
        for i, m in enumerate(grid):
            needs = []
            for premise in premises:
                f, (last, linear, bend) = psi[premise["power"]], map(float, premise["profile"])
                gain = (last + linear * m + bend * m * m) * abs(f(m)) / m
                needs.append((f, f(m) + gain))
            worst = 0.0
            for a in range(i, len(grid)):
                for b in range(a, len(grid)):
                    t = min(
                        (
                            min(1.0, (f(grid[b]) - e) / (f(grid[b]) - f(grid[a]))) if b > a else float(f(grid[a]) >= e)
                            for f, e in needs
                        )
                    )
                    if b > a and 0 <= t:
                        worst = max(worst, t * chance[a] + (1 - t) * chance[b])
                    elif b == a and t == 1:
                        worst = max(worst, chance[a])
            new.append(float(share) * worst + (1 - float(share)) * chance[i] if m < 15 / 16 else 0.0)
        chance = new
    return chance[0]
