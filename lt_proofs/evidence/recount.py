"""Leaves of a certificate run again with the kernels, on all cores: quick where the checker's own integers are slow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lt_proofs.errors import BadInput
from lt_proofs.evidence.campaign import Campaign, campaign_from
from lt_proofs.evidence.certificate import chosen_leaf, leaf_row
from lt_proofs.evidence.leaves import Leaf, digest_of, leaves_of, size_of
from lt_proofs.evidence.threads import on_threads
from lt_proofs.files.strict_json import read_json
from lt_proofs.subset_sum.threads import Progress


def asked_leaves(text: str) -> int | None:
    """How many leaves ``--leaves`` asks for: a number, or None for all of them."""
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise BadInput("--leaves", text, "give a number from 1 on, or all")
    return int(text)


def recount(path: Path, count: int | None, progress: Progress | None = None) -> str | None:
    """Run leaves of an accepted certificate of counts again; what differs, or None if nothing does.

    ``count`` leaves, spread evenly from the one that the digest picks, or all of them.
    """
    content = read_json(path)
    statement, data = content["statement"], content["steps"][-1]["data"]
    campaign, trials, listed = campaign_from(statement["campaign"]), statement["trials"], data["leaves"]
    total = leaves_of(trials)
    if count is None or count >= total:
        numbers = list(range(total))
    elif listed:
        numbers = [(chosen_leaf(statement["digest"], total) + k * total // count) % total for k in range(count)]
    else:
        return "its leaves are not listed, so only --leaves all can tell"
    ns = [row[0] for row in statement["rows"]]
    found: dict[int, Leaf] = {}
    work = ((number, size_of(number, trials)) for number in numbers)
    for leaf in on_threads()(campaign, work):
        found[leaf.number] = leaf
        if listed and leaf_row(campaign, leaf, ns) != listed[leaf.number]:
            return f"leaf {leaf.number}, run again, has other results"
        if progress is not None:
            progress(len(found), len(numbers))
    return _whole(campaign, statement, found) if len(found) == total else None


def _whole(campaign: Campaign, statement: dict[str, Any], found: dict[int, Leaf]) -> str | None:
    """What differs when every leaf has been run again."""
    if digest_of(found[number].digest for number in sorted(found)) != statement["digest"]:
        return "all leaves, run again, have another digest"
    for n, successes, *_ in statement["rows"]:
        if sum(campaign.successes(dict(leaf.histogram), n) for leaf in found.values()) != successes:
            return f"all leaves, run again, have other successes for n = {n}"
    return None
