"""Networks from ONNX and PyTorch files."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lt_proofs.cli import run
from lt_proofs.errors import BadInput, Malformed
from lt_proofs.networks import digits, load_target

onnx = pytest.importorskip("onnx")
helper, numpy_helper = onnx.helper, onnx.numpy_helper

RANDOM = np.random.Generator(np.random.PCG64(8))
W1, B1 = RANDOM.uniform(-1, 1, (4, 3)).astype(np.float32), RANDOM.uniform(-1, 1, 4).astype(np.float32)
W2, B2 = RANDOM.uniform(-2, 2, (2, 4)).astype(np.float32), RANDOM.uniform(-1, 1, 2).astype(np.float32)


def model(path: Path, nodes: list[tuple[str, list[str], str, dict]], **constants: np.ndarray) -> Path:
    made = [helper.make_node(op, inputs, [out], **settings) for op, inputs, out, settings in nodes]
    tensors = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    ends = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, None) for n in ("x", nodes[-1][2])]
    graph = helper.make_graph(made, "g", ends[:1], ends[1:], tensors)
    path.write_bytes(helper.make_model(graph).SerializeToString())
    return path


def gemms(path: Path) -> Path:
    """As PyTorch exports it."""
    nodes = [
        ("Flatten", ["x"], "f", {}),
        ("Gemm", ["f", "w1", "b1"], "h", {"transB": 1}),
        ("Relu", ["h"], "r", {}),
        ("Gemm", ["r", "w2", "b2"], "y", {"transB": 1}),
    ]
    return model(path, nodes, w1=W1, b1=B1, w2=W2, b2=B2)


def matmuls(path: Path) -> Path:
    """As Keras and scikit-learn export it."""
    nodes = [
        ("Cast", ["x"], "c", {"to": 1}),
        ("MatMul", ["c", "w1"], "m", {}),
        ("Add", ["m", "b1"], "h", {}),
        ("Relu", ["h"], "r", {}),
        ("MatMul", ["r", "w2"], "n", {}),
        ("Add", ["b2", "n"], "s", {}),
        ("Softmax", ["s"], "y", {}),
    ]
    return model(path, nodes, w1=W1.T.copy(), b1=B1[None], w2=W2.T.copy(), b2=B2[None])


@pytest.mark.parametrize("make", [gemms, matmuls])
def test_chains_are_read(tmp_path: Path, make) -> None:
    target = load_target(make(tmp_path / "net.onnx"))
    x = RANDOM.uniform(-1, 1, (5, 3))
    expected = np.maximum(x @ W1.T + B1, 0) @ W2.T + B2
    assert np.allclose(target.forward(x), expected, rtol=1e-6)
    assert target.remarks == (("outputs are those before Softmax",) if make is matmuls else ())


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([("Conv", ["x", "w1"], "y", {})], "operator Conv"),
        ([("Gemm", ["x", "w1"], "y", {"transB": 1, "alpha": 0.5})], "alpha = beta = 1"),
        ([("MatMul", ["x", "a"], "h", {}), ("MatMul", ["h", "b"], "y", {})], "put a Relu between"),
        ([("MatMul", ["x", "a"], "h", {}), ("Relu", ["h"], "y", {})], "after the last layer"),
        ([("MatMul", ["x", "missing"], "y", {})], "constants of the file"),
        ([("Relu", ["x"], "h", {}), ("Add", ["h", "h"], "y", {})], "follows no matrix"),
        ([("Relu", ["x"], "y", {})], "no layers"),
    ],
)
def test_what_is_not_supported_is_named(tmp_path: Path, nodes, words: str) -> None:
    path = model(tmp_path / "net.onnx", nodes, w1=W1, a=W1.T.copy(), b=W2.T.copy())
    with pytest.raises(BadInput, match=words):
        load_target(path)


def test_external_data_and_garbage_are_refused(tmp_path: Path) -> None:
    loaded = onnx.load(gemms(tmp_path / "net.onnx"))
    tensor = loaded.graph.initializer[0]
    onnx.external_data_helper.set_external_data(tensor, "elsewhere.bin")
    (tmp_path / "net.onnx").write_bytes(loaded.SerializeToString())
    with pytest.raises(BadInput, match="external data"):
        load_target(tmp_path / "net.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"\xff" * 100)
    with pytest.raises(Malformed, match="ONNX"):
        load_target(tmp_path / "bad.onnx")


def test_export_writes_beside_the_ticket(tmp_path: Path) -> None:
    arguments = ["prune", str(digits.path()), "-o", str(tmp_path / "t"), "--eps", "0.1", "--export", "onnx"]
    assert run(arguments) == 0
    assert (tmp_path / "t" / "network.onnx").exists()
    assert run([*arguments, "--force"]) == 0 and run(["recheck", str(tmp_path / "t")]) == 0


def test_export_names_what_it_cannot_write(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["prune", str(digits.path()), "-o", str(tmp_path / "t"), "--eps", "0.1", "--export"]
    assert run([*arguments, "tflite"]) == 3
    assert "give one or more of onnx,torch" in capsys.readouterr().err


def test_without_torch_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(BadInput, match=r"\.\[torch\]"):
        load_target(tmp_path / "net.pt")


def test_torch_modules_and_state_dicts_are_read(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from lt_proofs.networks.torch_target import target_from_module

    linear = torch.nn.Linear
    module = torch.nn.Sequential(torch.nn.Flatten(), linear(3, 4), torch.nn.ReLU(), linear(4, 2, bias=False))
    torch.save(module.state_dict(), tmp_path / "net.pt")
    from_file, from_module = load_target(tmp_path / "net.pt"), target_from_module(module)
    x = RANDOM.uniform(-1, 1, (5, 3)).astype(np.float32)
    expected = module(torch.from_numpy(x)).detach().numpy()
    assert np.allclose(from_file.forward(x), expected, atol=1e-5)
    assert np.allclose(from_module.forward(x), expected, atol=1e-5)
    (tmp_path / "evil.pt").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(Malformed, match="weights_only"):
        load_target(tmp_path / "evil.pt")
    torch.save(module, tmp_path / "module.pt")
    with pytest.raises(Malformed, match="weights_only"):
        load_target(tmp_path / "module.pt")
    with pytest.raises(BadInput, match="module Tanh"):
        target_from_module(torch.nn.Sequential(linear(3, 4), torch.nn.Tanh()))
