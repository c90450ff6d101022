"""How plain kernels run on NVIDIA GPUs: the functions that the CPU compiles, compiled once more by numba.cuda.

A launchable kernel is a plain function that asks which thread it is, finds its rows in the memory it was
given and calls the same scalar functions as the CPU. With NUMBA_ENABLE_CUDASIM=1 all of it runs in Numba's
simulator, in plain Python.

Integers are signed 64-bit words as on the CPU. A comparison of an unsigned word with a signed one would go
through floating point on the device, so the kernels compare like with like only; ``tests`` read the machine
code for it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import FunctionType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, DeviceFailed, install_extra
from lt_proofs.kernels.cpu import with_helpers

DEVICES = ("cpu", "cuda")
OLDEST = (8, 0)
SHARE = 2
# a kernel in the simulator is a Python loop: an ordinary amount of memory is enough for it
SIMULATED_MEMORY = 1 << 28
SIMULATED_THREADS = 8

REMEDIES = {
    "CUDA_ERROR_OUT_OF_MEMORY": "out of memory; free some on the GPU, or give --device cpu",
    "CUDA_ERROR_LAUNCH_TIMEOUT": "a kernel ran into the time limit of a GPU with a display; take another GPU",
    "CUDA_ERROR_NO_DEVICE": "no GPU is visible (see CUDA_VISIBLE_DEVICES); give --device cpu",
    "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH": "the driver is older than CUDA 13 needs; update it, or give --device cpu",
    "CUDA_ERROR_INSUFFICIENT_DRIVER": "the driver is older than CUDA 13 needs; update it, or give --device cpu",
    "CUDA_ERROR_UNSUPPORTED_PTX_VERSION": "the driver is older than CUDA 13 needs; update it, or give --device cpu",
}
LOST = "the GPU was lost; what is in a ledger stays, run again with --resume"


@dataclass(frozen=True)
class Kernel:
    """A launchable kernel: its name, plain function, argument types in Numba's words, and threads in a block."""

    name: str
    function: Callable[..., None]
    signature: str
    block: int

    @property
    def threads(self) -> int:
        """Threads in a block; in the simulator, where each is one of Python's, a few."""
        return min(self.block, SIMULATED_THREADS) if simulated() else self.block

    def launch(self, blocks: int, *arguments: Any) -> None:
        """Run so many blocks on the current GPU; returns before they are done."""
        _launchable(self)[max(blocks, 1), self.threads](*arguments)


@functools.cache
def toolkit() -> Any:
    """The module ``numba.cuda``; BadInput when its package is not installed."""
    if importlib.util.find_spec("numba_cuda") is None:
        raise BadInput("device", "cuda", install_extra("cuda"))
    from numba import cuda

    cuda.core.config.CUDA_LOW_OCCUPANCY_WARNINGS = 0
    return cuda


def simulated() -> bool:
    """Whether kernels run in Numba's simulator."""
    import numba

    return bool(numba.config.ENABLE_CUDASIM)


@functools.cache
def device_twin(function: FunctionType) -> Any:
    """The function for use inside kernels; in the simulator a plain function that calls plain functions."""
    copy = with_helpers(function, device_twin)
    if simulated() and "cuda" not in function.__code__.co_names:
        return copy
    return toolkit().jit(device=True)(copy)


_compiling = threading.Lock()


def _launchable(kernel: Kernel) -> Any:
    """The compiled kernel; one at a time is compiled."""
    with _compiling:
        return _compiled(kernel)


@functools.cache
def _compiled(kernel: Kernel) -> Any:
    rebound = with_helpers(cast(FunctionType, kernel.function), device_twin)
    # no optimization while linking: what runs is the PTX that the tests read and run
    options = {} if simulated() else {"lto": False}
    return toolkit().jit(kernel.signature, **options)(rebound)


def check_device(device: str) -> str:
    """The device if it is "cpu", or "cuda" and there is a GPU; else BadInput with the remedy."""
    if device not in DEVICES:
        raise BadInput("device", device, f"give one of {', '.join(DEVICES)}")
    if device == "cuda":
        require_cuda()
    return device


def require_cuda() -> int:
    """How many GPUs there are; BadInput with the remedy when there is none that can be used.

    >>> require_cuda()  # doctest: +SKIP
    1
    """
    cuda = toolkit()
    if simulated():
        return 1
    from numba.cuda.cudadrv.error import CudaSupportError

    try:
        # an unusable driver is reported in several lines and classes
        with failures():
            found = len(cuda.gpus)
            ages = [tuple(gpu.compute_capability) for gpu in cuda.gpus]
    except (CudaSupportError, DeviceFailed, ImportError) as problem:
        reason = " ".join(str(problem).removeprefix("Error at driver init:").split()).partition(". ")[0]
        remedy = f"install an NVIDIA driver for CUDA 13 ({reason}), or give --device cpu"
        raise BadInput("device", "cuda", remedy) from None
    if not found:
        raise BadInput("device", "cuda", REMEDIES["CUDA_ERROR_NO_DEVICE"])
    if min(ages) < OLDEST:
        major, minor = min(ages)
        needed = ".".join(map(str, OLDEST))
        raise BadInput(
            "device", f"cuda with compute capability {major}.{minor}", f"{needed} is needed; give --device cpu"
        )
    return found


@contextlib.contextmanager
def failures() -> Iterator[None]:
    """Turn errors of the driver into DeviceFailed, one line with the remedy."""
    try:
        yield
    except MemoryError:
        raise DeviceFailed(f"device: cuda: {REMEDIES['CUDA_ERROR_OUT_OF_MEMORY']}") from None
    except Exception as problem:
        name = re.search(r"CUDA_ERROR_\w+", str(problem))
        if name is None:
            raise
        raise DeviceFailed(f"device: cuda: {name[0]}: {REMEDIES.get(name[0], LOST)}") from None


def free_bytes() -> int:
    """Half of the memory that is free on the current GPU."""
    free = toolkit().current_context().get_memory_info().free if not simulated() else SIMULATED_MEMORY
    return int(free) // SHARE


def lanes_for(bytes_each: int, most: int) -> int:
    """How many threads at once, at most so many, may have that much memory each; DeviceFailed if not one."""
    lanes = min(most, free_bytes() // max(bytes_each, 1))
    if lanes < 1:
        raise DeviceFailed(f"device: cuda: {REMEDIES['CUDA_ERROR_OUT_OF_MEMORY']}")
    return lanes


def blocks_for(lanes: int, kernel: Kernel) -> int:
    """How many blocks give each of so many lanes a thread of its own."""
    return -(-lanes // kernel.threads)


def back(results: Any, unwritten: int) -> NDArray[np.int64]:
    """Results from the GPU; DeviceFailed if the value that stood there before is still among them."""
    copy: NDArray[np.int64] = results.copy_to_host()
    if (copy == unwritten).any():
        raise DeviceFailed("device: cuda: a kernel left results unwritten; run again, or give --device cpu")
    return copy


def on_all_gpus(work: Callable[[int, int], None], total: int, part: int) -> None:
    """Call work(start, stop) for parts of range(total), each on whichever GPU is free; no GPU gets it all."""
    gpus = require_cuda()
    part = max(1, min(part, -(-total // gpus)))
    parts = iter([(start, min(start + part, total)) for start in range(0, total, part)])
    turn = threading.Lock()

    def drain(number: int) -> None:
        with failures(), toolkit().gpus[number]:
            while True:
                with turn:
                    mine = next(parts, None)
                if mine is None:
                    return
                work(*mine)

    if gpus == 1:
        drain(0)
        return
    with ThreadPoolExecutor(gpus) as pool:
        list(pool.map(drain, range(gpus)))
