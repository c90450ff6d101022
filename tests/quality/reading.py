"""What a reviewer of a certificate has to read: ``python tests/quality/reading.py FILE…`` lists it, in reading order.

The checker examines the file, and this program notes which modules it loads and which of their functions it calls.  A
function that is not called cannot have changed what the checker said, so what is left to read is the lines outside all
functions of the modules that are loaded - tables, classes and constants - and the functions that are called, each as a
whole.  Lines of code are counted: those that are neither blank, nor a comment, nor a docstring.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lt_proofs.certificates.checking import CHECKER

# runs in a process of its own, as a reviewer runs the checker; the first line that runs of each function is noted
SPY = """
import json, runpy, sys
seen = set()
def note(frame, event, _):
    if event == "call":
        seen.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))
sys.path.insert(0, sys.argv[1])
sys.argv = sys.argv[1:]
sys.setprofile(note)
code = 0
try:
    runpy.run_path(sys.argv[0] + "/__main__.py", run_name="__main__")
except SystemExit as end:
    code = end.code
sys.setprofile(None)
print(json.dumps([code, sorted(seen)]))
"""


class Reading(NamedTuple):
    """A module that is loaded: its lines of code, those that must be read, and the functions that are called."""

    module: str
    lines: int
    read: int
    called: tuple[str, ...]


def code_lines(text: str) -> set[int]:
    """The numbers of the lines that are neither blank, nor a comment, nor a docstring."""
    prose: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            prose |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    rows = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return {number for number, line in rows if line and not line.startswith("#") and number not in prose}


def functions(text: str) -> Iterator[tuple[str, int, set[int]]]:
    """The functions of a module and of its classes: name, first line and all lines; inner ones belong to the outer."""
    todo: list[tuple[str, ast.AST]] = [("", ast.parse(text))]
    while todo:
        prefix, node = todo.pop(0)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                yield prefix + child.name, first, set(range(first, (child.end_lineno or 0) + 1))
            elif isinstance(child, ast.ClassDef):
                todo.append((f"{prefix}{child.name}.", child))


def reading(*files: Path) -> list[Reading]:
    """What must be read to know what the checker says of these files, which it must accept."""
    command = [sys.executable, "-I", "-S", "-c", SPY, str(CHECKER), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, seen = json.loads(done.stdout.splitlines()[-1])
    if code:
        raise ValueError(done.stdout)
    called: dict[Path, set[int]] = {}
    for file, line in seen:
        if Path(file).is_relative_to(CHECKER):
            called.setdefault(Path(file), set()).add(line)
    return [row(path, lines) for path, lines in sorted(called.items())]


def row(path: Path, first_lines: set[int]) -> Reading:
    """What must be read of one module."""
    text = path.read_text("utf-8")
    code, names, unread = code_lines(text), [], set()
    for name, first, lines in functions(text):
        if first in first_lines:
            names.append(name)
        else:
            unread |= lines
    return Reading(path.relative_to(CHECKER).as_posix(), len(code), len(code - unread), tuple(names))


def main(arguments: list[str]) -> int:
    """List what must be read."""
    rows: list[Any] = reading(*map(Path, arguments))
    for one in rows:
        sys.stdout.write(f"{one.module}: {one.read} of {one.lines} lines: {', '.join(one.called) or 'no function'}\n")
    read, whole = sum(one.read for one in rows), sum(one.lines for one in rows)
    sys.stdout.write(f"{read} lines of code to read, in modules of {whole} lines\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
