"""Convolutions and means over windows, as linear maps of flattened images; the matrix of a convolution is never made.

An image of C channels and P positions is a vector of C P entries, channel by channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.enclosed import UP, Enclosed, Reals
from lt_proofs.models.maps import MAX_ENTRIES
from lt_proofs.models.windows import Windows

# entries that are gathered at a time
BLOCK = 1 << 22


@dataclass(frozen=True)
class Convolution:
    """A kernel, outputs x (channels / groups) x taps, and the windows on which it acts.

    Output o of group g is the sum over taps t and channels i of group g of kernel[o, i, t] times the pixel of channel
    i that tap t reads.
    """

    kernel: Enclosed
    windows: Windows
    groups: int = 1

    @property
    def channels(self) -> int:
        """The number of input channels."""
        return int(self.kernel.mid.shape[1]) * self.groups

    @property
    def outputs(self) -> int:
        """The number of output channels."""
        return len(self.kernel.mid)

    @property
    def rows(self) -> int:
        """The number of outputs."""
        return self.outputs * len(self.windows.table)

    @property
    def columns(self) -> int:
        """The number of inputs."""
        return self.channels * self.windows.positions

    @property
    def summands(self) -> int:
        """The number of products that one output adds up."""
        return int(np.prod(self.kernel.mid.shape[1:]))

    def apply(self, batch: Reals) -> Reals:
        """Return the outputs for a batch of flattened images."""
        return convolved(self.kernel.mid, self.windows, self.groups, batch)

    def sizes(self, batch: Reals) -> Reals:
        """Return the sums of the absolute values of all products."""
        return convolved(np.abs(self.kernel.mid), self.windows, self.groups, np.abs(batch))

    def image(self, vector: Enclosed) -> Enclosed:
        """Return the image of one vector, with a bound of the rounding errors of the sums."""
        kernel, size = self.kernel, np.abs(vector.mid) + vector.radius
        mid = self.apply(vector.mid[None])[0]
        total = convolved(np.abs(kernel.mid) + kernel.radius, self.windows, self.groups, size[None])[0]
        exact = convolved(np.abs(kernel.mid), self.windows, self.groups, np.abs(vector.mid)[None])[0]
        spread = total - exact if not (kernel.exact and vector.exact) else np.zeros(len(mid))
        radius = (np.maximum(spread, 0) + (self.summands + 8) * 2.0**-52 * total) * UP
        return Enclosed(mid, radius if radius.any() else None)

    def dense(self) -> Enclosed:
        """Return the matrix, where it is small."""
        if self.rows * self.columns > MAX_ENTRIES:
            raise BadInput("node", "a convolution", "it would be multiplied out into a matrix that is too large")
        parts = [convolved(part, self.windows, self.groups, np.eye(self.columns)).T for part in self._parts()]
        return Enclosed(parts[0], parts[1] if len(parts) > 1 else None)

    def _parts(self) -> list[Reals]:
        return [self.kernel.mid] if self.kernel.rad is None else [self.kernel.mid, self.kernel.rad]


@dataclass(frozen=True)
class Mean:
    """The mean of each window, channel by channel: over all taps, or over those inside the image if not ``counted``."""

    channels: int
    windows: Windows
    counted: bool

    @property
    def rows(self) -> int:
        """The number of outputs."""
        return self.channels * len(self.windows.table)

    @property
    def columns(self) -> int:
        """The number of inputs."""
        return self.channels * self.windows.positions

    @property
    def summands(self) -> int:
        """The number of products that one output adds up, and the rounding of the division."""
        return self.windows.taps + 1

    @cached_property
    def divisors(self) -> Reals:
        """By what the sum of each window is divided."""
        whole = np.full(len(self.windows.table), self.windows.taps)
        return np.asarray(whole if self.counted else self.windows.inside, np.float64)

    def apply(self, batch: Reals) -> Reals:
        """Return the outputs for a batch of flattened images."""
        images = batch.reshape(len(batch), self.channels, self.windows.positions)
        total = np.zeros((len(batch), self.channels, len(self.windows.table)))
        for places in self.windows.table.T:
            total += _taken(images, places)
        return (total / self.divisors).reshape(len(batch), -1)

    def sizes(self, batch: Reals) -> Reals:
        """Return the means of the absolute values."""
        return self.apply(np.abs(batch))

    def image(self, vector: Enclosed) -> Enclosed:
        """Return the image of one vector."""
        radius = self.apply(vector.radius[None])[0] + (self.summands + 4) * 2.0**-52 * self.sizes(vector.mid[None])[0]
        return Enclosed(self.apply(vector.mid[None])[0], radius * UP)

    def dense(self) -> Enclosed:
        """Return the matrix, where it is small."""
        if self.rows * self.columns > MAX_ENTRIES:
            raise BadInput("node", "a mean", "it would be multiplied out into a matrix that is too large")
        matrix = self.apply(np.eye(self.columns)).T
        return Enclosed(matrix, np.abs(matrix) * 2.0**-52)


def convolved(kernel: Reals, windows: Windows, groups: int, batch: Reals) -> Reals:
    """Return the convolutions of a batch of flattened images, one a row, in float64."""
    outputs, inner, _ = kernel.shape
    images = batch.reshape(len(batch), groups, inner, windows.positions)
    total = np.zeros((len(batch), groups, outputs // groups, len(windows.table)))
    taps = kernel.reshape(groups, outputs // groups, inner, windows.taps)
    step = max(1, BLOCK // (groups * inner * len(windows.table)))
    for start in range(0, len(batch), step):
        part = images[start : start + step]
        for tap, places in enumerate(windows.table.T):
            total[start : start + step] += taps[None, ..., tap] @ _taken(part, places)
    return total.reshape(len(batch), -1)


def _taken(images: Reals, places: np.ndarray) -> Reals:
    """Return the pixels at these positions, zeros where the position is -1."""
    taken = images[..., places]
    if (places < 0).any():
        taken[..., places < 0] = 0.0
    return taken
