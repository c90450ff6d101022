"""One node of an ONNX graph, with its inputs as they are known so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, shorten
from lt_proofs.models.builder import Builder, Value
from lt_proofs.models.enclosed import Enclosed

# TensorProto's numbers of float types: float32, float64, and those of 16 bits
SINGLE, DOUBLE = 1, 11
SHORT = frozenset({10, 16})
FLOATS = SHORT | {SINGLE, DOUBLE}


@dataclass
class Call:
    """One node with its settings and inputs: values that depend on the network's input, arrays, or None if left out."""

    builder: Builder
    node: Any
    label: str
    settings: dict[str, Any]
    inputs: list[Any]
    opset: int
    layer: str
    batches: bool = False
    # TensorProto's numbers of the inputs' types
    kinds: Sequence[int | None] = ()

    def refuse(self, reason: str) -> BadInput:
        """Return the error that names this node."""
        return BadInput("node", self.label, reason)

    def value(self, place: int) -> Value:
        """Return an input that must depend on the network's input."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if not isinstance(found, Value):
            raise BadInput("node", self.label, f"its input {place + 1} must depend on the network's input")
        return found

    def constant(self, place: int) -> Enclosed | None:
        """Return a constant input, or None where it is left out; raise BadInput if it is no finite constant."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if isinstance(found, Value):
            raise BadInput(
                "node", self.label, f"its input {shorten(self.node.input[place])} must be a constant of the file"
            )
        return None if found is None else self.number(found, place)

    def number(self, array: NDArray[Any], place: int) -> Enclosed:
        """Return an array as exact numbers; raise BadInput for NaN, infinity and what is no number."""
        if array.dtype.kind != "f":
            raise BadInput("node", self.label, f"its input {place + 1} has type {array.dtype}; give floats")
        if not np.isfinite(array).all():
            raise BadInput("node", self.label, f"tensor {shorten(self.node.input[place])} holds NaN or infinity")
        return Enclosed.of(array)

    def result_kind(self) -> int | None:
        """Return the type of the results: that of the values, or what a cast names."""
        if self.node.op_type == "Cast":
            return int(self.settings["to"])
        if self.node.op_type == "CastLike":
            return self.kinds[1]
        kinds = zip(self.inputs, self.kinds, strict=True)
        return next((kind for found, kind in kinds if isinstance(found, Value)), None)

    def check_settings(self, known: frozenset[str]) -> None:
        """Raise BadInput for an attribute that is not understood."""
        for name in self.settings.keys() - known:
            raise self.refuse(f"attribute {shorten(name)} is not supported")

    def check_mode(self) -> None:
        """Raise BadInput for a mode of Pad, or of an operator that moves blocks, that is not known."""
        if self.settings.get("mode", b"constant") not in (b"constant", b"edge", b"reflect", b"wrap", b"DCR", b"CRD"):
            raise self.refuse(f"mode {shorten(self.settings['mode'].decode(errors='replace'))} is not supported")


def result_size(call: Call) -> int:
    """Return an upper bound of the number of entries of a result, so that a hostile file cannot ask for too many."""
    arrays = [found for found in call.inputs if found is not None]
    shapes = [found.shape for found in arrays]
    operator = call.node.op_type
    first = prod(shapes[0]) if shapes else 1
    if operator in ("ConstantOfShape", "Expand", "Tile") and len(arrays) > (operator != "ConstantOfShape"):
        sizes = prod(max(int(size), 1) for size in np.asarray(arrays[-1]).reshape(-1))
        return int(sizes if operator == "ConstantOfShape" else first * sizes)
    if operator == "Range" and len(arrays) == 3:
        low, high, step = (float(array.reshape(())) for array in arrays)
        return int(max(0.0, (high - low) / step)) + 1 if step else 1 << 62
    if operator == "Pad":
        pads = call.settings.get("pads") or (np.asarray(arrays[1]).reshape(-1) if len(arrays) > 1 else [])
        width = 1 + sum(abs(int(pad)) for pad in pads)
        return int(prod(size + width for size in shapes[0]))
    if operator in ("Gather", "GatherElements", "GatherND") and len(shapes) == 2:
        return int(first * max(prod(shapes[1]), 1))
    if operator in ("MatMul", "Gemm"):
        return int(prod(size for shape in shapes[:2] for size in shape[-2:])) if len(shapes) > 1 else first
    if operator in ("Concat", "Shape", "Split"):
        return int(sum(prod(shape) for shape in shapes))
    try:
        return int(prod(np.broadcast_shapes(*shapes)))
    except ValueError:
        return first
