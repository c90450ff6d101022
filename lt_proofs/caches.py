"""Where the program keeps what it can compute again: the machine code of kernels, the results of searches."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path


def caches_root() -> Path:
    """The folder in which a user's programs keep their caches: XDG_CACHE_HOME, or the platform's own place.

    A relative XDG_CACHE_HOME is ignored, as the XDG specification demands. Without a home folder it is the folder for
    temporary files.
    """
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if chosen.is_absolute():
        return chosen
    try:
        home = Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir())
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"


def usable(folder: Path) -> bool:
    """Whether files can be created in the folder, which is made if it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def private_temporary_folder() -> Path | None:
    """A folder for temporary files that only this user can write to, the same in every process.

    None where that cannot be had. Machine code is executed when it is loaded, so a folder that another user has put
    there, or can write to, must not be used.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"lt_proofs-{user}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        foreign = hasattr(os, "getuid") and (found.st_uid != user or found.st_mode & 0o077)
        if stat.S_ISDIR(found.st_mode) and not foreign and usable(folder):
            return folder
    return None


def drop_all_but_newest(root: Path, pattern: str, kept: int) -> None:
    """Delete the folders that match the pattern, except the given number that were used last."""
    found = []
    for folder in root.glob(pattern):
        # another process may delete the same folders at the same time
        with contextlib.suppress(OSError):
            if stat.S_ISDIR(folder.lstat().st_mode):
                found.append((folder.stat().st_mtime, folder))
    for _, folder in sorted(found, reverse=True)[kept:]:
        shutil.rmtree(folder, ignore_errors=True)
