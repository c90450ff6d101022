"""The ledger: killed at any moment, full, held by another, forged or torn, it loses and doubles nothing."""

import json
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction as Q

import pytest

from lt_proofs.campaigns.campaign import FirstPassage
from lt_proofs.campaigns.leaves import LEAF, run_leaf
from lt_proofs.campaigns.ledger import Ledger, LedgerFull
from lt_proofs.campaigns.run import Design, Unfaithful, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.errors import BadInput, Malformed
from lt_proofs.laws import UNIFORM

CAMPAIGN = FirstPassage(7, UNIFORM, Q(1, 10), 64)
PARAMETERS = CAMPAIGN.parameters()
DESIGN = Design((9,))


def leaves(numbers, trials=LEAF):
    counter = CAMPAIGN.counter()
    return [run_leaf(counter, (number, trials)) for number in numbers]


def opened(path, **change):
    return Ledger.open(path, {**PARAMETERS, **change}, resume=True)


def digest(trials):
    return run(CAMPAIGN, trials, on_threads(1), DESIGN).digest


def refused(campaign, work):
    raise AssertionError(f"leaf {next(work, None)} is run, though the ledger holds it")
    yield


def test_leaves_come_back_as_they_went_in(tmp_path):
    path, kept = tmp_path / "a ledger.sqlite", leaves((0, 3, 1))
    with opened(path) as ledger:
        ledger.add(kept)
        assert ledger.sizes() == {0: LEAF, 1: LEAF, 3: LEAF}
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "closing leaves one file"
    reading = Ledger.read(path)
    assert [reading.leaf(leaf.number) for leaf in kept] == kept
    assert reading.parameters == PARAMETERS
    with pytest.raises(BadInput):
        reading.add(kept)
    reading.close()


def test_nothing_is_run_twice_and_more_trials_may_follow(tmp_path):
    path, trials = tmp_path / "ledger.sqlite", 2 * LEAF + 100
    with opened(path) as ledger:
        first = run(CAMPAIGN, trials, on_threads(2), DESIGN, ledger)
    with opened(path) as ledger:
        again = run(CAMPAIGN, trials, refused, DESIGN, ledger)
    assert first.digest == again.digest == digest(trials)
    with opened(path) as ledger:
        longer = run(CAMPAIGN, 4 * LEAF, on_threads(2), DESIGN, ledger)
        assert ledger.sizes() == dict.fromkeys(range(4), LEAF), "the short leaf gave way to the whole one"
        shorter = run(CAMPAIGN, trials, on_threads(2), DESIGN, ledger)
        assert ledger.sizes()[2] == LEAF
    assert longer.digest == digest(4 * LEAF)
    assert shorter.digest == first.digest


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path):
    path, good = tmp_path / "ledger.sqlite", leaves((0,))[0]
    bad = replace(good, number=1, digest=None)
    with opened(path) as ledger:
        with pytest.raises(BadInput):
            ledger.add([good, bad])
        assert ledger.sizes() == {}


def test_false_leaves_are_forgotten(tmp_path):
    def lying(campaign, work):
        yield from leaves((0, 1))
        raise Unfaithful({1}, BadInput("cluster", "x", "y"))

    with opened(tmp_path / "ledger.sqlite") as ledger:
        ledger.add(leaves((1,)))
        with pytest.raises(BadInput, match="cluster"):
            run(CAMPAIGN, 9 * LEAF, lying, DESIGN, ledger)
        assert set(ledger.sizes()) == {0}


def test_another_campaign_is_refused_with_both_shown(tmp_path):
    path = tmp_path / "ledger.sqlite"
    opened(path).close()
    with pytest.raises(BadInput, match=r"seed 7, this one is of seed 8"):
        opened(path, seed=8)
    with pytest.raises(BadInput, match=r"eps 1/10, .*eps 1/9"):
        opened(path, eps="1/9")


def test_an_existing_ledger_is_continued_only_when_asked(tmp_path):
    path = tmp_path / "ledger.sqlite"
    opened(path).close()
    with pytest.raises(BadInput, match="--resume"):
        Ledger.open(path, PARAMETERS, resume=False)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(BadInput, match="link"):
        opened(tmp_path / "link")
    with pytest.raises(BadInput, match="cannot be used"):
        opened(tmp_path / "no" / "folder" / "x")
    with pytest.raises(BadInput, match="no such file"):
        Ledger.read(tmp_path / "missing")


def test_a_second_process_is_refused(tmp_path):
    path = tmp_path / "ledger.sqlite"
    code = (
        "import sys; from lt_proofs.cli import run; sys.exit(run(['estimate', '--law', 'uniform', '--eps', '1/10', "
        f"'--trials', '10', '--seed', '7', '--ledger', {str(path)!r}, '--resume']))"
    )
    with opened(path) as ledger:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 3
        assert "another process has it open" in done.stderr
        assert done.stderr.count("\n") == 1
        ledger.add(leaves((0,)))
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def forged(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


FORGERIES = {
    "trigger": ["CREATE TRIGGER t AFTER INSERT ON leaves BEGIN DELETE FROM leaves; END"],
    "view": ["CREATE VIEW v AS SELECT 1"],
    "index": ["CREATE INDEX i ON leaves (trials)"],
    "table": ["CREATE TABLE more (x)"],
    "schema": ["DROP TABLE leaves", "CREATE TABLE leaves (number INTEGER PRIMARY KEY)"],
    "version": ["PRAGMA user_version=2"],
    "application": ["PRAGMA application_id=0"],
    "campaign": ["DELETE FROM campaign"],
    "campaigns": ["INSERT INTO campaign VALUES ('{}')"],
    "parameters": ["UPDATE campaign SET parameters = '[' "],
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_no_ledger_is_malformed(tmp_path, forgery):
    path = tmp_path / "ledger.sqlite"
    opened(path).close()
    forged(path, *FORGERIES[forgery])
    for open_it in (opened, Ledger.read):
        with pytest.raises(Malformed):
            open_it(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a database, but long enough to be looked at" * 50, b"SQLite format 3\0"]
)
def test_other_files_are_malformed(tmp_path, content):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(Malformed):
        opened(path)
    assert path.read_bytes() == content


def test_a_torn_ledger_is_malformed(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with opened(path) as ledger:
        ledger.add(leaves(range(30)))
    whole = path.read_bytes()
    for size in (len(whole) // 2, len(whole) - 4096, 5000, 100):
        path.write_bytes(whole[:size])
        with pytest.raises(Malformed), opened(path) as ledger:
            run(CAMPAIGN, 30 * LEAF, on_threads(1), DESIGN, ledger)


@pytest.mark.parametrize(
    "change",
    ["histogram = 'x'", "trials = 5000", "trials = 0", "digest = x'00'", "histogram = '9:-1,8:4097'"],
)
def test_a_row_that_does_not_hold_together_is_malformed(tmp_path, change):
    path = tmp_path / "ledger.sqlite"
    with opened(path) as ledger:
        ledger.add(leaves((0,)))
    forged(path, f"UPDATE leaves SET {change}")
    with opened(path) as ledger, pytest.raises(Malformed, match="leaf 0"):
        ledger.leaf(0)


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    path, trials = tmp_path / "ledger.sqlite", 60 * LEAF
    monkeypatch.setattr("lt_proofs.campaigns.run.BATCH_SECONDS", 0)
    with opened(path) as ledger:
        ledger._connection.execute("PRAGMA max_page_count=5")
        with pytest.raises(LedgerFull, match="--resume"):
            run(CAMPAIGN, trials, on_threads(1), DESIGN, ledger)
        kept = set(ledger.sizes())
    assert 0 < len(kept) < 60
    ran = []

    def watched(campaign, work):
        counter = campaign.counter()
        for item in work:
            ran.append(item[0])
            yield run_leaf(counter, item)

    with opened(path) as ledger:
        assert run(CAMPAIGN, trials, watched, DESIGN, ledger).digest == digest(trials)
    assert sorted(ran) == sorted(set(range(60)) - kept)


ESTIMATE = ["estimate", "--law", "uniform", "--eps", "1/100", "--seed", "7", "--json", "--resume", "--workers", "1"]


@pytest.fixture
def estimate(start):
    """Start an estimate with a ledger."""

    def estimate(path, trials, **options):
        command = [sys.executable, "-m", "lt_proofs", *ESTIMATE, "--trials", str(trials), "--ledger", str(path)]
        return start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    return estimate


def few_bytes():
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def test_a_file_that_may_not_grow_is_one_line_and_goes_on_later(estimate, tmp_path):
    """The process may write 40,000 bytes to a file, so the ledger's log is soon full."""
    path = tmp_path / "ledger.sqlite"
    process = estimate(path, 1_000_000, preexec_fn=few_bytes)
    out, err = process.communicate()
    assert (process.returncode, out) == (3, "")
    last = err.splitlines()[-1]
    assert "cannot be written" in last
    assert "--resume" in last
    with Ledger.open(path, {**PARAMETERS, "eps": "1/100"}, resume=True) as ledger:
        campaign = FirstPassage(7, UNIFORM, Q(1, 100), 64)
        found = run(campaign, 10 * LEAF, on_threads(1), DESIGN, ledger)
    assert found.digest == run(campaign, 10 * LEAF, on_threads(1), DESIGN).digest


def killed_again_and_again(estimate, path, trials, kills, seconds):
    """Start, kill at a random moment, start again; at last let it end. Returns how many leaves each run began with."""
    random_, begun = random.Random(kills), []
    for _ in range(kills):
        process = estimate(path, trials)
        time.sleep(random_.uniform(*seconds))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if path.exists():
            ledger = Ledger.read(path)
            begun.append(len(ledger.sizes()))
            ledger.close()
    process = estimate(path, trials)
    out, _ = process.communicate()
    assert process.returncode == 0
    return begun, json.loads(out)["digest"]


def expected(trials):
    """What the command asks without --n: about every n."""
    return run(FirstPassage(7, UNIFORM, Q(1, 100), 64), trials, on_threads(2), Design()).digest


def test_killed_and_resumed_it_has_the_same_digest(estimate, tmp_path):
    begun, found = killed_again_and_again(estimate, tmp_path / "ledger.sqlite", 400_000, 3, (0.9, 2.2))
    assert begun == sorted(begun)
    assert found == expected(400_000)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_kills_at_random_moments(estimate, tmp_path):
    begun, found = killed_again_and_again(estimate, tmp_path / "ledger.sqlite", 3_000_000, 20, (0.1, 3.0))
    assert begun == sorted(begun)
    assert found == expected(3_000_000)


def test_an_interrupted_run_keeps_its_leaves(estimate, until, tmp_path):
    path = tmp_path / "ledger.sqlite"
    process = estimate(path, 100_000_000)
    log = path.with_name(path.name + "-wal")
    # one page of the log is the mark of the writer, the second the first batch of leaves
    until(lambda: process.poll() is not None or (log.exists() and log.stat().st_size >= 2 * 4096))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1].endswith("the same command with --resume continues")
    ledger = Ledger.read(path)
    assert ledger.sizes()
    ledger.close()
