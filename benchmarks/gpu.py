"""Every kernel on the GPU: first the same answers as the CPU on fresh random inputs, then its speed.

    python benchmarks/gpu.py                 check, measure, write reports/gpu.json
    python benchmarks/gpu.py --only best     one row, nothing written
    python benchmarks/gpu.py --quick         small sizes: the check, and figures that mean little
    python benchmarks/gpu.py --absent        where there is no GPU: say so in reports/gpu.json

Kernel times are taken by events around every launch, after a warm-up, median of five; wall times include the
copies. What a kernel achieves is an estimate of its 32-bit integer instructions (the docstrings of
lt_proofs/kernels/cuda_*.py say where it comes from) against what the card's integer units can issue. In the
simulator only the answers are compared. Exit code 1: an answer differs, and nothing is written.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from lt_proofs.errors import LtProofsError
from lt_proofs.kernels import cuda as house

PLACE = Path(__file__).parent.parent / "reports" / "gpu.json"
ROUNDS = 5
UNIT = 1 << 24
# integer lanes of a multiprocessor of compute capability 8.0 to 9.0
INTEGER_LANES = 64
PACKAGES = ("numba", "numba-cuda", "cuda-toolkit", "nvidia-cuda-nvcc", "numpy", "torch", "cupy-cuda13x")


@dataclass(frozen=True)
class Work:
    """One row: its name, how to make and to do it, sizes (measured, compared with the CPU, quick), and the reach."""

    name: str
    make: Any
    do: Any
    sizes: tuple[int, int, int]
    items: Any
    instructions: Any
    reach: str = ""


def random_seed():
    """A seed that nobody chose."""
    return int.from_bytes(os.urandom(7), "big")


def passages(eps):
    def do(inputs, device):
        from lt_proofs.laws import UNIFORM
        from lt_proofs.subset_sum import first_passages

        seed, trials = inputs
        return (first_passages(UNIFORM, seed, trials, eps, device=device),)

    return do


def uniform(rows):
    random = np.random.default_rng(random_seed())
    samples = 2 * random.integers(0, UNIT, (rows, 21)) + 1 - UNIT
    return samples, random.integers(-UNIT, UNIT + 1, rows)


def gadgets(rows):
    random = np.random.default_rng(random_seed())
    a, b = (2 * random.integers(0, UNIT, (rows, 32)) + 1 - UNIT for _ in range(2))
    return b * np.maximum(a, 0), random.integers(-(UNIT**2), UNIT**2 + 1, rows)


def best(inputs, device):
    from lt_proofs.subset_sum import best_subsets

    return best_subsets(*inputs, device=device)


def within(inputs, device):
    from lt_proofs.subset_sum import any_within_each

    samples, targets = inputs
    return any_within_each(samples, targets - UNIT // 100, targets + UNIT // 100, device=device)


def fewest(inputs, device):
    from lt_proofs.subset_sum import fewest_within_each

    samples, targets = inputs
    return fewest_within_each(samples, targets - UNIT**2 // 100, targets + UNIT**2 // 100, device=device)


def cuts(points, device):
    from lt_proofs.subset_sum.cuts import least_cuts

    return (least_cuts(points, device=device),)


def chain(points, device):
    from lt_proofs.subset_sum import restricted_probability

    law = dict.fromkeys(range(-points // 2, points // 2 + 1), 1)
    probability = restricted_probability(law, (0, points - 1), 1, 6, device=device)
    return (np.frombuffer(str(probability).encode(), np.uint8),)


def masks(inputs, device):
    from lt_proofs.networks.exhaustive import all_masks

    return (all_masks(*inputs, "0.24", 2, device=device).counts,)


def two_layers(hidden):
    from lt_proofs.networks.exhaustive import random_two_layer

    return random_two_layer(2, hidden, random_seed())


def layer(rows):
    from lt_proofs.networks.target import Layer, Target

    random = np.random.default_rng(random_seed())
    return Target.of([Layer(random.uniform(-1, 1, (rows, max(rows, 4))))], ["layer"])


def prune(target, device):
    from lt_proofs.networks.prune import prune as search

    (found,) = search(target, Fraction(1, 50), seed=1, n=48, device=device).masks
    return found.edges, found.sums


# turns of the loop of lower_half_union per trial, measured on the CPU, times about 60 instructions (PTX)
TURNS = {"0.01": 312 * 60, "0.0001": 46_000 * 60}
WORKS = [
    Work("first passage, uniform, ε = 0.01", lambda n: (random_seed(), n), passages("0.01"), (1 << 25, 1 << 18, 6),
         lambda n: n, lambda n: n * TURNS["0.01"], "30,000,000/s"),
    Work("first passage, uniform, ε = 0.0001", lambda n: (random_seed(), n), passages("0.0001"), (1 << 15, 1 << 12, 1),
         lambda n: n, lambda n: n * TURNS["0.0001"]),
    Work("best subset, n = 21", uniform, best, (397_000, 40_000, 1), lambda n: n, lambda n: n * 128 * 800, "0.05 s"),
    Work("any subset within 0.01, n = 21", uniform, within, (397_000, 397_000, 4), lambda n: n, lambda n: n * 6_000),
    Work("fewest within 0.01 of 32 gadget samples", gadgets, fewest, (784_000, 784_000, 2), lambda n: n,
         lambda n: n * 40_000),
    Work("least cuts, every subset and radius of a grid of n", lambda n: n, cuts, (30, 26, 6), lambda n: 1 << n,
         lambda n: (1 << n) * n * 12),
    Work("chain of coverage, window of n, 6 steps", lambda n: n, chain, (22, 18, 5), lambda n: 6 << n,
         lambda n: 6 * n * (1 << n) * 150),
    Work("all masks of 2 inputs, n hidden units, 2 outputs", two_layers, masks, (8, 7, 1), lambda n: 16**n,
         lambda n: 8**n * 20 * 60, "10 s for 2^32"),
    Work("prune n by n weights, ε = 0.02, 48 units", layer, prune, (500, 200, 1), lambda n: n * max(n, 4),
         lambda n: n * max(n, 4) * 30_000),
]  # fmt: skip


def digest(arrays):
    """One hash of all answers."""
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()


@contextmanager
def timed_launches(totals):
    """Add up what events say of every launch, in seconds, by kernel; each is waited for in its own context."""
    plain, cuda = house.Kernel.launch, house.toolkit()

    def launch(kernel, blocks, *arguments):
        before, after = cuda.event(), cuda.event()
        before.record()
        plain(kernel, blocks, *arguments)
        after.record()
        after.synchronize()
        totals[kernel.name] = totals.get(kernel.name, 0) + before.elapsed_time(after) / 1000

    house.Kernel.launch = launch
    try:
        yield
    finally:
        house.Kernel.launch = plain


def compare(work, size):
    """The digest that both devices find on fresh random inputs; SystemExit where they differ."""
    inputs = work.make(size)
    here, there = (digest(work.do(inputs, device)) for device in ("cpu", "cuda"))
    if here != there:
        sys.exit(f"{work.name}: the GPU's answers differ from the CPU's; nothing was written")
    return here


def seconds(do, rounds=ROUNDS):
    """Wall seconds of some turns, behind one that warms up."""
    do()
    walls = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        walls.append(time.perf_counter() - began)
    return walls


def measure(work, card):
    """One row: kernel, wall and CPU times, and what share of the integer units' limit the kernels reach."""
    size, smaller, _ = work.sizes
    inputs = work.make(size)
    walls = seconds(lambda: work.do(inputs, "cuda"))
    kernels = []
    for _ in range(ROUNDS):
        kernels.append({})
        with timed_launches(kernels[-1]):
            work.do(inputs, "cuda")
    device = statistics.median(sum(totals.values()) for totals in kernels)
    few = work.make(smaller)
    cpu = statistics.median(seconds(lambda: work.do(few, "cpu"), 3)) / work.items(smaller)
    achieved = work.instructions(size) / device
    return {
        "work": work.name, "size": size, "items": work.items(size), "reach": work.reach,
        "kernel_seconds": device, "items_per_second": work.items(size) / device,
        "wall_seconds": statistics.median(walls), "walls": walls, "kernels": kernels,
        "cpu_seconds_per_item": cpu, "times_cpu": cpu * work.items(size) / statistics.median(walls),
        "estimated_instructions_per_second": achieved, "share_of_limit": achieved / card["integer_limit"],
    }  # fmt: skip


def enumeration():
    """All 2^21 sums of an instance with PyTorch or CuPy, one addition and one minimum: what anybody would write."""
    samples, targets = uniform(64)
    try:
        import torch
    except ImportError:
        try:
            import cupy as xp
        except ImportError:
            return {"peer": None, "reason": "neither PyTorch nor CuPy is installed"}
        name, to, join, low = "cupy", xp.asarray, xp.concatenate, lambda a: abs(a).argmin()
        finish = xp.cuda.Device().synchronize
    else:
        name, join, low, finish = "torch", torch.cat, lambda a: a.abs().argmin(), torch.cuda.synchronize

        def to(array):
            return torch.as_tensor(array, device="cuda")

    def all_sums():
        for row, target in zip(samples, targets, strict=True):
            sums = to(np.zeros(1, np.int64))
            for x in row.tolist():
                sums = join([sums, sums + x])
            low(sums - int(target))
        finish()

    each = statistics.median(seconds(all_sums)) / len(samples)
    package = version("torch" if name == "torch" else "cupy-cuda13x")
    return {"peer": name, "version": package, "work": "best subset, n = 21", "seconds_per_instance": each}


def card_facts():
    """The card, its driver, and how many 32-bit integer instructions it can issue in a second."""
    cuda = house.toolkit()
    gpu = cuda.get_current_device()
    asked = "name,driver_version,memory.total,clocks.max.sm"
    query = subprocess.run(
        ["nvidia-smi", f"--query-gpu={asked}", "--format=csv,noheader,nounits"], capture_output=True, text=True
    )
    said = query.stdout.splitlines()[0].split(", ") if query.returncode == 0 else [str(gpu.name), "", "", ""]
    clock = int(said[3]) * 10**6 if said[3] else int(gpu.CLOCK_RATE) * 1000
    processors = int(gpu.MULTIPROCESSOR_COUNT)
    return {
        "name": said[0], "driver": said[1], "memory_mib": said[2], "gpus": house.require_cuda(),
        "compute_capability": ".".join(map(str, gpu.compute_capability)), "multiprocessors": processors,
        "clock_hz": clock, "integer_limit": processors * INTEGER_LANES * clock,
    }  # fmt: skip


def versions():
    """The installed packages that matter."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write(report, place):
    """Keep the report, with its date and machine."""
    head = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "versions": versions(),
    }
    place.write_text(json.dumps({**head, **report}, indent=1, ensure_ascii=False) + "\n")


def absent(place):
    """Record that nothing was measured; refused where there is a GPU."""
    try:
        house.require_cuda()
    except LtProofsError as reason:
        note = (
            "The kernels were compiled and assembled (ptxas.json) and run in the simulator; their speed is not known."
        )
        write({"status": "no GPU was available", "reason": str(reason), "note": note, "rows": []}, place)
        return
    sys.exit("there is a GPU: measure it")


def main():
    """Compare, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", help="rows whose name holds this text; nothing is written")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the program out")
    parser.add_argument("--absent", action="store_true", help="record that there is no GPU")
    parser.add_argument("-o", "--output", type=Path, default=PLACE, help="where the report goes")
    options = parser.parse_args()
    if options.absent:
        absent(options.output)
        return
    try:
        house.require_cuda()
    except LtProofsError as problem:
        print(f"gpu.py: {problem}", file=sys.stderr)
        sys.exit(3)
    works = [work for work in WORKS if options.only is None or options.only in work.name]
    if not works:
        parser.error(f"no row holds {options.only!r}; there are: {'; '.join(work.name for work in WORKS)}")
    simulated, rows = house.simulated(), []
    card = {"name": "the simulator"} if simulated else card_facts()
    for work in works:
        size = work.sizes[2 if options.quick or simulated else 1]
        same = compare(work, size)
        row = {"work": work.name, "same_digest": same, "compared": size}
        if not (simulated or options.quick):
            row |= measure(work, card)
        rows.append(row)
        figure = f"{row['items_per_second']:.3g}/s, {row['times_cpu']:.3g}× the CPU" if "times_cpu" in row else ""
        print(f"{work.name:<55} the same answers ({same[:12]})  {figure}", flush=True)
    if options.only is None:
        status = "simulated: answers only" if simulated else "compared" if options.quick else "measured"
        peer = enumeration() if status == "measured" else None
        write({"status": status, "card": card, "rows": rows, "enumeration": peer}, options.output)


if __name__ == "__main__":
    main()
