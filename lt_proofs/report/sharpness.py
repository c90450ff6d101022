"""The sharpness of the bounds: numbers proved necessary, measured, and proved sufficient, side by side."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lt_proofs.exact.rational import decimal_text
from lt_proofs.tables import NAMES

AT = "1/100"
SIZES = ("10", "100", "1000")


def sharpness_facts(plots: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return rows taken from the plots at eps = 1/100: samples for each law, and hidden widths for some sizes."""
    by_id = {plot["id"]: plot["rows"] for plot in plots}
    rows = []
    for law in NAMES:
        for eps, least, low, high, chain, closed in by_id.get(f"samples-{law}", ()):
            if eps == AT:
                measured = low if low == high else f"{low} to {high}"
                rows.append(_row(f"samples, {law} law, eps = delta = {AT}", least, measured, chain or closed))
    for size, eps, least, enough, _ in by_id.get("gap", ()):
        if eps == AT and size in SIZES:
            rows.append(
                _row(
                    f"hidden width, two layers, matrices of size {size}, eps = {AT}, probability 1/2", least, "", enough
                )
            )
    return rows


def _row(what: str, least: str, measured: str, enough: str) -> dict[str, str]:
    """Return a row with the ratio of the sufficient number to the necessary one, rounded up."""
    ratio = decimal_text(Fraction(enough) / Fraction(least), 1, up=True) if least not in ("", "0") else ""
    return {"what": what, "necessary": least, "measured": measured, "enough": enough, "ratio": ratio}
