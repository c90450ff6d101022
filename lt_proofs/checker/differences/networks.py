"""Two ReLU networks as exact matrices: dense ones, or tickets, whose random networks are drawn anew.

Biases are columns for an input 1, which is handed on as far as a later bias needs it (Mathematics 3.13). A first layer
acts on (x, 1), or on (relu(x), 1, relu(-x), 0) where a ticket has sums for both signs. Where one network has fewer
neurons in a layer, neurons that are 0 are added to it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from data.limits import COST, LIMITS, ROOM, matrix_room, room_for
from data.masks import Kept
from data.products import most_bits
from data.tensors import Tensor, read_tensors
from data.ticket import PRODUCT_BITS, afford, dashed, target_matrix
from data.ticket_form import DIGEST, FORMAT, LAWS, NOTES, checked_layers
from errors import Malformed, Rejected, spend
from shapes import Data, Matrix

FILE = re.compile(r"[a-z][a-z0-9_-]{0,40}\.safetensors", re.ASCII)
WEIGHT = re.compile(r"(weight|bias)_([1-9][0-9]{0,3})", re.ASCII)
RECORDED = {"format", "law", "seed", "inputs", "factor", "layers"}


class Exact(NamedTuple):
    """The matrices of one layer of both networks, of the same shape, in units of 2^-bits."""

    first: Matrix
    second: Matrix
    bits: int


class Matched(NamedTuple):
    """Both networks layer by layer; the first acts on so many inputs, constants 1 and signs."""

    layers: list[Exact]
    inputs: int
    constants: int
    signs: int
    one_sided: bool  # whether a ticket says nothing about negative inputs
    room: int
    words: tuple[str, str]


class Source:
    """A network in a file: its sizes first, its matrices when they are asked for."""

    def __init__(self, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
        self.tensors = tensors
        self.layers: list[dict[str, int]] = []
        self.seed, self.last, self.signs = 0, 0, 1  # the last layer that sees a constant
        if set(metadata) <= NOTES:
            self._read_dense()
        else:
            self._read_ticket(metadata)

    def _read_dense(self) -> None:
        found = {name: WEIGHT.fullmatch(name) for name in self.tensors}
        depth = sum(name.startswith("weight_") for name in found)
        numbers = range(1, depth + 1)
        wanted, biases = {f"weight_{i}" for i in numbers}, {f"bias_{i}" for i in numbers}
        if not 1 <= depth <= LIMITS["layers"] or not wanted <= set(found) <= wanted | biases:
            raise Malformed(f"a network must hold weight_i and bias_i of 1 to {LIMITS['layers']} layers, nothing else")
        self.last = max((i for i in numbers if f"bias_{i}" in found), default=0)
        shapes = [self.tensors[f"weight_{i}"].shape for i in numbers]
        if any(len(shape) != 2 for shape in shapes):
            raise Malformed("a network's weight_i must be matrices")
        self.widths = [shapes[0][1], *(shape[0] for shape in shapes)]
        if any(shape[1] != width for shape, width in zip(shapes, self.widths, strict=False)):
            raise Malformed("the layers of a network do not chain")
        self.words = f"the ReLU network of widths {dashed(self.widths)}"

    def _read_ticket(self, metadata: dict[str, str]) -> None:
        texts = all(isinstance(value, str) for value in metadata.values())
        if not texts or set(metadata) != RECORDED or metadata["format"] != FORMAT or metadata["law"] not in LAWS:
            raise Malformed(f"a ticket must record {', '.join(sorted(RECORDED))} of the format {FORMAT!r}")
        numbers = [metadata["seed"], metadata["inputs"]]
        if not all(
            text.isascii() and text.isdecimal() and len(text) < 21 and str(int(text)) == text for text in numbers
        ):
            raise Malformed("a ticket's seed and inputs must be whole numbers")
        self.seed, inputs = map(int, numbers)
        try:
            layers = json.loads(metadata["layers"])
        except (ValueError, RecursionError):
            layers = None
        self.layers = checked_layers({"layers": layers, "law": metadata["law"]})
        carried = self.layers[0]["columns"] - inputs
        if carried not in (0, 1) or not inputs or self.seed >= 1 << 64:
            raise Malformed("a ticket's inputs or seed do not fit its first layer")
        if metadata["factor"] != f"2^{sum(layer['scale'] for layer in self.layers)}":
            raise Malformed("a ticket's factor is not the product of those of its layers")
        masks = {f"{kind}_{i}" for i in range(1, len(self.layers) + 1) for kind in ("units", "edges")}
        late = {f"owners_{i}" for i, row in enumerate(self.layers, 1) if row["units"] > row["columns"] * row["n"]}
        if set(self.tensors) != masks | late:
            raise Malformed(f"a ticket must hold {', '.join(sorted(masks)[:4])}, …, nothing else")
        self.signs, self.last = self.layers[0]["signs"], carried
        self.widths = [inputs, *(layer["rows"] for layer in self.layers)]
        self.words = (
            f"the random network of the {metadata['law']} law, drawn with seed {self.seed}, pruned by the masks and "
            f"with its outputs multiplied by {metadata['factor']},"
        )

    def shape(self, number: int, last: int) -> tuple[int, int]:
        """Rows and columns of a layer's matrix, those for one sign, where constants go as far as layer `last`."""
        if self.layers:
            return self.layers[number - 1]["rows"], self.layers[number - 1]["columns"]
        return self.widths[number] + (number < last), self.widths[number - 1] + (number <= last)

    def signed(self, matrix: Matrix, blocks: int) -> Matrix:
        """A matrix for inputs of one sign or both; of negative inputs, a ticket without sums for them says nothing."""
        if blocks == 1 or self.signs == 2:
            return matrix
        return [[*row, *([0] * len(row) if self.layers else [-v for v in row])] for row in matrix]

    def matrix(self, number: int, last: int) -> tuple[Matrix, int]:
        """A layer's matrix with the constant carried to layer `last`, and its bits."""
        if not self.layers:
            rows, columns = self.shape(number, last)
            spend(COST["target"] * rows * columns)
            matrix, bits, _ = target_matrix(number, {"rows": rows, "columns": columns}, self.tensors, last)
            return matrix, bits
        layer = self.layers[number - 1]
        room_for(ROOM["base"] + matrix_room(layer["rows"], layer["signs"] * layer["columns"], 2 * PRODUCT_BITS))
        kept = Kept(number, layer, self.seed, self.tensors)
        return [[total << layer["scale"] for total in kept.sums(o)] for o in range(layer["rows"])], PRODUCT_BITS


def read_pair(statement: dict[str, Data], folder: Path, order: Data = None) -> Matched:
    """The two networks that a statement names, matched layer by layer; raises Rejected or Malformed.

    An order has, for each hidden layer, the numbers of f's neurons in the order in which they meet those of g.
    """
    files = [read_file(statement, key, folder) for key in ("f", "g")]
    size = sum(size for _, _, size in files)
    sources = [Source(tensors, metadata) for tensors, metadata, _ in files]
    first, second = sources
    if len(first.widths) != len(second.widths):
        raise Malformed("f and g have different numbers of layers")
    if (first.widths[0], first.widths[-1]) != (second.widths[0], second.widths[-1]):
        raise Malformed("f and g have different numbers of inputs or outputs")
    for source in sources:
        afford(source.layers)
    pair = matched(sources, ROOM["base"] + 2 * size)
    return pair if order is None else pair._replace(layers=reordered(pair.layers, order))


def reordered(layers: list[Exact], order: Data) -> list[Exact]:
    """The layers with the neurons of the first network in another order, which changes none of its outputs."""
    rows = [list(range(len(layer.first))) for layer in layers]
    if not isinstance(order, list) or len(order) != len(layers) - 1 or not all(isinstance(one, list) for one in order):
        raise Malformed("order: it must be a list of the neurons of each hidden layer")
    if any({*map(type, one)} != {int} or sorted(one) != own for one, own in zip(order, rows, strict=False)):
        raise Malformed("order: each neuron of a hidden layer must be in its list once, and nothing else")
    before, found = list(range(len(layers[0].first[0]))), []
    for layer, after in zip(layers, [*order, rows[-1]], strict=True):
        spend(COST["fitted"] * len(after) * len(before))
        found.append(layer._replace(first=[[layer.first[i][j] for j in before] for i in after]))
        before = after
    return found


def read_file(statement: dict[str, Data], key: str, folder: Path) -> tuple[dict[str, Tensor], dict[str, str], int]:
    """The tensors, the metadata and the size of a file that a statement names, with its hash."""
    named = statement[key]
    if not isinstance(named, dict) or set(named) != {"file", "digest"} or {type(v) for v in named.values()} != {str}:
        raise Malformed(f"{key} must be a file and its digest")
    if not FILE.fullmatch(named["file"]) or not DIGEST.fullmatch(named["digest"]):
        raise Malformed(f"{key} must be a name such as f.safetensors and 'sha256:' with 64 hexadecimal digits")
    tensors, metadata, blob = read_tensors(folder / named["file"])
    spend(len(blob) // COST["byte"])
    if named["digest"] != "sha256:" + hashlib.sha256(blob).hexdigest():
        raise Rejected(f"{named['file']} is not the file of the statement")
    return tensors, metadata, len(blob)


def matched(sources: Sequence[Source], room: int) -> Matched:
    """The layers of both, where dense networks carry the constant to the last bias of either."""
    inputs, depth = sources[0].widths[0], len(sources[0].widths) - 1
    last = max((source.last for source in sources if not source.layers), default=0)
    constants = int(any(source.last for source in sources))
    signs, layers = max(source.signs for source in sources), []
    for number in range(1, depth + 1):
        shapes = [source.shape(number, last) for source in sources]
        rows, columns = (max(sizes) for sizes in zip(*shapes, strict=True))
        columns, blocks = (inputs + constants, signs) if number == 1 else (columns, 1)
        spend(COST["fitted"] * 2 * rows * columns * blocks)
        found = [source.matrix(number, last) for source in sources]
        bits = max(own for _, own in found)
        room += 2 * matrix_room(rows, columns * blocks, bits + max(map(most_bits, (matrix for matrix, _ in found))))
        room_for(room)
        pair = []
        for source, (matrix, own) in zip(sources, found, strict=True):
            pair.append(fitted(source.signed(matrix, blocks), bits - own, rows, columns, blocks))
        layers.append(Exact(pair[0], pair[1], bits))
    one_sided = any(source.layers and source.signs == 1 for source in sources)
    return Matched(layers, inputs, constants, signs, one_sided, room, (sources[0].words, sources[1].words))


def fitted(matrix: Matrix, shift: int, rows: int, columns: int, blocks: int) -> Matrix:
    """The matrix in finer units, its blocks filled up with columns of zeros, and with rows of zeros below."""
    own = len(matrix[0]) // blocks
    parts = [[row[at : at + own] for at in range(0, own * blocks, own)] for row in matrix]
    filled = [[v << shift for part in row for v in (*part, *[0] * (columns - own))] for row in parts]
    return filled + [[0] * columns * blocks for _ in range(rows - len(matrix))]
