"""Exports to ONNX and PyTorch compute what the ticket computes, on the target's own inputs, and can be read again."""

import io
import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import lt_proofs
from lt_proofs.cli import run
from lt_proofs.networks import Layer, Target, digits, load_target, prune, save_ticket, ticket_of
from lt_proofs.networks.export import MOST_DENSE, onnx_bytes, torch_bytes, torch_module
from lt_proofs.networks.onnx_export import gaps_between

WIDTHS = {"biased": (5, 7, 3), "scaled": (6, 8, 4), "deep": (4, 6, 5, 6, 5, 6, 2)}
LARGEST = {"biased": 1.0, "scaled": 5.0, "deep": 0.6}


def target_of(name: str) -> Target:
    """Three networks with biases; weights of the second are up to 5, the third has six layers."""
    random = np.random.Generator(np.random.PCG64(3))

    def uniform(*shape):
        return random.uniform(-LARGEST[name], LARGEST[name], shape).astype(np.float32)

    layers = [Layer(uniform(after, before), uniform(after)) for before, after in pairwise(WIDTHS[name])]
    return Target.of(layers, [f"fc{i}" for i in range(len(layers))])


def points(width: int) -> np.ndarray:
    """Points of the unit ball, a third of them on its surface and some with zeros."""
    random = np.random.Generator(np.random.PCG64(4))
    rows = random.normal(size=(60, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) * np.where(np.arange(60) % 3, 1.0001, 3)[:, None]
    rows[::7, 0] = 0
    rows[0] = 0
    return rows.astype(np.float32)


def run_onnx(content: bytes, inputs: np.ndarray) -> np.ndarray:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(content)
    (entry,), (outputs,) = session.get_inputs(), session.run(None, {"inputs": inputs})
    assert entry.shape == ["batch", inputs.shape[1]]
    return outputs


def agrees(outputs: np.ndarray, ticket: lt_proofs.networks.Ticket, target: Target, inputs: np.ndarray) -> None:
    """Whether outputs are the ticket's up to float32 rounding, and within the certified error of the target's."""
    expected = ticket.forward(inputs)
    rounding = 1e-5 * max(1.0, float(np.abs(expected).max()))
    assert outputs.shape == (len(inputs), target.widths[-1])
    assert np.abs(outputs - expected).max() <= rounding
    gap = np.linalg.norm(outputs - target.forward(inputs), axis=1).max()
    assert gap <= float(ticket.error_bound) + rounding * outputs.shape[1]


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("name", WIDTHS)
def test_exports_agree_with_the_ticket(name: str, sparse: bool) -> None:
    pytest.importorskip("onnx")
    target = target_of(name)
    ticket = ticket_of(prune(target, Fraction(1, 100), seed=2))
    assert ticket.constant_input and (ticket.factor > 1) == (name == "scaled")
    inputs = points(target.widths[0])
    agrees(run_onnx(ticket.to_onnx(sparse=sparse), inputs), ticket, target, inputs)


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("name", WIDTHS)
def test_torch_modules_agree_with_the_ticket(name: str, sparse: bool) -> None:
    torch = pytest.importorskip("torch")
    target = target_of(name)
    ticket = ticket_of(prune(target, Fraction(1, 100), seed=2))
    inputs = points(target.widths[0])
    module = ticket.to_torch(sparse=sparse)
    agrees(module(torch.from_numpy(inputs)).detach().numpy(), ticket, target, inputs)
    one = module(torch.from_numpy(inputs[1])).detach().numpy()
    assert one.shape == (target.widths[-1],) and np.allclose(one, ticket.forward(inputs[1]), atol=1e-4)


def test_a_layer_of_which_nothing_is_kept() -> None:
    runtime = pytest.importorskip("onnxruntime")
    layers = [Layer(np.zeros((3, 4), np.float32)), Layer(np.zeros((2, 3), np.float32))]
    ticket = ticket_of(prune(Target.of(layers, ["a", "b"]), Fraction(1, 10)))
    for sparse in (False, True):
        session = runtime.InferenceSession(ticket.to_onnx(sparse=sparse))
        assert np.array_equal(session.run(None, {"inputs": np.ones((1, 4), np.float32)})[0], [[0, 0]])


@pytest.mark.parametrize("largest", [3, 255, 256, 1000])
def test_gaps_lead_to_the_places(largest: int) -> None:
    random = np.random.Generator(np.random.PCG64(largest))
    places = random.permutation(np.cumsum(random.integers(1, largest + 1, 50)))
    weights = random.uniform(1, 2, 50).astype(np.float32)
    gaps, spread = gaps_between(places, weights)
    assert gaps.dtype == np.uint8
    dense = dict(zip(places.tolist(), weights.tolist(), strict=True))
    at = np.cumsum(gaps.astype(int)).tolist()
    assert len(set(at)) == len(at)
    assert {k: v for k, v in zip(at, spread.tolist(), strict=True) if v} == dense


def test_the_state_dict_is_one_of_torch_prune(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    save_ticket(prune(target_of("scaled"), Fraction(1, 10), seed=6), tmp_path / "t")
    ticket = lt_proofs.load_ticket(tmp_path / "t")
    state = torch.load(io.BytesIO(torch_bytes(ticket)), weights_only=True)
    weights = [f"{2 * i}.weight_{kind}" for i in range(4) for kind in ("orig", "mask")]
    assert sorted(state) == sorted([*weights, "0.bias_orig", "0.bias_mask"])
    for number in range(1, 5):
        mask, weight = ticket.masks[number], ticket.weights[number]
        if number == 1:
            assert np.array_equal(state["0.bias_orig"].numpy(), weight[:, -1])
            assert np.array_equal(state["0.bias_mask"].numpy(), mask[:, -1])
            mask, weight = mask[:, :-1], weight[:, :-1]
        scale = 1 if number % 2 else 2 ** ticket.pairs[number // 2 - 1].scale
        assert np.array_equal(state[f"{2 * number - 2}.weight_orig"].numpy(), scale * weight)
        assert np.array_equal(state[f"{2 * number - 2}.weight_mask"].numpy(), mask)
    module = ticket.to_torch()
    assert torch.nn.utils.prune.is_pruned(module)
    module.load_state_dict(state)


def test_large_exports_are_sparse(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    ticket = ticket_of(prune(digits.target(), Fraction(1, 10)))
    dense, sparse = onnx_bytes(ticket), onnx_bytes(ticket, sparse=True)
    assert len(sparse) < len(dense) / 10
    monkeypatch.setitem(MOST_DENSE, "onnx", 1000)
    monkeypatch.setitem(MOST_DENSE, "torch", 1000)
    assert onnx_bytes(ticket) == sparse
    assert all(value.is_sparse for value in torch_module(ticket).state_dict().values())
    state = torch.load(io.BytesIO(torch_bytes(ticket)), weights_only=True)
    torch_module(ticket).load_state_dict(state)


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("name", ["network.onnx", "network.pt"])
def test_exports_are_read_again(
    tmp_path: Path, name: str, sparse: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("torch")
    from safetensors.numpy import save_file

    if sparse:
        monkeypatch.setitem(MOST_DENSE, "onnx", 0)
        monkeypatch.setitem(MOST_DENSE, "torch", 0)
    target = target_of("scaled")
    tensors = {f"fc{i}.{part}": array for i, layer in enumerate(target.layers) for part, array in vars(layer).items()}
    save_file(tensors, tmp_path / "net.safetensors")
    command = ["prune", str(tmp_path / "net.safetensors"), "-o", str(tmp_path / "t"), "--eps", "0.05"]
    assert run([*command, "--export", "onnx,torch"]) == 0
    ticket = lt_proofs.load_ticket(tmp_path / "t")
    again = load_target(tmp_path / "t" / name)
    inputs = points(6)
    assert again.widths[0] == 6 and np.allclose(again.forward(inputs), ticket.forward(inputs), atol=1e-4)
    assert run(["prune", str(tmp_path / "t" / name), "-o", str(tmp_path / "u"), "--eps", "0.05"]) == 0
    assert run(["recheck", str(tmp_path / "u")]) == 0


@pytest.mark.slow
@pytest.mark.skipif("LT_PROOFS_NETWORKS" not in os.environ, reason="LT_PROOFS_NETWORKS names a folder of networks")
def test_a_public_network_of_a_megabyte() -> None:
    """Its ticket is an ONNX file of a few megabytes, not of 59, and a state dict of 15, not of 430."""
    pytest.importorskip("onnx")
    torch = pytest.importorskip("torch")
    target = load_target(Path(os.environ["LT_PROOFS_NETWORKS"]) / "mnistfc_256x2.onnx")
    ticket = ticket_of(prune(target, Fraction(1, 100)))
    inputs = points(784)
    content = ticket.to_onnx()
    assert len(content) < 5_000_000 and len(torch_bytes(ticket)) < 20_000_000
    agrees(run_onnx(content, inputs), ticket, target, inputs)
    agrees(ticket.to_torch()(torch.from_numpy(inputs)).numpy(), ticket, target, inputs)
