"""Measurements that other runs have stored beside the report, shown as tables whatever they contain."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from lt_proofs.errors import LtProofsError
from lt_proofs.files import read_bytes
from lt_proofs.report import gpus, popup
from lt_proofs.report.plots import axis, figure, mark

# name of the file -> what it records; a new report keeps these files
RECORDED = {
    "benchmarks.json": "Speed, beside exact solvers on the same instances",
    "differences.json": "Certified differences of tickets and their targets, beside peers on the same boxes",
    "prover.json": "Inequalities of three corpora with known truth, decided by the prover",
    "gpu.json": "Kernels on a GPU",
    "ptxas.json": "Machine code of the GPU kernels, compiled without a GPU",
    "popup.json": "The second experiment: structure against width",
    "mutants.json": "Mutants of the checker",
    "numbers.json": "Other recorded numbers",
}
# bytes of a file, rows of a table, and depth of nested objects that are shown
LIMIT = 1 << 22
MOST_ROWS = 60
DEPTH = 3


def recordings(folder: Path) -> list[dict[str, Any]]:
    """Return the measurements in a folder as tables of texts, and the comparison with peers as a plot."""
    found = []
    for name, title in RECORDED.items():
        data = _read(folder / name)
        if data is not None:
            plots = [speed(data)] if name == "benchmarks.json" and ratios(data) else []
            plots += popup.curves(data) if popup.is_popup(data) else []
            tables = popup.tables(data) if popup.is_popup(data) else []
            tables += gpus.tables(_read(folder / "ptxas.json"), data) if name == "gpu.json" else []
            found.append({"file": name, "title": title, "tables": tables + _tables(data), "figures": plots})
    return found


def _read(path: Path) -> Any:
    """Return the JSON of a recorded file; None if it is missing or no JSON, since the report must not fail for it."""
    try:
        return json.loads(read_bytes(path, LIMIT, follow_links=False)) if path.is_file() else None
    except (LtProofsError, ValueError, RecursionError):
        return None


def _tables(data: Any) -> list[dict[str, Any]]:
    """Return plain values as one table of names and values, and each list of objects as a table of its own."""
    pairs, tables = [], []
    for name, value in _leaves(data):
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            columns = list(dict.fromkeys(key for row in value for key in row if not isinstance(row[key], list | dict)))
            cells = [[_cell(row.get(key)) for key in columns] for row in value[:MOST_ROWS]]
            tables.append({"name": name, "columns": columns, "rows": cells, "left_out": max(0, len(value) - MOST_ROWS)})
        elif not isinstance(value, list | dict):
            pairs.append([name, _cell(value)])
    if pairs:
        about = {"name": "", "columns": ["what", "value"], "rows": pairs[:MOST_ROWS]}
        tables.append({**about, "left_out": max(0, len(pairs) - MOST_ROWS)})
    return tables


def _leaves(data: Any, name: str = "", depth: int = 0) -> list[tuple[str, Any]]:
    if isinstance(data, dict) and depth < DEPTH:
        return [leaf for key, value in data.items() for leaf in _leaves(value, f"{name} {key}".strip(), depth + 1)]
    return [(name, data)]


def _cell(value: Any) -> str:
    """Return a value as text: floats with four digits, long texts cut."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
    return str(value)[:200]


def ratios(data: Any) -> list[dict[str, Any]]:
    """Return the rows of the speed table that compare with a peer."""
    rows = data.get("rows", []) if isinstance(data, dict) else []
    return [row for row in rows if isinstance(row, dict) and row.get("unit") == "×" and "figure" in row]


def speed(data: Any) -> dict[str, Any]:
    """Return the plot of how many times faster than each peer the program is, with the gate."""
    rows = [
        [str(number), str(row["work"]), str(round(row["figure"])), _cell(row.get("gate")), _verdict(row)]
        for number, row in enumerate(ratios(data), 1)
    ]
    says = (
        "How many times faster than the peer on the same instances in the same run, in alternation, median of five; "
        "the ratio must not fall below the gate."
    )
    top = max(float(Fraction(row[2])) for row in rows)
    ticks = [str(10**k) for k in range(3, 10) if k <= 3 or 10 ** (k - 1) < top]
    return figure(
        "speed", "Speed beside peers", says, ("number", "work and peer", "times faster", "gate", "gate met"), rows,
        x=axis("times faster", ticks, log=True), y=axis("row of the table", ()),
        marks=[mark("lengths", "times faster", 0, 2), mark("gates", "gate", 0, 3)],
    )  # fmt: skip


def _verdict(row: dict[str, Any]) -> str:
    return _cell(row.get("gate_met"))
