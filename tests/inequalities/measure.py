"""Decide every entry of the corpora: ``python tests/inequalities/measure.py [--write | FILE]``.

The counts are printed; they are kept in FILE, or with ``--write`` in reports/prover.json.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from lt_proofs.certificates.checking import examine_text
from lt_proofs.proof.evidence import BUDGET, WORK
from lt_proofs.proof.prove import prove
from lt_proofs.verdict import Verdict

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent.parent / "reports" / "prover.json"
CORPORA = ("corpus", "blind", "blind_2")
SECONDS = 2.0


def entries(corpus: str) -> list[dict[str, Any]]:
    """The entries of a corpus: id, relation, where, truth and tags."""
    rows: list[dict[str, Any]] = json.loads((HERE / f"{corpus}.json").read_text(encoding="utf-8"))
    return rows


def clocks() -> list[float]:
    """Seconds by the wall, of processor time of this process, and of processor time of those that it started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [time.perf_counter(), time.process_time(), children.ru_utime + children.ru_stime]


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[Any, list[float]]:
    """What a call returns, and how far it moved the clocks."""
    before = clocks()
    found = work(*arguments)
    return found, [after - at for after, at in zip(clocks(), before, strict=True)]


def outcome(entry: dict[str, Any], work: int | None = None) -> dict[str, Any]:
    """The verdict on one entry, and the seconds of the whole and of the checker's process alone."""
    proof, (seconds, searching, _) = timed(prove, entry["relation"], entry["where"], BUDGET, work or WORK)
    checking, busy = 0.0, 0.0
    if proof.certificate is not None:
        _, (checking, _, busy) = timed(examine_text, proof.certificate)
    right = Verdict.PROVED if entry["truth"] else Verdict.REFUTED
    wrong = proof.verdict is not Verdict.UNDECIDED and proof.verdict is not right
    processor = {"searching": searching, "checking": busy}
    return {"decided": proof.verdict is right, "wrong": wrong, "seconds": seconds, "checker": checking} | processor


def start_of_checker() -> tuple[float, float]:
    """Seconds that the checker's process takes before it reads anything, and of processor time: medians of five."""
    rows = [timed(examine_text, "[]")[1] for _ in range(5)]
    return median(row[0] for row in rows), median(row[2] for row in rows)


def measured(corpus: str) -> dict[str, Any]:
    """The counts of one corpus."""
    rows = entries(corpus)
    idle, start = start_of_checker()
    found = {row["id"]: outcome(row) for row in rows}
    times = [row["seconds"] for row in found.values()]
    done = [row for row in found.values() if row["decided"]]
    checking = sum(max(0.0, row["checker"] - idle) for row in done)
    searching = sum(row["seconds"] - row["checker"] for row in done)
    busy = sum(max(0.0, row["checking"] - start) for row in done)
    return {
        "entries": len(rows),
        "decided within 2 s": sum(row["decided"] and row["seconds"] <= SECONDS for row in found.values()),
        "decided": sum(row["decided"] for row in found.values()),
        "wrong": sorted(name for name, row in found.items() if row["wrong"]),
        "undecided": sorted(name for name, row in found.items() if not row["decided"] and not row["wrong"]),
        "median seconds": round(median(times), 3),
        "95 % seconds": round(quantiles(times, n=20)[-1], 3),
        "checker share of search": round(checking / searching, 4),
        "checker share of search in processor time": round(busy / sum(row["searching"] for row in done), 4),
        "checker process start": round(idle, 3),
    }


def measure(path: Path | None = None) -> dict[str, Any]:
    """Measure each corpus by itself, and write the report if a file is named."""
    report = {
        "units of work": WORK,
        "corpora": {corpus: measured(corpus) for corpus in CORPORA},
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "processor": platform.machine()},
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("lt_proofs", "numpy", "python-flint", "sympy")},
    }
    if path is not None:
        path.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return report


if __name__ == "__main__":
    named = REPORT if sys.argv[1:] == ["--write"] else Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sys.stdout.write(json.dumps(measure(named), indent=1, sort_keys=True) + "\n")
