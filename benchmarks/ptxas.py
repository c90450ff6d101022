"""Compile and assemble every GPU kernel on a machine without a GPU, and report the resources it needs.

    python benchmarks/ptxas.py            print the table for sm_80 and sm_90
    python benchmarks/ptxas.py --write    also write it to reports/ptxas.json, with the limits of limits.py
    python benchmarks/ptxas.py --json 90  print the rows of one architecture as JSON

Numba's compiler asks the current GPU for the architecture of device functions; without a GPU the answer is patched in.
"""

import argparse
import json
import platform
import re
import subprocess
import tempfile
from importlib.metadata import distribution, version
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

ARCHITECTURES = (80, 90)
PACKAGES = ("numba", "numba-cuda", "llvmlite", "numpy", "nvidia-nvvm", "nvidia-cuda-nvcc")
PLACE = Path(__file__).parent.parent / "reports" / "ptxas.json"
RESOURCES = {
    "registers": r"Used (\d+) registers",
    "spill_stores": r"(\d+) bytes spill stores",
    "spill_loads": r"(\d+) bytes spill loads",
    "stack": r"(\d+) bytes stack frame",
    "shared": r"(\d+) bytes smem",
}


def ptxas():
    """Return the path of the installed toolkit's assembler."""
    files = distribution("nvidia-cuda-nvcc").files or []
    return next(Path(file.locate()) for file in files if file.name == "ptxas")


def ptx_of(kernel, architecture):
    """Return the PTX of a kernel for an architecture such as 90."""
    from numba import cuda

    from lt_proofs.cuda.device import device_twin
    from lt_proofs.kernels.cpu import with_helpers

    capability = divmod(architecture, 10)
    function = with_helpers(kernel.function, device_twin)
    # device functions are compiled for the architecture of the current device, which does not exist here
    told = SimpleNamespace(compute_capability=capability)
    with mock.patch("numba.cuda.dispatcher.get_current_device", lambda: told):
        text, _ = cuda.compile(function, kernel.signature, cc=capability, output="ptx", device=False, abi="numba")
    return text


def row_of(kernel, architecture):
    """Return the resources of a kernel, and its numbers of float comparisons and calls, which integer kernels avoid."""
    ptx = ptx_of(kernel, architecture)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "kernel.ptx"
        source.write_text(ptx)
        command = [ptxas(), f"-arch=sm_{architecture}", "-v", source, "-o", Path(folder) / "kernel.cubin"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {name: re.search(pattern, done.stderr) for name, pattern in RESOURCES.items()}
    return {
        "kernel": kernel.name,
        "architecture": f"sm_{architecture}",
        "threads": kernel.block,
        **{name: int(match[1]) if match else 0 for name, match in found.items()},
        "float_comparisons": len(re.findall(r"setp\.\w+\.f64", ptx)),
        "calls": len(re.findall(r"call\.uni", ptx)),
    }


def rows(architecture):
    """Return the table of one architecture; compiled device functions are cached, so a process serves only one."""
    from lt_proofs.cuda.registry import KERNELS

    return [row_of(kernel, architecture) for kernel in KERNELS]


def recorded():
    """Return the recorded table."""
    return json.loads(PLACE.read_text())


def toolchain():
    """Return the versions on which the figures depend."""
    return {"python": ".".join(platform.python_version_tuple()[:2]), **{name: version(name) for name in PACKAGES}}


def main():
    """Print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep the table as reports/ptxas.json")
    parser.add_argument("--json", type=int, metavar="ARCHITECTURE", help="print the rows of one architecture as JSON")
    options = parser.parse_args()
    if options.json is not None:
        print(json.dumps(rows(options.json)))
        return
    import sys

    table = []
    for architecture in ARCHITECTURES:
        command = [sys.executable, __file__, "--json", str(architecture)]
        table += json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    columns = ["kernel", "architecture", "threads", *RESOURCES, "float_comparisons", "calls"]
    for line in (dict(zip(columns, columns, strict=True)), *table):
        print(f"{line['kernel']:<20}", *(f"{line[column]!s:>12}" for column in columns[1:]))
    if options.write:
        import limits

        about = {**limits.CARD, "how": "from the machine code, not measured"}
        found = limits.rows({row["kernel"]: row for row in table if row["architecture"] == limits.NAME})
        report = {"toolchain": toolchain(), "card": about, "limits": found, "rows": table}
        PLACE.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
