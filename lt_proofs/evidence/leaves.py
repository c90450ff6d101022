"""Leaves: 4,096 consecutive trials, counted and hashed; the digest of a campaign is the hash of their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.evidence.campaign import MAX_TRIALS, Campaign, Counter, Ints

LEAF = 4096

Work = tuple[int, int]
"""The number of a leaf and how many trials it has: all 4,096 but for the last leaf of a campaign."""


@dataclass(frozen=True)
class Leaf:
    """What is kept of a leaf: how often each result occurred, in increasing order, and the hash of all results."""

    number: int
    trials: int
    histogram: tuple[tuple[int, int], ...]
    digest: bytes


Executor = Callable[[Campaign, Iterator[Work]], Iterator[Leaf]]
"""Runs leaves anywhere and yields them in any order; closing the iterator stops it."""


def leaf_of(number: int, results: Ints) -> Leaf:
    """The leaf of these results; each is hashed as a signed 32-bit integer, little end first."""
    counts = np.bincount(results + 1)
    present = np.flatnonzero(counts)
    histogram = tuple(zip((present - 1).tolist(), counts[present].tolist(), strict=True))
    return Leaf(number, len(results), histogram, hashlib.sha256(results.astype("<i4").tobytes()).digest())


def run_leaf(counter: Counter, work: Work) -> Leaf:
    """Run one leaf with the counter of its campaign."""
    return leaf_of(work[0], results_of(counter, work))


def results_of(counter: Counter, work: Work) -> Ints:
    """The result of every trial of a leaf."""
    number, trials = work
    results = np.empty(trials, np.int64)
    counter(number * LEAF, results)
    return results


def leaves_of(trials: int) -> int:
    """How many leaves hold so many trials; BadInput unless there are 1 to 2^40 of these.

    >>> leaves_of(1_000_000)
    245
    """
    if not 1 <= trials <= MAX_TRIALS:
        raise BadInput("trials", trials, f"give from 1 to {MAX_TRIALS} trials")
    return -(-trials // LEAF)


def size_of(number: int, trials: int) -> int:
    """How many trials a leaf has in a campaign of so many."""
    return min(LEAF, trials - number * LEAF)


def digest_of(digests: Iterable[bytes]) -> str:
    """The digest of a campaign: the hash of the hashes of its leaves in order."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return "sha256:" + whole.hexdigest()
