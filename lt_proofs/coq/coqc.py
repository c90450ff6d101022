"""Run coqc, the compiler of Coq, and read what it says of one file."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lt_proofs.errors import BadInput

CLOSED = "Closed under the global context"
"""What Print Assumptions says of a theorem that rests on no axiom."""
SECONDS = 600.0
"""How long coqc may take for one file; a file that takes longer has no verdict."""
REASON = 200
"""The most characters of a message of coqc that are kept."""


@dataclass(frozen=True)
class Compilation:
    """What coqc said of one file; ``reason`` is empty for a file that it accepted."""

    file: str
    confirmed: bool
    reason: str
    printed: str
    timed_out: bool = False

    @property
    def axioms(self) -> tuple[str, ...]:
        """The names that Print Assumptions lists."""
        _, _, listed = self.printed.partition("Axioms:\n")
        return tuple(line.split()[0] for line in listed.splitlines() if line and not line[0].isspace())


def find_coqc(argument: str, packages: str) -> str:
    """Return the path of coqc.

    Raises BadInput, with the argument that needs it and the Debian packages to install, where there is none.
    """
    path = shutil.which("coqc")
    if path is None:
        raise BadInput(argument, "coqc", f"it is not installed; on Debian: apt install {packages}")
    return path


@cache
def version_of(coqc: str) -> str:
    """Return the version that coqc prints, such as 8.16.1, or "unknown"."""
    done = subprocess.run([coqc, "-print-version"], capture_output=True, text=True, check=False)
    return (done.stdout.split() or ["unknown"])[0]


def compiled(coqc: str, folder: Path, file: str, *options: str, seconds: float = SECONDS) -> Compilation:
    """Return what coqc says of one file of the folder, in which it runs."""
    command = [coqc, "-q", "-w", "-all", *options, file]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Compilation(file, False, f"no answer in {seconds:g} s", "", timed_out=True)
    if done.returncode == 0:
        return Compilation(file, True, "", done.stdout)
    # warnings may stand before the error
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    start = max((k for k, line in enumerate(lines) if line.startswith("Error:")), default=0)
    reason = " ".join(" ".join(lines[start:]).split())[:REASON] or f"coqc ended with exit code {done.returncode}"
    return Compilation(file, False, reason, "")
