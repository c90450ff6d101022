"""Windows that move over an image: which pixels a convolution or a pooling reads at each output position.

An image has channels and positions; positions are numbered row by row, and so are the taps of a window. The table of a
window says for each output position and each tap which input position is read, or -1 where the tap lies in the padding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.maps import Places

Sizes = tuple[int, ...]
# how positions beyond the edge are filled: by zeros, or by pixels, as numpy.pad names it
MODES = {"zeros": None, "circular": "wrap", "reflect": "reflect", "replicate": "edge"}
MAX_DIMENSIONS = 3


@dataclass(frozen=True)
class Windows:
    """Windows on images of ``sizes``, one number for each dimension; ``pads`` has (before, after) for each."""

    sizes: Sizes
    kernel: Sizes
    strides: Sizes
    dilations: Sizes
    pads: tuple[tuple[int, int], ...]
    mode: str = "zeros"

    def __post_init__(self) -> None:
        """Raise BadInput unless there is an output position, and the padding can be filled."""
        for size, reach, (before, after) in zip(self.sizes, self._reaches(), self.pads, strict=True):
            if min(before, after) < 0:
                raise BadInput("node", "windows", "negative padding is not supported; cut the image before it")
            if size + before + after < reach:
                raise BadInput(
                    "node", "windows", f"its window is wider than the image of size {size}, padding included"
                )
            most = {"zeros": before + after, "replicate": before + after, "circular": size, "reflect": size - 1}
            if max(before, after) > most[self.mode]:
                raise BadInput(
                    "node", "windows", f"{self.mode} padding by {max(before, after)} of an image of size {size}"
                )

    @classmethod
    def whole(cls, sizes: Sizes) -> Windows:
        """Return the one window that is the whole image."""
        ones = (1,) * len(sizes)
        return cls(sizes, sizes, ones, ones, ((0, 0),) * len(sizes))

    def _reaches(self) -> list[int]:
        return [(size - 1) * step + 1 for size, step in zip(self.kernel, self.dilations, strict=True)]

    @property
    def taps(self) -> int:
        """The number of taps of the window."""
        return prod(self.kernel)

    @property
    def positions(self) -> int:
        """The number of input positions."""
        return prod(self.sizes)

    @cached_property
    def outputs(self) -> Sizes:
        """The sizes of the output image."""
        return tuple(
            (size + before + after - reach) // stride + 1
            for size, reach, stride, (before, after) in zip(
                self.sizes, self._reaches(), self.strides, self.pads, strict=True
            )
        )

    @cached_property
    def table(self) -> Places:
        """The input position that output position q reads by tap t, shape positions x taps; -1 in the padding."""
        lines = [self._line(axis) for axis in range(len(self.sizes))]
        table = np.zeros((1, 1), np.int64)
        for size, line in zip(self.sizes, lines, strict=True):
            wider = table[:, None, :, None] * size + line[None, :, None, :]
            outside = (table < 0)[:, None, :, None] | (line < 0)[None, :, None, :]
            table = np.where(outside, -1, wider).reshape(len(table) * len(line), -1)
        return table

    def _line(self, axis: int) -> Places:
        """Return the table of one dimension alone."""
        size, (before, after) = self.sizes[axis], self.pads[axis]
        numbers, how = np.arange(size), MODES[self.mode]
        if how is None:
            padded = np.pad(numbers, (before, after), constant_values=-1)
        else:
            padded = np.pad(numbers, (before, after), mode=how)  # type: ignore[call-overload]
        starts = np.arange(self.outputs[axis]) * self.strides[axis]
        found: Places = padded[starts[:, None] + np.arange(self.kernel[axis])[None, :] * self.dilations[axis]]
        return found

    @cached_property
    def inside(self) -> Places:
        """The number of taps that lie inside the image, for each output position."""
        return np.asarray((self.table >= 0).sum(axis=1), np.int64)

    @property
    def inner_tap(self) -> int | None:
        """The first tap that lies inside the image for every output position; None if no tap does."""
        always = np.flatnonzero((self.table >= 0).all(axis=0))
        return int(always[0]) if len(always) else None

    def padded(self, pads: tuple[tuple[int, int], ...], mode: str) -> Windows | None:
        """Return the windows on a smaller image that is padded so before them; None if both paddings do not add up."""
        if any(any(pair) for pair in self.pads) and {self.mode, mode} != {"zeros"}:
            return None
        sizes = tuple(size - sum(pair) for size, pair in zip(self.sizes, pads, strict=True))
        both = tuple((a + c, b + d) for (a, b), (c, d) in zip(pads, self.pads, strict=True))
        return Windows(sizes, self.kernel, self.strides, self.dilations, both, mode)


def padding_of(
    places: Places, channels: int, sizes: Sizes, outputs: Sizes
) -> tuple[tuple[tuple[int, int], ...], str] | None:
    """Return the padding, and its mode, by which an image of ``sizes`` becomes the entries ``places``, if there is one.

    ``places`` are numbers of entries of the image, -1 for zeros, in the order of an image of sizes ``outputs``.
    """
    if len(places) != channels * prod(outputs) or not (places == 0).any():
        return None
    table = places.reshape(channels, prod(outputs))
    ones, step = (1,) * len(sizes), prod(sizes) * np.arange(channels)[:, None]
    growth = [output - size for output, size in zip(outputs, sizes, strict=True)]
    first = table[0].reshape(outputs)
    for before in product(*(range(grown + 1) for grown in growth)):
        if first[before] != 0:
            continue
        pads = tuple((start, grown - start) for start, grown in zip(before, growth, strict=True))
        for mode in MODES:
            try:
                line = Windows(sizes, ones, ones, ones, pads, mode).table[:, 0]
            except BadInput:
                continue
            if np.array_equal(table, np.where(line < 0, -1, line + step)):
                return pads, mode
    return None
