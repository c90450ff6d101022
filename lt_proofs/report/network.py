"""The tickets for the bundled digits networks, dense and with convolutions: what is proved of them, and measured."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from lt_proofs.certificates.checking import CheckerAnswer, run_checker
from lt_proofs.exact.rational import decimal_text, rational_text
from lt_proofs.networks import digits
from lt_proofs.networks.difference import FLOAT_ERROR, largest_found
from lt_proofs.networks.image_prune import PrunedImages, prune_images, title_of
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.prune import Pruned, prune
from lt_proofs.networks.ticket import load_ticket, save_ticket
from lt_proofs.report.claims import recheck_commands

# the folders of the two tickets
TICKET, CNN_TICKET = "ticket", "cnn-ticket"
EPS = Fraction(1, 100)
SEED = 0
# pixels from 0 to 1
UNIT_PIXELS = InputDomain((Fraction(0), Fraction(1)))
# decimals of bounds
DIGITS = 9


def prune_digits(folder: Path) -> tuple[Pruned, dict[str, Any], dict[str, str]]:
    """Prune the dense network into ``folder``/ticket and check the ticket; return it, the facts and the seconds."""
    pruned = prune(digits.target(), EPS, seed=SEED)
    words = {
        "name": "digits",
        "about": f"A {'-'.join(map(str, pruned.target.widths))} ReLU network was approximated by a ticket: a random "
        f"network of twice its depth (law {pruned.law}, seed {pruned.seed}) pruned by masks, its outputs multiplied by "
        f"the factor {factor_text(pruned.scale)}",
        "note": "n is the largest number of hidden units that see one input; the factor is 2 to the sum of the scales.",
        "widths": list(pruned.target.widths),
        "factor": factor_text(pruned.scale),
    }
    return pruned, *_checked(pruned, folder / TICKET, digits.test_images, words)


def prune_digits_cnn(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Prune the network with convolutions into ``folder``/cnn-ticket; return the facts and the seconds."""
    pruned = prune_images(digits.cnn_target(), EPS, seed=SEED, domain=UNIT_PIXELS)
    words = {
        "name": "digits CNN",
        "about": f"A network of images of the shapes {title_of(pruned.target)}, with two convolutions, each followed "
        f"by max pooling, and a dense layer, was approximated by a ticket: each layer became two random convolutions "
        f"(law {pruned.law}, seed {pruned.seed}), the first one a pixel wide, pruned by masks, its outputs multiplied "
        f"by 2^s; each layer has a bias, for which it gets a constant image 1",
        "note": "n is the largest number of hidden channels that see one channel; the outputs of a layer are counted "
        "tap by tap, and the constant image counts as an input.",
        "shapes": title_of(pruned.target),
    }
    return _checked(pruned, folder / CNN_TICKET, digits.cnn_images, words)


def _checked(
    pruned: Pruned | PrunedImages, place: Path, images: Callable[[], tuple[Any, Any]], words: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Write a ticket and check it; return the facts, ``words`` among them, and the seconds."""
    save_ticket(pruned, place)
    start = time.perf_counter()
    (examined,) = run_checker([place])
    checking = time.perf_counter() - start
    ticket = load_ticket(place)
    accuracy = digits.accuracy(pruned.target.forward, ticket.forward, images)
    found, where = _found(pruned, ticket.forward, images)
    words = {**words, "found": {**least(found), "where": where}, "ratio": ratio(pruned.error_bound, found)}
    seconds = {"prune": f"{pruned.seconds:.3f}", "check": f"{checking:.3f}"}
    return {**words, **_facts(pruned, place, examined, accuracy)}, seconds


def _found(
    pruned: Pruned | PrunedImages, forward: Callable[[Any], Any], images: Callable[[], tuple[Any, Any]]
) -> tuple[Fraction, str]:
    """Return the largest difference of outputs that is found, which is a lower bound, and how it was found."""
    if isinstance(pruned, Pruned):
        return largest_found(pruned), "by an attack"
    inputs = images()[0]
    gaps = np.linalg.norm((pruned.target.forward(inputs) - forward(inputs)).reshape(len(inputs), -1), axis=1)
    return Fraction(float(gaps.max()) * (1 - FLOAT_ERROR)), "at the test images"


def _facts(
    pruned: Pruned | PrunedImages, place: Path, examined: CheckerAnswer, accuracy: dict[str, int]
) -> dict[str, Any]:
    certificate = json.loads((place / "certificate.json").read_text("ascii"))
    file = f"{place.name}/certificate.json"
    return {
        "eps": rational_text(pruned.eps),
        "seed": pruned.seed,
        "constant_input": certificate["statement"]["constant_inputs"] > 0,
        "law": certificate["statement"]["law"],
        "domain": certificate["statement"]["domain"],
        "where": str(pruned.domain),
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


def _layers(pruned: Pruned | PrunedImages) -> list[dict[str, Any]]:
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


def least(value: Fraction) -> dict[str, str]:
    """Return a lower bound in decimals that are rounded down.

    >>> least(Fraction(2, 3))
    {'at_least': '0.666666666'}
    """
    return {"at_least": decimal_text(value, DIGITS, up=False)}


def ratio(certified: Fraction, found: Fraction) -> str | None:
    """Return how many times as large as what was found a bound is, rounded up; None where nothing was found."""
    return decimal_text(certified / found, 2, up=True) if found > 0 else None


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
        "file": f"{path.parent.name}/{path.name}",
        "bytes": len(content),
        "digest": "sha256:" + hashlib.sha256(content).hexdigest(),
    }
