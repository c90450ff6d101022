"""Every command in the documents is one that the command line takes; their Python blocks run."""

import doctest
import re
import shlex
from pathlib import Path

import click
import pytest

from lt_proofs.cli import COMMANDS, group

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"])
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
AUDIENCES = {"theorists", "practitioners", "reviewers"}


def lines(page):
    text = page.read_text("utf-8")
    blocks = [line for language, code in BLOCK.findall(text) if language == "bash" for line in code.splitlines()]
    return [line.split("||")[0].strip() for line in blocks if line.startswith("lt-proofs ")]


def test_every_audience_has_a_page_that_the_readme_names():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {page.stem for page in PAGES} == AUDIENCES | {"CONTRIBUTING"}
    for page in PAGES:
        assert page.relative_to(ROOT).as_posix() in readme


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_are_taken(page):
    for line in lines(page):
        name, *arguments = shlex.split(line)[1:]
        assert name in COMMANDS
        command = group.get_command(click.Context(group), name)
        parent = click.Context(group, help_option_names=["-h", "--help"])
        with command.make_context(name, arguments, parent=parent):
            pass


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_options_in_the_text_exist(page):
    known = {option for name in COMMANDS for option in options_of(group.get_command(click.Context(group), name))}
    known |= {"--axe", "--check", "--help"}
    prose = BLOCK.sub("", page.read_text("utf-8"))
    for code in re.findall(r"`([^`\n]+)`", prose):
        assert set(re.findall(r"--[a-z][a-z-]*", code)) <= known, code


def options_of(command):
    return [option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_blocks_run(page):
    for language, code in BLOCK.findall(page.read_text("utf-8")):
        if language == "python":
            test = doctest.DocTestParser().get_doctest(code, {}, page.name, page.name, 0)
            assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
