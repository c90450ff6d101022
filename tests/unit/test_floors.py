"""The house has floors: a module imports only from lower rooms or from its own."""

import ast
import sys
from pathlib import Path

import pytest

import lt_proofs

PACKAGE = Path(lt_proofs.__file__).parent
FLOORS = [
    "errors", "verdict", "terms", "exact", "files", "kernels", "laws", "subset_sum", "theory", "proof", "bounds",
    "networks", "evidence", "experiments", "report", "testing", "cli",
]  # fmt: skip
# lines of code (neither blank, nor comment, nor docstring) of the checker: what decides theorems, and what looks at
# data again - tickets, campaigns, explicit matrices and masks; its files are counted in all lines
THEOREM_LINES, DATA_LINES, FILE_LINES, MODULE_LINES = 2900, 800, 300, 400
DATA = {"boxes", "counts", "counts_interval", "counts_trials", "norms", "packings", "philox", "tensors", "ticket"}


def modules():
    return sorted(p for p in PACKAGE.rglob("*.py") if "checker" not in p.relative_to(PACKAGE).parts)


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
            if node.module == "lt_proofs":
                yield from (f"lt_proofs.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    assert room in FLOORS, f"{room} has no floor"
    for name in imported(path):
        assert not name.startswith("."), "imports are absolute"
        assert not name.startswith("lt_proofs.checker"), "nothing imports the checker's insides"
        parts = name.split(".")
        if parts[0] == "lt_proofs" and len(parts) > 1 and parts[1] != room and parts[1] in FLOORS:
            assert FLOORS.index(parts[1]) < FLOORS.index(room), f"{room} must not import {parts[1]}"


def test_terms_need_only_the_standard_library():
    for path in (PACKAGE / "terms").glob("*.py"):
        for name in imported(path):
            top = name.split(".")[0]
            assert top == "lt_proofs" or top in sys.stdlib_module_names


def lines_of_code(path):
    text = path.read_text("utf-8")
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    prose = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            prose |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    code = (line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in prose)
    return sum(bool(line) and not line.startswith("#") for line in code)


def test_checker_stands_alone_and_stays_small():
    files = sorted((PACKAGE / "checker").glob("*.py"))
    own = {path.stem for path in files}
    totals = {"theorems": 0, "data": 0}
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= FILE_LINES, f"{path.name} has {len(lines)} lines"
        totals["data" if path.stem in DATA else "theorems"] += lines_of_code(path)
        for name in imported(path):
            assert name in own or name.split(".")[0] in sys.stdlib_module_names, f"{path.name} imports {name}"
    assert own >= DATA
    assert totals["theorems"] <= THEOREM_LINES, totals
    assert totals["data"] <= DATA_LINES, totals


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_can_be_read_at_one_sight(path):
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES


def test_library_neither_prints_nor_asserts():
    for path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree)), path
        if room_of(path) != "cli" and "data" not in path.parts:
            calls = (n.func for n in ast.walk(tree) if isinstance(n, ast.Call))
            assert not any(isinstance(f, ast.Name) and f.id == "print" for f in calls), path
