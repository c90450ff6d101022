"""Summarise a sweep: mean accuracies over the seeds with intervals, and numbers of weights per weight of the target."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from lt_proofs.bounds.closed_form import layer_widths
from lt_proofs.bounds.lower import parameters_lower
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.experiments.popup.settings import Settings, plain_size
from lt_proofs.experiments.popup.sweep import Run, Sweep

FORMAT = "lt_proofs popup 1"
LEVEL, MARGIN = Fraction(95, 100), Fraction(1, 50)
INTERVAL = "95 % interval by Student's t for the mean accuracy over random seeds; the split of the images is fixed"
REMARKS = (
    "Both matrices of a pair lose the same fraction of weights, as in the authors' code, so the fraction of paths "
    "through hidden units that is kept is the square of the fraction of weights.",
    "A ticket is taken from as many random weights as its tolerance requires; its budget limits only the kept weights.",
)
PUBLISHED = "published figures are not at hand"
BOUND_EPS, BOUND_DELTA = (Fraction(1, 10), Fraction(1, 100)), Fraction(1, 100)

Records = dict[str, dict[str, Any]]


def summary(sweep: Sweep, records: Records) -> dict[str, Any]:
    """Return the result of a sweep in the format described in the package's docstring."""
    settings = sweep.settings
    return {
        "format": FORMAT,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "settings": settings.described(),
        "split": {**sweep.split.sizes, "digest": sweep.split.digest},
        "interval": INTERVAL,
        **{name: _total(records, name) for name in ("seconds", "processor_seconds")},
        "remarks": list(REMARKS),
        "networks": [_network(sweep, records, name) for name in settings.networks],
        "published": {"points": [], "note": PUBLISHED},
    }


def _total(records: Records, name: str) -> float:
    """Add up one numeric field of all records."""
    return round(float(sum(record[name] for record in records.values())), 1)


def _network(sweep: Sweep, records: Records, name: str) -> dict[str, Any]:
    """Summarise all runs of one network."""
    settings, widths, images = sweep.settings, sweep.widths(name), sweep.split.sizes["test"]
    weights = plain_size(widths)
    dense = [records[Run(name, seed, "trained").name] for seed in range(settings.seeds)]
    trained = {**_accuracy(dense, images), "epochs": [record["epoch"] for record in dense]}
    curves = [
        {
            "variant": variant,
            "points": [
                {
                    "removed": rational_text(removed),
                    **_point(_records(settings, records, name, variant, removed), images, weights),
                }
                for removed in settings.fractions
            ],
        }
        for variant in settings.variants
    ]
    return {
        "name": name,
        "widths": list(widths),
        "weights": weights,
        "trained": trained,
        "curves": curves,
        "equal_accuracy": equal_accuracy(trained["mean"], curves),
        "bounds": bounds(widths),
    }


def _records(
    settings: Settings, records: Records, network: str, variant: str, removed: Fraction
) -> list[dict[str, Any]]:
    """Return the records of one point of a curve, one for each seed."""
    runs = (Run(network, seed, variant, removed) for seed in range(settings.seeds))
    return [records[run.name] for run in runs]


def _point(found: list[dict[str, Any]], images: int, weights: int) -> dict[str, Any]:
    """Summarise the runs of one point of a curve, or give the reason why there is none."""
    if any("none" in record for record in found):
        return {"none": "no tolerance below 1 keeps so few weights"}
    counts = {count: [record[count] for record in found] for count in ("drawn", "kept")}
    ratios = {f"{count}_per_weight": round(fmean(values) / weights, 4) for count, values in counts.items()}
    last = ("eps", "eps") if "eps" in found[0] else ("epochs", "epoch")
    return {**counts, **ratios, **_accuracy(found, images), last[0]: [record[last[1]] for record in found]}


def _accuracy(found: list[dict[str, Any]], images: int) -> dict[str, Any]:
    """Return the test accuracies of some runs, their mean and its interval."""
    # counts are recorded and divided only here, so that nothing is rounded twice
    shares = [record["test"] / images for record in found]
    mean, low, high = interval(shares)
    return {"mean": mean, "low": low, "high": high, "accuracies": [round(share, 6) for share in shares]}


def interval(shares: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Return the mean and the ends of Student's interval, clipped to [0, 1]; both ends are None for a single value.

    >>> interval([0.8, 0.9, 1.0])
    (0.9, 0.651586, 1.0)
    """
    mean = fmean(shares)
    if len(shares) == 1:
        return round(mean, 6), None, None
    # accuracies of different seeds are independent, but few, hence Student's t and not the normal law
    half = quantile(len(shares) - 1) * stdev(shares) / sqrt(len(shares))
    return round(mean, 6), round(max(0.0, mean - half), 6), round(min(1.0, mean + half), 6)


@cache
def quantile(freedom: int) -> float:
    """Return q with P(|T| > q) = 1 - LEVEL for Student's t with that many degrees of freedom, by bisection.

    >>> [round(quantile(k), 3) for k in (1, 2, 4)]
    [12.706, 4.303, 2.776]
    """
    import mpmath

    # P(|T| > t) is the regularised incomplete beta function at freedom / (freedom + t²)
    def beyond(t: float) -> float:
        return float(mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True))

    low, high = 0.0, 64.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) > 1 - LEVEL else (low, middle)
    return high


def equal_accuracy(aim: float, curves: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return for each curve the point with the fewest kept weights whose accuracy is within MARGIN of ``aim``.

    ``aim`` is the mean accuracy of the trained network; a curve without such a point has ``kept_per_weight`` None.
    """
    rows = []
    for curve in curves:
        near = [point for point in curve["points"] if "none" not in point and point["mean"] >= aim - MARGIN]
        fewest = min(near, key=lambda point: point["kept_per_weight"], default={"kept_per_weight": None})
        names = ("kept_per_weight", "drawn_per_weight", "removed", "mean")
        rows.append({"variant": curve["variant"], **{name: fewest[name] for name in names if name in fewest}})
    return {"margin": rational_text(MARGIN), "rows": rows}


def bounds(widths: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return the random weights per weight of the target that suffice by Theorem 1 and are necessary by Theorem 2.

    The first number holds for all targets of these widths whose matrices have norm at most 1, with probability 99 %;
    each hidden unit counts one incoming weight and one outgoing weight for each output, as in the structure. The second
    holds for all square matrices of norm at most 1 of the largest size that fits into a layer, with probability 1/2.
    """
    # the largest square matrix that a layer contains as a block
    size = max(min(pair) for pair in pairwise(widths))
    rows = []
    for eps in BOUND_EPS:
        try:
            enough = sum(layer.hidden * (1 + layer.outputs) for layer in layer_widths(widths, eps, BOUND_DELTA))
            needed = parameters_lower(size, eps).value
        # outside the range of a claim nothing is shown rather than a number without meaning
        except BadInput:
            continue
        per_weight = {"theorem-1": Fraction(enough, plain_size(widths)), "theorem-2": Fraction(needed, size * size)}
        what = {
            "theorem-1": f"enough for widths {','.join(map(str, widths))}, norms at most 1",
            "theorem-2": f"necessary for {size} x {size}, norm at most 1",
        }
        rows += [
            {"claim": claim, "what": what[claim], "eps": rational_text(eps), "drawn_per_weight": round(float(value), 4)}
            for claim, value in per_weight.items()
        ]
    return rows


def _machine() -> dict[str, str]:
    """Describe the machine and the versions used, as texts."""
    place = Path("/proc/cpuinfo")
    lines = place.read_text("utf-8").splitlines() if place.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": str(cores),
        "load": f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "",
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "numpy", "numba")},
    }
