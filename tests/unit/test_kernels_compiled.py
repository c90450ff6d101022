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
SOURCES = (
    "__init__.py",
    "caches.py",
    "errors.py",
    "kernels/__init__.py",
    "kernels/cpu.py",
    "kernels/halves.py",
    "kernels/machine_code.py",
    "kernels/places.py",
)


@pytest.fixture
def copied(tmp_path) -> Path:
    """A folder with a copy of the package in it that has a few kernels only."""
    room, home = tmp_path / "copied" / "lt_proofs", Path(lt_proofs.__file__).parent
    (room / "kernels").mkdir(parents=True)
    for source in SOURCES:
        shutil.copy(home / source, room / source)
    return room.parent


def answer(folder: Path, **settings: Path) -> list[str]:
    """What the program prints in a process with these settings; the second word counts what was found compiled."""
    theirs = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    ours = {"PYTHONPATH": folder, "NUMBA_DISABLE_JIT": "0", "PYTHONDONTWRITEBYTECODE": "1", **settings}
    environment = {**theirs, **{name: str(value) for name, value in ours.items()}}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.split()


def compiled_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.nbi"))


def test_an_edit_in_another_kernel_makes_machine_code_stale(copied, tmp_path):
    cache = tmp_path / "cache"
    assert answer(copied, NUMBA_CACHE_DIR=cache) == ["True", "0"]
    assert answer(copied, NUMBA_CACHE_DIR=cache) == ["True", "1"]
    (copied / "lt_proofs" / "kernels" / "other.py").write_text("# an edit elsewhere\n")
    assert answer(copied, NUMBA_CACHE_DIR=cache) == ["True", "0"]
    assert len(list((cache / "lt_proofs").glob("kernels-*"))) == 2


def test_machine_code_is_kept_among_the_user_s_caches_and_not_beside_the_sources(copied, tmp_path):
    cache = tmp_path / "cache"
    assert answer(copied, XDG_CACHE_HOME=cache) == ["True", "0"]
    assert answer(copied, XDG_CACHE_HOME=cache) == ["True", "1"]
    assert compiled_files(cache)
    assert not compiled_files(copied)


def test_without_a_writable_cache_the_folder_for_temporary_files_serves(copied, tmp_path):
    (tmp_path / "file").write_text("no folder")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    places = {"XDG_CACHE_HOME": tmp_path / "file" / "cache", "TMPDIR": temporary}
    assert answer(copied, **places) == ["True", "0"]
    assert answer(copied, **places) == ["True", "1"]
    assert compiled_files(temporary)
    (private,) = temporary.iterdir()
    private.chmod(0o777)
    assert answer(copied, **places) == ["True", "0"], "code from a folder open to all must not be loaded"


def test_a_damaged_file_costs_a_compilation_and_nothing_else(copied, tmp_path):
    answer(copied, NUMBA_CACHE_DIR=tmp_path)
    for path in tmp_path.rglob("*.nb?"):
        path.write_bytes(b"")
    assert answer(copied, NUMBA_CACHE_DIR=tmp_path) == ["True", "0"]
