"""The kept part of a ticket in float32: the form that exports to other tools have.

Hidden units of which nothing is kept are left out. The constant input becomes the bias of the first matrix, and the
power of two of each layer is multiplied into its second matrix. A ReLU network without further biases gives c times the
output for c times the input (c >= 0), so the network still computes what the ticket computes, and its values have the
size of the target's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.masked import MaskedNetwork, Pair

Ints = NDArray[np.int64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class KeptPair:
    """Two sparse matrices that replace a layer: x -> second relu(first x + bias).

    Unit u sees the input owners[u] with the weight first[u]; edge e leads from unit places[e] to output outputs[e] with
    the weight second[e]. ``shape`` is (outputs, inputs).
    """

    shape: tuple[int, int]
    owners: Ints
    first: Singles
    bias: Singles | None
    outputs: Ints
    places: Ints
    second: Singles

    @property
    def units(self) -> int:
        """The number of kept hidden units."""
        return len(self.owners)

    @property
    def dense_size(self) -> int:
        """The number of entries of both matrices."""
        return self.units * sum(self.shape)

    def dense_first(self) -> Singles:
        """Return the first matrix, units x inputs."""
        dense = np.zeros((self.units, self.shape[1]), np.float32)
        dense[np.arange(self.units), self.owners] = self.first
        return dense

    def dense_second(self) -> Singles:
        """Return the second matrix, outputs x units."""
        dense = np.zeros((self.shape[0], self.units), np.float32)
        dense[self.outputs, self.places] = self.second
        return dense


def kept_pairs(ticket: MaskedNetwork) -> list[KeptPair]:
    """Return the kept part of each pair of random matrices, from the input on."""
    return [_kept(pair, ticket.inputs if number == 0 else None) for number, pair in enumerate(ticket.pairs)]


def _kept(pair: Pair, inputs: int | None) -> KeptPair:
    """Return the kept part of a pair; ``inputs`` is the target's number of inputs for the first pair, else None."""
    columns = pair.layer.columns
    owners, first = pair.layer.owner[pair.kept_units], pair.kept_first().astype(np.float32)
    outputs, places, weights = pair.kept_edges()
    if not len(owners):  # other tools refuse matrices without rows: one unit stays, all of its weights zero
        owners, first = np.zeros(1, np.int64), np.zeros(1, np.float32)
    bias = None
    if inputs is not None and inputs < columns:
        constant = owners == inputs
        bias = np.where(constant, first, 0).astype(np.float32)
        owners, first = np.where(constant, 0, owners), np.where(constant, 0, first).astype(np.float32)
        columns = inputs
    second = np.ldexp(weights, pair.scale).astype(np.float32)
    return KeptPair((pair.layer.rows, columns), owners, first, bias, outputs, places, second)
