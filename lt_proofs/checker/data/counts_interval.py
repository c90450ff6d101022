"""Which probabilities a count excludes: tails of the binomial law from logarithms and integers, rounded safely."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import factorial

from errors import MAX_WORK, allowance, spend
from inequalities.functions import log, pi
from shapes import Enclosure

BITS, UNIT, SMALL, FACTORIAL = 128, 1 << 64, 512, 4000


def excluded(successes: int, trials: int, p: Fraction, error: Fraction, fixed: bool) -> bool:
    """Whether p, and so all below it, is excluded by so many successes: P(S >= successes) is at most half the error.

    Without a fixed number of trials, (trials + 1) P(S = successes) must be at most the error. p = 0 excludes nothing.
    """
    if p == 0 or p * trials > successes or p == 1:
        return p == 0
    spend(1000 + 10 * p.denominator.bit_length())
    more = ratios(successes, trials, p) if fixed else Fraction(trials + 1)
    ways = log_factorial(trials)[1] - log_factorial(successes)[0] - log_factorial(trials - successes)[0]
    chance = ways + successes * log(p, BITS)[1] + (trials - successes) * log(1 - p, BITS)[1]
    return chance + log(more, BITS)[1] <= log(error / 2 if fixed else error, BITS)[0]


def ratios(successes: int, trials: int, p: Fraction) -> Fraction:
    """At least P(S >= successes) / P(S = successes), p * trials <= successes, so that the terms fall.

    They are summed up, the rest as a geometric series.
    """
    odds, against = p.numerator, p.denominator - p.numerator
    total = term = UNIT
    for k in range(successes, trials):
        above, below = (trials - k) * odds, (k + 1) * against
        if k % 16 == 0:
            spend(75 + p.denominator.bit_length() // 4)
            if term * above < (below - above) * (total >> 20):
                return Fraction(total + term * above // (below - above) + 1, UNIT)
        term = term * above // below + 1
        total += term
    return Fraction(total, UNIT)


def log_factorial(n: int) -> Enclosure:
    """(low, high) around log n!; it costs the same whether it is remembered or not."""
    spend(FACTORIAL)
    with allowance(MAX_WORK):
        return series(n)


@lru_cache
def series(n: int) -> Enclosure:
    """Stirling's series, whose error is between 0 and its next term, 1/(360 n^3)."""
    if n < SMALL:
        return log(Fraction(factorial(n)), BITS)
    logs, turns = log(Fraction(n), BITS), [log(2 * end, BITS) for end in pi(BITS)]
    low, high = ((n + Fraction(1, 2)) * logs[k] - n + turns[k][k] / 2 + Fraction(1, 12 * n) for k in (0, 1))
    return low - Fraction(1, 360 * n**3), high
