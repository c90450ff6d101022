"""What the kernels can reach on a GPU: limits derived from their machine code, beside what was measured."""

from __future__ import annotations

from typing import Any

NOT_MEASURED = "no card was available"
COLUMNS = (
    "work (per second, on one card)",
    "limit by the issue of instructions (derived)",
    "half of it",
    "if no instruction overlapped (derived)",
    "aim",
    "measured",
)
RATES = ("limit_per_second", "half", "one_by_one", "reach_per_second")


def tables(limits: Any, measured: Any) -> list[dict[str, Any]]:
    """One table of both, where limits were derived; the file of limits is ptxas.json, that of a card gpu.json."""
    if not (isinstance(limits, dict) and isinstance(limits.get("card"), dict)):
        return []
    figures = {}
    if isinstance(measured, dict) and measured.get("status") == "measured":
        figures = {row.get("work"): row.get("items_per_second") for row in _rows(measured, "rows")}
    rows = [
        [
            str(row.get("work")),
            *(_figure(row.get(name)) for name in RATES),
            _figure(figures.get(row.get("work"))) or NOT_MEASURED,
        ]
        for row in _rows(limits, "limits")
    ]
    card = limits["card"]
    name = f"Derived for {card.get('card')}, {card.get('multiprocessors')} multiprocessors, {card.get('how')}"
    return [{"name": name, "columns": list(COLUMNS), "rows": rows, "left_out": 0}] if rows else []


def _rows(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _figure(value: Any) -> str:
    """A rate with two digits; empty for none."""
    return f"{float(f'{value:.2g}'):,.0f}" if isinstance(value, int | float) else ""
