"""Inputs of networks from files: images or other rows of numbers."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.files import read_arrays

Reals = NDArray[np.float64]
NAMES = ("inputs", "images", "x")


def read_inputs(path: Path, width: int, divisor: Fraction | None = None) -> Reals:
    """Return the inputs of a .npy, .npz or .safetensors file, one a row of ``width`` numbers, in float64.

    The array is the only one of the file, or the one that is named inputs, images or x; images are flattened. All
    numbers are divided by ``divisor``, as pixels by 255, and rounded to float64. Raises BadInput for other shapes and
    types, Malformed for a damaged file and for NaN.
    """
    arrays = read_arrays(path)
    named = [name for name in NAMES if name in arrays]
    if len(arrays) > 1 and not named:
        found = ", ".join(sorted(arrays)[:6])
        raise BadInput("--around", path, f"it holds {found}; name the array of inputs 'inputs'")
    array = arrays[named[0]] if named else next(iter(arrays.values()))
    if array.ndim == 0 or array.size == 0 or array.dtype.kind not in "fiu":
        raise BadInput("--around", f"{array.dtype} of shape {array.shape}", "give numbers, one input a row")
    rows = array.reshape(1, -1) if array.ndim == 1 and len(array) == width else array.reshape(len(array), -1)
    if rows.shape[1] != width:
        each = prod(array.shape[1:]) if array.ndim > 1 else 1
        raise BadInput("--around", f"rows of {each} numbers", f"the networks have {width} inputs")
    values = rows.astype(np.float64)
    if divisor is not None:
        if divisor <= 0:
            raise BadInput("--divide", divisor, "give a number above 0")
        values = values / float(divisor)
    return values
