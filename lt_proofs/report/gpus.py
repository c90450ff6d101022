"""The speed of the kernels on a GPU: upper limits derived from their machine code, beside measured rates."""

from __future__ import annotations

from typing import Any

NOT_MEASURED = "no GPU was available"
COLUMNS = (
    "items per second, on one GPU",
    "upper limit by instruction issue (derived)",
    "half of it",
    "without overlap of instructions (derived)",
    "aim",
    "measured",
)
RATES = ("limit_per_second", "half", "one_by_one", "reach_per_second")


def tables(limits: Any, measured: Any) -> list[dict[str, Any]]:
    """Return one table of derived limits and measured rates, or none if there are no limits.

    ``limits`` is the content of ptxas.json and ``measured`` that of gpu.json; either may be anything, because the files
    come from other runs, so every field is checked before use.
    """
    if not (isinstance(limits, dict) and isinstance(limits.get("card"), dict)):
        return []
    # a file may also say that no GPU was available; then only the limits are shown
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
    """Return the objects in a list, or nothing if the field is not a list."""
    found = data.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _figure(value: Any) -> str:
    """Write a rate with two significant digits; an empty text for none."""
    # derived limits are estimates, and more digits would pretend otherwise
    return f"{float(f'{value:.2g}'):,.0f}" if isinstance(value, int | float) else ""
