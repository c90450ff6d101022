"""Which leaves of a campaign are counted again: drawn from a challenge that is made after the file.

Leaf numbers come from SHA-256 of the challenge, the digest of the campaign and a counter.  Whoever makes the file
cannot know them, so k of N leaves miss all of N f false ones with a probability of at most (1 - f)^k.
"""

from __future__ import annotations

import hashlib
import os

from errors import Malformed

ALL = 1 << 40
FREE = 20_000_000  # units of work for all leaves that are opened without being asked for
FIRST = 5 * FREE  # and for a single one
LENGTHS = range(16, 129)


class Asked:
    """What the reader asks for: so many leaves, or as many as are cheap (None); and the challenge."""

    def __init__(self) -> None:
        self.leaves: int | None = None
        self.challenge = ""
        self.decided = False  # whether the challenge has drawn some leaves of a file and not others

    def ask(self, leaves: str | None = None, challenge: str | None = None) -> None:
        """Take the texts of the two options; a new challenge where none is given.

        The word none is for programs that count the leaves themselves.
        """
        words = {"all": ALL, "none": 0}
        if leaves is None or leaves in words:
            self.leaves = None if leaves is None else words[leaves]
        elif leaves.isascii() and leaves.isdecimal() and len(leaves) < 10 and int(leaves):
            self.leaves = int(leaves)
        else:
            raise Malformed(f"--leaves {leaves[:40]}: give a number from 1 on, or all")
        self.decided = False
        self.challenge = os.urandom(16).hex() if challenge is None else challenge
        if len(self.challenge) not in LENGTHS or set(self.challenge) - set("0123456789abcdef"):
            raise Malformed(f"--challenge {self.challenge[:40]}: give {LENGTHS[0]} to {LENGTHS[-1]} digits 0-9 a-f")

    def number(self, leaves: int, work: int) -> int:
        """How many of the leaves are opened, all of which together would take so much work."""
        unasked = max(FREE * leaves // work, int(work <= FIRST * leaves))
        number = min(leaves, unasked if self.leaves is None else self.leaves)
        self.decided |= 0 < number < leaves
        return number


ASKED = Asked()


def drawn(challenge: str, digest: str, leaves: int, count: int) -> list[int]:
    """Different numbers of leaves, in increasing order."""
    if count == leaves:
        return list(range(leaves))
    found: set[int] = set()
    turn = 0
    while len(found) < count:
        text = f"{challenge} {digest} {turn}".encode()
        found.add(int.from_bytes(hashlib.sha256(text).digest(), "big") % leaves)
        turn += 1
    return sorted(found)


def said(opened: list[int], leaves: int, trials: int, total: int, asked: Asked) -> str:
    """What was counted again and what was not, in words."""
    if not opened:
        return f"Nothing was counted again: all counts are the producer's word (--leaves K counts K of {leaves} leaves)"
    if len(opened) == leaves:
        more = f" (all {leaves} leaves, which is what --leaves {asked.leaves} comes to)"
        every = more if asked.leaves and leaves < asked.leaves < ALL else ""
        return f"Counted again with plain integers: all {total} trials{every}"
    names = ", ".join(map(str, opened[:8])) + (", …" if len(opened) > 8 else "")
    return (
        f"Counted again with plain integers: {trials} of {total} trials, which are {len(opened)} of {leaves} leaves "
        f"({names}) drawn by the challenge {asked.challenge}; the counts of the others are the producer's word, and a "
        f"file in which a share f of the leaves is false passes with a probability of at most (1 - f)^{len(opened)}"
    )
