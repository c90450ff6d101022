"""The network of a ticket: the random weights that a seed determines, masks, and one factor (Mathematics 3.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.philox import UNIFORM_BITS
from lt_proofs.kernels.weights import sparse_product
from lt_proofs.networks.random_network import RandomLayer

# inputs for which hidden values are held at a time: there may be a million hidden units
BATCH = 256
Bits = NDArray[np.bool_]
Ints = NDArray[np.int64]
Singles = NDArray[np.float32]
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two masked random matrices that replace one layer of the target, scaled down by 2^scale.

    ``units`` says which hidden units are kept; ``edges`` is the mask of the second matrix, a row of bits for each
    output, packed eight to a byte with the lowest bit first.
    """

    layer: RandomLayer
    units: Bits
    edges: NDArray[np.uint8]
    scale: int

    def dense_edges(self) -> Bits:
        """Return the mask of the second matrix, outputs x hidden units."""
        return np.unpackbits(self.edges, axis=1, count=self.layer.units, bitorder="little").astype(bool)

    def dense_units(self) -> Bits:
        """Return the mask of the first matrix, hidden units x inputs: one entry for each kept hidden unit."""
        mask = np.zeros((self.layer.units, self.layer.columns), bool)
        kept = np.flatnonzero(self.units)
        mask[kept, self.layer.owner[kept]] = True
        return mask

    @property
    def kept_units(self) -> Ints:
        """The numbers of the kept hidden units, in rising order."""
        return np.flatnonzero(self.units)

    def kept_first(self) -> Reals:
        """Return the first weight of each kept hidden unit; floats hold the 24 bits exactly."""
        return np.ldexp(self.layer.first_weights()[self.kept_units].astype(np.float64), -UNIFORM_BITS)

    def kept_edges(self) -> tuple[Ints, Ints, Reals]:
        """Return output, place among the kept hidden units, and weight of each kept edge, in the order of outputs."""
        outputs, units = np.nonzero(self.dense_edges() & self.units)
        weights = self.layer.second_weights(outputs, units).astype(np.float64)
        # cumsum - 1 turns the number of a kept unit into its place among the kept ones
        return outputs, np.cumsum(self.units)[units] - 1, np.ldexp(weights, -UNIFORM_BITS)

    def forward(self, values: Reals) -> Reals:
        """Return T relu(S x) for masked matrices S, T and a batch x, an array of shape inputs x batch."""
        outputs, places, weights = self.kept_edges()
        first, owner = self.kept_first(), self.layer.owner[self.kept_units]
        starts = np.searchsorted(outputs, np.arange(self.layer.rows + 1))
        result = np.empty((self.layer.rows, values.shape[1]))
        for start in range(0, values.shape[1], BATCH):
            batch = values[:, start : start + BATCH]
            hidden = np.maximum(first[:, None] * batch[owner], 0)
            out = np.empty((self.layer.rows, batch.shape[1]))
            compiled(sparse_product)(starts, places, weights, hidden, out)
            result[:, start : start + BATCH] = out
        return result


def rows_of(inputs: Any, width: int) -> Reals:
    """Return an array or nested list of one or two dimensions, or a PyTorch tensor, in float64.

    Raises BadInput unless its rows are ``width`` finite numbers.
    """
    remedy = f"give one row, or rows of {width} numbers"
    if hasattr(inputs, "detach"):
        inputs = inputs.detach().cpu()
    try:
        given = np.asarray(inputs)
    except (TypeError, ValueError):
        raise BadInput("inputs", f"a {type(inputs).__name__} that is no array", remedy) from None
    if given.dtype.kind not in "fiub":
        raise BadInput("inputs", f"an array of {given.dtype} entries", remedy)
    if given.ndim not in (1, 2) or given.shape[-1] != width:
        raise BadInput("inputs", f"shape {given.shape}", remedy)
    rows = given.astype(np.float64)
    if not np.isfinite(rows).all():
        raise BadInput("inputs", "NaN or infinity", "give finite numbers")
    return rows


class Numbered(Mapping[int, Any]):
    """Arrays numbered 1 … 2l, computed at access, since the dense random matrices may not fit into memory together."""

    def __init__(self, depth: int, make: Callable[[int], Any]) -> None:
        self._depth = depth
        self._make = make

    def __getitem__(self, number: int) -> Any:
        if not 1 <= number <= self._depth:
            raise KeyError(number)
        return self._make(number)

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self._depth + 1))

    def __len__(self) -> int:
        return self._depth

    def __repr__(self) -> str:
        return f"<arrays 1 to {self._depth}, computed at access>"


@dataclass(frozen=True, repr=False, eq=False)
class MaskedNetwork:
    """A masked random network of depth 2l, and one factor by which its outputs are multiplied (Mathematics 3.12).

    It has the target's own inputs and outputs: if the target has biases, the constant 1 that the random network needs
    as its last input is appended inside.
    """

    inputs: int
    pairs: tuple[Pair, ...]

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return self.pairs[-1].layer.rows

    @property
    def factor(self) -> int:
        """The power of two by which the outputs of the masked random network are multiplied."""
        return 1 << self.scale

    @property
    def scale(self) -> int:
        """The exponent of the factor, the sum of the scales of all layers."""
        return sum(pair.scale for pair in self.pairs)

    @property
    def masks(self) -> Mapping[int, Bits]:
        """The masks of the matrices 1 … 2l, dense; the column of a constant input is the last of matrix 1."""
        return Numbered(2 * len(self.pairs), self._mask)

    @property
    def weights(self) -> Mapping[int, Singles]:
        """The random matrices 1 … 2l before pruning, dense, in float32, which holds them exactly."""
        return Numbered(2 * len(self.pairs), self._weights)

    @property
    def constant_input(self) -> bool:
        """Whether a constant 1 is appended to the inputs, because the target has biases."""
        return self.pairs[0].layer.columns > self.inputs

    def forward(self, inputs: Any) -> Reals:
        """Return the outputs for one input or a batch of rows, in float64, constant input and factor included.

        Raises BadInput unless each row has as many finite numbers as the target has inputs.
        """
        rows = rows_of(inputs, self.inputs)
        values = np.atleast_2d(rows).T
        if self.constant_input:
            values = np.vstack([values, np.ones((1, values.shape[1]))])
        for number, pair in enumerate(self.pairs):
            values = pair.forward(np.maximum(values, 0) if number else values)
        outputs = np.ldexp(values.T, self.scale)
        return outputs[0] if rows.ndim == 1 else outputs

    def _mask(self, number: int) -> Bits:
        pair = self.pairs[(number - 1) // 2]
        return pair.dense_units() if number % 2 else pair.dense_edges()

    def _weights(self, number: int) -> Singles:
        dense = self.pairs[(number - 1) // 2].layer.matrix(number)
        return np.ldexp(dense.astype(np.float32), -UNIFORM_BITS)
