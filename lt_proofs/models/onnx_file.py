"""Opens ONNX files: the graph, its constants with those in files beside it, its input and the output that is asked for.

Nothing of a file is trusted: external data must lie in the same folder, and every number is checked when it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed, install_extra, shorten
from lt_proofs.files import read_bytes
from lt_proofs.models.graph import Shape
from lt_proofs.models.maps import MAX_ENTRIES
from lt_proofs.models.onnx_call import FLOATS, SHORT

# operators that may follow the scores of a classifier, and those that may stand between them and the output
ENDS = frozenset({"Softmax", "LogSoftmax", "ArgMax", "ZipMap", "Sigmoid"})
BEHIND_ENDS = frozenset({"Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze"})
# operators through which a missing shape of the input is looked for
ENTRIES_KEPT = frozenset({"Identity", "Cast", "Relu", "Sub", "Add", "Mul", "Div", "Flatten", "Dropout"})
OLDEST = 7


@dataclass
class OnnxFile:
    """A model of the onnx package, ``proto``, without its local functions, and with all its constants inside."""

    path: Path
    proto: Any
    opset: int
    tensors: dict[str, Any] = field(default_factory=dict)
    producers: dict[str, Any] = field(default_factory=dict)
    # tensors -> TensorProto's numbers of their types, as far as the graph was read
    kinds: dict[str, int | None] = field(default_factory=dict)

    def constant(self, name: str) -> NDArray[Any]:
        """Return an initializer; raise Malformed if its data do not fit its shape and type."""
        return self.array(self.tensors[name])

    def array(self, tensor: Any) -> NDArray[Any]:
        """Return the array of a tensor, half precision as float32, which holds it exactly."""
        from onnx import numpy_helper

        label = f"tensor {shorten(tensor.name)}"
        if prod(tensor.dims) > MAX_ENTRIES or any(size < 0 for size in tensor.dims):
            raise BadInput("TARGET", self.path, f"{label} has more than {MAX_ENTRIES} entries")
        try:
            array: NDArray[Any] = numpy_helper.to_array(tensor)
        except (ValueError, TypeError, KeyError) as error:
            raise Malformed(self.path, f"{label}: {error}") from None
        if array.dtype.kind not in "fiub" or array.dtype.itemsize < 4:
            if array.dtype.kind in "iub":
                return array
            if str(array.dtype) not in ("float16", "bfloat16"):
                raise BadInput("TARGET", self.path, f"{label} has type {array.dtype}; give float32 or float64 weights")
            return array.astype(np.float32)
        return array

    def element_type(self, name: str) -> int:
        """Return TensorProto's number of the type of an input of the graph."""
        (value,) = (value for value in self.proto.graph.input if value.name == name)
        return int(value.type.tensor_type.elem_type)

    def users(self, name: str) -> list[Any]:
        """Return the nodes that read a tensor."""
        return [node for node in self.proto.graph.node if name in node.input]


def open_onnx(path: Path) -> OnnxFile:
    """Return the model of a file; raise BadInput without the extra [onnx], Malformed if it is no ONNX file."""
    # a file that is not there is reported as such, whether or not the extra is
    content = read_bytes(path)
    try:
        import onnx
        from onnx import inliner
    except ImportError:
        raise BadInput("TARGET", path, install_extra("onnx")) from None
    try:
        proto = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf raises its own classes, which differ between its engines
        if type(error).__name__ != "DecodeError":
            raise
        raise Malformed(path, "not an ONNX file") from None
    if not proto.graph.node:
        raise Malformed(path, "not an ONNX file: it has no graph with nodes")
    versions = [entry.version for entry in proto.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions or versions[0] < OLDEST:
        was = versions[0] if versions else "none"
        raise BadInput(
            "TARGET", path, f"its operator set is {was}; convert it to {OLDEST} or later (onnx.version_converter)"
        )
    newest = onnx.defs.onnx_opset_version()
    if versions[0] > newest:
        raise BadInput(
            "TARGET", path, f"its operator set is {versions[0]}, and the installed onnx knows {newest}; update onnx"
        )
    if proto.functions:
        try:
            proto = inliner.inline_local_functions(proto)
        except (RuntimeError, ValueError) as error:
            raise Malformed(path, f"its functions cannot be inlined: {shorten(error)}") from None
    _read_beside(path, proto)
    opened = OnnxFile(path, proto, versions[0], {tensor.name: tensor for tensor in proto.graph.initializer})
    taken = {value.name for value in proto.graph.input} | opened.tensors.keys()
    if len(opened.tensors) < len(proto.graph.initializer):
        raise Malformed(path, "two of its constants have one name")
    if proto.graph.sparse_initializer:
        raise BadInput("TARGET", path, "it holds sparse constants; give dense ones")
    for node in proto.graph.node:
        # onnxruntime crashes at outputs of BatchNormalization that are left out at the end by empty names
        while node.output and not node.output[-1]:
            node.output.pop()
        for name in node.output:
            if name and (name in opened.producers or name in taken):
                raise Malformed(path, f"two nodes compute tensor {shorten(name)}")
            opened.producers[name] = node
    return opened


def _read_beside(path: Path, proto: Any) -> None:
    """Replace external data by the bytes themselves; they must lie in a plain file of the same folder."""
    from onnx import TensorProto

    contents: dict[str, bytes] = {}
    inner = [a.t for node in proto.graph.node for a in node.attribute if a.HasField("t")]
    for tensor in [*proto.graph.initializer, *inner]:
        if tensor.data_location != TensorProto.EXTERNAL and not tensor.external_data:
            continue
        entries = {entry.key: entry.value for entry in tensor.external_data}
        place = entries.get("location", "")
        # a text that is not UTF-8 comes as bytes
        if (
            not isinstance(place, str)
            or not place
            or place in (".", "..")
            or Path(place).name != place
            or "\\" in place
        ):
            raise BadInput("TARGET", path, f"its data lie at {shorten(place)}; they must lie in the same folder")
        if place not in contents:
            contents[place] = read_bytes(path.parent / place, follow_links=False)
        try:
            start, length = int(entries.get("offset") or 0), int(entries.get("length") or len(contents[place]))
        except ValueError:
            raise Malformed(
                path, f"the place of tensor {shorten(tensor.name)} in {shorten(place)} is no number"
            ) from None
        if start < 0 or length < 0 or start + length > len(contents[place]):
            raise Malformed(path, f"tensor {shorten(tensor.name)} reaches beyond the end of {shorten(place)}")
        tensor.ClearField("external_data")
        tensor.data_location = TensorProto.DEFAULT
        tensor.raw_data = contents[place][start : start + length]


def chosen_output(file: OnnxFile, output: str | None) -> tuple[str, list[str]]:
    """Return the tensor that is to be computed, in front of a final Softmax or the like, and remarks on it."""
    declared = [value.name for value in file.proto.graph.output]
    if output is None and len(declared) != 1:
        named = f"; name one: --output {_listed(declared)}" if declared else "; export it with one"
        raise BadInput("TARGET", file.path, f"it has {len(declared)} outputs{named}")
    name, remarks = output or declared[0], []
    if name not in file.producers and name in declared:
        raise BadInput("TARGET", file.path, f"no node computes its output {shorten(name)}; give a network with layers")
    if name not in file.producers:
        raise BadInput("--output", name, f"the file has the outputs {_listed(declared)}")
    if name not in declared:
        remarks.append(f"the output is {shorten(name)}, a tensor inside the network")
    while True:
        end = name
        while file.producers.get(end) is not None and file.producers[end].op_type in BEHIND_ENDS:
            end = file.producers[end].input[0]
        node = file.producers.get(end)
        if node is None or node.op_type not in ENDS or node.domain not in ("", "ai.onnx", "ai.onnx.ml"):
            return name, remarks
        remarks.append(f"outputs are those before {node.op_type}{f' ({shorten(node.name)})' if node.name else ''}")
        name = node.input[0]


def needed_for(file: OnnxFile, output: str) -> tuple[list[Any], list[str]]:
    """Return the nodes on which a tensor depends, in their order, and the inputs of the graph that it needs."""
    needed, open_ = set(), [output]
    while open_:
        name = open_.pop()
        if name and name not in needed:
            needed.add(name)
            open_ += file.producers[name].input if name in file.producers else []
    nodes = [node for node in file.proto.graph.node if needed.intersection(node.output)]
    inputs = [value.name for value in file.proto.graph.input if value.name in needed and value.name not in file.tensors]
    return nodes, inputs


def input_of(file: OnnxFile, names: list[str]) -> tuple[str, Shape, list[str]]:
    """Return name, shape for batch size 1 and remarks of the only input; raise BadInput unless it has floats."""
    if not names:
        raise BadInput("TARGET", file.path, "its output depends on none of its inputs; give a network that reads one")
    if len(names) != 1:
        what = f"its outputs need {len(names)} inputs{f' ({_listed(names)})' if names else ''}"
        raise BadInput("TARGET", file.path, f"{what}; give a network with one input")
    (value,) = (value for value in file.proto.graph.input if value.name == names[0])
    kind = value.type.tensor_type
    if kind.elem_type not in FLOATS:
        raise BadInput("TARGET", file.path, f"input {shorten(names[0])} has no floats; export a network of floats")
    if not kind.HasField("shape"):
        inner = _guessed(file, names[0])
        remark = f"input {shorten(names[0])} has no shape in the file; {inner} numbers were assumed"
        return names[0], (1, inner), [remark]
    short = kind.elem_type in SHORT
    remarks = [f"input {shorten(names[0])} has 16 bits; the exact function was read, without rounding"] if short else []
    sizes = [dim.dim_value if dim.HasField("dim_value") else 0 for dim in kind.shape.dim]
    if any(size < 0 for size in sizes) or 0 in sizes[1:]:
        raise BadInput(
            "TARGET", file.path, f"input {shorten(names[0])} has a variable shape; export it with fixed sizes"
        )
    # only the first size may be variable: it is the number of inputs in a batch
    shape = tuple(size or 1 for size in sizes)
    if prod(shape) > MAX_ENTRIES:
        raise BadInput("TARGET", file.path, f"input {shorten(names[0])} has more than {MAX_ENTRIES} numbers")
    return names[0], shape, remarks


def takes_batches(file: OnnxFile, name: str) -> bool:
    """Return whether the first size of an input, the number of inputs in a batch, is variable."""
    (value,) = (value for value in file.proto.graph.input if value.name == name)
    shape = value.type.tensor_type.shape
    return not value.type.tensor_type.HasField("shape") or (len(shape.dim) > 0 and not shape.dim[0].dim_value)


def _guessed(file: OnnxFile, name: str) -> int:
    """Return the number of inputs of the first matrix, where the file does not say the input's shape."""
    for _ in range(len(file.proto.graph.node)):
        users = file.users(name)
        if len(users) == 1 and users[0].op_type in ("Gemm", "MatMul") and users[0].input[1] in file.tensors:
            dims = file.tensors[users[0].input[1]].dims
            turned = any(a.name == "transB" and a.i for a in users[0].attribute)
            if len(dims) == 2:
                return int(dims[1] if turned else dims[0])
        if len(users) != 1 or users[0].op_type not in ENTRIES_KEPT:
            break
        name = users[0].output[0]
    raise BadInput("TARGET", file.path, f"input {shorten(name)} has no shape; export it with fixed sizes")


def _listed(names: list[str]) -> str:
    shown = ", ".join(shorten(name) for name in names[:8])
    return f"{shown}, …" if len(names) > 8 else shown
