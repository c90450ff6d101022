"""Reads safetensors files of strangers with the standard library: limits first, then bytes."""

from __future__ import annotations

import json
import stat
import struct
from pathlib import Path
from typing import Any, NamedTuple

from data.limits import LIMITS
from errors import Malformed
from shapes import Data

MAX_FILE, MAX_HEADER = LIMITS["file_bytes"], 1 << 20
CODES = {"F32": ("f", 4), "F64": ("d", 8), "U8": ("B", 1), "U32": ("I", 4)}


class Tensor(NamedTuple):
    """The type, the shape and the bytes of one tensor."""

    dtype: str
    shape: tuple[int, ...]
    data: memoryview

    def values(self, start: int = 0, stop: int | None = None) -> tuple[Any, ...]:
        """The entries in row-major order, or some of them; a float32 becomes the equal Python float."""
        code, size = CODES[self.dtype]
        part = self.data[size * start : None if stop is None else size * stop]
        return struct.unpack(f"<{len(part) // size}{code}", part)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str], bytes]:
    """The tensors, the metadata and all bytes of a safetensors file; raises Malformed."""
    blob = bytes_of(path)
    length = int.from_bytes(blob[:8], "little")
    if len(blob) < 8 or length > min(MAX_HEADER, len(blob) - 8):
        raise Malformed(f"{path.name}: the header does not fit into the file")
    header = header_of(path.name, blob[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body, used, tensors = memoryview(blob)[8 + length :], 0, {}
    for name, entry in sorted(header.items(), key=lambda item: start_of(path.name, item[1])):
        kind, shape, (start, stop) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
        size = CODES[kind][1]
        for factor in shape:
            size *= factor
        if start != used or stop - start != size or stop > len(body):
            raise Malformed(f"{path.name}: the offsets of {name[:40]!r} disagree with its shape or leave a gap")
        tensors[name], used = Tensor(kind, shape, body[start:stop]), stop
    if used != len(body) or not isinstance(metadata, dict):
        raise Malformed(f"{path.name}: bytes that belong to no tensor, or unusable metadata")
    return tensors, metadata, blob


def bytes_of(path: Path) -> bytes:
    """The bytes of a regular file that is not too large; links are refused."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE:
            raise Malformed(f"{path.name}: not a regular file of at most {MAX_FILE} bytes")
        return path.read_bytes()
    except OSError as error:
        raise Malformed(f"{path.name}: {error.strerror}") from None


def header_of(name: str, text: bytes) -> dict[str, Any]:
    """The JSON table in front of the tensors."""

    def once(pairs: list[tuple[str, Data]]) -> dict[str, Data]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key occurs twice")
        return dict(pairs)

    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise Malformed(f"{name}: the header is not a JSON table with unique keys")
    return header


def start_of(name: str, entry: Data) -> int:
    """Where a tensor starts, once its entry has the right form."""
    match entry:
        case {"dtype": str(kind), "shape": [*shape], "data_offsets": [start, stop]}:
            numbers = (*shape, start, stop)
            sizes = all(type(n) is int and 0 <= n <= MAX_FILE for n in numbers) and 0 not in shape
            if kind in CODES and len(entry) == 3 and len(shape) <= 2 and sizes:
                return start
    raise Malformed(f"{name}: a tensor needs a dtype of {', '.join(CODES)}, at most two sizes, and data_offsets")
