"""Numbers of samples for a table of accuracies: necessary, measured, by certified chains and closed forms.

Chains take minutes to find, so their numbers are recorded as package data with the digests of their certificates; a
test finds some of them again.
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

from lt_proofs.bounds.certified import certified
from lt_proofs.bounds.closed_form import closed_form
from lt_proofs.bounds.lower import information_limit
from lt_proofs.bounds.reach import reach_limit
from lt_proofs.campaigns.recorded import RECORDED
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import write_file
from lt_proofs.report.plots import between, recorded_rows

LAWS = tuple(RECORDED)
# eps = 1/size and delta = 10^-place
SIZES = (10, 100, 1000)
PLACES = tuple(range(1, 10))
NAME = "accuracies.json"


def record_accuracies(folder: Path) -> None:
    """Find all chains again, each accepted by the checker, and write their numbers and digests to the folder."""
    rows = []
    for law, size, place in product(LAWS, SIZES, PLACES):
        chain = certified(law, Fraction(1, size), Fraction(1, 10**place))
        digest = hashlib.sha256(chain.certificate.encode("ascii")).hexdigest()
        rows.append({"law": law, "size": size, "place": place, "samples": chain.value, "sha256": digest})
    lines = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    write_file(folder / NAME, f"[\n{lines}\n]\n".encode("ascii"))


def kept() -> dict[tuple[str, int, int], dict[str, Any]]:
    """Return the recorded chains by (law, 1/eps, decimal place of delta)."""
    rows = json.loads(files("lt_proofs.report").joinpath("data", NAME).read_text("ascii"))
    return {(row["law"], row["size"], row["place"]): row for row in rows}


def accuracies_facts() -> list[dict[str, Any]]:
    """Return one table for each law, with a row for each delta and a cell for each eps.

    A cell holds the number that is proved necessary, the measured one, and those proved enough.
    """
    chains = kept()
    tables = []
    for law in LAWS:
        measured = {size: recorded_rows(f"curve-{law}-{size}") for size in SIZES}
        rows = []
        for place in PLACES:
            delta, cells = Fraction(1, 10**place), []
            for size in SIZES:
                low, high = between(measured[size], 1 - delta)
                seen = seen_between(low, high)
                closed = closed_form(law, Fraction(1, size), delta).value
                least = reach_limit(law, Fraction(1, size), delta)
                needed = max(information_limit(Fraction(1, size)).value, 0 if least is None else least.value)
                chain = chains[law, size, place]["samples"]
                cells.append({"necessary": needed, "measured": seen, "chain": chain, "closed": closed})
            rows.append({"delta": rational_text(delta), "cells": cells})
        tables.append({"law": law, "rows": rows})
    return tables


def seen_between(low: str, high: str) -> str:
    """Word the range in which campaigns place the number: between two ends, at least one, or empty."""
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low else ""


def head() -> list[dict[str, Any]]:
    """Return the columns of the tables: each eps."""
    return [{"eps": f"1/{size}"} for size in SIZES]
