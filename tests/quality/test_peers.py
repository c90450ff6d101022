"""A solver that the benchmarks ask is ended whatever it does, and what was wrong is one line."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent.parent
SPEC = importlib.util.spec_from_file_location("peer", ROOT / "benchmarks" / "peer.py")
peer = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(peer)

HELLO = 'import sys, time, os\nprint(\'{"version": "1"}\', flush=True)\nsys.stdin.readline()\n'
FAULTS = {
    "print('no solution', flush=True)\ntime.sleep(600)": "answered 'no solution'",
    "print('3', flush=True)\ntime.sleep(600)": "answered '3'",
    "sys.exit('no licence')": "has ended: no licence",
    "os.close(1)\ntime.sleep(600)": "has ended",
    "time.sleep(600)": "gave no answer in 1 s",
}


def ask(one):
    return one.solve("any", np.array([3, 5]), 5, 1)


@pytest.mark.parametrize(("fault", "words"), FAULTS.items())
def test_a_solver_without_an_answer_is_ended(monkeypatch, tmp_path, fault, words):
    (tmp_path / "solver.py").write_text(HELLO + fault)
    wait = subprocess.Popen.wait
    monkeypatch.setattr(subprocess.Popen, "wait", lambda self, timeout=None: wait(self, timeout and 0.5))
    with peer.Peer("solver", tmp_path / "solver.py", 1 if "1 s" in words else 60) as one:
        with pytest.raises(peer.PeerFailed, match=f"^solver {words}"):
            ask(one)
        assert one.process.returncode is not None
        assert one.process.stdout.closed


def test_a_solver_that_is_not_installed_fails_at_once(tmp_path):
    (tmp_path / "solver.py").write_text("import no_such_solver")
    with pytest.raises(peer.PeerFailed, match="solver has ended: ModuleNotFoundError"):
        peer.Peer("solver", tmp_path / "solver.py")


def test_a_solver_with_answers_is_ended_too(tmp_path):
    (tmp_path / "solver.py").write_text(HELLO + "print('{\"error\": 0}', flush=True)\ntime.sleep(600)")
    with peer.Peer("solver", tmp_path / "solver.py") as one:
        assert (one.version, ask(one)) == ("1", {"error": 0})
    assert one.process.returncode is not None


BENCHMARK = """
from peer import Peer

def test_one(row, tmp_path):
    row("quick", [1.0], "s", 2)

def test_two(tmp_path):
    (tmp_path / "solver.py").write_text("raise SystemExit('no licence')")
    Peer("solver", tmp_path / "solver.py")
"""


def test_a_failed_peer_is_one_line_and_nothing_is_written_unless_asked(finish, tmp_path):
    """In a copy of the folder with two benchmarks of its own."""
    folder, kept = tmp_path / "benchmarks", tmp_path / "reports" / "benchmarks.json"
    folder.mkdir()
    kept.parent.mkdir()
    for name in ("conftest.py", "peer.py"):
        shutil.copy(ROOT / "benchmarks" / name, folder)
    (folder / "test_small.py").write_text(BENCHMARK)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider\n")
    command = [sys.executable, "-m", "pytest", "-q", folder]
    done = finish(command, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no figure  test_two: solver has ended: no licence" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert not kept.exists()
    assert finish([*command, "--write"], cwd=tmp_path).returncode == 0
    assert "quick" in kept.read_text()
