"""Counting leaves of a certificate again with the compiled kernels, which are much faster than the checker's integers.

Mathematics 7.10 says what leaves drawn at random show about the others.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lt_proofs.campaigns.from_parameters import campaign_from
from lt_proofs.campaigns.leaves import leaves_of, size_of
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.campaigns.work import work_of
from lt_proofs.errors import BadInput
from lt_proofs.files.strict_json import read_json
from lt_proofs.subset_sum.threads import Progress

BUDGET = 20_000_000_000
"""Units of work (0.1 microseconds of the checker) up to which a campaign is counted again as a whole."""
# lengths of a challenge in hexadecimal digits
DIGITS = range(16, 129)
ALL = 1 << 40
"""More leaves than any campaign has."""


@dataclass(frozen=True)
class Recount:
    """The outcome of counting leaves again: the numbers of these leaves, and the first that differs, if any."""

    total: int
    trials: int
    counted: tuple[int, ...]
    challenge: str
    false: int | None = None
    asked: int | None = None

    @property
    def says(self) -> str:
        """What was counted again, and what remains the producer's word, in one sentence."""
        if self.false is not None:
            return f"leaf {self.false}, counted again, has other results (challenge {self.challenge})"
        if len(self.counted) == self.total:
            more = f" (all {self.total} leaves, which is what --leaves {self.asked} comes to)"
            every = more if self.asked is not None and self.total < self.asked < ALL else ""
            return f"Counted again with the kernels: all {self.trials} trials{every}."
        if not self.counted:
            return (
                f"Nothing was counted again, because one leaf is more work than {BUDGET} units: all counts are the "
                f"producer's word (--leaves K counts K of {self.total} leaves)."
            )
        names = ", ".join(map(str, self.counted[:8])) + (", …" if len(self.counted) > 8 else "")
        trials = sum(size_of(number, self.trials) for number in self.counted)
        return (
            f"Counted again with the kernels: {trials} of {self.trials} trials, which are {len(self.counted)} of "
            f"{self.total} leaves ({names}) drawn by the challenge {self.challenge}; the counts of the others are the "
            "producer's word, and a file in which a share f of the leaves is false passes with a probability of at "
            f"most (1 - f)^{len(self.counted)}."
        )


def asked_leaves(text: str | None) -> int | None:
    """Return the number of leaves that ``--leaves`` asks for, 2^40 for "all", None without the option.

    Raises BadInput for other texts.
    """
    if text is None:
        return None
    if text == "all":
        return ALL
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise BadInput("--leaves", text, "give a number from 1 on, or all")
    return int(text)


def asked_challenge(text: str | None) -> str:
    """Return the challenge that draws the leaves: the given one, or a new one of 128 random bits.

    Raises BadInput for a text that is not hexadecimal, too short or too long.
    """
    if text is None:
        return secrets.token_hex(16)
    if len(text) not in DIGITS or set(text) - set("0123456789abcdef"):
        remedy = f"give {DIGITS[0]} to {DIGITS[-1]} digits 0-9 a-f, as recheck prints them"
        raise BadInput("--challenge", text, remedy)
    return text


def drawn(challenge: str, digest: str, leaves: int, count: int) -> list[int]:
    """Return ``count`` different numbers below ``leaves``, in increasing order: those that the checker draws.

    >>> drawn("0123456789abcdef", "sha256:0", 100, 3)
    [21, 44, 95]
    """
    if count >= leaves:
        return list(range(leaves))
    found: set[int] = set()
    turn = 0
    while len(found) < count:
        text = f"{challenge} {digest} {turn}".encode()
        found.add(int.from_bytes(hashlib.sha256(text).digest(), "big") % leaves)
        turn += 1
    return sorted(found)


def recount(path: Path, count: int | None, challenge: str, progress: Progress | None = None) -> Recount:
    """Count leaves of an accepted certificate of a campaign again.

    ``count`` is the number of leaves, which the challenge draws; without it all leaves are counted, or as many as
    :data:`BUDGET` allows. Raises BadInput if the kernels cannot count the campaign.
    """
    content = read_json(path)
    statement, listed = content["statement"], content["steps"][-1]["data"]["leaves"]
    campaign, trials = campaign_from(statement["campaign"]), statement["trials"]
    total, asked = leaves_of(trials), count
    if count is None:
        work = work_of(campaign, _histogram(listed))
        count = total if work <= BUDGET else BUDGET * total // work
    numbers = drawn(challenge, statement["digest"], total, count)
    for done, leaf in enumerate(on_threads()(campaign, ((n, size_of(n, trials)) for n in numbers)), 1):
        if leaf.row() != listed[leaf.number]:
            return Recount(total, trials, tuple(numbers), challenge, leaf.number, asked)
        if progress is not None:
            progress(done, len(numbers))
    return Recount(total, trials, tuple(numbers), challenge, asked=asked)


def _histogram(leaves: list[list[Any]]) -> Mapping[int, int]:
    histogram: dict[int, int] = {}
    for _, results, counts in leaves:
        for result, count in zip(results, counts, strict=True):
            histogram[result] = histogram.get(result, 0) + count
    return histogram
