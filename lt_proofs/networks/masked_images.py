"""The network of a ticket with convolutions: the random weights that a seed determines, masks, and powers of two.

LayerNode k is a pair of convolutions: the first one is a pixel wide and shared by all outputs, with a constant image 1
beside the channels where the layer has a bias; the second one has the windows of the target's layer, and its outputs
are multiplied by 2^scale of the pair (Mathematics 9.4, 9.8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import PRODUCT_BITS
from lt_proofs.models.convolutions import convolved
from lt_proofs.models.image_forward import forward
from lt_proofs.models.image_nodes import ImageNode, LayerNode, Source, shapes_of, source_of
from lt_proofs.networks.masked import Ints, MaskedNetwork, Pair, Reals, rows_of


@dataclass(frozen=True, repr=False, eq=False)
class MaskedImages(MaskedNetwork):
    """A masked random network of convolutions with the target's own inputs and outputs; ``nodes`` wire its layers.

    Inputs are images of the shape ``given``, or flattened ones.
    """

    nodes: tuple[ImageNode, ...] = field(kw_only=True)

    @property
    def source(self) -> Source:
        """The input node."""
        return source_of(self.nodes)

    @property
    def wired(self) -> tuple[LayerNode, ...]:
        """The nodes of the layers."""
        return tuple(node for node in self.nodes if isinstance(node, LayerNode))

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return int(np.prod(shapes_of(self.nodes)[-1]))

    @property
    def scale(self) -> int:
        """The exponent of a factor of all outputs: 0, because each layer is multiplied by its own power of two."""
        return 0

    @property
    def constant_input(self) -> bool:
        """Whether a constant image 1 is given to some layer, because the target has biases."""
        return any(node.bias for node in self.wired)

    def forward(self, inputs: Any) -> Reals:
        """Return the outputs for one input or a batch, flattened, in float64; see `effective`.

        Raises BadInput unless each input has as many finite numbers as the target's.
        """
        given = self.source.given
        shape = np.shape(inputs.detach() if hasattr(inputs, "detach") else inputs)
        if shape and shape[-1] != self.inputs and shape[-len(given) :] == given:
            inputs = inputs.reshape(*shape[: -len(given)], self.inputs)
        rows = rows_of(inputs, self.inputs)
        outputs = forward(self.nodes, self._applied, np.atleast_2d(rows))
        return outputs[0] if rows.ndim == 1 else outputs

    def _applied(self, number: int, node: LayerNode, batch: Reals) -> Reals:
        """Return a layer's outputs: what its kernels for positive and for negative pixels make of these."""
        kernels, constant = self.effective[number]
        total = convolved(kernels[0], node.windows, node.groups, np.maximum(batch, 0))
        if len(kernels) > 1:
            total += convolved(-kernels[1], node.windows, node.groups, np.maximum(-batch, 0))
        return total if constant is None else total + np.repeat(constant, len(node.windows.table))

    @cached_property
    def effective(self) -> list[tuple[list[Reals], Reals | None]]:
        """The kernels that each layer applies to max(0, x) and, with the sign changed, to max(0, -x), and its bias.

        A path through a hidden channel carries max(0, x) or max(0, -x) times the products of its weights, so that the
        sums of these products, multiplied by 2^scale, are kernels: outputs x (inputs of a group) x taps.
        """
        return [
            kernels_of(np.ldexp(product_sums(pair).astype(np.float64), pair.scale - PRODUCT_BITS), node)
            for pair, node in zip(self.pairs, self.wired, strict=True)
        ]


def product_sums(pair: Pair) -> Ints:
    """Return the sums of kept products, in units of 2^-48: signs x rows x columns, the second sign negated."""
    outputs, places, _ = pair.kept_edges()
    units = pair.kept_units[places]
    first = pair.layer.first_weights()[units]
    products = np.abs(first) * pair.layer.second_weights(outputs, units)
    sums = np.zeros((2, pair.layer.rows, pair.layer.columns), np.int64)
    negative = first < 0
    np.add.at(sums, (negative.astype(int), outputs, pair.layer.owner[units]), np.where(negative, -products, products))
    return sums


def kernels_of(sums: NDArray[Any], node: LayerNode) -> tuple[list[NDArray[Any]], NDArray[Any] | None]:
    """Return numbers for a layer's matrices, signs x (outputs taps) x columns, as kernels of each sign and a bias.

    A kernel has shape outputs x (channels of a group) x taps.
    """
    inner = (sums.shape[2] - node.bias) // node.groups
    tables = sums.reshape(len(sums), node.outputs, node.windows.taps, -1)
    seen = np.arange(node.outputs)[:, None] // (node.outputs // node.groups) * inner + np.arange(inner)
    kernels = [table.transpose(0, 2, 1)[np.arange(node.outputs)[:, None], seen] for table in tables]
    return kernels, tables[0, :, node.windows.inner_tap, -1] if node.bias else None


def fans_of(node: LayerNode, columns: int, n: int) -> tuple[int, int]:
    """Return how many entries of the previous image a hidden channel sees, and of the hidden one an output.

    These are the widths of the law "kaiming", for n hidden channels for each of ``columns`` channels, the constant one
    of a bias included.
    """
    seen = (columns - node.bias) // node.groups + node.bias
    return seen, node.windows.taps * n * seen
