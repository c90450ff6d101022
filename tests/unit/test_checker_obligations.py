"""What rules share: obligations on a goal's domain, and premises at other points."""

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
    def read(data, forbidden=(), names="x y n a"):
        premise = {"domain": tuple((name, *UNIT) for name in names.split())}
        return checker.obligations.replacements(data, premise, forbidden)

    assert read({}) == {}
    assert read({"x": "1/2", "y": ["*", "pi", "x"]}) == {"x": Q(1, 2), "y": ("*", "pi", "x")}
    many = {f"x{k}": "0" for k in range(17)}
    assert len(read(dict(list(many.items())[:16]), names=" ".join(many))) == 16
    assert read({"n": "a"}, ("b",)) == {"n": "a"}
    for data in (many, [], None, "x"):
        checker.malformed("a table of at most 16 terms", read, data)
    for data in ({"v": "0"}, {"x": "v"}, {"z": "0"}, {"x": ["+", "1", "z"]}, {"pi": "3"}, {"x": "v", "y": "1"}):
        checker.malformed("neither replace nor put v, z or replace pi", read, data)
    for data in ({"n": "0"}, {"x": ["sqrt", "a"]}, {"x": "v"}):
        checker.malformed("neither replace nor put v, z, n, a or replace pi", read, data, ("n", "a"))
    checker.malformed("not a name", read, {"1": "0"})
    checker.malformed("not a term", read, {"x": None})
    checker.malformed("the premise has no variable y, z2 to replace", read, {"x": "0", "y": "1", "z2": "2"}, (), "x")
