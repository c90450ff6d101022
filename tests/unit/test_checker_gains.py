"""Rules about one sample: what each asks for word by word, what it refuses, and exact gains of unions of cells."""

from fractions import Fraction as Q
from itertools import product

import pytest

WIDE = "r in (0, oo), M in (0, oo), a in [0, oo)"
RADII = "v in (0, 1), r in (0, 1]"

ASKED = {
    "small_radius": ("cut", {"domain": WIDE, "length": "M", "radius": "r", "bound": "r*a", "hypotheses": ["M <= 9"]},
        [("cut", {"bound": "a*(3-a)"})], None, """
        0 < r
        2*r <= M
        0 <= a
        2*a <= M
        r*a <= f*(3*r - f) + (r - a)*(a - f) + (a - f)^2/2 | f <= a; a <= r | f in [0, oo)
        r*a <= 2*r^2 | r <= a
        r*a <= f*(3*r - f) + (r - f)^2/2 | f <= r; r <= a | f in [0, oo)
        """),
    "large_radius": ("cut", {"domain": WIDE, "length": "M", "radius": "r", "bound": "r*a", "hypotheses": ["M <= 9"]},
        [("cut", {"bound": "a*(3-a)"})], None, """
        a*(2-a)/2 <= a*(3-a) || only a in [0, 2]
        0 < r
        M <= 2*r
        r <= M
        0 <= a
        a <= M
        r*a <= r/M*a*(M - a)
        """),
    "all_pairs": ("cut", {"domain": WIDE, "length": "M", "radius": "r", "bound": "7*a", "hypotheses": ["M <= r"]},
        [], None, """
        M <= r
        7*a <= a*(M - a)
        """),
    "uniform": ("drift",
        {"domain": "v in (0, 1), s in (0, 1)", "law": ["uniform", "s"], "length": "3*s", "gain": "v/7"},
        [("cut", {"domain": "a in [0, 4), M in (1, 2]", "length": "3*M", "radius": "M", "hypotheses": ["a <= M"]})],
        {"at": {"M": "s"}}, """
        0 < s
        0 < 3*s
        0 <= v*(3*s) | v <= 1/2
        v*(3*s) < 4 | v <= 1/2
        1 < s | v <= 1/2
        s <= 2 | v <= 1/2
        v*(3*s) <= s | v <= 1/2
        v/7*2*s*(3*s) <= v*(3*s)*(2 - v*(3*s))/2 | v <= 1/2
        0 <= (1-v)*(3*s) | 1-v <= 1/2
        (1-v)*(3*s) < 4 | 1-v <= 1/2
        1 < s | 1-v <= 1/2
        s <= 2 | 1-v <= 1/2
        (1-v)*(3*s) <= s | 1-v <= 1/2
        v/7*2*s*(3*s) <= (1-v)*(3*s)*(2 - (1-v)*(3*s))/2 | 1-v <= 1/2
        """),
    "uniform, lower half": ("drift", {"domain": "v in (0, 1/2]"}, [("cut", {})], {}, """
        0 < 1
        0 < 2
        0 <= v*2 | v <= 1/2
        v*2 <= 2 | v <= 1/2
        v*(1-v)/2*2*1*2 <= v*2*(2 - v*2)/2 | v <= 1/2
        """),
    "uniform, upper half": ("drift", {"domain": "x in [1/2, 1), v in [1/2, 1)"}, [("cut", {})], {}, """
        0 < 1
        0 < 2
        0 <= (1-v)*2 | 1-v <= 1/2
        (1-v)*2 <= 2 | 1-v <= 1/2
        v*(1-v)/2*2*1*2 <= (1-v)*2*(2 - (1-v)*2)/2 | 1-v <= 1/2
        """),
    "uniform, another half": ("drift", {"domain": "b in [1/2, 9], v in (0, 1), x in [1/2, 9]"},
        [("cut", {"domain": ""})], {}, """
        0 < 1
        0 < 2
        v*(1-v)/2*2*1*2 <= v*2*(2 - v*2)/2 | v <= 1/2
        v*(1-v)/2*2*1*2 <= (1-v)*2*(2 - (1-v)*2)/2 | 1-v <= 1/2
        """),
    "share of a wider law": ("drift", {"domain": "v in (0, 1), r in (1, 2)", "law": ["uniform", "r"], "gain": "v/9"},
        [("drift", {"domain": "v in (0, 1), s in (0, 1/2)", "law": ["uniform", "s"], "gain": "v*s"})],
        {"at": {"s": "1/r"}}, """
        0 < 1/r
        1/r < 1/2
        0 <= 1/r/r
        1/r/r <= 1
        v/9 <= 1/r/r*(v*(1/r))
        """),
    "share of a part": ("drift", {"law": ["contains", "1/3", "1/2"], "gain": "v/9"},
        [("drift", {"domain": "v in (0, 1/2), s in (0, oo)", "law": ["uniform", "s"], "gain": "v*s"})],
        {"at": {"s": "1/2"}}, """
        0 < v
        v < 1/2
        0 < 1/2
        0 <= 1/3
        1/3 <= 1
        v/9 <= 1/3*(v*(1/2))
        """),
    "mean_radius": ("drift", {"law": ["gadget"], "gain": "v/9"},
        [("drift", {"domain": RADII, "law": ["uniform", "r"], "gain": "v*(2*r + 3)"})], None, """
        v*(2*r + 3) = 3*v + r*(5*v - 3*v) || r in (0, 1]
        v/9 <= 1/2*(4*v)
        """),
    "mean_radius, with more variables": ("drift", {"law": ["product"], "domain": "c in (0, 1), v in (0, 1)"},
        [("drift", {"domain": "c in (0, 1), r in (0, 1], v in (0, 1)", "law": ["uniform", "r"], "gain": "c*r"})],
        None, """
        c*r = 0 + r*(c - 0) || r in (0, 1]
        v*(1-v)/2 <= c/2
        """),
    "mean_radius on a grid": ("drift", {"law": ["odd-product", "1/4", "0"], "gain": "v/9", "hypotheses": ["v <= 1/3"]},
        [("drift", {"domain": RADII, "law": ["uniform", "r"], "gain": "v*r", "hypotheses": ["v <= 1/3"]})], None, """
        v*r = 0 + r*(v - 0) || r in (0, 1]
        v/9 <= v/2
        """),
    "mixture": ("drift", {"law": ["gadget"], "gain": "v/9", "hypotheses": ["v <= 1/3"]},
        [("drift", {"domain": RADII, "law": ["uniform", "r"], "gain": "v*r", "hypotheses": ["v <= 1/3", "r <= v"]}),
         ("drift", {"domain": RADII, "law": ["uniform", "r"], "gain": "2*r^2", "hypotheses": ["r <= 1", "v <= r"]})],
        {"pieces": [["0", "v", "v*r^2/2 + 1"], ["v", "1", "2*r^3/3"]]}, """
        0 <= 0
        0 <= v
        v*(0 + t*(v - 0))^2/2 + 1 = v*(0 + t*(v - 0))^2/2 + 1 || t in [0, 1]
        v <= v
        v <= 1
        2*(v + t*(1 - v))^3/3 = 2*(v + t*(1 - v))^3/3 || t in [0, 1]
        1 <= 1
        v/9 <= 1/2*(v^3/2 + (2/3 - 2*v^3/3))
        """),
    "staircase": ("drift", {"law": ["density", "(1-z)/2"], "gain": "v/9", "hypotheses": ["v <= 1/3"]},
        [("drift", {"law": ["uniform", "1/2"], "gain": "v*3", "hypotheses": ["v <= 1/3"]}),
         ("drift", {"law": ["uniform", "3/4"], "gain": "v*5", "hypotheses": ["v <= 1/3"]})],
        {"steps": [["1/7", "1/2"], ["6/7", "3/4"]]}, """
        5/7 <= (1-z)/2 || z in [0, 1/2]
        4/7 <= (1-z)/2 || z in [1/2, 3/4]
        v/9 <= 3/7*v + 30/7*v
        """),
}  # fmt: skip


KNOWN = {
    "cut": {"domain": "a in [0, 2]", "length": "2", "radius": "1", "bound": "a*(2-a)/2"},
    "drift": {"domain": "v in (0, 1)", "length": "2", "law": ["uniform", "1"], "gain": "v*(1-v)/2"},
}


def made(checker, form, fields):
    return checker.read_judgement(form, **(KNOWN[form] | fields))


@pytest.mark.parametrize("name", ASKED)
def test_what_a_rule_asks_for(checker, name):
    form, fields, premises, data, text = ASKED[name]
    rule = getattr(checker.gains, name.split()[0].strip(","))
    hints = checker.read_data(data or {})
    checker.asks_for(text, rule, made(checker, form, fields), [made(checker, *p) for p in premises], **hints)


UNIFORM = {"domain": RADII, "law": ["uniform", "r"], "gain": "v*r"}
TWO_STEPS = {"steps": [["1/7", "1/2"], ["6/7", "3/4"]]}
HALF, WIDER = {"law": ["uniform", "1/2"]}, {"law": ["uniform", "3/4"]}

# rule: the goal, the premises and the data; then changes of them, the kind of failure and its words
REFUSED = [
    ("small_radius", {"domain": WIDE, "length": "M", "radius": "r"}, [("cut", {})], None, [
        (None, [("cut", {"length": "3"})], None, "must be the cut of every subset"),
        (None, [("cut", {"radius": "1/2"})], None, "must be the cut of every subset"),
        (None, [("cut", {"domain": "a in [0, 1]"})], None, "must be the cut of every subset"),
        (None, [("cut", {"domain": "a in [0, 2], r in (0, 1)"})], None, "must be the cut of every subset"),
        (None, [("cut", {"hypotheses": ["a <= 1"]})], None, "must be the cut of every subset"),
        (None, [("drift", {})], None, "premises of the forms cut first"),
        ({"domain": "r in (0, 1), M in (0, 1), f in [0, 1]", "bound": "r"}, None, None, "malformed: the rule needs"),
        ({"bound": "x"}, None, None, "malformed: no range is given for x in the bound"),
    ]),
    ("large_radius", {"domain": WIDE, "length": "M", "radius": "r"}, [("cut", {})], None, [
        (None, [("cut", {"length": "3"})], None, "must be the cut of every subset"),
        (None, [("drift", {})], None, "premises of the forms cut first"),
        ({"bound": "x"}, None, None, "malformed: no range is given for x in the bound"),
    ]),
    ("all_pairs", {"domain": WIDE, "length": "M", "radius": "r"}, [], None, [
        ({"bound": "x"}, None, None, "malformed: no range is given for x in the bound"),
    ]),
    ("uniform", {}, [("cut", {})], {}, [
        ({"law": ["uniform", "1/2"]}, None, None, "not those of the cut"),
        ({"law": ["uniform", "2"]}, None, None, "not those of the cut"),
        ({"length": "1"}, None, None, "not those of the cut"),
        ({"law": ["contains", "1", "1"]}, None, None, "not those of the cut"),
        ({"length": "3"}, None, None, "not those of the cut"),
        ({"domain": "v in (0, 1), a in (0, 3)", "length": "a"}, [("cut", {"length": "a"})], None, "change with"),
        ({"domain": "v in (0, 1), a in (0, 3)", "law": ["uniform", "a"]}, [("cut", {"radius": "a"})], None,
         "change with the measure"),
        (None, [("drift", {})], None, "premises of the forms cut first"),
        (None, None, {"at": {"a": "v"}}, "malformed: replacements neither replace nor put v, z, a"),
        ({"gain": "x"}, None, None, "malformed: no range is given for x in the gain"),
    ]),
    ("share", {"law": ["contains", "1/3", "1/2"]}, [("drift", HALF)], {}, [
        ({"law": ["contains", "1/3", "1/3"]}, None, None, "contains another uniform law"),
        ({"law": ["contains", "1/3", "2/3"]}, None, None, "contains another uniform law"),
        ({"length": "3"}, None, None, "on windows of one length"),
        ({"length": "1"}, None, None, "on windows of one length"),
        ({"law": ["density", "z"]}, None, None, "both laws must be uniform or contain"),
        ({"law": ["product"]}, None, None, "both laws must be uniform or contain"),
        (None, [("drift", {"law": ["contains", "1/3", "1/2"]})], None, "both laws must be uniform or contain"),
        (None, [("drift", {"law": ["odd-uniform", "1/2"]})], None, "both laws must be uniform or contain"),
        (None, [("drift", {"law": ["any", "v"]})], None, "both laws must be uniform or contain"),
        (None, [("cut", {})], None, "premises of the forms drift first"),
        (None, None, {"at": {"v": "v"}}, "malformed: replacements neither replace nor put v, z or"),
        ({"gain": "x"}, None, None, "malformed: no range is given for x in the gain"),
    ]),
    ("mean_radius", {"law": ["product"]}, [("drift", UNIFORM)], None, [
        ({"law": ["uniform", "1"]}, None, None, "concludes about a product"),
        ({"law": ["odd-uniform", "1/2"]}, None, None, "concludes about a product"),
        ({"law": ["odd-product", "1/2", "1/2"]}, None, None, "concludes about a product"),
        ({"law": ["odd-gadget", "1/3", "0"]}, None, None, "for an even number k"),
        ({"domain": "v in (0, 1/2)"}, None, None, "on the goal's domain and window"),
        ({"domain": "v in (0, 2)"}, None, None, "on the goal's domain and window"),
        ({"length": "1"}, None, None, "on the goal's domain and window"),
        ({"length": "3"}, None, None, "on the goal's domain and window"),
        (None, [("drift", UNIFORM | {"law": ["uniform", "v"]})], None, "must speak of"),
        (None, [("drift", UNIFORM | {"law": ["any", "r"]})], None, "must speak of"),
        (None, [("drift", UNIFORM | {"domain": "v in (0, 1), r in (0, 1)"})], None, "for each r of .0, 1.$"),
        (None, [("drift", UNIFORM | {"hypotheses": ["r <= 1/2"]})], None, "without more hypotheses"),
        (None, [("cut", {})], None, "premises of the forms drift first"),
        ({"gain": "x"}, None, None, "malformed: no range is given for x in the gain"),
    ]),
    ("mixture", {"law": ["product"]}, [("drift", UNIFORM)], {"pieces": [["0", "1", "v*r^2/2"]]}, [
        ({"law": ["odd-product", "1/2", "0"]}, None, None, "a piece must hold between its ends"),
        (None, [("drift", UNIFORM | {"hypotheses": ["r <= 1/2"]})], None, "a piece must hold between its ends"),
        (None, None, {"pieces": [["0", "1", "v*r^2"]]}, "does not have the gain as its derivative"),
        (None, None, {"pieces": [["0", "1", "v*r^2/2 + r/9"]]}, "does not have the gain as its derivative"),
        (None, [("drift", UNIFORM | {"gain": "1/(2*sqrt(r))"})], {"pieces": [["0", "1", "sqrt(r)"]]},
         "does not have the gain as its derivative"),
        (None, None, {"pieces": [["0", "r", "v*r^2/2"]]}, "malformed: no range is given for r in the conclusion"),
        (None, None, {"pieces": [["x", "1", "v*r^2/2"]]}, "malformed: no range is given for x in the conclusion"),
        (None, None, {"pieces": [["0", "1", "v*r^2/2 + x"]]}, "malformed: no range is given for x in an"),
        (None, None, {"pieces": []}, "malformed: not a list of 1 to 64 items"),
        (None, None, {"pieces": [["0", "1"]]}, "malformed: not a piece .low, high, antiderivative."),
        (None, None, {"pieces": [["0", "1", "v*r^2/2"]] * 2}, "one premise for each piece"),
        ({"gain": "x"}, None, None, "malformed: no range is given for x in the gain"),
    ]),
    ("staircase", {"law": ["density", "(1-z)/2"]}, [("drift", HALF), ("drift", WIDER)], TWO_STEPS, [
        ({"law": ["uniform", "1"]}, None, None, "a law that is known by its density"),
        ({"law": ["product"]}, None, None, "a law that is known by its density"),
        ({"law": ["any", "v"]}, None, None, "a law that is known by its density"),
        ({"law": ["gadget"]}, None, None, "a law that is known by its density"),
        (None, [("drift", HALF), ("drift", HALF)], None, "a step needs the drift"),
        (None, [("drift", HALF), ("drift", {"law": ["uniform", "7/8"]})], None, "a step needs the drift"),
        (None, [("drift", HALF), ("drift", {"law": ["contains", "1", "3/4"]})], None, "a step needs the drift"),
        (None, [("drift", HALF), ("drift", WIDER | {"length": "1"})], None, "a step needs the drift"),
        (None, [("drift", HALF), ("drift", WIDER | {"domain": "v in (0, 1]"})], None, "a step needs the drift"),
        (None, [("drift", HALF), ("drift", WIDER | {"hypotheses": ["v <= 1"]})], None, "a step needs the drift"),
        (None, None, {"steps": [["2/7", "1/2"], ["6/7", "3/4"]]}, "together weigh more than 1"),
        (None, None, {"steps": [["-1/7", "1/2"], ["6/7", "3/4"]]}, "weights must not be negative"),
        (None, [("drift", WIDER), ("drift", HALF)], {"steps": [["1/7", "3/4"], ["6/7", "1/2"]]}, "radii must rise"),
        (None, [("drift", HALF)] * 2, {"steps": [["1/7", "1/2"], ["6/7", "1/2"]]}, "radii must rise"),
        (None, [("drift", {"law": ["uniform", "0"]})], {"steps": [["1/7", "0"]]}, "radii must rise"),
        (None, [("drift", HALF)], None, "one premise for each step"),
        (None, None, {"steps": []}, "malformed: not a list of 1 to 64 items"),
        (None, None, {"steps": [["1/7", "x"]]}, "malformed: not a rational in lowest terms"),
        (None, None, {"steps": [["1/7"]]}, "malformed: not a step .weight, radius."),
        ({"gain": "x"}, None, None, "malformed: no range is given for x in the gain"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fields", "premises", "data", "changes"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_a_rule_refuses(checker, rule, fields, premises, data, changes):
    form = "cut" if rule in ("small_radius", "large_radius", "all_pairs") else "drift"
    for change, others, hints, words in [*changes, ({}, None, None, "obligation 1 of")]:
        goal = made(checker, form, fields | (change or {}))
        found = [made(checker, *p) for p in (premises if others is None else others)]
        given = checker.read_data((data if hints is None else hints) or {})
        fails = checker.malformed if words.startswith("malformed: ") else checker.rejected
        words = words.removeprefix("malformed: ")
        fails(words, checker.concludes, rule, goal, [*found, {"form": "another"}], given)


def test_steps_of_no_weight_and_of_all(checker):
    goal, found = made(checker, "drift", {"law": ["density", "(1-z)/2"]}), [made(checker, "drift", HALF)]
    for weight in ("0", "1"):
        checker.asks_for(f"{weight} <= (1-z)/2 || z in [0, 1/2]\nv*(1-v)/2 <= {weight}*(v*(1-v)/2)",
                         checker.gains.staircase, goal, found, steps=[[weight, "1/2"]])  # fmt: skip


def test_grids_that_fit(checker):
    for step in (Q(1, 2), Q(1, 4), Q(1, 6), Q(1, 2**24)):
        checker.gains.on_odd_multiples(step)
    for step in (Q(1), Q(1, 3), Q(2, 5), Q(0), Q(-1, 2), Q(3, 4), "h", ("/", Q(1), Q(2))):
        checker.rejected("for an even number k", checker.gains.on_odd_multiples, step)


def test_a_law_known_by_its_gain(checker):
    known = {"law": ["any", "v*(1-v)/3"], "gain": "v*(1-v)/3"}
    checker.gains.assumed(made(checker, "drift", known))
    checker.gains.assumed(made(checker, "drift", known | {"domain": "x in (0, 1), v in (0, 1)"}))
    for change in ({"gain": "v*(1-v)/4"}, {"domain": "v in (0, 1]"}, {"domain": "v in (0, 1/2)"},
                   {"law": ["uniform", "1"]}, {"law": ["density", "v*(1-v)/3"]}):  # fmt: skip
        checker.rejected("the law must be any one", checker.gains.assumed, made(checker, "drift", known | change))
    free = made(checker, "drift", known | {"law": ["any", "x"], "gain": "x"})
    checker.malformed("no range is given for x", checker.concludes, "assumed", free, [])


# gains of unions of cells


def logarithm(checker, x):
    """Bounds of log x."""
    return checker.intervals.evaluate(("log", x), {}, 400)[:2]


def mean_over_radii(checker, e):
    """The mean over r in [0, 1] of max(r - e, 0)^2/(4 r), from below and from above."""
    if not 0 < e < 1:
        return (Q(e == 0, 8),) * 2
    low, high = logarithm(checker, e)
    rest = Q(1, 8) - e / 2 + 3 * e**2 / 8
    return rest - e**2 / 4 * high, rest - e**2 / 4 * low


def exact_gain(checker, cells, width, mean):
    """Bounds of the gain of a union of cells, if `mean` bounds that of max(|X| - e, 0)^2 over twice the law's reach."""
    low = high = Q(0)
    for (i, own), (j, other) in product(enumerate(cells), repeat=2):
        for step, c in ((1, 1), (0, -2), (-1, 1)) if own > other else ():
            ends = sorted(c * end for end in mean((abs(i - j) - step) * width))
            low, high = low + ends[0], high + ends[1]
    return low, high


CELLS = [(1, 0), (0, 1, 1, 0, 1), (1, 1, 0), (1, 1, 1), (0, 0, 1, 0, 0, 0, 1)]


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("width", [Q(1, 2), Q(1, 3), Q(1, 7), Q(2, 5), Q(1), Q(9, 4)])
def test_gains_of_products(checker, cells, width):
    low, high = exact_gain(checker, cells, width, lambda e: mean_over_radii(checker, e))
    for law, weight in ((("product",), 1), (("gadget",), Q(1, 2))):
        found = checker.sets.highest_gain(law, {}, cells, width)
        assert weight * high <= found <= weight * low + Q(1, 2**58)


def test_gains_of_uniform_laws(checker):
    for cells, radius in product(CELLS, (Q(1, 3), Q(1), Q(5, 2))):
        exact = checker.sets.cell_cut(cells, Q(1, 2), radius) / (2 * radius)
        for law, part in ((("uniform", "s"), 1), (("contains", Q(1, 3), "s"), Q(1, 3)), (("contains", Q(1), "s"), 1),
                          (("contains", Q(0), "s"), 0)):  # fmt: skip
            assert checker.sets.highest_gain(law, {"s": radius}, cells, Q(1, 2)) == part * exact
    assert checker.sets.highest_gain(("uniform", Q(1)), {}, (1, 0), Q(1)) == Q(1, 4)
    for law in (("uniform", Q(0)), ("uniform", Q(-1)), ("contains", Q(-1, 9), Q(1)), ("contains", Q(10, 9), Q(1)),
                ("contains", Q(1), Q(0))):  # fmt: skip
        checker.rejected("no such law at the point", checker.sets.highest_gain, law, {}, (1, 0), Q(1))
    for law in (("any", Q(1)), ("density", Q(1)), ("odd-uniform", Q(1, 2)), ("odd-product", Q(1, 2), Q(0))):
        checker.rejected("no set is known to refute", checker.sets.highest_gain, law, {}, (1, 0), Q(1))


def test_the_work_of_gains_is_counted_before_it_is_done(checker, monkeypatch):
    amounts = []
    monkeypatch.setattr(checker.sets, "spend", amounts.append)
    for cells, width in (((1, 0), Q(2)), ((1, 0, 1), Q(2, 5)), ((1,) * 8, Q(1, 3))):
        checker.sets.highest_gain(("product",), {}, cells, width)
    amounts = [amount for amount in amounts if amount >= 40_000]  # the others are those of the cuts themselves
    assert amounts == [40_000 + 60 * 4, 3 * (40_000 + 60 * 9), 3 * (40_000 + 60 * 64)]


def test_a_union_of_cells_refutes_a_gain_above_its_own(checker):
    point = {"v": "1/3", "L": "5/2", "s": "2"}
    exact = checker.sets.cell_cut((0, 1, 0), Q(5, 6), Q(2)) / (2 * 2) / Q(5, 2)
    fields = {"domain": "v in (0, 1), L in (0, 9), s in (0, 3)", "law": ["uniform", "s"], "length": "L"}
    data = {"cells": [0, 1, 0], "point": point}
    refuted = checker.sets.refuted_drift
    for gain in (exact, exact - 1):
        goal = made(checker, "drift", fields | {"gain": str(gain)})
        checker.rejected("does not refute the gain", refuted, goal, data)
    refuted(made(checker, "drift", fields | {"gain": str(exact + Q(1, 10**9))}), data)
    goal = made(checker, "drift", fields | {"gain": "1", "hypotheses": ["v <= 1/3"]})
    refuted(goal, data)
    refuted(goal, {"cells": [1] + [0] * 63, "point": point | {"v": "1/64"}})
    refuted(goal, data | {"point": point | {"L": "1/2"}})
    for wrong in ({"v": "1/2"}, {"v": "1/4"}):
        checker.malformed("share of the cells in the set", refuted, goal, data | {"point": point | wrong})
    checker.malformed("share of the cells in the set", refuted, goal, data | {"point": {}})
    checker.rejected("a hypothesis does not hold", refuted, goal, {"cells": [1, 0], "point": point | {"v": "1/2"}})
    checker.rejected("outside the domain", refuted, goal, data | {"point": point | {"s": "3"}})
    for length in ("0", "-3"):
        goal = made(checker, "drift", fields | {"gain": "1", "length": length})
        checker.rejected("a window of no length", refuted, goal, data)
    for cells in ([], [0] * 65):
        checker.malformed("not a list of 1 to 64 items", refuted, goal, data | {"cells": cells})
    checker.malformed("a colouring of 3 cells", refuted, goal, data | {"cells": [0, 2, 0]})


@pytest.fixture
def mean(checker, monkeypatch):
    """The mean of two uniform samples, as if it had a file."""
    row = {"numbers": [], "not_positive": "1/2", "density": ["-", "1", "z"]}
    monkeypatch.setitem(checker.syntax.LAW_FILES, "mean", row)
    return ("mean",)


def test_the_density_in_a_law_s_file_is_taken(checker, mean):
    density = ("-", Q(1), "z")
    assert checker.syntax.density_of(mean) == checker.syntax.density_of(("density", density)) == density
    assert checker.syntax.density_of(("uniform", Q(1))) is None
    active = checker.weighted.active
    assert active({"law": mean}, {"law": ("density", density)}) == 1
    assert active({"law": ("gadget",)}, {"law": ("product",)}) == Q(1, 2)
    for law, moving in (
        (mean, ("product",)), (mean, ("density", ("-", Q(2), "z"))), (("product",), ("gadget",)),
        (("uniform", Q(1)), ("density", density)), (("any", Q(1)), ("product",)),
    ):  # fmt: skip
        with pytest.raises(checker.errors.Rejected, match="another law"):
            active({"law": law}, {"law": moving})


@pytest.mark.parametrize(("cells", "exact"), [([1, 0], Q(1, 6)), ([1, 0, 0, 1], Q(7, 24))])
def test_the_highest_gain_by_a_density_is_above_the_exact_one_and_near_it(checker, mean, cells, exact):
    """With cut(r) = r^2/2 for the half [-1, 0] the gain is the integral of (1 - r) r from 0 to 1."""
    found = checker.sets.highest_gain(mean, {}, cells, Q(2, len(cells)))
    assert exact <= found <= exact + Q(1, 60)
