"""Reads ONNX graphs node by node; what is constant is computed by the reference evaluator of the onnx package."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed, shorten
from lt_proofs.models.builder import Builder, Value
from lt_proofs.models.graph import Model
from lt_proofs.models.maps import MAX_ENTRIES
from lt_proofs.models.onnx_call import Call, result_size
from lt_proofs.models.onnx_file import OnnxFile, chosen_output, input_of, needed_for, open_onnx, takes_batches
from lt_proofs.models.onnx_images import IMAGE_OPERATORS
from lt_proofs.models.onnx_moves import MOVES, moved
from lt_proofs.models.onnx_operators import OPERATORS

# operators that the reference evaluator computes of constants; none of them draws random numbers
FOLDED = frozenset(
    [
        "Abs",
        "Add",
        "And",
        "Cast",
        "CastLike",
        "Ceil",
        "Clip",
        "Concat",
        "Constant",
        "ConstantOfShape",
        "CumSum",
        "DequantizeLinear",
        "Div",
        "Equal",
        "Exp",
        "Expand",
        "Flatten",
        "Floor",
        "Gather",
        "Gemm",
        "Greater",
        "Identity",
        "Less",
        "Log",
        "MatMul",
        "Max",
        "Min",
        "Mod",
        "Mul",
        "Neg",
        "Not",
        "Or",
        "Pow",
        "Range",
        "Reciprocal",
        "ReduceMax",
        "ReduceMean",
        "ReduceMin",
        "ReduceProd",
        "ReduceSum",
        "Relu",
        "Reshape",
        "Round",
        "ScatterElements",
        "Shape",
        "Sigmoid",
        "Sign",
        "Size",
        "Slice",
        "Split",
        "Sqrt",
        "Squeeze",
        "Sub",
        "Sum",
        "Tanh",
        "Tile",
        "Transpose",
        "Unsqueeze",
        "Where",
    ]
)


CONTROL_FLOW = "control flow and recurrence are not supported; give a feed-forward network"


def read_onnx(path: Path, output: str | None = None) -> tuple[Model, OnnxFile]:
    """Return the model of an ONNX file and the opened file.

    ``output`` names the output that is meant where there are several, or any tensor inside. Raises BadInput, which
    names the node, for what is not piecewise linear; Malformed for a damaged file.
    """
    file = open_onnx(path)
    name, remarks = chosen_output(file, output)
    nodes, inputs = needed_for(file, name)
    for node in nodes:
        # what a branch or the body of a loop reads is no input of its node
        if any(a.HasField("g") or a.graphs for a in node.attribute):
            label = f"{node.name or node.output[0]} ({node.op_type})"
            raise BadInput("TARGET", path, f"node {shorten(label)}: {CONTROL_FLOW}")
    walk = _GraphWalk(file, *input_of(file, inputs))
    try:
        for node in nodes:
            walk.step(node)
    except BadInput as error:
        if error.argument != "node":
            raise
        raise BadInput("TARGET", path, f"node {shorten(error.value)}: {error.remedy}") from None
    found = walk.values.get(name)
    if not isinstance(found, Value):
        raise BadInput("TARGET", path, f"its output {shorten(name)} does not depend on its input")
    model = walk.builder.model(found)
    return replace(model, remarks=(*remarks, *model.remarks)), file


class _GraphWalk:
    """The tensors found so far: constants as arrays, and values that depend on the input."""

    def __init__(self, file: OnnxFile, name: str, shape: tuple[int, ...], remarks: list[str]) -> None:
        self.file = file
        self.builder = Builder(name, shape)
        self.builder.remarks += remarks
        self.batches = takes_batches(file, name)
        self.values: dict[str, Value | NDArray[Any]] = {name: self.builder.inputs}
        file.kinds[name] = file.element_type(name)

    def step(self, node: Any) -> None:
        """Add the outputs of a node; errors name it."""
        label = f"{node.name or node.output[0]} ({node.op_type})"
        try:
            self._keep(node, self._outputs(node, label))
        except BadInput as error:
            if error.argument not in ("node", "constant"):
                raise
            what = f"{shorten(error.value)}: " if error.argument == "constant" else ""
            raise BadInput("node", label, f"{what}{error.remedy}") from None

    def _outputs(self, node: Any, label: str) -> list[Any]:
        from onnx import helper

        self._check_node(node, label)
        settings = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        inputs = [self._tensor(name) for name in node.input]
        constants = [array for array in inputs if not isinstance(array, Value)]
        call = Call(self.builder, node, label, settings, inputs, self.file.opset, self._layer_name(node), self.batches)
        call.kinds = [self.file.kinds.get(name) for name in node.input]
        if len(constants) == len(inputs):
            return self._fold(call)
        self.file.kinds.update(dict.fromkeys(node.output, call.result_kind()))
        if node.op_type in ("Shape", "Size"):
            shape = np.array(call.value(0).shape, np.int64)
            return [shape[settings.get("start") : settings.get("end")] if node.op_type == "Shape" else np.prod(shape)]
        if node.op_type in MOVES:
            call.check_mode()
            return list(moved(call, self.evaluated))
        operator = OPERATORS.get(node.op_type) or IMAGE_OPERATORS.get(node.op_type)
        if operator is not None:
            function, known = operator
            call.check_settings(known)
            return [function(call)]
        raise call.refuse(_why_not(call))

    def _check_node(self, node: Any, label: str) -> None:
        """Raise Malformed unless the node has the attributes and numbers of inputs that its operator has."""
        from onnx import checker

        if node.domain not in ("", "ai.onnx"):
            reason = f"operators of {shorten(node.domain)} are not known; use those of ONNX itself"
            raise BadInput("node", label, reason)
        context = checker.C.CheckerContext()
        context.ir_version = self.file.proto.ir_version
        context.opset_imports = {entry.domain: entry.version for entry in self.file.proto.opset_import}
        try:
            checker.check_node(node, context)
        except (checker.ValidationError, ValueError, TypeError) as error:
            raise Malformed(self.file.path, f"node {shorten(label)}: {shorten(str(error).splitlines()[0])}") from None

    def _keep(self, node: Any, outputs: list[Any]) -> None:
        from onnx import helper

        for name, found in zip(node.output, outputs, strict=False):
            self.values[name] = found
            if isinstance(found, np.ndarray):
                self.file.kinds.setdefault(name, helper.np_dtype_to_tensor_dtype(found.dtype))
            if isinstance(found, Value):
                self.builder.places[name] = found.number

    def _tensor(self, name: str) -> Value | NDArray[Any] | None:
        if not name:
            return None
        if name not in self.values:
            if name not in self.file.tensors:
                raise Malformed(self.file.path, f"tensor {shorten(name)} is used before it is computed")
            self.values[name] = self.file.constant(name)
            self.file.kinds[name] = self.file.tensors[name].data_type
        return self.values[name]

    def _layer_name(self, node: Any) -> str:
        constants = [name for name in node.input if isinstance(self.values.get(name), np.ndarray)]
        return str(node.name or (constants[0].removesuffix(".weight") if constants else node.output[0]))

    def _fold(self, call: Call) -> list[Any]:
        if call.node.op_type not in FOLDED:
            raise BadInput(
                "node", call.label, f"{shorten(call.node.op_type)} of constants is not folded; replace it by its value"
            )
        if result_size(call) > MAX_ENTRIES:
            raise BadInput("node", call.label, f"its result has more than {MAX_ENTRIES} entries")
        value = call.settings.get("value")
        if call.node.op_type == "Constant" and value is not None and hasattr(value, "dims"):
            self.file.kinds[call.node.output[0]] = value.data_type
            return [self.file.array(value)]
        return self.evaluated(call, [array for array in call.inputs if array is not None])

    def evaluated(self, call: Call, arrays: list[Any]) -> list[NDArray[Any]]:
        """Return the outputs of one node for these arrays, one for each input that the node has."""
        from onnx import helper
        from onnx.reference import ReferenceEvaluator

        names = [name for name in dict.fromkeys(call.node.input) if name]
        known = dict(zip([name for name in call.node.input if name], arrays, strict=True))
        inputs = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(known[name].dtype), None)
            for name in names
        ]
        outputs = [helper.make_tensor_value_info(name, 0, None) for name in call.node.output if name]
        graph = helper.make_graph([call.node], "node", inputs, outputs)
        model = helper.make_model(graph, opset_imports=list(self.file.proto.opset_import))
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found = ReferenceEvaluator(model).run(None, known)
        except Exception as error:  # the evaluator raises whatever NumPy raises for inputs that do not fit
            raise BadInput("node", call.label, f"it cannot be evaluated: {shorten(error)}") from None
        results = iter(found)
        return [np.asarray(next(results)) if name else np.zeros(0) for name in call.node.output]


def _why_not(call: Call) -> str:
    node = call.node
    if node.op_type in ("ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv"):
        return "of convolutions only Conv is supported; export the network without it"
    if node.op_type in ("LpPool", "GlobalLpPool", "MaxUnpool", "MaxRoiPool", "RoiAlign", "Resize", "Upsample"):
        return "of poolings only MaxPool, AveragePool and the global ones are supported; export the network without it"
    if node.op_type in ("If", "Loop", "Scan", "LSTM", "GRU", "RNN"):
        return CONTROL_FLOW
    # the network may end before the node, unless there is nothing before it
    inner = [
        name for name, found in zip(node.input, call.inputs, strict=True) if isinstance(found, Value) and found.number
    ]
    remedy = f"--output {shorten(inner[0])} ends the network before it" if inner else "export the network without it"
    return f"it is not known to be piecewise linear; {remedy}"
