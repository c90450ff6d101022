"""Counts of random trials with intervals: their arithmetic, and some of the trials run again.

Of a leaf that the digest of the campaign picks, the file holds every result: they must hash and count as the leaf
says, and 64 trials among them are run again.  ``--leaves K`` runs K leaves again from end to end.
"""

import hashlib
import re

from counts_interval import excluded
from counts_trials import Trials, natural, rational
from errors import Malformed, Rejected, fresh_budget
from syntax import listed, sequence

KEYS = {"form", "campaign", "trials", "level", "among", "method", "rows", "digest"}
HEX = re.compile("[0-9a-f]{64}", re.ASCII)
LEAF, SAMPLE, LARGEST, LONG = 4096, 64, 1 << 40, 1 << 20
METHODS = ("confidence sequence", "Clopper-Pearson")
RERUN = [0]


def counted(fixed, statement, data):
    """Check the rows of a campaign whose number of trials was fixed before, or not; say what was found."""
    method = METHODS[fixed]
    if set(statement) != KEYS or statement["method"] != method:
        raise Malformed(f"counts by {method} have exactly the fields {', '.join(sorted(KEYS))}")
    total, among = (natural(statement[key], 1, LARGEST) for key in ("trials", "among"))
    rows = [listed(row, "[n, count, low, high]", int, int, str, str) for row in sequence(statement["rows"], 5000, 1)]
    level, trials, ns = rational(statement["level"]), Trials(statement["campaign"]), [row[0] for row in rows]
    if not 0 < level < 1 or among < len(rows) or ns != sorted(set(ns)):
        raise Rejected("a level between 0 and 1, different n in order, and a share of the error for each are needed")
    for n, count, *ends in rows:
        low, high = map(rational, ends)
        if n not in trials.ns or not 0 <= count <= total or not 0 <= low <= high <= 1:
            raise Rejected(f"n = {n}: it, the count or an end is out of range")
        for successes, p in ((count, low), (total - count, 1 - high)):
            if not excluded(successes, total, p, (1 - level) / among, fixed):
                raise Rejected(f"n = {n}: an end of the interval lies too far inside")
    found = "; ".join(f"n = {n}: {count}, a probability from {low} to {high}" for n, count, low, high in rows)
    again = run_again(trials, ns, [row[1] for row in rows], total, statement["digest"], data)
    share = f"{method}, level {level}, the error shared among {among}"
    return f"{trials.words}. Successes in {total} trials: {found} ({share}). {again}."


def run_again(trials, ns, counts, total, digest, data):
    """Check the leaves against counts and digest, and some trials against the leaves; return what was run."""
    text = digest.removeprefix("sha256:") if isinstance(digest, str) else ""
    if set(data) != {"leaves", "results"} or not HEX.fullmatch(text):
        raise Malformed("a digest, leaves and results are needed")
    leaves = [listed(leaf, "a leaf", str, *[int] * len(ns)) for leaf in sequence(data["leaves"], LONG)]
    results = [natural(result, -1, LONG) for result in sequence(data["results"], LEAF)]
    if not leaves and not results:
        return "The leaves are not listed, so only the intervals were checked"
    if not all(HEX.fullmatch(leaf[0]) for leaf in leaves) or len(leaves) != -(-total // LEAF):
        raise Malformed("the leaves are not those of so many trials")
    if [sum(leaf[k] for leaf in leaves) for k in range(1, len(ns) + 1)] != counts:
        raise Rejected("the leaves do not add up to the counts")
    if hashlib.sha256(b"".join(bytes.fromhex(leaf[0]) for leaf in leaves)).hexdigest() != text:
        raise Rejected("the digest is not that of the leaves")
    chosen, size = int(text, 16) % len(leaves), lambda number: min(LEAF, total - number * LEAF)
    if len(results) != size(chosen) or leaf_row(trials, results, ns) != leaves[chosen]:
        raise Rejected(f"the results are not those of leaf {chosen}")
    asked = min(RERUN[0], len(leaves))
    for number in ((chosen + k * len(leaves) // asked) % len(leaves) for k in range(asked)):
        fresh_budget()  # so much work was asked for
        again = [trials(number * LEAF + place) for place in range(size(number))]
        if leaf_row(trials, again, ns) != leaves[number]:
            raise Rejected(f"leaf {number}, run again, has other results")
    few = max(1, min(len(results), SAMPLE // trials.cost))
    first = int(text, 16) // len(leaves) % (len(results) - few + 1)
    for place in range(first, first + few):
        if trials(chosen * LEAF + place) != results[place]:
            raise Rejected(f"trial {chosen * LEAF + place}, run again, has another result")
    return f"Run again: {f'{asked} of {len(leaves)} leaves' if asked else f'{few} trials of leaf {chosen}'}"


def leaf_row(trials, results, ns):
    """The row of a leaf: the hash of its results and its successes for each n."""
    packed = b"".join(result.to_bytes(4, "little", signed=True) for result in results)
    return [hashlib.sha256(packed).hexdigest(), *(sum(trials.success(r, n) for r in results) for n in ns)]
