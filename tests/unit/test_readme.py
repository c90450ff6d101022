"""Every block of README.md runs as written and prints what is shown; the two set-up commands are what CI runs."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"(<!-- [a-z ]+ -->\n)?```(\w+)\n(.*?)```", README, re.DOTALL)
SET_UP = {marker.strip("<!-> \n"): code for marker, _, code in BLOCKS if marker}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("readme")
    (place / "lt_proofs").symlink_to(ROOT / "lt_proofs")
    return place


def shell(code, **settings):
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], capture_output=True, text=True, check=False, **settings
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def commands_shown(code):
    """The commands of a console block, each with the output that is shown below it."""
    for part in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def prints(shown, output):
    """Whether this is the output, where … stands for anything on one line.

    >>> prints("proved, … s\\n", "proved, 0.25 s\\n"), prints("proved\\n", "refuted\\n")
    (True, False)
    """
    return re.fullmatch("[^\n]*".join(map(re.escape, shown.split("…"))), output) is not None


def needs_torch(code):
    """Whether a block is for those who have installed PyTorch, which the extra [dev] does not bring."""
    return "torch." in code


@pytest.mark.timeout(600)
def test_blocks_run_in_order(folder, monkeypatch):
    run_blocks(folder, monkeypatch, [block for block in BLOCKS if not needs_torch(block[2])])
    if (ROOT / ".git").exists():
        made = [path.name + "/" * path.is_dir() for path in folder.iterdir() if path.name != "lt_proofs"]
        assert made == kept_out_of_git(made), "outputs of the README are not in .gitignore"


def run_blocks(folder, monkeypatch, blocks):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    names = {}
    for marker, language, code in blocks:
        if marker:
            continue
        if language == "bash":
            shell(code)
        elif language == "console":
            for command, shown in commands_shown(code):
                output = shell(command)
                assert prints(shown, output), f"{command}\n{output}"
        elif language == "python":
            test = doctest.DocTestParser().get_doctest(code, names, "README.md", "README.md", 0)
            runner = doctest.DocTestRunner(verbose=False)
            runner.run(test, clear_globs=False)
            names.update(test.globs)
            assert runner.failures == 0


def kept_out_of_git(names):
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ignored.stdout.split()


def test_names_that_git_would_keep_are_found():
    if (ROOT / ".git").exists():
        assert kept_out_of_git(["samples.json", "README.md", "my-ticket/"]) == ["samples.json", "my-ticket/"]


def test_shown_output_is_compared():
    assert list(commands_shown("$ a\n1\n2\n$ b\n")) == [("a", "1\n2\n"), ("b", "")]
    assert prints("proved, … s\n", "proved, 0.25 s\n")
    assert not prints("proved, … s\n", "proved\n, 2 s\n")
    assert not prints("covered\n", "covered: no\n")


def test_first_screen_comes_first():
    first = README[: README.index("## ")]
    assert (
        first.index("torch.nn")
        < first.index("PROVED")
        < first.index("REFUTED")
        < first.index("main job")
        < first.index("test command")
    )
    assert list(SET_UP) == ["main job", "test command", "activation"]


def test_nothing_is_said_to_come_from_an_index_that_does_not_have_it():
    """The project is installed from its checkout."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for path in [*pages, *(ROOT / "lt_proofs").rglob("*.py")]:
        assert not re.search(r"pip3? install [^\n]*\blt_proofs\b(?!:)", path.read_text("utf-8")), path


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_the_second_installation_replaces_the_first(tmp_path):
    """Nothing of the first is left in its way, although the first has compiled and run the kernels."""
    clone = tmp_path / "clone"
    left_out = shutil.ignore_patterns(".git", ".venv*", "__pycache__", "build", "*.egg-info", "reports", ".*_cache")
    shutil.copytree(ROOT, clone, ignore=left_out)
    own = {"XDG_CACHE_HOME": str(tmp_path / "caches"), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    settings = {"cwd": clone, "env": {**own, **{k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_"))}}}
    shell(SET_UP["main job"], **settings)
    installation, tests = SET_UP["test command"].rsplit("\n", 2)[:2]
    shell(installation, **settings)
    shell(f"{tests} tests/unit/test_kernels_compiled.py tests/unit/test_caches.py", **settings)
    elsewhere = {**settings, "cwd": tmp_path}
    assert "PROVED: 1 claim;" in shell("clone/.venv/bin/lt-proofs check r3", **elsewhere)
    where = shell('clone/.venv/bin/python -c "import lt_proofs; print(lt_proofs.__file__)"', **elsewhere)
    assert Path(where.strip()) == clone / "lt_proofs" / "__init__.py"
    assert not list(clone.glob(".venv/lib/*/site-packages/lt_proofs/**"))
    assert shell(SET_UP["activation"] + "lt-proofs --version", **settings).startswith("lt-proofs ")


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
