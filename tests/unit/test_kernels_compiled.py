"""How kernels are compiled: helpers too, one twin each, stale as soon as any kernel source changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import lt_proofs
from lt_proofs.kernels import cpu, halves, passage

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="the compiler is switched off")


@needs_compiler
def test_a_twin_is_compiled_and_the_source_stays_plain():
    twin = cpu.compiled(halves.better)
    assert twin is cpu.compiled(halves.better)
    assert hasattr(twin, "py_func")
    assert not hasattr(halves.better, "py_func")
    assert hasattr(twin.py_func.__globals__["elements"], "py_func")
    assert twin(0b11, 0b100) == halves.better(0b11, 0b100)


@needs_compiler
def test_helpers_of_other_modules_are_compiled():
    twin = cpu.compiled(passage.first_passages)
    inner = twin.py_func.__globals__["first_passage_of"].py_func
    assert hasattr(inner.__globals__["words_of_samples"], "py_func")


PROGRAM = """
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.halves import better
print(compiled(better)(1, 2), sum(compiled(better).stats.cache_hits.values()))
"""


def answer(folder: Path, cache: Path) -> list[str]:
    environment = {
        **os.environ, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(cache), "NUMBA_DISABLE_JIT": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.split()


def test_an_edit_in_another_kernel_makes_machine_code_stale(tmp_path):
    room = tmp_path / "lt_proofs"
    home = Path(lt_proofs.__file__).parent
    (room / "kernels").mkdir(parents=True)
    for source in (
        "__init__.py",
        "errors.py",
        "kernels/__init__.py",
        "kernels/cpu.py",
        "kernels/halves.py",
        "kernels/places.py",
    ):
        shutil.copy(home / source, room / source)
    cache = tmp_path / "cache"
    assert answer(tmp_path, cache) == ["True", "0"]
    assert answer(tmp_path, cache) == ["True", "1"]
    (room / "kernels" / "other.py").write_text("# an edit elsewhere\n")
    assert answer(tmp_path, cache) == ["True", "0"]
