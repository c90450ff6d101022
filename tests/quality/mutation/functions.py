"""Functions of the loaded checker, changed in place: a mutant inside a function needs no module to be loaded anew."""

import __future__

import ast
import gc
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from mutants import CHECKER, Mutant, annotated, bare


class Functions:
    """The outermost functions of the checker's modules that nothing called while they were loaded."""

    def __init__(self, sources: dict[str, str], called: set[CodeType]) -> None:
        self.places = {file: dict(outermost(ast.parse(text))) for file, text in sources.items()}
        self.sources, root = sources, f"{CHECKER}/"
        self.found: dict[tuple[str, str], list[FunctionType]] = {}
        for item in gc.get_objects():
            code = getattr(item, "__code__", None) if isinstance(item, FunctionType) else None
            if code and code.co_filename.startswith(root) and code not in called:
                self.found.setdefault((code.co_filename.removeprefix(root), code.co_qualname), []).append(item)

    def replaced(self, mutant: Mutant, statement: str) -> bool | None:
        """Put the code of a mutant in place of its function's, from the statement of the module that it changes.

        False if the interpreter sees no change; None if more than the inside of one function may have changed.
        SyntaxError if the statement does not compile.
        """
        name, body = self.places[mutant.file].get(mutant.line, ("", 0))
        functions = self.found.get((mutant.file, name), [])
        if len(functions) != 1 or mutant.line < body or mutant.line in annotated(self.sources[mutant.file]):
            return None
        old, flag = functions[0].__code__, __future__.annotations.compiler_flag
        whole = compile(statement, old.co_filename, "exec", flag, True)
        codes = [code for code in inner(whole) if code.co_qualname == name]
        if len(codes) != 1 or codes[0].co_freevars != old.co_freevars:
            return None
        functions[0].__code__ = codes[0]
        return bare(codes[0]) != bare(old)


def outermost(tree: ast.Module) -> Iterator[tuple[int, tuple[str, int]]]:
    """For each line of a function of a module or of its classes the function's name and the first line of its body."""
    parts = [(node, "") for node in tree.body]
    parts += [(part, f"{node.name}.") for node in tree.body if isinstance(node, ast.ClassDef) for part in node.body]
    for part, prefix in parts:
        if isinstance(part, ast.FunctionDef):
            for line in range(part.lineno, (part.end_lineno or 0) + 1):
                yield line, (prefix + part.name, part.body[0].lineno)


def inner(code: CodeType) -> Iterator[CodeType]:
    """A code object and those inside."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from inner(constant)


def watched(load: Callable[[], Any]) -> tuple[Any, set[CodeType]]:
    """What a function returns, and the code that it runs."""
    called: set[CodeType] = set()
    sys.setprofile(lambda frame, event, argument: called.add(frame.f_code))
    try:
        return load(), called
    finally:
        sys.setprofile(None)
