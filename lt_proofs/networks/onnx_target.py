"""Targets from ONNX files: chains of Gemm, or MatMul and Add, with Relu between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed, install_extra
from lt_proofs.files import read_bytes
from lt_proofs.networks.target import Layer, Target

# operators that leave the values of a chain unchanged, and operators that may follow the scores of a classifier
PASSED_OVER = frozenset({"Identity", "Dropout", "Flatten", "Reshape", "Cast", "Squeeze", "Unsqueeze"})
ENDS = frozenset({"Softmax", "LogSoftmax", "ArgMax", "ZipMap", "Sigmoid", "Normalizer"})
SUPPORTED = "Gemm, MatMul, Add and Relu in a chain"


def load_onnx(path: Path) -> Target:
    """Return the network of an ONNX file, without a final Softmax, ArgMax or the like.

    Raises BadInput without the extra [onnx] and for operators that are not supported, Malformed if it is no ONNX file.
    """
    try:
        import onnx
    except ImportError:
        raise BadInput("TARGET", path, install_extra("onnx")) from None
    try:
        model = onnx.load_model_from_string(read_bytes(path))
    except onnx.onnx_cpp2py_export.checker.ValidationError as error:
        raise Malformed(path, f"not ONNX: {error}") from None
    except Exception as error:  # protobuf raises its own classes, which differ between its engines
        if type(error).__name__ != "DecodeError":
            raise
        raise Malformed(path, "not an ONNX file") from None
    return _Chain(path, model.graph).target()


class _Chain:
    """The walk from a graph's input along its only path; the graph must be a chain."""

    def __init__(self, path: Path, graph: Any) -> None:
        self.path = path
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.nodes = [node for node in graph.node if node.op_type != "Constant"]
        for node in graph.node:
            if node.op_type == "Constant":
                values = [a.t for a in node.attribute if a.name == "value" and a.HasField("t")]
                self.constants.update(dict(zip(node.output, values, strict=False)))
        inputs = [value.name for value in graph.input if value.name not in self.constants]
        if len(inputs) != 1:
            raise BadInput("TARGET", f"{len(inputs)} inputs", "give a network with one input")
        self.value = inputs[0]
        self.layers: list[tuple[str, NDArray[Any], NDArray[Any] | None]] = []
        self.after_relu = True
        self.remarks: list[str] = []

    def target(self) -> Target:
        """Return the network of the layers between the input and the scores."""
        while True:
            users = [node for node in self.nodes if self.value in node.input]
            ending = sorted({node.op_type for node in users} & ENDS)
            if ending or not users:
                self.remarks += [f"outputs are those before {ending[0]}"] if ending else []
                break
            if len(users) > 1:
                raise BadInput("TARGET", f"{len(users)} users of {self.value}", f"only {SUPPORTED} are supported")
            self._step(users[0])
            self.value = users[0].output[0]
        if self.layers and self.after_relu:
            raise BadInput("TARGET", "a Relu after the last layer", "export the network without it")
        layers = [Layer(weight, bias) for _, weight, bias in self.layers]
        return Target.of(layers, [name for name, _, _ in self.layers], self.remarks)

    def _step(self, node: Any) -> None:
        if node.op_type == "Gemm":
            self._gemm(node)
        elif node.op_type == "MatMul":
            if node.input[0] != self.value:
                raise BadInput("TARGET", "MatMul with its matrix on the left", "export it as x W")
            self._append(node.name or node.input[1], self._constant(node.input[1]).T, None)
        elif node.op_type == "Add":
            self._add(node)
        elif node.op_type == "Relu":
            self.after_relu = True
        elif node.op_type not in PASSED_OVER:
            raise BadInput("TARGET", f"operator {node.op_type}", f"only {SUPPORTED} are supported")

    def _gemm(self, node: Any) -> None:
        settings = {a.name: a.f if a.type == 1 else a.i for a in node.attribute}
        if settings.get("alpha", 1) != 1 or settings.get("beta", 1) != 1 or settings.get("transA", 0):
            raise BadInput("TARGET", "Gemm with alpha, beta or transA", "export it with alpha = beta = 1")
        matrix = self._constant(node.input[1])
        bias = self._constant(node.input[2]).reshape(-1) if len(node.input) > 2 and node.input[2] else None
        self._append(node.name or node.input[1], matrix if settings.get("transB", 0) else matrix.T, bias)

    def _add(self, node: Any) -> None:
        other = node.input[1] if node.input[0] == self.value else node.input[0]
        if not self.layers or self.after_relu or self.layers[-1][2] is not None:
            raise BadInput("TARGET", "an Add that follows no matrix", f"only {SUPPORTED} are supported")
        name, weight, _ = self.layers[-1]
        self.layers[-1] = (name, weight, self._constant(other).reshape(-1))

    def _append(self, name: str, weight: NDArray[Any], bias: NDArray[Any] | None) -> None:
        if not self.after_relu:
            raise BadInput("TARGET", "two layers without a Relu between", "put a Relu between, or merge them")
        self.after_relu = False
        self.layers.append((name, weight, bias))

    def _constant(self, name: str) -> NDArray[Any]:
        from onnx import TensorProto, numpy_helper

        tensor = self.constants.get(name)
        if tensor is None:
            raise BadInput("TARGET", f"input {name[:40]}", "weights must be constants of the file")
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise BadInput("TARGET", "external data", "save the model in one file")
        try:
            array = numpy_helper.to_array(tensor)
        except (ValueError, TypeError) as error:
            raise Malformed(self.path, f"tensor {name[:40]!r}: {error}") from None
        if array.ndim not in (1, 2) or array.dtype.kind != "f":
            raise BadInput("TARGET", f"{name[:40]} of shape {array.shape}", "only float matrices are supported")
        return np.ascontiguousarray(array if array.dtype.itemsize == 8 else array.astype(np.float32))
