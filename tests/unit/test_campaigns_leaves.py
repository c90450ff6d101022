"""Leaves and campaigns: one digest whatever runs them, and a changed trial changes it."""

import hashlib
import json
import struct
from collections import Counter
from dataclasses import replace
from fractions import Fraction as Q

import numpy as np
import pytest

from lt_proofs.campaigns.campaign import FirstPassage, Growth, NetworkPassage
from lt_proofs.campaigns.intervals import ANYTIME
from lt_proofs.campaigns.leaves import LEAF, LeafHash, leaf_of, leaves_of, results_of, run_leaf
from lt_proofs.campaigns.run import Design, run, until_decides, until_width
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.errors import BadInput
from lt_proofs.laws import GADGET, UNIFORM

CAMPAIGN = FirstPassage(7, UNIFORM, Q(1, 10), 64)
TRIALS = 3 * LEAF + 100


def by_hand(campaign, trials, ns, method="Clopper-Pearson", level="99/100"):
    """Digest and results without the run: all trials at once, hashed leaf by leaf, then with the header."""
    results = np.empty(trials, np.int64)
    campaign.counter()(0, results)
    lines = ""
    for start in range(0, trials, LEAF):
        part = results[start : start + LEAF].tolist()
        often = sorted(Counter(part).items())
        hashed = hashlib.sha256(struct.pack(f"<{len(part)}i", *part)).hexdigest()
        lines += compact([hashed, [r for r, _ in often], [k for _, k in often]]) + "\n"
    header = {"campaign": campaign.parameters(), "trials": trials, "level": level, "among": len(ns), "method": method}
    header |= {"ns": ns, "leaves": hashlib.sha256(lines.encode()).hexdigest()}
    return "sha256:" + hashlib.sha256(compact(header).encode()).hexdigest(), results.tolist()


def compact(data):
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def backwards(campaign, work):
    """An executor that returns everything in the wrong order."""
    counter = campaign.counter()
    yield from [run_leaf(counter, item) for item in work][::-1]


@pytest.mark.parametrize("executor", [on_threads(1), on_threads(3), backwards])
def test_workers_and_order_change_nothing(executor):
    digest, results = by_hand(CAMPAIGN, TRIALS, [8, 9])
    found = run(CAMPAIGN, TRIALS, executor, Design((8, 9)))
    assert found.digest == digest
    assert found.trials == TRIALS
    assert found.histogram == {value: results.count(value) for value in sorted(set(results))}
    assert [row.successes for row in found.rows] == [sum(0 <= r <= n for r in results) for n in (8, 9)]
    assert found.among == 2


def test_one_changed_trial_changes_the_digest():
    results = results_of(CAMPAIGN.counter(), (0, LEAF))
    honest = leaf_of(0, results)
    for place in (0, 17, LEAF - 1):
        changed = results.copy()
        changed[place] += 1
        assert leaf_of(0, changed).digest != honest.digest
    swapped = results.copy()
    swapped[:2] = 9, 10
    other = results.copy()
    other[:2] = 10, 9
    assert leaf_of(0, swapped).histogram == leaf_of(0, other).histogram
    assert leaf_of(0, swapped).digest != leaf_of(0, other).digest


def test_the_digest_commits_to_header_leaves_and_order():
    """Every number of the header and every part of a leaf changes it; the same leaves and header never do."""
    first, second = (leaf_of(k, results_of(CAMPAIGN.counter(), (k, LEAF))) for k in (0, 1))
    header = Design((8, 9)).header(CAMPAIGN, 2 * LEAF, [8, 9])
    seen = set()
    for leaves in (
        (first, second),
        (second, first),
        (first,),
        (replace(first, digest=bytes(32)), second),
        (replace(first, histogram=((7, LEAF),)), second),
    ):
        seen.add(digest(header, leaves))
    others = {"trials": 2 * LEAF - 1, "level": "9/10", "among": 3, "method": "guess", "ns": [8, 10], "campaign": {}}
    for name, value in others.items():
        assert name in header
        seen.add(digest(header | {name: value}, (first, second)))
    assert len(header) == len(others)
    assert len(seen) == 5 + len(others)
    assert digest(dict(reversed(header.items())), (first, second)) == digest(header, (first, second))


def digest(header, leaves):
    taken = LeafHash()
    for leaf in leaves:
        taken.take(leaf)
    return taken.digest(header)


def test_numbers_asked_for_twice_or_out_of_order_are_one_question():
    asked = run(CAMPAIGN, 100, on_threads(1), Design((9, 8, 9)))
    assert [row.n for row in asked.rows] == [8, 9]
    assert asked.digest == run(CAMPAIGN, 100, on_threads(1), Design((8, 9))).digest


def test_without_ns_every_possible_row_shares_the_error():
    found = run(CAMPAIGN, LEAF, on_threads(1), Design())
    results = [value for value in found.histogram if value >= 0]
    assert [row.n for row in found.rows] == list(range(min(results), max(results) + 1))
    assert found.among == 65
    named = run(CAMPAIGN, LEAF, on_threads(1), Design(tuple(row.n for row in found.rows)))
    for wide, narrow in zip(found.rows, named.rows, strict=True):
        assert wide.low <= narrow.low <= narrow.high <= wide.high


@pytest.mark.parametrize("workers", [1, 2])
def test_a_campaign_stops_as_soon_as_it_is_narrow_enough(workers):
    width = Q(1, 50)
    found = run(CAMPAIGN, 10**9, on_threads(workers), Design((9,), Q(99, 100), until_width(width)))
    assert found.enough
    assert found.method == ANYTIME
    assert found.rows[0].high - found.rows[0].low <= width
    assert (found.trials, found.digest) == (8 * LEAF, by_hand(CAMPAIGN, 8 * LEAF, [9], ANYTIME)[0])


def test_a_campaign_decides_on_which_side_it_is():
    above = run(CAMPAIGN, 10**9, on_threads(1), Design((14,), Q(99, 100), until_decides(Q(1, 10))))
    assert above.enough
    assert above.rows[0].low >= Q(9, 10)
    below = run(CAMPAIGN, 10**9, on_threads(1), Design((9,), Q(99, 100), until_decides(Q(1, 10))))
    assert below.enough
    assert below.rows[0].high < Q(9, 10)
    undecided = run(CAMPAIGN, 5000, on_threads(1), Design((9,), Q(99, 100), until_width(Q(1, 1000))))
    assert not undecided.enough
    assert undecided.trials == 5000


@pytest.mark.parametrize("trials", [0, -1, 10**18, 2**40 + 1])
def test_trials_out_of_range(trials):
    with pytest.raises(BadInput, match="trials"):
        leaves_of(trials)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: NetworkPassage(1, (4,), Q(1, 2), 9), "network"),
        (lambda: NetworkPassage(1, (4, 0), Q(1, 2), 9), "network"),
        (lambda: NetworkPassage(1, (4, 4), Q(3, 2), 9), "eps"),
        (lambda: NetworkPassage(1, (4, 4), Q(1, 2), 5000), "most"),
        (lambda: NetworkPassage(2**64 - 1, (4, 4), Q(1, 2), 9), "seed"),
        (lambda: Growth(1, UNIFORM, Q(2), 3), "eps"),
        (lambda: Growth(1, UNIFORM, Q(1, 2**30), 3), "eps"),
        (lambda: Growth(1, UNIFORM, Q(1, 2), -1), "growth"),
        (lambda: FirstPassage(-1, UNIFORM, Q(1, 2), 9), "seed"),
        (lambda: FirstPassage(1, UNIFORM, Q(-1, 2), 9).counter(), "eps"),
        (lambda: FirstPassage(1, GADGET, Q(1, 2), 1 << 13), "most: 8192"),
        (lambda: on_threads(0), "workers"),
    ],
)
def test_parameters_out_of_range(make, word):
    with pytest.raises(BadInput, match=word):
        make()


def test_pieces_too_many_are_refused_not_miscounted():
    campaign = Growth(1, UNIFORM, Q(1, 2**20), 40)
    with pytest.raises(BadInput, match="pieces"):
        results_of(campaign.counter(), (0, 50))


def test_an_executor_is_closed_when_there_is_enough():
    closed = []

    def endless(campaign, work):
        counter = campaign.counter()
        try:
            for item in work:
                yield run_leaf(counter, item)
        finally:
            closed.append(True)

    run(CAMPAIGN, 10**9, endless, Design((9,), Q(1, 2), until_width(Q(1, 2))))
    assert closed == [True]
