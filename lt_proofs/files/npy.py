"""Read NumPy's .npy and .npz files without numpy.load, so that nothing is ever unpickled.

The format is described in ``numpy.lib.format``. Only arrays of integers and floats are accepted.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import Malformed
from lt_proofs.files.raw import MAX_BYTES

MAGIC = b"\x93NUMPY"
MAX_HEADER = 4096
MAX_DIMENSIONS = 8
MAX_ENTRIES = 1024
# everything that zipfile and the decompressors raise for damaged archives
UNSOUND = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    LookupError,
    ValueError,
)
TYPES = frozenset({"i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
# the header is a Python literal; a pattern for its only legal form replaces ast.literal_eval
HEADER = re.compile(
    r"\{\s*'descr'\s*:\s*'(?P<order>[<>|=]?)(?P<type>[a-zA-Z]\d{0,4})'\s*,"
    r"\s*'fortran_order'\s*:\s*(?P<fortran>True|False)\s*,"
    r"\s*'shape'\s*:\s*\((?P<shape>[\d,\s]*)\)\s*,?\s*\}\s*",
    re.ASCII,
)


def parse_npy(content: bytes, path: object) -> NDArray[Any]:
    """Return the array in the bytes of an .npy file of integers or floats.

    Raises Malformed unless header, element type, shape and file size agree exactly.
    """
    start, header = _header(content, path)
    found = HEADER.fullmatch(header)
    if found is None:
        raise Malformed(path, "its .npy header does not describe an array of integers or floats")
    if found["type"] not in TYPES:
        raise Malformed(path, f"element type {found['type']}; use one of {', '.join(sorted(TYPES))}")
    kind = np.dtype(found["order"] + found["type"])
    shape = _shape(found["shape"], path)
    # Python integers: a forged shape cannot overflow the product
    declared = math.prod(shape) * kind.itemsize
    if declared != len(content) - start:
        raise Malformed(path, f"its header declares {declared} bytes of data, it has {len(content) - start}")
    flat = np.frombuffer(content, kind, offset=start)
    return flat.reshape(shape, order="F" if found["fortran"] == "True" else "C")


def _header(content: bytes, path: object) -> tuple[int, str]:
    """Return the offset of the data and the text of the header."""
    if content[:6] != MAGIC or len(content) < 12:
        raise Malformed(path, "it does not begin as an .npy file does")
    # bytes of the header's length, by format version
    width = {1: 2, 2: 4, 3: 4}.get(content[6])
    if width is None:
        raise Malformed(path, f".npy version {content[6]}; versions 1 to 3 are read")
    length = int.from_bytes(content[8 : 8 + width], "little")
    start = 8 + width + length
    if length > MAX_HEADER or start > len(content):
        raise Malformed(path, f"its .npy header of {length} bytes is too long")
    return start, content[8 + width : start].decode("latin-1")


def _shape(text: str, path: object) -> tuple[int, ...]:
    """Parse a shape such as "3, 4" or "5,"."""
    sizes = [size.strip() for size in text.split(",")]
    if sizes[-1] == "":
        sizes.pop()
    if len(sizes) > MAX_DIMENSIONS or not all(re.fullmatch(r"\d{1,15}", size) for size in sizes):
        raise Malformed(path, f"its shape ({text[:40]}) is not a list of at most {MAX_DIMENSIONS} sizes")
    return tuple(int(size) for size in sizes)


def parse_npz(content: bytes, path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays in the bytes of an .npz file by name; raise Malformed for an invalid archive.

    Declared sizes are checked before unpacking, and one byte more than declared is requested while unpacking, so a
    member that expands beyond its declaration (a decompression bomb) is found without being unpacked.
    """
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in _entries(archive, path):
                with archive.open(entry) as member:
                    unpacked = member.read(entry.file_size + 1)
                if len(unpacked) != entry.file_size:
                    raise Malformed(path, f"{entry.filename!r} does not unpack to its declared size")
                arrays[entry.filename.removesuffix(".npy")] = parse_npy(unpacked, path)
    except UNSOUND as error:
        raise Malformed(path, f"not a valid .npz archive: {error}") from None
    return arrays


def _entries(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """Return the members after checking their number, names, compression methods and declared sizes."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Malformed(path, f"it has {len(entries)} members; at most {MAX_ENTRIES} are read")
    # of two members with one name different readers would take different ones
    if len({entry.filename for entry in entries}) != len(entries):
        raise Malformed(path, "two members have the same name")
    for entry in entries:
        if not entry.filename.endswith(".npy"):
            raise Malformed(path, f"member {entry.filename[:40]!r} is not an .npy array")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Malformed(path, f"member {entry.filename[:40]!r} is compressed by an unsupported method")
    declared = sum(entry.file_size for entry in entries)
    if declared > MAX_BYTES:
        raise Malformed(path, f"it declares {declared} bytes; at most {MAX_BYTES} are unpacked")
    return entries
