"""Files that ask for as much work as their author could think of are decided within the stated limits."""

import importlib.util
import json
import random
import resource
import sys
from pathlib import Path

import pytest

from lt_proofs.certificates.checking import CHECKER

SPEC = importlib.util.spec_from_file_location("costly", Path(__file__).parent / "costly.py")
costly = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(costly)
KINDS = costly.KINDS
MEMORY = 512 * 2**20
SECONDS = 60  # of the processor: three times what the counted work stands for, for machines differ


@pytest.mark.parametrize("kind", KINDS)
def test_work_is_counted_while_it_is_done(checker, monkeypatch, tmp_path, kind):
    """With a hundredth of the work every kind of file is decided, nearly all of them for what they ask."""
    monkeypatch.setattr(checker.errors, "MAX_WORK", checker.errors.MAX_WORK // 100)
    file = tmp_path / "costly.json"
    file.write_text(KINDS[kind](random.Random(0)))
    said = checker.main.examine(file, None)
    assert "limits of this machine" not in said.get("reason", "")
    assert said["state"] != "malformed" or "more work than" in said["reason"] or "not" in said["reason"]
    if said["state"] != "malformed":
        assert checker.errors.WORK[0] <= checker.errors.MAX_WORK


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", KINDS)
def test_files_are_decided_within_the_limits(finish, tmp_path, kind):
    """Seconds of the processor and bytes of address space, which the system counts: beyond them the process ends."""
    file = tmp_path / "costly.json"
    file.write_text(KINDS[kind](random.Random(1)))

    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [sys.executable, "-I", "-S", str(CHECKER), "--json", str(file)]
    done = finish(command, preexec_fn=limits)
    assert done.returncode in (0, 1, 3), done.stderr
    (said,) = json.loads(done.stdout)
    assert "limits of this machine" not in said.get("reason", "")


def test_what_is_charged_depends_on_nothing_but_the_file(checker, tmp_path):
    """Constants and flows that were computed before cost as much as new ones."""
    file, costs = tmp_path / "costly.json", []
    for text in (
        costly.refuted(["<=", ["+", ["log", "3"], ["atan", "pi"]], "x"], {"x": "1"}),
        KINDS["quotients_added"](random),
    ):
        file.write_text(text)
        for _ in range(2):
            checker.main.examine(file, None)
            costs.append(checker.errors.WORK[0])
    assert costs[0] == costs[1] > 0
    assert costs[2] == costs[3] > 0
