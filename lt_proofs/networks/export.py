"""Tickets in the formats of other tools: an ONNX graph of what is kept, and PyTorch's pruned state dict."""

from __future__ import annotations

import importlib.util
import io
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, install_extra
from lt_proofs.networks.masked import Pair, Ticket

OPSET, IR_VERSION = 17, 9
FORMATS = {"onnx": "network.onnx", "torch": "network.pt"}


def check_formats(text: str | None) -> list[str]:
    """The formats of a list such as ``onnx,torch``; raises BadInput, before any work, where one cannot be written."""
    kinds = text.split(",") if text else []
    for kind in kinds:
        if kind not in FORMATS:
            raise BadInput("--export", kind, f"give one or more of {','.join(FORMATS)}")
        if importlib.util.find_spec(kind) is None:
            raise BadInput("--export", kind, install_extra(kind))
    return kinds


def exported(ticket: Ticket, kind: str) -> bytes:
    """The bytes of network.onnx or network.pt."""
    return to_onnx(ticket) if kind == "onnx" else to_torch(ticket)


def to_onnx(ticket: Ticket) -> bytes:
    """An ONNX model of the pruned random network, in float32; its hidden units are those that are kept.

    A hidden unit sees one input only, so the first matrix of a pair is a Gather and a Mul.
    """
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

    if ticket.carries_constant:
        value = step("Pad", [value, constant(np.array([0, 0, 0, 1])), constant(np.float32(1))])
    for number, pair in enumerate(ticket.pairs):
        value = step("Relu", [value]) if number else value
        seen = step("Gather", [value, constant(pair.layer.owner[pair.kept_units])], axis=1)
        hidden = step("Relu", [step("Mul", [seen, constant(pair.kept_first().astype(np.float32))])])
        value = step("MatMul", [hidden, constant(_dense_second(pair).T)])
    value = step("Mul", [value, constant(np.float32(2.0**ticket.scale))])
    rows = ticket.pairs[-1].layer.rows
    graph = helper.make_graph(
        nodes,
        "lt_proofs_ticket",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["batch", ticket.inputs])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["batch", rows])],
        constants,
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="lt_proofs")
    checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def _dense_second(pair: Pair) -> Any:
    """The second matrix over the kept hidden units, zero where it is pruned."""
    outputs, places, values = pair.kept_edges()
    dense = np.zeros((pair.layer.rows, len(pair.kept_units)), np.float32)
    dense[outputs, places] = values
    return dense


def to_torch(ticket: Ticket) -> bytes:
    """The state dict of ``to_module``: ``weight_orig`` and ``weight_mask`` as torch.nn.utils.prune writes them."""
    import torch

    module = to_module(ticket)
    content = io.BytesIO()
    torch.save(module.state_dict(), content)
    return content.getvalue()


def to_module(ticket: Ticket) -> Any:
    """A Sequential of 2l Linear layers without biases, pruned by the masks, with ReLU between them.

    Where the target has biases its input ends in a constant 1; outputs must be multiplied by 2^scale.
    """
    import torch
    from torch.nn.utils import prune

    parts: list[Any] = []
    for number, matrix in ticket.weights.items():
        linear = torch.nn.Linear(matrix.shape[1], matrix.shape[0], bias=False)
        linear.weight.data = torch.from_numpy(matrix)
        prune.custom_from_mask(linear, "weight", torch.from_numpy(ticket.masks[number]))
        parts += [torch.nn.ReLU(), linear] if parts else [linear]
    return torch.nn.Sequential(*parts)
