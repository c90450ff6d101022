"""Networks in the text format .nnet of Stanford's NNet, with the normalization of inputs and outputs folded in."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path

import numpy as np

from lt_proofs.errors import Malformed, shorten
from lt_proofs.files import read_bytes
from lt_proofs.models.builder import Builder
from lt_proofs.models.enclosed import Enclosed, Reals
from lt_proofs.models.graph import Model
from lt_proofs.models.maps import MAX_ENTRIES

MAX_LAYERS = 1024
# a file is read into lists of Python numbers, which need about ten times its size
MAX_BYTES = 1 << 27
CLIPPING = "inputs were taken to lie between the least and the largest ones that the file names; it clips others"


def read_nnet(path: Path) -> Model:
    """Return the network of a .nnet file; its decimals are read as float64. Raises Malformed for other contents."""
    content = read_bytes(path, MAX_BYTES)
    try:
        rows = _rows(path, content.decode("ascii"))
    except UnicodeDecodeError:
        raise Malformed(path, "it is no text in ASCII") from None
    depth, inputs, outputs, *_ = [*_whole(path, next(rows, [])), 0, 0, 0]
    sizes = _whole(path, next(rows, []))[: depth + 1]
    if not 1 <= depth <= MAX_LAYERS or len(sizes) != depth + 1 or min(sizes) < 1:
        raise Malformed(path, "its sizes of layers do not fit their number")
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        raise Malformed(path, "its numbers of inputs and outputs are not those of its layers")
    next(rows, None)  # a flag without a meaning
    low, high = _vector(path, rows, inputs), _vector(path, rows, inputs)
    means, ranges = _vector(path, rows, inputs + 1), _vector(path, rows, inputs + 1)
    if not (ranges > 0).all():
        raise Malformed(path, "a range is not above 0")
    builder = Builder("inputs", (1, inputs))
    builder.remarks += [CLIPPING] if (low < high).any() else []
    value = builder.shifted("means", builder.inputs, Enclosed(-means[:-1]))
    value = builder.scaled("ranges", value, Enclosed(np.ones(inputs)) / Enclosed(ranges[:-1]))
    for number in range(1, depth + 1):
        columns, height = sizes[number - 1], sizes[number]
        if columns * height > MAX_ENTRIES:
            raise Malformed(path, f"layer {number} has more than {MAX_ENTRIES} weights")
        weight = np.array([_vector(path, rows, columns) for _ in range(height)])
        bias = np.concatenate([_vector(path, rows, 1) for _ in range(height)])
        value = builder.relu(f"ReLU before layer {number}", value) if number > 1 else value
        value = builder.linear(f"layer {number}", value, Enclosed(weight), Enclosed(bias), (1, height))
    value = builder.scaled("range of outputs", value, Enclosed(ranges[-1:]))
    value = builder.shifted("mean of outputs", value, Enclosed(means[-1:]))
    if next(rows, None) is not None:
        raise Malformed(path, "it goes on behind its last layer")
    return builder.model(value)


def _rows(path: Path, text: str) -> Iterator[list[float]]:
    """Yield the numbers of each line that is no comment; raise Malformed for anything else."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("//") or not line.strip():
            continue
        try:
            row = [float(part) for part in line.split(",") if part.strip()]
        except ValueError:
            raise Malformed(path, f"line {number} holds no numbers: {shorten(line)}") from None
        if not all(map(isfinite, row)):
            raise Malformed(path, f"line {number} holds NaN or infinity")
        yield row


def _whole(path: Path, row: list[float]) -> list[int]:
    if not all(number == int(number) for number in row):
        raise Malformed(path, "its sizes are no whole numbers")
    return [int(number) for number in row]


def _vector(path: Path, rows: Iterator[list[float]], size: int) -> Reals:
    row = next(rows, [])
    if len(row) < size:
        raise Malformed(path, f"a line has {len(row)} numbers where {size} are needed")
    return np.array(row[:size], np.float64)
