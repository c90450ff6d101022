"""Leaves: 4,096 consecutive trials, counted and hashed; and the digest, which commits to all of them.

The digest of a campaign is SHA-256 of the canonical JSON of its header – the campaign's parameters, the number of
trials, the level, how many intervals share the error, the method, the numbers n – with one entry more, "leaves": the
SHA-256 of one line per leaf in order, each the canonical JSON of :meth:`Leaf.row`. It depends neither on who counted
the leaves nor on when, and nothing that a certificate states of its trials can change without it. The ends of the
intervals are not hashed: they follow from the rest by arithmetic. The hash of the leaves alone is called the hash of
the results: it is the same whatever is asked of the same trials. Mathematics 7.9.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lt_proofs.campaigns.campaign import MAX_TRIALS, Campaign, Counter, Ints
from lt_proofs.errors import BadInput
from lt_proofs.terms import canonical_json

# trials in a leaf: few enough to repeat in seconds, so many that a million trials have short certificates
LEAF = 4096

Work = tuple[int, int]
"""The number of a leaf, and its number of trials: 4,096, or fewer in the last leaf of a campaign."""


@dataclass(frozen=True)
class Leaf:
    """A leaf: how often each result occurred, in increasing order of results, and the SHA-256 of all results."""

    number: int
    trials: int
    histogram: tuple[tuple[int, int], ...]
    digest: bytes

    def row(self) -> list[Any]:
        """Return the leaf as a certificate has it: hash of the results, different results in order, their counts."""
        results, counts = zip(*self.histogram, strict=True)
        return [self.digest.hex(), list(results), list(counts)]


class LeafHash:
    """The SHA-256 of the leaves of a campaign, which are hashed one after the other in their order."""

    def __init__(self) -> None:
        self._lines = hashlib.sha256()

    def take(self, leaf: Leaf) -> None:
        """Hash the next leaf with all its counts."""
        self._lines.update(canonical_json(leaf.row()).encode("ascii") + b"\n")

    @property
    def results(self) -> str:
        """The hash of the leaves that were hashed so far."""
        return "sha256:" + self._lines.hexdigest()

    def digest(self, header: Mapping[str, Any]) -> str:
        """Return the digest of the campaign with this header and the leaves that were hashed."""
        whole = canonical_json({**header, "leaves": self._lines.hexdigest()})
        return "sha256:" + hashlib.sha256(whole.encode("ascii")).hexdigest()


Executor = Callable[[Campaign, Iterator[Work]], Iterator[Leaf]]
"""A function that runs leaves anywhere and yields them in any order; closing its iterator stops it."""


def leaf_of(number: int, results: Ints) -> Leaf:
    """Return the leaf of an array of results from -1 on; they are hashed as signed 32-bit little-endian integers."""
    # bincount takes integers from 0 on, and results begin with -1
    counts = np.bincount(results + 1)
    present = np.flatnonzero(counts)
    histogram = tuple(zip((present - 1).tolist(), counts[present].tolist(), strict=True))
    return Leaf(number, len(results), histogram, hashlib.sha256(results.astype("<i4").tobytes()).digest())


def run_leaf(counter: Counter, work: Work) -> Leaf:
    """Run one leaf with the counter of its campaign, and return it."""
    return leaf_of(work[0], results_of(counter, work))


def results_of(counter: Counter, work: Work) -> Ints:
    """Return the result of every trial of a leaf."""
    number, trials = work
    results = np.empty(trials, np.int64)
    counter(number * LEAF, results)
    return results


def leaves_of(trials: int) -> int:
    """Return how many leaves a number of trials has; raise BadInput unless it is from 1 to 2^40.

    >>> leaves_of(1_000_000)
    245
    """
    if not 1 <= trials <= MAX_TRIALS:
        raise BadInput("trials", trials, f"give from 1 to {MAX_TRIALS} trials")
    return -(-trials // LEAF)


def size_of(number: int, trials: int) -> int:
    """Return how many trials leaf ``number`` has in a campaign of ``trials`` trials."""
    return min(LEAF, trials - number * LEAF)
