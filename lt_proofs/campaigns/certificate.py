"""The certificate of a campaign: counts with intervals, and every leaf with its counts and the hash of its results."""

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

RULES = {True: "fixed-count", False: "anytime-count"}
# limits of the checker
MAX_BYTES = 16 * 2**20
MAX_TEXT = 400
LARGEST = 64
ROW_BYTES = 150
LEAF_BYTES = 80
RESULT_BYTES = 10
MAX_WORK = 200_000_000


class NotAccepted(LtProofsError):
    """The checker did not accept a certificate that was to be written: report it, it is an error of this program."""


def check_place(path: Path) -> None:
    """Refuse, before any trial is run, a place where a certificate cannot be written."""
    if path.is_symlink() or path.is_dir() or not path.absolute().parent.is_dir():
        raise BadInput("--output", path, "name a file that is no link, in a folder that exists")


def check_certifiable(campaign: Campaign, trials: int, question: Design) -> None:
    """Refuse, before any trial is run, a campaign whose certificate the checker would not accept.

    Raises BadInput for a kind that the checker cannot count, a number that it cannot read, and for more leaves than
    its largest file holds.
    """
    if isinstance(campaign, LinearReach):
        raise BadInput("-o", f"--linear {campaign.dim}", "the checker cannot count these trials; leave out -o")
    _check_text("--confidence", question.level)
    _check_text("--eps", campaign.parameters()["eps"])
    if isinstance(campaign, FirstPassage):
        for end in campaign.window:
            _check_text("window", end)
        if campaign.eps > LARGEST or max(map(abs, campaign.window)) > LARGEST:
            raise BadInput("--eps", campaign.eps, f"the checker takes tolerances and windows up to {LARGEST}")
    if work_of_trial(campaign, -1) > MAX_WORK:
        remedy = "the checker cannot bear a trial of so many intervals; widen it, lower --most, or leave out -o"
        raise BadInput("--eps", campaign.parameters()["eps"], remedy)
    most = most_leaves(campaign, question)
    if leaves_of(trials) > most:
        raise BadInput(
            "--trials", trials, f"a certificate holds at most {most * LEAF} of these; leave out -o, or take fewer"
        )


def _check_text(option: str, value: Fraction | str) -> None:
    text = value if isinstance(value, str) else rational_text(value)
    if len(text) > MAX_TEXT:
        raise BadInput(option, text, f"a certificate has at most {MAX_TEXT} characters for it; give a shorter fraction")


def most_leaves(campaign: Campaign, question: Design) -> int:
    """How many leaves a certificate can list, however many different results they have."""
    different = min(LEAF, campaign.most_results)
    # the statement stands there twice, as such and as the goal of the last step
    room = MAX_BYTES - 2 * ROW_BYTES * (len(question.ns) or len(campaign.rows)) - 8 * MAX_TEXT
    return min(LISTED, room // (LEAF_BYTES + RESULT_BYTES * different))


def write_certificate(path: Path, outcome: Outcome, name: str = "campaign") -> dict[str, Any]:
    """Write the certificate once the checker has accepted it; the checker's report."""
    text = certificate_text(certificate_of(outcome, name))
    examined = examine_text(text)
    if not examined.accepted:
        raise NotAccepted(f"-o: {path} was not written; the checker says: {examined.report['reason']}")
    write_file(path, text.encode("ascii"))
    return examined.report


def certificate_of(outcome: Outcome, name: str = "campaign") -> dict[str, Any]:
    """The sealed envelope of an outcome; BadInput where its leaves are too many to be listed."""
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
