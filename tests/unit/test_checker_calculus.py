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
    assert work(checker, checker.syntax.names_in, term) == 20 * 5
    assert work(checker, checker.syntax.substitute, term, {"x": "y"}) == 100 * 5
    assert work(checker, checker.calculus.conditions, term) == 100 * 2
    # each of the five parts counts its names again: 5 + 1 + 3 + 1 + 1 of them
    assert work(checker, checker.calculus.derivative, term, "x") == 100 * 5 + 20 * 11
    assert work(checker, checker.intervals.evaluate, checker.read_term("x + 1"), {"x": (0, 1, False, False)}, 8) == 100
    for head, count in (("exp", 164), ("atan", 164), ("sin", 164), ("abs", 100)):
        box = {"x": (Fraction(1), Fraction(2), False, False)}
        assert work(checker, checker.intervals.evaluate, (head, "x"), box, 64) == count
    assert work(checker, checker.intervals.afford, 255) == 0
    assert work(checker, checker.intervals.afford, 256 * 5) == 25
    assert work(checker, checker.polynomial.add, {(): Fraction(1)}, {(): Fraction(2)}) == 2
    p = {(("x", 1),): Fraction(1), (): Fraction(2)}
    assert work(checker, checker.polynomial.multiply, p, p) == 1 + 4
    q = {**p, (("x", 2),): Fraction(1)}
    assert work(checker, checker.polynomial.multiply, q, {(): Fraction(1)}) == 1 + 3
    square = {(("x", 2),): Fraction(1)}  # one step: 10 for each term, two sums and a product
    assert work(checker, checker.polynomial.divide, square, {(("x", 1),): Fraction(1)}) == 10 + 1 + 2 + 2
    assert work(checker, checker.polynomial.divide, q, {(): Fraction(1)}) == 10 * 6 + 3 * 2 + 6 + 9
    long = {(): Fraction(2**1000), (("x", 1),): Fraction(1)}  # 1002 bits and twice as many make one more of 1024
    assert work(checker, checker.polynomial.multiply, p, long) == 1 + 4
    assert work(checker, checker.polynomial.multiply, long, long) == 1 + 4 * 2
    assert work(checker, checker.polynomial.multiply, long, {**long, (("x", 2),): Fraction(1)}) == 1 + 6 * 2
    assert work(checker, list, checker.algebra.primes(Fraction(7, 3))) == 1000
    goal = checker.goal.Goal("x", (("x", "[", Fraction(0), Fraction(1), "]"),))
    assert work(checker, checker.evidence.established, goal, False, ["interval", 64]) == 1000
    assert (
        work(checker, checker.evidence.established, goal, False, ["halves", "x", "1/2"] + [["interval", 9]] * 2) == 3000
    )


def test_a_budget_ends_where_it_says(checker, monkeypatch):
    errors = checker.errors
    monkeypatch.setattr(errors, "MAX_WORK", 100)
    errors.fresh_budget()
    errors.spend(60)
    errors.spend(40)
    with pytest.raises(errors.Rejected, match="more than 100 operations are asked for"):
        errors.spend(1)
    errors.fresh_budget()
    errors.spend(100)
    with pytest.raises(errors.Rejected):
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
    assert (checker.norms.MOST_ROWS, checker.norms.MOST_BITS) == (1024, 64)
    assert checker.errors.size(Fraction(5, 4)) == 6
    assert checker.errors.size(Fraction(-1024)) == 12
    assert checker.goal.BITS == 64
