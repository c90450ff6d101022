"""What examines a mutant: the files of the corpus, the tests of the checker's modules, and the checker run alone.

Test functions are imported once and called without pytest, which would take longer to start.
"""

import importlib
import importlib.util
import inspect
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mutants import CHECKER, MAIN, ROOT, Program

CORPUS = ROOT / "tests" / "corpus"
SAID, WORK = CORPUS / "said.json", CORPUS / "work.json"
STATES = {"accept": "accepted", "reject": "rejected", "malformed": "malformed"}
TESTS = [*sorted((ROOT / "tests" / "unit").glob("test_checker_*.py")), CORPUS / "test_differences.py"]
ALONE = "alone"
RECORD = json.loads((CHECKER.parent / "statements.json").read_text("ascii"))

Loaded = SimpleNamespace  # main, checker: the program and its modules, as tests take them; most: the largest work
Examiner = Callable[[Loaded], str | None]  # what is wrong, in words


def told(report: dict[str, Any]) -> Any:
    """What a report says besides its state, but for the words of Python's own parser."""
    keys = ("says", "steps", "axioms", "remarks", "refutation")
    return report["reason"].split("JSON of this format")[0] if "reason" in report else {k: report[k] for k in keys}


def reports_now() -> dict[str, dict[str, Any]]:
    """What the checker reports of each file of the corpus that costs little."""
    paths = [path for state in STATES for path in sorted((CORPUS / state).glob("*.json"))]
    plain = [path for path in paths if not path.name.startswith("cost-")]
    sys.meta_path.insert(0, Program())
    try:
        program = importlib.import_module(MAIN)
        # inside, for a rule is loaded when the first certificate uses it
        return {f"{path.parent.name}/{path.name}": program.examine(path, RECORD) for path in plain}
    finally:
        sys.meta_path.pop(0)


def keep_what_is_said() -> None:
    """Write anew what the checker says of the corpus, and the units of work that each file takes."""
    reports = reports_now()
    SAID.write_text(json.dumps({name: told(report) for name, report in reports.items()}, indent=1) + "\n")
    WORK.write_text(json.dumps({name: report["work"] for name, report in reports.items()}, indent=1) + "\n")


def examiners(program: Program) -> tuple[dict[str, Examiner], Callable[..., Any]]:
    """Every examiner by its name, and what makes the modules of the checker ready for them."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", deadline=None, database=None, derandomize=True, phases=phases)
    shared = imported(ROOT / "tests" / "conftest.py")
    settings.load_profile("mutants")
    found: dict[str, Examiner] = {ALONE: partial(alone, program)}
    work = json.loads(WORK.read_text())
    for name, said in json.loads(SAID.read_text()).items():
        if (CORPUS / name).is_file():
            found[name] = partial(examined, name, said, work.get(name))
    for path in TESTS:
        module = imported(path)
        for key, test in vars(module).items():
            if key.startswith("test_"):
                found[f"{path.name}::{key}"] = partial(tested, test, module)
    return found, shared.namespace


def ready(program: Program, namespace: Callable[..., Any]) -> Loaded:
    """The checker's modules, imported by their finder, as the examiners take them."""
    main, modules = program.loaded()
    checker = namespace(main, modules)
    return Loaded(main=main, checker=checker, most=checker.errors.MAX_WORK)


def fresh(loaded: Loaded) -> None:
    """Take back what the last examiner asked for."""
    loaded.checker.opening.ASKED.__init__()
    loaded.checker.errors.MAX_WORK = loaded.most
    loaded.checker.errors.fresh_budget()


def examined(name: str, said: Any, work: int | None, loaded: Loaded) -> str | None:
    """Whether the checker says of a file of the corpus what it should, for the same work."""
    report = loaded.main.examine(CORPUS / name, RECORD)
    if report["state"] != STATES[name.split("/")[0]]:
        return f"{name}: {report['state']}"
    if told(report) != said:
        return f"{name}: says otherwise"
    return f"{name}: {report['work']} units" if work not in (None, report["work"]) else None


def tested(test: Any, module: Any, loaded: Loaded) -> str | None:
    """Whether a test passes in all its cases."""
    for row in cases(test):
        try:
            loaded.checker.errors.fresh_budget()
            call(test, {"checker": loaded.checker, **row}, module)
        except Skip:
            return None
        except BaseException as error:  # anything that a mutant may do
            return f"{module.__name__}::{test.__name__}: {type(error).__name__}"
    return None


class Captured:
    """What is printed, as pytest's capsys gives it."""

    def __init__(self) -> None:
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()

    def readouterr(self) -> tuple[str, str]:
        """What was printed since the last call."""
        found = sys.stdout.getvalue(), sys.stderr.getvalue()  # type: ignore[attr-defined]
        for stream in (sys.stdout, sys.stderr):
            stream.seek(0)
            stream.truncate()
        return found


class Skip(Exception):
    """A test needs something that only pytest gives."""


def imported(path: Path) -> Any:
    """A file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases(test: Any) -> Iterator[dict[str, Any]]:
    """The arguments of each case of a parametrized test; none of a slow one."""
    marks = getattr(test, "pytestmark", [])
    if any(mark.name == "slow" for mark in marks):
        return
    tables = []
    for mark in marks:
        if mark.name == "parametrize":
            names, rows = mark.args
            names = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
            rows = [getattr(row, "values", row) for row in rows]
            tables.append([dict(zip(names, row if len(names) > 1 else [row], strict=True)) for row in rows])
    for choice in product(*tables):
        yield {key: value for row in choice for key, value in row.items()}


def call(function: Any, known: dict[str, Any], module: Any) -> Any:
    """Call a test or fixture, making the fixtures that it asks for."""
    import pytest

    patch = known.setdefault("monkeypatch", pytest.MonkeyPatch())
    arguments = {}
    try:
        for name in inspect.signature(function).parameters:
            if name == "tmp_path" and name not in known:
                known[name] = Path(tempfile.mkdtemp(prefix="mutants-"))
            fixture = vars(module).get(name)
            if name not in known and hasattr(fixture, "_get_wrapped_function"):
                known[name] = call(fixture._get_wrapped_function(), known, module)
            if name == "capsys" and name not in known:
                known[name] = Captured()
            if name not in known:
                raise Skip(name)
            arguments[name] = known[name]
        result = function(**arguments)
        return next(result) if inspect.isgenerator(result) else result
    finally:
        if function.__name__.startswith("test_"):
            patch.undo()
            shutil.rmtree(known.get("tmp_path", "/nonexistent"), ignore_errors=True)


def alone(program: Program, loaded: Loaded) -> str | None:
    """What the checker gets wrong as a program of its own in a folder that holds nothing else."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        shutil.copytree(CHECKER, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        for name, text in program.sources.items():
            (Path(folder) / program.files[name]).write_text(text, "utf-8")
        for state, code in {"accept": 0, "reject": 1, "malformed": 3}.items():
            path = min((CORPUS / state).glob("*.json"))
            done = subprocess.run([sys.executable, "-I", "-S", folder, str(path)], capture_output=True, text=True)
            if done.returncode != code or not done.stdout.startswith(STATES[state]):
                return f"alone on {path.name}: {done.returncode}"
    return None
