"""A ticket as a PyTorch module that appends the constant input and multiplies by the factor itself."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import prune

from lt_proofs.networks.masked import MaskedNetwork


class TicketModule(nn.Module):  # type: ignore[misc]
    """The random matrices 1 … 2l as Linear layers without biases, pruned by the masks, and the factor.

    Its state dict holds, for each matrix, ``matrices.NUMBER.weight_orig`` (the random weights) and
    ``matrices.NUMBER.weight_mask``, numbered from 0, and ``factor``.
    """

    def __init__(self, ticket: MaskedNetwork) -> None:
        super().__init__()
        self.constant_input = ticket.constant_input
        self.matrices = nn.ModuleList()
        for number, matrix in ticket.weights.items():
            linear = nn.Linear(matrix.shape[1], matrix.shape[0], bias=False)
            linear.weight.data = torch.from_numpy(matrix)
            prune.custom_from_mask(linear, "weight", torch.from_numpy(ticket.masks[number]))
            self.matrices.append(linear)
        self.register_buffer("factor", torch.tensor(float(ticket.factor)))

    def forward(self, inputs: Any) -> Any:
        """Return the outputs for one input or a batch of rows."""
        values = functional.pad(inputs, (0, 1), value=1.0) if self.constant_input else inputs
        for number, matrix in enumerate(self.matrices):
            values = matrix(torch.relu(values) if number else values)
        return values * self.factor
