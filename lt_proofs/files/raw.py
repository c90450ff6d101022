"""Read the bytes of a regular file of limited size."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lt_proofs.errors import BadInput, Malformed

MAX_BYTES = 1 << 30


def read_bytes(path: Path, limit: int = MAX_BYTES, *, follow_links: bool = True) -> bytes:
    """Return the whole content of a regular file of at most ``limit`` bytes.

    Raises BadInput if the file does not exist or cannot be opened, Malformed if it is not a regular file or is larger.
    If ``follow_links`` is false, a symbolic link is Malformed.
    """
    # without O_NONBLOCK, opening a named pipe would wait for a writer for ever
    flags = os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
    if not follow_links:
        if path.is_symlink():
            raise Malformed(path, "it is a symbolic link; give the file itself")
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such name"
        raise BadInput("file", path, f"{reason}; give a file that can be read") from None
    try:
        # ask the open descriptor, not the path, which might name another file by now
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Malformed(path, "it is not a regular file")
        if status.st_size > limit:
            raise Malformed(path, f"it has {status.st_size} bytes; at most {limit} are read")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            # the file may grow after fstat, so the limit is enforced while reading too
            content = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise Malformed(path, f"it grew beyond {limit} bytes while it was read")
    return content
