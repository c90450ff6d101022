"""Run the plain kernels on NVIDIA GPUs: the same scalar functions, compiled a second time by numba.cuda.

A launchable kernel is a plain function that determines its thread index, selects its rows of the working memory and
calls the scalar functions that the CPU uses. With NUMBA_ENABLE_CUDASIM=1 everything runs in Numba's simulator, in plain
Python.

Integers are signed 64-bit words as on the CPU. Numba compares an unsigned with a signed word in floating point, where
neighbouring integers above 2^53 are equal; therefore kernels compare only words of the same kind, and the tests search
the generated machine code for float comparisons.
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
# least compute capability
OLDEST = (8, 0)
SHARE = 2
# in the simulator each thread is a Python thread, so small numbers of threads and bytes are enough
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
LOST = "the GPU stopped responding; leaves already in the ledger are kept: run again with --resume"


@dataclass(frozen=True)
class Kernel:
    """A launchable kernel: its name, plain function, Numba signature, and number of threads in a block."""

    name: str
    function: Callable[..., None]
    signature: str
    block: int

    @property
    def threads(self) -> int:
        """The number of threads in a block; in the simulator, where each is a Python thread, at most 8."""
        return min(self.block, SIMULATED_THREADS) if simulated() else self.block

    def launch(self, blocks: int, *arguments: Any) -> None:
        """Launch that many blocks, at least one, on the current GPU; return before they have finished."""
        _launchable(self)[max(blocks, 1), self.threads](*arguments)


@functools.cache
def toolkit() -> Any:
    """Return the module ``numba.cuda``; raise BadInput if its package is not installed."""
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
    """Return the device version of a scalar function; in the simulator a plain function that calls plain functions."""
    # helpers are replaced by device functions recursively; the simulator can call plain functions as they are, unless
    # they use ``cuda`` themselves
    copy = with_helpers(function, device_twin)
    if simulated() and "cuda" not in function.__code__.co_names:
        return copy
    return toolkit().jit(device=True)(copy)


_compiling = threading.Lock()


def _launchable(kernel: Kernel) -> Any:
    """Return the compiled kernel; the lock keeps two host threads from compiling the same kernel at once."""
    with _compiling:
        return _compiled(kernel)


@functools.cache
def _compiled(kernel: Kernel) -> Any:
    rebound = with_helpers(cast(FunctionType, kernel.function), device_twin)
    # without link-time optimisation the GPU runs exactly the PTX that the tests inspect and execute
    options = {} if simulated() else {"lto": False}
    return toolkit().jit(kernel.signature, **options)(rebound)


def check_device(device: str) -> str:
    """Return the device if it is "cpu", or "cuda" with a usable GPU; raise BadInput with the remedy otherwise."""
    if device not in DEVICES:
        raise BadInput("device", device, f"give one of {', '.join(DEVICES)}")
    if device == "cuda":
        require_cuda()
    return device


def require_cuda() -> int:
    """Return the number of GPUs; raise BadInput with the remedy if there is no usable one.

    >>> require_cuda()  # doctest: +SKIP
    1
    """
    cuda = toolkit()
    if simulated():
        return 1
    from numba.cuda.cudadrv.error import CudaSupportError

    try:
        # an unusable driver is reported by different exception classes, with messages of several lines
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
        # with several GPUs the work goes to all of them, so the oldest decides
        major, minor = min(ages)
        needed = ".".join(map(str, OLDEST))
        raise BadInput(
            "device", f"cuda with compute capability {major}.{minor}", f"{needed} is needed; give --device cpu"
        )
    return found


@contextlib.contextmanager
def failures() -> Iterator[None]:
    """Turn errors of the CUDA driver into DeviceFailed with a one-line message that names the remedy."""
    try:
        yield
    except MemoryError:
        raise DeviceFailed(f"device: cuda: {REMEDIES['CUDA_ERROR_OUT_OF_MEMORY']}") from None
    # driver errors come in several classes, but their text always names the code
    except Exception as problem:
        name = re.search(r"CUDA_ERROR_\w+", str(problem))
        if name is None:
            raise
        raise DeviceFailed(f"device: cuda: {name[0]}: {REMEDIES.get(name[0], LOST)}") from None


def free_bytes() -> int:
    """Return half of the free memory of the current GPU, in bytes."""
    free = toolkit().current_context().get_memory_info().free if not simulated() else SIMULATED_MEMORY
    return int(free) // SHARE


def lanes_for(bytes_each: int, most: int) -> int:
    """Return how many threads, at most ``most``, can have that much memory each; raise DeviceFailed if none can."""
    lanes = min(most, free_bytes() // max(bytes_each, 1))
    if lanes < 1:
        raise DeviceFailed(f"device: cuda: {REMEDIES['CUDA_ERROR_OUT_OF_MEMORY']}")
    return lanes


def blocks_for(lanes: int, kernel: Kernel) -> int:
    """Return the number of blocks that gives each of ``lanes`` working areas its own thread."""
    return -(-lanes // kernel.threads)


def back(results: Any, unwritten: int) -> NDArray[np.int64]:
    """Copy results from the GPU; raise DeviceFailed if any still holds the marker ``unwritten``.

    A kernel that was aborted can leave memory untouched without reporting an error; the marker reveals it.
    """
    copy: NDArray[np.int64] = results.copy_to_host()
    if (copy == unwritten).any():
        raise DeviceFailed("device: cuda: a kernel left results unwritten; run again, or give --device cpu")
    return copy


def on_all_gpus(work: Callable[[int, int], None], total: int, part: int) -> None:
    """Call work(start, stop) for parts of range(total), each on the next free GPU; several GPUs share the work.

    ``part`` is the largest size of a part. Results must not depend on which GPU runs a part.
    """
    gpus = require_cuda()
    # with several GPUs, parts small enough that each gets one
    part = max(1, min(part, -(-total // gpus)))
    parts = iter([(start, min(start + part, total)) for start in range(0, total, part)])
    # one host thread for each GPU takes parts from a common iterator, which is not thread-safe by itself
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
