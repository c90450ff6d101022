"""The machine code that a GPU would run, run here: the same answers as the CPU, no race, no stray address.

Slow kernels to translate are left to the slow tests. Numba's simulator runs the Python of a kernel; this runs what
the compiler made of it, warps in step.
"""

import importlib.util
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"
pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("numba_cuda") is None, reason="the extra [cuda] is not installed"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler"),
    pytest.mark.skipif(os.environ.get("NUMBA_ENABLE_CUDASIM") == "1", reason="the simulator compiles nothing"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def tools():
    sys.path[:0] = [str(BENCHMARKS / "machine"), str(BENCHMARKS)]
    import gpu
    import run

    yield gpu, run
    del sys.path[:2]


@pytest.fixture(scope="module")
def machine(tools):
    with tools[1].machine_of() as found:
        yield found


SIZES = {"any subset": 300, "chain": 9, "first passage, uniform, ε = 0.01": 512}
SLOW = {"best subset": 40, "fewest": 100, "least cuts": 12, "all masks": 3, "prune": 16, "ε = 0.0001": 4}


@pytest.mark.parametrize(
    ("work", "size"),
    [*SIZES.items(), *(pytest.param(*pair, marks=pytest.mark.slow) for pair in SLOW.items())],
)
def test_what_the_benchmark_compares_is_the_same(tools, machine, work, size):
    (row,) = (row for row in tools[0].WORKS if work in row.name)
    before = {name: counts.sum() for name, counts in machine.counts.items()}
    tools[0].compare(row, size)
    assert {name: counts.sum() for name, counts in machine.counts.items()} != before


def test_the_benchmark_measures(tools, machine, monkeypatch):
    gpu = tools[0]
    run = gpu.subprocess.run

    def without_card(command, *given, **named):
        if command[0] == "nvidia-smi":
            raise OSError
        return run(command, *given, **named)

    monkeypatch.setattr(gpu.subprocess, "run", without_card)
    card = gpu.card_facts()
    assert card["compute_capability"] == "9.0" and card["launch_seconds"] > 0
    (work,) = (row for row in gpu.WORKS if "any subset" in row.name)
    row = gpu.measure(replace(work, sizes=(64, 32, 4)), card)
    assert row["items"] == 64 and all(set(kernels) >= {"any_quickly"} for kernels in row["kernels"])


@pytest.mark.slow
def test_a_target_out_of_reach_costs_no_search(tools):
    from lt_proofs.subset_sum import best_subsets

    random = np.random.default_rng(4)
    samples = 2 * random.integers(0, 1 << 24, (3, 21)) + 1 - (1 << 24)
    targets = np.array([1, -1, 1]) * (abs(samples).sum(axis=1) + np.array([0, 5, 9]))
    with tools[1].machine_of() as machine:
        there = best_subsets(samples, targets, device="cuda")
        assert machine.counts["closest_alone"][:, 0].sum() < 1000
    assert all((a == b).all() for a, b in zip(there, best_subsets(samples, targets), strict=True))


def test_two_gpus_share_the_work(tools):
    from lt_proofs.laws import UNIFORM
    from lt_proofs.subset_sum import first_passages

    with tools[1].machine_of(gpus=2) as two:
        there = first_passages(UNIFORM, 2**63 + 5, 100, "1/50", start=2**33, device="cuda")
    assert (there == first_passages(UNIFORM, 2**63 + 5, 100, "1/50", start=2**33)).all()
    # the first block runs once for each warp: two launches of 50 trials take four
    assert two.counts["passages_narrow"][0, 0] == 4


def kernel_of(source, signature, threads):
    from numba import cuda

    from lt_proofs.cuda.device import Kernel

    names = {"cuda": cuda, "np": np, "__name__": "lt_proofs.kernels.planted"}
    exec(source, names)
    return Kernel("planted", names["planted"], signature, threads)


HEAD = "def planted(values):\n    room = cuda.shared.array(64, np.int64)\n    i = cuda.threadIdx.x\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    room[i] = i\n    values[i] = room[63 - i]", "a race"),
        ("    room[i] = 5\n    cuda.syncthreads()\n    values[i] = room[63 - i]\n    room[i] = 1", "a race"),
        ("    values[64 + i] = room[i] + 1", "an address outside all arrays"),
        ("    values[0] = i", "a race"),
        ("    if i < 40:\n        cuda.syncthreads()\n    values[i] = 1", "a barrier that not all threads reach"),
        ("    room[i] = 63 - i\n    cuda.syncthreads()\n    values[i] = room[63 - i]", None),
        ("    cuda.atomic.add(room, 0, 1)\n    cuda.syncthreads()\n    values[i] = 3", None),
    ],
)
def test_what_a_gpu_would_not_forgive_is_found(tools, body, said):
    from numba import cuda

    run = tools[1]
    with run.machine_of():
        values = cuda.to_device(np.zeros(64, np.int64))
        kernel = kernel_of(HEAD + body, "void(int64[::1])", 64)
        if said is None:
            kernel.launch(1, values)
            assert values.copy_to_host().any()
        else:
            with pytest.raises(run.Fault, match=said):
                kernel.launch(1, values)
