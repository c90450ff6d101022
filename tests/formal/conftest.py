"""Coq on one file of a test; without coqc, or with formal/ not built, these tests are skipped and say so."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FORMAL = Path(__file__).resolve().parents[2] / "formal"
SOURCES = sorted(FORMAL.glob("*.v"))


@pytest.fixture(scope="session")
def built():
    """The folder formal/, built; a test that needs it is skipped where there is no coqc or it has not been built."""
    if shutil.which("coqc") is None:
        pytest.skip("no coqc: apt-get install $(cat formal/packages.txt)")
    if not all(path.with_suffix(".vo").exists() for path in SOURCES):
        pytest.skip("formal/ is not built: make -C formal")
    return FORMAL


@pytest.fixture
def coqc(built, tmp_path):
    """Compile the text of a file against formal/; return the finished process, its output as text."""

    def coqc(text, name="trial"):
        path = tmp_path / f"{name}.v"
        path.write_text(text, "utf-8")
        command = ["coqc", "-w", "-all", "-R", str(built), "LT", str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return coqc


@pytest.fixture
def evaluate(coqc):
    """Let Coq compute a term that is a list of integers, and return them."""

    def evaluate(text, term):
        answer = coqc(f"{text}\nSet Printing Width 1000000.\nEval vm_compute in ({term}).\n")
        assert answer.returncode == 0, answer.stderr
        (listed,) = re.findall(r"= (?:\[::?)?(.*?)\]?(?:%\w+)?\s*: (?:seq|list)", answer.stdout, re.DOTALL)
        return [int(number) for number in re.findall(r"-?\d+", listed)]

    return evaluate
