"""The checker's own enclosures of elementary functions against Arb, at random exact points and precisions."""

import importlib
import sys
from fractions import Fraction
from math import inf

import pytest
from flint import arb, ctx, fmpq
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lt_proofs.certificates.checking import CHECKER

PI = Fraction(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651"
)


@pytest.fixture(scope="module")
def functions():
    """The checker's module of functions, unloaded from sys.modules again."""
    path, modules = list(sys.path), dict(sys.modules)
    sys.path.insert(0, str(CHECKER))
    try:
        yield importlib.import_module("inequalities.functions")
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - set(modules):
            if str(CHECKER) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def scaled(low, high):
    """Numerators of any length times a power of two, so that tiny and huge sizes are as likely as plain ones."""
    return st.builds(
        lambda n, d, e: Fraction(n, d) * Fraction(2) ** e,
        st.integers(1, 2**40) | st.integers(1, 9),
        st.sampled_from((1, 1, 3, 7, 10**12 + 39)),
        st.integers(low, high),
    )


near_turns = st.builds(
    lambda k, n, e: (k * PI / 2 + Fraction(n, 2**e)).limit_denominator(2**e),
    st.integers(-50, 50) | st.sampled_from((10**6, 10**15, -(10**9) - 1)),
    st.integers(-3, 3),
    st.sampled_from((5, 20, 60, 100, 300)),
)
plain = st.sampled_from([Fraction(n, d) for n in range(-9, 10) for d in (1, 2, 3, 5)])
bits = st.sampled_from((4, 5, 8, 16, 53, 64, 100, 300)) | st.integers(4, 300)
signs = st.sampled_from((1, -1))
near_one = st.builds(lambda s, e: 1 + Fraction(s, 2**e), signs, st.integers(1, 400))
squares = st.builds(lambda n, d: Fraction(n, d) ** 2, st.integers(0, 2**80), st.integers(1, 2**80))
any_size = st.builds(lambda s, x: s * x, signs, scaled(-600, 200)) | plain | near_turns
positive = scaled(-600, 600) | near_one | squares.filter(bool) | plain.filter(lambda x: x > 0)


def true_value(name, x, precision):
    """An Arb ball around the value at a rational point, as exact ends."""
    before, ctx.prec = ctx.prec, precision
    try:
        point = arb(fmpq(x.numerator, x.denominator))
        value = getattr(point, name)()
        assert value.is_finite()
        return tuple(exact(end) for end in (value.mid() - value.rad(), value.mid() + value.rad()))
    finally:
        ctx.prec = before


def exact(end):
    mantissa, exponent = end.mid().man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)


def holds(name, x, found, width, slack):
    """The interval holds the true value, and is no wider than asked for; equal ends are the exact value."""
    low, high = found
    assert low <= high
    size = max(abs(x.numerator).bit_length(), x.denominator.bit_length())
    least, most = true_value(name, x, 2 * (width + size) + 400)
    # Arb's ends are rounded by less than this, which is far below any width that the checker reaches
    tiny = (abs(least) + abs(most)) * Fraction(1, 2 ** (width + 390))
    assert low <= most + tiny
    assert high >= least - tiny
    assert high - low <= slack * Fraction(1, 2**width)


@settings(max_examples=500)
@given(x=st.builds(lambda s, x: s * x, signs, scaled(-600, -30)) | plain | st.fractions(-4096, 4096), width=bits)
@example(Fraction(4096), 4)
@example(Fraction(-4096), 300)
@example(Fraction(-1, 2**34), 53)
def test_exp(functions, x, width):
    found = functions.exp(x, width)
    low, high = found
    holds("exp", x, found, width, max(1, high))
    assert low > 0 or x < 0
    assert (low == high) == (x == 0)


@settings(max_examples=500)
@given(x=positive, width=bits)
@example(Fraction(4, 3), 4)
@example(Fraction(2, 3), 4)
def test_log(functions, x, width):
    found = functions.log(x, width)
    holds("log", x, found, width, 1)
    assert (found[0] == found[1]) == (x == 1)


@settings(max_examples=500)
@given(x=positive | squares, width=bits)
def test_sqrt(functions, x, width):
    low, high = functions.sqrt(x, width)
    assert 0 <= low <= high
    assert low * low <= x <= high * high
    assert high - low <= Fraction(1, 2**width)


@given(x=st.builds(Fraction, st.integers(0, 2**80), st.integers(1, 2**80)), width=bits)
def test_roots_of_squares_are_exact(functions, x, width):
    assert functions.sqrt(x * x, width) == (x, x)


@settings(max_examples=500)
@given(x=any_size | st.builds(lambda s, x: s / x, signs, near_one), width=bits)
def test_atan(functions, x, width):
    found = functions.atan(x, width)
    holds("atan", x, found, width, 1)
    assert (found[0] == found[1]) == (x == 0)
    assert found == tuple(-end for end in reversed(functions.atan(-x, width)))


@settings(max_examples=700)
@given(x=any_size, width=bits)
@example(Fraction(355, 113), 4)
@example(Fraction(22, 7), 4)
@example(PI.limit_denominator(10**60) / 2, 300)
def test_sin_and_cos(functions, x, width):
    sine, cosine = functions.sin_cos(x, width)
    slack = 1 + abs(x) / 2**14  # each quarter turn taken away may cost a unit, and 16 bits are kept for them
    holds("sin", x, sine, width, slack)
    holds("cos", x, cosine, width, slack)
    for low, high in (sine, cosine):
        assert -1 <= low <= high <= 1


@given(width=st.integers(4, 3000))
def test_pi(functions, width):
    low, high = functions.pi(width)
    before, ctx.prec = ctx.prec, width + 100
    try:
        value = arb.pi()
        least, most = exact(value.lower()), exact(value.upper())
    finally:
        ctx.prec = before
    assert low < least < most < high
    assert high - low <= Fraction(1, 2**width)


@given(width=st.integers(4, 3000))
def test_the_logarithm_of_two_is_within_two_units(functions, width):
    before, ctx.prec = ctx.prec, width + 100
    try:
        value = arb(2).log()
        least, most = exact(value.lower()), exact(value.upper())
    finally:
        ctx.prec = before
    units = functions.log2_units(width)
    assert (units - 2) * Fraction(1, 2**width) < least
    assert most < (units + 2) * Fraction(1, 2**width)


@given(x=st.fractions(), width=bits)
def test_fixed_is_the_floor(functions, x, width):
    units = functions.fixed(x, width)
    assert -inf < Fraction(units, 2**width) <= x < Fraction(units + 1, 2**width)
