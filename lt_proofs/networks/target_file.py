"""Targets from files of any supported format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.files import read_arrays
from lt_proofs.networks.onnx_target import load_onnx
from lt_proofs.networks.target import ASSUMED, Target, target_from_tensors
from lt_proofs.networks.torch_target import load_torch

SUFFIXES = ".safetensors, .npz, .onnx, .pt or .pth"


def load_target(path: Path, order: Sequence[str] | None = None) -> Target:
    """Return the network of a file: named tensors, an ONNX graph, or a PyTorch state dict.

    Raises BadInput for a network that is not supported, Malformed for a damaged file.
    """
    if path.suffix == ".onnx":
        return load_onnx(path)
    if path.suffix in (".pt", ".pth"):
        return load_torch(path, order)
    if path.suffix not in (".safetensors", ".npz"):
        raise BadInput("TARGET", path, f"give a {SUFFIXES} file")
    tensors = {name: _floats(array) for name, array in read_arrays(path).items()}
    return target_from_tensors(tensors, order, [ASSUMED])


def _floats(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of floats in float32 or float64, which hold its values exactly; leave other types alone."""
    if array.dtype.kind != "f":
        return array
    return array.astype(np.float64 if array.dtype.itemsize == 8 else np.float32)
