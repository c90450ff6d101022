"""Exact subset-sum engines against the clock and against exact solvers on the same instances.

Ratios are taken in the same run, this program and the peer taking turns, median of five. Peers run in
processes of their own, from the interpreter that LT_PROOFS_PEERS names (this one if it names none).
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lt_proofs.laws import UNIFORM, law_named
from lt_proofs.subset_sum import any_within_each, best_subsets, coverage, fewest_within_each, first_passages

pytestmark = pytest.mark.timeout(900)

UNIT = 1 << 24
EPS = UNIT // 100
ROUNDS = 5
WEIGHTS = 397_000
LEAF = 4096


def uniform(rows, number, seed=0):
    """Return independent samples for each row, and targets, uniform on [-1, 1], in units of 2^-24."""
    random = np.random.default_rng(seed)
    samples = 2 * random.integers(0, UNIT, (rows, number)) + 1 - UNIT
    return samples, random.integers(-UNIT, UNIT + 1, rows)


def seconds(work):
    """Return the wall seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def five(work):
    """Return the wall seconds of five runs, and the processor seconds, which a busy machine changes less."""
    work()
    walls, processors = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        walls.append(seconds(work))
        processors.append(time.process_time() - began)
    return walls, processors


class Peer:
    """A solver in a process of its own."""

    def __init__(self, name):
        python = os.environ.get("LT_PROOFS_PEERS", sys.executable)
        script = Path(__file__).with_name("peers.py")
        self.process = subprocess.Popen(
            [python, script, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        first = self.process.stdout.readline()
        if not first:
            self.close()
            pytest.skip(f"{name} is not installed")
        self.version = json.loads(first)["version"]

    def solve(self, kind, samples, target, eps=EPS):
        question = {"kind": kind, "samples": samples.tolist(), "target": int(target), "eps": eps}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.communicate()


@pytest.fixture
def peer(request):
    solver = Peer(request.param)
    yield solver
    solver.close()


def test_best_subset(row):
    samples, targets = uniform(WEIGHTS, 21)
    raw, processor = five(lambda: best_subsets(samples, targets))
    row("best subset, n = 21, masks, 397,000 instances", raw, "s", 3.5, 2, processor_seconds=processor)


def test_any_subset(row):
    samples, targets = uniform(WEIGHTS, 21)
    raw, processor = five(lambda: any_within_each(samples, targets - EPS, targets + EPS))
    row("any subset within 0.01, n = 21, 397,000 instances", raw, "s", 0.2, 0.1, processor_seconds=processor)


def gadgets(rows, number):
    """Return rows of gadget samples and targets on [-1, 1], in units of 2^-48."""
    random = np.random.default_rng(3)
    a, b = (2 * random.integers(0, UNIT, (rows, number)) + 1 - UNIT for _ in range(2))
    return b * np.maximum(a, 0), random.integers(-(UNIT**2), UNIT**2 + 1, rows)


def test_fewest(row):
    samples, targets = gadgets(784_000, 32)
    low, high = targets - UNIT**2 // 100, targets + UNIT**2 // 100
    raw, processor = five(lambda: fewest_within_each(samples, low, high))
    row("fewest within 0.01 of 32 gadget samples, 784,000 instances", raw, "s", 2, processor_seconds=processor)


@pytest.mark.parametrize(
    ("eps", "leaves", "gate", "aim"), [("0.01", 100, 300_000, 500_000), ("0.0001", 4, 2_500, 5_000)]
)
def test_first_passage(row, eps, leaves, gate, aim):
    def campaign():
        passages = first_passages(UNIFORM, 1, leaves * LEAF, eps)
        parts = [hashlib.sha256(leaf.tobytes()).digest() for leaf in passages.reshape(leaves, LEAF)]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    walls, processor = five(campaign)
    row(
        f"first passage at ε = {eps}, uniform, Philox and digest included",
        [leaves * LEAF / wall for wall in walls],
        "/s", gate, aim, least=True, trials=leaves * LEAF, processor_seconds=processor,
    )  # fmt: skip


@pytest.mark.parametrize("law", ["product", "gadget"])
def test_first_passage_of_other_laws(row, law):
    trials = 40_000
    walls, processor = five(lambda: first_passages(law_named(law), 1, trials, "0.01", most=200))
    row(
        f"first passage at ε = 0.01, {law}",
        [trials / wall for wall in walls],
        "/s", least=True, trials=trials, processor_seconds=processor,
    )  # fmt: skip


# number of instances that this program solves in one turn, enough to be timed; a solver solves one
TURNS = {"best": 20_000, "any": 200_000}
GATES = {"best": (40_000, 80_000), "any": (1_500, None)}


@pytest.mark.parametrize("kind", ["best", "any"])
@pytest.mark.parametrize("peer", ["cp-sat", "highs", "gurobi"], indirect=True)
def test_against_a_solver(row, request, peer, kind):
    name = request.node.callspec.params["peer"]
    samples, targets = uniform(TURNS[kind], 21)
    ours = {
        "best": lambda: best_subsets(samples, targets, threads=1),
        "any": lambda: any_within_each(samples, targets - EPS, targets + EPS, threads=1),
    }[kind]
    # exact answers, to count those of the solver that are not optimal
    _, errors = best_subsets(samples[:ROUNDS], targets[:ROUNDS])
    ours()
    ratios, mine, theirs, wrong = [], [], [], 0
    for turn in range(ROUNDS):
        mine.append(seconds(ours) / len(samples))
        answer = peer.solve(kind, samples[turn], targets[turn])
        theirs.append(answer["seconds"])
        ratios.append(theirs[-1] / mine[-1])
        wrong += int(answer["error"] > (errors[turn] if kind == "best" else EPS))
    what = "best subset" if kind == "best" else "any subset within 0.01"
    remark = f", {wrong} of {ROUNDS} of its answers not optimal" if wrong else ""
    entry = row(
        f"{what}, n = 21, against {name} {peer.version}{remark}",
        ratios,
        "×",
        *GATES[kind],
        least=True,
        seconds=mine,
        peer_seconds=theirs,
        peer_not_optimal=wrong,
    )
    assert entry["gate_met"]


@pytest.mark.parametrize("kind", ["best", "cover"])
@pytest.mark.parametrize("peer", ["numpy"], indirect=True)
def test_against_enumeration(row, peer, kind):
    samples, targets = uniform(20_000, 20)
    ours = {
        "best": lambda: best_subsets(samples, targets, threads=1),
        "cover": lambda: first_passages(UNIFORM, 2, len(samples), "0.01", most=20, threads=1),
    }[kind]
    ours()
    ratios, mine, theirs = [], [], []
    for turn in range(ROUNDS):
        mine.append(seconds(ours) / len(samples))
        answer = peer.solve(kind, samples[turn], UNIT if kind == "cover" else targets[turn])
        theirs.append(answer["seconds"])
        ratios.append(theirs[-1] / mine[-1])
        if kind == "cover":
            assert answer["covered"] == coverage(samples[turn].tolist(), EPS, (-UNIT, UNIT)).covered
    what = {"best": "best subset, n = 20", "cover": "covered or not and first passage, n = 20, ε = 0.01"}[kind]
    entry = row(
        f"{what}, one core, against NumPy enumeration", ratios, "×", 3_000, 10_000, least=True,
        seconds=mine, peer_seconds=theirs,
    )  # fmt: skip
    assert kind == "best" or entry["gate_met"]


def test_starting(row, tmp_path):
    """The first call of a fresh installation compiles; later processes load machine code."""
    work = "from lt_proofs.subset_sum import best_subset; best_subset([1, 2, 4] * 7, 5)"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def start():
        subprocess.run([sys.executable, "-c", work], env=environment, check=True)

    row("first best subset of a fresh installation", [seconds(start)], "s", 10)
    row("best subset in a later process", [seconds(start) for _ in range(ROUNDS)], "s", 2.5)
