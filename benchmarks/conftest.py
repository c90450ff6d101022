"""The table of speeds: every benchmark adds rows, the end of the run prints and keeps them."""

import datetime
import json
import os
import platform
import statistics
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = []


@pytest.fixture
def row():
    """Return a function that adds a row: the work, the raw figures (their median counts), their unit, gate and aim.

    ``least`` says that figures must be at least, not at most, gate and aim; ``more`` are further fields of the row.
    """

    def add(work, raw, unit, gate=None, aim=None, *, least=False, **more):
        figure = statistics.median(raw)
        meets = (lambda bound: figure >= bound) if least else (lambda bound: figure <= bound)
        entry = {"work": work, "figure": figure, "unit": unit, "gate": gate, "aim": aim, "raw": raw, **more}
        # what the figure would be if all cores were free: processor time spread over them
        if "processor_seconds" in more:
            free = statistics.median(more["processor_seconds"]) / cores()
            entry["on_free_cores"] = more["trials"] / free if least else free
        entry["load"] = round(os.getloadavg()[0], 2)
        entry["gate_met"] = None if gate is None else meets(gate)
        entry["aim_met"] = None if aim is None else meets(aim)
        ROWS.append(entry)
        return entry

    return add


def cores():
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def machine():
    """Describe processor, load and versions."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": cores(),
        "system": platform.system(),
        "load": list(os.getloadavg()),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numba", "numpy", "llvmlite")},
    }


def pytest_terminal_summary(terminalreporter):
    if not ROWS:
        return
    write = terminalreporter.write_line
    write(f"cores {cores()}, load {os.getloadavg()[0]:.2f}; medians of five turns")
    write(f"{'work':<66} {'figure':>12} {'gate':>9} {'aim':>9}")
    for entry in ROWS:
        marks = {True: "met", False: "missed", None: ""}
        figure = f"{entry['figure']:.4g}{'' if entry['unit'] == '×' else ' '}{entry['unit']}"
        bounds = [f"{entry[key]:g}" if entry[key] is not None else "" for key in ("gate", "aim")]
        named = [f"{key} {marks[entry[f'{key}_met']]}" for key in ("gate", "aim") if entry[key] is not None]
        verdict = ", ".join(named)
        if "on_free_cores" in entry:
            verdict += f"; {entry['on_free_cores']:.3g} by processor time (load {entry['load']})"
        write(f"{entry['work']:<66} {figure:>12} {bounds[0]:>9} {bounds[1]:>9}  {verdict}")
    report = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "rows": ROWS,
    }
    place = ROOT / "reports" / "benchmarks.json"
    place.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    write(f"written to {place.relative_to(ROOT)}")
