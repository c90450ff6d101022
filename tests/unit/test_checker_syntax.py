"""How the checker reads terms, relations, ranges and judgements: what it takes, and where it stops."""

from fractions import Fraction

import pytest

F = Fraction


def refused(checker, function, *arguments):
    try:
        function(*arguments)
    except checker.errors.Malformed as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("data", "term"),
    [
        ("x", "x"),
        ("pi", "pi"),
        ("a_1B", "a_1B"),
        ("x" * 40, "x" * 40),
        ("0", F(0)),
        ("-3", F(-3)),
        ("-7/12", F(-7, 12)),
        ("1" * 4000, F(int("1" * 4000))),
        (["+", "x", "1"], ("+", "x", F(1))),
        (["+", *["x"] * 64], ("+", *["x"] * 64)),
        (["*", *["x"] * 64], ("*", *["x"] * 64)),
        (["max", *["x"] * 16], ("max", *["x"] * 16)),
        (["*", "x", "y", "x"], ("*", "x", "y", "x")),
        (["-", "x"], ("-", "x")),
        (["-", "x", "y"], ("-", "x", "y")),
        (["/", "x", "y"], ("/", "x", "y")),
        (["^", "x", "1/2"], ("^", "x", F(1, 2))),
        (["min", *["x"] * 16], ("min", *["x"] * 16)),
        (["max", "x", "y"], ("max", "x", "y")),
        (["exp", ["log", ["sqrt", ["sin", ["cos", ["atan", ["abs", "x"]]]]]]],) * 1
        + (("exp", ("log", ("sqrt", ("sin", ("cos", ("atan", ("abs", "x"))))))),),
    ],
)
def test_terms(checker, data, term):
    assert checker.syntax.term(data) == term


@pytest.mark.parametrize(
    "data",
    [
        1, 1.5, None, True, {}, [], [1], [["+"], "x", "y"], ["x"], ["+"], ["+", "x"], ["+", *["x"] * 65], ["*", "x"],
        ["*", *["x"] * 65], ["-"], ["-", "x", "y", "z"], ["/", "x"], ["/", "x", "y", "z"], ["^", "x"],
        ["^", "x", "2", "2"], ["min", "x"], ["min", *["x"] * 17], ["max", "x"], ["max", *["x"] * 17], ["exp"],
        ["exp", "x", "y"], ["log", "x", "y"], ["sqrt"], ["sin", "x", "x"], ["cos"], ["atan", "x", "y"], ["abs"],
        ["tan", "x"], "", "x" * 41, "1x", "_x", "x-y", "x y", "oo", "é", "x\n", "01", "1/02", "-0", "2/4", "3/1", "+1",
        "1.5", "1e3", "1/0", "--1", "1/-2", "٣", "1" * 4001, " 1",
    ],
)  # fmt: skip
def test_what_is_no_term(checker, data):
    assert refused(checker, checker.syntax.term, data)


def test_names_are_compared_as_texts(checker):
    """Names read from a file are not the objects that the program's own texts are."""
    assert refused(checker, checker.syntax.term, "".join(["o", "o"]))
    assert checker.syntax.names_in(("+", "".join(["p", "i"]), "x")) == {"x"}


def test_the_number_of_arguments_is_told(checker):
    assert refused(checker, checker.syntax.term, ["+", "x"]) == "'+' with 1 arguments"
    assert refused(checker, checker.syntax.term, ["exp", "x", "y", "x"]) == "'exp' with 3 arguments"


def nested(depth, leaf="x"):
    for _ in range(depth):
        leaf = ["-", leaf]
    return leaf


def test_depth(checker):
    assert checker.syntax.term(nested(100))
    assert refused(checker, checker.syntax.term, nested(101)) == "a term nested deeper than 100"
    wide = ["+", "x", nested(99)]
    assert checker.syntax.term(wide)
    assert refused(checker, checker.syntax.term, ["+", "x", nested(100)])


def test_relations(checker):
    for sign in ("<=", "<", ">=", ">", "="):
        assert checker.syntax.relation([sign, "x", "1"]) == (sign, "x", F(1))
    for data in (
        ["==", "x", "1"],
        ["<", "x"],
        ["<", "x", "1", "2"],
        [1, "x", "1"],
        ("<", "x", "1"),
        "<",
        ["<", 1, "x"],
    ):
        assert refused(checker, checker.syntax.relation, data)


def test_ranges(checker):
    read = checker.syntax.interval
    assert read(["x", "[", "0", "1", "]"]) == ("x", "[", F(0), F(1), "]")
    assert read(["x", "(", "0", "pi", ")"]) == ("x", "(", F(0), "pi", ")")
    assert read(["x", "(", "-oo", "oo", ")"]) == ("x", "(", None, None, ")")
    assert read(["x", "[", "0", "oo", ")"]) == ("x", "[", F(0), None, ")")
    assert read(["x", "(", "-oo", "0", "]"]) == ("x", "(", None, F(0), "]")
    for data in (
        ["x", "[", "-oo", "0", "]"], ["x", "[", "0", "oo", "]"], ["pi", "[", "0", "1", "]"], ["x", "{", "0", "1", "]"],
        ["x", "[", "0", "1", "}"], ["x", "]", "0", "1", "]"], ["x", "[", "0", "1", "["], ["x", "[", "oo", "1", "]"],
        ["x", "[", "0", "-oo", ")"], ["1", "[", "0", "1", "]"], [1, "[", "0", "1", "]"], ["x", 1, "0", "1", "]"],
        ["x", "[", "0", "1", 1], ["x", "[", "0", "1"], ["x", "[", 0, "1", "]"], ["x", "(", "-oo", "oo", "]"],
    ):  # fmt: skip
        assert refused(checker, read, data), data


def test_domains(checker):
    row = ["x", "[", "0", "1", "]"]
    assert len(checker.syntax.domain([row, ["y", *row[1:]]])) == 2
    assert checker.syntax.domain([]) == ()
    assert refused(checker, checker.syntax.domain, [row, row]) == "one variable with two ranges"
    many = [[f"x{k}", *row[1:]] for k in range(65)]
    assert len(checker.syntax.domain(many[:64])) == 64
    assert "not a list of 0 to 64 items" in refused(checker, checker.syntax.domain, many)


def test_lists(checker):
    listed, sequence = checker.syntax.listed, checker.syntax.sequence
    assert listed([1, "a", None], "three", int, str, object) == [1, "a", None]
    for data in ([True, "a", None], [1, 1, None], [1, "a"], [1, "a", None, 1], (1, "a", None), {}):
        assert "not three" in refused(checker, listed, data, "three", int, str, object)
    assert sequence([], 2) == [] and sequence([1, 2], 2) == [1, 2] and sequence([1], 2, least=1) == [1]
    for arguments in (([1, 2, 3], 2), ([], 2, 1), ((), 2), ("ab", 2), ({}, 2)):
        assert "not a list of" in refused(checker, sequence, *arguments)


def test_laws_have_their_numbers_of_arguments(checker):
    counts = {"uniform": 1, "product": 0, "gadget": 0, "contains": 2, "any": 1}
    counts |= {"density": 1, "odd-uniform": 1, "odd-product": 2, "odd-gadget": 2}
    for name, count in counts.items():
        for given in range(5):
            assert (refused(checker, checker.syntax.law, [name, *["x"] * given]) is None) == (given == count)
    assert checker.syntax.law(["contains", "1/2", "x"]) == ("contains", F(1, 2), "x")
    assert refused(checker, checker.syntax.law, ["contains", "1"]) == "the law contains has 2 numbers"
    for data in ([], "uniform", ["normal", "1"], [1], [["uniform"], "1"], {}, ["uniform", 1], None):
        assert refused(checker, checker.syntax.law, data)


def test_integers(checker):
    for value in (0, -1, 10**9, -(10**9)):
        assert checker.syntax.integer(value) == value
    for value in (10**9 + 1, -(10**9) - 1, True, "1", 1.0, None):
        assert refused(checker, checker.syntax.integer, value)


INEQUALITY = {"form": "inequality", "domain": [], "hypotheses": [], "conclusion": ["<", "0", "1"]}


def test_judgements(checker):
    read = checker.syntax.judgement
    assert read(INEQUALITY) == {"form": "inequality", "domain": (), "hypotheses": (), "conclusion": ("<", F(0), F(1))}
    grid = {"form": "grid-cut", "points": [4, 6], "radii": ["1"], "hypotheses": [["<", "a", "r"]], "bound": "0"}
    assert read(grid) == {**grid, "points": (4, 6), "radii": (F(1),), "hypotheses": (("<", "a", "r"),), "bound": F(0)}
    process = {"form": "restricted-process", "points": 5, "reach": 1, "samples": [1], "bound": "0"}
    assert read(process)["reach"] == 1
    ticket = {"form": "ticket", "anything": [1.5]}
    assert read(ticket) is ticket
    once = {"form": "not", "statement": INEQUALITY}
    twice = {"form": "not", "statement": once}
    assert read(twice)["statement"] == read(once)
    assert refused(checker, read, {"form": "not", "statement": twice})
    for data in (
        [], "inequality", {}, {"form": "inequalities"}, {"form": ["inequality"]}, {"form": None},
        {**INEQUALITY, "more": 1}, {k: v for k, v in INEQUALITY.items() if k != "domain"},
        {**INEQUALITY, "domain": {}}, {**INEQUALITY, "hypotheses": [["<", "0"]]},
        {**process, "reach": "1"}, {**grid, "points": ["4"]}, {**grid, "radii": [1]}, {**grid, "points": [1] * 65},
        {"form": "not", "statement": 1},
    ):  # fmt: skip
        assert refused(checker, read, data), data


def test_names_and_substitution(checker):
    syntax = checker.syntax
    term = ("+", "x", ("*", "pi", ("sin", "y")), F(2))
    assert syntax.names_in(term) == {"x", "y"}
    assert syntax.names_in(("<", "x", F(1))) == {"x"}
    assert syntax.names_in("pi") == syntax.names_in(F(1)) == set()
    assert syntax.substitute(term, {"x": "y", "y": "x"}) == ("+", "y", ("*", "pi", ("sin", "x")), F(2))
    assert syntax.substitute(term, {("sin", "y"): F(0)}) == ("+", "x", ("*", "pi", F(0)), F(2))
    assert syntax.substitute(term, {F(2): "z"}) == ("+", "x", ("*", "pi", ("sin", "y")), "z")
    ranges = (("x", "[", F(0), F(1), "]"), ("y", "[", F(0), F(1), "]"))
    syntax.closed(term, ranges, "it")
    assert refused(checker, syntax.closed, ("+", term, ("+", "b", "a")), ranges, "it") == "it uses a, b without a range"
    assert refused(checker, syntax.closed, term, ranges[:1], "it") == "it uses y without a range"


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("x + y - z", "x + y - z"),
        ("x - (y - z)", "x - (y - z)"),
        ("x - (y + z)", "x - (y + z)"),
        ("(x - y) - z", "x - y - z"),
        ("x*(y + z)", "x*(y + z)"),
        ("x*y/z", "x*y/z"),
        ("x/(y*z)", "x/(y*z)"),
        ("x*(y*z)", "x*y*z"),
        ("-x", "-x"),
        ("-(x + y)", "-(x + y)"),
        ("-(x*y)", "-(x*y)"),
        ("-x*y", "-x*y"),
        ("-(x^2)", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("x^(y^z)", "x^(y^z)"),
        ("(x^y)^z", "(x^y)^z"),
        ("x^2", "x^2"),
        ("x^(1/2)", "x^(1/2)"),
        ("x*(1/2)", "x*(1/2)"),
        ("x + 1/2", "x + (1/2)"),
        ("x*(-2)", "x*(-2)"),
        ("min(x, y + 1/2)", "min(x, y + (1/2))"),
        ("min(x, 1/2)", "min(x, 1/2)"),
        ("exp(x)*log(y)", "exp(x)*ln(y)"),
        ("x + -y", "x + (-y)"),
        ("x/-y", "x/(-y)"),
        ("x*-y", "x*(-y)"),
    ],
)
def test_formulas_have_the_brackets_that_they_need(checker, term, text):
    assert checker.words.formula(checker.read_term(term)) == text


def test_sentences(checker):
    def said(data):
        return checker.words.sentence(checker.syntax.judgement(data))

    ranges = [["x", "(", "-oo", "1", "]"], ["y", "[", "0", "oo", ")"]]
    given = [["<", "x", "y"], [">=", "y", "1/2"]]
    assert said(INEQUALITY) == "Both sides are defined and 0 < 1."
    assert said({**INEQUALITY, "domain": ranges}) == (
        "For all x in (-oo, 1], y in [0, oo): both sides are defined and 0 < 1."
    )
    assert said({**INEQUALITY, "hypotheses": given}) == "If x < y and y >= 1/2: both sides are defined and 0 < 1."
    assert said({**INEQUALITY, "domain": ranges, "hypotheses": given}) == (
        "For all x in (-oo, 1], y in [0, oo) with x < y and y >= 1/2: both sides are defined and 0 < 1."
    )
    false = said({"form": "not", "statement": INEQUALITY})
    assert false == "The following statement is false. Both sides are defined and 0 < 1."
    fields = {"law": ["uniform", "1"], "length": "2", "power": "1/2", "profile": ["0", "1/4", "-1/3"]}
    flow = said({"form": "flow", "weights": ["1", "3/2"], **fields})
    assert "into 2 cells of equal length with the weights 1, 3/2," in flow and "s = 1/2," in flow
    assert "at least 0 + (1/4)*m + (-1/3)*m^2." in flow
    assert said({"form": "ticket"}) == "The ticket in the folder of this certificate is as follows."


def test_a_ticket_has_a_domain_of_its_own(checker):
    """Its sentence reads nothing of the statement, whose fields are not those of a judgement."""
    data = {"form": "ticket", "domain": [["-1", "1"]], "hypotheses": 3}
    assert checker.words.sentence(checker.syntax.judgement(data)).startswith("The ticket")


def test_numbers_in_derived_terms_are_worked_out(checker):
    fields = {"domain": [], "hypotheses": [], "law": ["uniform", "1/2"], "tolerance": "1", "samples": "1"}

    def said(length, failure):
        ranges = [[name, "(", "0", "1", ")"] for name in ("x", "y", "M")]
        data = {"form": "cover", **fields, "domain": ranges, "length": length, "failure": failure}
        return checker.words.sentence(checker.syntax.judgement(data))

    assert "uniform on [-1/2, 1/2]. Let n" in said("2", "1/100")
    assert "at least 99/100, every z in the window [-1, 1] is" in said("2", "1/100")
    assert "at least 1 - (x + y), every z in the window [-M/2, M/2] is" in said("M", ["+", "x", "y"])


def test_whole_numbers_are_quantified_as_whole_numbers(checker):
    data = {"hypotheses": [], "law": ["gadget"], "tolerance": "eps", "failure": "1/2", "units": "9"}
    shape = {"inputs": "d", "outputs": "1", "signs": "both"}
    ranges = [["d", "[", "1", "oo", ")"], ["eps", "(", "0", "1", ")"]]
    said = checker.words.sentence(checker.syntax.judgement({"form": "layer", "domain": ranges, **shape, **data}))
    assert said.startswith("For all whole numbers d in [1, oo) and all eps in (0, 1): let n be")
    packing = {"form": "packing", "domain": ranges[:1], "dimension": ["^", "d", "2"], "separation": "1", "count": "1"}
    said = checker.words.sentence(checker.syntax.judgement(packing))
    assert said.startswith("For all d in [1, oo) for which d^2 is a whole number: in every norm")


def test_ranges_of_widths_are_said_where_the_widths_are(checker):
    """What a network's statement is proved for: its widths within their ranges, under the hypotheses."""
    ranges = [["d", "[", "1", "64", "]"], ["e", "[", "1", "oo", ")"], ["l", "[", "1", "oo", ")"]]
    data = {"domain": ranges, "hypotheses": [["<=", "1", ["*", "d", "e"]]], "law": ["gadget"], "inputs": "d"}
    data |= {"outputs": "e", "error": "1/2", "failure": "1/2", "units": "d", "later": "e"}
    for depth, more in (("l", ""), ("3", ", l = 3,")):
        said = checker.words.sentence(checker.syntax.judgement({"form": "network", "depth": depth, **data}))
        assert f"let d_0, …, d_l{more} be whole numbers" in said
        assert "d = d_(i-1) and e = d_i satisfy d in [1, 64], e in [1, oo) and 1 <= d*e for every layer" in said
        assert "n_i >= d for i = 1 and n_i >= e for i >= 2" in said
    same = checker.syntax.judgement({"form": "network", "depth": "l", **data, "later": "d"})
    assert "d_i, n_i >= d for every i. Put" in checker.words.sentence(same)


def test_a_choice_is_one_of_its_words(checker):
    layer = {"form": "layer", "domain": [], "hypotheses": [], "law": ["gadget"], "inputs": "1", "outputs": "1"}
    layer |= {"tolerance": "1", "failure": "1/2", "units": "1"}
    for signs, words in (("both", "for every real vector x."), ("nonnegative", "for every vector x with entries >= 0")):
        assert words in checker.words.sentence(checker.syntax.judgement({**layer, "signs": signs}))
    for signs in ("none", 1, None, ["both"]):
        reason = refused(checker, checker.syntax.judgement, {**layer, "signs": signs})
        assert "the signs are one of both, nonnegative" in reason


@pytest.mark.parametrize(
    "word", ["ln", "log", "exp", "sqrt", "Sin", "abs", "min", "MAX", "oo", "and", "or", "For", "all", "both", "with"]
)
def test_words_are_no_names(checker, word):
    assert refused(checker, checker.syntax.term, word) == f"not a name: {word!r}"
    assert refused(checker, checker.syntax.interval, [word, "[", "0", "1", "]"]) == f"not a name: {word!r}"
    assert checker.syntax.term(word + "_1") == word + "_1"
    assert checker.syntax.term([*"+xe"]) == ("+", "x", "e")


@pytest.mark.parametrize(
    ("term", "text"),
    [("x + (a - b)", "x + a - b"), ("x + (-a)", "x + (-a)"), ("x - (a - b)", "x - (a - b)"), ("x*(-a)", "x*(-a)"),
     ("x + exp(a)", "x + exp(a)"), ("x - a*b", "x - a*b"), ("(x^2)^3", "(x^2)^3"), ("(-x)^2", "(-x)^2")],
)  # fmt: skip
def test_brackets_stand_where_they_are_needed(checker, term, text):
    assert checker.words.formula(checker.read_term(term)) == text


def test_a_grid_of_step_0_is_no_grid(checker):
    parts = checker.words.law_parts
    grid, line = (parts(("odd-uniform", step))["law"] for step in (Fraction(1, 8), Fraction(0)))
    assert "the odd multiples of 1/8 in " in grid
    assert "multiples" not in line
    both, one = (parts(("odd-gadget", Fraction(1, 8), step))["law"] for step in (Fraction(1, 4), Fraction(0)))
    assert ("multiples of 1/8" in both, "multiples of 1/4" in both) == (True, True)
    assert ("multiples of 1/8" in one, "multiples of 0" in one) == (True, False)


def test_operations_on_numbers_are_carried_out_where_they_can_be(checker):
    folded, read = checker.words.folded, checker.read_term
    assert folded(("/", Fraction(0), Fraction(3))) == 0
    assert folded(("/", Fraction(3), Fraction(0))) == ("/", 3, 0)
    assert folded(read("x + (2 - 5)*4")) == ("+", "x", -12)
    assert folded(("-", Fraction(2))) == -2
