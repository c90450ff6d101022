"""Read safetensors files; every offset, size and type is checked before a tensor is used.

A file is an 8-byte little-endian header length, a JSON header with type, shape and offsets of each tensor, and the
data.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import Malformed
from lt_proofs.files.strict_json import parse_json

MAX_HEADER = 1 << 24
MAX_DIMENSIONS = 8
TYPES = {
    "F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8",
    "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8",
}  # fmt: skip


def parse_safetensors(content: bytes, path: object) -> dict[str, NDArray[Any]]:
    """Return the tensors in the bytes of a safetensors file by name, in the order of its header.

    BF16 is converted to float32, which represents every such value exactly. Raises Malformed unless the tensors fill
    the data without gaps or overlaps and every size agrees with type and shape.
    """
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > MAX_HEADER or 8 + length > len(content):
        raise Malformed(path, "its safetensors header does not fit into the file")
    header = parse_json(content[8 : 8 + length], path)
    if not isinstance(header, dict):
        raise Malformed(path, "its safetensors header is not an object")
    header.pop("__metadata__", None)
    data = memoryview(content)[8 + length :]
    spans = {name: _span(name, entry, path) for name, entry in header.items()}
    # in the order of their offsets the tensors must follow one another exactly
    end = 0
    for name, (start, stop) in sorted(spans.items(), key=lambda item: item[1]):
        if start != end:
            raise Malformed(path, f"tensor {name[:40]!r} overlaps another or leaves a gap")
        end = stop
    if end != len(data):
        raise Malformed(path, f"its tensors take {end} bytes, it has {len(data)}")
    return {name: _tensor(data[slice(*spans[name])], entry) for name, entry in header.items()}


def metadata_of(content: bytes, path: object) -> Any:
    """Return the metadata in the bytes of a safetensors file, {} if there are none, None if its header is no object."""
    header = parse_json(content[8 : 8 + int.from_bytes(content[:8], "little")], path)
    return header.get("__metadata__", {}) if isinstance(header, dict) else None


def _span(name: str, entry: Any, path: object) -> tuple[int, int]:
    """Return the offsets of a tensor's data after checking its entry in the header."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise Malformed(path, f"tensor {name[:40]!r} must have exactly dtype, shape and data_offsets")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in TYPES:
        raise Malformed(path, f"tensor {name[:40]!r} has an unknown type; use one of {', '.join(TYPES)}")
    if not _naturals(shape) or len(shape) > MAX_DIMENSIONS:
        raise Malformed(path, f"tensor {name[:40]!r} must have a shape of at most {MAX_DIMENSIONS} sizes")
    if not _naturals(offsets) or len(offsets) != 2:
        raise Malformed(path, f"tensor {name[:40]!r} must have two data_offsets")
    if offsets[1] - offsets[0] != math.prod(shape) * np.dtype(TYPES[kind]).itemsize:
        raise Malformed(path, f"tensor {name[:40]!r} has a size that contradicts its shape and type")
    return offsets[0], offsets[1]


def _naturals(value: Any) -> bool:
    """Whether the value is a list of non-negative integers; ``type(item) is int`` excludes truth values."""
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 1 << 50 for item in value)


def _tensor(data: memoryview, entry: dict[str, Any]) -> NDArray[Any]:
    """Return the array of a checked entry; its bytes are shared, not copied."""
    flat = np.frombuffer(data, TYPES[entry["dtype"]])
    # a bfloat16 is the leading half of the float32 with the same value
    if entry["dtype"] == "BF16":
        flat = (flat.astype("<u4") << np.uint32(16)).view("<f4")
    return flat.reshape(entry["shape"])
