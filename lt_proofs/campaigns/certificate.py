"""The certificate of a campaign: counts with intervals, and every leaf with its counts and the hash of its results.

Mathematics 5.44 and 5.45 say what the checker concludes from it, 7.9 what its digest commits to.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from lt_proofs.campaigns.campaign import Campaign, FirstPassage
from lt_proofs.campaigns.intervals import FIXED
from lt_proofs.campaigns.leaves import LEAF, leaves_of
from lt_proofs.campaigns.linear import LinearReach
from lt_proofs.campaigns.run import LISTED, Design, Outcome
from lt_proofs.campaigns.work import work_of_trial
from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput, LtProofsError
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import write_file

# is the number of trials fixed beforehand? -> rule of the checker
RULES = {True: "fixed-count", False: "anytime-count"}
# limits of the checker: bytes of a file, characters of a number, tolerances and windows, work for one trial
MAX_BYTES = 16 * 2**20
MAX_TEXT = 400
LARGEST = 64
MAX_WORK = 200_000_000
# upper bounds of the bytes that a row, a leaf, and one result of a leaf take
ROW_BYTES = 150
LEAF_BYTES = 80
RESULT_BYTES = 10


class NotAccepted(LtProofsError):
    """The checker did not accept a certificate that was to be written: an error of this program; please report it."""


def check_place(path: Path) -> None:
    """Raise BadInput if no certificate can be written there; `estimate` asks before any trial is run."""
    if path.is_symlink() or path.is_dir() or not path.absolute().parent.is_dir():
        raise BadInput("--output", path, "name a file that is no link, in a folder that exists")


def check_certifiable(campaign: Campaign, trials: int, design: Design) -> None:
    """Raise BadInput if the checker would not accept the certificate of a campaign; ask before any trial is run.

    The reasons are a kind of campaign that the checker cannot count, a number that it cannot read, a trial that is too
    much work, and more leaves than its largest file holds.
    """
    if isinstance(campaign, LinearReach):
        raise BadInput("-o", f"--linear {campaign.dim}", "the checker cannot count these trials; leave out -o")
    _check_text("--confidence", design.level)
    _check_text("--eps", campaign.parameters()["eps"])
    if isinstance(campaign, FirstPassage):
        for end in campaign.window:
            _check_text("window", end)
        if campaign.eps > LARGEST or max(map(abs, campaign.window)) > LARGEST:
            raise BadInput("--eps", campaign.eps, f"the checker accepts tolerances and windows up to {LARGEST}")
    if work_of_trial(campaign, -1) > MAX_WORK:
        remedy = "a trial has too many intervals for the checker; widen it, lower --most, or leave out -o"
        raise BadInput("--eps", campaign.parameters()["eps"], remedy)
    most = most_leaves(campaign, design)
    if leaves_of(trials) > most:
        raise BadInput(
            "--trials", trials, f"a certificate holds at most {most * LEAF} of these; leave out -o, or take fewer"
        )


def _check_text(option: str, value: Fraction | str) -> None:
    text = value if isinstance(value, str) else rational_text(value)
    if len(text) > MAX_TEXT:
        raise BadInput(option, text, f"a certificate has at most {MAX_TEXT} characters for it; give a shorter fraction")


def most_leaves(campaign: Campaign, design: Design) -> int:
    """Return how many leaves a certificate can list in any case, even if all their results differ."""
    different = min(LEAF, campaign.most_results)
    # a certificate states the statement twice, at its head and as the goal of the last step
    free = MAX_BYTES - 2 * ROW_BYTES * (len(design.ns) or len(campaign.rows)) - 8 * MAX_TEXT
    return min(LISTED, free // (LEAF_BYTES + RESULT_BYTES * different))


def write_certificate(path: Path, outcome: Outcome, name: str = "campaign") -> dict[str, Any]:
    """Write the certificate once the checker has accepted it, and return the checker's report.

    Raises NotAccepted, and writes nothing, if the checker does not accept it; BadInput as `certificate_of` does.
    """
    text = certificate_text(certificate_of(outcome, name))
    examined = examine_text(text)
    if not examined.accepted:
        raise NotAccepted(f"-o: {path} was not written; the checker says: {examined.report['reason']}")
    write_file(path, text.encode("ascii"))
    return examined.report


def certificate_of(outcome: Outcome, name: str = "campaign") -> dict[str, Any]:
    """Return the certificate of an outcome as JSON data; raise BadInput if it has too many leaves to be listed."""
    if not outcome.leaves:
        raise BadInput("trials", outcome.trials, f"a certificate lists at most {LISTED * LEAF}; take fewer")
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
    steps = Steps()
    steps.add(RULES[outcome.method == FIXED], statement, [], {"leaves": [leaf.row() for leaf in outcome.leaves]})
    return certificate(name, steps)
