"""The house has floors: a module imports only from lower rooms or from its own."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import lt_proofs

PACKAGE = Path(lt_proofs.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# room -> the line of the diagram on which it stands
DIAGRAM = CONTRIBUTING.split("<!-- rooms -->")[1].split("```")[1]
FLOORS = {
    room: int(number)
    for number, rooms in re.findall(r"^ *(\d+)  (.*)$", DIAGRAM, re.MULTILINE)
    for room in rooms.split()
}
# lines of code (neither blank, nor comment, nor docstring) of the checker: what decides theorems, what examines
# counterexamples, what looks at data again - tickets, campaigns, explicit matrices and masks - what bounds differences
# of networks, and what follows tickets of networks of images; its files are counted in all lines
THEOREM_LINES, REFUTATION_LINES, DATA_LINES, DIFFERENCE_LINES, IMAGE_LINES = 4700, 620, 1550, 850, 1000
FILE_LINES, MODULE_LINES = 300, 400
ASKING = "proof/asking.py"  # the only module that loads code of the checker: it asks for the obligations of a step
# the folders of the checker, each with those that it may import from; what stands above them may import all
CHECKED = {
    "inequalities": {"inequalities"},
    "theorems": {"inequalities", "theorems"},
    "data": {"inequalities", "theorems", "data"},
    "refutations": {"inequalities", "theorems", "data", "refutations"},
    "differences": {"inequalities", "data", "differences"},
    "images": {"inequalities", "data", "differences", "images"},
}


# distributions whose modules have other names
MODULES_OF = {"python_flint": "flint"}
# modules that import an extra's package at their top: other modules import them only where the extra is used
TOPS = {
    "torch": r"(experiments/popup/(layers|training|networks)"
    r"|networks/(torch_module|torch_images|data/train_digits_cnn))\.py",
    "hypothesis": r"testing\.py",
}


def modules():
    return sorted(p for p in PACKAGE.rglob("*.py") if "checker" not in p.relative_to(PACKAGE).parts)


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def only_for_types(tree):
    """The nodes that a program never runs: imports of names that annotations alone use."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    return {node for block in blocks for statement in block.body for node in ast.walk(statement)}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
            if node.module == "lt_proofs":
                yield from (f"lt_proofs.{alias.name}" for alias in node.names)


def import_graph():
    """The modules that each module imports when it runs, at its top or in a function.

    Names of packages stand for __init__.py.
    """
    parts = {path: ("lt_proofs", *path.relative_to(PACKAGE).with_suffix("").parts) for path in modules()}
    names = {path: ".".join(p for p in place if p != "__init__") for path, place in parts.items()}
    known = set(names.values())

    def targets(path):
        tree = ast.parse(path.read_text("utf-8"))
        unused = only_for_types(tree)
        for node in (node for node in ast.walk(tree) if node not in unused):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                inner = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
                yield from (whole if whole in known else node.module for whole in inner.values())

    return {names[path]: {name for name in targets(path) if name in known} - {names[path]} for path in parts}


def circle_in(graph):
    """The modules of a circle of imports, or None."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return set(error.args[1])
    return None


def test_no_modules_import_one_another_in_a_circle():
    assert circle_in(import_graph()) is None


def test_a_circle_is_found():
    graph = import_graph()
    assert circle_in({**graph, "lt_proofs.errors": {"lt_proofs.cli"}})


# modules that are run or read on their own: the paper's first experiment, the training of the bundled network, the list
# of GPU kernels that benchmarks/ptxas.py compiles
PROGRAMS = {"experiments.first", "networks.data.train_digits", "networks.data.train_digits_cnn", "cuda.registry"}
# names that importers of another room's modules may still use; this set must become empty


def test_every_module_is_reached_from_a_command_or_from_what_users_import():
    graph, texts = import_graph(), {}
    for path in modules():
        name = ".".join(("lt_proofs", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        # modules imported by their names, such as those of commands and of the package's public functions
        texts[name] = {m for m in re.findall(r"lt_proofs(?:\.\w+)+", path.read_text("utf-8")) if m in graph}
    starts = ["lt_proofs", "lt_proofs.__main__", "lt_proofs.testing", "lt_proofs.report.notebook"]
    open_, reached = [*starts, *(name for name in graph if name.startswith("lt_proofs.cli."))], set()
    while open_:
        name = open_.pop()
        if name not in reached:
            reached.add(name)
            open_ += graph[name] | texts[name]
            # the record gathers the claims of all modules of theory
            open_ += (
                [m for m in graph if m.startswith("lt_proofs.theory.")] if name == "lt_proofs.theory.record" else []
            )
    rooms = {".".join(name.split(".")[:k]) for name in graph for k in range(1, name.count(".") + 1)}
    alone = {name.removeprefix("lt_proofs.") for name in graph.keys() - reached - rooms}
    assert alone <= PROGRAMS, alone - PROGRAMS


def declared():
    """Names of modules that a user's installation has, and of those that extras bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    def names(requirements):
        plain = {re.match(r"[\w-]+", text)[0].replace("-", "_").lower() for text in requirements}
        return {MODULES_OF.get(name, name) for name in plain}

    extras = project["optional-dependencies"].values()
    return names(project["dependencies"]), names(text for extra in extras for text in extra)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_what_is_imported_is_declared_and_extras_are_imported_only_when_used(path):
    always, extras = declared()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"lt_proofs"} - always:
            assert name in extras | {"IPython"}, f"{name} is not declared in pyproject.toml"
            where = path.relative_to(PACKAGE).as_posix()
            assert node not in tree.body or re.fullmatch(TOPS.get(name, "none"), where), (
                f"import {name} where it is used"
            )


def test_every_dependency_is_used():
    imports = {name.split(".")[0] for path in modules() for name in imported(path)}
    assert declared()[0] <= imports


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    assert room in FLOORS, f"{room} has no floor"
    for name in imported(path):
        assert not name.startswith("."), "imports are absolute"
        assert not name.startswith("lt_proofs.checker"), "nothing imports the checker's insides, ASKING loads them"
        parts = name.split(".")
        if parts[0] == "lt_proofs" and len(parts) > 1 and parts[1] != room and parts[1] in FLOORS:
            assert FLOORS[parts[1]] < FLOORS[room], f"{room} must not import {parts[1]}"


def test_every_room_stands_in_the_diagram_and_has_its_purpose():
    rooms = {room_of(path) for path in modules()} - {"__init__", "__main__"}
    assert rooms == set(FLOORS)
    for room in [*rooms, "checker"]:
        assert re.search(rf"^\|[^|]*`{room}`[^|]*\| [\w`]", CONTRIBUTING, re.MULTILINE), f"{room} has no purpose"


def test_the_checker_is_asked_in_one_place():
    """One module loads files of the checker, and without leaving them among the modules of the process."""
    loaders = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        if {"importlib.util", "importlib.machinery", "runpy"} & set(imported(path))
        and "CHECKER" in path.read_text("utf-8")
    }
    assert loaders == {ASKING}
    script = (
        "import sys\nfrom lt_proofs.proof.asking import module\nmodule('envelope')\n"
        "own = ('theorems', 'inequalities', 'inequalities.syntax', 'errors', 'words', 'envelope')\n"
        "sys.exit(any(name in sys.modules for name in own))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


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
    checker = PACKAGE / "checker"
    files = sorted(checker.rglob("*.py"))
    own = {".".join(path.relative_to(checker).with_suffix("").parts) for path in files}
    totals = {"theorems": 0, "refutations": 0, "data": 0, "differences": 0, "images": 0}
    for path in files:
        folder = path.relative_to(checker).parts[0] if path.parent != checker else None
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= FILE_LINES, f"{path.name} has {len(lines)} lines"
        totals[folder if folder in totals else "theorems"] += lines_of_code(path)
        for name in imported(path):
            assert name in own | set(CHECKED) or name.split(".")[0] in sys.stdlib_module_names, (
                f"{path.name} imports {name}"
            )
            assert folder is None or name.split(".")[0] not in set(CHECKED) - CHECKED[folder], f"{path} imports {name}"
    assert not {*CHECKED, *own} & set(sys.stdlib_module_names), "a module of Python is hidden"
    assert len({path.stem for path in files}) == len(files) - len(CHECKED), "two modules have one name"
    assert totals["theorems"] <= THEOREM_LINES, totals
    assert totals["refutations"] <= REFUTATION_LINES, totals
    assert totals["data"] <= DATA_LINES, totals
    assert totals["differences"] <= DIFFERENCE_LINES, totals
    assert totals["images"] <= IMAGE_LINES, totals


def test_the_functions_of_the_checker_say_their_types():
    untyped = set()
    for path in (PACKAGE / "checker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.returns is None:
                untyped.add(path.relative_to(PACKAGE / "checker").as_posix())
    assert not untyped
    settings = (ROOT / ".ci" / "checker.ini").read_text("utf-8")
    assert re.findall(r"^\[(.+)\]$", settings, re.MULTILINE) == ["mypy"], "mypy makes exceptions"


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
