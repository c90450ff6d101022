"""Why ``mpmath.iv`` is not the engine: places where its intervals miss the value, asserted as failures.

A test that fails here says that mpmath has mended the place; the reason for Arb and for the checker's own
integers would then need a fresh look.
"""

import mpmath
import pytest
from mpmath import iv, mp


@pytest.fixture(autouse=True)
def precisions():
    before = iv.prec, mp.prec
    iv.prec, mp.prec = 53, 600
    yield
    iv.prec, mp.prec = before


def holds(interval, value):
    """Whether the exact ends of an interval of mpmath have the value between them."""
    low, high = (mpmath.mp.make_mpf(end) for end in interval._mpi_)
    return low <= value <= high


def test_exp_near_zero_excludes_the_value():
    x = -(mp.mpf(2) ** -34)
    assert not holds(iv.exp(iv.mpf(x)), mp.exp(x))


@pytest.mark.parametrize("k", range(35, 45))
def test_log_near_one_excludes_the_value(k):
    x = 1 + mp.mpf(2) ** -k
    assert not holds(iv.log(iv.mpf(x)), mp.log(x))


@pytest.mark.parametrize("x", [(281783, -29), (1, -2)])
def test_loggamma_excludes_the_value(x):
    x = mp.ldexp(*x)
    assert not holds(iv.loggamma(iv.mpf(x)), mp.loggamma(x))


def test_loggamma_returns_reversed_ends():
    low, high = (mpmath.mp.make_mpf(end) for end in iv.loggamma(iv.mpf(mp.ldexp(281783, -29)))._mpi_)
    assert low > high
