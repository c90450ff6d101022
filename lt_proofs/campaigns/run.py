"""Run a campaign: take leaves from the ledger or an executor, count them in order, and stop where the design says."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lt_proofs.campaigns.campaign import Campaign
from lt_proofs.campaigns.intervals import ANYTIME, FIXED, Row, interval
from lt_proofs.campaigns.leaves import Executor, Leaf, LeafHash, Work, leaves_of, size_of
from lt_proofs.campaigns.ledger import Ledger
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text

# a kill costs at most the leaves of this time
BATCH_SECONDS = 0.5
# leaves that an outcome keeps, and a certificate lists, at most
LISTED = 50_000
Progress = Callable[[int, int], None]
Enough = Callable[[tuple[Row, ...]], bool]
Leaves = Generator[Leaf, None, None]


class Unfaithful(Exception):
    """An executor returned false leaves; ``numbers`` names all that must not be kept, ``error`` is for the user."""

    def __init__(self, numbers: set[int], error: Exception) -> None:
        self.numbers = numbers
        self.error = error
        super().__init__(str(error))


@dataclass
class Tally:
    """The leaves counted so far, in order."""

    trials: int = 0
    histogram: Counter[int] = field(default_factory=Counter)
    count: int = 0
    hash: LeafHash = field(default_factory=LeafHash)
    leaves: list[Leaf] = field(default_factory=list)

    def take(self, leaf: Leaf) -> None:
        """Count the next leaf; the first 50,000 are kept in full."""
        self.trials += leaf.trials
        for result, count in leaf.histogram:
            self.histogram[result] += count
        self.count += 1
        self.hash.take(leaf)
        if len(self.leaves) < LISTED:
            self.leaves.append(leaf)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a campaign: counts, and intervals that hold simultaneously with probability ``level``."""

    campaign: Campaign
    trials: int
    histogram: dict[int, int]
    rows: tuple[Row, ...]
    level: Fraction
    among: int
    method: str
    digest: str
    """It commits to every leaf and to everything stated of them; :mod:`lt_proofs.campaigns.leaves` defines it."""
    results: str
    """The hash of the leaves alone, which does not depend on the design."""
    leaves: tuple[Leaf, ...]
    """Every leaf in order; none if there are more than 50,000."""
    enough: bool
    """Whether the design's condition for stopping was met; always true without one."""


@dataclass(frozen=True)
class Design:
    """The numbers n to report, the simultaneous confidence level of all intervals, and when to stop.

    Without ``ns`` there is a row for every n between the least and the largest result; since these are random, the
    error is shared among all n that the campaign could have. With ``enough`` the counts are looked at repeatedly:
    the intervals are then those of the confidence sequence, and the number of trials is a maximum.
    """

    ns: tuple[int, ...] = ()
    level: Fraction = Fraction(99, 100)
    enough: Enough | None = None

    def __post_init__(self) -> None:
        # each number once and in order, as the digest and the certificate have them
        object.__setattr__(self, "ns", tuple(sorted(set(self.ns))))

    def check(self, campaign: Campaign) -> None:
        """Raise BadInput if the level or a number n is out of range for the campaign."""
        if not 0 < self.level < 1:
            raise BadInput("confidence", self.level, "give a number strictly between 0 and 1")
        for n in self.ns:
            if n not in campaign.rows:
                most = campaign.rows[-1]
                raise BadInput("n", n, f"give from {campaign.rows[0]} to {most}, or a larger --most than {most}")

    def answer(self, campaign: Campaign, tally: Tally) -> tuple[Row, ...]:
        """Return the rows for the trials counted so far."""
        # union bound: each interval may err with this probability
        error = (1 - self.level) / self.among(campaign)
        rows = []
        for n in self.ns or campaign.shown_rows(tally.histogram):
            successes = campaign.successes(tally.histogram, n)
            rows.append(Row(n, successes, *interval(successes, tally.trials, error, self.method)))
        return tuple(rows)

    @property
    def method(self) -> str:
        """The method of the intervals: where the counts decide when to stop, it must be the confidence sequence."""
        return FIXED if self.enough is None else ANYTIME

    def among(self, campaign: Campaign) -> int:
        """Return the number of intervals that share the error."""
        return len(self.ns) or len(campaign.rows)

    def header(self, campaign: Campaign, trials: int, ns: list[int]) -> dict[str, Any]:
        """Return what the digest commits to beside the leaves: all that the outcome states except counts and ends."""
        return {
            "campaign": campaign.parameters(),
            "trials": trials,
            "level": rational_text(self.level),
            "among": self.among(campaign),
            "method": self.method,
            "ns": ns,
        }


def run(
    campaign: Campaign,
    trials: int,
    executor: Executor,
    design: Design,
    ledger: Ledger | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run the first ``trials`` trials of a campaign, or as many of them as the design needs, and return the outcome.

    The outcome depends neither on the executor nor on what the ledger already holds. ``progress`` is called with
    (trials done, trials in all). Raises BadInput for a number out of range, and whatever the executor or the ledger
    raises; the leaves that were counted by then are in the ledger.
    """
    design.check(campaign)
    total = leaves_of(trials)
    tally, enough = Tally(), design.enough is None
    next_look = 1
    with closing(_in_order(campaign, trials, executor, ledger)) as leaves:
        for leaf in leaves:
            tally.take(leaf)
            if progress is not None:
                progress(tally.trials, trials)
            count = tally.count
            if design.enough is not None and count in (next_look, total):
                # looks at growing distances keep their total cost proportional to the trials
                next_look = max(count + 1, count * 9 // 8)
                enough = design.enough(design.answer(campaign, tally))
                if enough:
                    break
    rows = design.answer(campaign, tally)
    return Outcome(
        campaign=campaign,
        trials=tally.trials,
        histogram=dict(sorted(tally.histogram.items())),
        rows=rows,
        level=design.level,
        among=design.among(campaign),
        method=design.method,
        digest=tally.hash.digest(design.header(campaign, tally.trials, [row.n for row in rows])),
        results=tally.hash.results,
        leaves=tuple(tally.leaves) if tally.count == len(tally.leaves) else (),
        enough=enough,
    )


def _in_order(campaign: Campaign, trials: int, executor: Executor, ledger: Ledger | None) -> Leaves:
    """Yield all leaves in order: those of the ledger, and the others as the executor returns them."""
    kept = ledger.sizes() if ledger is not None else {}
    total = leaves_of(trials)
    missing = (
        (number, size_of(number, trials)) for number in range(total) if kept.get(number) != size_of(number, trials)
    )
    # the executor may return leaves in any order; the digest needs them in order
    early: dict[int, Leaf] = {}
    with closing(_recorded(campaign, missing, executor, ledger)) as fresh:
        for number in range(total):
            if ledger is not None and kept.get(number) == size_of(number, trials):
                yield ledger.leaf(number)
                continue
            while number not in early:
                leaf = next(fresh)
                early[leaf.number] = leaf
            yield early.pop(number)


def _recorded(campaign: Campaign, work: Iterator[Work], executor: Executor, ledger: Ledger | None) -> Leaves:
    """Yield the leaves of an executor, and write them into the ledger in batches of half a second."""
    batch: list[Leaf] = []
    began = time.monotonic()
    try:
        with closing(_started(executor, campaign, work)) as leaves:
            for leaf in leaves:
                batch.append(leaf)
                if ledger is not None and time.monotonic() - began >= BATCH_SECONDS:
                    keep, batch = batch, []
                    ledger.add(keep)
                    began = time.monotonic()
                yield leaf
    except Unfaithful as found:
        batch = [leaf for leaf in batch if leaf.number not in found.numbers]
        if ledger is not None:
            ledger.forget(found.numbers)
        raise found.error from None
    finally:
        if ledger is not None and batch:
            ledger.add(batch)


def _started(executor: Executor, campaign: Campaign, work: Iterator[Work]) -> Leaves:
    """Turn the executor's iterator into a generator, which can be closed."""
    yield from executor(campaign, work)


def until_width(width: Fraction) -> Enough:
    """Return the condition that no interval is wider than ``width``."""
    return lambda rows: all(row.high - row.low <= width for row in rows)


def until_decides(delta: Fraction) -> Enough:
    """Return the condition that each interval lies on one side of 1 - delta."""
    return lambda rows: all(row.low >= 1 - delta or row.high < 1 - delta for row in rows)
