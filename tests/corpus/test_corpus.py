"""Certificates kept for what they once showed: each is accepted, rejected or malformed as its folder says."""

import json
import resource
import sys
from functools import cache
from pathlib import Path

import pytest

from lt_proofs.certificates.checking import CHECKER, run_checker

HERE = Path(__file__).resolve().parent
STATES = {"accept": "accepted", "reject": "rejected", "malformed": "malformed"}
CODES = {"accepted": 0, "rejected": 1, "malformed": 3}
SECONDS, BYTES = 20, 2 * 2**30
# they spend nearly all the work that a file may cost, many seconds; cheaper ones of the same kind run each time
DEAR = {"cost-order-again-and-again", "cost-recursion-of-one-flow-ten-thousand-times"}


def kept(costly):
    """The files of the corpus with the state that each must have; those about cost run alone."""
    for folder, state in STATES.items():
        for path in sorted((HERE / folder).glob("*.json")):
            if path.name.startswith("cost-") == costly:
                marks = [pytest.mark.slow] if path.stem in DEAR else []
                yield pytest.param(path, state, id=f"{folder}-{path.stem}", marks=marks)


@cache
def examined():
    """All files that cost nothing, in one process."""
    paths = [path for folder in STATES for path in sorted((HERE / folder).glob("*.json"))]
    plain = [path for path in paths if not path.name.startswith("cost-")]
    return {Path(e.file).resolve(): e for e in run_checker(plain)}


@pytest.mark.parametrize(("path", "state"), list(kept(costly=False)))
def test_each_file_is_what_its_folder_says(path, state):
    found = examined()[path]
    assert found.state == state, found.report


def test_it_still_says_what_was_kept():
    """The sentence or reason of each file in said.json, which tests/quality/mutation/run.py --said writes."""
    kept = json.loads((HERE / "said.json").read_text())
    found = {f"{path.parent.name}/{path.name}": e.report for path, e in examined().items()}
    there = kept.keys() & found.keys()
    assert len(there) > 500
    for name in there:
        said = kept[name]
        if isinstance(said, str):
            assert found[name]["reason"].startswith(said), name
        else:
            assert {key: found[name].get(key) for key in said} == said, name


def test_it_still_takes_the_work_that_was_kept():
    """Units are counted, not measured: the same on every machine; run.py --said writes work.json as well."""
    kept = json.loads((HERE / "work.json").read_text())
    found = {f"{path.parent.name}/{path.name}": e.report["work"] for path, e in examined().items()}
    there = kept.keys() & found.keys()
    assert len(there) > 500
    assert {name: found[name] for name in there} == {name: kept[name] for name in there}


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@pytest.mark.parametrize(("path", "state"), list(kept(costly=True)))
def test_no_small_file_costs_much(finish, path, state):
    command = [sys.executable, "-I", "-S", str(CHECKER), str(path)]
    done = finish(command, preexec_fn=limited)
    assert done.stderr == ""
    assert done.returncode in (CODES[state], CODES["malformed"]), done.stdout


def test_the_corpus_is_there():
    counts = {folder: len(list((HERE / folder).glob("*.json"))) for folder in STATES}
    assert min(counts.values()) >= 20, counts
