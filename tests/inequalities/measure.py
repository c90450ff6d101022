"""Decide every entry of the corpora and write the counts: ``python tests/inequalities/measure.py [FILE]``."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from lt_proofs.proof.checking import examine_text
from lt_proofs.proof.prove import prove
from lt_proofs.verdict import Verdict

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent.parent / "reports" / "prover.json"
CORPORA = ("corpus", "blind", "blind_2")
BUDGET = 3.0
SECONDS = 2.0


def entries(corpus: str) -> list[dict[str, Any]]:
    """The entries of a corpus: id, relation, where, truth and tags."""
    rows: list[dict[str, Any]] = json.loads((HERE / f"{corpus}.json").read_text(encoding="utf-8"))
    return rows


def outcome(entry: dict[str, Any], budget: float = BUDGET) -> dict[str, Any]:
    """The verdict on one entry, and the seconds of the whole and of the checker's process alone."""
    start = time.perf_counter()
    proof = prove(entry["relation"], entry["where"], budget)
    seconds = time.perf_counter() - start
    checking = 0.0
    if proof.certificate is not None:
        start = time.perf_counter()
        examine_text(proof.certificate)
        checking = time.perf_counter() - start
    right = Verdict.PROVED if entry["truth"] else Verdict.REFUTED
    wrong = proof.verdict is not Verdict.UNDECIDED and proof.verdict is not right
    return {"decided": proof.verdict is right, "wrong": wrong, "seconds": seconds, "checker": checking}


def start_of_checker() -> float:
    """Seconds that the checker's process takes before it reads anything: the median of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        examine_text("[]")
        times.append(time.perf_counter() - start)
    return median(times)


def measured(corpus: str) -> dict[str, Any]:
    """The counts of one corpus."""
    rows = entries(corpus)
    idle = start_of_checker()
    found = {row["id"]: outcome(row) for row in rows}
    times = [row["seconds"] for row in found.values()]
    checking = sum(max(0.0, row["checker"] - idle) for row in found.values() if row["decided"])
    searching = sum(row["seconds"] - row["checker"] for row in found.values() if row["decided"])
    return {
        "entries": len(rows),
        "decided within 2 s": sum(row["decided"] and row["seconds"] <= SECONDS for row in found.values()),
        "decided": sum(row["decided"] for row in found.values()),
        "wrong": sorted(name for name, row in found.items() if row["wrong"]),
        "undecided": sorted(name for name, row in found.items() if not row["decided"] and not row["wrong"]),
        "median seconds": round(median(times), 3),
        "95 % seconds": round(quantiles(times, n=20)[-1], 3),
        "checker share of search": round(checking / searching, 4),
        "checker process start": round(idle, 3),
    }


def measure(path: Path = REPORT) -> dict[str, Any]:
    """Measure each corpus by itself and write the report."""
    report = {
        "budget seconds": BUDGET,
        "corpora": {corpus: measured(corpus) for corpus in CORPORA},
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "processor": platform.machine()},
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("lt_proofs", "numpy", "python-flint", "sympy")},
    }
    path.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return report


if __name__ == "__main__":
    measure(Path(sys.argv[1]) if len(sys.argv) > 1 else REPORT)
