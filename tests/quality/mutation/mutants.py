"""The mutants of the checker, made by cosmic-ray's operators and run in memory, each in a process of its own.

A child of this process loads the checker with one module changed, examines the corpus, then runs test files until
one fails.  A mutant is named by its file, the definition and the line that it changes, and what becomes of the line.
"""

import __future__

import ast
import contextlib
import difflib
import gc
import importlib.abc
import importlib.util
import inspect
import io
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from cosmic_ray.ast import get_ast
from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CONFIG = tomllib.loads((HERE / "cosmic-ray.toml").read_text())["cosmic-ray"]
CHECKER = ROOT / CONFIG["module-path"]
CORPUS = ROOT / "tests" / "corpus"
STATES = {"accept": "accepted", "reject": "rejected", "malformed": "malformed"}
MAIN = "checker_main"
EQUAL = "equal to the interpreter"
BYTES = 4 * 2**30
QUICK, SLOW = 4, 8  # seconds of processor time for the corpus, and for the test files
DEAR = 0.02  # seconds of processor time from which on a file of the corpus is left out


class Mutant(NamedTuple):
    """One change of one place: what cosmic-ray calls it."""

    file: str
    definition: str
    operator: str
    occurrence: int
    line: int


class Outcome(NamedTuple):
    """What became of a mutant: the lines before and after, and who killed it (None: nobody)."""

    before: str
    after: str
    killed_by: str | None


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in cosmic-ray's order."""
    for item in _all_work_items([path], {}):
        (m,) = item.mutations
        yield Mutant(from_checker(path), m.definition_name or "", m.operator_name, m.occurrence, m.start_pos[0])


def mutated(tree: Any, mutant: Mutant) -> str:
    """The source of a mutant; the tree is spent."""
    operator = get_operator(mutant.operator)()
    return str(MutationVisitor(mutant.occurrence, operator).walk(tree).get_code())


def change(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, stripped and joined."""
    old, new = [], []
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "-+":
            (old if line[0] == "-" else new).append(line[2:].strip())
    return " ".join(old), " ".join(new)


def from_checker(path: Path) -> str:
    """A file of the checker from its folder on."""
    return path.relative_to(CHECKER).as_posix()


def module_of(file: str) -> str:
    """The name under which the checker imports a file of its own, given from its folder on."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class Program(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The checker's modules, compiled once; one of them may be replaced."""

    def __init__(self) -> None:
        self.files = {module_of(file): file for file in map(from_checker, sorted(CHECKER.rglob("*.py")))}
        self.sources = {name: (CHECKER / file).read_text("utf-8") for name, file in self.files.items()}
        self.codes = {name: self._compiled(name, text) for name, text in self.sources.items()}

    def _compiled(self, name: str, text: str) -> Any:
        return compile(text, str(CHECKER / self.files[name]), "exec", dont_inherit=True)

    def replace(self, name: str, text: str) -> bool:
        """Put another source in place of a module's; False if it means the same to the interpreter."""
        code = self._compiled(name, text)
        same = meaning(text) == meaning(self.sources[name])
        self.sources[name], self.codes[name] = text, code
        return not same

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The spec of one of the checker's own modules; its main program under another name."""
        own = "__main__" if name == MAIN else name
        if own not in self.codes:
            return None
        file = self.files[own]
        package = file.endswith("/__init__.py")
        return importlib.util.spec_from_loader(name, self, origin=str(CHECKER / file), is_package=package)

    def create_module(self, spec: Any) -> None:
        """Leave the making of the module to Python."""

    def exec_module(self, module: Any) -> None:
        """Run the module."""
        own = "__main__" if module.__name__ == MAIN else module.__name__
        module.__file__ = str(CHECKER / self.files[own])
        exec(self.codes[own], module.__dict__)


class WithoutAnnotations(ast.NodeTransformer):
    """Takes away what nothing evaluates where annotations are postponed; nobody reads them in the checker."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A parameter."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function and what is inside."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """A variable or a field, which keeps its place."""
        node.annotation = ast.copy_location(ast.Constant(None), node)
        return self.generic_visit(node)


def meaning(text: str) -> tuple[Any, ...]:
    """What the interpreter makes of a source, without positions and postponed annotations."""
    code = compile(text, "", "exec", dont_inherit=True)
    if code.co_flags & __future__.annotations.compiler_flag:
        code = compile(WithoutAnnotations().visit(ast.parse(text)), "", "exec", dont_inherit=True)
    return bare(code)


def bare(code: Any) -> tuple[Any, ...]:
    """A code object without its positions."""
    constants = tuple(
        bare(c) if hasattr(c, "co_code") else (type(c), repr(c), c if isinstance(c, float | str | int) else None)
        for c in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_name


def examine_corpus(program: Any, expected: dict[str, Any]) -> str | None:
    """The first file of the corpus that is not examined as it should be."""
    for name, said in expected.items():
        report = program.examine(CORPUS / name, None)
        if report["state"] != STATES[name.split("/")[0]]:
            return f"{name}: {report['state']}"
        if told(report) != said:
            return f"{name}: says otherwise"
    return None


def told(report: dict[str, Any]) -> Any:
    """What a report says besides its state, but for the words of Python's own parser."""
    keys = ("says", "steps", "axioms", "remarks", "refutation")
    return report["reason"].split("JSON of this format")[0] if "reason" in report else {k: report[k] for k in keys}


def said_now() -> dict[str, Any]:
    """What the checker says of each file of the corpus that costs little."""
    paths = [path for state in STATES for path in sorted((CORPUS / state).glob("*.json"))]
    plain = [path for path in paths if not path.name.startswith("cost-")]
    sys.meta_path.insert(0, Program())
    try:
        program = importlib.import_module(MAIN)
        record = program.record_at(CHECKER.parent / "statements.json", None)
        # inside, for a rule is loaded when the first certificate uses it
        return {f"{path.parent.name}/{path.name}": told(program.examine(path, record)) for path in plain}
    finally:
        sys.meta_path.pop(0)


class Tests:
    """The test functions of some files, imported once and called without pytest, which would take longer to start."""

    def __init__(self, files: Iterable[str]) -> None:
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", deadline=None, database=None, derandomize=True, phases=phases)
        self.shared = imported(ROOT / "tests" / "conftest.py")
        settings.load_profile("mutants")
        self.modules = {name: imported(ROOT / name) for name in sorted(set(files))}

    def first_failure(self, files: Iterable[str], checker: Any) -> str | None:
        """The first test of the files that fails with these modules of the checker."""
        for name in files:
            module = self.modules[name]
            for test in [value for key, value in vars(module).items() if key.startswith("test_")]:
                for row in cases(test):
                    try:
                        checker.errors.fresh_budget()
                        call(test, {"checker": checker, **row}, module)
                    except Skip:
                        break
                    except BaseException:  # anything that a mutant may do
                        return f"{name}::{test.__name__}"
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


def alone(program: Program) -> str | None:
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


class Runner:
    """Runs mutants one after the other, each in a child."""

    def __init__(self, expected: dict[str, Any], tests: dict[str, list[list[str]]]) -> None:
        self.program, self.stages, self.expected = Program(), tests, expected
        self.trees: dict[str, Any] = {}

    def preload(self) -> None:
        """Import what the tests need once, before any fork."""
        self.tests = Tests(name for stages in self.stages.values() for files in stages for name in files)
        self._settle()
        gc.freeze()

    def _settle(self) -> None:
        """Keep the files of the corpus that the checker itself examines rightly and at once, the cheapest first.

        What the tests import of the library while they run is imported here, once for all mutants.
        """
        reader, writer = os.pipe()
        if not os.fork():
            sys.meta_path.insert(0, self.program)
            main, modules = self._loaded()
            costs = {}
            for name, said in self.expected.items():
                start = time.process_time()
                if (CORPUS / name).is_file() and examine_corpus(main, {name: said}) is None:
                    costs[name] = time.process_time() - start
            failed = self.tests.first_failure(self.tests.modules, self.tests.shared.namespace(main, modules))
            with os.fdopen(writer, "w") as stream:
                json.dump([costs, failed, [name for name in sys.modules if name.startswith("lt_proofs")]], stream)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as stream:
            costs, failed, library = json.load(stream)
        os.wait()
        if failed:
            raise RuntimeError(f"{failed} fails without any mutant")
        for name in library:
            importlib.import_module(name)
        quick = sorted((cost, name) for name, cost in costs.items() if cost < DEAR)
        self.expected = {name: self.expected[name] for _, name in quick}

    def _loaded(self) -> tuple[Any, dict[str, Any]]:
        """The checker's program and its modules."""
        main = importlib.import_module(MAIN)
        modules = {own: importlib.import_module(own) for own in self.program.codes if not own.startswith("__")}
        return main, {own.rpartition(".")[2]: module for own, module in modules.items()}

    def run(self, mutant: Mutant, slow: bool = True) -> Outcome:
        """Try to kill one mutant."""
        name = module_of(mutant.file)
        if name not in self.trees:
            self.trees[name] = get_ast(self.program.sources[name])
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            self._in_child(mutant, writer, slow)
        os.close(writer)
        return self._outcome(child, reader, slow)

    def _in_child(self, mutant: Mutant, writer: int, slow: bool) -> None:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (QUICK, QUICK + SLOW))
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silent, stream)
        name = module_of(mutant.file)
        original = self.program.sources[name]
        text = mutated(self.trees[name], mutant)

        def tell(killed_by: str | None, end: bool = True) -> None:
            before, after = change(original, text)
            os.write(writer, json.dumps([before, after, killed_by]).encode() + b"\n")
            if end:
                os._exit(0)

        try:
            differs = self.program.replace(name, text)
        except SyntaxError:
            tell("it does not compile")
        if not differs:
            tell(EQUAL)
        tell("time or memory", end=False)
        sys.meta_path.insert(0, self.program)
        try:
            main, modules = self._loaded()
        except BaseException as error:  # anything that a mutant may do
            tell(f"{type(error).__name__} at its import")
        first, *later = self.stages.get(name.rpartition(".")[2], [[]]) if slow else [[]]
        checker = self.tests.shared.namespace(main, modules) if slow else None
        found = self.tests.first_failure(first, checker) if first else None
        try:
            found = found or examine_corpus(main, self.expected)
        except BaseException as error:
            found = f"{type(error).__name__} in the corpus"
        if name == "__main__" and not found:
            found = alone(self.program)
        for files in later:
            resource.setrlimit(resource.RLIMIT_CPU, (QUICK + SLOW, QUICK + SLOW))
            found = found or self.tests.first_failure(files, checker)
        tell(found)

    def _outcome(self, child: int, reader: int, slow: bool) -> Outcome:
        text, until = b"", time.monotonic() + 4 * (QUICK + (SLOW if slow else 0))
        while (left := until - time.monotonic()) > 0 and select.select([reader], [], [], left)[0]:
            part = os.read(reader, 65536)
            if not part:
                break
            text += part
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        shutil.rmtree(f"/dev/shm/checker-{child}", ignore_errors=True)
        if not text:
            raise RuntimeError("a mutant ended before its change was told: the fault is in this runner")
        return Outcome(*json.loads(text.splitlines()[-1]))
