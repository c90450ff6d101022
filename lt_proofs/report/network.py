"""The ticket for the bundled digits network: what is proved of it, and what is measured."""

from __future__ import annotations

import hashlib
import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from lt_proofs.certificates.checking import CheckerAnswer, run_checker
from lt_proofs.exact.rational import decimal_text, rational_text
from lt_proofs.networks import digits
from lt_proofs.networks.prune import Pruned, prune
from lt_proofs.networks.ticket import load_ticket, save_ticket
from lt_proofs.report.claims import recheck_commands

TICKET = "ticket"
EPS = Fraction(1, 100)
SEED = 0
# decimals of bounds
DIGITS = 9


def prune_digits(folder: Path) -> tuple[Pruned, dict[str, Any], dict[str, str]]:
    """Prune the network into ``folder``/ticket and check the ticket; return it, the facts and the seconds."""
    target = digits.target()
    pruned = prune(target, EPS, seed=SEED)
    place = folder / TICKET
    save_ticket(pruned, place)
    start = time.perf_counter()
    (examined,) = run_checker([place])
    checking = time.perf_counter() - start
    accuracy = digits.accuracy(target.forward, load_ticket(place).forward)
    seconds = {"prune": f"{pruned.seconds:.3f}", "check": f"{checking:.3f}"}
    return pruned, _facts(pruned, place, examined, accuracy), seconds


def _facts(pruned: Pruned, place: Path, examined: CheckerAnswer, accuracy: dict[str, int]) -> dict[str, Any]:
    certificate = json.loads((place / "certificate.json").read_text("ascii"))
    file = f"{TICKET}/certificate.json"
    return {
        "name": "digits",
        "widths": list(pruned.target.widths),
        "eps": rational_text(pruned.eps),
        "seed": pruned.seed,
        "factor": factor_text(pruned.scale),
        "constant_input": certificate["statement"]["constant_inputs"] > 0,
        "law": certificate["statement"]["law"],
        "domain": certificate["statement"]["domain"],
        "weights": pruned.weights,
        "solved": pruned.solved,
        "layers": _layers(pruned),
        "max_weight_error": bound(pruned.max_weight_error),
        "error_bound": bound(pruned.error_bound),
        "accuracy": {**accuracy, "share": _shares(accuracy)},
        "certificate": {
            "file": file,
            "digest": certificate["digest"],
            "state": examined.state,
            "says": "; ".join(examined.report.get("remarks", [])) or examined.report.get("reason", ""),
            "recheck": recheck_commands(file),
        },
        "files": [_file(path) for path in sorted(place.iterdir())],
    }


def _layers(pruned: Pruned) -> list[dict[str, Any]]:
    """Return for each layer of the target its size, n, and how many entries of the two random matrices are kept."""
    rows = []
    for number, (masks, wanted) in enumerate(zip(pruned.masks, pruned.wanted_sums, strict=True), 1):
        layer, (first, second) = masks.layer, masks.kept
        rows.append(
            {
                "layer": number,
                "rows": layer.rows,
                "columns": layer.columns,
                "n": layer.widest,
                "units": layer.units,
                "scale": wanted.scale,
                "kept": [first, second],
                "drawn": [layer.units * layer.columns, layer.rows * layer.units],
            }
        )
    return rows


def factor_text(scale: int) -> str:
    """Return the factor of a ticket as a power of two with its value.

    >>> factor_text(4)
    '2^4 = 16'
    """
    return f"2^{scale} = {2**scale}"


def bound(value: Fraction) -> dict[str, str]:
    """Return an upper bound exactly, and in decimals that are rounded up.

    >>> bound(Fraction(1, 3))
    {'exact': '1/3', 'at_most': '0.333333334'}
    """
    return {"exact": rational_text(value), "at_most": decimal_text(value, DIGITS, up=True)}


def _shares(accuracy: dict[str, int]) -> dict[str, str]:
    """Return the accuracies in per cent, rounded to hundredths."""
    hundredths = {name: round(Fraction(10_000 * accuracy[name], accuracy["images"])) for name in ("target", "ticket")}
    return {name: f"{value // 100}.{value % 100:02}" for name, value in hundredths.items()}


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "file": f"{TICKET}/{path.name}",
        "bytes": len(content),
        "digest": "sha256:" + hashlib.sha256(content).hexdigest(),
    }
