"""A file or a folder appears whole or not at all; links are never followed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from lt_proofs.errors import BadInput


def write_file(path: Path, content: bytes) -> None:
    """Replace the file by one with this content, through a temporary file beside it.

    Raises BadInput when the path is a link or a folder, or cannot be written.
    """
    if path.is_symlink() or path.is_dir():
        raise BadInput("output", path, "give the name of a file that is neither a link nor a folder")
    temporary = _beside(path)
    try:
        _write_new(temporary, content)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def new_folder(path: Path, replaceable: frozenset[str] | None = None) -> Iterator[Path]:
    """A temporary folder to fill, which takes the name ``path`` when the block ends well.

    An existing folder is refused unless it is empty, or ``replaceable`` is given and matches everything in it: names
    or patterns such as ``old/*.json``, a folder's with a slash behind it; links are never replaced.
    """
    path = path.absolute()
    _check_place(path, replaceable)
    temporary = _beside(path)
    try:
        temporary.mkdir()
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        yield temporary
        for folder, _, names in os.walk(temporary):
            for name in names:
                _sync(Path(folder, name))
            _sync_folder(Path(folder))
        _check_place(path, replaceable)
        _take_name(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _check_place(path: Path, replaceable: frozenset[str] | None) -> None:
    if not path.is_symlink() and (not path.exists() or _is_empty(path)):
        return
    if replaceable is None:
        raise BadInput("output", path, "it exists already; give another name or --force")
    if path.is_symlink() or not path.is_dir():
        raise BadInput("output", path, "it is no folder; give another name")
    for folder, folders, names in os.walk(path):
        for inside in [Path(folder, name) for name in (*folders, *names)]:
            name = inside.relative_to(path).as_posix() + ("/" if inside.is_dir() else "")
            plain = not inside.is_symlink() and (inside.is_dir() or inside.is_file())
            if not plain or not any(fnmatchcase(name, pattern) for pattern in replaceable):
                raise BadInput("output", path, f"it holds {name!r}, which would be lost; give another name")


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _take_name(temporary: Path, path: Path) -> None:
    """Rename the folder; an older one steps aside first and comes back if that fails."""
    aside = _beside(path)
    had_one = path.exists()
    try:
        if had_one:
            path.rename(aside)
        temporary.rename(path)
    except OSError as error:
        if had_one and aside.exists():
            aside.rename(path)
        raise _unwritable(path, error) from None
    shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(path.parent)


def _beside(path: Path) -> Path:
    """A fresh hidden name in the same folder."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")


def _write_new(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput("output", path, f"{error.strerror or error}; give a place that can be written")
