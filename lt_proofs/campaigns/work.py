"""An estimate of the work of counting a campaign again, in the checker's units of 0.1 microseconds of CPython.

It needs no trial: the results say how many samples each trial drew. With each sample the union of intervals is joined
with its shifted copy; after s samples there are at most 2^s intervals, and seldom more than 1/eps. So a trial is taken
to cost 900 units, and 4/5 of a unit for each sample and interval. For the recorded campaigns the estimate is within a
factor of four of the checker's work; the compiled kernels are about 150 times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lt_proofs.campaigns.campaign import Campaign, FirstPassage, Growth, NetworkPassage

FIXED = 900
# for each hidden unit of an input, which are drawn 64 at a time
DRAWN, UNITS = 15, 64
# keeps 2^s a short integer
MOST_DOUBLINGS = 64


def work_of(campaign: Campaign, histogram: Mapping[int, int]) -> int:
    """Return the units for counting trials with these results again.

    Raises TypeError for a kind of campaign that the checker cannot count.
    """
    return sum(count * work_of_trial(campaign, result) for result, count in histogram.items())


def work_of_trial(campaign: Campaign, result: int) -> int:
    """Return the units for counting a trial with this result again; raise TypeError as `work_of` does.

    >>> from lt_proofs.laws import UNIFORM
    >>> work_of_trial(FirstPassage(7, UNIFORM, Fraction(1, 100), 64), 16)
    2192
    """
    if isinstance(campaign, Growth):
        return FIXED + _unions(campaign.steps + 1, campaign.eps)
    if isinstance(campaign, FirstPassage):
        return FIXED + _unions(_samples(campaign.most, result), campaign.eps)
    if isinstance(campaign, NetworkPassage):
        samples = _samples(campaign.most, result)
        each = _unions(samples, min(campaign.tolerances())) + DRAWN * (samples + UNITS)
        return FIXED + campaign.windows * each
    raise TypeError(f"the checker counts no campaign of the kind {campaign.kind}")


def _samples(most: int, result: int) -> int:
    return most if result < 0 else result


def _unions(samples: int, eps: Fraction) -> int:
    """Return the units for samples that join a union of intervals of radius eps."""
    intervals = 1 << min(samples, MOST_DOUBLINGS)
    if eps:
        intervals = min(intervals, 1 + int(1 / eps))
    return samples * intervals * 8 // 10
