"""Which lines of the checker each examiner reaches and what it costs, from a run of the checker as it is.

Each examiner runs twice in children of its own, so that nothing it leaves behind, such as a cache, hides a line from
another: once for its processor time and once traced.  A mutant changes nothing for an examiner that does not reach
the statement changed: it is left out.
"""

import ast
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from examiners import ALONE, Examiner, Loaded
from mutants import CHECKER, Mutant

DEAR = 0.02  # seconds of processor time from which on a file of the corpus is left out
CALLS = 200  # after so many calls with lines to be reached, all lines of a function count as reached


class Reach(NamedTuple):
    """An examiner's processor time in seconds, and the lines that it reaches in each file of the checker."""

    cost: float
    lines: dict[str, set[int]]


def in_child(work: Callable[[], Any]) -> Any:
    """What a function returns in a child of this process, by JSON."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silent, stream)
        with os.fdopen(writer, "w") as stream, suppress(Exception):
            json.dump(work(), stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    if not text:
        raise RuntimeError("a child ended without an answer: the fault is in this runner")
    return json.loads(text)


def settled(examiners: dict[str, Examiner], loaded: Loaded) -> dict[str, Reach]:
    """What each examiner reaches; files of the corpus that are dear are left out.

    What they import of the library while they run is imported here, once for all mutants.
    """
    for name in in_child(lambda: imports_of(examiners, loaded)):
        __import__(name)
    gc.freeze()
    found = {name: reach_of(name, examiner, loaded) for name, examiner in examiners.items() if name != ALONE}
    kept = {name: reach for name, reach in found.items() if "::" in name or reach.cost < DEAR}
    return kept | {ALONE: Reach(1.0, {"__main__.py": set(range(10_000))})}


def imports_of(examiners: dict[str, Examiner], loaded: Loaded) -> list[str]:
    """The modules of the library that the tests import; RuntimeError if one of them fails without any mutant."""
    for name, examiner in examiners.items():
        if "::" in name:
            examiner(loaded)
    return [name for name in sys.modules if name.startswith("lt_proofs")]


def reach_of(name: str, examiner: Examiner, loaded: Loaded) -> Reach:
    """What one examiner costs and reaches."""

    def timed() -> tuple[float, str | None]:
        start = time.process_time()
        failed = examiner(loaded)
        return time.process_time() - start, failed

    cost, failed = in_child(timed)
    if failed:
        raise RuntimeError(f"{failed} without any mutant")
    lines = {} if cost >= DEAR and "::" not in name else in_child(lambda: traced(examiner, loaded))
    return Reach(cost, {file: set(numbers) for file, numbers in lines.items()})


def traced(examiner: Examiner, loaded: Loaded) -> dict[str, list[int]]:
    """The lines that an examiner reaches in the files of the checker."""
    root, found, missing, calls = f"{CHECKER}/", {}, {}, {}

    def enter(frame: Any, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code not in missing:
            own = code.co_filename.startswith(root)
            missing[code] = {line for _, _, line in code.co_lines() if line} if own else set()
            calls[code] = 0
            if own:
                found.setdefault(code.co_filename.removeprefix(root), set())
        if not missing[code]:
            return None
        lines, left = found[code.co_filename.removeprefix(root)], missing[code]
        calls[code] += 1
        if calls[code] > CALLS:
            lines |= left
            left.clear()

        def line(frame: Any, event: str, argument: Any) -> Any:
            lines.add(frame.f_lineno)
            left.discard(frame.f_lineno)
            return line

        return line(frame, event, argument)

    sys.settrace(enter)
    try:
        examiner(loaded)
    finally:
        sys.settrace(None)
    return {file: sorted(lines) for file, lines in found.items()}


class Places:
    """The statements of a source: of each line, the lines one of which is reached whenever the line matters."""

    def __init__(self, source: str) -> None:
        self.own: dict[int, frozenset[int] | None] = {}
        self._visit(ast.parse(source), inside=False)

    def _visit(self, node: ast.AST, inside: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                function = isinstance(child, ast.FunctionDef)
                first = min([child.lineno, *(d.lineno for d in getattr(child, "decorator_list", []))])
                lines = frozenset(range(first, (child.end_lineno or first) + 1))
                # a function's defaults and decorators matter where its body is reached; what else is done at the
                # import of the module may matter everywhere
                self.own |= dict.fromkeys(lines, lines if function or inside else None)
                self._visit(child, inside or function)
                if not isinstance(child, ast.ClassDef) and not function:
                    self._narrow(child, lines)
            else:
                self._visit(child, inside)

    def _narrow(self, node: ast.AST, lines: frozenset[int]) -> None:
        """A compound statement's own lines are reached apart from those of the statements inside."""
        deeper = {line for child in inner(node) for line in range(child.lineno, (child.end_lineno or 0) + 1)}
        own = lines - deeper
        self.own |= {line: own for line in own if self.own[line] is not None}

    def reached(self, line: int) -> frozenset[int] | None:
        """The lines one of which is reached if the given one matters; None if it may matter everywhere."""
        return self.own.get(line)


def inner(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements right inside a statement."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif not isinstance(child, ast.expr):
            yield from inner(child)


class Order:
    """Who examines a mutant, the likeliest killers first: who killed mutants of the same statement, then the cheap."""

    def __init__(self, sources: dict[str, str], reaches: dict[str, Reach]) -> None:
        self.places = {file: Places(text) for file, text in sources.items()}
        self.reaches = dict(sorted(reaches.items(), key=lambda item: item[1].cost))
        self.kills: dict[tuple[str, Any], Counter[str]] = {}

    def of(self, mutant: Mutant) -> list[str]:
        """The examiners that reach a mutant, in their order."""
        found = self._reaching(mutant.file, self.places[mutant.file].reached(mutant.line))
        killers = [name for key in self._keys(mutant) for name, _ in self.kills.get(key, Counter()).most_common()]
        return list(dict.fromkeys([*(name for name in killers if name in found), *found]))

    @lru_cache  # noqa: B019 - there is one
    def _reaching(self, file: str, lines: frozenset[int] | None) -> dict[str, None]:
        """The examiners that reach one of some lines, the cheapest first.

        Where all may matter, those that run the module at all come first.
        """
        if lines is not None:
            return {
                name: None for name, reach in self.reaches.items() if not lines.isdisjoint(reach.lines.get(file, ()))
            }
        found = [name for name, reach in self.reaches.items() if name != ALONE or file in reach.lines]
        return dict.fromkeys(sorted(found, key=lambda name: file not in self.reaches[name].lines))

    def _keys(self, mutant: Mutant) -> list[tuple[str, Any]]:
        return [(mutant.file, self.places[mutant.file].reached(mutant.line)), (mutant.file, mutant.definition)]

    def learn(self, mutant: Mutant, killer: str) -> None:
        """Remember who killed a mutant."""
        for key in self._keys(mutant):
            self.kills.setdefault(key, Counter())[killer] += 1
