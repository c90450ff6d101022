"""Runs ONNX files: by onnxruntime where it is installed, else by the reference evaluator of the onnx package."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, shorten
from lt_proofs.models.compared import Traces
from lt_proofs.models.enclosed import Reals
from lt_proofs.models.graph import Model
from lt_proofs.models.onnx_file import OnnxFile, takes_batches

# TensorProto's numbers of float types -> their spacing at 1
SPACING = {1: 2.0**-23, 10: 2.0**-10, 11: 2.0**-52, 16: 2.0**-7}
SILENT = 4
# the first operator set in which BatchNormalization says by an attribute whether it is trained
INFERENCE_SAID = 14
# outputs for a batch of inputs of at most this size differ from those for single ones by rounding, far below this share
SMALL, MIXED = 5.0, 1e-2


def onnx_traces(file: OnnxFile, model: Model, inputs: Reals) -> Traces:
    """Return what a runtime computes for a batch, at all tensors of the model; raise BadInput if none runs."""
    import onnx

    proto = onnx.ModelProto()
    proto.CopyFrom(file.proto)
    names = [name for name in model.places if name in file.producers]
    del proto.graph.output[:]
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    (source,) = (name for name, number in model.places.items() if number == 0 and name not in file.producers)
    element = next(value.type.tensor_type.elem_type for value in proto.graph.input if value.name == source)
    dtype = onnx.helper.tensor_dtype_to_np_dtype(element)
    reasons = []
    for start in (_onnxruntime, _evaluator):
        try:
            title, run = start(proto, names)
            rows = [run({source: row.reshape(model.input_shape).astype(dtype)}) for row in inputs]
        except ImportError:
            continue
        except Exception as error:  # runtimes raise classes of their own for operators that they lack
            reasons.append(shorten(str(error).splitlines()[0] if str(error) else type(error).__name__))
            continue
        _check_batch(file, model, names, run, source, inputs.astype(dtype), rows)
        columns = zip(*rows, strict=True)
        values = {
            name: np.array([np.asarray(found, np.float64).reshape(-1) for found in column])
            for name, column in zip(names, columns, strict=True)
        }
        return Traces(title, _spacing(file, model), values)
    reason = reasons[0] if reasons else "none is installed"
    raise BadInput("TARGET", file.path, f"no runtime runs it ({reason}); --no-compare reads it without running it")


def _check_batch(
    file: OnnxFile, model: Model, names: list[str], run: Any, source: str, inputs: Any, rows: list[Any]
) -> None:
    """Raise BadInput if a network of variable batch size mixes the inputs of a batch, which one input does not show."""
    outputs = [place for place, name in enumerate(names) if model.places[name] == model.output]
    if not takes_batches(file, source) or not outputs:
        return
    place = outputs[0]
    single = np.array([np.asarray(row[place], np.float64).reshape(-1) for row in rows])
    try:
        batch = run({source: inputs.reshape(-1, *model.input_shape[1:])})[place]
    except Exception:  # the batch size is fixed further on in the graph, so that there are no batches
        return
    together = np.asarray(batch, np.float64).reshape(single.shape) if np.size(batch) == single.size else None
    if together is not None:
        # large inputs have large rounding errors, which depend on the batch size
        small = np.abs(inputs).max(axis=1) <= SMALL
        gap, size = np.abs(together - single)[small], 1 + np.abs(single[small]).max(axis=1, keepdims=True)
    if together is None or not (gap <= MIXED * size).all():
        raise BadInput("TARGET", file.path, "it mixes the inputs of a batch; export the network for a batch size of 1")


def _onnxruntime(proto: Any, names: list[str]) -> tuple[str, Callable[[Any], list[Any]]]:
    if importlib.util.find_spec("onnxruntime") is None:
        raise ImportError
    import onnxruntime

    onnxruntime.set_default_logger_severity(SILENT)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return "onnxruntime", lambda feeds: list(session.run(names, feeds))


def _evaluator(proto: Any, names: list[str]) -> tuple[str, Callable[[Any], list[Any]]]:
    from onnx.reference import ReferenceEvaluator

    versions = [entry.version for entry in proto.opset_import if entry.domain in ("", "ai.onnx")]
    if versions[0] < INFERENCE_SAID and any(node.op_type == "BatchNormalization" for node in proto.graph.node):
        raise RuntimeError("the reference evaluator trains old BatchNormalization; install onnxruntime")
    evaluator = ReferenceEvaluator(proto)

    def run(feeds: Any) -> list[Any]:
        with np.errstate(all="ignore"):
            return list(evaluator.run(names, feeds))

    return "the reference evaluator of onnx", run


def _spacing(file: OnnxFile, model: Model) -> float:
    """Return the spacing at 1 of the shortest floats in which values are computed; constants may be shorter."""
    kinds = {file.kinds.get(name) for name in model.places}
    return max(SPACING[kind] for kind in kinds if kind in SPACING)
