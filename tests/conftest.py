"""Hypothesis without a deadline, for compilation counts as the first call's time; processes; the checker's modules."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import settings

from lt_proofs.caches import caches_root

settings.register_profile("project", deadline=None)
settings.load_profile("project")
# a test that moves the user's caches elsewhere, for itself or for a process, need not compile all kernels again
os.environ.setdefault("NUMBA_CACHE_DIR", str(caches_root()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With -n each file goes to one worker, so that what its tests share is made once and not by every worker."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log) if config.getoption("dist") == "load" else None


@pytest.fixture
def start():
    """Start processes, each the leader of a group; at the end of the test, or of its time, all that run are ended.

    Groups are killed and leaders reaped, and their pipes closed, so that no later test inherits a warning of theirs.
    """
    started = []

    def start(command, **options):
        process = subprocess.Popen(list(map(str, command)), start_new_session=True, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def finish(start):
    """Run a process to its end, whatever the load of the machine: a test that hangs is ended by its own time-out."""

    def finish(command, **options):
        process = start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return finish


@pytest.fixture
def until():
    """Wait for an event; the time-out of the test is the only limit."""

    def until(happened):
        while not (found := happened()):
            time.sleep(0.05)
        return found

    return until


@pytest.fixture(scope="session")
def checker():
    """The modules of the checker by name, its program as `main`; `term` reads text as the checker's terms."""
    from lt_proofs.certificates.checking import CHECKER

    before = dict(sys.modules)
    sys.path.insert(0, str(CHECKER))
    try:
        spec = importlib.util.spec_from_file_location("checker_main", CHECKER / "__main__.py")
        main = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(main)
        # by the last parts of their names, which are all different
        names = {path.stem: path.relative_to(CHECKER) for path in CHECKER.rglob("*.py")}
        names = {name: ".".join(path.with_suffix("").parts) for name, path in names.items() if name[0] != "_"}
        modules = {name: importlib.import_module(full) for name, full in names.items()}
        load_all(modules)
    finally:
        sys.path.remove(str(CHECKER))
        for name in set(sys.modules) - set(before):
            if str(CHECKER) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]

    return namespace(main, modules)


def load_all(modules):
    """Let the checker find the functions that its tables name, while it still finds its modules."""
    rules, counterexample = modules["rules"], modules["counterexample"]
    parts = [place for rule in rules.RULES.values() for place in (rule.asks, rule.looks) if place]
    parts += [f"refutations.{place}" for place in counterexample.REFUTATIONS.values()]
    for place in parts:
        rules.function(place)


@pytest.fixture(autouse=True)
def fresh_budget(request):
    """Each test that calls the checker may spend the work of one file."""
    if "checker" in request.fixturenames:
        request.getfixturevalue("checker").errors.fresh_budget()


def namespace(main, modules):
    """The modules of the checker as attributes, readers of text, and what shows that a call fails with such words."""
    from lt_proofs.terms import FORMS, encode, parse_domain, parse_relation, parse_term

    def term(text):
        return modules["syntax"].term(encode(parse_term(text))) if isinstance(text, str) else Fraction(text)

    def relation(text):
        return modules["syntax"].relation(encode(parse_relation(text)))

    parsers = {"term": parse_term, "domain": parse_domain, "relation": parse_relation}
    parsers |= {"terms": lambda texts: list(map(parse_term, texts))}
    parsers |= {"relations": lambda texts: list(map(parse_relation, texts))}
    parsers |= {"law": lambda words: [words[0], *map(parse_term, words[1:])]}

    def judgement(form, **fields):
        """A judgement by its fields: texts of terms and lists of them; no hypotheses unless they are given."""
        given = {"hypotheses": [], **fields} if "hypotheses" in FORMS[form] else fields
        read = {name: parsers.get(kind, lambda item: item) for name, kind in FORMS[form].items()}
        data = {"form": form, **{name: encode(read[name](item)) for name, item in given.items()}}
        return modules["formulas"].Statement(modules["syntax"].judgement(data))

    def fails(kind, words, function, *arguments):
        with pytest.raises(kind, match=words):
            function(*arguments)

    def read_data(data):
        """The data of a step, of which every text is a term."""
        if isinstance(data, dict):
            return {key: read_data(item) for key, item in data.items()}
        return [read_data(item) for item in data] if isinstance(data, list) else encode(parse_term(data))

    def asks_for(text, rule, goal, premises, **hints):
        """That a rule asks for these inequalities after its premises, one a line: `relation | given | ranges`.

        Each is on the goal's domain under its hypotheses, with these ranges and hypotheses more; with "only" before
        the ranges on these alone.  Sides of a relation may be written in another way.
        """
        asked = rule(goal, *premises, **hints)
        lines = text.strip().splitlines()
        assert len(asked) == len(lines), asked
        for one, line in zip(asked, lines, strict=True):
            conclusion, given, ranges = (part.strip() for part in (line + "||").split("|")[:3])
            wanted = judgement("inequality", domain=ranges.removeprefix("only"), conclusion=conclusion,
                               hypotheses=given.split(";") if given else [])  # fmt: skip
            whole = {"domain": (), "hypotheses": ()} | ({} if ranges.startswith("only") else goal)
            assert one["domain"] == (*whole["domain"], *wanted["domain"]), line
            assert one["hypotheses"] == (*whole["hypotheses"], *wanted["hypotheses"]), line
            sign, *sides = one["conclusion"]
            assert sign == wanted["conclusion"][0], line
            assert all(map(modules["algebra"].same, sides, wanted["conclusion"][1:])), (line, one["conclusion"])

    def concludes(rule, goal, premises, data=None):
        """A step of the rule of that name, with premises as it needs them and more, as the envelope checks it."""
        envelope = modules["envelope"]
        premises = [modules["formulas"].Statement(premise) for premise in premises]
        goal = modules["formulas"].Statement(goal)
        return envelope.concluded(
            modules["rules"].RULES[rule.replace("_", "-")], goal, premises, data or {}, None, True
        )

    errors = modules["errors"]
    more = {"read_term": term, "read_relation": relation, "read_judgement": judgement, "asks_for": asks_for}
    more |= {"read_data": read_data, "concludes": concludes}
    more |= {"rejected": partial(fails, errors.Rejected), "malformed": partial(fails, errors.Malformed)}
    return SimpleNamespace(main=main, **more, **modules)
