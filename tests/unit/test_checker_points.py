"""Exact values and relations at points, and the obligations of the two-point rule."""

from fractions import Fraction

import pytest

F = Fraction


def test_values_are_plainly_rational_or_refused(checker):
    def value(text, **point):
        return checker.points.value(checker.read_term(text), {name: F(x) for name, x in point.items()})

    assert value("x^2 - y", x=3, y=F(1, 2)) == F(17, 2)
    assert value("sqrt(x)", x=F(9, 4)) == F(3, 2)
    assert value("exp(x) + log(1)", x=0) == 1
    assert value("1/2") == F(1, 2)
    for text, x in (("sqrt(x)", 2), ("exp(x)", 1), ("pi", 0), ("log(x)", 0), ("1/x", 0), ("x^0", 0), ("y", 0)):
        with pytest.raises(checker.errors.Rejected):
            value(text, x=x)


@pytest.mark.parametrize(
    ("relation", "x", "holds"),
    [
        ("x <= 1", 1, True), ("x < 1", 1, False), ("x >= 1", 1, True), ("x > 1", 1, False), ("x = 1", 1, True),
        ("x <= 1", 2, False), ("x < 1", 2, False), ("x >= 1", 2, True), ("x > 1", 2, True), ("x = 1", 2, False),
        ("x <= 1", 0, True), ("x < 1", 0, True), ("x >= 1", 0, False), ("x > 1", 0, False), ("x = 1", 0, False),
        ("max(x, 1) <= 1", 1, True), ("min(x, 2) < 1", 1, False), ("abs(x) = 1", -1, True),
        ("exp(x) > 2.718", 1, True), ("exp(x) < 2.719", 1, True), ("exp(x) = 2.718", 1, False),
        ("x^2 > pi", F(177245, 100000), False), ("x^2 > pi", F(177246, 100000), True),
    ],
)  # fmt: skip
def test_relations_at_points(checker, relation, x, holds):
    assert checker.points.holds(checker.read_relation(relation), {"x": F(x)}) is holds


def test_relations_that_no_precision_tells(checker):
    for relation in (
        "sin(x)^2 + cos(x)^2 + min(0, exp(log(x)) - 2) <= 1",
        "min(0, exp(log(x)) - 2) < 0",
        "max(0, exp(log(x)) - 2) <= 0",
        "log(x - 2) < 0",
        "log(x - 2) <= log(x - 2)",
    ):
        with pytest.raises(checker.errors.Rejected):
            checker.points.holds(checker.read_relation(relation), {"x": F(2)})


@pytest.mark.parametrize(("sign", "holds"), [("<=", True), ("<", False), (">=", True), (">", False), ("=", True)])
def test_relations_that_algebra_tells(checker, sign, holds):
    for left, right in (
        ("exp(log(x))", "2"),
        ("log(1/x)", "-log(2)"),
        ("sin(x)^2 + cos(x)^2", "1"),
        ("sqrt(8)", "x*sqrt(x)"),
    ):
        assert checker.points.holds(checker.read_relation(f"{left} {sign} {right}"), {"x": F(2)}) is holds


def test_rationals_and_points_from_their_texts(checker):
    exact, malformed = checker.points.exact, checker.errors.Malformed
    assert [exact(text) for text in ("0", "-3", "7/12", "-1/2")] == [0, -3, F(7, 12), F(-1, 2)]
    assert exact("1" * 1300) == int("1" * 1300)
    for text in ("2/4", "10/4", "-0", "1/1", "+1", "1.5", "x", "", "1" * 1301, 1, None, ["1"], " 1", "1\n", "1/0"):
        with pytest.raises(malformed):
            exact(text)
    assert checker.points.exact_point({"x": "1/2", "y": "0"}) == {"x": F(1, 2), "y": 0}
    assert len(checker.points.exact_point({f"x{k}": "1" for k in range(16)})) == 16
    for data in ([], None, "x", {"x": 1}, {f"x{k}": "1" for k in range(17)}):
        with pytest.raises(malformed):
            checker.points.exact_point(data)
    assert checker.points.colours([0, 1, 1], 3) == [0, 1, 1]
    for data in ([0, 1], [0, 1, 2], [0, 1, True], [0, 1, "1"], (0, 1, 1), [0, 1, 1, 0], [-1, 0, 0]):
        with pytest.raises(malformed):
            checker.points.colours(data, 3)


def obligations(checker, *ceilings):
    goal = {
        "form": "contraction", "domain": [["v", "(", "0", "1", ")"]], "variable": "v", "ceilings": list(ceilings),
        "drift": "1/8", "potential": ["/", "1", "v"], "factor": "3/4",
    }  # fmt: skip
    rows = checker.probability.two_point(checker.formulas.Statement(checker.syntax.judgement(goal)))
    return [checker.words.sentence(row) for row in rows]


def test_obligations_of_the_two_point_rule(checker):
    assert obligations(checker, "1") == [
        "For all v in (0, 1): both sides are defined and v < 1.",
        "For all v in (0, 1), t in [0, 1]: both sides are defined and 1/(v + t*(1 - v)) <= (1 - t)*1/v + t*1/1.",
        "For all v in (0, 1): both sides are defined and 1/1 <= 1/v.",
        "For all v in (0, 1): both sides are defined and (1 - v)*1/v + (1/8)*(1/1 - 1/v) <= (3/4)*1/v*(1 - v).",
    ]


def test_each_ceiling_is_looked_at_where_it_is_the_least(checker):
    two = obligations(checker, ["*", "2", "v"], "1")
    assert len(two) == 8
    assert all(" with 2*v <= 1:" in text for text in two[:4])
    assert all(" with 1 <= 2*v:" in text for text in two[4:])
    assert obligations(checker, ["*", "2", "v"], ["*", "2", "v"]) == obligations(checker, ["*", "2", "v"]) * 2
