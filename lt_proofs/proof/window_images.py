"""Windows on images for attacks: what each output position reads, by padding the image pixel by pixel.

Written apart from the checker's index maps on purpose: a counterexample is found by one and confirmed by the other.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

MODES = ("zeros", "circular", "reflect", "replicate")
Row = tuple[int | None, ...]
"""The pixels that one output position reads, tap by tap; None for a tap in a padding of zeros."""


@dataclass(frozen=True)
class Line:
    """A window along one axis."""

    size: int
    taps: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    def padded(self, mode: str) -> list[int | None]:
        """Return the line with its padding, as numbers of pixels, in the order in which windows meet them."""
        pixels: list[int | None] = list(range(self.size))
        if mode == "zeros":
            return [None] * self.before + pixels + [None] * self.after
        if mode == "replicate":
            return [0] * self.before + [*pixels] + [self.size - 1] * self.after
        if mode == "circular":
            return [*pixels[self.size - self.before :], *pixels, *pixels[: self.after]]
        return [*pixels[self.before : 0 : -1], *pixels, *pixels[self.size - 1 - self.after : self.size - 1][::-1]]

    def rows(self, mode: str) -> list[Row]:
        """Return what each output position reads."""
        line, reach = self.padded(mode), self.dilation * (self.taps - 1) + 1
        starts = range(0, len(line) - reach + 1, self.stride)
        return [tuple(line[q : q + reach : self.dilation]) for q in starts]


@dataclass(frozen=True)
class Images:
    """A window on images with one or more axes."""

    lines: tuple[Line, ...]
    mode: str = "zeros"

    @cached_property
    def rows(self) -> list[Row]:
        """What each output position reads, the last axis fastest."""
        found: list[Row] = []
        for chosen in product(*(line.rows(self.mode) for line in self.lines)):
            row: list[int | None] = []
            for coordinates in product(*chosen):
                pixel: int | None = 0
                for line, z in zip(self.lines, coordinates, strict=True):
                    pixel = None if pixel is None or z is None else pixel * line.size + z
                row.append(pixel)
            found.append(tuple(row))
        return found

    @property
    def pixels(self) -> int:
        """The number of pixels."""
        return _product(line.size for line in self.lines)

    @property
    def taps(self) -> int:
        """The number of taps."""
        return _product(line.taps for line in self.lines)

    @property
    def reads(self) -> int:
        """How often the pixel that is read most is read; at least 1."""
        counts = [0] * self.pixels
        for p in (p for row in self.rows for p in row if p is not None):
            counts[p] += 1
        return max(1, *counts)

    @property
    def most(self) -> int:
        """How often one tap reads one pixel at most; at least 1."""
        columns = [[p for p in column if p is not None] for column in zip(*self.rows, strict=True)]
        return max([1, *(column.count(p) for column in columns for p in column)])

    def data(self) -> dict[str, Any]:
        """Return the sizes and the window as certificates write them."""
        window = {
            "kernel": [line.taps for line in self.lines],
            "strides": [line.stride for line in self.lines],
            "dilations": [line.dilation for line in self.lines],
            "pads": [[line.before, line.after] for line in self.lines],
            "mode": self.mode,
        }
        return {"sizes": [line.size for line in self.lines], "window": window}


def random_line(rng: random.Random, mode: str, largest: int = 4) -> Line:
    """Return a random short line that has an output position."""
    while True:
        size = rng.randint(1, largest)
        most = {"circular": size, "reflect": size - 1}.get(mode, 2)
        before, after = (rng.randint(0, min(2, most)) for _ in range(2))
        line = Line(size, rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 2), before, after)
        if line.rows(mode):
            return line


def random_images(rng: random.Random, modes: tuple[str, ...] = MODES) -> Images:
    """Return a random window on small images with one to three axes."""
    mode, axes = rng.choice(modes), rng.choice((1, 1, 1, 2, 2, 3))
    return Images(tuple(random_line(rng, mode, 4 if axes == 1 else 3 if axes == 2 else 2) for _ in range(axes)), mode)


def _product(numbers: Any) -> int:
    found = 1
    for number in numbers:
        found *= number
    return found
