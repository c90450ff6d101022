"""Every command answers a wrong call with exit code 3 and one line; help is quick."""

import json
import shlex
import subprocess
import sys

import click
import pytest

from lt_proofs.cli import COMMANDS, group, run


def call(capsys, *arguments):
    code = run(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


MISSING = {
    "check": ["check", "no-such-claim"],
    "show": ["show", "no-such-claim"],
    "cover": ["cover"],
    "subset": ["subset"],
    "prove": ["prove"],
    "bound": ["bound"],
    "inspect": ["inspect"],
    "compare": ["compare"],
    "prune": ["prune"],
    "estimate": ["estimate"],
    "recheck": ["recheck"],
    "popup": ["popup", "--r", "0"],
    "export": ["export"],
    "report": ["report", "-o"],
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bound", "--eps", "1/2", "--delta", "1/2", "--law", "no"], "lt-proofs: --law: no cannot be used"),
        (["bound", "--eps", "2", "--delta", "1/2"], "lt-proofs: --eps: 2 cannot be used; give less than the length 2"),
        (
            ["bound", "--eps", "2", "--delta", "1/2", "--widths", "4,4"],
            "--eps: 2 cannot be used; give a number above 0",
        ),
        (["show", "no"], "lt-proofs: ID: no cannot be used"),
    ],
)
def test_an_option_is_named_as_it_was_typed(capsys, arguments, message):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (3, "")
    assert message in err


@pytest.mark.parametrize("command", list(COMMANDS))
def test_unknown_option(capsys, command):
    code, out, err = call(capsys, command, "--no-such-option")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert "no-such-option" in err


@pytest.mark.parametrize("command", list(COMMANDS))
def test_missing_argument(capsys, command):
    code, out, err = call(capsys, *MISSING[command])
    assert (code, out) == (3, "")
    assert err.count("\n") == 1


def test_unknown_command(capsys):
    code, _, err = call(capsys, "prov")
    assert code == 3
    assert err.count("\n") == 1


def test_without_arguments_there_are_three_things_to_try(capsys):
    code, out, err = call(capsys)
    tries = [line.strip() for line in out.splitlines() if line.startswith("  lt-proofs")]
    assert (code, err, len(tries)) == (0, "", 3)
    for line in tries:
        assert run(shlex.split(line)[1:]) == 0


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_example_of_every_help_is_taken(name):
    program, called, *arguments = shlex.split(COMMANDS[name].example)
    assert (program, called) == ("lt-proofs", name)
    with group.get_command(click.Context(group), name).make_context(name, arguments):
        pass


def test_the_list_of_commands_shows_whole_sentences(capsys):
    _, out, _ = call(capsys, "--help")
    text = " ".join(out.split())
    for name, entry in COMMANDS.items():
        first = " ".join(group.get_command(click.Context(group), name).help.split("\n\n")[0].split())
        assert f"{name} {first}" in text
        assert f"{entry.group}:" in text
    assert "..." not in text.replace("[ARGS]...", "")


def test_missing_file_is_one_line(capsys):
    for arguments in (["recheck", "missing.json"], ["cover", "missing.npy", "--eps", "0.01"]):
        code, out, err = call(capsys, *arguments)
        assert (code, out) == (3, "")
        assert err.count("\n") == 1
        assert "missing" in err


def test_check_json(capsys):
    code, out, _ = call(capsys, "check", "r3", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["verdict"] == "PROVED"
    assert [set(c) for c in data["claims"]] == [{"id", "verdict", "tier", "axioms", "seconds", "evidence"}]
    assert set(data["plants"]) == {"refuted", "undecided", "proved"}


def test_show_json(capsys):
    code, out, _ = call(capsys, "show", "R3", "--json")
    data = json.loads(out)
    assert code == 0
    assert {"id", "statement", "premises", "axioms"} <= set(data)


def test_help_is_quick():
    """The help loads nothing of the libraries that take long to load: few modules, however busy the machine is."""
    command = [sys.executable, "-X", "importtime", "-m", "lt_proofs", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in COMMANDS)
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert not {name.split(".")[0] for name in loaded} & {"numpy", "numba", "sympy", "flint", "mpmath", "hypothesis"}
    assert len(loaded) < 400


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, lt_proofs; assert not {'numpy', 'numba', 'sympy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
