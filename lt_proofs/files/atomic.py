"""A file or a folder appears whole or not at all; links are never followed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from lt_proofs.errors import BadInput


def write_file(path: Path, content: bytes, argument: str = "--output") -> None:
    """Replace the file by one with this content, through a temporary file beside it.

    Raises BadInput, which names the argument, when the path is a link or a folder, or cannot be written.
    """
    if path.is_symlink() or path.is_dir():
        raise BadInput(argument, path, "give the name of a file that is neither a link nor a folder")
    temporary = _hidden(path.parent, path.name)
    try:
        _write_new(temporary, content)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _unwritable(path, error, argument) from None
    finally:
        temporary.unlink(missing_ok=True)


def check_folder(
    path: Path, replaceable: frozenset[str] | None = None, *, argument: str = "--output", apart: Path | None = None
) -> None:
    """Raise BadInput, before any work, unless a folder of this name may be made: none is there, or an empty one.

    With ``replaceable`` a folder that holds nothing but what this matches may be there as well: names or patterns such
    as ``old/*.json``, a folder's with a slash behind it. Links are never followed or replaced. The folder ``apart``,
    one that is being filled, does not count.
    """
    path = path.absolute()
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise BadInput(argument, path, "it is no folder; give another name")
    if not path.exists():
        if not path.parent.is_dir():
            raise BadInput(argument, path, "its parent folder does not exist; make it first")
        try:  # the rights of a folder do not say it all: a file system may be read-only or full
            tempfile.TemporaryDirectory(prefix=".lt_proofs-", dir=path.parent).cleanup()
        except OSError as error:
            raise BadInput(argument, path, f"{error.strerror or error}; give a place that can be written") from None
        return
    try:
        walk = os.walk(path, onerror=_raised)
        inside = [Path(folder, name) for folder, folders, names in walk for name in (*folders, *names)]
    except OSError as error:
        raise _unwritable(path, error, argument) from None
    inside = [item for item in inside if apart is None or apart not in (item, *item.parents)]
    if replaceable is None and inside:
        force = "--force" if argument.startswith("-") else "force=True"
        raise BadInput(argument, path, f"it exists already and is not empty; give another name or {force}")
    for item in inside:
        name = item.relative_to(path).as_posix() + ("/" if item.is_dir() else "")
        plain = not item.is_symlink() and (item.is_dir() or item.is_file())
        if not plain or not any(fnmatchcase(name, pattern) for pattern in replaceable or ()):
            raise BadInput(argument, path, f"it holds {name!r}, which would be lost; give another name")


@contextlib.contextmanager
def new_folder(path: Path, replaceable: frozenset[str] | None = None, *, argument: str = "--output") -> Iterator[Path]:
    """A temporary folder to fill, whose content is found under the name ``path`` when the block ends well.

    An existing folder must be empty or hold only what ``replaceable`` matches, as in `check_folder`.
    """
    path = path.absolute()
    check_folder(path, replaceable, argument=argument)
    temporary = _hidden(path if _stays(path) else path.parent, path.name)
    try:
        temporary.mkdir()
    except OSError as error:
        raise _unwritable(path, error, argument) from None
    try:
        yield temporary
        for folder, _, names in os.walk(temporary):
            for name in names:
                _sync(Path(folder, name))
            _sync_folder(Path(folder))
        check_folder(path, replaceable, argument=argument, apart=temporary)
        if temporary.parent == path:
            _take_place(temporary, path, argument)
        else:
            _take_name(temporary, path, argument)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _raised(error: OSError) -> None:
    raise error


def _stays(path: Path) -> bool:
    """Whether the folder is there and cannot give its name to another: something is mounted on it, say.

    Renaming the folder in which somebody works would leave them in a folder without a name.
    """
    return path.is_dir() and (path.is_mount() or path.samefile(Path.cwd()) or not os.access(path.parent, os.W_OK))


def _take_name(temporary: Path, path: Path, argument: str) -> None:
    """Rename the folder; an older one steps aside first and comes back if that fails."""
    aside = _hidden(path.parent, path.name)
    had_one = path.exists()
    try:
        if had_one:
            path.rename(aside)
        temporary.rename(path)
    except BaseException as error:
        if had_one and aside.exists():
            aside.rename(path)
        if isinstance(error, OSError):
            raise _unwritable(path, error, argument) from None
        raise
    shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(path.parent)


def _take_place(temporary: Path, path: Path, argument: str) -> None:
    """Move what is in the temporary folder one level up, into a folder that stays; older items step aside first."""
    aside = _hidden(path, path.name)
    old = [item for item in path.iterdir() if item != temporary]
    new = list(temporary.iterdir())
    aside.mkdir()
    try:
        for item in old:
            item.rename(aside / item.name)
        for item in new:
            item.rename(path / item.name)
    except BaseException as error:
        _move(new, path, temporary)
        _move(old, aside, path)
        aside.rmdir()
        if isinstance(error, OSError):
            raise _unwritable(path, error, argument) from None
        raise
    shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(path)


def _move(items: list[Path], source: Path, aim: Path) -> None:
    """Move those of the items that are in the one folder to the other."""
    for item in items:
        if (source / item.name).exists():
            (source / item.name).rename(aim / item.name)


def _hidden(folder: Path, name: str) -> Path:
    """A fresh hidden name in the folder."""
    return folder / f".{name}.{secrets.token_hex(6)}.part"


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


def _unwritable(path: Path, error: OSError, argument: str) -> BadInput:
    return BadInput(argument, path, f"{error.strerror or error}; give a place that can be written")
