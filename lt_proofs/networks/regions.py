"""Bounds of the difference of two networks near given inputs, and classes that are safe there (Mathematics 3.25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lt_proofs.errors import BadInput
from lt_proofs.networks.domains import Box, Reals
from lt_proofs.networks.pairs import NetworkPair
from lt_proofs.networks.planes import SMALL, Places, output_spans, same_class

NORMS = ("inf", "2")
# entries of the largest arrays in a batch of regions
BATCH = 1 << 21
# outputs must be so far apart, in proportion to the largest, that the checker's rounding cannot matter
MARGIN = 1e-4


@dataclass(frozen=True)
class Regions:
    """What is near each input: bounds of the difference, and the class of both networks there, -1 if none is known."""

    inputs: NDArray[np.float32] | Reals
    radius: Fraction
    norm: str
    box: Box | None
    bounds: Reals
    classes: NDArray[np.int64]


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
@np.errstate(over="ignore", invalid="ignore")
def bound_regions(
    pair: NetworkPair,
    inputs: NDArray[np.float32] | Reals,
    radius: Fraction,
    norm: str = "inf",
    box: Box | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Regions:
    """Bound the difference on what is within the radius of each input, a row of ``inputs``, and inside the box.

    ``norm`` is "inf" (every coordinate) or "2" (Euclidean). ``progress`` is called with (inputs done, inputs in all).
    Raises BadInput for inputs of another shape, NaN, inputs outside the box, and a radius below 0.
    """
    check_regions(pair, inputs, radius, norm, box)
    found, classes = np.empty(len(inputs)), np.full(len(inputs), -1)
    widest = max(pair.widths[1:])
    size = 1 if widest > SMALL else max(1, BATCH // (2 * widest * max(pair.widths)))
    for at in range(0, len(inputs), size):
        rows = np.asarray(inputs[at : at + size], np.float64)
        places = places_near(pair, rows, float(radius), norm, box)
        spans, hidden = output_spans(pair.layers, places)
        found[at : at + size] = np.linalg.norm(np.maximum(-spans.low, spans.high), axis=1)
        likely = pair.forward(rows)[0].argmax(axis=1)
        for number in np.unique(likely):
            proved = same_class(pair.layers, places, hidden, int(number), MARGIN) & (likely == number)
            classes[at : at + size][proved] = number
        if progress is not None:
            progress(min(at + size, len(inputs)), len(inputs))
    if not np.isfinite(found).all():
        raise BadInput("networks", "weights of extreme size", "their outputs exceed the range of floats; scale them")
    return Regions(inputs, radius, norm, box, found, classes)


def check_regions(
    pair: NetworkPair, inputs: NDArray[np.float32] | Reals, radius: Fraction, norm: str, box: Box | None
) -> None:
    """Raise BadInput for regions that cannot be bounded."""
    if inputs.ndim != 2 or inputs.shape[1] != pair.inputs or not len(inputs):
        raise BadInput("around", f"an array of shape {inputs.shape}", f"give rows of {pair.inputs} numbers")
    if inputs.dtype not in (np.float32, np.float64):
        raise BadInput("around", str(inputs.dtype), "give float32 or float64 numbers")
    strange = np.flatnonzero(~np.isfinite(inputs).all(axis=1))
    if len(strange):
        raise BadInput("around", f"input {strange[0]} with NaN or infinity", "every number must be finite")
    if radius < 0:
        raise BadInput("radius", radius, "give a number from 0 on")
    if norm not in NORMS:
        raise BadInput("norm", norm, f"give one of {', '.join(NORMS)}")
    low, high = _ends(inputs.shape[1], box)
    outside = np.flatnonzero(((inputs < low) | (inputs > high)).any(axis=1))
    if len(outside):
        raise BadInput("around", f"input {outside[0]}", "it lies outside the box; leave it out, or give a wider box")
    if pair.one_sided and ((inputs - float(radius) < 0) & (low < 0)).any():
        raise BadInput("around", "negative inputs", "the ticket was made for inputs from 0 on; give a box from 0 on")


def places_near(pair: NetworkPair, rows: Reals, radius: float, norm: str, box: Box | None) -> Places:
    """Return what is within the radius of each row and inside the box, as a batch of sets."""
    low, high = _ends(pair.inputs, box)
    low, high = np.maximum(rows - radius, low), np.minimum(rows + radius, high)
    centre = rows if norm == "2" else None
    return Places(low, high, pair.constants, pair.signs, centre, radius)


def _ends(inputs: int, box: Box | None) -> tuple[Reals, Reals]:
    if box is None:
        return np.full(inputs, -np.inf), np.full(inputs, np.inf)
    if len(box.low) != inputs:
        raise BadInput("box", f"{len(box.low)} inputs", f"the networks have {inputs}")
    return np.array([*map(float, box.low)]), np.array([*map(float, box.high)])
