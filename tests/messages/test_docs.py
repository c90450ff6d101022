"""Every command in the documents is one that the command line takes; their Python blocks run."""

import ast
import doctest
import re
import shlex
from pathlib import Path

import click
import pytest

from lt_proofs.cli import COMMANDS, group
from lt_proofs.report.mathml import mathml

ROOT = Path(__file__).resolve().parents[2]
# docs/index.md is the table of contents of the site
PAGES = sorted([*(p for p in (ROOT / "docs").glob("*.md") if p.stem != "index"), ROOT / "CONTRIBUTING.md"])
ALL_PAGES = [*PAGES, ROOT / "README.md"]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
AUDIENCES = {"theorists", "practitioners", "reviewers"}
TOPICS = {"experiments", "glossary"}


def lines(page):
    text = page.read_text("utf-8")
    shells = ("bash", "console", "text")
    blocks = [line for language, code in BLOCK.findall(text) if language in shells for line in code.splitlines()]
    typed = [line.removeprefix(".venv/bin/").removeprefix("$ ").split("||")[0].strip() for line in blocks]
    return [line for line in typed if line.startswith("lt-proofs ")]


def test_every_audience_and_topic_has_a_page_that_the_readme_names():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {page.stem for page in PAGES} == AUDIENCES | TOPICS | {"CONTRIBUTING"}
    for page in PAGES:
        assert page.relative_to(ROOT).as_posix() in readme


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.stem)
def test_commands_are_taken(page):
    for line in lines(page):
        name, *arguments = shlex.split(line)[1:]
        assert name in COMMANDS
        command = group.get_command(click.Context(group), name)
        parent = click.Context(group, help_option_names=["-h", "--help"])
        with command.make_context(name, arguments, parent=parent):
            pass


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.stem)
def test_options_in_the_text_exist(page):
    known = {option for name in COMMANDS for option in options_of(group.get_command(click.Context(group), name))}
    known |= {"--axe", "--check", "--config-file", "--help", "--no-compile", "--said", "--write"}
    prose = BLOCK.sub("", page.read_text("utf-8"))
    for code in re.findall(r"`([^`\n]+)`", prose):
        assert set(re.findall(r"--[a-z][a-z-]*", code)) <= known, code


# a command and what follows it in the phrase; numbers have points and commas
NAMED = r"lt-proofs ([a-z]+)((?: (?:[.,](?=\d)|[^,;:.`\n])*)?)"


def commands_named():
    """Every command that a message of the program names, with what follows it up to the end of the phrase."""
    for path in sorted((ROOT / "lt_proofs").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(NAMED, node.value)
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
                yield from re.findall(NAMED, text)


def test_commands_named_in_messages_exist():
    found = list(commands_named())
    assert len(found) > 10
    for name, rest in found:
        options = set(re.findall(r"--[a-z][a-z-]*", rest))
        if name in COMMANDS:
            command = group.get_command(click.Context(group), name)
            assert options <= {*options_of(command), "--help", "--json"}, (name, rest)
            needed = [p for p in command.params if p.required and isinstance(p, click.Option)]
            assert not options or all(options & set(p.opts) for p in needed), f"{name}{rest} lacks an option"
        else:
            assert not options, f"lt-proofs {name}{rest}"


def options_of(command):
    return [option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_blocks_run(page):
    for language, code in BLOCK.findall(page.read_text("utf-8")):
        if language == "python":
            test = doctest.DocTestParser().get_doctest(code, {}, page.name, page.name, 0)
            assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_the_site_has_every_page():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    listed = {line for block in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL) for line in block.split()}
    pages = {p.relative_to(ROOT / "docs").with_suffix("").as_posix() for p in (ROOT / "docs").rglob("*.md")}
    assert pages - {"index"} <= listed


def test_every_formula_of_the_site_becomes_mathml():
    for page in (ROOT / "docs").rglob("*.md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
        for shown, inside in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", text, re.DOTALL):
            assert "<math" in mathml((shown or inside).strip()), page
