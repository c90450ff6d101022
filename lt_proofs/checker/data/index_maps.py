"""Index maps: which pixel of an image a convolution or a pooling reads at each output position, by each tap.

A window on images of sizes D_1, …, D_m has, for each axis j, a kernel of k_j taps, a stride s_j, a dilation d_j and a
padding of a_j pixels before and b_j after the image. There are (D_j + a_j + b_j - d_j (k_j - 1) - 1) // s_j + 1 output
positions along axis j, and output position q reads by tap t the pixel of coordinates z_j = q_j s_j + t_j d_j - a_j.
Where z_j lies outside of 0, …, D_j - 1, the mode of the padding says what is read in its place:

    zeros       nothing: the whole tap lies outside, whatever the other axes say
    circular    z_j mod D_j
    reflect     -z_j on the left, 2 (D_j - 1) - z_j on the right
    replicate   0 on the left, D_j - 1 on the right

Pixels, output positions and taps are numbered row by row, the last axis fastest. (docs/mathematics, convolutions)
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import prod
from typing import NamedTuple

from errors import Malformed, spend
from shapes import Data

OUTSIDE = -1
MODES = ("zeros", "circular", "reflect", "replicate")
MAX_AXES = 3
MAX_SIZE = 1 << 24


class Window(NamedTuple):
    """A window on images of some sizes; all fields have one entry for each axis, but for the mode."""

    sizes: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    mode: str = "zeros"

    @property
    def taps(self) -> int:
        """The number of taps."""
        return prod(self.kernel)

    @property
    def pixels(self) -> int:
        """The number of pixels of the image."""
        return prod(self.sizes)

    @property
    def outputs(self) -> tuple[int, ...]:
        """The sizes of the output image."""
        return tuple(
            (size + before + after - dilation * (taps - 1) - 1) // stride + 1
            for size, taps, stride, dilation, (before, after) in zip(*self[:5], strict=True)
        )


def window(data: Data, sizes: tuple[int, ...], what: str) -> Window:
    """Read a window on images of these sizes: kernel, strides, dilations (ones if left out), pads and mode (zeros).

    Malformed unless every output has a position and the padding can be filled.
    """
    axes = len(sizes)
    if not 1 <= axes <= MAX_AXES:
        raise Malformed(f"{what}: an image has 1 to {MAX_AXES} axes, not {axes}")
    mode = data.get("mode", "zeros")
    if mode not in MODES:
        raise Malformed(
            f"{what}: padding must be {', '.join(MODES)}, not {mode!r:.40}: behind a ReLU only zeros stay what they are"
        )
    pads = data.get("pads")
    if not isinstance(pads, list) or len(pads) != axes:
        raise Malformed(f"{what}: pads must be {axes} pairs, before and after")
    found = Window(
        tuple(sizes),
        _numbers(data.get("kernel"), axes, 1, f"{what}: kernel"),
        _numbers(data.get("strides"), axes, 1, f"{what}: strides"),
        _numbers(data.get("dilations", [1] * axes), axes, 1, f"{what}: dilations"),
        tuple((pair[0], pair[1]) for pair in (_numbers(pair, 2, 0, f"{what}: pads") for pair in pads)),
        mode,
    )
    for size, outputs, ends in zip(sizes, found.outputs, found.pads, strict=True):
        if outputs < 1:
            raise Malformed(f"{what}: its window is wider than the image, padding included")
        if max(ends) > {"circular": size, "reflect": size - 1}.get(mode, MAX_SIZE):
            raise Malformed(f"{what}: {mode} padding of {max(ends)} pixels for an image of {size}")
    return found


def _numbers(data: Data, count: int, least: int, what: str) -> tuple[int, ...]:
    """So many integers, each at least this."""
    if not isinstance(data, list) or len(data) != count:
        raise Malformed(f"{what} must be {count} integers")
    if any(type(x) is not int or not least <= x <= MAX_SIZE for x in data):
        raise Malformed(f"{what} must be integers from {least} to {MAX_SIZE}")
    return tuple(data)


def line(win: Window, axis: int) -> list[list[int]]:
    """Along one axis alone: the coordinate that each output position reads by each tap, or OUTSIDE."""
    size, stride, dilation, before = win.sizes[axis], win.strides[axis], win.dilations[axis], win.pads[axis][0]
    spend(8 * win.outputs[axis] * win.kernel[axis])
    return [
        [coordinate(q * stride + t * dilation - before, size, win.mode) for t in range(win.kernel[axis])]
        for q in range(win.outputs[axis])
    ]


def coordinate(z: int, size: int, mode: str) -> int:
    """What is read in the place of coordinate z of an axis of this size; OUTSIDE for nothing."""
    if 0 <= z < size:
        return z
    if mode == "circular":
        return z % size
    if mode == "reflect":
        return -z if z < 0 else 2 * (size - 1) - z
    return OUTSIDE if mode == "zeros" else 0 if z < 0 else size - 1


def table(win: Window) -> list[list[int]]:
    """phi(q, t): the pixel that output position q reads by tap t, or OUTSIDE; one row for each output position."""
    spend(4 * prod(win.outputs) * win.taps * len(win.sizes))
    found = [[0]]
    for axis, size in enumerate(win.sizes):
        rows = line(win, axis)
        found = [
            [OUTSIDE if OUTSIDE in (p, z) else p * size + z for p in earlier for z in row]
            for earlier in found
            for row in rows
        ]
    return found


def reads(win: Window) -> int:
    """M: how often the pixel that is read most is read, by all taps together."""
    return prod(_most(x for row in line(win, axis) for x in row) for axis in range(len(win.sizes)))


def reads_by_tap(win: Window) -> list[int]:
    """m_t for each tap t: at how many output positions the pixel that tap t reads most is read by it."""
    most = [[_most(column) for column in zip(*line(win, axis), strict=True)] for axis in range(len(win.sizes))]
    return [prod(counts) for counts in product(*most)]


def _most(coordinates: Iterable[int]) -> int:
    """How often the most frequent coordinate occurs; 0 if all lie outside."""
    counts: dict[int, int] = {}
    for place in coordinates:
        counts[place] = counts.get(place, 0) + 1
    counts.pop(OUTSIDE, None)
    return max(counts.values(), default=0)


def inner_tap(win: Window) -> int | None:
    """The first tap that reads a pixel at every output position, where a bias may sit; None if no tap does."""
    tap = 0
    for axis, taps in enumerate(win.kernel):
        columns = zip(*line(win, axis), strict=True)
        first = next((t for t, column in enumerate(columns) if OUTSIDE not in column), None)
        if first is None:
            return None
        tap = tap * taps + first
    return tap
