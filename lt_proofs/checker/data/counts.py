"""Counts of random trials with intervals: their arithmetic, and leaves counted again.

Of each leaf, 4,096 consecutive trials, the file lists the different results, their counts and the hash of all
results.  They must add up to the counts of the statement, and the digest commits to them and to all that the
statement says of the trials.  Leaves that the reader's challenge draws are run again from end to end.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import partial
from typing import Any

from data.counts_interval import excluded
from data.counts_trials import Trials, natural, rational
from data.opening import ASKED, drawn, said
from errors import MAX_WORK, WORK, Malformed, Rejected, allowance, fresh_budget, spend
from inequalities.syntax import listed, sequence
from shapes import Data, Judgement

KEYS = {"form", "campaign", "trials", "level", "among", "method", "rows", "digest"}
HEX = re.compile("[0-9a-f]{64}", re.ASCII)
LEAF, LARGEST, LONG, MOST_ROWS = 4096, 1 << 40, 1 << 20, 5000
FEW, SAMPLE = 16, 1_000_000
METHODS = ("confidence sequence", "Clopper-Pearson")
WORD = {
    True: "It is the producer's word that seed, number of trials and every n were fixed before any result was seen",
    False: "It is the producer's word that seed and every n were fixed before any result was seen",
}


def counted(fixed: bool, statement: Judgement, data: dict[str, Data]) -> str:
    """Check the rows of a campaign whose number of trials was fixed before, or not; say what was found."""
    method = METHODS[fixed]
    if set(statement) != KEYS or statement["method"] != method:
        raise Malformed(f"counts by {method} have exactly the fields {', '.join(sorted(KEYS))}")
    total, among = (natural(statement[key], 1, LARGEST) for key in ("trials", "among"))
    rows = [
        listed(row, "[n, count, low, high]", int, int, str, str) for row in sequence(statement["rows"], MOST_ROWS, 1)
    ]
    level, trials = rational(statement["level"]), Trials(statement["campaign"])
    ns, counts = [row[0] for row in rows], [natural(row[1], 0, total) for row in rows]
    if not 0 < level < 1 or among < len(rows) or ns != sorted(set(ns)) or not set(ns) <= set(trials.ns):
        raise Malformed("a level between 0 and 1, possible n in order, and a share of the error for each are needed")
    if trials.work(-1) > MAX_WORK:
        raise Malformed("more work than one file may cost: a single trial of this campaign, with all its samples")
    header = {"campaign": statement["campaign"], "trials": total, "level": statement["level"], "among": among}
    leaves, often = checked_leaves(trials, dict(zip(ns, counts, strict=True)), total, data)
    if digest_of({**header, "method": method, "ns": ns}, leaves) != statement["digest"]:
        raise Rejected("the digest is not that of the campaign and its leaves")
    least = min((result for result in often if result >= 0), default=trials.fewest)
    if least < trials.fewest:
        raise Rejected(f"n = {least}: 2^n intervals are too few to cover the window")
    for n, count, *ends in rows:
        low, high = map(rational, ends)
        if not 0 <= low <= high <= 1:
            raise Malformed(f"n = {n}: the ends must be rationals from 0 to 1 in order")
        for successes, p in ((count, low), (total - count, 1 - high)):
            if not excluded(successes, total, p, (1 - level) / among, fixed):
                raise Rejected(f"n = {n}: an end of the interval lies too far inside")
    again = counted_again(trials, leaves, total, statement["digest"])
    found = "; ".join(f"n = {n}: {count}, a probability from {low} to {high}" for n, count, low, high in rows)
    share = f"{method}, level {level}, the error shared among {among}"
    return f"{trials.words}. Successes in {total} trials: {found} ({share}).\n{again}. {WORD[fixed]}."


fixed, anytime = partial(counted, True), partial(counted, False)


def checked_leaves(
    trials: Trials, counts: dict[int, int], total: int, data: dict[str, Data]
) -> tuple[list[Any], Counter[int]]:
    """The leaves, once each holds together and all have the counts of the statement; and how often each result is."""
    if set(data) != {"leaves"}:
        raise Malformed("the leaves are needed, and nothing else")
    leaves = sequence(data["leaves"], LONG, 1)
    if len(leaves) != -(-total // LEAF):
        raise Malformed("the leaves are not those of so many trials")
    found: Counter[int] = Counter()
    for number, leaf in enumerate(leaves):
        text, results, often = listed(leaf, "[hash, results, counts]", str, list, list)
        spend(20 + 10 * len(results))
        sizes = [natural(k, 1, LEAF) for k in sequence(often, LEAF, 1)]
        values = [natural(result, trials.least, trials.largest) for result in sequence(results, LEAF, 1)]
        if not HEX.fullmatch(text) or len(sizes) != len(values) or values != sorted(set(values)):
            raise Malformed(f"leaf {number} needs a hash, results in order and a count for each")
        if sum(sizes) != size_of(number, total):
            raise Malformed(f"leaf {number} has the counts of another number of trials")
        for result, k in zip(values, sizes, strict=True):
            found[result] += k
    spend(3 * len(found) * len(counts))
    for n, count in counts.items():
        if sum(k for result, k in found.items() if trials.success(result, n)) != count:
            raise Rejected(f"n = {n}: the leaves do not add up to the count")
    return leaves, found


def size_of(number: int, total: int) -> int:
    """How many trials a leaf has."""
    return min(LEAF, total - number * LEAF)


def canonical(data: Data) -> str:
    """Sorted keys, no spaces, ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest_of(header: dict[str, Data], leaves: list[Any]) -> str:
    """What commits to a campaign: the hash of its header, with the hash of one line for each leaf."""
    lines = hashlib.sha256()
    for leaf in leaves:
        spend(20 + 3 * len(leaf[1]))
        lines.update(canonical(leaf).encode() + b"\n")
    return "sha256:" + hashlib.sha256(canonical({**header, "leaves": lines.hexdigest()}).encode()).hexdigest()


def counted_again(trials: Trials, leaves: list[Any], total: int, digest: str) -> str:
    """Run the leaves again that the challenge draws; say which.

    Where nobody asked for a number of leaves, as many are run as are cheap by the cost of a few trials.  If they cost
    more than the file has left, they are given up, at a number of units that is the same on every machine.
    """
    if ASKED.leaves is not None:
        return opened(trials, leaves, total, digest, 1)
    decided = ASKED.decided
    try:
        with allowance(MAX_WORK - WORK[0]):
            return opened(trials, leaves, total, digest, total * cost(trials, min(FEW, total)))
    except Malformed:
        ASKED.decided = decided
        return said([], len(leaves), 0, total, ASKED)


def cost(trials: Trials, few: int) -> int:
    """The mean units of the first trials, rounded up; of fewer of them where they are dear."""
    before, run = WORK[0], 0
    while run < few and WORK[0] - before < SAMPLE:
        trials(run)
        run += 1
    return 1 + (WORK[0] - before) // run


def opened(trials: Trials, leaves: list[Any], total: int, digest: str, work: int) -> str:
    """Run leaves again, as many as are asked for or are cheap if all of them take so much work; say which."""
    number = ASKED.number(len(leaves), work)
    chosen = drawn(ASKED.challenge, digest, len(leaves), number)
    by = "" if number == len(leaves) else f" (challenge {ASKED.challenge})"
    run = sum(run_again(trials, leaf, leaves[leaf], total, by) for leaf in chosen)
    return said(chosen, len(leaves), run, total, ASKED)


def run_again(trials: Trials, leaf: int, row: list[Any], total: int, by: str) -> int:
    """Run the trials of a leaf, and say how many; Rejected at the first result that is not among those of its row."""
    again, left = [], dict(zip(row[1], row[2], strict=True))
    for trial in range(leaf * LEAF, leaf * LEAF + size_of(leaf, total)):
        if ASKED.leaves:
            fresh_budget()  # so much work was asked for: the limit of a file holds for each trial
        again.append(trials(trial))
        left[again[-1]] = left.get(again[-1], 0) - 1
        if left[again[-1]] < 0:
            break
    if leaf_row(again) != row:
        raise Rejected(f"leaf {leaf}, counted again, has other results{by}")
    return len(again)


def leaf_row(results: list[int]) -> list[Data]:
    """The row of a leaf: the hash of its results, the different ones in order, and their counts."""
    packed = b"".join(result.to_bytes(4, "little", signed=True) for result in results)
    often = sorted(Counter(results).items())
    return [hashlib.sha256(packed).hexdigest(), [result for result, _ in often], [k for _, k in often]]
