"""Rules about many samples, layers and networks: what each asks for word by word, what it refuses, what refutes."""

import pytest

KNOWN = {
    "drift": {"domain": "s in (0, 3), m in (0, 4), v in (0, 1)", "length": "m", "law": ["uniform", "s"],
              "gain": "v*(1-v)/3"},
    "contraction": {"domain": "s in (0, 5), v in (0, 1)", "variable": "v", "ceilings": ["2*v", "1"],
                    "drift": "v*(1-v)/4", "potential": "1/v - 1", "factor": "7/8"},
    "cover": {"domain": "eps in (0, 1), delta in (0, 1)", "law": ["uniform", "1"], "length": "2", "tolerance": "eps",
              "failure": "delta", "samples": "99/(eps*delta)"},
    "layer": {"domain": "eps in (0, 1), delta in (0, 1)", "law": ["gadget"], "inputs": "1", "outputs": "1",
              "signs": "both", "tolerance": "eps", "failure": "2*delta", "units": "99/(eps*delta)"},
    "composition": {"domain": "l in [1, oo), h in (0, 1)", "depth": "l", "error": "h", "bound": "exp(l*h) - 1"},
    "network": {"domain": "l in [1, oo), d in [1, oo), m in [1, oo), eps in (0, 1), delta in (0, 1)",
                "law": ["gadget"], "inputs": "d", "outputs": "m", "depth": "l", "error": "eps", "failure": "delta",
                "units": "99*l*d*m", "later": "98*l*d*m"},
}  # fmt: skip
LAYERS = {"domain": "d in [1, oo), m in [1, oo), eps in (0, 1), delta in (0, 1)", "inputs": "d", "outputs": "m"}
GADGET = {"law": ["gadget"]}
GRID = {"law": ["odd-gadget", "1/4", "1/8"]}
STARTED = {"start": "eps/2", "rest": "eps/4", "ratio": "q/delta", "at": {"s": "1", "m": "2"}}
FIRST = {"domain": "eps in (0, 1), delta in (0, 1), q in (1, oo)"}
STACKED = {"first": {"eps": "eps/(2*l)", "delta": "delta/l"}, "later": {"eps": "eps/(3*l)", "delta": "delta/(2*l)"}}
STACKED |= {"composition": {"h": "eps/(2*l)"}}
ONE_SIGN = {"signs": "nonnegative"}
TWICE = [("layer", LAYERS), ("layer", LAYERS | ONE_SIGN | {"units": "77/(eps*delta)"})]

# the rule: the form and fields of a goal, the premises, the data, and what is asked for
ASKED = {
    "first_moment": ("cover", FIRST, [("drift", {}), ("contraction", {"factor": "7/8 - s/9"})], STARTED, """
        0 < 1 || v in (0, 1)
        1 < 3 || v in (0, 1)
        0 < 2 || v in (0, 1)
        2 < 4 || v in (0, 1)
        0 < 1 || v in (0, 1)
        1 < 5 || v in (0, 1)
        v*(1-v)/4 <= v*(1-v)/3 || v in (0, 1)
        1/(v + t*(1-v)) - 1 <= 1/v - 1 || v in (0, 1), t in [0, 1]
        0 < 7/8 - 1/9
        7/8 - 1/9 < 1
        1/1 - 1 = 0
        0 < eps/2
        2*(eps/2) <= 2
        0 < eps/4
        2*(eps/4) <= 2
        eps/2 + eps/4 <= eps
        0 < delta
        0 < 1/(1 - eps/4/2) - 1
        1/(2*(eps/2)/2) - 1 <= q/delta*delta*(1/(1 - eps/4/2) - 1)
        log(q/delta) <= 99/(eps*delta)*(-log(7/8 - 1/9))
        """),
    "coupling": ("cover", GRID | {"tolerance": "eps + n/8"}, [("cover", {"law": ["odd-gadget", "1/4", "0"]})], {}, """
        2 <= 2
        delta <= delta
        99/(eps*delta) <= 99/(eps*delta)
        eps + n*1/8 <= eps + n/8 || n in [0, oo)
        """),
    "coupling of both factors": ("cover", GRID | {"tolerance": "eps + n/2"}, [("cover", GADGET)], {}, """
        2 <= 2
        delta <= delta
        99/(eps*delta) <= 99/(eps*delta)
        eps + n*3/8 <= eps + n/2 || n in [0, oo)
        """),
    "coupling of a uniform law": ("cover", {"law": ["odd-uniform", "1/8"], "tolerance": "eps + n/8", "length": "1"},
        [("cover", {"domain": "x in (0, 1), delta in [0, 1/2]", "tolerance": "x + n/9", "failure": "delta/3",
                    "samples": "7"})], {"at": {"x": "eps/2", "delta": "delta/5"}}, """
        0 < eps/2
        eps/2 < 1
        0 <= delta/5
        delta/5 <= 1/2
        1 <= 2
        delta/5/3 <= delta
        7 <= 99/(eps*delta)
        eps/2 + n/9 + n*1/8 <= eps + n/8 || n in [0, oo)
        """),
    "two_signs": ("layer", GRID, [("cover", GRID | {"length": "2"})], {"at": {"delta": "delta/3"}}, """
        0 < delta/3
        delta/3 < 1
        eps <= eps
        2*(delta/3) <= 2*delta
        99/(eps*(delta/3)) <= 99/(eps*delta)
        """),
    "one_sign": ("layer", GRID | ONE_SIGN, [("cover", GRID | {"length": "2"})], {"at": {"delta": "delta/3"}}, """
        0 < delta/3
        delta/3 < 1
        eps <= eps
        delta/3 <= 2*delta
        99/(eps*delta/3) <= 99/(eps*delta)
        """),
    "two_signs where one would do": ("layer", GADGET | ONE_SIGN, [("cover", GADGET)], {}, """
        eps <= eps
        2*delta <= 2*delta
        99/(eps*delta) <= 99/(eps*delta)
        """),
    "frobenius behind a ReLU": ("layer", LAYERS | ONE_SIGN, [("layer", ONE_SIGN)], {}, """
        1 <= d
        1 <= m
        eps*sqrt(d*m) <= eps
        d*m*(2*delta) <= 2*delta
        99/(eps*delta) <= 99/(eps*delta)
        """),
    "frobenius": ("layer", LAYERS, [("layer", {})], {"at": {"eps": "eps/(d*m)", "delta": "delta/7"}}, """
        0 < eps/(d*m)
        eps/(d*m) < 1
        0 < delta/7
        delta/7 < 1
        1 <= d
        1 <= m
        eps/(d*m)*sqrt(d*m) <= eps
        d*m*(2*(delta/7)) <= 2*delta
        99/(eps/(d*m)*(delta/7)) <= 99/(eps*delta)
        """),
    "compose": ("composition", {"bound": "2*h*l", "hypotheses": ["h*l <= 1"]}, [], None, """
        1 <= l
        0 < h
        exp(l*h) - 1 <= 2*h*l
        """),
    "stack": ("network", {}, [*TWICE, ("composition", {})], STACKED, """
        0 < eps/(2*l)
        eps/(2*l) < 1
        exp(l*(eps/(2*l))) - 1 <= eps
        0 < eps/(2*l)
        eps/(2*l) < 1
        0 < delta/l
        delta/l < 1
        eps/(2*l) <= eps/(2*l)
        l*(2*(delta/l)) <= delta
        99/(eps/(2*l)*(delta/l)) <= 99*l*d*m
        0 < eps/(3*l)
        eps/(3*l) < 1
        0 < delta/(2*l)
        delta/(2*l) < 1
        eps/(3*l) <= eps/(2*l)
        l*(2*(delta/(2*l))) <= delta
        77/(eps/(3*l)*(delta/(2*l))) <= 98*l*d*m
        """),
    "stack of more layers": ("network", {"depth": "2*l"},
        [("layer", LAYERS), ("layer", LAYERS), ("composition", {"depth": "2*l"})], {}, """
        0 < h
        h < 1
        exp(l*h) - 1 <= eps
        eps <= h
        2*l*(2*delta) <= delta
        99/(eps*delta) <= 99*l*d*m
        eps <= h
        2*l*(2*delta) <= delta
        99/(eps*delta) <= 98*l*d*m
        """),
}  # fmt: skip


def made(checker, form, fields):
    return checker.read_judgement(form, **(KNOWN[form] | fields))


@pytest.mark.parametrize("name", ASKED)
def test_what_a_rule_asks_for(checker, name):
    form, fields, premises, data, text = ASKED[name]
    rule, hints = getattr(checker.covering, name.split()[0]), checker.read_data(data or {})
    checker.asks_for(text, rule, made(checker, form, fields), [made(checker, *p) for p in premises], **hints)


def test_what_a_recursion_over_layers_asks_for(checker):
    """It is about all numbers from 0 on, whatever the goal says."""
    goal = checker.read_judgement("propagation", error="w*s + p*g + 1", growth="2*q*g")
    checker.asks_for("""
        w*s + p*g <= w*s + p*g + 1 || w in [0, oo), p in [0, oo), q in [0, oo), s in [0, oo), g in [0, oo)
        q*g <= 2*q*g || w in [0, oo), p in [0, oo), q in [0, oo), s in [0, oo), g in [0, oo)
        """, checker.covering.propagate, goal, [])  # fmt: skip
    for field in ("error", "growth"):
        free = checker.read_judgement("propagation", **({"error": "w", "growth": "q"} | {field: "x"}))
        checker.malformed(f"no range is given for x in the {field}", checker.concludes, "propagate", free, [])


LEVELS = "at every v of .0, 1., the latter up to min"

# the rule: the goal, the premises and the data; then changes of them with the words of the failure
REFUSED = {
    "first_moment": ("cover", FIRST, [("drift", {}), ("contraction", {})], STARTED, [
        (None, [("contraction", {}), ("drift", {})], None, "premises of the forms drift, contraction first"),
        (None, [("drift", {}), ("contraction", {"ceilings": ["2*v"]})], None, LEVELS),
        (None, [("drift", {}), ("contraction", {"ceilings": ["2*v", "1", "3*v"]})], None, LEVELS),
        (None, [("drift", {}), ("contraction", {"ceilings": ["1*v", "1"]})], None, LEVELS),
        (None, [("drift", {"domain": "s in (0, 1), m in (0, 3), v in (0, 1]"}), ("contraction", {})], None, LEVELS),
        (None, [("drift", {}), ("contraction", {"domain": "v in (0, 1/2)"})], None, LEVELS),
        (None, [("drift", {}), ("contraction", {"domain": "v in (0, 1), w in (0, 1)", "variable": "w"})], None, LEVELS),
        (None, [("drift", {}), ("contraction", {"variable": "s"})], None, LEVELS),
        (None, [("drift", {}), ("contraction", {"factor": "1 - v/8"})], None, LEVELS),
        ({"law": ["uniform", "2"]}, None, None, "are not those of the drift"),
        ({"law": ["contains", "1", "1"]}, None, None, "are not those of the drift"),
        ({"length": "1"}, None, None, "are not those of the drift"),
        ({"length": "3"}, None, None, "are not those of the drift"),
        (None, None, STARTED | {"start": "x"}, "malformed: no range is given for x in the conclusion"),
        (None, None, STARTED | {"rest": "x"}, "malformed: no range is given for x in the conclusion"),
        (None, None, STARTED | {"ratio": "x"}, "malformed: no range is given for x in the conclusion"),
        (None, None, {key: STARTED[key] for key in ("start", "rest", "at")}, "malformed: needs the hint ratio"),
        (None, None, STARTED | {"at": {"s": "v", "m": "2"}}, "malformed: replacements neither"),
        ({"tolerance": "n"}, None, None, "malformed: no range is given for n in the conclusion"),
        ({"domain": "v in (0, 1)"}, None, None, "malformed: the words of this judgement use"),
    ]),
    "coupling": ("cover", GRID, [("cover", {"law": ["odd-gadget", "1/4", "0"]})], {}, [
        (None, [("layer", {})], None, "premises of the forms cover first"),
        (GADGET, [("cover", GADGET)], None, "do not differ by the grids of factors alone"),
        ({"law": ["uniform", "1"]}, [("cover", {"law": ["uniform", "1"]})], None, "do not differ by the grid"),
        ({"law": ["contains", "1/2", "1/8"]}, [("cover", {"law": ["contains", "1/2", "0"]})], None, "do not differ by"),
        (None, [("cover", {"law": ["product"]})], None, "do not differ by the grids of factors alone"),
        (None, [("cover", {"law": ["uniform", "1"]})], None, "do not differ by the grids of factors alone"),
        ({"law": ["odd-gadget", "1/3", "1/8"]}, [("cover", GADGET)], None, "for an even number k"),
        ({"law": ["odd-gadget", "1/4", "0"]}, [("cover", GADGET)], None, "for an even number k"),
        (None, [("cover", GRID)], None, "do not differ by the grids of factors alone"),
        (None, [("cover", {"law": ["odd-product", "1/4", "0"]})], None, "do not differ by the grid"),
        (None, [("cover", {"law": ["odd-gadget", "1/8", "0"]})], None, "do not differ by the grid"),
        ({"law": ["odd-uniform", "1/2"]}, None, None, "do not differ by the grid"),
        ({"law": ["odd-uniform", "1/2"]}, [("cover", {"law": ["uniform", "2"]})], None, "do not differ by the grid"),
        ({"law": ["odd-uniform", "1/3"]}, [("cover", {})], None, "for an even number k"),
        ({"law": ["odd-gadget", "1/4", "1/3"]}, None, None, "for an even number k"),
        (None, None, {"at": {"n": "eps"}}, "malformed: replacements neither replace nor put v, z, n"),
        ({"samples": "n"}, None, None, "malformed: no range is given for n in the samples"),
    ]),
    "two_signs": ("layer", GADGET, [("cover", GADGET)], {}, [
        (None, [("layer", {})], None, "premises of the forms cover first"),
        ({"law": ["product"]}, [("cover", {"law": ["product"]})], None, "needs the law of a gadget"),
        ({"law": ["uniform", "1"]}, [("cover", {})], None, "needs the law of a gadget"),
        ({"law": ["any", "v"]}, [("cover", {"law": ["any", "v"]})], None, "needs the law of a gadget"),
        (GRID, None, None, "needs the law of a gadget"),
        (None, [("cover", {})], None, "needs the law of a gadget"),
        (LAYERS | {"outputs": "1"}, None, None, "one input, one output and the window"),
        (LAYERS | {"inputs": "1"}, None, None, "one input, one output and the window"),
        (None, [("cover", GADGET | {"length": "1"})], None, "one input, one output and the window"),
        (None, [("cover", GADGET | {"length": "3"})], None, "one input, one output and the window"),
        (None, None, {"at": {"n": "eps"}}, "malformed: replacements neither replace nor put v, z, n"),
        ({"tolerance": "n"}, None, None, "malformed: no range is given for n in the tolerance"),
    ]),
    "one_sign": ("layer", GADGET | ONE_SIGN, [("cover", GADGET)], {}, [
        (GADGET | {"signs": "both"}, None, None, "only a layer for inputs of one sign"),
        (None, [("layer", {})], None, "premises of the forms cover first"),
        ({"law": ["product"]}, [("cover", {"law": ["product"]})], None, "needs the law of a gadget"),
        (LAYERS | {"outputs": "1"}, None, None, "one input, one output and the window"),
        (None, [("cover", GADGET | {"length": "1"})], None, "one input, one output and the window"),
    ]),
    "frobenius": ("layer", LAYERS, [("layer", {})], {}, [
        (None, [("layer", ONE_SIGN)], None, "speaks of inputs of one sign only"),
        (None, [("cover", {})], None, "premises of the forms layer first"),
        (None, [("layer", LAYERS | {"inputs": "1"})], None, "must speak of one weight, and of the same law"),
        (None, [("layer", LAYERS | {"outputs": "1"})], None, "must speak of one weight, and of the same law"),
        (GRID, None, None, "must speak of one weight, and of the same law"),
        (None, None, {"at": {"eps": "v"}}, "malformed: replacements neither replace nor put v, z or"),
        ({"units": "x"}, None, None, "malformed: no range is given for x in the units"),
    ]),
    "compose": ("composition", {}, [], None, [({"bound": "x"}, None, None, "malformed: no range is given for x")]),
    "stack": ("network", {}, [*TWICE, ("composition", {})], STACKED, [
        (None, [("composition", {}), *TWICE], None, "premises of the forms layer, layer, composition first"),
        (None, [("layer", LAYERS), ("composition", {})], None, "premises of the forms layer, layer, composition first"),
        (None, [*TWICE[::-1], ("composition", {})], None, "speaks of inputs of one sign only"),
        (None, [TWICE[0], ("layer", LAYERS | GRID), ("composition", {})], None, "must have the inputs, the outputs"),
        ({"later": "x"}, None, None, "malformed: no range is given for x in the later"),
        (GRID, None, None, "must have the inputs, the outputs and the law"),
        (None, [("layer", LAYERS | {"inputs": "m"}), TWICE[1], ("composition", {})], None, "must have the inputs"),
        (None, [("layer", LAYERS | {"outputs": "d"}), TWICE[1], ("composition", {})], None, "must have the inputs"),
        (None, [*TWICE, ("composition", {"depth": "2*l"})], None, "must have the depth of the network"),
        ({"depth": "d"}, None, STACKED | {"composition": {"l": "d", "h": "eps"}}, "must not depend on the widths"),
        ({"error": "eps + m"}, None, None, "must not depend on the widths"),
        ({"failure": "delta*d"}, None, None, "must not depend on the widths"),
        (None, None, STACKED | {"composition": {"h": "eps/d"}}, "must not depend on the widths"),
        (None, [*TWICE, ("composition", {"bound": "l"})], STACKED | {"composition": {"h": "eps/d"}},
         "must not depend on the widths"),
        (None, [*TWICE, ("composition", {"error": "1"})], STACKED | {"composition": {"h": "eps/d"}},
         "must not depend on the widths"),
        ({"outputs": "d"}, None, STACKED | {"first": {"m": "d"}}, "malformed: two variables"),
        ({"inputs": "2"}, None, STACKED | {"first": {"d": "2"}}, "malformed: two variables"),
        ({"inputs": "2*d"}, None, STACKED | {"first": {"d": "2*d"}}, "malformed: two variables"),
        ({"inputs": "pi"}, None, STACKED | {"first": {"d": "pi"}}, "malformed: two variables"),
        (None, None, STACKED | {"first": {"d": "v"}}, "malformed: replacements neither"),
        (None, None, STACKED | {"composition": {"h": "z"}}, "malformed: replacements neither"),
        ({"units": "x"}, None, None, "malformed: no range is given for x in the units"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("rule", REFUSED)
def test_what_a_rule_refuses(checker, rule):
    form, fields, premises, data, changes = REFUSED[rule]
    for change, others, hints, words in [*changes, ({}, None, None, "obligation 1 of")]:
        goal = made(checker, form, fields | (change or {}))
        found = [made(checker, *p) for p in (premises if others is None else others)]
        given = checker.read_data((data if hints is None else hints) or {})
        fails = checker.malformed if words.startswith("malformed: ") else checker.rejected
        words = words.removeprefix("malformed: ")
        fails(words, checker.concludes, rule, goal, [*found, {"form": "another"}], given)


# what refutes

COVER = {"domain": "eps in (0, 1)", "tolerance": "eps", "failure": "1/3", "samples": "2"}
LAYER = {"domain": "eps in (0, 1)", "tolerance": "eps", "failure": "1/3", "units": "2"}
NETWORK = {"domain": "eps in (0, 1)", "inputs": "1", "outputs": "1", "depth": "1", "error": "eps", "failure": "1/3",
           "units": "2", "later": "3"}  # fmt: skip
TOO_FEW = "so many samples do not refute the statement"

# form, fields, eps, n, and whether it is refuted
REFUTED = [
    ("cover", {}, "1/4", 2, False),  # four sums reach as far as they must
    ("cover", {}, "1/5", 2, True),
    ("cover", {}, "1/5", 3, False),
    ("cover", {}, "1/9", 3, True),
    ("cover", {}, "1/7", 3, False),
    ("cover", {"samples": "0", "tolerance": "1 + eps", "length": "29/10"}, "1/2", 1, False),
    ("cover", {"samples": "0", "length": "1"}, "9/10", 1, False),
    ("cover", {"failure": "2"}, "1/9", 2, False),
    ("cover", {}, "1/5", 1, False),  # fewer than the statement says
    ("cover", {"samples": "0"}, "9/10", 0, True),
    ("cover", {"samples": "0"}, "9/10", 1, True),  # one sample is below 0 with probability 1/2
    ("cover", {"samples": "0"}, "9/10", 2, False),
    ("cover", {"samples": "0", "failure": "1/2"}, "9/10", 1, False),
    ("cover", {"samples": "0", "failure": "1/2 - 1/99"}, "9/10", 1, True),
    ("cover", {"samples": "0", "failure": "1/4 - 1/99", "length": "9/5"}, "9/10", 2, False),
    ("cover", {"samples": "0", "failure": "1/4 - 1/99", "length": "10/5"}, "9/10", 2, True),
    ("cover", {"failure": "1"}, "1/9", 2, False),
    ("cover", {"failure": "99/100"}, "1/9", 2, True),
    ("cover", {"law": ["product"], "failure": "1/4"}, "1/3", 2, False),
    ("cover", {"law": ["product"], "failure": "6/25"}, "1/3", 2, True),
    ("cover", {"law": ["gadget"], "failure": "9/16"}, "1/3", 2, False),
    ("cover", {"law": ["gadget"], "failure": "8/16"}, "1/3", 2, True),
    ("cover", {"tolerance": "eps + n/12"}, "1/12", 2, False),
    ("cover", {"tolerance": "eps + n/13"}, "1/12", 2, True),
    ("cover", {"length": "0", "tolerance": "eps - 1"}, "1/2", 2, True),
    ("cover", {"length": "0", "tolerance": "0"}, "1/2", 2, False),
    ("layer", {}, "1/4", 2, True),  # 9/16 for no unit above 0
    ("layer", {"failure": "3/5"}, "1/4", 2, False),
    ("layer", {"failure": "3/5"}, "1/5", 2, True),
    ("layer", {"failure": "3/5"}, "1/5", 1, False),
    ("layer", {"inputs": "2"}, "1/5", 2, False),
    ("layer", {"outputs": "1/2"}, "1/5", 2, False),
    ("network", {"failure": "3/5"}, "1/4", 2, False),
    ("network", {"failure": "3/5"}, "1/5", 2, True),
    ("network", {"depth": "2"}, "1/5", 2, False),
]


@pytest.mark.parametrize(("form", "fields", "eps", "n", "false"), REFUTED)
def test_points_that_refute_covers(checker, form, fields, eps, n, false):
    goal = made(checker, form, {"cover": COVER, "layer": LAYER, "network": NETWORK}[form] | fields)
    data = {"point": {"eps": eps}, "n": n}
    if false:
        checker.samples.refuted_cover(goal, data)
    else:
        checker.rejected(TOO_FEW, checker.samples.refuted_cover, goal, data)


@pytest.mark.parametrize(
    ("fields", "n", "false"),
    [
        ({"failure": "2/5"}, 3, True),  # 27/64 for no product above 0 in the second layer
        ({"failure": "27/64"}, 3, False),
        ({"failure": "2/5"}, 2, False),  # fewer than the statement says
        ({"failure": "2/5", "units": "4"}, 3, True),
        ({"failure": "9/10", "error": "eps/9"}, 3, False),  # too few sums say nothing behind a layer
        ({"failure": "2/5", "depth": "1"}, 3, False),
        ({"failure": "2/5", "depth": "3"}, 3, False),
        ({"failure": "2/5", "inputs": "2"}, 3, False),
        ({"failure": "2/5", "error": "2*eps + 3/4"}, 3, False),
    ],
)
def test_points_that_refute_a_second_layer(checker, fields, n, false):
    goal = made(checker, "network", NETWORK | {"depth": "2"} | fields)
    data = {"point": {"eps": "1/5"}, "n": n, "layer": 2}
    if false:
        checker.samples.refuted_cover(goal, data)
    else:
        checker.rejected(TOO_FEW, checker.samples.refuted_cover, goal, data)


def test_which_layers_can_refute(checker):
    network, layer = made(checker, "network", NETWORK), made(checker, "layer", LAYER)
    for goal, place in ((network, 3), (network, True), (network, "2"), (layer, 2), (network, 0)):
        data = {"point": {"eps": "1/5"}, "n": 3, "layer": place}
        checker.malformed("the layer is 1, or 2 of a network", checker.samples.refuted_cover, goal, data)


def test_what_refutes_no_cover(checker):
    refuted, goal = checker.samples.refuted_cover, made(checker, "cover", COVER)
    for n in (-1, 4097, "2", 2.0, True, None):
        checker.malformed("n is a whole number up to 4096", refuted, goal, {"point": {"eps": "1/9"}, "n": n})
    checker.rejected(TOO_FEW, refuted, goal, {"point": {"eps": "1/9"}, "n": 4096})
    point = {"point": {"eps": "1/9"}, "n": 2}
    for law in (["any", "v"], ["contains", "1", "1"], ["density", "z"], ["odd-uniform", "1/2"]):
        checker.rejected("a law that is known", refuted, made(checker, "cover", COVER | {"law": law}), point)
    for radius in ("0", "-1", "eps - 1/9"):
        goal = made(checker, "cover", COVER | {"law": ["uniform", radius]})
        checker.rejected("a law that is known", refuted, goal, point)
    for radius in ("1/99", "1", "2"):
        refuted(made(checker, "cover", COVER | {"law": ["uniform", radius]}), point)
    goal = made(checker, "cover", COVER | {"law": ["uniform", "1/(eps - 1/9)"]})
    checker.rejected("a denominator may vanish", refuted, goal, point)
    for form, known in (("layer", LAYER), ("network", NETWORK)):
        for law in (["product"], ["uniform", "1"], ["odd-gadget", "1/2", "1/2"]):
            checker.rejected("a law that is known", refuted, made(checker, form, known | {"law": law}), point)
    free = made(checker, "network", NETWORK | {"error": "n/9"})
    checker.malformed("no range is given for n in the error", checker.meaning.meant, free, point)
    checker.rejected("n has no range", refuted, made(checker, "layer", LAYER | {"tolerance": "n/9"}), point)
    checker.rejected("and a window", refuted, made(checker, "cover", COVER | {"length": "-1"}), point)
    goal = made(checker, "cover", COVER)
    checker.rejected("outside the domain", refuted, goal, {"point": {"eps": "1"}, "n": 2})
    checker.malformed("a point names its variables", refuted, goal, {"n": 2})
    checker.malformed(
        "no range is given for n in the samples",
        checker.meaning.meant,
        made(checker, "cover", COVER | {"samples": "n"}),
        {},
    )


def test_points_that_refute_compositions(checker):
    refuted = checker.samples.refuted_composition

    def goal(bound, **more):
        return made(checker, "composition", {"domain": "l in [0, oo), h in (-9, 9)", "bound": bound} | more)

    for depth, error, exact in (("3", "1/2", "19/8"), ("1", "1", "1"), ("2", "0", "0"), ("1000", "0", "0")):
        data = {"point": {"l": depth, "h": error}}
        refuted(goal(exact), data)
        refuted(goal(f"{exact} - 1/9"), data)
        checker.rejected("does not refute the bound", refuted, goal(f"{exact} + 1/999"), data)
    checker.rejected("does not refute the bound", refuted, goal("-9"), {"point": {"l": "1", "h": "-1/9"}})
    for depth in ("0", "1/2", "3/2", "1001"):
        checker.rejected("whole number from 1 to 1000", refuted, goal("-9"), {"point": {"l": depth, "h": "1"}})
    checker.rejected("outside the domain", refuted, goal("-9"), {"point": {"l": "1", "h": "9"}})
    checker.rejected("a hypothesis", refuted, goal("-9", hypotheses=["h < l"]), {"point": {"l": "1", "h": "1"}})


def test_layers_that_refute_recursions(checker):
    refuted = checker.samples.refuted_propagation

    def goal(error="w*s + p*g", growth="q*g"):
        return checker.read_judgement("propagation", error=error, growth=growth)

    def data(*layers):
        return {"layers": [{"w": w, "q": q} for w, q in layers]}

    three = data(("2", "1"), ("1/2", "3"), ("1", "5"))
    checker.rejected("do not refute the recursion", refuted, goal(), three)
    for error, growth in (("w*s + p", "q*g"), ("w*s + p*g", "w*g"), ("w*s + p*g*9/10", "q*g"), ("q*s", "q*g"),
                          ("0", "g")):  # fmt: skip
        refuted(goal(error, growth), three)
    one = data(("2", "1"))
    checker.rejected("do not refute the recursion", refuted, goal("1", "0"), one)
    refuted(goal("1 - 1/999", "0"), one)
    checker.rejected("do not refute the recursion", refuted, goal("w*s + p*g", "q*g"), data(("1", "2"), ("0", "0")))
    refuted(goal("0", "q*g"), data(("1", "2")))
    refuted(goal("0", "q*g"), data(*[("1", "1")] * 15, ("1", "2")))
    for layers in ([], [{"w": "1", "q": "2"}] * 17, {}, None, "12"):
        checker.malformed("1 to 16 tables of w and q", refuted, goal("0"), {"layers": layers})
    for layer in ({"w": "1"}, {"w": "1", "q": "2", "p": "1"}, {"w": "-1", "q": "2"}, {"w": "2", "q": "-1"}):
        checker.malformed("numbers w and q that are not negative", refuted, goal("0"), {"layers": [layer]})
