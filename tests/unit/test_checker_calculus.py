"""Derivatives and conditions of definedness as the checker writes them, and when a set of terms is read."""

from fractions import Fraction

import pytest

DERIVATIVES = """
x^2 : 2*x
x^3*y : 3*x^2*y
y : 0
7 : 0
pi*x : pi
x*y*x : 2*x*y
x*y*x*x : 3*x^2*y
x*x*x*x*y : 4*x^3*y
x + y + x : 2
y - x : -1
-x : -1
x - x^2 - y : 1 - 2*x
x/y : 1/y
y/x : -y/x^2
(x + 1)/(x + 2) : 1/(x + 2)^2
x^1 : 1
x^2*1 : 2*x
x^0 : 0
x^(-1) : -1/x^2
x^(-3) : -3/x^4
x^(1/2) : 1/(2*sqrt(x))
x^(5/2) : 5/2*x*sqrt(x)
(1 + x^2)^3 : 6*x*(1 + x^2)^2
(2*x)^1 : 2
x^x : x^x*(log(x) + 1)
y^x : y^x*log(y)
x^y : x^y*y/x
2^x : 2^x*log(2)
exp(2*x) : 2*exp(2*x)
log(x) : 1/x
log(3*x + y) : 3/(3*x + y)
sqrt(x) : 1/(2*sqrt(x))
sqrt(1 + x^2) : x/sqrt(1 + x^2)
sin(x) : cos(x)
sin(x^2) : 2*x*cos(x^2)
cos(x) : -sin(x)
cos(3*x) : -3*sin(3*x)
atan(x) : 1/(1 + x^2)
atan(x*y) : y/(1 + x^2*y^2)
abs(y)*x : abs(y)
max(y, 1)*x : max(y, 1)
sin(y)*x : sin(y)
"""

CONDITIONS = """
x + y :
x*y - 3 :
1/x : x != 0
1/2*x :
x/(y/x) : x != 0, y/x != 0
1/x + 1/x : x != 0
log(x) : x > 0
log(2) :
sqrt(x) : x >= 0
sqrt(2) + sqrt(x) : x >= 0
x^2 :
x^0 : x != 0
x^(-2) : x != 0
x^1 :
x^(1/2) : x >= 0
x^(-1/2) : x > 0
x^(2/3) : x >= 0
x^(-2/3) : x > 0
x^y : x > 0
2^x :
exp(1/x) : x != 0
log(sqrt(x)) : x >= 0, sqrt(x) > 0
sqrt(1/x) : x != 0, 1/x >= 0
abs(log(x)) + sin(1/y) : x > 0, y != 0
min(x, log(y)) : y > 0
(1/x)^(1/2) : x != 0, 1/x >= 0
x^(1/y) : y != 0, x > 0
atan(x)/cos(x) : cos(x) != 0
"""

SHOWN_FOR_CONSTANTS = [
    (("/", Fraction(1), Fraction(0)), [(Fraction(0), "!=")]),
    (("log", Fraction(0)), [(Fraction(0), ">")]),
    (("log", Fraction(-1)), [(Fraction(-1), ">")]),
    (("log", Fraction(1, 2)), []),
    (("sqrt", Fraction(-1)), [(Fraction(-1), ">=")]),
    (("sqrt", Fraction(1)), []),
    (("/", "x", Fraction(-3)), [(Fraction(-3), "!=")]),
    (("log", ("-", Fraction(1), Fraction(2))), [(("-", Fraction(1), Fraction(2)), ">")]),
]


def rows(text):
    return [tuple(part.strip() for part in line.split(":")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("text", "expected"), rows(DERIVATIVES))
def test_derivatives(checker, text, expected):
    found = checker.calculus.derivative(checker.read_term(text), "x")
    assert checker.algebra.same(found, checker.read_term(expected))


def test_derivatives_of_many_factors_and_terms(checker):
    for term, expected in [
        (("*", "x", "y", "x"), "2*x*y"),
        (("*", "x", "x", "y", "x"), "3*x^2*y"),
        (("*", "y", "x", Fraction(5)), "5*y"),
        (("*", "x", ("sin", "x"), "y"), "y*(sin(x) + x*cos(x))"),
        (("+", "x", "y", ("*", "x", "x")), "1 + 2*x"),
    ]:
        assert checker.algebra.same(checker.calculus.derivative(term, "x"), checker.read_term(expected))


def test_the_derivative_of_a_first_power_is_defined_everywhere(checker):
    found = checker.calculus.derivative(("^", ("+", "x", Fraction(1)), Fraction(1)), "x")
    assert checker.calculus.conditions(found) == []


@pytest.mark.parametrize("text", ["abs(x)", "min(x, y)", "max(x, 1)", "exp(abs(x))", "y*abs(x)", "abs(x)^2"])
def test_no_derivative(checker, text):
    with pytest.raises(checker.errors.Rejected, match="has no derivative here"):
        checker.calculus.derivative(checker.read_term(text), "x")


@pytest.mark.parametrize(("text", "expected"), rows(CONDITIONS))
def test_conditions(checker, text, expected):
    wanted = [part.rsplit(" ", 2) for part in expected.split(", ")] if expected else []
    wanted = [(checker.read_term(u), kind) for u, kind, _ in wanted]
    found = checker.calculus.conditions(checker.read_term(text))
    assert found == wanted
    assert checker.calculus.roots_of(checker.read_term(text)) == [u for u, kind in wanted if kind == ">="]


@pytest.mark.parametrize(("term", "expected"), SHOWN_FOR_CONSTANTS)
def test_conditions_of_constants(checker, term, expected):
    assert checker.calculus.conditions(term) == expected


def work(checker, function, *arguments):
    checker.errors.fresh_budget()
    function(*arguments)
    return checker.errors.WORK[0]


def test_work_is_counted(checker):
    """The counts are part of the limits of a file: a change of them must be meant."""
    term = checker.read_term("x + y*x")
    assert work(checker, checker.syntax.names_in, term) == 30 * 5
    assert work(checker, checker.syntax.substitute, term, {"x": "y"}) == 40 * 5
    # a part of the term is looked for: at the sum 10 and 10 for each item of it, which is as far as they are alike
    assert work(checker, checker.syntax.substitute, ("+", "x", "y"), {("+", "x", "x"): "y"}) == 40 * 3 + 10 + 10 * 3
    assert work(checker, checker.calculus.conditions, term) == 60 * 2
    # the denominator has three parts, each of which is hashed
    assert work(checker, checker.calculus.conditions, checker.read_term("1/(x + y)")) == 60 * 2 + 10 * 5
    # each of the five parts counts its names again: 5 + 1 + 3 + 1 + 1 of them
    assert work(checker, checker.calculus.derivative, term, "x") == 100 * 5 + 30 * 11
    box, unit = {"x": (Fraction(1), Fraction(2), False, False)}, checker.errors.work
    rounded = 10 + checker.errors.whole_work(4, 4)
    sums = 50 + 5 * unit(3, 2) + rounded
    assert work(checker, checker.intervals.evaluate, checker.read_term("x + 1"), box, 8) == sums
    assert work(checker, checker.intervals.evaluate, ("abs", "x"), box, 64) == 50
    assert work(checker, checker.polynomial.add, {(): Fraction(1)}, {(): Fraction(2)}) == 1 + unit(2, 3) + 2 * 11
    assert [checker.errors.whole_work(*bits) for bits in ((1, 1), (60, 4), (2048, 16), (1 << 18, 1 << 18))] == [
        2, 3, 2 + 32 + 1, 2 + 8192 + (1 << 21),
    ]  # fmt: skip
    assert [unit(*bits) for bits in ((1, 1), (30, 2), (1024, 16), (1 << 18, 1 << 18))] == [
        30, 31, 30 + 32 + 1, 30 + 16384 + (1 << 22),
    ]  # fmt: skip
    whole = checker.errors.whole_work
    assert [whole(130, 62), whole(1 << 15, 3), unit(960, 0), unit(1 << 14, 30)] == [5, 517, 60, 572]
    goal = checker.goal.Goal("x", (("x", "[", Fraction(0), Fraction(1), "]"),))
    assert work(checker, checker.evidence.established, goal, False, ["interval", 64]) == 1000
    halved = ["halves", "x", "1/2"] + [["interval", 9]] * 2
    assert work(checker, checker.evidence.established, goal, False, halved) == 3000 + 40 + 60


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("polynomial.multiply", ({(): 1, (("x", 1),): 1},) * 2),
        ("polynomial.key", ({(): 1, (("x", 1),): 1},)),
        ("polynomial.primitive", ({(): 1, (("x", 1),): 1},)),
        ("polynomial.divide", ({(): 1, (("x", 1),): 1}, {(): 1})),
        ("functions.exp", (1, 64)),
        ("functions.log", (1, 64)),
        ("functions.sqrt", (2, 64)),
        ("functions.atan", (1, 64)),
        ("functions.sin_cos", (1, 64)),
        ("intervals.raised", (1, 9)),
        ("points.exact", (1,)),
        ("points.value", (1, {})),
    ],
)
def test_longer_numbers_cost_more(checker, function, arguments):
    """A number of 16,000 bits (of 400 digits, where no more are read) costs several times what a short one does."""
    module, name = function.split(".")

    def long(item, bits):
        if isinstance(item, dict):
            return {monomial: long(value, bits) for monomial, value in item.items()}
        return Fraction(2**bits + 1, 2**bits - 1)

    def spent(bits):
        given = [long(arguments[0], bits), *arguments[1:]]
        given = [str(given[0])[:400]] if name == "exact" else given
        return work(checker, getattr(getattr(checker, module), name), *given)

    assert spent(600 if name == "exact" else 8000) > 3 * spent(5)


def test_precision_costs_more(checker):
    """Twice the bits cost four times as much and more, whether the constants are remembered or not."""
    for head in ("exp", "log", "atan", "sin_cos"):
        function = getattr(checker.functions, head)
        costs = [work(checker, function, Fraction(2, 3), bits) for bits in (1024, 2048, 4096, 1024)]
        assert costs[0] == costs[3]
        assert costs[2] > 4 * costs[1] > 12 * costs[0]


def test_a_budget_ends_where_it_says(checker, monkeypatch):
    errors = checker.errors
    monkeypatch.setattr(errors, "MAX_WORK", 100)
    errors.fresh_budget()
    errors.spend(60)
    errors.spend(40)
    with pytest.raises(errors.Malformed, match="more work than the 100 units"):
        errors.spend(1)
    errors.fresh_budget()
    errors.spend(100)
    with pytest.raises(errors.Malformed):
        errors.spend(10_000)
    errors.fresh_budget()
    assert errors.WORK == [0]


def test_the_limits_are_what_they_were(checker):
    """A file may cost this much and no more; whoever changes one of these changes what is accepted."""
    assert (checker.errors.MAX_WORK, checker.errors.MAX_BITS) == (200_000_000, 262_144)
    assert (checker.envelope.MAX_BYTES, checker.envelope.MAX_STEPS, checker.envelope.MAX_DEPTH) == (
        16_777_216, 100_000, 400
    )  # fmt: skip
    assert (checker.syntax.MAX_DEPTH, checker.syntax.MAX_INTEGER) == (100, 1_000_000_000)
    assert (checker.intervals.MAX_EXP, checker.intervals.MAX_POWER) == (4096, 1000)
    assert checker.intervals.MAX_ANGLE == 2**1024
    assert (checker.polynomial.MAX_TERMS, checker.polynomial.MAX_DEGREE) == (20_000, 256)
    assert (checker.bernstein.MAX_COEFFICIENTS, checker.bernstein.MAX_DEGREE) == (20_000, 256)
    assert (checker.tensors.MAX_FILE, checker.tensors.MAX_HEADER) == (33_554_432, 1_048_576)
    assert (checker.norms.MOST_ROWS, checker.norms.MOST_BITS) == (4096, 64)
    assert (checker.norms.POWER_BITS, checker.norms.MOST_SQUARINGS) == (15, 8)
    assert checker.errors.size(Fraction(5, 4)) == 6
    assert checker.errors.size(Fraction(-1024)) == 12
    assert checker.goal.BITS == 64
