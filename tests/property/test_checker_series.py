"""The checker's Taylor coefficients, bounds on boxes and error function against mpmath, at random exact points."""

import random
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

F = Fraction
BITS = 64
UNARY = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "atan": mpmath.atan,
    "erf": mpmath.erf,
}
POSITIVE = ("+", F(1), ("^", "x", F(2)))
LEAVES = ("x", "y", F(1, 3), F(-2), F(3, 2), POSITIVE)


@pytest.fixture(autouse=True)
def precise():
    with mpmath.workdps(50):
        yield


def grown(rng, depth):
    """A random term that is smooth on [0, 1] in both variables."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice(LEAVES)
    head = rng.choice(("+", "-", "*", "/", "^", "^w", *UNARY))
    inner = grown(rng, depth - 1)
    square = ("+", F(1, 2), ("*", inner, inner))
    if head in ("log", "sqrt"):
        return (head, square)
    if head == "exp":
        return ("exp", ("sin", inner))
    if head in UNARY:
        return (head, inner)
    if head == "^":
        return ("^", square, F(rng.choice((2, -1, 3)), rng.choice((1, 2, 3))))
    if head == "^w":
        return ("^", square, ("sin", grown(rng, depth - 1)))
    if head == "/":
        return ("/", grown(rng, depth - 1), square)
    return (head, inner, grown(rng, depth - 1))


def value(item, point):
    """The value of a term."""
    if isinstance(item, F):
        return mpmath.mpf(item.numerator) / item.denominator
    if isinstance(item, str):
        return mpmath.pi if item == "pi" else point[item]
    head, *args = item
    values = [value(arg, point) for arg in args]
    if head in UNARY:
        return UNARY[head](values[0])
    if head == "^":
        return values[0] ** values[1]
    if len(values) == 1:
        return -values[0]
    return {"+": values[0] + values[1], "-": values[0] - values[1], "*": values[0] * values[1]}.get(
        head, values[0] / values[1] if head == "/" else None
    )


def exact(x):
    return mpmath.mpf(x.numerator) / x.denominator


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_coefficients_hold_the_derivatives(checker, seed):
    rng = random.Random(seed)
    term = grown(rng, 3)
    at = {name: F(rng.randint(0, 16), 16) for name in "xy"}
    way = {name: F(rng.randint(-8, 8), 8) for name in "xy"}
    order = rng.randint(1, 5)
    number, zero = checker.series.number, checker.series.ZERO
    start = {n: [number(at[n]), number(way[n]), *[zero] * (order - 1)] for n in "xy"}
    found = checker.series.series(term, start, order, BITS)
    line = lambda t: value(term, {n: exact(at[n]) + t * exact(way[n]) for n in "xy"})  # noqa: E731
    true = mpmath.taylor(line, 0, order)
    for k, (low, high, *_) in enumerate(found):
        room = mpmath.mpf(10) ** -9 * (1 + abs(true[k]))  # of numerical differentiation
        assert exact(low) - room <= true[k] <= exact(high) + room, (term, k)
        assert exact(high) - exact(low) < mpmath.mpf(10) ** -6 * (1 + abs(true[k])), "points have narrow coefficients"


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_no_value_on_a_box_is_below_its_bound(checker, seed):
    rng = random.Random(seed)
    term = grown(rng, 3)
    names = "xy" if rng.random() < 0.5 else "x"
    if names == "x":
        term = checker.syntax.substitute(term, {"y": F(1, 5)})
    ends = {n: sorted(rng.sample([F(k, 12) for k in range(13)], 2)) for n in names}
    box = {n: (*ends[n], False, False) for n in names}
    goal = checker.goal.Goal(term, tuple((n, "[", *ends[n], "]") for n in names))
    try:
        bounds = [checker.expansions.least(goal, box, order) for order in (0, 1, 2, 3, 6)]
    except (checker.errors.Rejected, checker.errors.Malformed):
        return
    for _ in range(20):
        point = {n: exact(a + (b - a) * F(rng.randint(0, 32), 32)) for n, (a, b) in ends.items()}
        for low in bounds:
            assert low == -checker.intervals.INF or exact(low) <= value(term, point) + mpmath.mpf(10) ** -30, term


@settings(max_examples=100, deadline=None)
@given(
    a=st.tuples(st.integers(-20, 20), st.integers(0, 9)),
    b=st.tuples(st.integers(-20, 20), st.integers(0, 9)),
    reach=st.integers(1, 20),
)
def test_the_least_value_of_a_parabola(checker, a, b, reach):
    rows = [(F(low, 4), F(low + wide, 4), False, False) for low, wide in (a, b)]
    bound = checker.expansions.parabola(rows, F(reach, 5))
    grid = [F(reach, 5) * F(k, 20) for k in range(-20, 21)]
    values = [s * h + t * h * h for h in grid for s in rows[0][:2] for t in rows[1][:2]]
    assert bound <= min(values)
    # reached up to the step of the grid: nothing is given away
    assert min(values) - bound <= F(reach, 5) * max(map(abs, (*rows[0][:2], *rows[1][:2]))) / 4


@settings(max_examples=60, deadline=None)
@given(n=st.integers(-20 * 64, 20 * 64), shift=st.sampled_from((6, 20, 300)), bits=st.sampled_from((8, 64, 200)))
def test_the_error_function(checker, n, shift, bits):
    x = F(n, 2**shift)
    low, high = checker.functions.erf(x, bits)
    with mpmath.workdps(200):
        true = mpmath.erf(exact(x))
        tiny = abs(true) * mpmath.mpf(10) ** -190
        assert exact(low) <= true + tiny
        assert true - tiny <= exact(high)
        assert exact(high) - exact(low) <= mpmath.mpf(2) ** -bits


def test_planted_errors_are_caught(checker, monkeypatch):
    """A recurrence with a wrong factor, a dropped remainder, a parabola at the wrong end: each is seen above."""
    series = checker.series
    right = series.Arithmetic.scaled
    monkeypatch.setattr(series.Arithmetic, "scaled", lambda self, f: right(self, f)[:2] + f[2:])
    start = {"x": [series.number(1), series.number(1), series.ZERO, series.ZERO]}
    found = series.series(("exp", ("*", "x", "x")), start, 3, BITS)
    true = mpmath.taylor(lambda t: mpmath.exp((1 + t) ** 2), 0, 3)
    assert any(not exact(low) - 1e-9 <= c <= exact(high) + 1e-9 for (low, high, *_), c in zip(found, true, strict=True))
