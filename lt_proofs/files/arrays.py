"""Read arrays and lists of samples from .npy, .npz, .safetensors and .json files."""

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
    """Return the arrays of an .npz or .safetensors file by name; the array of an .npy file has the name "".

    Raises BadInput if the file cannot be opened or its name has another suffix, Malformed if its content is invalid or
    contains NaN or infinity. ``follow_links`` is as for ``read_bytes``.
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
    # every later step computes with exact values, which NaN and infinity do not have
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise Malformed(path, f"{f'array {name[:40]!r}' if name else 'it'} holds NaN or infinity")
    return arrays


def read_samples(path: Path, key: str | None = None, most: int = 100_000) -> list[Fraction]:
    """Return the exact values of a list of samples in a file; floats are taken at their dyadic values.

    ``key`` names the list if the file contains several. Raises BadInput if the key is missing or unknown, or if the
    list has more than one dimension or more than ``most`` samples; Malformed if the content is invalid.
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
    # tolist gives Python numbers, from which Fraction takes the exact value
    return [Fraction(value) for value in array.tolist()]


def _chosen(named: Any, key: str | None, path: Path) -> Any:
    """Return the value under the key, or the only value if no key is given."""
    if not isinstance(named, dict) or not named:
        raise Malformed(path, "it contains no list of samples")
    if key is None and len(named) == 1:
        return next(iter(named.values()))
    if key not in named:
        known = ", ".join(list(named)[:10])
        raise BadInput("--key", key, f"name one of: {known}")
    return named[key]


def _from_json(value: Any, path: Path, most: int) -> list[Fraction]:
    """Return the samples of a JSON list of integers and texts; a bad number in a file is Malformed, not BadInput."""
    if not isinstance(value, list):
        raise Malformed(path, 'its samples are not a list such as ["1/3", "0.01", 2]')
    _check_number(len(value), most)
    for item in value:
        if isinstance(item, bool) or not isinstance(item, (str, int)):
            raise Malformed(path, 'a sample is neither an integer nor a text such as "1/3"')
    # the user chose the file, not its content: a bad number makes the file malformed
    try:
        return [exact(item, "sample") for item in value]
    except BadInput as error:
        raise Malformed(path, str(error)) from None


def _check_number(number: int, most: int) -> None:
    """Raise BadInput if there are too many samples."""
    if number > most:
        raise BadInput("SAMPLES", f"{number} samples", f"give at most {most}")
