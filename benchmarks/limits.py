"""Upper limits for the speed of the kernels on a GPU of the H200's class, derived from their machine code.

    python benchmarks/limits.py            print the table
    python benchmarks/ptxas.py --write     write it to reports/ptxas.json

The limits are derived, not measured. The PTX of the kernels runs on random instances on this computer (``machine``),
the lanes of a warp in step; this counts how often a warp passes each basic block, and the rows of shared memory and
sectors of device memory that it accesses. One PTX instruction becomes one or several machine instructions: ``issued``
estimates how many, and the total of a kernel is scaled to the number in its disassembly. A multiprocessor issues four
warp instructions per clock cycle, two of them for integers, and so on; so no kernel can be faster than its busiest unit
allows (``limit``). The other extreme (``one_by_one``) assumes that each warp waits for the result of every instruction
before it issues the next, as if each depended on the one before.
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
# per clock cycle of a multiprocessor: warp instructions, rows of shared memory, and sectors of 32 bytes
RATES = {"issue": 4, "integer": 2, "float64": 2, "bit counts": 0.5, "shared memory": 1, "sectors": 4}
# latencies in clock cycles, approximate values from published microbenchmarks; NVIDIA does not specify them
WAITS = {"integer": 5, "float64": 8, "bit counts": 10, "shared": 30, "global": 400, "other": 8}
PAIRS = {"min": 4, "max": 4, "abs": 4, "mul": 4, "popc": 3, "clz": 3, "div": 70, "rem": 70}
FLOATS = {"div": 12, "sqrt": 15, "min": 3, "max": 3, "selp": 2}
ARCHITECTURE, NAME = 90, "sm_90"
# the size at which each work is counted; of two works random pieces of the whole range are run and scaled up
SIZES = (2048, 64, 128, 2048, 1024, 30, 12, 8, 32)
PIECES = {"least cuts": ("finite", 1 << 13), "all masks": ("masks", 64)}
MANY = 4


def issued(text):
    """Return the unit of a PTX instruction, the number of machine instructions it becomes, and whether it is 64-bit."""
    opcode = (text.split(" ", 2)[1] if text.startswith("@") else text.split(" ", 1)[0]).split(".")
    name, kind = opcode[0], opcode[-1]
    if name in ("ld", "st", "atom"):
        # a generic address is classified when the access is executed: it counts as global if it touches no shared row
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
    """Return the number of machine instructions of a kernel, from its disassembly without NOPs."""
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
    """Return, for all launches together, instructions by unit, rows, sectors and lanes; and the main kernel's name."""
    total = dict.fromkeys((*WAITS, "wide", "turns", "sectors", "warps", "lanes"), 0.0)
    by_kernel = {}
    for name, counts in counted.items():
        blocks = machine.kernels[name][0].blocks
        # PTX is not machine code: ``issued`` is scaled so that a kernel's static total equals its disassembly
        if name not in scales:
            static = sum(issued(text)[1] for block in blocks for text in block.lines)
            scales[name] = disassembled(machine.compiler, machine.ptx[name]) / static
        by_kernel[name] = 0.0
        for block, (warps, lanes, sectors, turns) in zip(blocks, counts.tolist(), strict=True):
            for text in block.lines if warps else ():
                unit, number, wide = issued(text)
                unit = "global" if unit == "shared" and not turns else unit
                # memory accesses correspond one to one and are not scaled
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
    """Return the clock cycles that each unit of a single multiprocessor would be busy with all of the work."""
    asked = {
        "issue": sum(total[unit] for unit in WAITS), "integer": total["integer"], "float64": total["float64"],
        "bit counts": total["bit counts"], "shared memory": total["turns"], "sectors": total["sectors"],
    }  # fmt: skip
    return {unit: number / RATES[unit] for unit, number in asked.items()}


def resident_warps(kernel, resources):
    """Return how many warps of a kernel fit a multiprocessor, limited by registers, shared memory and the launch."""
    from lt_proofs.cuda import finite, gadgets, masks, passage
    from lt_proofs.subset_sum import gpu

    most = {
        "match_masks": masks.MOST_LANES, "passages_listed": passage.MOST_LANES,
        "gadgets_quickly": gadgets.QUICK_LANES, "fewest_quickly": gpu.PAIR_LANES,
        "least_cuts": finite.BLOCKS * 256, "push_masses": finite.BLOCKS * 256,
    }  # fmt: skip
    warps = resources["threads"] // 32
    # registers are allocated in multiples of eight per thread
    registers = -(-resources["registers"] // 8) * 8 * resources["threads"]
    shared = resources["shared"] + CARD["shared_reserved"]
    blocks = min(CARD["blocks"], CARD["registers"] // registers, CARD["shared_bytes"] // shared)
    # a launch that gives memory of its own to a limited number of threads cannot fill the multiprocessors beyond it
    launched = -(-most.get(kernel, 1 << 30) // (32 * CARD["multiprocessors"]))
    return min(blocks * warps, CARD["warps"], launched)


def count(work, size):
    """Do the work, or random pieces of it, on the emulated machine, which counts; return the number of items."""
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

            stack.enter_context(mock.patch(f"lt_proofs.cuda.{module}.on_all_gpus", some))
        work.do(work.make(size), "cuda")
    return items


def row_of(work, size, machine, scales, resources):
    """Return what one work needs, the highest possible rate, and the rate if no instructions overlapped."""
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
    """Return the table; ``resources`` are the assembler's rows for the architecture, by kernel."""
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
