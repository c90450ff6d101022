"""The certificate of a campaign: counts with intervals, every leaf, and all results of one that the digest picks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput, LtProofsError
from lt_proofs.evidence.campaign import Campaign
from lt_proofs.evidence.intervals import FIXED
from lt_proofs.evidence.leaves import Leaf, results_of
from lt_proofs.evidence.run import Outcome
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import write_file

RULES = {True: "fixed-count", False: "anytime-count"}


class NotAccepted(LtProofsError):
    """The checker did not accept a certificate that was to be written: report it, it is an error of this program."""


def check_place(path: Path) -> None:
    """Refuse, before any trial is run, a place where a certificate cannot be written."""
    if path.is_symlink() or path.is_dir() or not path.absolute().parent.is_dir():
        raise BadInput("--output", path, "give the name of a file, neither a link nor a folder, in a folder that exists")


def write_certificate(path: Path, outcome: Outcome, name: str = "campaign") -> dict[str, Any]:
    """Write the certificate once the checker has accepted it; the checker's report."""
    if not outcome.rows:
        raise BadInput("-o", path, "no trial had a result to count; ask for a number of samples with --n")
    text = certificate_text(certificate_of(outcome, name))
    examined = examine_text(text)
    if not examined.accepted:
        raise NotAccepted(f"-o: {path} was not written; the checker says: {examined.report['reason']}")
    write_file(path, text.encode("ascii"))
    return examined.report


def certificate_of(outcome: Outcome, name: str = "campaign") -> dict[str, Any]:
    """The sealed envelope of an outcome; over 50,000 leaves are not listed, so that only intervals can be checked."""
    rows = [[row.n, row.successes, rational_text(row.low), rational_text(row.high)] for row in outcome.rows]
    statement = {
        "form": "counts",
        "campaign": outcome.campaign.parameters(),
        "trials": outcome.trials,
        "level": rational_text(outcome.level),
        "among": outcome.among,
        "method": outcome.method,
        "rows": rows,
        "digest": outcome.digest,
    }
    leaves = [leaf_row(outcome.campaign, leaf, [row.n for row in outcome.rows]) for leaf in outcome.leaves]
    steps = Steps()
    steps.add(RULES[outcome.method == FIXED], statement, [], {"leaves": leaves, "results": _results(outcome)})
    return certificate(name, steps)


def leaf_row(campaign: Campaign, leaf: Leaf, ns: Iterable[int]) -> list[Any]:
    """The hash of a leaf and its successes for each n."""
    histogram = dict(leaf.histogram)
    return [leaf.digest.hex(), *(campaign.successes(histogram, n) for n in ns)]


def _results(outcome: Outcome) -> list[int]:
    """Every result of the leaf that the digest picks."""
    if not outcome.leaves:
        return []
    chosen = outcome.leaves[chosen_leaf(outcome.digest, len(outcome.leaves))]
    results: list[int] = results_of(outcome.campaign.counter(), (chosen.number, chosen.trials)).tolist()
    return results


def chosen_leaf(digest: str, leaves: int) -> int:
    """The leaf that nobody chose: the digest modulo the number of leaves."""
    return int(digest.removeprefix("sha256:"), 16) % leaves
