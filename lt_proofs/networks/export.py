"""Tickets in the formats of other tools: an ONNX graph, a PyTorch module and its state dict.

Each takes the target's own inputs and gives the target's own outputs: the constant input and the factor are inside.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from typing import Any

from lt_proofs.errors import BadInput, install_extra
from lt_proofs.networks.kept_images import KeptConvolutions, kept_convolutions
from lt_proofs.networks.kept_network import KeptPair, kept_pairs
from lt_proofs.networks.masked import MaskedNetwork
from lt_proofs.networks.masked_images import MaskedImages
from lt_proofs.networks.onnx_export import onnx_graph
from lt_proofs.networks.onnx_images_export import image_graph

FORMATS = {"onnx": "network.onnx", "torch": "network.pt"}
# outputs reach 2^scale, and float32 ends at 2^128
MOST_SCALE = 100
# with more numbers than this in all matrices together (4 MiB, 64 MiB in float32) an export is sparse
MOST_DENSE = {"onnx": 1 << 20, "torch": 1 << 24}


def check_formats(text: str | None, argument: str = "--export") -> list[str]:
    """Return the formats of a list such as ``onnx,torch``; raise BadInput if one is unknown or its extra is missing."""
    kinds = text.split(",") if text else []
    for kind in kinds:
        if kind not in FORMATS:
            raise BadInput(argument, kind, f"give one or more of {','.join(FORMATS)}")
        _need(kind, argument)
    return kinds


def _need(kind: str, argument: str) -> None:
    if importlib.util.find_spec(kind) is None:
        raise BadInput(argument, kind, install_extra(kind))


def exported(ticket: MaskedNetwork, kind: str) -> bytes:
    """Return the bytes of network.onnx or network.pt."""
    return onnx_bytes(ticket) if kind == "onnx" else torch_bytes(ticket)


def onnx_bytes(ticket: MaskedNetwork, sparse: bool | None = None) -> bytes:
    """Return an ONNX model of the ticket in float32, with only those hidden units of which something is kept.

    Without ``sparse`` the model is sparse where dense matrices would hold more than 2^20 numbers. Raises BadInput where
    the extra [onnx] is missing or the factor is too large for float32.
    """
    _need("onnx", "export")
    _check_factor(ticket)
    if isinstance(ticket, MaskedImages):
        layers = kept_convolutions(ticket)
        return image_graph(ticket.nodes, layers, sparse=_is_large(layers) if sparse is None else sparse)
    pairs = kept_pairs(ticket)
    return onnx_graph(pairs, sparse=_is_large(pairs) if sparse is None else sparse)


def _is_large(parts: Sequence[KeptPair] | Sequence[KeptConvolutions]) -> bool:
    return sum(part.dense_size for part in parts) > MOST_DENSE["onnx"]


def torch_bytes(ticket: MaskedNetwork) -> bytes:
    """Return the state dict of ``torch_module`` as ``torch.save`` writes it; raise BadInput as that function does."""
    module = torch_module(ticket)
    import torch

    content = io.BytesIO()
    torch.save(module.state_dict(), content)
    return content.getvalue()


def torch_module(ticket: MaskedNetwork, sparse: bool | None = None) -> Any:
    """Return a ``torch.nn.Sequential`` of Linear layers pruned by the masks, or of sparse matrices of the kept weights.

    A ticket with convolutions becomes a ``TicketModule`` of convolutions. Without ``sparse`` the module is sparse where
    dense matrices would hold more than 2^24 numbers. Raises BadInput where the extra [torch] is missing or the factor
    is too large for float32.
    """
    _need("torch", "export")
    _check_factor(ticket)
    if isinstance(ticket, MaskedImages):
        from lt_proofs.networks.torch_images import TicketModule

        if sparse:
            raise BadInput("sparse", sparse, "PyTorch has no sparse convolutions; leave it out")
        return TicketModule(ticket.nodes, kept_convolutions(ticket))
    from lt_proofs.networks.torch_module import pruned_module, sparse_module

    if sparse is None:
        size = sum(pair.layer.units * (pair.layer.rows + pair.layer.columns) for pair in ticket.pairs)
        sparse = size > MOST_DENSE["torch"]
    return sparse_module(kept_pairs(ticket)) if sparse else pruned_module(ticket)


def _check_factor(ticket: MaskedNetwork) -> None:
    """Raise BadInput for a factor that brings outputs near the end of float32."""
    scale = max(ticket.scale, *(pair.scale for pair in ticket.pairs))
    if scale > MOST_SCALE:
        raise BadInput(
            "export", f"factor 2^{scale}", f"exports take factors up to 2^{MOST_SCALE}; scale the weights down"
        )
