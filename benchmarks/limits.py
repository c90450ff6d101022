"""How fast the kernels could be on a card of the H200's class, from what their machine code has to do.

    python benchmarks/limits.py            the table
    python benchmarks/ptxas.py --write     keeps it in reports/ptxas.json

Derived, not measured. The compiled kernels run on random instances on this computer (``machine``), warps in step;
that gives how often a warp goes through each basic block, and the rows of shared memory and the sectors of device
memory that its accesses touch. An instruction of PTX becomes one or several of the card: ``issued`` says how many,
and the sum over a kernel is brought to the number in its disassembly. The rest is division: a multiprocessor issues
four instructions of warps in a clock, two of them for integers, and so on. No kernel is faster than its busiest unit
allows (``limit``). The other end (``one_by_one``) is a card on which each warp waits for every instruction before it
issues the next: about what a kernel takes whose instructions all depend on one another.
"""

import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from unittest import mock

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "machine"), str(HERE)]

# as published for the H200 (SXM) and, in the CUDA C++ programming guide, for compute capability 9.0
CARD = {
    "card": "H200 (as published)", "multiprocessors": 132, "clock_hz": 1_980_000_000, "registers": 65_536,
    "shared_bytes": 228 * 1024, "shared_reserved": 1024, "warps": 64, "blocks": 32,
}  # fmt: skip
# instructions of warps, rows of shared memory, and sectors of 32 bytes that a multiprocessor takes in a clock
RATES = {"issue": 4, "integer": 2, "float64": 2, "bit counts": 0.5, "shared memory": 1, "sectors": 4}
# clocks until a result can be used: about what the literature measured; nobody promises them
WAITS = {"integer": 5, "float64": 8, "bit counts": 10, "shared": 30, "global": 400, "other": 8}
PAIRS = {"min": 4, "max": 4, "abs": 4, "mul": 4, "popc": 3, "clz": 3, "div": 70, "rem": 70}
FLOATS = {"div": 12, "sqrt": 15, "min": 3, "max": 3, "selp": 2}
ARCHITECTURE, NAME = 90, "sm_90"
# the size at which each work of the benchmark is counted; of two of them pieces of the whole range are taken
SIZES = (2048, 64, 128, 2048, 1024, 30, 12, 8, 32)
PIECES = {"least cuts": ("cuda_finite", 1 << 13), "all masks": ("cuda_masks", 64)}
MANY = 4


def issued(text):
    """The unit an instruction of PTX goes to, how many instructions it becomes, and whether it is for 64 bits."""
    opcode = (text.split(" ", 2)[1] if text.startswith("@") else text.split(" ", 1)[0]).split(".")
    name, kind = opcode[0], opcode[-1]
    if name in ("ld", "st", "atom"):
        # where an access of unnamed memory goes is seen when it is made
        return "global" if opcode[1] in ("global", "local") else "shared", 0 if opcode[1] == "param" else 1, False
    if name in ("bra", "ret", "bar", "call", "cvta"):
        return "other", 0 if name == "cvta" else 1, False
    if kind == "pred" or name == "mov" or (name == "cvt" and "f64" not in opcode):
        return "integer", 0.6, False
    if kind in ("f64", "f32") or name == "cvt":
        return "float64", FLOATS.get(name, 1), False
    wide = kind in ("s64", "u64", "b64") and opcode[1] != "wide"
    number = PAIRS.get(name, 2) if wide else 15 if name in ("div", "rem") else 1
    return "bit counts" if name in ("popc", "clz") else "integer", number, wide


def disassembled(tool, ptx):
    """How many instructions of the card a kernel has."""
    try:
        files = distribution("nvidia-cuda-nvdisasm").files or []
    except PackageNotFoundError:
        raise SystemExit("limits.py: no disassembler; pip install nvidia-cuda-nvdisasm") from None
    program = next(Path(file.locate()) for file in files if file.name == "nvdisasm")
    with tempfile.TemporaryDirectory() as folder:
        source, cubin = Path(folder) / "kernel.ptx", Path(folder) / "kernel.cubin"
        source.write_text(ptx)
        subprocess.run([tool.ptxas(), f"-arch={NAME}", source, "-o", cubin], check=True)
        text = subprocess.run([program, "-c", cubin], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"/\*[0-9a-f]{4,5}\*/\s+(?:@!?U?P\w+ )?([A-Z][A-Z0-9_.]+)", text)
    return sum(not name.startswith("NOP") for name in found)


def needs(machine, counted, scales):
    """Instructions by unit, rows and sectors, and the share of lanes that are busy, of all launches together."""
    total = dict.fromkeys((*WAITS, "wide", "turns", "sectors", "warps", "lanes"), 0.0)
    by_kernel = {}
    for name, counts in counted.items():
        blocks = machine.kernels[name][0].blocks
        if name not in scales:
            static = sum(issued(text)[1] for block in blocks for text in block.lines)
            scales[name] = disassembled(machine.compiler, machine.ptx[name]) / static
        by_kernel[name] = 0.0
        for block, (warps, lanes, sectors, turns) in zip(blocks, counts.tolist(), strict=True):
            for text in block.lines if warps else ():
                unit, number, wide = issued(text)
                unit = "global" if unit == "shared" and not turns else unit
                times = warps * number * (1 if unit in ("shared", "global") else scales[name])
                total[unit] += times
                total["wide"] += times * wide
                by_kernel[name] += times
            total["warps"] += warps * len(block.lines)
            total["lanes"] += lanes * len(block.lines)
            total["sectors"] += sectors
            total["turns"] += turns
    return total, max(by_kernel, key=by_kernel.get)


def busy_clocks(total):
    """Clocks for which each unit of one multiprocessor is busy if it did all of it."""
    asked = {
        "issue": sum(total[unit] for unit in WAITS), "integer": total["integer"], "float64": total["float64"],
        "bit counts": total["bit counts"], "shared memory": total["turns"], "sectors": total["sectors"],
    }  # fmt: skip
    return {unit: number / RATES[unit] for unit, number in asked.items()}


def resident_warps(kernel, resources):
    """How many warps of a kernel a multiprocessor holds, as its registers, shared memory and launch allow."""
    from lt_proofs.kernels import cuda_finite, cuda_gadgets, cuda_masks, cuda_passage
    from lt_proofs.subset_sum import gpu

    most = {
        "match_masks": cuda_masks.MOST_LANES, "passages_listed": cuda_passage.MOST_LANES,
        "gadgets_quickly": cuda_gadgets.QUICK_LANES, "fewest_quickly": gpu.PAIR_LANES,
        "least_cuts": cuda_finite.BLOCKS * 256, "push_masses": cuda_finite.BLOCKS * 256,
    }  # fmt: skip
    warps = resources["threads"] // 32
    registers = -(-resources["registers"] // 8) * 8 * resources["threads"]
    shared = resources["shared"] + CARD["shared_reserved"]
    blocks = min(CARD["blocks"], CARD["registers"] // registers, CARD["shared_bytes"] // shared)
    launched = -(-most.get(kernel, 1 << 30) // (32 * CARD["multiprocessors"]))
    return min(blocks * warps, CARD["warps"], launched)


def count(work, size):
    """Do the work, or pieces of it; how many items that were. The counts are the machine's."""
    pieces = next((piece for name, piece in PIECES.items() if work.name.startswith(name)), None)
    items = work.items(size)
    with ExitStack() as stack:
        if pieces:
            module, length = pieces
            random = np.random.default_rng(1)

            def some(part, total, _length):
                nonlocal items
                for start in random.integers(0, total // length, MANY).tolist():
                    part(start * length, (start + 1) * length)
                items = items * MANY * length // total

            stack.enter_context(mock.patch(f"lt_proofs.kernels.{module}.on_all_gpus", some))
        work.do(work.make(size), "cuda")
    return items


def row_of(work, size, machine, scales, resources):
    """What one work needs, and what a card could do at most, and at least if nothing overlapped."""
    for counts in machine.counts.values():
        counts[:] = 0
    items = count(work, size)
    counted = {name: counts for name, counts in machine.counts.items() if counts.any()}
    total, main = needs(machine, counted, scales)
    clocks = busy_clocks(total)
    busiest = max(clocks, key=clocks.get)
    per_second = CARD["multiprocessors"] * CARD["clock_hz"]
    resident = resident_warps(main, resources[main])
    waiting = sum(total[unit] * clock for unit, clock in WAITS.items())
    limit = per_second * items / clocks[busiest]
    all_units = sum(total[unit] for unit in WAITS)
    return {
        "work": work.name, "kernel": main, "items": items, "instructions": 32 * all_units / items,
        "integer": 32 * total["integer"] / items, "of_64_bits": 32 * total["wide"] / items,
        "float64": 32 * total["float64"] / items, "shared": 32 * total["shared"] / items,
        "global": 32 * total["global"] / items, "other": 32 * (total["other"] + total["bit counts"]) / items,
        "lanes_busy": total["lanes"] / total["warps"] / 32, "bytes": 32 * total["sectors"] / items,
        "bank_rows": total["turns"] / total["shared"] if total["shared"] else 0.0, "warps_resident": resident,
        "busiest": busiest, "clocks": clocks[busiest] / items, "limit_per_second": limit, "half": limit / 2,
        "one_by_one": min(limit, per_second * items * resident / waiting), "reach_per_second": work.reach,
        "half_meets_reach": None if work.reach is None else limit / 2 >= work.reach,
    }  # fmt: skip


def rows(resources):
    """The table; ``resources`` are the rows of the compiler's table for the architecture, by kernel."""
    import run
    from gpu_works import WORKS

    scales = {}
    # the same instances every time
    with run.machine_of(ARCHITECTURE) as machine, mock.patch("gpu_works.random_seed", lambda: 1):
        return [row_of(work, size, machine, scales, resources) for work, size in zip(WORKS, SIZES, strict=True)]


def main():
    """Print the table."""
    import ptxas

    resources = {row["kernel"]: row for row in ptxas.recorded()["rows"] if row["architecture"] == NAME}
    print(f"{CARD['card']}; derived, not measured")
    for row in rows(resources):
        print(row["work"])
        for name, value in row.items():
            if name != "work":
                print(f"    {name:<18}{value:>16,.4g}" if isinstance(value, float) else f"    {name:<18}{value!s:>16}")


if __name__ == "__main__":
    main()
