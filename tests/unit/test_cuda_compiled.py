"""Every kernel compiles for GPUs on a machine without one, within its budget; the recorded table is current."""

import importlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

ROOT = Path(__file__).parent.parent.parent
needed = [name for name in ("numba_cuda", "nvidia") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.skipif(bool(needed), reason="the extra [cuda] is not installed"),
    pytest.mark.timeout(600),
]
REGISTERS, STATIC_SHARED = 65_536, 49_152


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("ptxas_tool", ROOT / "benchmarks" / "ptxas.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def recorded():
    return json.loads((ROOT / "reports" / "ptxas.json").read_text())


def kernels_in_the_house():
    from lt_proofs.cuda.device import Kernel

    found = {}
    for path in (ROOT / "lt_proofs" / "cuda").glob("*.py"):
        if path.stem not in ("__init__", "registry"):
            module = importlib.import_module(f"lt_proofs.cuda.{path.stem}")
            found |= {value.name: value for value in vars(module).values() if isinstance(value, Kernel)}
    return found


def reached(function, seen=None):
    """The names of all functions that a function calls, directly or not."""
    from lt_proofs.kernels.cpu import helpers

    seen = set() if seen is None else seen
    for name, helper in helpers(function).items():
        if name not in seen:
            seen.add(name)
            reached(helper, seen)
    return seen


def test_the_registry_holds_every_kernel_and_the_table_every_kernel_of_the_registry(tool):
    from lt_proofs.cuda.registry import KERNELS

    registered = {kernel.name: kernel for kernel in KERNELS}
    assert registered == kernels_in_the_house()
    assert all(name == kernel.function.__name__ for name, kernel in registered.items())
    assert all(type(kernel.function) is FunctionType for kernel in KERNELS), "kernels stay plain functions"
    table = {(row["kernel"], row["architecture"]) for row in recorded()["rows"]}
    assert table == {(name, f"sm_{arch}") for name in registered for arch in tool.ARCHITECTURES}


@pytest.mark.parametrize("architecture", [pytest.param(80, marks=pytest.mark.slow), 90])
def test_kernels_compile_within_their_budget(tool, architecture):
    from lt_proofs.cuda.registry import KERNELS

    command = [sys.executable, ROOT / "benchmarks" / "ptxas.py", "--json", str(architecture)]
    rows = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    functions = {kernel.name: kernel.function for kernel in KERNELS}
    assert [row["kernel"] for row in rows] == list(functions)
    for row in rows:
        calls = reached(functions[row["kernel"]])
        turns = "breaking_rays" in calls
        assert row["spill_stores"] == row["spill_loads"] == 0, row
        # sines and cosines reduce large angles in a function with a small stack
        assert row["stack"] <= 40 * turns and row["calls"] <= 2 * turns, row
        assert row["registers"] * row["threads"] <= REGISTERS and row["shared"] <= STATIC_SHARED, row
        # the width of the sieve's buckets is a float; an unsigned word against a signed one would be one, too
        assert turns or row["float_comparisons"] == (3 if "expected_shift" in calls else 0), row
    if tool.toolchain() == recorded()["toolchain"]:
        mine = [row for row in recorded()["rows"] if row["architecture"] == f"sm_{architecture}"]
        assert rows == mine, "python benchmarks/ptxas.py --write"
