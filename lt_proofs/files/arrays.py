"""Arrays and samples from .npy, .npz, .safetensors and .json files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.exact.grid import exact
from lt_proofs.files.npy import parse_npy, parse_npz
from lt_proofs.files.raw import read_bytes
from lt_proofs.files.safetensors import parse_safetensors
from lt_proofs.files.strict_json import read_json

SUFFIXES = ".json, .npy, .npz or .safetensors"


def read_arrays(path: Path, *, follow_links: bool = True) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz or .safetensors file by name; the one of an .npy file under the name "".

    Raises Malformed when the file is not sound or holds NaN or infinity, BadInput when its name ends
    otherwise.
    """
    content = read_bytes(path, follow_links=follow_links)
    if path.suffix == ".npy":
        arrays = {"": parse_npy(content, path)}
    elif path.suffix == ".npz":
        arrays = parse_npz(content, path)
    elif path.suffix == ".safetensors":
        arrays = parse_safetensors(content, path)
    else:
        raise BadInput("file", path, "give a .npy, .npz or .safetensors file")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise Malformed(path, f"{f'array {name[:40]!r}' if name else 'it'} holds NaN or infinity")
    return arrays


def read_samples(path: Path, key: str | None = None, most: int = 100_000) -> list[Fraction]:
    """The exact values of a list of samples in a file; ``key`` names it where the file holds several.

    Raises BadInput when the key is missing or unknown, the list has more than one dimension or more
    than ``most`` samples; Malformed when the file is not sound.
    """
    if path.suffix not in (".json", ".npy", ".npz", ".safetensors"):
        raise BadInput("SAMPLES", path, f"give a {SUFFIXES} file")
    if path.suffix == ".json":
        value = read_json(path)
        chosen = value if isinstance(value, list) else _chosen(value, key, path)
        return _from_json(chosen, path, most)
    array = _chosen(read_arrays(path), key, path)
    if array.ndim != 1:
        raise BadInput("SAMPLES", f"an array of shape {array.shape}", "give a one-dimensional array")
    _check_number(len(array), most)
    return [Fraction(value) for value in array.tolist()]


def _chosen(named: Any, key: str | None, path: Path) -> Any:
    """The value under the key, or the only one when no key is given."""
    if not isinstance(named, dict) or not named:
        raise Malformed(path, "it holds no list of samples")
    if key is None and len(named) == 1:
        return next(iter(named.values()))
    if key not in named:
        known = ", ".join(list(named)[:10])
        raise BadInput("--key", key, f"name one of: {known}")
    return named[key]


def _from_json(value: Any, path: Path, most: int) -> list[Fraction]:
    if not isinstance(value, list):
        raise Malformed(path, 'its samples are not a list such as ["1/3", "0.01", 2]')
    _check_number(len(value), most)
    for item in value:
        if isinstance(item, bool) or not isinstance(item, (str, int)):
            raise Malformed(path, 'a sample is neither an integer nor a text such as "1/3"')
    try:
        return [exact(item, "sample") for item in value]
    except BadInput as error:
        raise Malformed(path, str(error)) from None


def _check_number(number: int, most: int) -> None:
    if number > most:
        raise BadInput("SAMPLES", f"{number} samples", f"give at most {most}")
