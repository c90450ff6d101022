"""Where compiled kernels lie on disk: in one folder for each state of the sources and each kind of machine.

Numba by itself puts machine code beside the sources, where it outlives an uninstallation, and calls it stale only if
the file of the function itself has changed, although a kernel contains its helpers from other files. Here the name of
the folder is a hash of all kernel sources, of the compiler's and Python's versions and of the processor.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import llvmlite
import llvmlite.binding
import numba
from numba.core import caching

from lt_proofs.caches import caches_root, drop_all_but_newest, private_temporary_folder, usable

KEPT = 4
"""How many folders of machine code are kept: those of versions in use side by side, say."""


@functools.cache
def sources_digest() -> str:
    """Hash of all sources of this folder and of the laws' files, which kernels are written from, names included."""
    digest, folder = hashlib.sha256(), Path(__file__).parent
    for path in sorted((*folder.glob("*.py"), *folder.parent.glob("checker/laws/*.json"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def machine_digest() -> str:
    """Hash of all that machine code depends on besides the arguments' types."""
    facts = (
        sources_digest(),
        sys.version,
        numba.__version__,
        llvmlite.__version__,
        numba.config.CPU_NAME or llvmlite.binding.get_host_cpu_name(),
        numba.config.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten(),
    )
    return hashlib.sha256("\0".join(map(str, facts)).encode()).hexdigest()


@functools.cache
def folder() -> Path | None:
    """Where this process keeps machine code; None where nothing can be written.

    Below NUMBA_CACHE_DIR if the user has set it, else the user's cache folder, else a private folder for temporary
    files. Of the folders of other versions the ones used last are kept.
    """
    for root in (Path(numba.config.CACHE_DIR or caches_root()) / "lt_proofs", private_temporary_folder()):
        if root is None:
            continue
        place = root / f"kernels-{machine_digest()[:16]}"
        if usable(place):
            with contextlib.suppress(OSError):
                os.utime(place)
            drop_all_but_newest(root, "kernels-*", KEPT)
            return place
    return None


class _Place(caching._CacheLocator):  # type: ignore[misc]
    """Tells Numba the folder above; a kernel is found there by its module, name and line."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        self._py_file = file
        self._lineno = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return str(folder())

    def get_source_stamp(self) -> str:
        return sources_digest()

    def get_disambiguator(self) -> str:
        return str(self._lineno)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> _Place | None:
        return cls(function, file) if folder() is not None else None


class _KernelCacheImpl(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes: ClassVar = [_Place]


class KernelCache(caching.Cache):  # type: ignore[misc]
    """Numba's cache for one kernel, kept in the folder above; raises RuntimeError where there is none."""

    _impl_class = _KernelCacheImpl

    @contextlib.contextmanager
    def _guard_against_spurious_io_errors(self) -> Iterator[None]:
        """A full disk, a folder deleted meanwhile or a damaged file costs a compilation and nothing else."""
        with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError):
            yield
