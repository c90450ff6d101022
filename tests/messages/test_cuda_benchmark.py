"""The GPU benchmark refuses without a GPU, catches wrong answers, and never makes up a figure."""

import importlib.util
import json
import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).parent.parent.parent / "benchmarks" / "gpu.py"
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("numba_cuda") is None, reason="the extra [cuda] is not installed"
)


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPT.parent)
    spec = importlib.util.spec_from_file_location("gpu_benchmark", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def start(*arguments, **environment):
    command = [sys.executable, SCRIPT, *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)


def test_without_a_gpu_nothing_is_measured(tool, monkeypatch, capsys, tmp_path):
    place = tmp_path / "gpu.json"
    monkeypatch.setattr(sys, "argv", ["gpu.py", "-o", str(place)])
    with pytest.raises(SystemExit) as stopped:
        tool.main()
    assert stopped.value.code == 3 and "NVIDIA driver" in capsys.readouterr().err and not place.exists()
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--absent", "-o", str(place)])
    tool.main()
    report = json.loads(place.read_text())
    assert report["status"] == "no GPU was available" and report["rows"] == []
    monkeypatch.setattr(tool.house, "require_cuda", lambda: 1)
    with pytest.raises(SystemExit, match="measure it"):
        tool.main()


def test_in_the_simulator_answers_are_compared_and_no_figures_given(tmp_path):
    place = tmp_path / "gpu.json"
    done = start("--only", "any subset", "-o", place, NUMBA_ENABLE_CUDASIM="1")
    assert done.returncode == 0 and "the same answers" in done.stdout and "/s" not in done.stdout, done.stderr
    assert not place.exists()
    assert start("--only", "no such row", NUMBA_ENABLE_CUDASIM="1").returncode == 2


def test_a_wrong_answer_ends_it(tool):
    from gpu_works import Work

    def lying(size, device):
        return (np.arange(size) + (device == "cuda"),)

    work = Work("lies", lambda n: n, lying, (9, 9, 9), len)
    with pytest.raises(SystemExit, match="lies: the GPU's answers differ"):
        tool.compare(work, 5)
    honest = Work("honest", lambda n: n, lambda size, _device: (np.arange(size),), (9, 9, 9), len)
    assert len(tool.compare(honest, 5)) == 64


def test_rows_state_what_was_measured(tool, monkeypatch):
    from gpu_works import Work

    class Event:
        def record(self):
            pass

        def synchronize(self):
            pass

        def elapsed_time(self, _after):
            return 250.0

    monkeypatch.setattr(tool.house, "toolkit", lambda: types.SimpleNamespace(event=Event))
    monkeypatch.setattr(tool.house.Kernel, "launch", lambda *_: None)
    kernel = tool.house.Kernel("k", print, "void()", 32)

    def do(_size, device):
        if device == "cuda":
            kernel.launch(1)
            kernel.launch(1)
        return (np.zeros(1),)

    work = Work("row", lambda n: n, do, (100, 10, 1), lambda n: n, 150.0)
    monkeypatch.setattr(tool, "limits", lambda: {"row": ("issue", 5.0)})
    row = tool.measure(work, {"multiprocessors": 2, "clock_hz": 1000})
    assert row["kernel_seconds"] == 0.5 and row["items_per_second"] == 200 and row["reach_per_second"] == 150
    assert row["kernels"][0] == {"k": 0.5} and row["limit_per_second"] == 400 and row["share_of_limit"] == 0.5
    assert len(row["walls"]) == tool.ROUNDS and row["times_cpu"] > 0


def test_a_card_is_described_with_and_without_its_own_tool(tool, monkeypatch):
    card = types.SimpleNamespace(
        uuid="GPU-2", name="H", compute_capability=(9, 0), MULTIPROCESSOR_COUNT=132, CLOCK_RATE=1_980_000
    )
    monkeypatch.setattr(tool.house, "toolkit", lambda: types.SimpleNamespace(get_current_device=lambda: card))
    monkeypatch.setattr(tool.house, "require_cuda", lambda: 2)
    monkeypatch.setattr(tool, "launch_seconds", lambda: 1e-5)

    def answers(text):
        monkeypatch.setattr(tool.subprocess, "run", lambda *_, **__: types.SimpleNamespace(stdout=text))
        return tool.card_facts()

    two = answers("GPU-1, A, 580, 9, 1000\nGPU-2, NVIDIA H200, 580.1, 143771, 1980\n")
    assert two["name"] == "NVIDIA H200" and two["driver"] == "580.1" and two["clock_hz"] == 1_980_000_000
    silent = answers("GPU-2, NVIDIA H200, 580.1, 143771, [N/A]\n")
    assert silent["clock_hz"] == 1_980_000_000 and answers("No devices were found\n")["name"] == "H"

    def missing(*_, **__):
        raise FileNotFoundError("nvidia-smi")

    monkeypatch.setattr(tool.subprocess, "run", missing)
    assert tool.card_facts()["name"] == "H" and tool.card_facts()["multiprocessors"] == 132


def test_a_peer_without_a_gpu_is_none(tool, monkeypatch):
    blind = types.SimpleNamespace(cuda=types.SimpleNamespace(is_available=lambda: False))
    monkeypatch.setitem(sys.modules, "torch", blind)
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert tool.enumeration()["peer"] is None


def test_the_committed_report_is_of_a_known_kind():
    report = json.loads((SCRIPT.parent.parent / "reports" / "gpu.json").read_text())
    assert report["status"] in ("measured", "no GPU was available")
    if report["status"] == "measured":
        assert report["card"]["driver"] and all(row["same_digest"] for row in report["rows"])
