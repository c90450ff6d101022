"""The kept part of a ticket with convolutions in float32: the form that exports to other tools have.

Hidden channels of which nothing is kept are left out. The constant image becomes the bias of the first convolution of a
pair, and the pair's power of two is multiplied into the second one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.philox import UNIFORM_BITS
from lt_proofs.models.image_nodes import LayerNode
from lt_proofs.networks.masked import Ints, Pair, Singles
from lt_proofs.networks.masked_images import MaskedImages


@dataclass(frozen=True)
class KeptConvolutions:
    """Two convolutions that replace a layer: x -> second * relu(first * x + bias), both in the layer's groups.

    ``first`` has shape hidden x (channels of a group), its window is one pixel; ``bias`` is None where the layer has
    none. ``second`` has shape outputs x (hidden channels of a group) x taps; ``mask`` says what of it is kept. Groups
    with fewer hidden channels than others are filled up by channels without any weight.
    """

    node: LayerNode
    first: Singles
    bias: Singles | None
    second: Singles
    mask: NDArray[np.bool_]

    @property
    def hidden(self) -> int:
        """The number of hidden channels."""
        return len(self.first)

    @property
    def dense_size(self) -> int:
        """The number of entries of both kernels."""
        return int(self.first.size + self.second.size)


def kept_convolutions(ticket: MaskedImages) -> list[KeptConvolutions]:
    """Return the kept part of each pair, from the input on."""
    return [_kept(pair, node) for pair, node in zip(ticket.pairs, ticket.wired, strict=True)]


def _kept(pair: Pair, node: LayerNode) -> KeptConvolutions:
    layer, taps = pair.layer, node.windows.taps
    channels, outputs = layer.columns - node.bias, node.outputs // node.groups
    inner, edges, first = channels // node.groups, pair.dense_edges() & pair.units, layer.first_weights()
    units = _by_group(pair, node, edges)
    width = max(1, *map(len, units))
    one = np.zeros((node.groups, width, inner), np.float32)
    bias = np.zeros((node.groups, width), np.float32)
    two = np.zeros((node.groups, outputs, width, taps), np.float32)
    mask = np.zeros(two.shape, bool)
    for group, members in enumerate(units):
        count, owners = len(members), layer.owner[members]
        weights = np.ldexp(first[members].astype(np.float64), -UNIFORM_BITS)
        constant = owners == channels
        bias[group, :count] = np.where(constant, weights, 0)
        one[group, np.arange(count), np.where(constant, 0, owners - group * inner)] = np.where(constant, 0, weights)
        rows = np.arange(group * outputs * taps, (group + 1) * outputs * taps)
        every = layer.second_weights(np.repeat(rows, count), np.tile(members, len(rows))).astype(np.float64)
        table = np.ldexp(every, pair.scale - UNIFORM_BITS).reshape(outputs, taps, count)
        two[group, :, :count] = table.transpose(0, 2, 1)
        mask[group, :, :count] = edges[rows][:, members].reshape(outputs, taps, count).transpose(0, 2, 1)
    return KeptConvolutions(
        node,
        one.reshape(-1, inner),
        bias.reshape(-1) if node.bias else None,
        two.reshape(node.outputs, width, taps),
        mask.reshape(node.outputs, width, taps),
    )


def _by_group(pair: Pair, node: LayerNode, edges: NDArray[np.bool_]) -> list[Ints]:
    """Return for each group the hidden channels that its outputs keep."""
    of_group = edges.reshape(node.groups, -1, pair.layer.units)
    return [np.flatnonzero(part.any(axis=0)) for part in of_group]
