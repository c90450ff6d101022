"""How plain kernels become machine code: the source stays a plain function, its twin is compiled.

The twin's helpers are compiled too. On disk Numba only watches the file of a function; here every twin
carries the hash of the whole kernels folder, so that an edit anywhere makes old machine code stale.
Where the user's own Numba settings put compiled code, and whether they switch the compiler off, holds.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar, TypeVar, cast

import numba
from numba.core import caching

F = TypeVar("F", bound=Callable[..., Any])
ROOM = __name__.rpartition(".")[0]
_twins: dict[Callable[..., Any], Any] = {}


@functools.cache
def sources_digest() -> str:
    """Hash of all sources of this folder, names included."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class _Stamped:
    """A place for compiled code that is stale as soon as any kernel source has changed."""

    def get_source_stamp(self) -> str:
        return sources_digest()


_PLACES = (caching.UserProvidedCacheLocator, caching.InTreeCacheLocator, caching.UserWideCacheLocator)


class _KernelCacheImpl(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes: ClassVar = [type(f"Stamped{place.__name__}", (_Stamped, place), {}) for place in _PLACES]


class _KernelCache(caching.Cache):  # type: ignore[misc]
    _impl_class = _KernelCacheImpl


def helpers(function: FunctionType) -> dict[str, FunctionType]:
    """The plain functions of this room that the function calls by a global name."""
    named = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    return {
        name: value
        for name, value in named.items()
        if isinstance(value, FunctionType) and value.__module__.startswith(ROOM)
    }


def with_helpers(function: FunctionType, twin_of: Callable[[FunctionType], Any]) -> FunctionType:
    """A copy of the function that calls the twins of its helpers instead of the helpers."""
    bound = {name: twin_of(helper) for name, helper in helpers(function).items()}
    copy = FunctionType(function.__code__, {**function.__globals__, **bound}, function.__name__, function.__defaults__)
    copy.__qualname__ = function.__qualname__
    copy.__module__ = function.__module__
    return copy


def compiled(function: F) -> F:
    """The machine-code twin of a plain kernel; the kernel itself when NUMBA_DISABLE_JIT is set.

    Twins release the interpreter's lock while they run. The same function always has the same twin.
    """
    if numba.config.DISABLE_JIT:
        return function
    if function not in _twins:
        plain = cast(FunctionType, function)
        rebound = with_helpers(plain, compiled)
        twin = numba.njit(rebound, nogil=True)
        # RuntimeError: no folder is writable, so every process compiles for itself
        with contextlib.suppress(RuntimeError):
            twin._cache = _KernelCache(rebound)
        _twins[function] = twin
    return cast(F, _twins[function])
