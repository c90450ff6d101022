"""The mutants of the checker that no test kills: each is named with its reason, and speaks of a line that is there."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lt_proofs.certificates.checking import CHECKER

HERE = Path(__file__).resolve().parent / "mutation"
LIST = json.loads((HERE / "survivors.json").read_text())
KINDS = ("the same", "only a message", "only a limit", "only speed", "only precision", "rejects more", "accepts more")


def test_named_mutants_are_of_lines_that_are_there():
    for file, groups in LIST["survivors"].items():
        source = " ".join(line.strip() for line in (CHECKER / file).read_text("utf-8").splitlines())
        for group in groups:
            assert group["line"] in source, f"{file}: {group['line']} has changed; run {HERE / 'run.py'} on it"


def test_every_named_mutant_has_a_reason_of_a_known_kind_and_is_named_once():
    for groups in LIST["survivors"].values():
        seen = [(group["in"], group["line"], *row) for group in groups for row in group["becomes"]]
        assert len(set(seen)) == len(seen)
        for group in groups:
            assert group["reason"].startswith(KINDS), group["reason"]
            assert all(change != group["line"] for _, change in group["becomes"])


def test_the_totals_add_up():
    named = {file: sum(len(group["becomes"]) for group in groups) for file, groups in LIST["survivors"].items()}
    for file, row in LIST["totals"].items():
        assert row["mutants"] == row["killed"] + row["equal"] + row["named"]
        assert row["named"] == named.get(file, 0)


def test_every_module_has_totals_or_waits_for_them():
    """A module that changed after its mutants were run is stale: its named mutants may not be all that survive."""
    files = {str(path.relative_to(CHECKER)) for path in CHECKER.rglob("*.py") if path.name != "__init__.py"}
    assert not set(LIST["totals"]) & set(LIST["stale"])
    assert set(LIST["totals"]) | set(LIST["stale"]) == files
    assert set(LIST["survivors"]) <= files


def test_what_was_only_sampled_is_stale():
    """Of a sample it is written how many mutants were run, and how many survive without a name."""
    sampled = LIST["sampled"]["files"]
    assert set(sampled) <= set(LIST["stale"])
    assert all(0 <= row["not_named"] <= row["mutants"] for row in sampled.values())


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(importlib.util.find_spec("cosmic_ray") is None, reason="needs cosmic-ray")
def test_a_random_sample_is_killed_or_named():
    modules = [Path(file).stem for file in LIST["totals"]]
    if not modules:
        pytest.skip("every module changed after its mutants were run")
    command = [sys.executable, str(HERE / "run.py"), "--sample", "300", "--seed", "0", *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(importlib.util.find_spec("cosmic_ray") is None, reason="needs cosmic-ray")
def test_a_verdict_is_that_of_all_examiners_on_a_checker_loaded_anew():
    """Those left out, for they do not reach the statement, and functions changed in place make no difference."""
    command = [sys.executable, str(HERE / "run.py"), "--thorough", "--sample", "20", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "20 mutants judged twice, 0 differ" in done.stdout, done.stdout + done.stderr
