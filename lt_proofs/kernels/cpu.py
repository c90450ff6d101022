"""How plain kernels become machine code: the source stays a plain function, its twin is compiled.

The twin's helpers are compiled too. Machine code is kept on disk (machine_code.py) and is stale as soon as any kernel
source changes. The user's own settings of Numba hold: where compiled code is put, and whether the compiler is on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast

import numba

from lt_proofs.kernels.machine_code import KernelCache

F = TypeVar("F", bound=Callable[..., Any])
# kernels for GPUs, in a room above, call their helpers in the same way
ROOMS = ("lt_proofs.kernels.", "lt_proofs.cuda.")
_twins: dict[Callable[..., Any], Any] = {}


def helpers(function: FunctionType) -> dict[str, FunctionType]:
    """The plain functions of the kernels' rooms that the function calls by a global name."""
    named = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    return {
        name: value
        for name, value in named.items()
        if isinstance(value, FunctionType) and value.__module__.startswith(ROOMS)
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
            twin._cache = KernelCache(rebound)
        _twins[function] = twin
    return cast(F, _twins[function])
