"""Run the PTX of this program's kernels on the CPU, warps in step, with every access looked at.

The host's code is that for a GPU; what it asks of numba.cuda – arrays, events, devices, launches – is answered here.
A launch that reads what nobody wrote, races, strays from its arrays, or leaves some threads behind at a barrier
raises Fault. What each basic block did is counted.
"""

import contextlib
import ctypes
import importlib.util
import re
import subprocess
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import numpy as np
from translate import Translation

HERE = Path(__file__).parent
FLAGS = ("-O1", "-shared", "-fPIC", "-w", "-fwrapv", "-fno-strict-aliasing", "-ffp-contract=off")
MEMORY, ALIGNED = 1 << 28, 256
MULTIPROCESSORS = 132


class Fault(Exception):
    """A kernel did what a GPU would not forgive."""


class Range(ctypes.Structure):
    """One array in the memory of the GPU."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("begin", "end", "grain", "marks")]


class Launch(ctypes.Structure):
    """What a translated kernel is given."""

    _fields_ = [
        ("blocks", ctypes.c_uint64), ("threads", ctypes.c_uint64), ("parameters", ctypes.c_void_p),
        ("ranges", ctypes.c_void_p), ("ranges_used", ctypes.c_uint64), ("counts", ctypes.c_void_p),
        ("fault", ctypes.c_void_p),
    ]  # fmt: skip


class Held:
    """An array in the memory of the GPU."""

    def __init__(self, array):
        self.array = array

    def __getitem__(self, place):
        return Held(self.array[place])

    def copy_to_host(self):
        """The values, as the host gets them."""
        return self.array.copy()


class Machine:
    """Translated kernels, and what their basic blocks did so far: an array of Count for each."""

    def __init__(self, folder, architecture=90):
        self.folder, self.architecture = Path(folder), architecture
        self.kernels, self.counts, self.ptx = {}, {}, {}
        self.turn = threading.RLock()
        spec = importlib.util.spec_from_file_location("ptxas_tool", HERE.parent / "ptxas.py")
        self.compiler = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.compiler)

    def kernel(self, kernel):
        """The translation of a kernel and its machine code for this computer."""
        if kernel.name not in self.kernels:
            ptx = self.ptx[kernel.name] = self.compiler.ptx_of(kernel, self.architecture)
            translation = Translation(ptx)
            source = self.folder / f"{kernel.name}.c"
            source.write_text(translation.program())
            library = source.with_suffix(".so")
            subprocess.run(["cc", *FLAGS, source, "-o", library, "-lm"], check=True)
            self.kernels[kernel.name] = translation, ctypes.CDLL(library)
            self.counts[kernel.name] = np.zeros((len(translation.blocks), 4), np.uint64)
        return self.kernels[kernel.name]

    def launch(self, kernel, blocks, *arguments):
        """Run all blocks, one after the other; Fault at the first thing that is wrong."""
        with self.turn:
            _, library = self.kernel(kernel)
            kinds = re.findall(r"\w+(?:\[[^]]*\])?", kernel.signature.removeprefix("void"))
            words = [word for kind, given in zip(kinds, arguments, strict=True) for word in words_of(kind, given)]
            held = [given for given in arguments if isinstance(given, Held) and given.array.size]
            ranges = (Range * (len(held) + 8))()
            for place, given in enumerate(held):
                begin = given.array.ctypes.data
                ranges[place] = Range(begin, begin + given.array.nbytes, given.array.itemsize, 0)
            parameters = (ctypes.c_uint64 * len(words))(*words)
            fault = ctypes.create_string_buffer(256)
            counts = self.counts[kernel.name]
            asked = Launch(
                max(blocks, 1), kernel.block, ctypes.addressof(parameters), ctypes.addressof(ranges), len(held),
                counts.ctypes.data, ctypes.addressof(fault),
            )  # fmt: skip
            library.run(ctypes.byref(asked))
            if fault.value:
                raise Fault(f"{kernel.name}: {fault.value.decode()}")


def words_of(kind, given):
    """The parameters that Numba makes of one argument."""
    dimensions = kind.count(",") + 1 if "[" in kind else 0
    if not dimensions:
        return [int(np.float64(given).view(np.uint64)) if kind == "float64" else int(given) % 2**64]
    array = given.array
    if array.dtype != np.dtype(kind.partition("[")[0]) or array.ndim != dimensions or not array.flags.c_contiguous:
        raise Fault(f"an array of {array.dtype} with {array.ndim} dimensions where {kind} is wanted")
    return [0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides]


def aligned(shape, dtype):
    """An array of bytes 0xcd that begins where the driver would let it begin."""
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    room = np.full(size + ALIGNED, 0xCD, np.uint8)
    begin = -room.ctypes.data % ALIGNED
    return room[begin : begin + size].view(dtype).reshape(shape)


class Event:
    """A moment in the queue of the GPU: here, how many instructions were counted by then."""

    def __init__(self, machine):
        self.machine, self.at = machine, 0

    def record(self):
        """Note the moment."""
        self.at = sum(int(counts[:, 0].sum()) for counts in self.machine.counts.values())

    def synchronize(self):
        """Nothing is under way."""

    def elapsed_time(self, after):
        """Something positive that grows with the work: basic blocks of warps."""
        return after.at - self.at + 1e-3


class Device(contextlib.nullcontext):
    """A GPU as far as the host asks about it."""

    compute_capability, name, uuid = (9, 0), "machine", "GPU-0"
    MULTIPROCESSOR_COUNT, CLOCK_RATE = MULTIPROCESSORS, 1_980_000


@contextlib.contextmanager
def pretending(machine, gpus=1):
    """Let numba.cuda be this machine, and launches go to it."""
    from numba import cuda

    from lt_proofs.cuda.device import Kernel

    def device_array(shape, dtype=np.float64):
        return Held(aligned(shape, np.dtype(dtype)))

    def to_device(array):
        if not array.flags.c_contiguous:
            raise Fault("a kernel takes arrays for contiguous that are not")
        copy = aligned(array.shape, array.dtype)
        copy[...] = array
        return Held(copy)

    memory = SimpleNamespace(get_memory_info=lambda: SimpleNamespace(free=MEMORY, total=MEMORY))
    answers = {
        "device_array": device_array, "to_device": to_device, "event": lambda: Event(machine),
        "gpus": [Device() for _ in range(gpus)], "current_context": lambda: memory,
        "get_current_device": Device,
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        for name, answer in answers.items():
            stack.enter_context(mock.patch.object(cuda, name, answer))
        stack.enter_context(
            mock.patch.object(Kernel, "launch", lambda kernel, blocks, *given: machine.launch(kernel, blocks, *given))
        )
        yield machine


@contextlib.contextmanager
def machine_of(architecture=90, gpus=1):
    """A machine for one ``with``, its files in a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder, pretending(Machine(folder, architecture), gpus) as machine:
        yield machine
