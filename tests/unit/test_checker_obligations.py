"""What rules share: obligations on a goal's domain, premises at other points, and names that are not free."""

from fractions import Fraction as Q

import pytest

UNIT = ("[", Q(0), Q(1), "]")


def goal(checker, **fields):
    known = {"domain": "x in [0, 1], y in (0, oo)", "hypotheses": ["x <= y"], "law": ["uniform", "x"], "length": "y",
             "gain": "x*y"}  # fmt: skip
    return checker.read_judgement("drift", **(known | fields))


def test_conclusions_about_a_goal(checker):
    found = checker.obligations.about(goal(checker), ("<", "x", "y"), ("=", "x", "x"))
    domain, given = (("x", *UNIT), ("y", "(", Q(0), None, ")")), (("<=", "x", "y"),)
    assert found == [
        {"form": "inequality", "domain": domain, "hypotheses": given, "conclusion": conclusion}
        for conclusion in (("<", "x", "y"), ("=", "x", "x"))
    ]
    more = {"ranges": (("t", *UNIT),), "given": (("<", "t", "x"),)}
    (found,) = checker.obligations.about(goal(checker), ("<", "x", "t"), **more)
    assert found["domain"] == (*domain, ("t", *UNIT))
    assert found["hypotheses"] == (*given, ("<", "t", "x"))
    assert checker.obligations.about(goal(checker)) == []
    for ranges in ((("x", *UNIT),), (("t", *UNIT), ("t", *UNIT))):
        with pytest.raises(checker.errors.Malformed, match="a variable that the rule needs for itself"):
            checker.obligations.about(goal(checker), ("<", "x", "y"), ranges=ranges)


@pytest.mark.parametrize(("domain", "hypotheses", "at", "given", "asked"), [
    ("x in [0, 1]", [], {}, [], []),
    ("x in [0, 1], y in (0, oo)", ["x <= y"], {}, [], []),
    ("x in [0, 1], z in (0, 5), y in (0, oo), w in [2, 3]", [], {}, [], ["0 < z", "z < 5", "2 <= w", "w <= 3"]),
    ("x in [0, 1)", [], {}, [], ["0 <= x", "x < 1"]),
    ("x in (0, 1]", [], {}, [], ["0 < x", "x <= 1"]),
    ("y in (-oo, oo), z in (-oo, 2), w in [3, oo)", [], {}, [], ["z < 2", "3 <= w"]),
    ("x in [0, 1]", [], {"x": "y"}, [], ["0 <= y", "y <= 1"]),
    ("x in [0, 1]", [], {"x": "x"}, [], []),
    ("z in (0, 5)", ["z < x", "x <= z", "x < 2"], {"z": "y/2"}, [],
     ["0 < y/2", "y/2 < 5", "y/2 < x", "x <= y/2", "x < 2"]),
    ("z in (0, 5)", ["x <= z", "z < x"], {"z": "y"}, ["y < x"], ["0 < y", "y < 5"]),
    ("y in (0, oo)", ["x < y", "x <= y"], {}, [], ["x < y"]),
])  # fmt: skip
def test_points_of_a_premise(checker, domain, hypotheses, at, given, asked):
    premise = checker.read_judgement("inequality", domain=domain, hypotheses=hypotheses, conclusion="0 < 1")
    at = {name: checker.read_term(text) for name, text in at.items()}
    given = tuple(map(checker.read_relation, given))
    wanted = checker.obligations.about(goal(checker), *map(checker.read_relation, asked), given=given)
    assert checker.obligations.lies_in(premise, goal(checker), at, given) == wanted


def test_a_premise_without_hypotheses(checker):
    asked = checker.obligations.lies_in({"domain": (("z", *UNIT),)}, goal(checker), {})
    assert [one["conclusion"] for one in asked] == [("<=", Q(0), "z"), ("<=", "z", Q(1))]


def test_replacements(checker):
    read = checker.obligations.replacements
    assert read({}) == {}
    assert read({"x": "1/2", "y": ["*", "pi", "x"]}) == {"x": Q(1, 2), "y": ("*", "pi", "x")}
    assert len(read({f"x{k}": "0" for k in range(16)})) == 16
    assert read({"n": "a"}, ("b",)) == {"n": "a"}
    for data in ({f"x{k}": "0" for k in range(17)}, [], None, "x"):
        checker.malformed("a table of at most 16 terms", read, data)
    for data in ({"v": "0"}, {"x": "v"}, {"z": "0"}, {"x": ["+", "1", "z"]}, {"pi": "3"}, {"x": "v", "y": "1"}):
        checker.malformed("neither replace nor put v, z or replace pi", read, data)
    for data in ({"n": "0"}, {"x": ["sqrt", "a"]}, {"x": "v"}):
        checker.malformed("neither replace nor put v, z, n, a or replace pi", read, data, ("n", "a"))
    checker.malformed("not a name", read, {"1": "0"})
    checker.malformed("not a term", read, {"x": None})


def bare(form, name, law=None):
    found = {"form": form, "domain": ((name, *UNIT),), "gain": Q(1)}
    return found | ({"law": law} if law else {})


def test_names_that_the_words_use(checker):
    """Each form and law with the names that its sentences use for what they speak of."""
    forms = {"cut": "Ayz", "drift": "KWX", "cover": "nvzX", "layer": "cnkxABSTW", "composition": "cixGW",
             "network": "fgiknxABSTW", "inequality": "", "packing": ""}  # fmt: skip
    laws = {"product": "ab", "gadget": "ab", "odd-product": "ab", "odd-gadget": "ab", "density": "z", "uniform": "",
            "odd-uniform": "", "any": "", "contains": ""}  # fmt: skip
    names = sorted({*"abcfgiknqtvxyzABGKLSTWX"})
    for form, taken in forms.items():
        for name in names:
            if name in taken:
                checker.malformed("themselves", checker.obligations.well_formed, bare(form, name))
            else:
                checker.obligations.well_formed(bare(form, name))
    for law, taken in laws.items():
        for name in names:
            if name in taken + "KWX":
                checker.malformed("themselves", checker.obligations.well_formed, bare("drift", name, (law,)))
            else:
                checker.obligations.well_formed(bare("drift", name, (law,)))
    checker.malformed("use K and W and X and a and b", checker.obligations.well_formed, bare("drift", "a", ("gadget",)))


def test_terms_of_a_goal_hold_no_free_name(checker):
    well_formed = checker.obligations.well_formed
    well_formed(goal(checker))
    for change, field in ((("gain", "u"), "gain"), (("length", "u*x"), "length"), (("law", ["uniform", "u"]), "law"),
                          (("hypotheses", ["x <= y", "u <= 1"]), "hypotheses"), (("law", ["any", "u"]), "law"),
                          (("law", ["density", "v"]), "law"), (("law", ["any", "z"]), "law"), (("gain", "v"), "gain"),
                          (("law", ["contains", "1", "u"]), "law"), (("law", ["contains", "u", "1"]), "law"),
                          (("hypotheses", ["1 <= u"]), "hypotheses"), (("law", ["uniform", "v"]), "law")):  # fmt: skip
        checker.malformed(f"the {field} uses [uvz] without a range", well_formed, goal(checker, **dict([change])))
    for law in (["any", "v*x"], ["density", "z + y"], ["odd-product", "x", "y"]):
        well_formed(goal(checker, law=law))
    well_formed(goal(checker, length="2", gain="1"))
    well_formed(goal(checker, length="n"), {"length": ("n",)})
    free = {"gain": ("n", "m")}
    well_formed(goal(checker, gain="n*m*x"), free)
    checker.malformed("the gain uses n", well_formed, goal(checker, gain="n"))
    checker.malformed("the length uses n", well_formed, goal(checker, length="n"), free)
    checker.malformed("the gain uses k", well_formed, goal(checker, gain="k*n"), free)


def test_ends_of_ranges_are_constants(checker):
    well_formed = checker.obligations.well_formed
    for domain in (("x", "[", "y", Q(1), "]"), ("x", "[", Q(0), "y", "]"), ("x", "[", Q(0), ("+", Q(1), "x"), "]")):
        both = {"form": "drift", "domain": (("y", *UNIT), domain)}
        checker.malformed("the end of a range uses [xy] without a range", well_formed, both)
    well_formed({"form": "drift", "domain": (("x", "(", None, "pi", "]"), ("y", "[", ("sqrt", Q(2)), None, ")"))})


def test_premises_of_a_form(checker):
    take, forms = checker.obligations.take, [{"form": "cut"}, {"form": "drift"}, {"form": "inequality"}]
    assert take(forms, "cut") == forms[:1]
    assert take(forms, "cut", "drift") == forms[:2]
    assert take(forms) == []
    for wrong in (("drift",), ("drift", "cut"), ("cut", "cut"), ("cut", "drift", "inequality", "cut")):
        checker.rejected("premises of the forms " + ", ".join(wrong) + " first", take, forms, *wrong)
