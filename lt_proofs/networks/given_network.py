"""The target of whatever a Python caller calls a network: a file, a PyTorch module, a state dict, or arrays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.models.read import read_network
from lt_proofs.models.sklearn_estimator import is_estimator
from lt_proofs.models.tensors import ASSUMED
from lt_proofs.models.torch_graph import is_module
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.target import Layer, Target
from lt_proofs.networks.target_file import target_of_reading, wired_target

FORMS = "give a file, a torch.nn.Module, a mapping of names to arrays, or a list of matrices, each with its bias behind"


def target_of(
    network: Any,
    layers: Sequence[str] | None = None,
    *,
    ignore: Sequence[str] = (),
    output: str | None = None,
    compare: bool = True,
    shape: Sequence[int] | None = None,
) -> Target | ImageTarget:
    """Return the ReLU network that is given, a ``Target``, or an ``ImageTarget`` where it has convolutions.

    One of these two, the path of a file, a ``torch.nn.Module``, a fitted MLP of scikit-learn, a mapping of names to arrays
    or tensors (a state dict), or a list of layers: matrices of shape outputs x inputs, each with its bias behind it, or
    pairs (matrix, bias). Entries are float32 or float64 (shorter floats are widened) and count as the exact numbers
    that they are. The options are those of `read_network`. Raises BadInput, which names what was given, for others.
    """
    if isinstance(network, str | os.PathLike):
        if not str(network):
            raise BadInput("network", network, FORMS)
        network = Path(network)
    if isinstance(network, Path | Mapping) or is_module(network) or is_estimator(network):
        options: dict[str, Any] = {"ignore": ignore, "output": output, "compare": compare, "shape": shape}
        with _called_options():
            wired = wired_target(network, layers) if isinstance(network, Path) else None
            if wired is not None:
                return wired
            return target_of_reading(read_network(network, layers=layers, **options))
    if layers is not None:
        raise BadInput("layers", ",".join(layers), "give it for a file or a mapping only")
    if isinstance(network, Target | ImageTarget):
        return network
    if isinstance(network, np.ndarray):
        network = [network]
    if not isinstance(network, list | tuple):
        raise BadInput("network", f"a {type(network).__name__}", FORMS)
    found = _layers(network)
    return Target.of(found, [f"network[{i}]" for i in range(len(found))], [ASSUMED] if len(found) > 1 else [])


@contextmanager
def _called_options() -> Iterator[None]:
    """Name options in errors as Python callers have them."""
    try:
        yield
    except BadInput as error:
        if not error.argument.startswith("--"):
            raise
        raise BadInput(error.argument.removeprefix("--"), error.value, error.remedy) from None


def _layers(items: Sequence[Any]) -> list[Layer]:
    layers: list[Layer] = []
    for i, item in enumerate(items):
        name = f"network[{i}]"
        if isinstance(item, tuple):
            if len(item) != 2:
                raise BadInput(name, f"a tuple of {len(item)}", "give pairs (matrix, bias)")
            bias = None if item[1] is None else array_of(item[1], f"the bias of {name}")
            layers.append(Layer(array_of(item[0], name), bias))
            continue
        array = array_of(item, name)
        if array.ndim != 1:
            layers.append(Layer(array))
        elif layers and layers[-1].bias is None:
            layers[-1] = Layer(layers[-1].weight, array)
        else:
            raise BadInput(name, f"shape {array.shape}", "give a matrix first, then its bias")
    return layers


def array_of(value: Any, name: str) -> NDArray[Any]:
    """Return an array, nested list of numbers, or PyTorch tensor as an array of float32 or float64, exactly.

    Raises BadInput for other types of entries.
    """
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        # NumPy has no bfloat16
        value = (value.float() if value.is_floating_point() and value.itemsize < 4 else value).numpy()
    typed = isinstance(value, np.ndarray)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        raise BadInput(name, f"a {type(value).__name__} that is no array", FORMS) from None
    # Python has no integer arrays: a list such as [[1, 0], [0, 1]] means numbers
    if array.dtype.kind == "i" and not typed:
        array = array.astype(np.float64)
    if array.dtype.kind != "f" or array.dtype.itemsize > 8:
        raise BadInput(name, f"an array of {array.dtype} entries", "give float32 or float64 weights")
    return np.ascontiguousarray(array if array.dtype.itemsize == 8 else array.astype(np.float32))
