"""Leaves on a real cluster: a scheduler and workers, each a process of its own."""

import json
import os
import signal
import sys
from fractions import Fraction as Q
from pathlib import Path

import pytest

from lt_proofs.campaigns import cluster
from lt_proofs.campaigns.campaign import FirstPassage
from lt_proofs.campaigns.cluster import ClusterFailed, on_cluster
from lt_proofs.campaigns.leaves import LEAF
from lt_proofs.campaigns.ledger import Ledger
from lt_proofs.campaigns.run import Design, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.errors import BadInput, LtProofsError
from lt_proofs.laws import UNIFORM

pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install -e '.[cluster]'")
# a library of the cluster's, not ours, may leave a socket to the collector
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(180)]

CAMPAIGN = FirstPassage(7, UNIFORM, Q(1, 50), 64)
DESIGN = Design((14,))
LIAR = """
import lt_proofs.campaigns.cluster as cluster
def lie(parameters, work):
    counter = cluster._counter(parameters)
    leaves = [cluster.run_leaf(counter, item) for item in work]
    return [(leaf.number, leaf.trials, list(leaf.histogram), bytes(32)) for leaf in leaves]
cluster.run_on_worker = lie
"""
FAULTY = """
import lt_proofs.campaigns.cluster as cluster
def fail(parameters, work):
    raise ImportError("no module of that name")
cluster.run_on_worker = fail
"""


class Local:
    """A scheduler on a free port, and workers that can be killed."""

    def __init__(self, folder, start, until):
        self.folder, self.process, self.count = folder, start, 0
        file = folder / "scheduler.json"
        self.start("scheduler", "--scheduler-file", str(file), "--port", "0", "--host", "127.0.0.1", "--no-dashboard")
        self.address = until(lambda: self.address_in(file))

    @staticmethod
    def address_in(file):
        try:
            return json.loads(file.read_text())["address"]
        except (OSError, ValueError):
            return None

    def start(self, role, *options):
        command = [sys.executable, "-m", "distributed.cli.dask_" + role, *options]
        environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2"}
        self.count += 1
        with (self.folder / f"{role}-{self.count}.log").open("wb") as log:
            return self.process(command, stdout=log, stderr=log, env=environment, cwd=self.folder)

    def worker(self, *options):
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", *options)


@pytest.fixture
def local(tmp_path, start, until):
    return Local(tmp_path, start, until)


def here(trials):
    return run(CAMPAIGN, trials, on_threads(1), DESIGN).digest


def test_one_digest_though_a_worker_is_killed_in_the_middle_of_a_leaf(local, tmp_path):
    doomed = local.worker()
    local.worker()
    seen = []

    def kill_one(done, total):
        if done >= 6 * LEAF and not seen:
            seen.append(done)
            doomed.send_signal(signal.SIGKILL)

    with Ledger.open(tmp_path / "ledger.sqlite", CAMPAIGN.parameters(), resume=True) as ledger:
        found = run(CAMPAIGN, 60 * LEAF, on_cluster(local.address), DESIGN, ledger, kill_one)
        assert len(ledger.sizes()) == 60
    assert seen
    assert doomed.wait() == -signal.SIGKILL
    assert found.digest == here(60 * LEAF)


def test_a_lying_worker_is_caught_and_its_leaves_forgotten(local, tmp_path):
    (tmp_path / "liar.py").write_text(LIAR)
    local.worker("--preload", str(tmp_path / "liar.py"))
    with Ledger.open(tmp_path / "ledger.sqlite", CAMPAIGN.parameters(), resume=True) as ledger:
        with pytest.raises(ClusterFailed, match=r"tcp://.* returned a false leaf"):
            run(CAMPAIGN, 40 * LEAF, on_cluster(local.address), DESIGN, ledger)
        assert ledger.sizes() == {}
        assert run(CAMPAIGN, 40 * LEAF, on_threads(1), DESIGN, ledger).digest == here(40 * LEAF)


def test_a_worker_that_cannot_work_is_an_error_of_one_line(local, tmp_path):
    (tmp_path / "faulty.py").write_text(FAULTY)
    local.worker("--preload", str(tmp_path / "faulty.py"))
    with pytest.raises(ClusterFailed, match="no module of that name"):
        run(CAMPAIGN, 40 * LEAF, on_cluster(local.address), DESIGN)


def test_without_workers_it_gives_up_in_one_line(local):
    with pytest.raises(ClusterFailed, match="no workers left"):
        run(CAMPAIGN, LEAF, on_cluster(local.address, patience=1.5), DESIGN)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "", "tcp://"])
def test_no_scheduler_there(address, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 1)
    with pytest.raises(BadInput, match="--cluster") as caught:
        on_cluster(address)
    assert "\n" not in str(caught.value)


def test_what_a_worker_returns_is_read_with_care():
    good = cluster.run_on_worker(cluster.canonical_json(CAMPAIGN.parameters()), [(0, 10), (1, 10)])
    assert [leaf.number for leaf in cluster._read(good, [(0, 10), (1, 10)])] == [0, 1]
    n, trials, pairs, digest = good[0]
    for bad in (
        [(n, trials, pairs, digest[:-1]), good[1]],
        [(n, trials, [(9, 11)], digest), good[1]],
        [(n, trials, [(9, 11), (8, -1)], digest), good[1]],
        [(n, trials, "x", digest), good[1]],
        [(n + 1, trials, pairs, digest), good[1]],
        good[::-1],
        good[:1],
        None,
        7,
    ):
        assert cluster._read(bad, [(0, 10), (1, 10)]) is None


def test_failures_of_a_cluster_are_errors_of_this_package():
    assert issubclass(ClusterFailed, LtProofsError)
    assert Path(cluster.__file__).name == "cluster.py"
