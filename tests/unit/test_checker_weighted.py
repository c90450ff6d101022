"""The rule of weighted coverage: which flows it takes, and what it asks for, by hand for even and odd cells."""

from fractions import Fraction

import pytest

F = Fraction
DOMAIN = (("eps", "(", F(0), F(1), "]"), ("t", "[", F(1), None, ")"))
EVEN, ODD = (F(1), F(3), F(4), F(1)), (F(1), F(3), F(4), F(3), F(1))


def flow(**changes):
    return {
        "form": "flow", "law": ("uniform", F(1)), "length": F(2), "weights": EVEN, "power": F(1),
        "profile": (F(0), F(1, 3), F(-1, 3)),
    } | changes  # fmt: skip


def cover(**changes):
    return {
        "form": "cover", "domain": DOMAIN, "hypotheses": (), "law": ("uniform", F(1)), "length": F(2),
        "tolerance": ("*", F(2), "eps"), "failure": ("/", "eps", F(3)), "samples": "t",
    } | changes  # fmt: skip


POINT = {"point": {"eps": "1/4", "t": "1"}}
HINTS = {"start": "eps", "rest": ["/", "eps", "2"], "ratio": ["exp", "t"]}


@pytest.fixture
def said(checker):
    """What is asked for, in words; the reason of a failure."""

    def said(goal, premises, data):
        goal, *premises = map(checker.formulas.Statement, (goal, *premises))
        rule = checker.rules.RULES["weighted"]
        try:
            taken, rest = checker.envelope.split(rule, goal, premises)
            wanted = checker.envelope.obligations(rule, goal, taken, data)
        except (checker.errors.Rejected, checker.errors.Malformed) as error:
            return f"{type(error).__name__}: {error}"
        assert rest == premises[1:]
        wanted = wanted[-8:]
        assert all(row["domain"] == goal["domain"] and row["hypotheses"] == goal["hypotheses"] for row in wanted)
        return [checker.words.compare(row["conclusion"]) for row in wanted]

    return said


def wanted(first, least, reach, half, shrinks):
    gap = f"{least} * eps / 2"
    return [
        "0 < eps", f"eps <= {reach}", "0 < eps / 2", f"eps / 2 <= {half}", "eps + eps / 2 <= 2 * eps", "0 < eps / 3",
        f"(1 - {first} * eps) * (1 - {gap}) <= exp(t) * eps / 3 * {first} * eps * {gap}",
        f"ln(exp(t)) <= t * (-ln({shrinks}))",
    ]  # fmt: skip


def plain(lines):
    return ["".join(mark for mark in line if mark not in "() ") for line in lines]


@pytest.mark.parametrize(
    ("goal", "premise", "asked"),
    [
        ({}, {}, ("4/3", "2/9", "1/2", "1", "2/3")),  # 4 cells of 1/2 with the sum 9: 2 * 3 * 4/18, and 4/18
        ({}, {"weights": (F(1), F(4), F(3), F(1))}, ("4/3", "2/9", "1/2", "1", "2/3")),
        ({}, {"weights": (F(2), F(6), F(8), F(2))}, ("4/3", "2/9", "1/2", "1", "2/3")),
        ({}, {"weights": (F(1, 2), F(3, 2), F(2), F(1, 2))}, ("4/3", "2/9", "1/2", "1", "2/3")),
        ({}, {"weights": (F(3), F(1), F(2), F(3))}, ("4/9", "2/9", "1/2", "1", "2/3")),
        ({}, {"weights": ODD}, ("5/3", "5/24", "1/5", "1", "2/3")),  # 2 * 4 * 5/24: the middle half of a cell of 2/5
        ({}, {"weights": (F(5), F(1), F(2))}, ("3/8", "3/16", "1/3", "1", "2/3")),
        ({}, {"weights": (F(1), F(1))}, ("1", "1/2", "1", "1", "2/3")),
        ({"length": F(3)}, {"length": F(3)}, ("8/9", "4/27", "3/4", "3/2", "2/3")),
        ({"law": ("product",)}, {"law": ("product",)}, ("4/3", "2/9", "1/2", "1", "2/3")),
        ({"law": ("gadget",)}, {"law": ("product",)}, ("4/3", "2/9", "1/2", "1", "5/6")),
        ({}, {"profile": (F(0), F(99, 100), F(-99, 100))}, ("4/3", "2/9", "1/2", "1", "1/100")),
        ({"hypotheses": (("<", "eps", F(1, 2)),)}, {}, ("4/3", "2/9", "1/2", "1", "2/3")),
    ],
)
def test_what_is_asked_for(said, goal, premise, asked):
    assert plain(said(cover(**goal), [flow(**premise), {"form": "another"}], {**HINTS, **POINT})) == plain(
        wanted(*asked)
    )


LAWS, FLOW, SHARE = "Rejected: the flow is about", "Rejected: a flow of power 1", "Rejected: the share must make"


@pytest.mark.parametrize(
    ("goal", "premise", "reason"),
    [
        ({}, {"power": F(-1)}, FLOW),
        ({}, {"power": F(1, 2)}, FLOW),
        ({}, {"profile": (F(-1, 9), F(1, 3), F(-1, 3))}, FLOW),
        ({}, {"profile": (F(1, 9), F(1, 3), F(-1, 3))}, FLOW),
        ({}, {"profile": (F(0), F(1, 3), F(-1, 4))}, FLOW),
        ({}, {"profile": (F(0), F(1, 3), F(-1, 2))}, FLOW),
        ({}, {"profile": (F(0), F(1, 3), F(1, 3))}, FLOW),
        ({}, {"length": F(1)}, FLOW),
        ({"length": F(4)}, {}, FLOW),
        ({}, {"profile": (F(0), F(0), F(0))}, SHARE),
        ({}, {"profile": (F(0), F(1), F(-1))}, SHARE),
        ({}, {"profile": (F(0), F(2), F(-2))}, SHARE),
        ({}, {"profile": (F(0), F(-1, 3), F(1, 3))}, SHARE),
        ({"law": ("gadget",)}, {"law": ("product",), "profile": (F(0), F(2), F(-2))}, SHARE),
        ({"law": ("uniform", F(2))}, {}, LAWS),
        ({"law": ("gadget",)}, {}, LAWS),
        ({"law": ("product",)}, {"law": ("gadget",)}, LAWS),
        ({"law": ("product",)}, {}, LAWS),
        ({"tolerance": "x"}, {}, "Malformed: "),
    ],
)
def test_flows_that_do_not_fit(said, goal, premise, reason):
    assert str(said(cover(**goal), [flow(**premise)], HINTS)).startswith(reason)


def test_hints_and_premises(said):
    assert "needs" in said(cover(), [], HINTS) or said(cover(), [], HINTS).startswith("Rejected")
    assert said(cover(), [flow(form="lattice")], HINTS).startswith("Rejected")
    for name in HINTS:
        for hint in ("x", None, ["+", "eps", "y"]):
            assert said(cover(), [flow()], HINTS | {name: hint}).startswith("Malformed")


def test_obligations_are_expected(checker):
    goal = cover()
    with pytest.raises(checker.errors.Rejected, match="obligation 1 of 8"):
        checker.concludes("weighted", goal, [flow()], HINTS)


def test_how_many_samples_move(checker):
    active = checker.weighted.active
    for law in (("uniform", F(1)), ("product",), ("gadget",), ("density", "z")):
        assert active({"law": law}, {"law": law}) == 1
    assert active({"law": ("gadget",)}, {"law": ("product",)}) == F(1, 2)
    others = [("any", F(1)), ("contains", F(1), F(1)), ("density", "z"), ("uniform", F(1)), ("odd-product", F(1), F(1))]
    pairs = [(law, ("product",)) for law in others] + [(("gadget",), law) for law in others]
    for one, other in (*pairs, (("product",), ("gadget",)), (("uniform", F(1)), ("uniform", F(2)))):
        with pytest.raises(checker.errors.Rejected, match="about another law"):
            active({"law": one}, {"law": other})
