"""The checker as a process of its own: nothing is proved before it has accepted the file just written."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKER = Path(__file__).resolve().parent.parent / "checker"


@dataclass(frozen=True)
class CheckerAnswer:
    """What the checker said of one file: its state, and why or what it accepted."""

    file: str
    state: str
    report: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether the checker accepted the certificate."""
        return self.state == "accepted"

    @property
    def remarks(self) -> list[str]:
        """What the checker says of an accepted certificate beside its statement."""
        return list(self.report.get("remarks", []))


def run_checker(
    paths: Sequence[Path], record: Path | None = None, leaves: str | None = None, work: int | None = None
) -> list[CheckerAnswer]:
    """Have the checker examine the files in one isolated process.

    ``leaves``: how many leaves of each campaign it counts again, a number, ``"all"`` or ``"none"``; as many as two
    seconds allow, if this is None. ``work``: the units that one file may cost, if they are not the default.
    """
    if not paths:
        return []
    extra = [] if record is None else ["--record", str(record)]
    extra += [] if leaves is None else ["--leaves", leaves]
    extra += [] if work is None else ["--work", str(work)]
    command = [sys.executable, "-I", "-S", str(CHECKER), "--json", *extra, *map(_argument, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"the checker process failed: {done.stderr.strip()[-400:]}") from None
    return [CheckerAnswer(r["file"], r["state"], r) for r in reports]


def _argument(path: Path) -> str:
    return str(Path(path).absolute())


def examine_text(text: str) -> CheckerAnswer:
    """Have the checker examine a certificate that is not kept."""
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as folder:
        path = Path(folder) / "certificate.json"
        path.write_text(text, encoding="ascii")
        return run_checker([path])[0]
