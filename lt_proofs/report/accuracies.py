"""Samples over a table of accuracies: measured, certified by a chain, by the closed form, and the information limit."""

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
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import write_file
from lt_proofs.report.plots import between, recorded_rows

LAWS = ("uniform", "product", "gadget")
SIZES = (10, 100, 1000)
PLACES = tuple(range(1, 10))
NAME = "accuracies.json"


def record(folder: Path) -> None:
    """Search for all chains again, let the checker accept each, and write their numbers and digests."""
    rows = []
    for law, size, place in product(LAWS, SIZES, PLACES):
        chain = certified(law, Fraction(1, size), Fraction(1, 10**place))
        digest = hashlib.sha256(chain.certificate.encode("ascii")).hexdigest()
        rows.append({"law": law, "size": size, "place": place, "samples": chain.value, "sha256": digest})
    lines = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    write_file(folder / NAME, f"[\n{lines}\n]\n".encode("ascii"))


def kept() -> dict[tuple[str, int, int], dict[str, Any]]:
    """The recorded chains by law, 1/eps, and the decimal place of delta."""
    rows = json.loads(files("lt_proofs.report").joinpath("data", NAME).read_text("ascii"))
    return {(row["law"], row["size"], row["place"]): row for row in rows}


def accuracies_facts() -> list[dict[str, Any]]:
    """For each law a table: a row for each delta, and for each eps what is measured and what is proved."""
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
                cells.append({"measured": seen, "chain": chains[law, size, place]["samples"], "closed": closed})
            rows.append({"delta": rational_text(delta), "cells": cells})
        tables.append({"law": law, "rows": rows})
    return tables


def seen_between(low: str, high: str) -> str:
    """Where the campaigns find the number: between two ends, above one, or nowhere."""
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low else ""


def head() -> list[dict[str, Any]]:
    """The columns: each eps, with the information limit that holds for every law."""
    return [{"eps": f"1/{size}", "limit": information_limit(Fraction(1, size)).value} for size in SIZES]
