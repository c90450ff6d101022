"""Attacks on statements about convolutions: small windows, kernels and images, the known counterexamples first.

Instances are exact and evaluated by loops over taps and pixels; bounds that are no rationals are compared in floats,
with a margin, and a counterexample counts when the checker has confirmed it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from math import ceil, gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.proof.evaluate import exact_value, inside
from lt_proofs.proof.falsify_covering import MARGIN, attack_cover, is_admissible, number_at
from lt_proofs.proof.instances import DRAWS, Attack, Point, Trial, drawn, texts
from lt_proofs.proof.lower_attacks import kernels
from lt_proofs.proof.window_images import Images, Line, random_images, random_line
from lt_proofs.terms import Judgement, Symbol

Kernel = NDArray[np.int64]
"""A kernel of small whole numbers, taps x outputs x inputs."""
UNITS = 1 << 10
CIRCLE = Images((Line(2, 2, after=1),), "circular")
PIXEL = Images((Line(1, 1),))
BORDER = Images((Line(2, 3, before=1, after=1),))
KNOWN: dict[str, list[tuple[Images, Any, Any]]] = {
    "linear": [
        (CIRCLE, [[[1]], [[1]]], None),
        (BORDER, [[[1]], [[0]], [[-1]]], None),
        (PIXEL, [[[1]]], None),
        (Images((Line(2, 2),)), [[[1]], [[1]]], None),
    ],
    "signed": [
        (PIXEL, [[[1, 0], [0, 1]]], [[[0, -1], [-1, 0]]]),
        (PIXEL, [[[1]]], [[[-1]]]),
        (CIRCLE, [[[1]], [[1]]], [[[0]], [[0]]]),
    ],
}
"""Kernels, those of the positive and of the negative sign, that refute the planted errors of the record."""


def fractions(values: Sequence[Any]) -> list[str]:
    """Numbers as certificates write them."""
    return [str(Fraction(value)) for value in values]


def placed(judgement: Judgement, values: Mapping[str, Fraction | int]) -> Point | None:
    """The point at which the fields of a judgement, which are variables, have these values; None outside the domain."""
    point = {r.name: Fraction(1) for r in judgement["domain"].ranges}
    point |= {judgement[f].name: Fraction(x) for f, x in values.items() if isinstance(judgement[f], Symbol)}
    fits = inside(judgement["domain"], point) and all(exact_value(judgement[f], point) == x for f, x in values.items())
    return point if fits and is_admissible(judgement, point) else None


def unrolled(images: Images, kernel: Kernel) -> Kernel:
    """The matrix of a convolution, by loops over positions and taps."""
    _, rows, columns = kernel.shape
    matrix = np.zeros((len(images.rows), rows, images.pixels, columns), np.int64)
    for q, row in enumerate(images.rows):
        for t, p in enumerate(row):
            if p is not None:
                matrix[q, :, p, :] += kernel[t]
    return matrix.reshape(len(images.rows) * rows, images.pixels * columns)


def spectral(matrix: Kernel) -> float:
    """The spectral norm in floats."""
    return float(np.linalg.norm(matrix.astype(float), 2))


def above(size: float | Fraction) -> Fraction:
    """A multiple of 2^-10 that is at least a number, up to rounding of the number itself."""
    return Fraction(ceil(size * UNITS - 1e-6), UNITS)


def circle(images: Images, padded: bool) -> Images:
    """The window with stride 1 on a circle along each axis, as long as the image with or without its padding."""
    lines = []
    for line in images.lines:
        size = line.size + (line.before + line.after if padded else 0)
        lines.append(Line(size, line.taps, 1, line.dilation, 0, line.dilation * (line.taps - 1)))
    return Images(tuple(lines), "circular")


def measure(name: str, images: Images, first: Kernel, second: Kernel) -> float | None:
    """A kernel's measure in floats; None where it is not defined."""
    if name in ("torus", "circle"):
        around = circle(images, name == "torus")
        if images.mode != "zeros" or any(line.after > line.size for line in around.lines):
            return None
        return spectral(unrolled(around, first))
    larger = np.maximum(abs(first), abs(second))
    found: dict[str, Callable[[], float]] = {
        "entries": lambda: float(np.sqrt((larger**2).sum())),
        "outputs": lambda: float(larger.sum(axis=(0, 2)).max()),
        "rows": lambda: spectral(np.concatenate(list(first), axis=1)),
        "columns": lambda: spectral(np.concatenate(list(first), axis=0)),
        "apart": lambda: max(spectral(unrolled(images, first)), spectral(unrolled(images, second))),
    }
    return found[{"larger": "entries", "larger-outputs": "outputs"}.get(name, name)]()


def convolutions(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Kernels of small whole numbers on small images, each with the images that it stretches most."""
    layer, name = judgement["layer"], judgement["measure"]
    for images, first, second in cases(layer, rng):
        norms = [above(spectral(tap)) for tap in first]
        size = sum(norms) if name == "taps" else measure(name, images, first, second)
        if size is None:
            continue
        counts: dict[str, Fraction | int] = {"taps": images.taps, "reads": images.reads, "most": images.most}
        counts["size"] = above(size)
        point = placed(judgement, counts)
        if point is None:
            continue
        bound, matrices = number_at(judgement["bound"], point), (unrolled(images, first), unrolled(images, second))
        for x in stretched(layer, judgement["norm"], matrices, rng):
            y = matrices[0] @ x if layer == "linear" else matrices[0] @ x.clip(0) - matrices[1] @ (-x).clip(0)
            long, short = (lengths(judgement["norm"], z) for z in (y, x))
            data: dict[str, Any] = {"point": texts(point), **images.data(), "image": fractions(x.tolist())}
            data |= {"kernel": listed(first)}
            data |= {"negative": listed(second)} if layer == "signed" else {}
            data |= {"norms": fractions(norms)} if name == "taps" else {}
            yield long <= bound * short * (1 + MARGIN) + MARGIN, data


def cases(layer: str, rng: random.Random) -> Iterator[tuple[Images, Kernel, Kernel]]:
    """Windows with the kernels of the two signs: those known, then random ones."""
    for images, one, other in KNOWN[layer]:
        yield images, np.array(one), np.array(one if other is None else other)
    for _ in range(DRAWS):
        images, channels = random_images(rng), (rng.randint(1, 2), rng.randint(1, 2))
        draw = [kernel_of(images.taps, *channels, rng) for _ in range(2)]
        yield images, draw[0], draw[0] if layer == "linear" else draw[1]


def kernel_of(taps: int, outputs: int, inputs: int, rng: random.Random) -> Kernel:
    """A random kernel of small whole numbers."""
    entries = [rng.randint(-2, 2) for _ in range(taps * outputs * inputs)]
    return np.array(entries, np.int64).reshape(taps, outputs, inputs)


def stretched(layer: str, norm: str, matrices: tuple[Kernel, Kernel], rng: random.Random) -> Iterator[Kernel]:
    """Images of small whole numbers: one pixel, one that the matrix stretches most, one at random."""
    first, second = matrices
    columns = first.shape[1]
    best = first if layer == "linear" else first - second
    if norm == "sup":
        row = best[abs(best).sum(axis=1).argmax()] if layer == "linear" else first[0]
        yield np.where(row < 0, -1, 1)
    else:
        top = np.linalg.svd(best.astype(float))[2][0]
        yield np.round(top * (16 / abs(top).max())).astype(np.int64)
    yield np.array([1] + [0] * (columns - 1))
    yield np.array([1 - 2 * (j % 2) for j in range(columns)])
    chosen = np.array([rng.randint(-2, 2) for _ in range(columns)])
    if chosen.any():
        yield chosen


def lengths(norm: str, x: Kernel) -> float:
    """The norm of an image of whole numbers in floats."""
    return float(abs(x).max()) if norm == "sup" else float(np.sqrt((x.astype(float) ** 2).sum()))


def listed(kernel: Kernel) -> list[list[list[str]]]:
    """A kernel as certificates write it."""
    return [[fractions(row) for row in tap] for tap in kernel.tolist()]


def reads(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Windows on lines, with the reads of their pixels counted."""
    known = [Line(4, 2, 2, 2, 0, 1), Line(3, 2), Line(2, 2, before=1, after=1)]
    for line in chain(known, (random_line(rng, "zeros") for _ in range(DRAWS))):
        counts = {"size": line.size, "taps": line.taps, "stride": line.stride, "dilation": line.dilation}
        counts |= {"step": line.stride // gcd(line.stride, line.dilation), "before": line.before, "after": line.after}
        point = placed(judgement, counts) or placed(judgement, {**counts, "size": line.taps, "before": 0, "after": 0})
        if point is not None:
            line = Line(*(int(exact_value(judgement[field], point)) for field in FIELDS))
            images = Images((line,))
            if images.rows:
                held = images.reads <= number_at(judgement["reads"], point) + MARGIN
                yield held, {"point": texts(point), **images.data()}


FIELDS = ("size", "taps", "stride", "dilation", "before", "after")


def poolings(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Poolings of two images: one pixel against none, ones against none, and at random."""
    overlapping = Images((Line(5, 3, 2), Line(5, 3, 2)))
    for images in chain([overlapping], (random_images(rng, ("zeros",)) for _ in range(DRAWS))):
        rows = [[p for p in row if p is not None] for row in images.rows]
        if not all(rows):
            continue
        counts = {"taps": images.taps, "inside": min(map(len, rows)), "reads": images.reads}
        point = placed(judgement, counts)
        if point is None:
            continue
        centre, zeros = images.pixels // 2, [0] * images.pixels
        tried = [[int(p == centre) for p in range(images.pixels)], [1] * images.pixels]
        tried.append([rng.randint(-2, 2) for _ in zeros])
        factor = number_at(judgement["factor"], point)
        for x, y in ((tried[0], zeros), (tried[1], zeros), (tried[2], tried[0])):
            if x != y:
                apart = [
                    float(pooled(judgement["pool"], [x[p] for p in row], images.taps))
                    - float(pooled(judgement["pool"], [y[p] for p in row], images.taps))
                    for row in rows
                ]
                gap = [float(a - b) for a, b in zip(x, y, strict=True)]
                kind = None if judgement["norm"] == "euclid" else np.inf
                held = float(np.linalg.norm(apart, kind)) <= factor * float(np.linalg.norm(gap, kind)) + MARGIN
                yield held, {"point": texts(point), **images.data(), "image": fractions(x), "other": fractions(y)}


def pooled(pool: str, pixels: list[int], taps: int) -> Fraction:
    """The pooling of the pixels inside a window."""
    if pool == "max":
        return Fraction(max(pixels))
    return Fraction(sum(pixels), len(pixels) if pool == "mean" else taps)


def hidden_channels(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Hidden channels of one input channel; the first has u = 1/2 at a border, which a padding by ones reads as 1."""
    pad = exact_value(judgement["value"], {})
    known = (Images((Line(1, 3, before=1, after=1),)), [[Fraction(1, 2), *map(Fraction, (2, 2, 2))]])
    for number in range(DRAWS):
        images, units = known if not number else (random_images(rng, ("zeros",)), [])
        units = units or [channel(images.taps, rng) for _ in range(rng.randint(1, 3))]
        x = [Fraction(rng.randint(-2, 2)) for _ in range(images.pixels)]
        held = True
        for row in images.rows:
            seen = [pad if p is None else x[p] for p in row]
            found = sum(
                v * (pad if p is None else max(unit[0] * x[p], Fraction(0)))
                for unit in units
                for v, p in zip(unit[1:], row, strict=True)
            )
            plus, minus = ([max(sign * z, Fraction(0)) for z in seen] for sign in (1, -1))
            stated = sum(
                v * unit[0] * z if unit[0] > 0 else v * -unit[0] * w
                for unit in units
                for v, z, w in zip(unit[1:], plus, minus, strict=True)
            )
            held = held and found == stated
        channels = [fractions(unit) for unit in units]
        yield held, {"point": {}, **images.data(), "channels": channels, "image": fractions(x)}


def channel(taps: int, rng: random.Random) -> list[Fraction]:
    """A hidden channel: its first weight, not 0, and its kernel."""
    first = Fraction(rng.randint(1, 4) * rng.choice((-1, 1)), 4)
    return [first, *(Fraction(rng.randint(-2, 2)) for _ in range(taps))]


def biases(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Weights on the taps that a statement allows, and what they add at each output position."""
    known: list[tuple[Line, tuple[Fraction, ...]]]
    known = [(Line(1, 3, before=1, after=1), (Fraction(1, 2), Fraction(0), Fraction(1, 2)))]
    known += [(Line(1, 3, before=1, after=1), (Fraction(1),) * 3)]
    known = known[::-1] if not isinstance(judgement["before"], Symbol) else known
    for number in range(DRAWS):
        line, weights = known[number] if number < len(known) else (random_line(rng, "zeros"), ())
        weights = weights or tuple(Fraction(rng.randint(0, 2)) for _ in range(line.taps))
        counts = {"dilation": line.dilation, "before": line.before, "after": line.after}
        found = [placed(judgement, {**counts, "earlier": t, "later": line.taps - 1 - t}) for t in range(line.taps)]
        kept = tuple(w if point is not None else Fraction(0) for w, point in zip(weights, found, strict=True))
        point = next((p for p, w in zip(found, kept, strict=True) if p is not None and w), None)
        if point is None or (number < len(known) and kept != weights):
            continue
        images = Images((line,))
        sums = [sum(w for w, p in zip(kept, row, strict=True) if p is not None) for row in images.rows]
        yield all(s == sum(kept) for s in sums), {"point": texts(point), **images.data(), "weights": fractions(kept)}


def residuals(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Blocks of numbers: W = V = 1, and maps that stretch as much as the error allows."""
    for _ in range(DRAWS):
        point = drawn(judgement["domain"], rng)
        point |= {name: Fraction(min(round(x), 12)) for name, x in point.items() if name == repr(judgement["depth"])}
        blocks, error = exact_value(judgement["depth"], point), number_at(judgement["error"], point)
        if blocks.denominator == 1 and is_admissible(judgement, point):
            grown = 1 + (1 + error) ** 2 if judgement["skip"] == "kept" else (2**0.5 + error) ** 2
            bound = number_at(judgement["bound"], point)
            yield grown ** int(blocks) - 2 ** int(blocks) <= bound * (1 + MARGIN) + MARGIN, {"point": texts(point)}


CONVOLUTION_ATTACKS: dict[str, Attack] = {
    "convolution": convolutions,
    "reads": reads,
    "pooling": poolings,
    "hidden-channels": hidden_channels,
    "bias": biases,
    "residual": residuals,
    "conv-layer": attack_cover,
    "conv-network": attack_cover,
    "conv-pruning": kernels,
}
