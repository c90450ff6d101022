"""Strips around ReLUs and around what they make of differences, in floats, as the checker has them in integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.planes import Spans, chord, slopes, vertices

Reals = NDArray[np.float64]
Span = tuple[Reals, Reals]
# radii that differ by less than this part, or by a unit of values, are taken for equal, as by the checker
ALIKE, UNIT = 2.0**-20, 2.0**-50


@dataclass(frozen=True)
class Strips:
    """The functions tilt * z + share * d + middle, and how far from them what they stand for may lie."""

    tilt: Reals
    share: Reals
    middle: Reals
    radius: Reals


def delta_range(z: Span, d: Span) -> Span:
    """Return the range of relu(z) - relu(z - d) on rectangles."""
    low = np.where(d[0] >= 0, z[0], z[1])
    high = np.where(d[1] >= 0, z[1], z[0])
    return _delta(low, d[0]), _delta(high, d[1])


def _delta(z: Reals, d: Reals) -> Reals:
    found: Reals = np.maximum(z, 0) - np.maximum(z - d, 0)
    return found


def strips_around_relu(z: Span) -> Strips:
    """Return the strips around relu(z) on intervals."""
    share = chord(*z)
    top = np.where((z[0] < 0) & (z[1] > 0), np.maximum(-share * z[0], (1 - share) * z[1]), 0.0)
    return Strips(share, np.zeros_like(share), top / 2, top / 2)


def strips_around_deltas(z: Span, d: Span) -> Strips:
    """Return the narrowest of a few strips around relu(z) - relu(z - d) on rectangles."""
    first, second = Spans(*z), Spans(*d)
    places = vertices(first, second)
    above, below = slopes(first, second)
    tried = []
    for tilt, share in [*above, *below]:
        rest = places[2] - tilt * places[0] - share * places[1]
        low, high = rest.min(axis=0), rest.max(axis=0)
        tried.append(((high - low) / 2, tilt, share, (low + high) / 2))
    radii = np.stack([radius for radius, *_ in tried])
    # among strips as narrow as the narrowest but for rounding the first one, as the checker takes it
    best = np.argmax(radii <= radii.min(axis=0) * (1 + ALIKE) + UNIT, axis=0)[None]
    sides = (np.take_along_axis(np.stack(side), best, axis=0)[0] for side in zip(*tried, strict=True))
    radius, tilt, share, middle = sides
    same = (z[0] >= 0) & (z[0] >= d[1])
    stable = same | ((z[1] <= 0) & (z[1] <= d[0]))
    return Strips(
        np.where(stable, 0.0, tilt),
        np.where(stable, same * 1.0, share),
        np.where(stable, 0.0, middle),
        np.where(stable, 0.0, radius),
    )
