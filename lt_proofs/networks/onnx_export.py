"""A ticket as an ONNX graph, in one of two forms.

The dense form is a chain of Gemm and Relu, which every tool reads. In the sparse form the first matrix of a pair, in
which a hidden unit sees one input only, is a Gather and a Mul, and the second one is put together from its kept weights
when the file is loaded: gaps between the places of kept weights, of one byte each, are summed (CumSum) and the weights
scattered to these places (ScatterElements). Sparse initializers of ONNX hold 8 bytes for each place, and the reference
evaluator of the onnx package does not read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.networks.kept_network import KeptPair

OPSET, IR_VERSION = 17, 9
LARGEST_GAP = 255


def onnx_graph(pairs: list[KeptPair], *, sparse: bool) -> bytes:
    """Return the bytes of an ONNX model that maps a batch of the target's inputs to its outputs."""
    graph = ExportedGraph()
    value = "inputs"
    for number, pair in enumerate(pairs):
        value = graph.step("Relu", value) if number else value
        value = graph.sparse_pair(value, pair) if sparse else graph.dense_pair(value, pair)
    return finished(graph, [("inputs", [pairs[0].shape[1]]), ("outputs", [pairs[-1].shape[0]])])


def finished(graph: ExportedGraph, ends: Sequence[tuple[str, Sequence[int]]], opset: int = OPSET) -> bytes:
    """Return the model of a graph whose last node computes the outputs; ``ends`` are names and shapes of both ends."""
    from onnx import TensorProto, checker, helper

    graph.nodes[-1].output[0] = "outputs"
    first, last = ([helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])] for name, shape in ends)
    model = helper.make_model(
        helper.make_graph(graph.nodes, "lt_proofs_ticket", first, last, graph.constants),
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=IR_VERSION,
        producer_name="lt_proofs",
    )
    checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


class ExportedGraph:
    """Nodes and constants of a graph under construction; the methods return the names of their outputs."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def step(self, operator: str, *inputs: str, **settings: Any) -> str:
        """Add a node."""
        from onnx import helper

        name = f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **settings))
        return name

    def constant(self, array: Any) -> str:
        """Add a constant."""
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def dense_pair(self, value: str, pair: KeptPair) -> str:
        """Add a pair of dense matrices."""
        bias = () if pair.bias is None else (self.constant(pair.bias),)
        hidden = self.step("Relu", self.step("Gemm", value, self.constant(pair.dense_first()), *bias, transB=1))
        return self.step("Gemm", hidden, self.constant(pair.dense_second()), transB=1)

    def sparse_pair(self, value: str, pair: KeptPair) -> str:
        """Add a pair of which only the kept weights are written."""
        seen = self.step("Gather", value, self.constant(pair.owners.astype(np.int32)), axis=1)
        hidden = self.step("Mul", seen, self.constant(pair.first))
        if pair.bias is not None:
            hidden = self.step("Add", hidden, self.constant(pair.bias))
        return self.step("MatMul", self.step("Relu", hidden), self.scattered(pair))

    def scattered(self, pair: KeptPair) -> str:
        """Put the second matrix together, units x outputs, as MatMul takes it."""
        rows = pair.shape[0]
        return self.scattered_at(pair.places * rows + pair.outputs, pair.second, (pair.units, rows))

    def scattered_at(self, kept: NDArray[np.int64], second: NDArray[np.float32], shape: tuple[int, ...]) -> str:
        """Put an array together of the weights at the kept places, numbered row by row, and zeros elsewhere."""
        from onnx import TensorProto, helper

        gaps, weights = gaps_between(kept, second)
        wide = self.step("Cast", self.constant(gaps), to=TensorProto.INT64)
        places = self.step("CumSum", wide, self.constant(np.int64(0)))
        zero = helper.make_tensor("zero", TensorProto.FLOAT, [1], [0.0])
        empty = self.step("ConstantOfShape", self.constant(np.array([prod(shape)])), value=zero)
        flat = self.step("ScatterElements", empty, places, self.constant(weights), axis=0)
        return self.step("Reshape", flat, self.constant(np.array(shape)))


def gaps_between(
    places: NDArray[np.int64], weights: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the gaps between the sorted places, and the weights in the same order.

    A gap above 255 is divided by weights that are zero, on places where nothing is kept.

    >>> gaps_between(np.array([300, 2]), np.array([0.5, -0.25], np.float32))
    (array([  2, 255,  43], dtype=uint8), array([-0.25,  0.  ,  0.5 ], dtype=float32))
    """
    order = np.argsort(places)
    gaps = np.diff(places[order], prepend=0)
    between = np.maximum(gaps - 1, 0) // LARGEST_GAP
    at = np.arange(len(gaps)) + np.cumsum(between)
    steps = np.full(len(gaps) + between.sum(), LARGEST_GAP, np.uint8)
    spread = np.zeros(len(steps), np.float32)
    steps[at] = gaps - LARGEST_GAP * between
    spread[at] = weights[order]
    return steps, spread
