"""Run every kernel on the GPU: compare its answers with the CPU's on fresh random inputs, then measure its speed.

    python benchmarks/gpu.py                   check, measure, print
    python benchmarks/gpu.py --write           … and keep reports/gpu.json after every row
    python benchmarks/gpu.py --only best       one row, nothing written
    python benchmarks/gpu.py --quick           small sizes: the check alone
    python benchmarks/gpu.py --absent --write  where there is no GPU: say so in reports/gpu.json

Kernel times are measured by CUDA events around every launch, after a warm-up, as the median of five; wall times include
copies. Python prepares a launch between its two events; launch_seconds, the time of an empty launch, shows how long
that takes. The limit of a row is the rate at which the busiest unit of the GPU would be fully used
(benchmarks/limits.py counts the instructions). In the simulator only answers are compared. Exit code 1 means that an
answer differs; then nothing more is written.
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
import threading
import time
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from gpu_works import WORKS, uniform

from lt_proofs.cuda import device as house
from lt_proofs.errors import LtProofsError

PLACE = Path(__file__).parent.parent / "reports" / "gpu.json"
LIMITS = PLACE.with_name("ptxas.json")
ROUNDS = 5
PACKAGES = ("numba", "numba-cuda", "nvidia-nvvm", "nvidia-nvjitlink", "numpy", "torch", "cupy-cuda13x")


def digest(arrays):
    """Return one hash of all answers."""
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()


@contextmanager
def timed_launches(totals):
    """Within the block, add up the seconds between the events around every launch, by kernel name.

    Launches may come from several host threads, one for each GPU, so events are made in the thread's own context.
    """
    plain, cuda, turn = house.Kernel.launch, house.toolkit(), threading.Lock()

    def launch(kernel, blocks, *arguments):
        before, after = cuda.event(), cuda.event()
        before.record()
        plain(kernel, blocks, *arguments)
        after.record()
        # without waiting, the event's time would not be known yet
        after.synchronize()
        with turn:
            totals[kernel.name] = totals.get(kernel.name, 0) + before.elapsed_time(after) / 1000

    house.Kernel.launch = launch
    try:
        yield
    finally:
        house.Kernel.launch = plain


def launch_seconds():
    """Return the seconds that events measure for a kernel that does nothing."""
    from lt_proofs.cuda.finite import SETTLE_MASSES

    cuda, found = house.toolkit(), []
    nothing = cuda.to_device(np.zeros(1, np.int64))
    for _ in range(2 * ROUNDS):
        found.append({})
        with timed_launches(found[-1]):
            SETTLE_MASSES.launch(1, nothing, 0, 2)
    return statistics.median(sum(totals.values()) for totals in found)


def compare(work, size):
    """Return the digest of the answers on fresh random inputs; exit with an error if CPU and GPU differ."""
    inputs = work.make(size)
    # a digest instead of a tolerance: kernels work in integers, so the answers must be the same bits
    here, there = (digest(work.do(inputs, device)) for device in ("cpu", "cuda"))
    if here != there:
        sys.exit(f"{work.name}: the GPU's answers differ from the CPU's; nothing more was written")
    return here


def seconds(do, rounds=ROUNDS):
    """Return the wall seconds of several runs, after one run to warm up."""
    do()
    walls = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        walls.append(time.perf_counter() - began)
    return walls


def limits():
    """Return, by work, the busiest unit and the clock cycles that an item occupies it on one multiprocessor."""
    rows = json.loads(LIMITS.read_text()).get("limits", []) if LIMITS.exists() else []
    return {row["work"]: (row["busiest"], row["clocks"]) for row in rows}


def measure(work, card):
    """Return one row: kernel, wall and CPU times, and the fraction of the GPU's limit that the kernels reach."""
    size, smaller, _ = work.sizes
    inputs = work.make(size)
    walls = seconds(lambda: work.do(inputs, "cuda"))
    kernels = []
    for _ in range(ROUNDS):
        kernels.append({})
        with timed_launches(kernels[-1]):
            work.do(inputs, "cuda")
    device = statistics.median(sum(totals.values()) for totals in kernels)
    # the CPU is timed on a smaller size, per item: the full one would take minutes
    few = work.make(smaller)
    cpu = statistics.median(seconds(lambda: work.do(few, "cpu"), 3)) / work.items(smaller)
    rate = work.items(size) / device
    row = {
        "work": work.name, "size": size, "items": work.items(size),
        "kernel_seconds": device, "items_per_second": rate, "reach_per_second": work.reach,
        "wall_seconds": statistics.median(walls), "walls": walls, "kernels": kernels,
        "cpu_seconds_per_item": cpu, "times_cpu": cpu * work.items(size) / statistics.median(walls),
    }  # fmt: skip
    busiest, clocks = limits().get(work.name, (None, None))
    if clocks:
        limit = card["multiprocessors"] * card["clock_hz"] / clocks
        row |= {"busiest": busiest, "limit_per_second": limit, "share_of_limit": rate / limit}
    return row


def peer():
    """Return PyTorch if it finds a GPU, else CuPy if it is installed; a CPU build of PyTorch does not count."""
    try:
        import torch

        if torch.cuda.is_available():
            return "torch", torch
    except ImportError:
        pass
    try:
        import cupy
    except ImportError:
        return None, None
    return "cupy", cupy


def enumeration():
    """Measure the straightforward method in PyTorch or CuPy: all 2^21 sums of an instance by repeated doubling."""
    samples, targets = uniform(64)
    name, xp = peer()
    if name is None:
        return {"peer": None, "reason": "neither PyTorch nor CuPy is there with a GPU"}
    if name == "cupy":
        to, join, low = xp.asarray, xp.concatenate, lambda a: abs(a).argmin()
        finish = xp.cuda.Device().synchronize
    else:
        join, low, finish = xp.cat, lambda a: a.abs().argmin(), xp.cuda.synchronize

        def to(array):
            return xp.as_tensor(array, device="cuda")

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


def driver_says(gpu):
    """Return name, driver, memory and highest clock of this GPU as nvidia-smi prints them, or empty texts."""
    asked = "uuid,name,driver_version,memory.total,clocks.max.sm"
    command = ["nvidia-smi", f"--query-gpu={asked}", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    rows = [line.split(", ") for line in said.splitlines()]
    mine = [row for row in rows if len(row) == 5 and row[0] == gpu.uuid] or [["", str(gpu.name), "", "", ""]]
    return mine[0][1:]


def card_facts():
    """Describe the GPU: driver, memory, multiprocessors and their highest clock."""
    gpu = house.toolkit().get_current_device()
    name, driver, memory, clock = driver_says(gpu)
    return {
        "name": name, "driver": driver, "memory_mib": memory, "gpus": house.require_cuda(),
        "compute_capability": ".".join(map(str, gpu.compute_capability)),
        "multiprocessors": int(gpu.MULTIPROCESSOR_COUNT),
        "clock_hz": int(clock) * 10**6 if clock.isdigit() else int(gpu.CLOCK_RATE) * 1000,
        "launch_seconds": launch_seconds(),
    }  # fmt: skip


def versions():
    """Return the versions of the packages that influence the results."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write(report, place):
    """Write the report with date and versions."""
    head = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "versions": versions(),
    }
    place.write_text(json.dumps({**head, **report}, indent=1, ensure_ascii=False) + "\n")


def absent(place):
    """Record that nothing was measured; exit with an error if there is a GPU."""
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
    """Compare answers, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", help="rows whose name holds this text; nothing is written")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the program out")
    parser.add_argument("--absent", action="store_true", help="record that there is no GPU")
    parser.add_argument("--write", action="store_true", help="keep the report as reports/gpu.json")
    parser.add_argument("-o", "--output", type=Path, help="keep the report in this file")
    options = parser.parse_args()
    options.output = options.output or (PLACE if options.write else None)
    if options.absent and options.output is None:
        parser.error("--absent records that there is no GPU: give --write or -o FILE")
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
    answers_only = simulated or options.quick
    card = {"name": "the simulator"} if simulated else card_facts()

    def keep(status, **more):
        if options.only is None and options.output is not None:
            write({"status": status, "card": card, "rows": rows, **more}, options.output)

    for work in works:
        size = work.sizes[2 if answers_only else 1]
        same = compare(work, size)
        row = {"work": work.name, "same_digest": True, "compared": size, "digest": same}
        if not answers_only:
            row |= measure(work, card)
        rows.append(row)
        figure = f"{row['items_per_second']:.3g}/s, {row['times_cpu']:.3g}× the CPU" if "times_cpu" in row else ""
        print(f"{work.name:<55} the same answers ({same[:12]})  {figure}", flush=True)
        keep("not finished")
    if answers_only:
        keep("simulated: answers only" if simulated else "compared")
    elif options.only is None:
        keep("measured", enumeration=enumeration())


if __name__ == "__main__":
    main()
