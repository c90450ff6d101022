"""Run a campaign: leaves from the ledger or from an executor, counted in their order, until there are enough."""

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

BATCH_SECONDS = 0.5
LISTED = 50_000
Progress = Callable[[int, int], None]
Enough = Callable[[tuple[Row, ...]], bool]
Leaves = Generator[Leaf, None, None]


class Unfaithful(Exception):
    """An executor returned leaves that do not hold; it names them, so that the ledger forgets them."""

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
        """Count the next leaf; the first 50,000 are kept whole."""
        self.trials += leaf.trials
        for result, count in leaf.histogram:
            self.histogram[result] += count
        self.count += 1
        self.hash.take(leaf)
        if len(self.leaves) < LISTED:
            self.leaves.append(leaf)


@dataclass(frozen=True)
class Outcome:
    """What a campaign found: its counts, and intervals that all hold at once with the level."""

    campaign: Campaign
    trials: int
    histogram: dict[int, int]
    rows: tuple[Row, ...]
    level: Fraction
    among: int
    method: str
    digest: str
    """Commits to every leaf and to all that is stated of them; :mod:`lt_proofs.campaigns.leaves` defines it."""
    results: str
    """The hash of the leaves alone: of the campaign's trials, whatever was asked of them."""
    leaves: tuple[Leaf, ...]
    """Every leaf in order; none if there are more than 50,000."""
    enough: bool
    """Whether what the campaign was to go on for was reached."""


@dataclass(frozen=True)
class Design:
    """Which successes to count, the level at which all intervals hold at once, and for what to go on.

    Without ``ns`` there is a row for every n between the least result and the largest; they share the error with all
    that the campaign could have had. With ``enough`` the trials are looked at again and again: then the intervals
    are those of the confidence sequence, and the trials given are the most to be run.
    """

    ns: tuple[int, ...] = ()
    level: Fraction = Fraction(99, 100)
    enough: Enough | None = None

    def __post_init__(self) -> None:
        # each number once and in order, as the digest and the certificate have them
        object.__setattr__(self, "ns", tuple(sorted(set(self.ns))))

    def check(self, campaign: Campaign) -> None:
        """Raise BadInput when a number is out of range."""
        if not 0 < self.level < 1:
            raise BadInput("confidence", self.level, "give a number strictly between 0 and 1")
        for n in self.ns:
            if n not in campaign.rows:
                most = campaign.rows[-1]
                raise BadInput("n", n, f"give from {campaign.rows[0]} to {most}, or a larger --most than {most}")

    def answer(self, campaign: Campaign, tally: Tally) -> tuple[Row, ...]:
        """The rows for the trials counted so far."""
        error = (1 - self.level) / self.among(campaign)
        rows = []
        for n in self.ns or campaign.shown_rows(tally.histogram):
            successes = campaign.successes(tally.histogram, n)
            rows.append(Row(n, successes, *interval(successes, tally.trials, error, self.method)))
        return tuple(rows)

    @property
    def method(self) -> str:
        """How the ends are found: a number of trials that depends on them needs the confidence sequence."""
        return FIXED if self.enough is None else ANYTIME

    def among(self, campaign: Campaign) -> int:
        """How many intervals share the error."""
        return len(self.ns) or len(campaign.rows)

    def header(self, campaign: Campaign, trials: int, ns: list[int]) -> dict[str, Any]:
        """What the digest commits to beside the leaves: all that the outcome states, but for counts and ends."""
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
    """The first ``trials`` trials of a campaign, or the first of them that suffice.

    Neither the executor nor what the ledger already holds changes the outcome. Raises BadInput when a number is out
    of range, and whatever the executor or the ledger raise; leaves that were counted by then are in the ledger.
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
    """All leaves in their order: those that the ledger holds, and the others as they are run."""
    kept = ledger.sizes() if ledger is not None else {}
    total = leaves_of(trials)
    missing = (
        (number, size_of(number, trials)) for number in range(total) if kept.get(number) != size_of(number, trials)
    )
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
    """The leaves of an executor; each batch is in the ledger before any time is lost on much more."""
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
    except Unfaithful as lie:
        batch = [leaf for leaf in batch if leaf.number not in lie.numbers]
        if ledger is not None:
            ledger.forget(lie.numbers)
        raise lie.error from None
    finally:
        if ledger is not None and batch:
            ledger.add(batch)


def _started(executor: Executor, campaign: Campaign, work: Iterator[Work]) -> Leaves:
    """The executor's leaves as a generator, which can be closed."""
    yield from executor(campaign, work)


def until_width(width: Fraction) -> Enough:
    """Go on until no interval is wider."""
    return lambda rows: all(row.high - row.low <= width for row in rows)


def until_decides(delta: Fraction) -> Enough:
    """Go on until each interval lies on one side of 1 - delta."""
    return lambda rows: all(row.low >= 1 - delta or row.high < 1 - delta for row in rows)
