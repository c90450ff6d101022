"""The text of every --help is kept in help.txt; refresh it with ``LT_PROOFS_REFRESH=1 pytest`` on this file."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lt_proofs.cli import COMMANDS, run

KEPT = Path(__file__).with_name("help.txt")
RULE = "\n" + "=" * 80 + "\n"


@pytest.fixture(autouse=True)
def width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")


def help_of(capsys, command):
    assert run([*([command] if command else []), "--help"]) == 0
    out = capsys.readouterr().out
    return f"$ lt-proofs {command}".rstrip() + f" --help\n{out.rstrip()}\n"


def parts():
    return KEPT.read_text("utf-8").split(RULE) if KEPT.exists() else []


def test_every_help_is_as_kept(capsys):
    now = [help_of(capsys, command) for command in ("", *COMMANDS)]
    if os.environ.get("LT_PROOFS_REFRESH"):
        KEPT.write_text(RULE.join(now), "utf-8")
    assert now == parts(), "refresh with LT_PROOFS_REFRESH=1 pytest tests/messages/test_help_snapshots.py"


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_help_says_what_the_command_does_and_explains_each_option(capsys, command):
    text = help_of(capsys, command)
    usage, does, *_ = re.split(r"\n\s*\n", text)
    assert f"lt-proofs {command}" in usage
    assert does.strip().endswith(".")
    options = text[text.index("Options:") :]
    for line in re.findall(r"\n  (-.*)", options):
        assert re.search(r"\S {2,}\S", line) or len(line) > 20, line


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from lt_proofs.cli import run; run(['--help']);"
        "heavy = {'numpy', 'numba', 'sympy', 'flint', 'rich', 'jinja2'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_shell_completes_commands_options_and_ids():
    def offered(words, number):
        environment = {**os.environ, "COMP_WORDS": words, "COMP_CWORD": str(number)}
        code = "import sys; sys.argv[0] = 'lt-proofs'; from lt_proofs.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**environment, "_LT_PROOFS_COMPLETE": "bash_complete"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    assert offered("lt-proofs rec", 1) == ["plain,recheck"]
    assert "plain,--quick" in offered("lt-proofs report --q", 2)
    assert {"plain,theorem-1", "plain,theorem-2"} <= set(offered("lt-proofs show theorem", 2))
    assert "plain,r4-uniform" in offered("lt-proofs check r3 R4-u", 3)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["chek"], "Did you mean 'check'?"),
        (["show", "theorm-1"], "did you mean theorem-1?"),
        (["report", "--quik"], "Did you mean '--quick'?"),
    ],
)
def test_what_was_probably_meant_is_said(capsys, arguments, meant):
    assert run(arguments) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert meant in error
