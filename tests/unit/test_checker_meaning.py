"""When a judgement says something: names, ranges, hypotheses, terms that are defined, and what the words presuppose."""

from fractions import Fraction as Q

import pytest

UNIT = ("[", Q(0), Q(1), "]")


def goal(checker, **fields):
    known = {"domain": "x in [0, 1], y in (0, oo), v in (0, 1)", "hypotheses": ["x <= y"], "law": ["uniform", "1 + x"],
             "length": "y", "gain": "x*y"}  # fmt: skip
    return checker.read_judgement("drift", **(known | fields))


def meant(checker, judgement, point="", final=True):
    """What is asked for, in words; a point as `x=1 y=2`."""
    data = {"point": dict(pair.split("=") for pair in point.split())} if point else {}
    return [checker.words.sentence(one) for one in checker.meaning.meant(judgement, data, final)]


def bare(form, name, law=None):
    return form, law[0] if law else "", ((name, *UNIT),)


def test_names_that_the_words_use(checker):
    """Each form and law with the names that its sentences use for what they speak of."""
    forms = {"cut": "Ayz", "drift": "KWX", "cover": "nvzX", "layer": "cnkxABSTW", "composition": "cixGW",
             "network": "fgiknxABSTW", "inequality": "", "packing": ""}  # fmt: skip
    laws = {"product": "ab", "gadget": "ab", "odd-product": "ab", "odd-gadget": "ab", "density": "z", "uniform": "",
            "odd-uniform": "", "any": "", "contains": ""}  # fmt: skip
    names = sorted({*"abcfgiknvxyzABGKLSTVWXqt"})
    for form, taken in forms.items():
        for name in names:
            if name in taken:
                checker.malformed("themselves", checker.meaning.apart_from_the_words, *bare(form, name))
            else:
                checker.meaning.apart_from_the_words(*bare(form, name))
    for law, taken in laws.items():
        for name in names:
            if name in taken + "KWX":
                checker.malformed("themselves", checker.meaning.apart_from_the_words, *bare("drift", name, (law,)))
            else:
                checker.meaning.apart_from_the_words(*bare("drift", name, (law,)))
    checker.malformed(
        "use K and W and X and a and b", checker.meaning.apart_from_the_words, *bare("drift", "a", ("gadget",))
    )


def test_terms_of_a_goal_hold_no_free_name(checker):
    named = checker.meaning.named
    named(goal(checker))
    for field, item in (("gain", "u"), ("length", "u*x"), ("law", ["uniform", "u"]), ("law", ["any", "u"]),
                        ("law", ["any", "z"]), ("law", ["contains", "1", "u"]), ("law", ["contains", "u", "1"]),
                        ("hypotheses", ["x <= y", "u <= 1"]), ("hypotheses", ["1 <= u"]), ("gain", "n")):  # fmt: skip
        checker.malformed(f"the {field} uses [uzn] without a range", named, goal(checker, **{field: item}))
    for law in (["any", "v*x"], ["density", "z + y"], ["odd-product", "x", "y"]):
        named(goal(checker, law=law))
    cover = {"domain": "x in (0, 1)", "law": ["any", "v"], "length": "2", "tolerance": "n*x", "failure": "x",
             "samples": "2"}  # fmt: skip
    named(checker.read_judgement("cover", **cover))
    for field, item in (("length", "n"), ("samples", "n"), ("failure", "v"), ("law", ["any", "n"])):
        words = f"the {field} uses [nv] without a range"
        checker.malformed(words, named, checker.read_judgement("cover", **(cover | {field: item})))


def test_ends_of_ranges_are_constants(checker):
    def about(domain):
        return checker.obligations.inequality((("y", *UNIT), domain), (), ("<=", Q(0), Q(1)))

    for domain in (("x", "[", "y", Q(1), "]"), ("x", "[", Q(0), "y", "]"), ("x", "[", Q(0), ("+", Q(1), "x"), "]")):
        checker.malformed("the end of a range uses [xy] without a range", checker.meaning.named, about(domain))
    for domain in (("x", "(", None, "pi", "]"), ("x", "[", ("sqrt", Q(2)), None, ")")):
        checker.meaning.named(about(domain))


# ranges and hypotheses


@pytest.mark.parametrize("domain", [
    "u in [1, 0]", "u in (0, 0]", "u in [1, 1)", "u in (1, 1)", "u in [0, 1], w in (2, 1)", "u in (pi, 3)",
    "u in [sqrt(2), 141421356237309504880/100000000000000000000]", "u in (log(4), 2*log(2))", "u in [exp(1), 2]",
    "u in [pi, 3141592653589793238462643383279502884/1000000000000000000000000000000000000]",
])  # fmt: skip
def test_ranges_without_a_point(checker, domain):
    """Ends are compared exactly, however close they are."""
    for judgement in (
        checker.read_judgement("inequality", domain=domain, conclusion="0 <= 1"),
        checker.read_judgement("diameter", domain=domain, closeness="1", diameter="1"),
    ):
        for inner in (judgement, {"form": "not", "statement": judgement}):
            checker.rejected("the range of [uw] is empty", checker.meaning.meant, inner, {}, False)


@pytest.mark.parametrize("domain", [
    "", "u in [1, 1]", "u in (0, 1/1000000000)", "u in (-oo, oo)", "u in [log(4), 2*log(2)]", "u in (-oo, -pi)",
    "u in [sqrt(2), 141421356237309504881/100000000000000000000]",
])  # fmt: skip
def test_ranges_with_a_point(checker, domain):
    assert meant(checker, checker.read_judgement("inequality", domain=domain, conclusion="0 <= 1")) == []


def test_hypotheses_are_met_at_a_point(checker):
    drift = goal(checker, gain="0")
    assert meant(checker, drift, "x=0 y=1 v=1/2") == []
    assert meant(checker, drift, "x=1 y=1 v=1/2", False) == []
    for point, words in (("x=1 y=1/2 v=1/2", "a hypothesis does not hold"), ("x=2 y=3 v=1/2", "outside the domain"),
                         ("x=0 y=1", "does not name"), ("x=0 y=1 v=1/2 z=1", "does not name")):  # fmt: skip
        checker.rejected(words, meant, checker, drift, point)
    checker.rejected("a point that meets the hypotheses must be shown", meant, checker, drift)
    checker.malformed("a point names its variables", checker.meaning.meant, drift, {"point": []})
    given = checker.read_judgement("inequality", domain="x in [0, 1]", hypotheses=["2 <= x"], conclusion="1 <= 0")
    assert meant(checker, given, final=False) == []  # an obligation under hypotheses that nothing meets is true
    checker.rejected("a point that meets the hypotheses must be shown", meant, checker, given)
    checker.rejected("a hypothesis does not hold", meant, checker, given, "x=1")
    checker.rejected("must be shown", meant, checker, {"form": "not", "statement": given})


# terms that are defined


NOWHERE = ("log(-1)", "sqrt(-1)", "1/(2 - 2)", "1/(x - x)", "(0 - 1)^(1/2)", "log(0)")
SOMEWHERE = ("log(x)", "1/x", "sqrt(x - 1/2)", "x^(-1)", "1/(x - 1/3)")
EVERYWHERE = ("log(1 + x)", "1/(1 + x)", "sqrt(x)", "x^3", "exp(-x)", "1/y", "min(x, y)")
DRIFT = "For all x in [0, 1], y in (0, oo), v in (0, 1)"


@pytest.mark.parametrize("text", (*NOWHERE, *SOMEWHERE))
def test_a_term_that_may_be_undefined_is_asked_for(checker, text):
    """Wherever it stands: its equality with itself says that it is defined, for no inequality holds elsewhere."""
    said = checker.words.formula(checker.read_term(text))
    known = {"hypotheses": []}
    for fields in (
        {"gain": text},
        {"length": f"2 + ({text})"},
        {"law": ["any", text]},
        {"law": ["contains", text, "1"]},
    ):
        asked = meant(checker, goal(checker, **known, **fields))
        assert any(f"{said} = " in one or f"({said}) = " in one for one in asked), asked
        assert all(one.startswith(f"{DRIFT}: both sides are defined and ") for one in asked)
    asked = (
        meant(checker, goal(checker, hypotheses=[f"{text} <= 5"], gain="0"), "x=1 y=1 v=1/2")[:1]
        if (text in SOMEWHERE)
        else [f"{DRIFT}: both sides are defined and {said} = {said}."]
    )
    assert asked == [f"{DRIFT}: both sides are defined and {said} = {said}."]


@pytest.mark.parametrize("text", EVERYWHERE)
def test_a_term_that_intervals_show_to_be_defined_is_not(checker, text):
    assert meant(checker, goal(checker, hypotheses=[], gain=text)) == []


def test_names_that_a_field_binds_have_their_range(checker):
    """The level of a law known by its gain, the place of a density, the number of samples, the numbers of a layer."""

    def cover(**more):
        known = {"domain": "e in (0, 1)", "law": ["uniform", "1"], "length": "2", "tolerance": "e", "failure": "e",
                 "samples": "3"}  # fmt: skip
        return meant(checker, checker.read_judgement("cover", **(known | more)))

    assert cover() == cover(law=["any", "1/v"]) == cover(law=["density", "1/z"]) == cover(tolerance="e + n") == []
    for law, bound in ((["any", "log(v - 1/2)"], "v in (0, 1)"), (["density", "log(z - 1)"], "z in (0, oo)")):
        (asked,) = cover(law=law)
        assert asked.startswith(f"For all e in (0, 1), {bound}: both sides are defined and ln(")
    asked = cover(tolerance="e/n")
    assert asked == [
        "For all e in (0, 1), n in [0, oo) with 3 <= n: both sides are defined and e/n = e/n.",
        "For all e in (0, 1), n in [0, oo) with 3 <= n: both sides are defined and 0 < e/n.",
    ]
    assert meant(checker, checker.read_judgement("propagation", error="w*s", growth="sqrt(g)")) == []
    (asked,) = meant(checker, checker.read_judgement("propagation", error="w/s", growth="g"))
    assert asked.startswith("For all w in [0, oo), p in [0, oo), q in [0, oo), s in [0, oo), g in [0, oo): both")
    level = meant(checker, goal(checker, hypotheses=[], law=["any", "log(v)"]))
    assert level == []  # v has its range in the goal


# what the words take for granted


D, E = "d in [1, 9]", "e in (0, 1)"
SAID = {
    "cover": {"domain": E, "law": ["uniform", "1"], "length": "2", "tolerance": "e", "failure": "e", "samples": "3"},
    "layer": {"domain": E, "law": ["gadget"], "inputs": "1", "outputs": "1", "signs": "both",
              "tolerance": "e", "failure": "e", "units": "3"},
    "network": {"domain": E, "law": ["gadget"], "inputs": "1", "outputs": "1", "depth": "1", "error": "e",
                "failure": "e", "units": "3", "later": "3"},
    "composition": {"domain": E, "depth": "1", "error": "e", "bound": "e"},
    "cut": {"domain": f"{E}, a in [0, 2]", "length": "2", "radius": "0", "bound": "0-1"},
    "drift": {"domain": "v in [0, 1]", "law": ["uniform", "1"], "length": "2", "gain": "0-1"},
    "packing": {"domain": E, "dimension": "1", "separation": "e", "count": "0"},
    "diameter": {"domain": E, "closeness": "0", "diameter": "0"},
    "volume": {"domain": E, "dimension": "1", "diameter": "e", "share": "0"},
    "counting": {"domain": E, "share": "0", "bits": "0-1", "success": "0", "bound": "0-1"},
    "pruning": {"domain": E, "size": "1", "bits": "0", "closeness": "0", "success": "0", "conclusion": "1 >= 0"},
    "two-layer": {"domain": E, "size": "1", "hidden": "1", "closeness": "0", "success": "0", "conclusion": "1 >= 0"},
}  # fmt: skip
NEEDED = [
    *(("cover", field, low, sign) for field, low, sign in (
        ("length", "0", "0 <"), ("tolerance", "0", "0 <"), ("failure", "0", "0 <"), ("samples", "-1/9", "0 <="))),
    *(("layer", field, low, sign) for field, low, sign in (
        ("inputs", "8/9", "1 <="), ("outputs", "8/9", "1 <="), ("tolerance", "0", "0 <"), ("failure", "-e", "0 <"),
        ("units", "-e", "0 <="))),
    *(("network", field, low, sign) for field, low, sign in (
        ("inputs", "8/9", "1 <="), ("outputs", "0", "1 <="), ("depth", "1/2", "1 <="), ("error", "0", "0 <"),
        ("failure", "0", "0 <"), ("units", "-1", "0 <="))),
    ("network", "later", "-1", "0 <="),
    *((form, "failure", "1", "1 <") for form in ("cover", "layer", "network")),
    ("composition", "depth", "1/2", "1 <="), ("composition", "error", "0", "0 <"), ("composition", "bound", "0", "0 <"),
    ("cut", "length", "0", "0 <"), ("cut", "radius", "-1", "0 <="), ("drift", "length", "0", "0 <"),
    ("packing", "separation", "0", "0 <"), ("volume", "diameter", "0", "0 <"), ("diameter", "closeness", "-e", "0 <="),
    ("diameter", "diameter", "-1", "0 <="), ("counting", "share", "-1", "0 <="), ("counting", "success", "-1", "0 <="),
    ("pruning", "closeness", "-1", "0 <="), ("pruning", "success", "-1", "0 <="),
    ("two-layer", "closeness", "-1", "0 <="), ("two-layer", "success", "-1", "0 <="),
]  # fmt: skip


@pytest.mark.parametrize("form", SAID)
def test_statements_at_the_edge_of_their_words(checker, form):
    assert meant(checker, checker.read_judgement(form, **SAID[form])) == []


@pytest.mark.parametrize(("form", "field", "low", "sign"), NEEDED)
def test_what_the_words_of_a_form_take_for_granted(checker, form, field, low, sign):
    """A negative tolerance and its like: what is asked for cannot be proved."""
    (asked,) = meant(checker, checker.read_judgement(form, **(SAID[form] | {field: low})))
    assert f"both sides are defined and {sign} {checker.words.formula(checker.read_term(low))}" in asked


@pytest.mark.parametrize(("law", "wanted"), [
    (["uniform", "0"], "0 < 0"), (["uniform", "v"], None), (["contains", "0", "1"], None),
    (["contains", "-1", "1"], "0 <= -1"), (["contains", "3/2", "1"], "3/2 <= 1"), (["contains", "1", "0"], "0 < 0"),
    (["odd-uniform", "-1/2"], "0 <= -1/2"), (["odd-gadget", "1/2", "0"], None),
    (["odd-gadget", "1/2", "-1"], "0 <= -1"),
])  # fmt: skip
def test_laws_that_there_are(checker, law, wanted):
    asked = meant(checker, checker.read_judgement("drift", **(SAID["drift"] | {"domain": "v in (0, 1)", "law": law})))
    assert [one.rsplit("defined and ", 1)[1].rstrip(".") for one in asked] == ([wanted] if wanted else [])


def test_the_fraction_of_a_window(checker):
    for domain, wanted in (("v in [-1, 1]", "0 <= v"), ("v in (0, 2)", "v <= 1")):
        (asked,) = meant(checker, checker.read_judgement("drift", **(SAID["drift"] | {"domain": domain})))
        assert asked.endswith(f"both sides are defined and {wanted}.")
    free = checker.read_judgement("drift", **(SAID["drift"] | {"domain": "x in (0, 1)"}))
    checker.malformed("the fraction v of the window has no range", meant, checker, free)


def test_lists_name_each_thing_once(checker):
    once = checker.meaning.listed_once
    cut = {"form": "grid-cut", "points": (2, 5), "radii": (("/", "M", Q(2)), Q(1))}
    chain = {"form": "restricted-process", "points": 5, "samples": (0, 3)}
    masks = {"form": "masks", "first": (1, 1), "second": (1, 1)}
    for taken in (cut, cut | {"form": "grid-drift"}, chain, masks):
        once(taken)
    for points in ((4, 4), (5, 2)):
        checker.malformed("the points must be different whole numbers in incr", once, cut | {"points": points})
    checker.malformed("the radii must be different", once, cut | {"radii": (Q(1), ("/", "M", Q(2)), Q(1))})
    for samples in ((3, 3), (3, 1)):
        checker.malformed("the samples must be different whole numbers", once, chain | {"samples": samples})
    checker.malformed("a row of 6 integers has no middle one", once, chain | {"points": 6})


@pytest.mark.parametrize("form", ["cover", "layer", "network"])
def test_a_failure_is_below_one(checker, form):
    assert "failure" in checker.syntax.TABLE["forms"][form]["assumes"]["below_one"]
    assert checker.meaning.ASSUMED["below_one"](checker.formulas.Formula("x")) == ("<", "x", Q(1))


def test_a_list_with_a_repeated_item_is_refused_in_a_goal(checker):
    goal = {"form": "restricted-process", "points": 4, "reach": 1, "samples": (1,), "bound": Q(1)}
    checker.malformed("no middle", checker.meaning.meant, goal, {})


def pruning(checker, **fields):
    known = {"domain": "d in [1, oo), p in [0, oo)", "size": "d", "success": "1/2", "closeness": "1/d", "bits": "p",
             "conclusion": "p >= d - 1"}  # fmt: skip
    return checker.read_judgement("pruning", **(known | fields))


def test_both_sides_of_a_conclusion_must_be_defined(checker):
    found = sorted(checker.words.formula(item) for item, _ in checker.meaning.terms_of(pruning(checker)))
    assert found == sorted(["d", "1/2", "1/d", "p", "p", "d - 1"])
    for conclusion in ("log(-1) >= d", "p >= log(0 - d)"):
        said = " ".join(meant(checker, pruning(checker, conclusion=conclusion)))
        assert "ln(" in said, conclusion


def test_a_point_is_shown_inside_a_proof_as_well(checker):
    """Of every judgement under hypotheses but an inequality, whatever its name comes before or after."""
    layer = {"domain": "d in [1, 9], e in [1, 9]", "hypotheses": ["e <= d"], "law": ["gadget"], "inputs": "d",
             "outputs": "e", "signs": "both", "tolerance": "1/2", "failure": "1/2", "units": "99"}  # fmt: skip
    for one in (checker.read_judgement("layer", **layer), goal(checker)):
        for final in (True, False):
            checker.rejected("a point that meets the hypotheses must be shown", checker.meaning.meant, one, {}, final)


def test_a_form_is_known_by_its_letters(checker):
    """A form that was read from a file is not the object of the program's text."""
    form = "".join(["dri", "ft"])
    one = {**goal(checker, domain="x in [0, 1], y in (0, oo)", gain="x*y"), "form": form}
    checker.malformed("the fraction v of the window has no range", checker.meaning.named, one)
    conditions = [condition for condition, _ in checker.meaning.conditions_of({**goal(checker), "form": form})]
    said = [checker.words.compare(condition) for condition in conditions]
    assert {"0 <= v", "v <= 1"} <= set(said)
