"""Every block of README.md runs as written; the two set-up commands are what the CI script runs."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"(<!-- [a-z ]+ -->\n)?```(\w+)\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("readme")
    (place / "lt_proofs").symlink_to(ROOT / "lt_proofs")
    return place


def test_blocks_run_in_order(folder, monkeypatch):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.chdir(folder)
    names = {}
    for marker, language, code in BLOCKS:
        if marker:
            continue
        if language == "bash":
            command = ["bash", "-euo", "pipefail", "-c", code]
            done = subprocess.run(
                command, capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False
            )
            assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
        else:
            test = doctest.DocTestParser().get_doctest(code, names, "README.md", "README.md", 0)
            runner = doctest.DocTestRunner(verbose=False)
            runner.run(test, clear_globs=False)
            names.update(test.globs)
            assert runner.failures == 0


def test_first_screen_comes_first():
    first = README[: README.index("## ")]
    assert first.index("PROVED") < first.index("REFUTED") < first.index("main job") < first.index("test command")
    assert [marker.strip() for marker, _, _ in BLOCKS if marker] == ["<!-- main job -->", "<!-- test command -->"]


# the other scripts prove claims that other tests prove as well
QUICK = ("contraction", "four_cycle", "theorem_1")
SCRIPTS = [
    pytest.param(path, marks=() if path.stem in QUICK else pytest.mark.slow, id=path.stem)
    for path in sorted((ROOT / "checks").glob("*.py"))
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_check_scripts_prove_their_result(script):
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "PROVED" in done.stdout
