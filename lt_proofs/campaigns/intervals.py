"""Confidence intervals for a probability from counts; their ends are rationals, rounded outward.

Let s of t trials be successes, and S the number of successes for success probability p. *Clopper-Pearson*, for t fixed
in advance (Mathematics 7.6): p is excluded if P(S >= s) <= error/2 or P(S <= s) <= error/2. *Confidence sequence*,
valid after every trial (Mathematics 7.7): by Ville's inequality the likelihood ratio of the uniform mixture against the
true p, 1/((t + 1) P(S = s)), reaches 1/error at any time with probability at most error; so p is excluded if
(t + 1) P(S = s) <= error.

Floating point finds candidates for the ends; a candidate is used only when its exclusion is certain. For that, Arb
encloses ln P(S = s), and a tail is P(S = s) times a sum of ratios in integers, rounded up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from flint import arb, ctx, fmpq

from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import decimal_text

FIXED = "Clopper-Pearson"
ANYTIME = "confidence sequence"
# sums of ratios are integers in units of 2^-64
UNIT = 1 << 64
# bits of Arb
PRECISION = 192
# below this error the normal approximation has no float quantile, and the search begins at 0
TINY = 1e-300
# terms of a tail that floats add at a time, and the relative size of a term at which they stop
CHUNK = 256
NEGLIGIBLE = 1e-12

Out = Callable[[int, int, Fraction, Fraction], bool]
"""Of (successes, trials, p, error): whether p and all smaller values are excluded."""


@dataclass(frozen=True)
class Row:
    """A number n, how many trials are successes for it, and the ends of the interval for the success probability."""

    n: int
    successes: int
    low: Fraction
    high: Fraction


def interval(successes: int, trials: int, error: Fraction, method: str) -> tuple[Fraction, Fraction]:
    """Return the ends of the confidence interval at level 1 - error, with three digits more than its width has.

    ``method`` is FIXED or ANYTIME. Raises BadInput for counts or an error out of range.

    >>> interval(99, 100, Fraction(1, 20), FIXED)
    (Fraction(47277, 50000), Fraction(3999, 4000))
    """
    if not 0 <= successes <= trials or trials < 1:
        raise BadInput("successes", successes, f"give from 0 to {trials}")
    if not 0 < error < 1:
        raise BadInput("confidence", 1 - error, "give a number strictly between 0 and 1")
    tests = {FIXED: (tail_seems_out, tail_is_out), ANYTIME: (mixture_is_out, mixture_is_out)}[method]
    # the upper end is found by exchanging successes and failures
    low = _end(successes, trials, error, *tests)
    return low, 1 - _end(trials - successes, trials, error, *tests)


def _end(successes: int, trials: int, error: Fraction, seems: Out, certain: Out) -> Fraction:
    """Return a decimal p, as large as can be shown, such that p and all smaller probabilities are excluded."""
    if successes == 0:
        return Fraction(0)
    unit = 10 ** _digits(successes, trials)
    end = _search(successes, trials, error, unit, seems)
    while end > 0 and not certain(successes, trials, Fraction(end, unit), error):
        end -= 1
    return Fraction(end, unit)


def _search(successes: int, trials: int, error: Fraction, unit: int, out: Out) -> int:
    """Return the largest k for which floats exclude k/unit, by bisection around the normal approximation."""
    share = successes / trials
    spread = math.sqrt(max(share * (1 - share) / trials, 1 / trials**2))
    guess = share + NormalDist().inv_cdf(float(error) / 2) * spread if error > TINY else 0
    low = min(max(0, int(guess * unit)), successes * unit // trials)
    high = successes * unit // trials + 1
    step = max(1, int(spread * unit / 64))
    while low > 0 and not out(successes, trials, Fraction(low, unit), error):
        low, high, step = max(0, low - step), low, 2 * step
    step = max(1, int(spread * unit / 64))
    while low + step < high and out(successes, trials, Fraction(low + step, unit), error):
        low, step = low + step, 2 * step
    high = min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        if out(successes, trials, Fraction(middle, unit), error):
            low = middle
        else:
            high = middle
    return low


def _digits(successes: int, trials: int) -> int:
    """Return the number of decimals that show the width of an interval to three digits."""
    spread = max(1.0, math.sqrt(min(successes, trials - successes)))
    return max(3, 3 - math.floor(math.log10(spread / trials)))


def tail_seems_out(successes: int, trials: int, p: Fraction, error: Fraction) -> bool:
    """Return ``tail_is_out`` as floating point finds it: fast, with small errors."""
    if p == 0 or p * trials > successes:
        return p == 0
    odds, total, term = float(p / (1 - p)), 1.0, 1.0
    start, size = successes, CHUNK
    while start < trials and term >= total * NEGLIGIBLE:
        k = np.arange(start, min(start + size, trials), dtype=np.float64)
        terms = term * np.cumprod((trials - k) / (k + 1) * odds)
        total, term = total + float(terms.sum()), float(terms[-1])
        start, size = start + size, 2 * size
    return _at_most(_log_binomial(successes, trials, p) + math.log(total), error / 2)


def tail_is_out(successes: int, trials: int, p: Fraction, error: Fraction) -> bool:
    """Return whether P(S >= successes) <= error/2 is certain for p, and so for all smaller values."""
    ratios = _ratios(successes, trials, p)
    return ratios is not None and _at_most(_log_binomial(successes, trials, p) + _log(ratios), error / 2)


def mixture_is_out(successes: int, trials: int, p: Fraction, error: Fraction) -> bool:
    """Return whether (trials + 1) P(S = successes) <= error is certain for p, and so for all smaller values.

    P(S = s) increases in p up to p = s / trials, so only values up to there are answered.
    """
    below = p * trials <= successes
    return below and (p == 0 or _at_most(_log_binomial(successes, trials, p) + _log(Fraction(trials + 1)), error))


def _ratios(successes: int, trials: int, p: Fraction) -> Fraction | None:
    """Return an upper bound of P(S >= successes) / P(S = successes); None unless its terms decrease from the start."""
    odds, against = p.numerator, p.denominator - p.numerator
    total = term = UNIT
    for k in range(successes, trials):
        above, below = (trials - k) * odds, (k + 1) * against
        if above >= below:
            return None
        # the rest is less than a geometric series; once that is below 2^-20 of the sum, its bound is added
        if term * above < (below - above) * (total >> 20):
            return Fraction(total + term * above // (below - above) + 1, UNIT)
        term = term * above // below + 1
        total += term
    return Fraction(total, UNIT)


def _log_binomial(successes: int, trials: int, p: Fraction) -> arb:
    """Return a ball around ln P(S = successes), for 0 < p < 1."""
    with ctx.workprec(PRECISION):
        return _log_ways(successes, trials) + successes * _log(p) + (trials - successes) * _log(1 - p)


@lru_cache(maxsize=64)
def _log_ways(successes: int, trials: int) -> arb:
    """Return a ball around the logarithm of the binomial coefficient (trials over successes)."""
    with ctx.workprec(PRECISION):
        return arb(trials + 1).lgamma() - arb(successes + 1).lgamma() - arb(trials - successes + 1).lgamma()


def _log(x: Fraction) -> arb:
    with ctx.workprec(PRECISION):
        return arb(fmpq(x.numerator, x.denominator)).log()


def _at_most(log: arb, bound: Fraction) -> bool:
    """Return whether exp(log) < bound is certain; balls that overlap are not."""
    with ctx.workprec(PRECISION):
        return bool(log < _log(bound))


def shown(end: Fraction) -> str:
    """Return an end of an interval, which has finitely many decimals, as a decimal text.

    >>> shown(Fraction(19999, 20000))
    '0.99995'
    """
    digits = 1
    while 10**digits % end.denominator:
        digits += 1
    return decimal_text(end, digits, up=False)
