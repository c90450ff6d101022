"""The ends of the checker's intervals, and whether they are open, on cases worked out by hand."""

from fractions import Fraction
from math import inf

import pytest

F = Fraction


def read(text):
    """An interval from its text, such as ``(-oo, 3/2]``."""
    low, high = text[1:-1].split(",")
    low, high = (sign * inf if end.strip() in ("oo", "-oo") else F(end) for sign, end in ((-1, low), (1, high)))
    return (low, high, text[0] == "(", text[-1] == ")")


RATIONAL = """
x + y : [0, 1] (2, 3] : (2, 4]
x + y : [0, 1) [2, 3] : [2, 4)
x + y : [0, 1] [2, 3] : [2, 4]
x + y : (-oo, 1] [2, 3] : (-oo, 4]
x + y : [0, 1] [2, oo) : [2, oo)
x - y : [0, 1] [2, 3) : (-3, -1]
x - y : [0, 1) (2, 3] : [-3, -1)
x - y : (-oo, 1] [2, oo) : (-oo, -1]
-x : (0, 1] [0, 0] : [-1, 0)
x*y : [2, 3] [5, 7] : [10, 21]
x*y : [-2, 3] [5, 7] : [-14, 21]
x*y : [-2, 3] [-5, 7] : [-15, 21]
x*y : [-3, -2] [-7, -5] : [10, 21]
x*y : (2, 3] [5, 7) : (10, 21)
x*y : (2, 3) (5, 7) : (10, 21)
x*y : [2, 3) (5, 7] : (10, 21)
x*y : [0, 3] (5, 7) : [0, 21)
x*y : (0, 3] [5, 7] : (0, 21]
x*y : (0, 3) [0, 7) : [0, 21)
x*y : [0, 1] [0, oo) : [0, oo)
x*y : [0, 0] [1, oo) : [0, 0]
x*y : (0, 1] [1, oo) : (0, oo)
x*y : [1, 2] (-oo, oo) : (-oo, oo)
x*y : [-1, 2] [3, oo) : (-oo, oo)
x*y : (-oo, -1] [3, oo) : (-oo, -3]
x*y : (-oo, -1] (-oo, -2) : (2, oo)
x*y : [-2, 0) [1, 3] : [-6, 0)
x*y : [-2, 0] (1, 3) : (-6, 0]
x*y : (-1, 1) [-1, 1] : (-1, 1)
x*x : [-2, 1] [0, 0] : [0, 4]
x*x : (-2, 1) [0, 0] : [0, 4)
x/y : [1, 2] [4, 5] : [1/5, 1/2]
x/y : [1, 2] (4, 5) : (1/5, 1/2)
x/y : [1, 2] [-5, -4] : [-1/2, -1/5]
x/y : [1, 2] (0, 4] : [1/4, oo)
x/y : [1, 2] [-4, 0) : (-oo, -1/4]
x/y : [1, 2] [4, oo) : (0, 1/2]
x/y : [1, 2] (-oo, -4] : [-1/2, 0)
x/y : [1, 2] (0, oo) : (0, oo)
1/y : [0, 0] (-oo, 0) : (-oo, 0)
x^2 : [-3, 2] [0, 0] : [0, 9]
x^2 : (-3, 2] [0, 0] : [0, 9)
x^2 : (-3, 3] [0, 0] : [0, 9]
x^2 : (-3, 3) [0, 0] : [0, 9)
x^2 : [-3, 3) [0, 0] : [0, 9]
x^2 : [-2, 3) [0, 0] : [0, 9)
x^2 : [-3, 0] [0, 0] : [0, 9]
x^2 : [-3, 0) [0, 0] : (0, 9]
x^2 : (0, 3] [0, 0] : (0, 9]
x^2 : (-oo, oo) [0, 0] : [0, oo)
x^3 : [-3, 2] [0, 0] : [-27, 8]
x^3 : (-3, 2) [0, 0] : (-27, 8)
x^3 : (-oo, 2] [0, 0] : (-oo, 8]
x^4 : [-1, 2] [0, 0] : [0, 16]
x^0 : [1, 2] [0, 0] : [1, 1]
x^0 : (0, oo) [0, 0] : [1, 1]
x^1 : (-1, 2] [0, 0] : (-1, 2]
x^(-1) : [1, 2] [0, 0] : [1/2, 1]
x^(-2) : [-4, -2] [0, 0] : [1/16, 1/4]
x^(-2) : [-4, 0) [0, 0] : [1/16, oo)
x^(-3) : (0, 2] [0, 0] : [1/8, oo)
x^(1/2) : [4, 9] [0, 0] : [2, 3]
x^(1/2) : [0, 9) [0, 0] : [0, 3)
x^(1/2) : (0, oo) [0, 0] : (0, oo)
x^(3/2) : [4, 9] [0, 0] : [8, 27]
x^(2/3) : [0, 0] [0, 0] : [0, 0]
x^y : [1, 1] [2, 3] : [1, 1]
abs(x) : [-3, 2] [0, 0] : [0, 3]
abs(x) : (-3, 2] [0, 0] : [0, 3)
abs(x) : [-2, 3) [0, 0] : [0, 3)
abs(x) : (-3, 3] [0, 0] : [0, 3]
abs(x) : [-3, -2) [0, 0] : (2, 3]
abs(x) : (2, 3] [0, 0] : (2, 3]
abs(x) : [0, 3] [0, 0] : [0, 3]
abs(x) : (-oo, 2] [0, 0] : [0, oo)
min(x, y) : [0, 3] [1, 2] : [0, 2]
min(x, y) : (0, 3] [0, 2) : [0, 2)
min(x, y) : (0, 3] (0, 2] : (0, 2]
min(x, y) : [0, 2) [1, 2] : [0, 2)
min(x, y) : (1, 3] [2, 4] : (1, 3]
min(x, y) : [1, 3] (0, 4) : (0, 3]
max(x, y) : [0, 3] [1, 2] : [1, 3]
max(x, y) : (1, 3] [1, 2] : (1, 3]
max(x, y) : (1, 3] (0, 3) : (1, 3]
max(x, y) : [0, 3) (0, 3) : (0, 3)
max(x, y) : [0, oo) (0, 3) : (0, oo)
sqrt(x) : [4, 9] [0, 0] : [2, 3]
sqrt(x) : (4, 9) [0, 0] : (2, 3)
sqrt(x) : [0, oo) [0, 0] : [0, oo)
exp(x) : [0, 0] [0, 0] : [1, 1]
exp(x) : (-oo, 0] [0, 0] : (0, 1]
exp(x) : [0, oo) [0, 0] : [1, oo)
exp(x) : (0, oo) [0, 0] : (1, oo)
exp(x) : [0, 5000] [0, 0] : [1, oo)
exp(x) : [-5000, 0] [0, 0] : (0, 1]
log(x) : [1, oo) [0, 0] : [0, oo)
log(x) : (0, 1] [0, 0] : (-oo, 0]
log(x) : (0, 1) [0, 0] : (-oo, 0)
log(x) : (0, oo) [0, 0] : (-oo, oo)
atan(x) : [0, 0] [0, 0] : [0, 0]
sin(x) : [-100, 100] [0, 0] : [-1, 1]
sin(x) : (0, 7) [0, 0] : [-1, 1]
sin(x) : [0, 0] [0, 0] : [0, 0]
cos(x) : [0, 0] [0, 0] : [1, 1]
cos(x) : (-oo, oo) [0, 0] : [-1, 1]
sin(x) : [0, oo) [0, 0] : [-1, 1]
cos(x) : [-1, 8] [0, 0] : [-1, 1]
x + y + x : [0, 1] [2, 3) : [2, 5)
x*y*x : [1, 2] [3, 4] : [3, 16]
min(x, y, 1) : [0, 5] [2, 3] : [0, 1]
x^(1/3) : [0, 1] [0, 0] : [0, 1]
x^(1/3) : (0, 1] [0, 0] : (0, 1]
x^(1/3) : [0, 1) [0, 0] : [0, 1)
x^(1/3) : (0, 1) [0, 0] : (0, 1)
sqrt(x) : [10000, 10000] [0, 0] : [100, 100]
"""

REFUSED = """
x/y : [1, 2] [0, 1]
x/y : [1, 2] [-1, 1]
x/y : [1, 2] [-1, 0]
1/y : [0, 0] (-1, 1)
x^0 : [0, 1] [0, 0]
x^0 : (-1, 1) [0, 0]
x^(-1) : [0, 1] [0, 0]
x^(-2) : [-1, 1] [0, 0]
x^(1/2) : [-1, 1] [0, 0]
x^(-1/2) : [0, 1] [0, 0]
x^(1/3) : [-1, 1] [0, 0]
x^(-1/3) : [0, 1] [0, 0]
x^y : [0, 1] [2, 3]
x^y : [-1, 1] [2, 2]
sqrt(x) : [-1, 1] [0, 0]
sqrt(x) : (-1, 1] [0, 0]
log(x) : [0, 1] [0, 0]
log(x) : (-1, 1] [0, 0]
log(x) : [-1, 1] [0, 0]
z + x : [0, 1] [0, 0]
a + x : [0, 1] [0, 0]
"""


def rows(text):
    return [[part.strip() for part in line.split(" : ")] for line in text.strip().splitlines()]


def box_of(text):
    first, second = (part.strip() for part in text.replace("] ", "]|").replace(") ", ")|").split("|"))
    return {"x": read(first), "y": read(second)}


@pytest.mark.parametrize(("term", "box", "expected"), rows(RATIONAL))
@pytest.mark.parametrize("bits", [16, 64])
def test_ends(checker, term, box, expected, bits):
    assert checker.intervals.evaluate(checker.read_term(term), box_of(box), bits) == read(expected)


@pytest.mark.parametrize(("term", "box"), rows(REFUSED))
def test_refused(checker, term, box):
    with pytest.raises(checker.errors.Rejected):
        checker.intervals.evaluate(checker.read_term(term), box_of(box), 64)


def value(checker, term, box="[0, 0] [0, 0]", bits=64):
    return checker.intervals.evaluate(checker.read_term(term), box_of(box), bits)


ENCLOSED = """
exp(x) : [1, 2] [0, 0] : 2.718281828459045 7.38905609893065
exp(x) : (-1, 2) [0, 0] : 0.36787944117144233 7.38905609893065
log(x) : [2, 3] [0, 0] : 0.6931471805599453 1.0986122886681098
sqrt(x) : [2, 3] [0, 0] : 1.4142135623730951 1.7320508075688772
atan(x) : [1, 2] [0, 0] : 0.7853981633974483 1.1071487177940904
atan(x) : [5000, 6000] [0, 0] : 1.5705963267975633 1.5706296601297731
log(x) : [5000, 6000] [0, 0] : 8.517193191416238 8.699514748210191
atan(x) : (-oo, 2] [0, 0] : -1.5707963267948966 1.1071487177940904
atan(x) : [-1, oo) [0, 0] : -0.7853981633974483 1.5707963267948966
x^(1/3) : [2, 3] [0, 0] : 1.2599210498948732 1.4422495703074083
x^(1/3) : [0, 3] [0, 0] : 0 1.4422495703074083
x^(-1/3) : [2, 3] [0, 0] : 0.6933612743506347 0.7937005259840998
x^(5/2) : [2, 3] [0, 0] : 5.656854249492381 15.588457268119894
x^(-5/2) : [2, 3] [0, 0] : 0.06415002990995842 0.17677669529663687
x^y : [2, 3] [1/2, 2] : 1.4142135623730951 9
x^y : [1/2, 3] [-1, 2] : 0.25 9
pi*x : [1, 2] [0, 0] : 3.141592653589793 6.283185307179586
sin(x) : [0, 1] [0, 0] : 0 0.8414709848078965
sin(x) : [1, 2] [0, 0] : 0.8414709848078965 1
sin(x) : [2, 4] [0, 0] : -0.7568024953079282 0.9092974268256817
sin(x) : [4, 5] [0, 0] : -1 -0.7568024953079282
sin(x) : [-2, -1] [0, 0] : -1 -0.8414709848078965
sin(x) : [-5, -4] [0, 0] : 0.7568024953079282 1
sin(x) : [7, 8] [0, 0] : 0.6569865987187891 1
sin(x) : [0, 6] [0, 0] : -1 1
sin(x) : [10, 16] [0, 0] : -1 1
sin(x) : [0, 4] [0, 0] : -0.7568024953079282 1
sin(x) : [3, 3] [0, 0] : 0.1411200080598672 0.1411200080598672
cos(x) : [0, 1] [0, 0] : 0.5403023058681398 1
cos(x) : [-1, 2] [0, 0] : -0.4161468365471424 1
cos(x) : [1, 2] [0, 0] : -0.4161468365471424 0.5403023058681398
cos(x) : [3, 4] [0, 0] : -1 -0.6536436208636119
cos(x) : [5, 6] [0, 0] : 0.28366218546322625 0.9601702866503661
cos(x) : [6, 7] [0, 0] : 0.7539022543433046 1
cos(x) : [-4, -3] [0, 0] : -1 -0.6536436208636119
cos(x) : [2, 6] [0, 0] : -1 0.9601702866503661
cos(x) : [1000, 1001] [0, 0] : 0.2 0.99998
"""


@pytest.mark.parametrize(("term", "box", "expected"), rows(ENCLOSED)[:-1])
def test_values_of_functions_are_enclosed_closely(checker, term, box, expected):
    low, high, _, _ = value(checker, term, box)
    least, most = map(float, expected.split())
    slack = 4e-15
    assert low <= least + abs(least) * slack and most - abs(most) * slack <= high
    assert abs(float(low) - least) <= slack * (1 + abs(least))
    assert abs(float(high) - most) <= slack * (1 + abs(most))


@pytest.mark.parametrize(
    ("term", "box", "opened"),
    [
        ("exp(x)", "(1, 2) [0, 0]", (True, True)),
        ("exp(x)", "(1, 2] [0, 0]", (True, False)),
        ("exp(x)*y", "[1, 2] [1, 1]", (True, True)),
        ("exp(x)*y", "[0, 2] [1, 1]", (False, True)),
        ("x^(1/3)", "[0, 3] [0, 0]", (False, True)),
        ("x^(1/3)", "(0, 3] [0, 0]", (True, True)),
        ("x^2*x", "[0, 1] [0, 0]", (False, False)),
        ("sin(x)", "(1, 2) [0, 0]", (False, False)),
        ("atan(x)", "(-oo, oo) [0, 0]", (True, True)),
    ],
)
def test_which_ends_are_open(checker, term, box, opened):
    """An end that was rounded is never taken, even where the end of the box is closed."""
    assert value(checker, term, box, 4)[2:] == opened


def test_rounding_keeps_short_ends(checker):
    third, unit = F(100, 300 - 1), F(1, 256)
    assert checker.intervals.rounded((third, third, False, False), 4) == (85 * unit, 86 * unit, True, True)
    assert checker.intervals.rounded((-third, third, False, False), 4) == (-86 * unit, 86 * unit, True, True)
    assert checker.intervals.rounded((F(1, 256), F(1, 256), False, False), 4)[2:] == (False, False)
    assert checker.intervals.rounded((F(1, 3), F(1, 255), False, False), 4) == (F(1, 3), F(1, 255), False, False)
    assert checker.intervals.rounded((3 * unit, 5 * unit, False, True), 4) == (3 * unit, 5 * unit, False, True)
    assert checker.intervals.rounded((F(3, 257), F(1000), False, False), 4) == (2 * unit, F(1000), True, False)
    assert checker.intervals.rounded((-inf, inf, True, True), 4) == (-inf, inf, True, True)


def test_long_numbers_are_refused(checker):
    limit, malformed = checker.errors.MAX_BITS, checker.errors.Malformed
    checker.errors.afford(limit)
    with pytest.raises(malformed, match="a number of more than"):
        checker.errors.afford(limit + 1)
    box = {"x": (F(2**500), F(2**500), False, False)}
    assert checker.intervals.evaluate(("^", "x", F(500)), box, 64)[0] == 2**250000
    with pytest.raises(malformed, match="a number of more than"):
        checker.intervals.evaluate(("^", "x", F(530)), box, 64)
    with pytest.raises(malformed, match="a number of more than"):
        checker.intervals.evaluate(("+", "x", "x"), {"x": (-F(2**limit), F(0), False, False)}, 64)


def test_powers_end_at_a_thousand(checker):
    two = {"x": (F(2), F(2), False, False)}
    assert checker.intervals.evaluate(("^", "x", F(1000)), two, 64)[0] == 2**1000
    assert checker.intervals.evaluate(("^", "x", F(-1000)), two, 600)[0] == F(1, 2**1000)
    for power in (1001, -1001):
        with pytest.raises(checker.errors.Rejected, match="a power beyond 1000"):
            checker.intervals.evaluate(("^", "x", F(power)), two, 600)


def test_exponentials_beyond_a_size_are_their_limits(checker):
    def exp(low, high):
        return checker.intervals.evaluate(("exp", "x"), {"x": (F(low), F(high), False, False)}, 64)

    assert exp(4096, 4097)[1:] == (inf, False or exp(4096, 4097)[2], True)
    assert exp(4096, 4096)[1] < inf
    assert exp(-4097, -4096)[0] == 0 and exp(-4097, -4096)[2]
    assert exp(-4096, 0)[0] > 0
    low, high, low_open, high_open = exp(4097, 5000)
    assert low == exp(4096, 4096)[0] and (low_open, high_open, high) == (True, True, inf)
    low, high, low_open, high_open = exp(-5000, -4097)
    assert high == exp(-4096, -4096)[1] and (low_open, high_open, low) == (True, True, 0)


def test_huge_angles_say_nothing(checker):
    far = F(2**1024)
    assert checker.intervals.wave("sin", (far, far + 1, False, False), 8) == (-1, 1, False, False)
    assert checker.intervals.wave("cos", (-far - 1, -far, False, False), 8) == (-1, 1, False, False)
    assert checker.intervals.wave("cos", (F(1, 10), F(71, 10), False, False), 8) == (-1, 1, False, False)


@pytest.mark.parametrize("turn", range(-9, 10))
@pytest.mark.parametrize(("head", "shift"), [("sin", F(1, 2)), ("cos", F(0))])
def test_crests_and_troughs(checker, turn, head, shift):
    """Around (shift + turn) pi the value is 1 or -1, and beside it it is not."""
    pi = F(355, 113)
    middle, quarter = (shift + turn) * pi, F(1, 10)
    low, high, _, _ = checker.intervals.wave(head, (middle - quarter, middle + quarter, False, False), 32)
    assert (high == 1, low == -1) == (turn % 2 == 0, turn % 2 == 1)
    low, high, _, _ = checker.intervals.wave(head, (middle + quarter, middle + 3, False, False), 32)
    assert high < 1 and low > -1


def test_ranges_with_constant_ends(checker):
    def of(low, high, brackets="[]"):
        return checker.intervals.of_range(("x", brackets[0], low, high, brackets[1]), 64)

    assert of(F(1), F(2)) == (1, 2, False, False)
    assert of(F(1), F(2), "(]") == (1, 2, True, False)
    assert of(None, F(2), "()") == (-inf, 2, True, True)
    assert of(F(1), None, "[)") == (1, inf, False, True)
    low, high, _, _ = of(("-", "pi"), "pi")
    assert low < -F(314159, 100000) and high > F(314159, 100000) and high - low < F(62832, 10000)
    tight = checker.intervals.evaluate("pi", {}, 64)
    assert (low, high) == (-tight[1], tight[1])
    assert of("pi", ("+", "pi", "pi"))[0] == tight[0]


def test_work_is_counted_for_long_ends(checker):
    checker.errors.fresh_budget()
    checker.intervals.rounded((F(2**2559), F(2**2559), False, False), 64)
    assert checker.errors.WORK[0] == 10 + 2 + (2561 * 2 >> 6) + (2561**2 >> 15)
    checker.errors.fresh_budget()
    checker.intervals.raised(F(2**255), 10)
    assert checker.errors.WORK[0] == 20 + 2 + (2570 * 2 >> 6) + (2570**2 >> 15)


def test_products_of_more_than_two_factors_and_of_equal_ones(checker):
    box = {"x": (F(-1), F(2), False, False), "y": (F(1), F(3), False, False)}
    assert checker.intervals.evaluate(("*", "x", "x", "y"), box, 64) == (-6, 12, False, False)
    parts = [("-", "x", F(int("1"))) for _ in range(2)]  # equal, but not one object
    assert checker.intervals.evaluate(("*", *parts), box, 64) == (0, 4, False, False)


def test_products_with_infinity(checker):
    times = checker.intervals.times
    for x in (F(1, 2), F(3), F(2**2000), inf):
        assert times(inf, x) == times(x, inf) == times(-inf, -x) == inf
        assert times(inf, -x) == times(-x, inf) == times(-inf, x) == -inf
    assert times(inf, F(0)) == times(F(0), -inf) == 0
    assert times(F(1, 2), F(-3)) == F(-3, 2)


def test_the_number_pi_and_the_limits_of_atan(checker):
    assert checker.intervals.evaluate("pi", {}, 64) == (*checker.functions.pi(64), False, False)
    low, high = checker.functions.pi(2000)
    _, least, most = checker.intervals.MONOTONE["atan"]
    assert least < -high / 2 and high / 2 < most
    assert most - low / 2 < F(1, 2**1024)


@pytest.mark.parametrize("x", [F(1), F(-2), F(7, 3), F(100), F(-31, 10)])
def test_a_wave_at_a_point_is_its_enclosure(checker, x):
    sine, cosine = checker.functions.sin_cos(x, 20)
    assert checker.intervals.wave("sin", (x, x, False, False), 20) == (*sine, False, False)
    assert checker.intervals.wave("cos", (x, x, False, False), 20) == (*cosine, False, False)
