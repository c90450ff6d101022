"""A ticket as a ``torch.nn.Sequential`` of linear maps and ReLU, with the target's own inputs and outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils import prune

from lt_proofs.networks.kept_network import KeptPair
from lt_proofs.networks.masked import MaskedNetwork


class SparseLinear(nn.Module):  # type: ignore[misc]
    """x -> weight x + bias for a sparse matrix of shape outputs x inputs; both are buffers, not parameters."""

    def __init__(self, weight: Any, bias: Any = None) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)

    def forward(self, inputs: Any) -> Any:
        """Return the outputs for one input or a batch of rows."""
        rows = torch.sparse.mm(self.weight, inputs.reshape(-1, inputs.shape[-1]).T).T
        values = rows.reshape(*inputs.shape[:-1], len(self.weight))
        return values if self.bias is None else values + self.bias


def pruned_module(ticket: MaskedNetwork) -> Any:
    """Return the random matrices as Linear layers, pruned by ``torch.nn.utils.prune`` with the ticket's masks.

    Its state dict holds ``weight_orig`` and ``weight_mask`` for each matrix, ``bias_orig`` and ``bias_mask`` for the
    constant input, and nothing else. The second matrix of each pair is multiplied by the pair's power of two.
    """
    linears = []
    for number, weight in ticket.weights.items():
        mask = ticket.masks[number]
        scale = 0 if number % 2 else ticket.pairs[number // 2 - 1].scale
        linears.append(_pruned(np.ldexp(weight, scale), mask, ticket.inputs if number == 1 else weight.shape[1]))
    return _chain(linears)


def _pruned(weight: Any, mask: Any, inputs: int) -> Any:
    """Return a pruned Linear layer; a column behind those of the inputs is its bias."""
    biased = weight.shape[1] > inputs
    linear = nn.utils.skip_init(nn.Linear, inputs, len(weight), bias=biased)
    linear.weight.data = torch.from_numpy(np.array(weight[:, :inputs]))
    prune.custom_from_mask(linear, "weight", torch.from_numpy(np.array(mask[:, :inputs])))
    if biased:
        linear.bias.data = torch.from_numpy(np.array(weight[:, inputs]))
        prune.custom_from_mask(linear, "bias", torch.from_numpy(np.array(mask[:, inputs])))
    return linear


def sparse_module(pairs: list[KeptPair]) -> Any:
    """Return the kept weights as sparse matrices."""
    linears = []
    for pair in pairs:
        bias = None if pair.bias is None else torch.from_numpy(pair.bias)
        first = _sparse(np.arange(pair.units), pair.owners, pair.first, (pair.units, pair.shape[1]))
        linears.append(SparseLinear(first, bias))
        linears.append(SparseLinear(_sparse(pair.outputs, pair.places, pair.second, (pair.shape[0], pair.units))))
    return _chain(linears)


def _sparse(rows: Any, columns: Any, values: Any, shape: tuple[int, int]) -> Any:
    places = torch.from_numpy(np.stack([rows, columns]))
    return torch.sparse_coo_tensor(places, torch.from_numpy(values), shape, check_invariants=True).coalesce()


def _chain(linears: list[Any]) -> Any:
    """Return the layers with ReLU between them; layer i has the name 2i in the state dict, from 0 on."""
    return nn.Sequential(*(part for linear in linears for part in (linear, nn.ReLU())))[:-1]
