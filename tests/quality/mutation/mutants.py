"""The mutants of the checker, made by cosmic-ray's operators, and the checker with one module changed, in memory.

A mutant is named by its file, the definition and the line that it changes, and what becomes of the line.
"""

import __future__

import ast
import difflib
import importlib.abc
import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.commands.init import _operators
from cosmic_ray.plugins import get_operator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CONFIG = tomllib.loads((HERE / "cosmic-ray.toml").read_text())["cosmic-ray"]
CHECKER = ROOT / CONFIG["module-path"]
MAIN = "checker_main"


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


class Source:
    """A module of the checker as a tree, with the nodes that mutants change."""

    def __init__(self, file: str, text: str) -> None:
        self.tree = get_ast(text)
        self.nodes: dict[tuple[str, int], tuple[Any, int]] = {}
        self.mutants = list(self._mutants(file))

    def _mutants(self, file: str) -> Iterator[Mutant]:
        """Every mutant, in cosmic-ray's order."""
        nodes = list(ast_nodes(self.tree))
        for name, _, operator in _operators({}):
            occurrence = 0
            for node in nodes:
                for index, (start, _) in enumerate(operator.mutation_positions(node)):
                    definition = ASTQuery(node).get_definition_name() or ""
                    self.nodes[name, occurrence] = node, index
                    yield Mutant(file, definition, name, occurrence, start[0])
                    occurrence += 1

    def mutate(self, mutant: Mutant) -> tuple[str, str]:
        """A statement of the module before and after it becomes a mutant; the tree is spent."""
        node, index = self.nodes[mutant.operator, mutant.occurrence]
        statement, parent = node, node.parent
        while statement.parent is not self.tree:
            statement = statement.parent
        before, place = statement.get_code(), self.tree.children.index(statement)
        changed = get_operator(mutant.operator)().mutate(node, index)
        parent.children = [changed if child is node else child for child in parent.children]
        parent.children = [child for child in parent.children if child is not None]
        return before, self.tree.children[place].get_code()


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

    def replace(self, name: str, text: str, line: int) -> bool:
        """Put another source, changed in a line, in place of a module's; False if the interpreter sees no change."""
        code, before = self._compiled(name, text), self.sources[name]
        same = bare(code) == plain(before) or (line in annotated(before) and meaning(text) == meaning(before))
        self.sources[name], self.codes[name] = text, code
        return not same

    def forget(self) -> None:
        """Let the next import load all modules anew."""
        for name in (MAIN, *self.codes):
            if name != "__main__":
                sys.modules.pop(name, None)

    def loaded(self) -> tuple[Any, dict[str, Any]]:
        """The checker's main program, and its modules by the last parts of their names; this finder must be in use."""
        main = importlib.import_module(MAIN)
        modules = {own: importlib.import_module(own) for own in self.codes if not own.startswith("__")}
        return main, {own.rpartition(".")[2]: module for own, module in modules.items()}

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


@lru_cache
def annotated(text: str) -> set[int]:
    """The lines of a source that hold annotations."""
    found = []
    for node in ast.walk(ast.parse(text)):
        found += [getattr(node, "annotation", None), getattr(node, "returns", None)]
    return {line for part in found if part for line in range(part.lineno, part.end_lineno + 1)}


@lru_cache
def meaning(text: str) -> tuple[Any, ...]:
    """What the interpreter makes of a source, without positions and postponed annotations."""
    code = compile(text, "", "exec", dont_inherit=True)
    if code.co_flags & __future__.annotations.compiler_flag:
        code = compile(WithoutAnnotations().visit(ast.parse(text)), "", "exec", dont_inherit=True)
    return bare(code)


@lru_cache
def plain(text: str) -> tuple[Any, ...]:
    """What the interpreter makes of a source, without positions."""
    return bare(compile(text, "", "exec", dont_inherit=True))


def bare(code: Any) -> tuple[Any, ...]:
    """A code object without its positions."""
    constants = tuple(
        bare(c) if hasattr(c, "co_code") else (type(c), repr(c), c if isinstance(c, float | str | int) else None)
        for c in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_name
