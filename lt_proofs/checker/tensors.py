"""Reads safetensors files of strangers with the standard library: limits first, then bytes."""

from __future__ import annotations

import json
import stat
import struct
from pathlib import Path
from typing import Any, NamedTuple

from errors import Malformed

MAX_FILE = 1 << 30
MAX_HEADER = 1 << 20
CODES = {"F32": ("f", 4), "F64": ("d", 8), "U8": ("B", 1), "U32": ("I", 4)}


class Tensor(NamedTuple):
    """The type, the shape and the bytes of one tensor."""

    dtype: str
    shape: tuple[int, ...]
    data: memoryview

    def values(self) -> tuple[Any, ...]:
        """The entries in row-major order; a float32 becomes the equal Python float."""
        code, size = CODES[self.dtype]
        return struct.unpack(f"<{len(self.data) // size}{code}", self.data)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str], bytes]:
    """The tensors, the metadata and all bytes of a safetensors file; raises Malformed."""
    blob = _bytes_of(path)
    length = int.from_bytes(blob[:8], "little")
    if len(blob) < 8 or length > min(MAX_HEADER, len(blob) - 8):
        raise Malformed(f"{path.name}: the header does not fit into the file")
    header = _header(path.name, blob[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise Malformed(f"{path.name}: the metadata is not a table of texts")
    body = memoryview(blob)[8 + length :]
    tensors, used = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: _start(path.name, item[1])):
        tensors[name], used = _tensor(f"{path.name}: {name}", entry, body, used)
    if used != len(body):
        raise Malformed(f"{path.name}: {len(body) - used} bytes belong to no tensor")
    return tensors, metadata, blob


def _bytes_of(path: Path) -> bytes:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Malformed(f"{path.name}: not a regular file")
        if status.st_size > MAX_FILE:
            raise Malformed(f"{path.name}: larger than {MAX_FILE} bytes")
        return path.read_bytes()
    except OSError as error:
        raise Malformed(f"{path.name}: {error.strerror}") from None


def _header(name: str, text: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            raise ValueError("a key occurs twice")
        return table

    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Malformed(f"{name}: the header is not JSON with unique keys") from None
    if not isinstance(header, dict):
        raise Malformed(f"{name}: the header is not a table")
    return header


def _start(name: str, entry: Any) -> int:
    match entry:
        case {"dtype": str(), "shape": [*shape], "data_offsets": [start, stop]} if (
            len(entry) == 3
            and len(shape) <= 2
            and all(type(n) is int and 0 < n <= MAX_FILE for n in (*shape, stop))
            and type(start) is int
        ):
            return start
    raise Malformed(f"{name}: a tensor needs dtype, a shape of at most two positive sizes, and data_offsets")


def _tensor(where: str, entry: dict[str, Any], body: memoryview, used: int) -> tuple[Tensor, int]:
    if entry["dtype"] not in CODES:
        raise Malformed(f"{where}: dtype {entry['dtype'][:20]!r} is not one of {', '.join(CODES)}")
    size = CODES[entry["dtype"]][1]
    for factor in entry["shape"]:
        size *= factor
    start, stop = entry["data_offsets"]
    if start != used or stop - start != size or stop > len(body):
        raise Malformed(f"{where}: the offsets leave a gap, overlap or disagree with the shape")
    return Tensor(entry["dtype"], tuple(entry["shape"]), body[start:stop]), stop
