"""Certified difference, largest difference found and their ratio for tickets of public networks, on whole boxes.

With LT_PROOFS_NETWORKS set to a folder of the networks: ``python benchmarks/differences.py [NAME…] [--write FILE]``.
Each network is pruned with tolerance 1/100; the bound is accepted by the checker, whose processor time is measured. As
a peer, f and g are bounded apart by the same planes: each is compared with the zero network, and the bounds add up.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import lt_proofs
from lt_proofs.networks import InputDomain, Target, load_target, prune
from lt_proofs.networks.compare import compare_on
from lt_proofs.networks.domains import Box
from lt_proofs.networks.pairs import NetworkPair, pair_of_pruned
from lt_proofs.networks.planes import bounds

BOXES = {
    "lindex": "0,1",
    "vdp": "-1,1",
    "cartpole": "-1,1",
    "lunarlander": "-1,1",
    "drones_ac5": "-1,1",
    "gcas": "-1,1",
    "safenlp_medical": "0,1",
    "mnistfc_256x2": "0,1",
}
SECONDS = 60


def measured(name: str, target: Target, seconds: float) -> dict[str, Any]:
    """Prune a network and compare the ticket with it on its whole box."""
    domain = InputDomain.parse(BOXES[name])
    pruned = prune(target, Fraction(1, 100), domain=domain)
    pair = pair_of_pruned(pruned)
    box = Box.same(*(domain.box or (Fraction(0), Fraction(1))), pair.inputs)
    before, start = _children(), time.process_time()
    found = compare_on(pair, box, seconds=seconds)
    return {
        "network": name,
        "widths": list(target.widths),
        "bound": float(found.bound),
        "found": float(found.found),
        "ratio": found.ratio,
        "own_certificate": float(pruned.error_bound),
        "apart": apart(pair, box),
        "leaves": found.leaves,
        "search_seconds": round(time.process_time() - start, 2),
        "checker_seconds": round(_children() - before, 2),
    }


def apart(pair: NetworkPair, box: Box) -> float:
    """Return the sum of the radii of both networks' outputs, each bounded by the same planes, as differences from 0."""
    places = pair.places(box)
    nothing = [np.zeros_like(layer[0]) for layer in pair.layers]
    sides = [[layer[which] for layer in pair.layers] for which in (0, 2)]
    alone = [[(zero, matrix, matrix) for zero, matrix in zip(nothing, side, strict=True)] for side in sides]
    return sum(float(bounds(layers, places)[0]) for layers in alone)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure the networks that are named, or all, and print or write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BOXES], default=[])
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    folder = Path(os.environ["LT_PROOFS_NETWORKS"])
    rows = []
    for name in asked.names or BOXES:
        rows.append(measured(name, load_target(folder / f"{name}.onnx", compare=False), asked.seconds))
        print(json.dumps(rows[-1]), flush=True)
    if asked.write:
        about = {
            "date": datetime.now(UTC).date().isoformat(),
            "lt_proofs": lt_proofs.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "machine": platform.processor() or platform.machine(),
        }
        asked.write.write_text(json.dumps({**about, "eps": "1/100", "networks": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
