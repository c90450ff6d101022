"""Reads a network of any supported format, turns it into layers, and compares these with the source's own runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed, shorten
from lt_proofs.files import read_arrays
from lt_proofs.models import image_rounding, images
from lt_proofs.models.chain import ChainLayer, chain_of, shift_bound
from lt_proofs.models.compared import Traces, compare, forward, inputs_to_compare
from lt_proofs.models.enclosed import Reals
from lt_proofs.models.graph import Model
from lt_proofs.models.image_forward import applied
from lt_proofs.models.image_forward import forward as image_forward
from lt_proofs.models.image_nodes import LayerNode
from lt_proofs.models.nnet_file import read_nnet
from lt_proofs.models.onnx_runtime import onnx_traces
from lt_proofs.models.onnx_walk import read_onnx
from lt_proofs.models.sklearn_estimator import estimator_traces, is_estimator, model_of_estimator
from lt_proofs.models.tensors import model_of_tensors
from lt_proofs.models.torch_file import array_of, read_state_dict
from lt_proofs.models.torch_graph import is_module, module_traces, read_module

# formats whose files hold tensors, the order of which may be given
TENSORS = (".safetensors", ".npz", ".pt", ".pth")
SUFFIXES = ".safetensors, .npz, .onnx, .pt, .pth or .nnet"
NOT_COMPARED = "not compared with the source's own runtime, as asked"


@dataclass(frozen=True)
class Options:
    """How a source is to be read, as the user asked: see `read_network`."""

    layers: Sequence[str] | None = None
    ignore: Sequence[str] = ()
    output: str | None = None
    compare: bool = True
    shape: Sequence[int] | None = None

    def refuse_for(self, what: str, *, tensors: bool = False, onnx: bool = False, module: bool = False) -> None:
        """Raise BadInput for an option that a source of this kind cannot obey."""
        order = f"{what} has an order of its own, and nothing can be left out"
        if self.layers is not None and not tensors:
            raise BadInput("--layers", ",".join(self.layers), order)
        if self.ignore and not tensors:
            raise BadInput("--ignore", self.ignore[0], order)
        if self.output is not None and not onnx:
            raise BadInput("--output", self.output, f"{what} has one output")
        if self.shape is not None and not (module or tensors):
            raise BadInput("--shape", ",".join(map(str, self.shape)), f"{what} says its own shape")


@dataclass(frozen=True)
class Reading:
    """A network as it was read.

    ``layers`` are its dense layers, with ReLU between them; a network with convolutions or poolings has none, but
    ``images``. ``compared`` is the largest difference between their
    outputs and those of ``runtime``, the source's own, on random and extreme inputs; None if they were not compared.
    ``remarks`` say what was assumed, folded or left out. For every input x the outputs of the layers differ from those
    of the source, computed without rounding, by at most ``shift`` |(x, 1)|.
    """

    model: Model
    layers: tuple[ChainLayer, ...]
    images: images.ImageNetwork | None
    remarks: tuple[str, ...]
    compared: float | None
    runtime: str | None
    shift: float


def read_network(
    source: str | Path | Mapping[str, Any] | Any,
    *,
    layers: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    output: str | None = None,
    compare: bool = True,
    shape: Sequence[int] | None = None,
) -> Reading:
    """Read a file, named arrays, a PyTorch module or a fitted estimator of scikit-learn.

    ``layers`` names the layers of a source that consists of tensors, from the input on; ``ignore`` has patterns of the
    tensors to be left out; ``output`` names the output of an ONNX file; ``shape`` is the shape of one input of a
    module, batch size 1 included, or of tensors with convolutions, without it. With ``compare`` the source's own
    runtime, where there is one, must agree on random and extreme inputs. Raises BadInput for what is not supported or
    ambiguous, Malformed for damaged files.
    """
    options = Options(layers, ignore, output, compare, shape)
    if isinstance(source, (str, Path)):
        return _read_file(Path(source), options)
    if is_module(source):
        options.refuse_for("a module", module=True)
        model, exported = read_module(source, shape)
        return _finished(model, options, lambda inputs: module_traces(exported, model, inputs))
    if is_estimator(source):
        options.refuse_for("an estimator")
        model = model_of_estimator(source)
        return _finished(model, options, lambda inputs: estimator_traces(source, model, inputs))
    if isinstance(source, Mapping):
        options.refuse_for("a mapping", tensors=True)
        tensors = {str(name): _array(value, str(name)) for name, value in source.items()}
        return _finished(model_of_tensors(tensors, layers=layers, ignore=ignore, shape=shape), options, None)
    raise BadInput(
        "model", type(source).__name__, f"give a {SUFFIXES} file, named arrays, a module or an MLP estimator"
    )


def _read_file(path: Path, options: Options) -> Reading:
    suffix = path.suffix.lower()
    if path.is_file() and not path.stat().st_size:
        raise Malformed(path, "it is empty")
    try:
        if suffix == ".onnx":
            options.refuse_for("an ONNX file", onnx=True)
            model, file = read_onnx(path, options.output)
            return _finished(model, options, lambda inputs: onnx_traces(file, model, inputs))
        if suffix == ".nnet":
            options.refuse_for("a .nnet file")
            return _finished(read_nnet(path), options, None)
        if suffix not in TENSORS:
            raise BadInput("TARGET", path, f"give a {SUFFIXES} file")
        options.refuse_for("a file of tensors", tensors=True)
        tensors, remarks = read_state_dict(path) if suffix in (".pt", ".pth") else (read_arrays(path), [])
        # writers of safetensors files sort the tensors by their types and names
        ordered = suffix != ".safetensors"
        model = model_of_tensors(
            {name: _floats(array) for name, array in tensors.items()},
            layers=options.layers,
            ignore=options.ignore,
            ordered=ordered,
            remarks=remarks,
            shape=options.shape,
        )
        return _finished(model, options, None)
    except BadInput as error:
        if error.argument not in ("network", "node", "tensor", "constant"):
            raise
        part = "" if error.argument == "network" else f"{error.argument} "
        raise BadInput("TARGET", path, f"{part}{shorten(error.value)}: {error.remedy}") from None


def _finished(model: Model, options: Options, traces_of: Any) -> Reading:
    """Turn a model into layers, compare them where there is a runtime, and say what was done."""
    layers, network, remarks = [], None, list(model.remarks)
    if images.has_images(model):
        network = images.images_of(model)
        shift = image_rounding.shift_bound(network)
    else:
        layers = chain_of(model)
        shift = shift_bound(layers)
        remarks += _merges(layers)
    if shift:
        remarks.append(
            f"constants were folded into float64 weights: outputs differ from the source's exact function by at most "
            f"{_up(shift)} |(x, 1)|, for every input x (certified)"
        )
    compared, runtime = None, None
    if traces_of is not None and options.compare:
        inputs = inputs_to_compare(model.nodes[0].size)
        traces: Traces = traces_of(inputs)
        outputs = forward(layers, inputs) if network is None else _image_outputs(network, inputs)
        compared, runtime = compare(model, outputs, shift, traces, inputs), traces.runtime
        remarks.append(f"agrees with {runtime} on {len(inputs)} inputs, up to {compared:.1e} of float rounding")
    elif traces_of is not None:
        remarks.append(NOT_COMPARED)
    return Reading(model, tuple(layers), network, tuple(remarks), compared, runtime, shift)


def _image_outputs(network: images.ImageNetwork, inputs: Reals) -> Reals:
    def apply(number: int, node: LayerNode, batch: Reals) -> Reals:
        layer = network.layers[number]
        return applied(node, layer.weight.mid, None if layer.bias is None else layer.bias.mid, batch)

    return image_forward(network.nodes, apply, inputs)


def _merges(layers: list[ChainLayer]) -> list[str]:
    remarks = []
    for layer in layers:
        if layer.merged:
            how = "exactly" if layer.weight.exact and (layer.bias is None or layer.bias.exact) else "in float64"
            remarks.append(f"no ReLU between {', '.join(map(shorten, layer.merged))}: merged {how}")
    return list(dict.fromkeys(remarks))


def _up(value: float) -> str:
    """Return a float with two significant digits, rounded up.

    >>> _up(1.21e-15)
    '1.3e-15'
    """
    text = f"{value:.1e}"
    return text if float(text) >= value else f"{value * 1.05:.1e}"


def _array(value: Any, name: str) -> NDArray[Any]:
    if type(value).__module__.startswith("torch"):
        return array_of(value, name)
    return _floats(np.asarray(value))


def _floats(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of floats in float32 or float64, which hold its values exactly; leave other types alone."""
    if array.dtype.kind != "f":
        return array
    return array.astype(np.float64 if array.dtype.itemsize == 8 else np.float32)
