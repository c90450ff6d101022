"""GPUs that are missing, too old, too small or lost: one line with the remedy, and nothing counted is lost."""

import contextlib
import importlib.util
import sqlite3
import types
from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.cli import run
from lt_proofs.cuda import device as cuda
from lt_proofs.errors import BadInput, DeviceFailed

installed = pytest.mark.skipif(
    importlib.util.find_spec("numba_cuda") is None, reason="the extra [cuda] is not installed"
)
ESTIMATE = ["estimate", "--law", "uniform", "--eps", "0.1", "--trials", "10000", "--seed", "7"]


class FakeError(Exception):
    """The driver's error, as numba words it: a number and the name of the call and of what went wrong."""

    def __init__(self, name):
        super().__init__(1, f"Call to cuLaunchKernel results in {name}")


class FakeGpu:
    """One GPU: a context to enter, and its age."""

    def __init__(self, capability=(9, 0)):
        self.compute_capability = capability
        self.entered = 0

    def __enter__(self):
        self.entered += 1

    def __exit__(self, *_):
        pass


def toolkit(*gpus, free=1 << 30):
    memory = types.SimpleNamespace(get_memory_info=lambda: types.SimpleNamespace(free=free, total=free))
    return lambda: types.SimpleNamespace(gpus=list(gpus), current_context=lambda: memory)


@installed
@pytest.mark.parametrize(
    "command", [ESTIMATE, ["check", "r1-grid"], ["prune", "missing.npz", "-o", "t", "--eps", "0.1"]]
)
def test_without_a_gpu_a_command_fails_at_once(capsys, command):
    assert run([*command, "--device", "cuda"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert "cuda" in err and "NVIDIA driver" in err and "--device cpu" in err


def test_without_the_package_the_remedy_is_to_install_it(monkeypatch, capsys):
    monkeypatch.setattr(cuda.importlib.util, "find_spec", lambda _name: None)
    cuda.toolkit.cache_clear()
    assert run([*ESTIMATE, "--device", "cuda"]) == 3
    cuda.toolkit.cache_clear()
    assert "pip install -e '.[cuda]'" in capsys.readouterr().err


@installed
def test_other_options_for_workers_do_not_go_with_gpus(capsys):
    assert run([*ESTIMATE, "--device", "cuda", "--workers", "3"]) == 3
    assert "leave out --workers" in capsys.readouterr().err


@installed
def test_an_old_gpu_and_no_gpu_are_refused(monkeypatch):
    monkeypatch.setattr(cuda, "toolkit", toolkit(FakeGpu(), FakeGpu((7, 0))))
    with pytest.raises(BadInput, match=r"compute capability 7\.0 cannot be used; 8\.0 is needed; give --device cpu"):
        cuda.require_cuda()
    monkeypatch.setattr(cuda, "toolkit", toolkit())
    with pytest.raises(BadInput, match="CUDA_VISIBLE_DEVICES"):
        cuda.check_device("cuda")
    with pytest.raises(BadInput, match="give one of cpu, cuda"):
        cuda.check_device("tpu")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (FakeError("CUDA_ERROR_OUT_OF_MEMORY"), "free some on the GPU"),
        (MemoryError(), "free some on the GPU"),
        (FakeError("CUDA_ERROR_LAUNCH_TIMEOUT"), "time limit of a GPU with a display"),
        (FakeError("CUDA_ERROR_UNSUPPORTED_PTX_VERSION"), "driver is older"),
        (FakeError("CUDA_ERROR_LAUNCH_FAILED"), "run again with --resume"),
        (FakeError("CUDA_ERROR_ILLEGAL_ADDRESS"), "run again with --resume"),
    ],
)
def test_failures_of_the_driver_are_one_line(problem, words):
    with pytest.raises(DeviceFailed, match=words) as caught, cuda.failures():
        raise problem
    assert "\n" not in str(caught.value) and caught.value.exit_code == 3


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError), cuda.failures():
        raise ZeroDivisionError


@installed
def test_parts_are_shared_out_to_all_gpus(monkeypatch):
    gpus = [FakeGpu() for _ in range(3)]
    monkeypatch.setattr(cuda, "toolkit", toolkit(*gpus))
    done = []
    cuda.on_all_gpus(lambda start, stop: done.append((start, stop)), 10, 3)
    assert sorted(done) == [(0, 3), (3, 6), (6, 9), (9, 10)]
    assert all(gpu.entered for gpu in gpus)


@installed
def test_a_gpu_lost_among_several_is_reported(monkeypatch):
    monkeypatch.setattr(cuda, "toolkit", toolkit(FakeGpu(), FakeGpu()))

    def work(start, _stop):
        if start == 4:
            raise FakeError("CUDA_ERROR_DEVICE_UNAVAILABLE")

    with pytest.raises(DeviceFailed, match="CUDA_ERROR_DEVICE_UNAVAILABLE"):
        cuda.on_all_gpus(work, 10, 2)


def test_threads_are_as_many_as_memory_allows(monkeypatch):
    monkeypatch.setattr(cuda, "toolkit", toolkit(FakeGpu(), free=1000))
    monkeypatch.setattr(cuda, "simulated", lambda: False)
    assert cuda.lanes_for(10, 1 << 20) == 50
    assert cuda.lanes_for(10, 7) == 7
    with pytest.raises(DeviceFailed, match="out of memory"):
        cuda.lanes_for(501, 4)


def test_results_that_were_never_written_are_no_results():
    results = types.SimpleNamespace(copy_to_host=lambda: np.array([4, -3, 5]))
    with pytest.raises(DeviceFailed, match="unwritten"):
        cuda.back(results, -3)


def test_a_gpu_lost_in_a_campaign_leaves_the_ledger_whole(monkeypatch, tmp_path):
    from lt_proofs.campaigns import gpu
    from lt_proofs.campaigns.campaign import FirstPassage
    from lt_proofs.campaigns.ledger import Ledger
    from lt_proofs.campaigns.run import Design
    from lt_proofs.campaigns.run import run as run_campaign
    from lt_proofs.campaigns.threads import on_threads
    from lt_proofs.laws import UNIFORM

    campaign = FirstPassage(7, UNIFORM, Fraction(1, 10), 64)
    on_cpu = campaign.counter()

    def counter_that_dies(start, out):
        if start >= 3 * 4096:
            with cuda.failures():
                raise FakeError("CUDA_ERROR_ECC_UNCORRECTABLE")
        on_cpu(start, out)

    monkeypatch.setattr(gpu, "require_cuda", lambda: 1)
    monkeypatch.setattr(
        FirstPassage, "counter", lambda _self, device="cpu": counter_that_dies if device == "cuda" else on_cpu
    )
    place, trials = tmp_path / "ledger", 8 * 4096 + 5
    with (
        pytest.raises(DeviceFailed, match="--resume"),
        Ledger.open(place, campaign.parameters(), resume=False) as ledger,
    ):
        run_campaign(campaign, trials, gpu.on_gpus(), Design(), ledger)
    with contextlib.closing(sqlite3.connect(place)) as rows:
        assert rows.execute("pragma integrity_check").fetchone() == ("ok",)
    with Ledger.open(place, campaign.parameters(), resume=True) as ledger:
        kept = ledger.sizes()
        assert set(kept) == set(range(len(kept))) and 0 < len(kept) < 9
        resumed = run_campaign(campaign, trials, on_threads(1), Design(), ledger)
    assert resumed.digest == run_campaign(campaign, trials, on_threads(1), Design()).digest
