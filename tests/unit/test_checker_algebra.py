"""Which terms the checker takes for the same function, and its polynomials, on cases worked out by hand."""

from fractions import Fraction

import pytest

SAME = """
exp(2*x) = exp(x)^2
exp(x + y) = exp(x)*exp(y)
exp(x - y) = exp(x)/exp(y)
exp(x)^3/exp(x) = exp(2*x)
exp(x/3)^3 = exp(x)
exp(-x)*(exp(x) + 1) = 1 + 1/exp(x)
1/(exp(x) + exp(2*x)) = exp(-x)/(1 + exp(x))
exp(x/(1 + y))^2 = exp(2*x/(1 + y))
exp(x*y) = exp(y*x)
exp(0*x) = 1
exp(1)^2 = exp(2)
exp(log(x)) = x
exp(2*log(x)) = x^2
exp(-log(x)) = 1/x
exp(log(x)/2) = sqrt(x)
exp(2*log(x)/3) = x^(2/3)
exp(y*log(x)) = x^y
exp(log(x) + y) = x*exp(y)
exp(log(x + 1) - log(x)) = (x + 1)/x
exp(3*log(2)) = 8
exp(-2*log(3)) = 1/9
2^x*3 = 3*exp(x*log(2))
log(exp(x)) = x
log(exp(2*x + y)) = 2*x + y
log(exp(x)*exp(y)^3) = x + 3*y
log(exp(x/(1 + y))) = log(exp(x/(y + 1)))
log(6) = log(2) + log(3)
log(4/9) = 2*log(2) - 2*log(3)
log(2*x) = log(2) + log(x)
log(x/12) = log(x) - 2*log(2) - log(3)
log(4034) = log(2) + log(2017)
log(1009/1013) = log(1009) - log(1013)
log(997*997) = 2*log(997)
log(2*x + 2) = log(1 + x) + log(2)
log((2 - 2*x)/3) = log(1 - x) + log(2) - log(3)
log(1) = 0
log((x^2 - 1)/(x - 1)) = log(x + 1)
sqrt(8) = 2*sqrt(2)
sqrt(12)*sqrt(3) = 6
sqrt(1/2) = sqrt(2)/2
sqrt(18*x) = 3*sqrt(2)*sqrt(x)
sqrt(2 - 2*x) = sqrt(2)*sqrt(1 - x)
sqrt(x)^2 = x
sqrt(x)*sqrt(x) = x
sqrt(x)^3 = x*sqrt(x)
x^(3/2) = x*sqrt(x)
x^(1/3)*x^(2/3) = x
x^(5/3) = x*x^(2/3)
x^(-1/2)*x = sqrt(x)
x^(-3/2)*x^2 = sqrt(x)
x^(-1/2) = sqrt(x)/x
x^(-5/2)*x^3 = sqrt(x)
(1 + x)^(7/2) = (1 + x)^3*sqrt(1 + x)
1/sqrt(x) = sqrt(x)/x
1/(sqrt(x)*y) = sqrt(x)/(x*y)
1/x^(3/2) = sqrt(x)/x^2
0^(1/2) = 0
sqrt(x - x) = 0
(x - x)^(3/2)*y = 0
8^(2/3) = 4
8^(-1/3) = 1/2
2^(1/2)*2^(1/2) = 2
12^(1/2)*3^(-1/2) = 2
sqrt(2018) = sqrt(2)*sqrt(1009)
sqrt(1)*x = x
1^(1/3) = 1
sin(x + y) = sin(x)*cos(y) + cos(x)*sin(y)
cos(x + y) = cos(x)*cos(y) - sin(x)*sin(y)
cos(x - y) = cos(x)*cos(y) + sin(x)*sin(y)
sin(2*x) = 2*sin(x)*cos(x)
cos(2*x) = 1 - 2*sin(x)^2
cos(2*x) = 2*cos(x)^2 - 1
sin(3*x) = 3*sin(x) - 4*sin(x)^3
sin(x)^2 + cos(x)^2 = 1
cos(x)^4 = (1 - sin(x)^2)^2
cos(x)^3 = cos(x) - cos(x)*sin(x)^2
sin(-x) = -sin(x)
cos(-x) = cos(x)
sin(x + pi) = -sin(x)
cos(x + pi) = -cos(x)
sin(x - pi) = -sin(x)
sin(pi/2 - x) = cos(x)
cos(pi/2 + x) = -sin(x)
sin(x + 3*pi/2) = -cos(x)
sin(x + 2*pi) = sin(x)
cos(pi) = -1
sin(pi) = 0
sin(pi/2) = 1
cos(pi/2) = 0
sin(4*x/5)*sin(2*x/5) = sin(2*x/5)^2*cos(2*x/5)*2
sin(2*x/3) = 2*sin(x/3)*cos(x/3)
cos(16*x) = 2*cos(8*x)^2 - 1
sin(0) = 0
cos(0) = 1
sin(x/(1 + y)) = sin(2*x/(2 + 2*y))
atan(0) = 0
4*atan(1) = pi
atan(x - x + 1) = pi/4
atan(2*x/2) = atan(x)
atan((x^2 - 1)/(x - 1)) = atan(x + 1)
atan((x - 1)^3/(x - 1)^2) = atan(x - 1)
atan((x^2 - 1)/((x - 1)*y)) = atan((x + 1)/y)
abs((x^2 - y^2)/(x + y)) = abs(x - y)
min(x + x, y) = min(2*x, y)
max(x, y)^2/max(x, y) = max(x, y)
(x/y)^3 = x^3/y^3
(x/y)^(-2) = y^2/x^2
((x + 1)/(y + 1))^2 = (x + 1)^2/(y + 1)^2
((x + 1)/(y + 1)^2)^3 = (x + 1)^3/(y + 1)^6
(x/y)^0 = 1
1/(2*x + 2) = 1/2/(x + 1)
1/(x/3 + 1/2) = 6/(2*x + 3)
1/(1 - x) = -1/(x - 1)
1/(2/3) = 3/2
1/(1/(x + 1)) = x + 1
1/(x/(y + 1)^2) = (y + 1)^2/x
1/x + 1/y = (x + y)/(x*y)
1/x^2 + 1/x = (1 + x)/x^2
1/(x + 1)^3 + 1/(x + 1) = (1 + (x + 1)^2)/(x + 1)^3
x/(y + 1)^2*(1/(y + 1)) = x/(y + 1)^3
1/(x^2*y + x*y^2) = 1/(x*y*(x + y))
1/(x^3 + x^2) = 1/(x^2*(x + 1))
x - y = -(y - x)
x/y - x/y = 0
-x*-x = x^2
1/(y + 1)*(1/(y + 1)) = 1/(y + 1)^2
(1/(x + 1))^3 + 1/(x + 1) = (1 + (x + 1)^2)/(x + 1)^3
abs(exp(-x)) = abs(1/exp(x))
abs(1/x^2) = abs((1/x)^2)
abs((x - 1)*(1/(x - 1))^2) = abs(1/(x - 1))
abs((x - 1)*(1/(x - 1))^3) = abs((1/(x - 1))^2)
(x - x)^0 = 1
sqrt(-x)^2 = -x
sqrt(-x/2)^2 = -x/2
exp(log(-x)) = -x
exp(log(-x/2)) = -x/2
sin(-x/2) = -sin(x/2)
"""

OTHER = """
exp(2*x) = exp(x)
exp(x*y) = exp(x)*exp(y)
exp(x) = x
exp(x/2)^3 = exp(x)
exp(2*log(x)) = 2*x
exp(log(x)^2) = x^2
exp(x*log(y)) = y
exp(1) = 1
log(x^2) = 2*log(x)
log(x + 1) = log(x) + 1
log(6) = log(2)
log(4) = log(2)
log(2*x) = log(x)
log(exp(x) + 1) = x
log(2*exp(x)) = x
log(exp(x)/y) = x
log(1 - x) = log(x - 1)
log(2017) = log(2027)
sqrt(x^2) = x
sqrt(x)^2 = -x
sqrt(x*y) = sqrt(x)*sqrt(y)
sqrt(x - y) = sqrt(y - x)
sqrt(2) = 2
sqrt(2)*sqrt(3) = 3
sqrt(2018) = sqrt(2)*sqrt(1013)
x^(1/2) = x^(1/3)
x^(1/3)*x^(1/3) = x
x^(3/2) = x
x^(-1/2) = sqrt(x)
(x - x)^(1/2) = 1
sin(x) = cos(x)
sin(x + y) = sin(x) + sin(y)
sin(-x) = sin(x)
cos(-x) = -cos(x)
cos(2*x) = 1 - sin(x)^2
sin(x)^2 = cos(x)^2
sin(x + pi) = sin(x)
sin(pi/4) = 1
cos(pi/3) = 0
sin(pi*x) = 0
sin(x*pi/2) = 1
sin(x/2) = sin(x/3)
sin(1) = 1
cos(2) = -1
atan(x) = x
atan(2) = pi/4
atan(-1) = pi/4
atan(x) = 0
atan(x) = pi/4
abs(x) = x
abs(x) = abs(-x + 0)
min(x, y) = max(x, y)
min(x, y) = x
(x + y)^2 = x^2 + y^2
x/y = y/x
1/(x + 1) = 1/(x - 1)
1/(x + y) = 1/x + 1/y
x^2 = x^3
x = 0
1 = 2
pi = 22/7
abs(1/x) = abs(1/y)
log(1/x) = log(1/y)
sqrt(-x) = sqrt(x)
sqrt(-x/2) = sqrt(x/2)
log(-x) = log(x)
log(-x/2) = log(x/2)
log(-exp(x)) = x
exp(log(x)^2) = x
exp(exp(x)) = x
exp(sqrt(x)) = x
max(0, x) = 0
min(0, x) = 0
max(1, x) = pi/4
abs(1) = pi/4
sin(-x/2) = sin(x/2)
sin(a) = 0
cos(a) = -1
cos(pi/3) = -1
sin(a/2) = 1
"""

REFUSED = """
1/(x - x) = 0
x/(x*y - y*x) = 1
(x - x)^(-1/2) = 1
(x - x)^(-1) = 1
log(0) = 0
log(x - x) = 0
1/(sin(x)^2 + cos(x)^2 - 1) = 0
1/(sqrt(x)^2 - x) = 0
log(sin(x)^2 + cos(x)^2 - 1) = 0
sin(17*x) = 0
cos(x + 17*y/2) = 0
(x^5*y)^64 = 0
"""


def rows(text):
    return [line.split(" = ") for line in text.strip().splitlines()]


@pytest.mark.parametrize(("left", "right"), rows(SAME))
def test_the_same_function(checker, left, right):
    assert checker.algebra.same(checker.read_term(left), checker.read_term(right))
    assert checker.algebra.same(checker.read_term(right), checker.read_term(left))
    assert not checker.algebra.same(checker.read_term(left), ("+", checker.read_term(right), Fraction(1)))


@pytest.mark.parametrize(("left", "right"), rows(OTHER))
def test_another_function(checker, left, right):
    assert not checker.algebra.same(checker.read_term(left), checker.read_term(right))


@pytest.mark.parametrize(("left", "right"), rows(REFUSED))
def test_refused(checker, left, right):
    with pytest.raises(checker.errors.Rejected):
        checker.algebra.same(checker.read_term(left), checker.read_term(right))


X, Y, ONE = (("x", 1),), (("y", 1),), Fraction(1)


def test_powers_and_terms_end_somewhere(checker):
    polynomial, rejected = checker.polynomial, checker.errors.Rejected
    line = {X: ONE, (): ONE}
    assert len(polynomial.power(line, 64)) == 65
    with pytest.raises(rejected, match="of degree beyond 256"):
        polynomial.power(line, 257)
    for number in ({}, polynomial.ONE):
        with pytest.raises(rejected, match="coefficients beyond"):
            polynomial.power(number, 10**9)
    assert polynomial.power({(("x", 4),): ONE}, 64) == {(("x", 256),): ONE}
    with pytest.raises(rejected, match="of degree beyond 256"):
        polynomial.power({(("x", 5), ("y", -1)): ONE}, 43)
    assert polynomial.power({(("x", 5), ("y", -1)): ONE}, 42) == {(("x", 210), ("y", -42)): ONE}
    assert polynomial.power({}, 64) == {}
    long = {X: Fraction(2**4094)}
    assert polynomial.power(long, 64) == {(("x", 64),): Fraction(2 ** (4094 * 64))}
    with pytest.raises(rejected, match="coefficients beyond"):
        polynomial.power({X: Fraction(2**4095)}, 64)
    many = [{((name, k),): ONE for k in range(1, 101)} for name in "xyz"]
    square = polynomial.multiply(*many[:2])
    assert len(square) == 10_000
    assert len(polynomial.multiply(square, {X: ONE, (("z", 1),): ONE})) == 20_000
    with pytest.raises(rejected, match="more than 20000 terms"):
        polynomial.multiply(square, {X: ONE, (("z", 1),): ONE, (): ONE})


def test_sums_and_products_of_polynomials(checker):
    polynomial = checker.polynomial
    p, q = {X: Fraction(2), (): Fraction(-3)}, {X: Fraction(1, 2), Y: ONE}
    assert polynomial.add(p, q) == {X: Fraction(5, 2), Y: ONE, (): Fraction(-3)}
    assert polynomial.add(p, q, -4) == {Y: Fraction(-4), (): Fraction(-3)}
    assert polynomial.multiply(p, q) == {
        (("x", 2),): ONE, (("x", 1), ("y", 1)): Fraction(2), X: Fraction(-3, 2), Y: Fraction(-3)
    }  # fmt: skip
    assert polynomial.multiply(p, {}) == {} == polynomial.constant(0)
    assert polynomial.constant(3) == {(): Fraction(3)}
    assert polynomial.join((("x", 1), ("y", 2)), (("x", -1), ("z", 1))) == (("y", 2), ("z", 1))
    assert polynomial.join((), X) == X == polynomial.join(X, ())
    assert polynomial.power(q, 0) == polynomial.ONE
    assert polynomial.power(q, 3) == polynomial.multiply(q, polynomial.multiply(q, q))
    assert polynomial.widest({X: Fraction(3, 4), Y: ONE}) == 5


def test_the_primitive_part_has_coprime_integers_and_a_positive_first_one(checker):
    p = {X: Fraction(-2, 3), Y: Fraction(4, 9), (("x", 2),): Fraction(2)}
    assert checker.polynomial.primitive(p) == (
        Fraction(-2, 9), {X: Fraction(3), Y: Fraction(-2), (("x", 2),): Fraction(-9)}
    )  # fmt: skip
    assert checker.polynomial.primitive({(): Fraction(3, 2), X: Fraction(-9, 4)}) == (
        Fraction(3, 4), {(): Fraction(2), X: Fraction(-3)}
    )  # fmt: skip


def test_division_finds_a_quotient_where_there_is_one(checker):
    polynomial = checker.polynomial
    d = {X: ONE, Y: Fraction(-2), (): ONE}
    q = {(("x", 2),): Fraction(1, 3), (("x", 1), ("y", 1)): ONE, (): Fraction(5)}
    p = polynomial.multiply(d, q)
    assert polynomial.divide(p, d) == q
    assert polynomial.divide(p, q) == d
    assert polynomial.divide(polynomial.add(p, {Y: ONE}), d) is None
    assert polynomial.divide({}, d) == {}
    assert polynomial.divide(d, {(): Fraction(2)}) == {m: v / 2 for m, v in d.items()}
    assert polynomial.divide({(): ONE}, d) is None
    assert polynomial.divide({X: ONE}, {(("x", 2),): ONE}) is None
    exponential = {(("exp #0", Fraction(1, 2)), ("x", 1)): ONE}
    assert polynomial.divide(exponential, {X: ONE}) == {(("exp #0", Fraction(1, 2)),): ONE}
    lower = {(("exp #0", -1), ("x", 1)): ONE}
    assert polynomial.divide(lower, {X: ONE}) == {(("exp #0", -1),): ONE}
    assert polynomial.divide(lower, {(("exp #0", 1),): ONE}) is None
    root = {(("root #0", Fraction(1, 2)), ("x", 1)): ONE}
    assert polynomial.divide(root, {(("root #0", Fraction(1, 4)),): ONE}) == {
        (("root #0", Fraction(1, 4)), ("x", 1)): ONE
    }
    mixed = {(("exp #0", -1), ("x", 1)): ONE, (("exp #0", 2),): ONE, (): Fraction(-1)}
    assert polynomial.divide(polynomial.multiply(mixed, d), d) == mixed


def test_prime_powers_of_a_rational(checker):
    primes = checker.algebra.primes
    assert sorted(primes(Fraction(12, 25))) == [(2, 1), (2, 1), (3, 1), (5, -1), (5, -1)]
    assert list(primes(Fraction(1))) == []
    assert list(primes(Fraction(997 * 997))) == [(997, 1), (997, 1)]
    assert list(primes(Fraction(1009 * 1009, 2))) == [(1009 * 1009, 1), (2, -1)]
    assert list(primes(Fraction(1, 1009))) == [(1009, -1)]
