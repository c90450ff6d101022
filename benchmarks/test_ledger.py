"""What a campaign costs above its bare kernel, and how soon it goes on after it was killed."""

import json
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.campaigns.campaign import FirstPassage
from lt_proofs.campaigns.intervals import FIXED, interval
from lt_proofs.campaigns.leaves import LEAF
from lt_proofs.campaigns.ledger import Ledger
from lt_proofs.campaigns.run import Design, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.laws import law_named

pytestmark = pytest.mark.timeout(900)

ROUNDS = 5


def seconds(work):
    """Return wall and processor seconds of one run."""
    began = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began[0], time.process_time() - began[1]


@pytest.mark.parametrize(("law", "eps", "leaves"), [("uniform", "1/100", 400), ("gadget", "1/100", 400)])
@pytest.mark.parametrize("workers", [1, 2])
def test_ledger_and_digest_cost_little(row, tmp_path, law, eps, leaves, workers):
    """The same trials on the same threads, alternately without and with ledger, digest and intervals."""
    campaign = FirstPassage(7, law_named(law), Fraction(eps), 256 if law == "gadget" else 64)
    counter = campaign.counter()

    def bare():
        def leaf(number):
            counter(number * LEAF, np.empty(LEAF, np.int64))

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(leaf, range(leaves)))

    def recorded():
        path = tmp_path / f"{time.monotonic_ns()}.sqlite"
        with Ledger.open(path, campaign.parameters(), resume=False) as ledger:
            run(campaign, leaves * LEAF, on_threads(workers), Design((20, 60)), ledger)

    bare()
    recorded()
    ratios, processor = [], []
    for _ in range(ROUNDS):
        kernel, whole = seconds(bare), seconds(recorded)
        ratios.append(100 * (whole[0] / kernel[0] - 1))
        processor.append(100 * (whole[1] / kernel[1] - 1))
    entry = row(
        f"ledger and digest above the bare kernel, {law}, ε = {eps}, {workers} threads", ratios, "%", 3,
        processor_percent=processor,
    )  # fmt: skip
    # wall time depends on what else the machine does, processor time hardly
    assert min(entry["figure"], statistics.median(processor)) <= 3


FIRST_NEW_LEAF = """
import os, sys
from fractions import Fraction
from pathlib import Path
from lt_proofs.campaigns.campaign import FirstPassage
from lt_proofs.campaigns.leaves import LEAF
from lt_proofs.campaigns.ledger import Ledger
from lt_proofs.campaigns.run import Design, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.laws import UNIFORM

campaign = FirstPassage(7, UNIFORM, Fraction(1, 100), 64)
with Ledger.open(Path(sys.argv[1]), campaign.parameters(), resume=True) as ledger:
    kept = len(ledger.sizes())
    def stop(done, total):
        if done > kept * LEAF:
            print(kept, flush=True)
            sys.stdin.read()
    run(campaign, 10**9, on_threads(), Design((20,)), ledger, stop)
"""


def test_first_new_leaf_after_resume(row, tmp_path):
    """Seconds from the start of a process, on the ledger of a killed one, until it has counted one more leaf."""
    path, walls = tmp_path / "ledger.sqlite", []
    campaign = FirstPassage(7, law_named("uniform"), Fraction(1, 100), 64)
    with Ledger.open(path, campaign.parameters(), resume=False) as ledger:
        run(campaign, 20 * LEAF, on_threads(), Design((20,)), ledger)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        command = [sys.executable, "-c", FIRST_NEW_LEAF, str(path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            kept = process.stdout.readline()
            walls.append(time.perf_counter() - began)
        finally:
            process.kill()
            process.communicate()
        assert int(kept) >= 20
    assert row("first new leaf after --resume, start of the process included", walls, "s", 3)["gate_met"]


@pytest.mark.parametrize("share", ["1/2", "999/1000"])
def test_intervals_of_ten_billion_trials(row, share):
    trials = 10**10
    walls = [
        seconds(lambda: interval(int(trials * Fraction(share)), trials, Fraction(1, 100), FIXED))[0] for _ in range(5)
    ]
    row(f"Clopper-Pearson ends of 10^10 trials, share {share}, found and certain", walls, "s", 1)


def test_recheck_of_the_recorded_campaigns(row):
    folder = "lt_proofs/campaigns/data"
    command = [sys.executable, "-m", "lt_proofs", "recheck", "--json", folder]
    walls = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        walls.append(time.perf_counter() - began)
    assert len(json.loads(done.stdout)["accepted"]) >= 7
    row("recheck of the recorded campaigns, all trials counted again", walls, "s", 90)
