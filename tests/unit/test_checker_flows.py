"""Flows: all colourings at once against one after the other, densities, costs, and the sets that refute a profile."""

from fractions import Fraction as Q
from functools import partial
from itertools import pairwise, product
from random import Random

import pytest
from mpmath import mp

HAIR = Q(1, 10**9)
POWERS = ("-1", "1/2", "1")


def flow(checker, **fields):
    known = {"law": ["uniform", "1"], "length": "2", "weights": ["1", "1"], "power": "-1"}
    return checker.read_judgement("flow", **{**known, "profile": ["0", "1/2", "-1/2"], **fields})


def texts(numbers):
    return [str(x) for x in numbers]


def spent(checker, monkeypatch, function, *arguments):
    """The work that a function of the module asks for itself."""
    amounts = []
    with monkeypatch.context() as patch:
        patch.setattr(checker.flows, "spend", amounts.append)
        function(*arguments)
    return amounts


# all colourings at once


def least(first, second, both, asks):
    """The least of what the pairs of cells have, less what the cells ask for, over all colourings of two rows."""
    cells = range(len(asks))
    table = {(1, 0): first, (0, 1): second, (1, 1): both}
    return min(
        sum(table[a[i], b[j]][i][j] for i in cells for j in cells if a[i] or b[j])
        - sum(asks[i] * (a[i] + b[i]) for i in cells)
        for a, b in product(product((0, 1), repeat=len(asks)), repeat=2)
    )


@pytest.mark.parametrize("size", [1, 3, 40, 10**30])
def test_colourings_are_balanced_when_the_least_of_them_is(checker, size):
    balanced, rng, lows = checker.flows.balanced, Random(size), set()
    for cells in (1, 2, 3, 3, 3):
        for _ in range(8):
            first, second, both = (
                [[rng.randint(0, size) for _ in range(cells)] for _ in range(cells)] for _ in range(3)
            )
            asks = [rng.randint(-size, 2 * size) for _ in range(cells)]
            low = least(first, second, both, asks)
            lows.add(low)
            for more in (0, 1, size):
                assert balanced(first, second, both, asks, more - low)
            if low < 0:
                assert not balanced(first, second, both, asks, -low - 1)
                assert not balanced(first, second, both, asks, 0)
    assert len(lows) > 8 or size < 4


def test_one_colouring_is_enough_to_refute(checker):
    """Each pair of colourings in turn is the only one below what is asked."""
    cells, big = 2, 10**6
    for a, b in product(product((0, 1), repeat=cells), repeat=2):
        if not any(a) and not any(b):
            continue
        first, second, both = ([[big * (x != a[i] or y != b[j]) for j in range(cells)] for i in range(cells)]
                               for x, y in ((1, 0), (0, 1), (1, 1)))  # fmt: skip
        asks = [-big * big if not (a[i] or b[i]) else 4 * big for i in range(cells)]
        found = least(first, second, both, asks)
        assert found < 0
        assert checker.flows.balanced(first, second, both, asks, -found)
        assert not checker.flows.balanced(first, second, both, asks, -found - 1)


def test_lanes_do_not_touch_one_another(checker):
    """The sums of all that there is, and powers of two, in both signs."""
    balanced = checker.flows.balanced
    for cells in (1, 2, 3):
        none = [[0] * cells] * cells
        assert all(balanced(none, none, none, [0] * cells, rest) for rest in range(20))
    for size in (1, 2, 3, 4, 7, 8, 15, 16):
        ones, none = [[size] * 2] * 2, [[0] * 2] * 2
        assert balanced(ones, ones, ones, [0, 0], 0)
        assert balanced(ones, ones, none, [0, 0], 0)
        assert balanced(none, none, ones, [-size] * 2, 0)
        assert not balanced(none, none, none, [size, 0], 2 * size - 1)
        assert balanced(none, none, none, [size, 0], 2 * size)
        assert balanced(none, none, none, [size, size], 4 * size)
        assert not balanced(none, none, none, [size, size], 4 * size - 1)


# what the colourings are held against


def farthest(i, j, k, offsets):
    """How far apart the points of two cells may be, in cells, at the k-th of these offsets."""
    return max(abs(i - j + Q(k, offsets)), abs(i - j + Q(k + 1, offsets)))


def exact_cost(v, w, power):
    return {"-1": Q(w), "1": Q(v * w) / (v + w)}[power]


def room(density, length, weights, power, profile, k, offsets):
    """The least of a pair of rows less what it must have, for each colouring with its weight a + b."""
    last, linear, bend = profile
    cells, total, width = range(len(weights)), sum(weights), Q(length, len(weights))
    for a, b in product(product((0, 1), repeat=len(weights)), repeat=2):
        there = Q(0)
        for i in cells:
            for j in cells:
                if a[i] != b[j]:
                    own, other = (weights[i], weights[j]) if a[i] else (weights[j], weights[i])
                    there += density(width * farthest(i, j, k, offsets)) * width * exact_cost(own, other, power)
        one, two = (sum(w for w, c in zip(weights, row, strict=True) if c) for row in (a, b))
        yield there - 2 * last * total - linear * (one + two) - 2 * bend * one * two / total, one + two


def box(weight, radius):
    return lambda z: weight / (2 * radius) if z <= radius else Q(0)


CASES = [
    (["uniform", "1"], 2, (1, 1), 1), (["uniform", "1"], 2, (1, 3, 3, 1), 1), (["uniform", "1"], 2, (2, 1, 5), 3),
    (["uniform", "5/4"], 3, (Q(1, 3), 2, 1), 2), (["contains", "1/3", "3/2"], 2, (4, 1), 3),
    (["uniform", "9"], 1, (2, 7), 4),
]  # fmt: skip


@pytest.mark.parametrize("power", ["-1", "1"])
@pytest.mark.parametrize(("law", "length", "weights", "offsets"), CASES)
@pytest.mark.parametrize(("last", "bend"), [(Q(0), Q(-1, 2)), (Q(-1, 5), Q(0)), (Q(-1, 16), Q(-1, 8))])
def test_a_flow_holds_up_to_its_weakest_colouring(checker, law, length, weights, offsets, power, last, bend):
    density = box(*[Q(1), *map(Q, law[1:])][-2:])
    parts = []
    for k in range((offsets + 1) // 2):
        both = {k, offsets - 1 - k}
        rooms = (row for one in both for row in room(density, length, weights, power, (last, 0, bend), one, offsets))
        parts.append(min(left / asked for left, asked in rooms if asked))
    shares = [parts[min(k, offsets - 1 - k)] for k in range(offsets)]

    def tried(shift, place=0, more=Q(0)):
        moved = [q + shift * (i == place) for i, q in enumerate(parts)]
        every = [moved[min(k, offsets - 1 - k)] for k in range(offsets)]
        goal = flow(checker, law=law, length=str(length), weights=texts(weights), power=power,
                    profile=texts((last, sum(every) / offsets + more, bend)))  # fmt: skip
        return goal, {"offsets": offsets, "parts": [texts((last, q)) for q in moved]}

    check = checker.flows.colourings
    for less in (HAIR * 10**4, Q(1)):
        goal, data = tried(-less)
        assert check(goal, data) == f"{'' if offsets == 1 else f'{offsets} times '}{4 ** len(weights)} colourings"
        checker.rejected("more than the parts have on average", check, *tried(-less, 0, HAIR))
    for place in range(len(parts)):
        checker.rejected("a colouring refutes the flow", check, *tried(HAIR, place))
    assert shares == shares[::-1]


def test_what_is_sharp_is_accepted(checker):
    check = checker.flows.colourings
    for weights, power, share in (("11", "-1", "1/2"), ("1331", "1", "9/32"), ("1111", "-1", "1/2")):
        goal = flow(checker, weights=list(weights), power=power, profile=["0", share, f"-{share}"])
        check(goal, {"offsets": 1, "parts": [["0", share]]})
        raised = str(Q(share) + HAIR)
        more = flow(checker, weights=list(weights), power=power, profile=["0", raised, f"-{share}"])
        words = "a colouring refutes the flow at the offset 0 of 1"
        checker.rejected(words, check, more, {"offsets": 1, "parts": [["0", raised]]})


def test_the_offset_that_fails_is_named(checker):
    """Of five offsets the outer ones and the middle one have shares of their own."""
    law, check = ["uniform", "1/2"], checker.flows.colourings
    goal = flow(checker, law=law, length="1", profile=["-9", "-9", "0"])
    low = [["0", "-3"]] * 3
    high = lambda k: [*low[:k], ["0", "3"], *low[k + 1 :]]  # noqa: E731
    for k in range(3):
        words = f"a colouring refutes the flow at the offset {k} of 5"
        checker.rejected(words, check, goal, {"offsets": 5, "parts": high(k)})
    assert check(goal, {"offsets": 5, "parts": low})
    checker.rejected("at the offset 0 of 6", check, goal, {"offsets": 6, "parts": high(0)})
    assert check(goal, {"offsets": 6, "parts": low})


@mp.workprec(53)
@pytest.mark.parametrize("kind", ["product", "density"])
def test_flows_of_densities_that_fall(checker, kind):
    """By floats: 10^-7 below the weakest colouring is accepted, 10^-7 above is not."""
    law, formula = (["product"], lambda z: mp.log(1 / mp.mpf(z)) / 2 if z < 1 else mp.mpf(0))
    slope, asked = {}, []
    if kind == "density":
        law, formula = ["density", "exp(-z)/3"], lambda z: mp.exp(-mp.mpf(z)) / 3
        slope = {"slope": checker.read_data("-exp(-z)/3")}
        asked = [checker.read_judgement("inequality", domain="z in (0, 2]", conclusion="-exp(-z)/3 <= 0")]

    def density(z):
        return Q(str(formula(mp.mpf(z.numerator) / z.denominator)))

    weights, check, offsets = (1, 2, 2), checker.concludes, 3
    for power in ("-1", "1"):
        profile, parts = (Q(-1, 100), Q(0), Q(-1, 8)), []
        for both in ({0, 2}, {1}):
            rooms = [r for k in both for r in room(density, 2, weights, power, profile, k, offsets)]
            parts.append(min(left / asks for left, asks in rooms if asks))
        for shift in (Q(-1, 10**7), Q(1, 10**7)):
            moved = [q + shift for q in parts]
            mean = (2 * moved[0] + moved[1]) / 3
            goal = flow(checker, law=law, weights=texts(weights), power=power,
                        profile=texts((profile[0], mean, profile[2])))  # fmt: skip
            data = {"offsets": offsets, "parts": [texts((profile[0], q)) for q in moved], **slope}
            if shift < 0:
                assert check("enumerate-flow", goal, asked, data) == "3 times 64 colourings"
                for wrong in ([*asked, *asked, goal], [goal], asked[:-1] if asked else [goal, goal]):
                    checker.rejected("obligation 1 of 1|premises are more", check, "enumerate-flow", goal, wrong, data)
            else:
                checker.rejected("a colouring refutes the flow", check, "enumerate-flow", goal, asked, data)


@mp.workprec(120)
def test_a_root_flows_between_its_neighbours(checker):
    """The weakest colouring of two cells, in mpmath: one cell alone, or one in each row."""
    v, w = 1, 3
    check = checker.flows.colourings
    costs = {(a, b): a * (1 - mp.sqrt(mp.mpf(a) / (a + b))) for a in (v, w) for b in (v, w)}
    weights = (v, w)
    shares = []
    for a, b in product(product((0, 1), repeat=2), repeat=2):
        if any(a) or any(b):
            there = mp.mpf(0)
            for i, j in product(range(2), repeat=2):
                if a[i] != b[j] and farthest(i, j, 0, 1) <= 1:
                    there += costs[(weights[i], weights[j]) if a[i] else (weights[j], weights[i])] / 2
            shares.append(there / sum(weights[i] * (a[i] + b[i]) for i in range(2)) + mp.mpf(0))
    low = min(shares)
    for shift, holds in ((mp.mpf("-1e-7"), True), (mp.mpf("1e-9"), False)):
        share = str(Q(str(low + shift)).limit_denominator(10**12))
        goal = flow(checker, weights=texts(weights), power="1/2", profile=["0", share, "0"])
        data = {"offsets": 1, "parts": [["0", share]]}
        if holds:
            assert check(goal, data)
        else:
            checker.rejected("a colouring refutes the flow", check, goal, data)


def test_limits_of_flows(checker, monkeypatch):
    check = checker.flows.colourings

    def tried(cells=2, offsets=1, parts=None, **fields):
        fields = {"profile": ["0", "0", "0"], "weights": ["1"] * cells, **fields}
        parts = [["0", "0"]] * ((offsets + 1) // 2) if parts is None else parts
        return flow(checker, **fields), {"offsets": offsets, "parts": parts}

    words = "at most 64 offsets"
    assert check(*tried(16)) == f"{4**16} colourings"
    assert check(*tried(2, 64)) == "64 times 16 colourings"
    for offsets in (65, 0, -1, "1", True, 1.0, None):
        goal, data = tried(2, 1)
        parts = [["0", "0"]] * 33 if offsets == 65 else data["parts"]
        checker.rejected(words, check, goal, {**data, "offsets": offsets, "parts": parts})
    words = "each two offsets have one part"
    for offsets, count in ((1, 2), (2, 2), (3, 1), (3, 3), (4, 1), (4, 3), (4, 4)):
        checker.rejected(words, check, *tried(2, offsets, [["0", "0"]] * count))
    checker.rejected(words, check, *tried(parts=[[str(HAIR), "0"]]))
    checker.rejected(words, check, *tried(2, 4, [["-1", "0"], [str(HAIR), "-9"]]))
    checker.rejected(words, check, *tried(profile=["0", "0", str(HAIR)]))
    assert check(*tried(profile=["-1", "0", "-1"], parts=[["-1", "0"]], length="4", law=["uniform", "1/9"]))
    for profile in ([str(-1 + HAIR), "0", "0"], ["-1", str(HAIR), "0"]):
        checker.rejected("more than the parts", check, *tried(profile=profile, parts=[["-1", "0"]]))
    assert spent(checker, monkeypatch, check, *tried(5, 3))[1::2] == [5000 + 28] * 3
    for cells, rest, amount in ((5, 2**9, 5000 + 7), (8, 2**9 - 1, 8000 + 83), (7, 0, 7003)):
        none = [[0] * cells] * cells
        assert spent(checker, monkeypatch, checker.flows.balanced, none, none, none, [0] * cells, rest) == [amount]
    checker.malformed("not a list of 1 to 64 items", check, *tried(parts=[]))
    checker.malformed("not a list of 1 to 64 items", check, *tried(parts={}))
    for part in (["0"], ["0", "0", "0"], "00", [0, 0], ["0", 0], ["2/4", "0"], ["0", "z"], None):
        checker.malformed("not a", check, *tried(parts=[part]))


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize(("weights", "parts", "bend"), [
    ((1, 1), ["-1 0"], 0), (("1/3", "1/3"), ["0 1/3"], "-1/5"), (("2/5", "7/3", 1), ["0 1/7", "-1/9 1/11"], "-3/7"),
    (("1/3", "1/3"), ["-1/3 0"], 0), ((3, 1), ["-1/3 -1/8"], "-1/6"), ((6, 10), ["-1/4 0"], "-1/2"),
    (("1/2", "1/2"), ["-1/3 1/2", "0 1/2"], 0),
])  # fmt: skip
def test_colourings_are_counted_in_one_unit(checker, monkeypatch, power, weights, parts, bend):
    """Nothing is rounded but what flows between two cells, and that is rounded down."""
    weights, parts, bend = [Q(w) for w in weights], [tuple(map(Q, part.split())) for part in parts], Q(bend)
    offsets, total, calls = 2 * len(parts) - 1, sum(weights), []
    profile = texts((-9, -9, bend))
    goal = flow(checker, weights=texts(weights), power=power, profile=profile, law=["contains", "1/7", "5/4"])
    monkeypatch.setattr(checker.flows, "balanced", lambda *arguments: calls.append(arguments) or True)
    checker.flows.colourings(goal, {"offsets": offsets, "parts": [texts(part) for part in parts]})
    cells, width, density = range(len(weights)), Q(2, len(weights)), box(Q(1, 7), Q(5, 4))
    assert len(calls) == offsets
    last, linear = parts[0]
    unit = calls[0][3][0] / (linear * weights[0]) if linear else calls[0][4] / (-2 * last * total)
    assert checker.flows.UNIT < unit < checker.flows.UNIT * 10**6 and unit.denominator == 1
    for k, (first, second, both, asks, rest) in enumerate(calls):
        last, linear = parts[min(k, offsets - 1 - k)]
        assert asks == [linear * w * unit for w in weights] and rest == -2 * last * total * unit
        assert both == [[-2 * bend * v * w / total * unit for w in weights] for v in weights]
        for i in cells:
            for j in cells:
                level = density(width * farthest(i, j, k, offsets)) * width * unit
                there, back = (checker.flows.cost(v, w, Q(power)) for v, w in pairs_of(weights, i, j))
                assert first[i][j] == level * there // 1 and second[i][j] == level * back // 1
        assert all(type(x) is int for line in (*first, *second, *both, asks, [rest]) for x in line)


def pairs_of(weights, i, j):
    return (weights[i], weights[j]), (weights[j], weights[i])


def test_numbers_of_flows_are_short(checker):
    number, bits = checker.flows.number, checker.flows.MAX_BITS
    words, half = f"a number of more than {bits} bits", bits // 2
    for x in (Q(2 ** (bits - 2)), Q(1 - 2 ** (bits - 1)), Q(1, 2 ** (bits - 2)), Q(2**half - 1, 2 ** (half - 1))):
        assert number(x) == x
    for x in (Q(2 ** (bits - 1)), Q(-(2 ** (bits - 1))), Q(1, 2 ** (bits - 1)), Q(2**half - 1, 2**half)):
        checker.rejected(words, number, x)
    long = Q(2 ** (bits - 1))
    fields = {"weights": (long, long), "profile": (-long, -long, -long), "power": long, "length": long}
    for field, item in fields.items():
        checker.rejected(words, checker.flows.numbers_of, {**flow(checker), field: item})
    for law in (("uniform", long), ("contains", Q(1, 2), long), ("contains", 1 / long, Q(1))):
        checker.rejected(words, checker.flows.densities, {**flow(checker), "law": law}, Q(1), 1)


def test_lanes_are_narrow(checker):
    balanced, bits = checker.flows.balanced, checker.flows.MAX_BITS
    words, none = f"the weights and the parts need more than {bits} bits", [[0]]
    assert balanced(none, none, none, [0], 2 ** (bits - 1) - 1)
    for first, rest in ((none, 2 ** (bits - 1)), ([[1]], 2 ** (bits - 1) - 1)):
        checker.rejected(words, balanced, first, none, none, [0], rest)
    goal = {**flow(checker), "profile": (Q(-1),) * 3}
    for size, fits in ((bits // 4, True), (bits // 4 * 3, False)):
        data = {"offsets": 1, "parts": [["0", f"-1/{3**size}"]]}
        if fits:
            assert checker.flows.colourings(goal, data)
        else:
            checker.rejected(words, checker.flows.colourings, goal, data)


# densities


def levels(checker, law, length="2", weights=("1", "1"), offsets=2, **hints):
    """What the colourings take for the density, and what is asked for."""
    goal = flow(checker, law=law, length=length, weights=list(weights))
    asked = checker.flows.falling(goal, **hints)
    return checker.flows.densities(goal, checker.read_term(length) / len(weights), offsets), asked


def test_densities_of_boxes(checker):
    for radius, count in (("1/4", 0), ("1/2", 1), ("3/4", 1), ("1", 2), ("3/2", 3), ("2", 4), ("7", 4)):
        height = 1 / (2 * Q(radius))
        assert levels(checker, ["uniform", radius]) == ([height] * count + [Q(0)] * (4 - count), [])
        for weight in ("0", "1/3", "1"):
            some = [Q(weight) * height] * count + [Q(0)] * (4 - count)
            assert levels(checker, ["contains", weight, radius]) == (some, [])
    assert levels(checker, ["uniform", "1/3"], "1", "111", 1)[0] == [Q(3, 2), 0, 0]
    for law in (["uniform", "0"], ["uniform", "-1"], ["contains", "1/2", "0"], ["contains", "1/2", "-1"],
                ["contains", f"-{HAIR}", "1"], ["contains", str(1 + HAIR), "1"]):  # fmt: skip
        checker.rejected("a positive radius and a weight of at most 1", levels, checker, law)


@mp.workprec(200)
def test_densities_of_laws_that_fall(checker):
    found, asked = levels(checker, ["product"], "3", "111", 2)
    assert asked == [] and found[0] > 0 and found[1:] == [0] * 5
    for k, low in enumerate(levels(checker, ["product"], "1", "111", 4)[0]):
        true = mp.log(mp.mpf(12) / (k + 1)) / 2
        assert 0 <= true - mp.mpf(low.numerator) / low.denominator < mp.mpf(2) ** -50
    slope = checker.read_data("-exp(-z)/2")
    found, asked = levels(checker, ["density", "exp(-z)/2"], "2", "11", 2, slope=slope)
    for k, low in enumerate(found):
        true = mp.exp(-mp.mpf(k + 1) / 2) / 2
        assert 0 <= true - mp.mpf(low.numerator) / low.denominator < mp.mpf(2) ** -50
    assert asked == [checker.read_judgement("inequality", domain="z in (0, 2]", conclusion="-exp(-z)/2 <= 0")]
    lines = levels(checker, ["density", "3/4 - z/2"], "2", "11", 2, slope=checker.read_data("-1/2"))
    assert lines[0] == [Q(1, 2), Q(1, 4), 0, 0]


def test_densities_have_their_slope(checker):
    words = "not the slope of the density"
    for density, slope in (("exp(-z)/2", "-exp(-z)"), ("1/2 - z/4", "1/4"), ("1 - sqrt(z)/2", "-1/(4*sqrt(z))")):
        checker.rejected(words, partial(levels, checker, ["density", density], slope=checker.read_data(slope)))
    constant = levels(checker, ["density", "1/4 + sqrt(2) - sqrt(2)"], slope="0")
    assert len(constant[0]) == 4 and constant[1][0]["conclusion"] == ("<=", 0, 0)
    for density in ("1/(z - 1)^2", "log(z - 1)", "exp(-z)/z - 1/(2 - z)"):
        checker.rejected("not shown to be defined", partial(levels, checker, ["density", density], slope="0"))
    checker.malformed("the density uses y", partial(levels, checker, ["density", "exp(-z)*y"], slope="0"))
    checker.malformed("not a term", levels, checker, ["density", "exp(-z)"])
    for law in (["gadget"], ["any", "1/4"], ["odd-uniform", "1/8"], ["odd-product", "1/8", "1/8"]):
        checker.rejected("a uniform law, a product or a law known by its density", levels, checker, law)


# costs


def test_what_a_pair_of_points_counts(checker):
    cost, unit = checker.flows.cost, checker.flows.UNIT
    pairs = [
        (Q(1), Q(1)),
        (Q(1), Q(3)),
        (Q(3), Q(1)),
        (Q(2, 7), Q(5)),
        (Q(10**9), Q(1)),
        (Q(1), Q(10**9)),
        (Q(9), Q(16)),
    ]
    for v, w in pairs:
        assert cost(v, w, Q(-1)) == w == abs(1 - (v + w) / v) * v
        assert cost(v, w, Q(1)) == v * (1 - v / (v + w))
        root = (v - cost(v, w, Q(1, 2))) / v * unit
        assert root.denominator == 1 and ((root - 1) / unit) ** 2 <= v / (v + w) < (root / unit) ** 2


# cuts from flows


def test_a_cut_is_asked_for_by_its_flow(checker):
    cut = {"domain": "a in [0, 3]", "length": "3", "radius": "1/2", "bound": "a/9"}
    goal = checker.read_judgement("cut", **cut)
    law = ["uniform", "1/2"]
    known = {"law": law, "length": "3", "weights": ["7", "7"], "profile": ["-1/5", "2/7", "-1/3"]}
    rule = checker.flows.cut_by_flow
    checker.asks_for("a/9 <= 3*(-1/5 + 2/7*(a/3) - 1/3*(a/3)^2)", rule, goal, [flow(checker, **known)])
    words = "the flow of power -1 of the law uniform"
    for change in ({"power": "1"}, {"power": "1/2"}, {"law": ["uniform", "1/3"]}, {"law": ["contains", "1", "1/2"]},
                   {"law": ["product"]}, {"length": "2"}, {"weights": ["7", "8"]},
                   {"weights": ["8", "7", "7"]}):  # fmt: skip
        checker.rejected(words, rule, goal, flow(checker, **{**known, **change}))
    words = "speak of its measure a alone"
    for change in ({"domain": "b in [0, 2]", "bound": "b"}, {"domain": "a in [0, 2], b in [0, 1]"}, {"domain": ""},
                   {"hypotheses": ["a <= 1"]}):  # fmt: skip
        checker.rejected(words, rule, checker.read_judgement("cut", **{**cut, **change}), flow(checker, **known))
    free = checker.read_judgement("cut", **{**cut, "bound": "a*b"})
    checker.malformed(
        "the bound uses b without a range", checker.concludes, "cut-by-flow", free, [flow(checker, **known)]
    )
    checker.rejected("obligation 1 of 1", checker.concludes, "cut-by-flow", goal, [flow(checker, **known)])
    for premises in ([], [goal], [goal, flow(checker, **known)]):
        checker.rejected("premises of the forms flow first", checker.concludes, "cut-by-flow", goal, premises)


# refutations


def close(d, width, radius):
    """The measure of pairs of points of a cell and the d-th after it that are at most a radius apart, by sections."""

    def section(y):
        return max(Q(0), min((d + 1) * width, y + radius) - max(d * width, y - radius))

    ends = {Q(0), width, *(d * width + s * width + t * radius for s in (0, 1) for t in (-1, 1))}
    places = sorted(x for x in ends if 0 <= x <= width)
    return sum((section(x) + section(y)) / 2 * (y - x) for x, y in pairwise(places))


@pytest.mark.parametrize("power", ["-1", "1"])
@pytest.mark.parametrize(("weights", "times", "length", "radius"), [
    ((1, 1), 1, Q(2), Q(1)), ((1, 3), 2, Q(2), Q(2, 3)), ((2, 1, Q(1, 2)), 1, Q(3, 2), Q(1, 4)),
    ((5, 1), 2, Q(1, 3), Q(4)),
])  # fmt: skip
def test_a_set_refutes_a_profile_above_its_flow(checker, power, weights, times, length, radius):
    refuted, cells = checker.sets.refuted_flow, len(weights) * times
    width, total = length / cells, times * sum(weights)
    wide = [w for w in weights for _ in range(times)]
    for row in product((0, 1), repeat=cells):
        m = Q(sum(w for w, own in zip(wide, row, strict=True) if own)) / total
        there = Q(0)
        for i, own in enumerate(row):
            for j, other in enumerate(row):
                if own > other:
                    there += close(abs(i - j), width, radius) * exact_cost(wide[i], wide[j], power)
        there /= 2 * radius * width * total
        for last, bend in ((Q(0), Q(-1)), (Q(1, 3), Q(2))):
            linear = (there - last - bend * m**2) / m if m else Q(5)
            exact = last if m else there
            for shift, holds in ((Q(0), True), (-HAIR, True), (HAIR, False)):
                profile = texts((exact + shift, linear, bend))
                goal = flow(checker, law=["uniform", str(radius)], length=str(length), weights=texts(weights),
                            power=power, profile=profile)  # fmt: skip
                if holds:
                    checker.rejected("does not refute the profile", refuted, goal, {"cells": list(row)})
                else:
                    refuted(goal, {"cells": list(row)})


def test_what_may_refute_a_flow(checker):
    refuted, words = checker.sets.refuted_flow, "refuted by equal parts of its cells"
    high = {"profile": ["9", "0", "0"]}
    for cells in ([1, 0], [0, 1, 1, 0], [1] * 64):
        refuted(flow(checker, **high), {"cells": cells})
    for cells in ([1], [1, 0, 0], [0] * 63):
        checker.rejected(words, refuted, flow(checker, **high), {"cells": cells})
    for change in ({"power": "1/2"}, {"law": ["product"]}, {"law": ["contains", "1/2", "1"]}):
        checker.rejected(words, refuted, flow(checker, **high, **change), {"cells": [1, 0]})
    for radius in ("0", "-1"):
        law = ["uniform", radius]
        checker.rejected("does not refute the profile", refuted, flow(checker, **high, law=law), {"cells": [1, 0]})
    for cells in ([], [0] * 65, None):
        checker.malformed("not a list of 1 to 64 items", refuted, flow(checker, **high), {"cells": cells})
    for cells in ([1, 2], [1, True], ["1", "0"]):
        checker.malformed("a colouring of 2 cells", refuted, flow(checker, **high), {"cells": cells})


def test_the_numbers_of_a_flow(checker):
    read = checker.flows.numbers_of
    goal = flow(checker, weights=["1/3", "2", "7"], power="1/2", profile=["-1", "1/2", "3"])
    assert read(goal) == ([Q(1, 3), 2, 7], Q(1, 2), [-1, Q(1, 2), 3])
    for power in POWERS:
        assert read(flow(checker, power=power, length=str(HAIR)))[1] == Q(power)
    words = "a positive length and 2 to 16 positive weights"
    assert len(read(flow(checker, weights=["1"] * 16))[0]) == 16
    for weights in ([], ["1"], ["1", "0"], ["0", "1"], ["-1", "1"], ["1", "1", "-1/9"], ["1"] * 17):
        checker.rejected(words, read, flow(checker, weights=weights))
    for length in ("0", "-2"):
        checker.rejected(words, read, flow(checker, length=length))
    words = "a power -1, 1/2 or 1 and three numbers"
    for power in ("0", "2", "-1/2", "3/4", "-2"):
        checker.rejected(words, read, flow(checker, power=power))
    for profile in ([], ["1", "1"], ["0"] * 4):
        checker.rejected(words, read, flow(checker, profile=profile))
    checker.rejected("a denominator may vanish", read, flow(checker, weights=["1", "1/(1 - 1)"]))
