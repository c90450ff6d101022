"""Widths for the paper's network 784-500-10, improvement by improvement: closed forms and recorded chains."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from lt_proofs.bounds.chained import chained_layers
from lt_proofs.bounds.savings import CHAIN, Saving, savings
from lt_proofs.files import write_file

WIDTHS, ACCURACY = (784, 500, 10), Fraction(1, 100)
NAME = "widths.json"


def record_widths(folder: Path) -> None:
    """Find the chains of the layers again, each accepted by the checker, and write their numbers and digests."""
    rows = []
    for layer in chained_layers(WIDTHS, ACCURACY, ACCURACY):
        digest = hashlib.sha256(layer.certificate.encode("ascii")).hexdigest()
        rows.append({"inputs": layer.inputs, "outputs": layer.outputs, "n": layer.n, "sha256": digest})
    lines = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    write_file(folder / NAME, f"[\n{lines}\n]\n".encode("ascii"))


def kept() -> dict[tuple[int, int], dict[str, Any]]:
    """Return the recorded chains by (inputs, outputs) of their layers."""
    rows = json.loads(files("lt_proofs.report").joinpath("data", NAME).read_text("ascii"))
    return {(row["inputs"], row["outputs"]): row for row in rows}


def widths_facts() -> dict[str, Any]:
    """Return a table with a row for each improvement: hidden units per input of each layer, and in total."""
    # closed forms are computed now; chains take minutes and are recorded with the digests of their certificates
    chains = kept()
    recorded = Saving(CHAIN, tuple(chains[shape]["n"] for shape in pairwise(WIDTHS)))
    steps = (*savings(WIDTHS, ACCURACY, ACCURACY), recorded)
    rows = [[saving.step, *map(str, saving.units), str(hidden(saving))] for saving in steps]
    layers = [f"layer {inputs} to {outputs}" for inputs, outputs in pairwise(WIDTHS)]
    return {"columns": ["improvement", *layers, "hidden units in total"], "rows": rows}


def hidden(saving: Saving) -> int:
    """Return the number of hidden units of all layers together."""
    return sum(inputs * n for (inputs, _), n in zip(pairwise(WIDTHS), saving.units, strict=True))
