"""Tickets in the formats of other tools: an ONNX graph of the kept weights, a PyTorch module pruned by the masks.

Each takes the target's own inputs: the constant 1 is appended, and the factor multiplied, inside.
"""

from __future__ import annotations

import importlib.util
import io
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, install_extra
from lt_proofs.networks.masked import MaskedNetwork, Pair

OPSET, IR_VERSION = 17, 9
FORMATS = {"onnx": "network.onnx", "torch": "network.pt"}
# float32 is normal down to 2^-126, so values that are 2^64 times smaller than the target's keep their precision
MOST_SCALE = 64


def check_formats(text: str | None) -> list[str]:
    """Return the formats of a list such as ``onnx,torch``; raise BadInput if one is unknown or its extra is missing."""
    kinds = text.split(",") if text else []
    for kind in kinds:
        if kind not in FORMATS:
            raise BadInput("--export", kind, f"give one or more of {','.join(FORMATS)}")
        _need(kind, "--export")
    return kinds


def _need(kind: str, argument: str) -> None:
    if importlib.util.find_spec(kind) is None:
        raise BadInput(argument, kind, install_extra(kind))


def exported(ticket: MaskedNetwork, kind: str) -> bytes:
    """Return the bytes of network.onnx or network.pt."""
    return onnx_bytes(ticket) if kind == "onnx" else torch_bytes(ticket)


def onnx_bytes(ticket: MaskedNetwork) -> bytes:
    """Return an ONNX model of the ticket in float32, with only those hidden units of which something is kept.

    A hidden unit sees one input only, so the first matrix of a pair becomes a Gather and a Mul. Raises BadInput where
    the extra [onnx] is missing or the factor is too large for float32.
    """
    _need("onnx", "export")
    _check_factor(ticket)
    from onnx import TensorProto, checker, helper, numpy_helper

    nodes: list[Any] = []
    constants: list[Any] = []
    value = "inputs"

    def step(operator: str, inputs: list[str], **settings: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [f"v{len(nodes)}"], **settings))
        return f"v{len(nodes) - 1}"

    def constant(array: Any) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), f"c{len(constants)}"))
        return f"c{len(constants) - 1}"

    if ticket.constant_input:
        # one column of ones behind the inputs: pads are (before rows, before columns, after rows, after columns)
        value = step("Pad", [value, constant(np.array([0, 0, 0, 1])), constant(np.float32(1))])
    for number, pair in enumerate(ticket.pairs):
        value = step("Relu", [value]) if number else value
        seen = step("Gather", [value, constant(pair.layer.owner[pair.kept_units])], axis=1)
        hidden = step("Relu", [step("Mul", [seen, constant(pair.kept_first().astype(np.float32))])])
        value = step("MatMul", [hidden, constant(_dense_second(pair).T)])
    value = step("Mul", [value, constant(np.float32(ticket.factor))])
    graph = helper.make_graph(
        nodes,
        "lt_proofs_ticket",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["batch", ticket.inputs])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["batch", ticket.outputs])],
        constants,
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="lt_proofs")
    checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def _check_factor(ticket: MaskedNetwork) -> None:
    """Raise BadInput for a factor above 2^64: values before it are as much smaller than the target's."""
    if ticket.scale > MOST_SCALE:
        raise BadInput(
            "export", f"factor 2^{ticket.scale}", f"exports take factors up to 2^{MOST_SCALE}; scale the weights down"
        )


def _dense_second(pair: Pair) -> Any:
    """Return the second matrix of a pair, outputs x kept hidden units, zero where it is pruned."""
    outputs, places, values = pair.kept_edges()
    dense = np.zeros((pair.layer.rows, len(pair.kept_units)), np.float32)
    dense[outputs, places] = values
    return dense


def torch_bytes(ticket: MaskedNetwork) -> bytes:
    """Return the state dict of ``torch_module`` as ``torch.save`` writes it; raise BadInput as that function does."""
    module = torch_module(ticket)
    import torch

    content = io.BytesIO()
    torch.save(module.state_dict(), content)
    return content.getvalue()


def torch_module(ticket: MaskedNetwork) -> Any:
    """Return a ``torch.nn.Module`` with the target's own inputs and outputs, pruned by ``torch.nn.utils.prune``.

    Raises BadInput where the extra [torch] is missing or the factor is too large for float32.
    """
    _need("torch", "export")
    _check_factor(ticket)
    from lt_proofs.networks.torch_module import TicketModule

    return TicketModule(ticket)
