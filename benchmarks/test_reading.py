"""Time reading an ONNX network of one megabyte, 784-256-256-10, and comparing it with its own runtime."""

import time

import numpy as np
import pytest

from lt_proofs.networks import load_target

onnx = pytest.importorskip("onnx")
ROUNDS = 5


def network(path):
    """Write a network of normalized inputs and random weights as PyTorch exports it."""
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    random = np.random.default_rng(0)
    constants = {"mean": np.float32(0.1307), "deviation": np.float32(0.3081)}
    nodes = [helper.make_node("Sub", ["x", "mean"], ["s"]), helper.make_node("Div", ["s", "deviation"], ["r0"])]
    for number, (columns, rows) in enumerate(((784, 256), (256, 256), (256, 10)), 1):
        constants[f"w{number}"] = (random.normal(size=(rows, columns)) / 16).astype(np.float32)
        constants[f"b{number}"] = random.normal(size=rows).astype(np.float32)
        names = [f"r{number - 1}", f"w{number}", f"b{number}"]
        nodes.append(helper.make_node("Gemm", names, [f"h{number}"], transB=1))
        nodes.append(helper.make_node("Relu", [f"h{number}"], [f"r{number}"]))
    ends = [helper.make_tensor_value_info(name, 1, ["N", size]) for name, size in (("x", 784), ("h3", 10))]
    tensors = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    model = helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], tensors))
    path.write_bytes(model.SerializeToString())
    return path


def test_an_onnx_file_of_one_megabyte(row, tmp_path):
    path = network(tmp_path / "net.onnx")
    assert load_target(path).compared is not None  # the libraries are imported first
    raw = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        target = load_target(path)
        raw.append(time.perf_counter() - began)
    assert target.widths == (784, 256, 256, 10) and target.compared < 1e-2
    row(f"reading and comparing an ONNX file of {path.stat().st_size / 2**20:.1f} MiB", raw, "s", gate=2, aim=1)
