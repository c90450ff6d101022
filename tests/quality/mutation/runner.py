"""Runs mutants one after the other, each in a process of its own.

A child of this process loads the checker with one module changed, and calls examiners until one finds a fault.  It
has a hundred times less to do than a new process with pytest.  Time is processor time of the child; an examiner that
takes many times what it takes without the mutant has killed it.
"""

import contextlib
import gc
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from examiners import ALONE, examiners, fresh, ready
from functions import Functions, watched
from mutants import Mutant, Program, Source, change, module_of
from reach import Order, settled

EQUAL = "equal to the interpreter"
COMPILE, IMPORT = "it does not compile", "at its import"
BYTES = 4 * 2**30
LEAST, TIMES = 0.5, 10  # an examiner may take half a second, and ten times what it takes without a mutant
LONGEST = 120  # seconds by the clock, a safety net for a mutant that sleeps


class Outcome(NamedTuple):
    """What became of a mutant: the lines before and after, and who killed it (None: nobody)."""

    before: str
    after: str
    killed_by: str | None


def name_of(mutant: Mutant, before: str, after: str) -> tuple[str, ...]:
    """What a survivor is called in the list of the named ones."""
    return mutant.file, mutant.definition, mutant.operator.removeprefix("core/"), before, after


class Runner:
    """Loads the examiners once, finds what they reach, and runs mutants, except those whose names are known."""

    def __init__(self, known: Iterable[tuple[str, ...]] = ()) -> None:
        self.program, self.known = Program(), set(known)
        self.examiners, self.namespace = examiners(self.program)
        sys.meta_path.insert(0, self.program)
        self.loaded, called = watched(lambda: ready(self.program, self.namespace))
        files = {self.program.files[name]: text for name, text in self.program.sources.items()}
        self.functions = Functions(files, called)
        self.order = Order(files, settled(self.examiners, self.loaded))
        self.sources: dict[str, Source] = {}
        self.place = Path(tempfile.mkdtemp(prefix="mutants-"))
        gc.freeze()

    def close(self) -> None:
        """Remove what mutants left, and leave the search for modules as it was."""
        sys.meta_path.remove(self.program)
        self.program.forget()
        shutil.rmtree(self.place, ignore_errors=True)

    def run(self, mutant: Mutant, thorough: bool = False) -> Outcome:
        """Try to kill one mutant, with the examiners that reach it.

        A thorough run is for tests of this runner: all examiners, and the whole checker is loaded anew.
        """
        if mutant.file not in self.sources:
            self.sources = {mutant.file: Source(mutant.file, self.program.sources[module_of(mutant.file)])}
        chosen = [name for name in self.order.reaches if name != ALONE] if thorough else self.order.of(mutant)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            self._in_child(mutant, chosen, writer, thorough)
        os.close(writer)
        outcome, killer = self._outcome(child, reader, chosen)
        if killer:
            self.order.learn(mutant, killer)
        return outcome

    def _in_child(self, mutant: Mutant, chosen: Sequence[str], writer: int, thorough: bool) -> None:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        tempfile.tempdir = str(self.place)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silent, stream)
        source = self.sources[mutant.file]
        statement, mutated = source.mutate(mutant)

        def tell(*what: Any) -> None:
            os.write(writer, json.dumps(what).encode() + b"\n")

        def end(killed_by: str | None) -> None:
            tell("end", killed_by)
            os._exit(0)

        before, after = change(statement, mutated)
        tell("change", before, after)
        if name_of(mutant, before, after) in self.known:
            end(None)
        self._limit(LEAST)
        try:
            differs = None if thorough or ALONE in chosen else self.functions.replaced(mutant, mutated)
            if differs is None:
                differs = self.program.replace(module_of(mutant.file), source.tree.get_code(), mutant.line)
                self.program.forget()
            if not differs:
                end(EQUAL)
        except SyntaxError:
            end(COMPILE)
        try:
            loaded = ready(self.program, self.namespace)
        except BaseException as error:  # anything that a mutant may do
            end(f"{type(error).__name__} {IMPORT}")
        for place, examiner in enumerate(chosen):
            tell("examiner", place)
            self._limit(LEAST + TIMES * self.order.reaches[examiner].cost)
            try:
                fresh(loaded)
                found = self.examiners[examiner](loaded)
            except BaseException as error:
                found = f"{examiner}: {type(error).__name__}"
            if found:
                end(found)
        end(None)

    def _limit(self, seconds: float) -> None:
        """End this process after so much processor time; even inside a long operation of the interpreter."""
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)

    def _outcome(self, child: int, reader: int, chosen: Sequence[str]) -> tuple[Outcome, str | None]:
        text, until = b"", time.monotonic() + LONGEST
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
        for left_behind in self.place.iterdir():
            shutil.rmtree(left_behind, ignore_errors=True)
        lines = [json.loads(line) for line in text.splitlines()]
        if not lines:
            raise RuntimeError("a mutant ended before its change was told: the fault is in this runner")
        before, after = lines[0][1:]
        last = chosen[lines[-1 if lines[-1][0] == "examiner" else -2][1]] if len(lines) > 2 else None
        if lines[-1][0] == "end":
            killed_by = lines[-1][1]
            return Outcome(before, after, killed_by), last if killed_by else None
        last = chosen[lines[-1][1]] if lines[-1][0] == "examiner" else None
        return Outcome(before, after, f"time or memory ({last or IMPORT})"), last
