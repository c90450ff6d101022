"""Further certificates in the folder of a ticket, about the same files: of its difference from the target.

On a box the planes of Mathematics 3.23 often show a smaller error than the ticket's own certificate; near given inputs
they show one for each, and where both networks give the same class.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import Unsolved
from lt_proofs.networks import image_attack
from lt_proofs.networks.attack import largest_difference
from lt_proofs.networks.compare import Compared, affordable_leaves, checkable_leaves, compare_near, compare_on
from lt_proofs.networks.domains import Ball, Box
from lt_proofs.networks.image_prune import PrunedImages
from lt_proofs.networks.pairs import pair_of_pruned
from lt_proofs.networks.prune import Pruned

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Beside:
    """The smallest certified error of a ticket on its domain, what an attack found, and the files that show it."""

    bound: Fraction
    found: Fraction
    leaves: int = 0
    files: dict[str, bytes] = field(default_factory=dict)


def on_domain(pruned: Pruned | PrunedImages, progress: Callable[[int, int], None] | None = None) -> Beside:
    """Return the smaller one of the ticket's own bound and, on a box, of that by planes, with difference.json.

    A ticket with convolutions has its own bound only.
    """
    if isinstance(pruned, PrunedImages):
        return Beside(pruned.error_bound, image_attack.largest_difference(pruned))
    pair = pair_of_pruned(pruned)
    if pruned.domain.box is None:
        found = largest_difference(pair, pair.places(Ball(Fraction(1))))
        return Beside(pruned.error_bound, found.size)
    box = Box.same(*pruned.domain.box, pair.inputs)
    leaves = min(affordable_leaves(pair), checkable_leaves(pair))
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
        while True:
            folder = Path(place) / str(leaves)
            try:
                best = compare_on(pair, box, folder=folder, leaves=leaves, progress=progress)
                break
            except Unsolved:  # the checker would take too long for so many leaves
                if leaves == 1:
                    found = largest_difference(pair, pair.places(box))
                    return Beside(pruned.error_bound, found.size)
                leaves = max(1, leaves // 4)
        if best.bound >= pruned.error_bound:
            return Beside(pruned.error_bound, best.found)
        content = (folder / "certificate.json").read_bytes()
    return Beside(best.bound, best.found, best.leaves, {"difference.json": content})


def near_inputs(
    pruned: Pruned,
    inputs: Reals,
    radius: Fraction,
    norm: str = "inf",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Compared, dict[str, bytes]]:
    """Return bounds near inputs, inside the ticket's box, with their files, regions.json or several."""
    pair = pair_of_pruned(pruned)
    box = None if pruned.domain.box is None else Box.same(*pruned.domain.box, pair.inputs)
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as place:
        folder = Path(place) / "regions"
        found = compare_near(pair, inputs, radius, norm, box, folder=folder, progress=progress)
        parts = sorted(folder.glob("certificate*.json"))
        files = {path.name.replace("certificate", "regions"): path.read_bytes() for path in parts}
        files |= {path.name: path.read_bytes() for path in folder.glob("inputs*.safetensors")}
    return found, files
