"""ONNX files, one of each kind that other tools write: read as they are, or refused by the name of a node."""

from pathlib import Path

import numpy as np
import pytest

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.models.read import read_network
from lt_proofs.networks import load_target

onnx = pytest.importorskip("onnx")
helper, numpy_helper, TensorProto = onnx.helper, onnx.numpy_helper, onnx.TensorProto

RANDOM = np.random.Generator(np.random.PCG64(19))
W1, B1 = RANDOM.normal(size=(6, 4)).astype(np.float32), RANDOM.normal(size=6).astype(np.float32)
W2, B2 = RANDOM.normal(size=(3, 6)).astype(np.float32), RANDOM.normal(size=3).astype(np.float32)
MEAN, DEVIATION = RANDOM.normal(size=4).astype(np.float32), RANDOM.uniform(0.5, 2, 4).astype(np.float32)
WEIGHTS = {"w1": W1, "b1": B1, "w2": W2, "b2": B2, "w1t": W1.T.copy(), "w2t": W2.T.copy()}
SHIFTS = {"mean": MEAN, "deviation": DEVIATION, "zero": np.zeros(4, np.float32), "scalar": np.float32(0.25)}
FIRST = ("Gemm", ["x", "w1", "b1"], "h", {"transB": 1})
RELU = ("Relu", ["h"], "r", {})
LAST = ("Gemm", ["r", "w2", "b2"], "y", {"transB": 1})


def write(path, nodes, *, shape=(1, 4), outputs=("y",), constants=None, opset=17, element=TensorProto.FLOAT):
    made = [
        helper.make_node(op, inputs, [out] if isinstance(out, str) else out, f"node_{i}", **settings)
        for i, (op, inputs, out, settings) in enumerate(nodes)
    ]
    known = {**WEIGHTS, **SHIFTS, **(constants or {})}
    used = {name for _, inputs, _, _ in nodes for name in inputs}
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in known.items() if name in used]
    ends = [helper.make_tensor_value_info("x", element, shape)]
    ends += [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    graph = helper.make_graph(made, "g", ends[:1], ends[1:], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def hidden(x):
    return np.maximum(x @ W1.T + B1, 0)


def plain(x):
    return hidden(x) @ W2.T + B2


def leaky(values, slope):
    return np.where(values > 0, values, slope * values)


NORMAL = {name: RANDOM.uniform(0.5, 1.5, 6).astype(np.float32) for name in ("scale", "shift", "average", "variance")}
CONSTANTS = {
    "rows": np.array([1, -1]),
    "one": np.array([1]),
    "zeros": np.float32(0),
    "six": np.float32(1.5),
    "slopes": RANDOM.uniform(0, 0.5, 6).astype(np.float32),
    "half": np.array([[0.5]]),
    "wide": RANDOM.normal(size=(4, 6)),
    "square": RANDOM.normal(size=(6, 6)).astype(np.float32),
    "all": np.float32(3.4028234663852886e38),
    **NORMAL,
}


def normed(x):
    parts = {name: array.astype(float) for name, array in NORMAL.items()}
    values = x @ W1.T + B1
    values = (
        parts["scale"] * (values - parts["average"]) / np.sqrt(parts["variance"] + np.float32(1e-5)) + parts["shift"]
    )
    return np.maximum(values, 0) @ W2.T + B2


# name -> (nodes, options of `write`, the function, widths, words of a remark)
READ = {
    "Gemm": ([FIRST, RELU, LAST], {}, plain, (4, 6, 3), ""),
    "a batch": ([FIRST, RELU, LAST], {"shape": ["N", 4]}, plain, (4, 6, 3), ""),
    "no shape": ([FIRST, RELU, LAST], {"shape": None}, plain, (4, 6, 3), "4 numbers were assumed"),
    "only the declared output": ([FIRST, RELU, LAST], {"outputs": ("h",)}, lambda x: x @ W1.T + B1, (4, 6), ""),
    "subtracting zero": (
        [
            ("Sub", ["x", "zero"], "s", {}),
            ("Flatten", ["s"], "f", {}),
            ("MatMul", ["f", "w1t"], "m", {}),
            ("Add", ["m", "b1"], "h", {}),
            RELU,
            LAST,
        ],
        {"shape": [1, 1, 1, 4]},
        plain,
        (4, 6, 3),
        "",
    ),
    "normalized inputs and outputs": (
        [
            ("Sub", ["x", "mean"], "s", {}),
            ("Div", ["s", "deviation"], "n", {}),
            ("Gemm", ["n", "w1", "b1"], "h", {"transB": 1}),
            RELU,
            ("Gemm", ["r", "w2", "b2"], "z", {"transB": 1}),
            ("Mul", ["z", "six"], "p", {}),
            ("Add", ["scalar", "p"], "y", {}),
        ],
        {},
        lambda x: plain((x - MEAN) / DEVIATION) * 1.5 + 0.25,
        (4, 6, 3),
        "certified",
    ),
    "transposed constants": (
        [
            ("Transpose", ["w1"], "t", {"perm": [1, 0]}),
            ("MatMul", ["x", "t"], "m", {}),
            ("Add", ["m", "b1"], "h", {}),
            RELU,
            LAST,
        ],
        {},
        plain,
        (4, 6, 3),
        "",
    ),
    "shared weights through Identity": (
        [
            FIRST,
            RELU,
            ("Identity", ["square"], "i", {}),
            ("MatMul", ["r", "square"], "a", {}),
            ("Relu", ["a"], "q", {}),
            ("MatMul", ["q", "i"], "y", {}),
        ],
        {},
        lambda x: np.maximum(hidden(x) @ CONSTANTS["square"], 0) @ CONSTANTS["square"],
        (4, 6, 6, 6),
        "",
    ),
    "a scalar bias": (
        [("MatMul", ["x", "w1t"], "m", {}), ("Add", ["m", "scalar"], "h", {}), RELU, LAST],
        {},
        lambda x: np.maximum(x @ W1.T + 0.25, 0) @ W2.T + B2,
        (4, 6, 3),
        "",
    ),
    "batch normalization": (
        [
            FIRST,
            ("BatchNormalization", ["h", "scale", "shift", "average", "variance"], "n", {}),
            ("Relu", ["n"], "r", {}),
            LAST,
        ],
        {},
        normed,
        (4, 6, 3),
        "certified",
    ),
    "a ReLU in front": (
        [("Relu", ["x"], "p", {}), ("Gemm", ["p", "w1", "b1"], "h", {"transB": 1}), RELU, LAST],
        {},
        lambda x: plain(np.maximum(x, 0)),
        (4, 4, 6, 3),
        "",
    ),
    "a ReLU behind": (
        [FIRST, RELU, ("Gemm", ["r", "w2", "b2"], "z", {"transB": 1}), ("Relu", ["z"], "y", {})],
        {},
        lambda x: np.maximum(plain(x), 0),
        (4, 6, 3, 3),
        "",
    ),
    "Clip as ReLU": ([FIRST, ("Clip", ["h", "zeros"], "r", {}), LAST], {}, plain, (4, 6, 3), ""),
    "Clip to all floats": ([FIRST, ("Clip", ["h", "zeros", "all"], "r", {}), LAST], {}, plain, (4, 6, 3), ""),
    "Max as ReLU": ([FIRST, ("Max", ["zeros", "h"], "r", {}), LAST], {}, plain, (4, 6, 3), ""),
    "ReLU6": (
        [FIRST, ("Clip", ["h", "zeros", "six"], "r", {}), LAST],
        {},
        lambda x: np.minimum(hidden(x), 1.5) @ W2.T + B2,
        (4, 12, 3),
        "",
    ),
    "LeakyRelu": (
        [FIRST, ("LeakyRelu", ["h"], "r", {"alpha": 0.25}), LAST],
        {},
        lambda x: leaky(x @ W1.T + B1, 0.25) @ W2.T + B2,
        (4, 12, 3),
        "",
    ),
    "PRelu": (
        [FIRST, ("PRelu", ["h", "slopes"], "r", {}), LAST],
        {},
        lambda x: leaky(x @ W1.T + B1, CONSTANTS["slopes"]) @ W2.T + B2,
        (4, 12, 3),
        "",
    ),
    "two matrices without a ReLU": (
        [FIRST, ("MatMul", ["h", "square"], "a", {}), ("Relu", ["a"], "r", {}), LAST],
        {},
        lambda x: np.maximum((x @ W1.T + B1) @ CONSTANTS["square"], 0) @ W2.T + B2,
        (4, 6, 3),
        "merged in float64",
    ),
    "the matrix on the left": (
        [("MatMul", ["w1", "x"], "h", {}), RELU, ("MatMul", ["w2", "r"], "y", {})],
        {"shape": [4, 1]},
        lambda x: np.maximum(x @ W1.T, 0) @ W2.T,
        (4, 6, 3),
        "",
    ),
    "a residual sum": (
        [
            FIRST,
            RELU,
            ("MatMul", ["r", "square"], "a", {}),
            ("Add", ["a", "r"], "s", {}),
            ("Relu", ["s"], "q", {}),
            ("Gemm", ["q", "w2", "b2"], "y", {"transB": 1}),
        ],
        {},
        lambda x: np.maximum(hidden(x) @ CONSTANTS["square"] + hidden(x), 0) @ W2.T + B2,
        (4, 6, 6, 3),
        "",
    ),
    "a computed shape": (
        [
            ("Shape", ["x"], "sh", {}),
            ("Gather", ["sh", "one"], "g", {}),
            ("Concat", ["one", "g"], "c", {"axis": 0}),
            ("Reshape", ["x", "c"], "v", {}),
            ("Gemm", ["v", "w1", "b1"], "h", {"transB": 1}),
            RELU,
            LAST,
        ],
        {},
        plain,
        (4, 6, 3),
        "",
    ),
    "double and float": (
        [
            ("Cast", ["x"], "d", {"to": TensorProto.DOUBLE}),
            ("MatMul", ["d", "wide"], "e", {}),
            ("Cast", ["e"], "h", {"to": TensorProto.FLOAT}),
            RELU,
            LAST,
        ],
        {},
        lambda x: np.maximum(x @ CONSTANTS["wide"], 0) @ W2.T + B2,
        (4, 6, 3),
        "",
    ),
    "a final Softmax": (
        [FIRST, RELU, ("Gemm", ["r", "w2", "b2"], "z", {"transB": 1}), ("Softmax", ["z"], "y", {"axis": 1})],
        {},
        plain,
        (4, 6, 3),
        "outputs are those before Softmax",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_it_is(tmp_path, name):
    nodes, options, function, widths, words = READ[name]
    target = load_target(write(tmp_path / "net.onnx", nodes, constants=CONSTANTS, **options))
    assert target.widths == widths
    x = np.random.default_rng(1).normal(size=(40, 4)) * 3
    assert np.allclose(target.forward(x), function(x), rtol=1e-12, atol=1e-12)
    assert words in "; ".join(target.remarks)
    assert ("certified" in "; ".join(target.remarks)) == (words in ("certified", "merged in float64"))
    assert target.compared is not None and target.compared < 0.01


REFUSED = {
    "a Sigmoid inside": ([FIRST, ("Sigmoid", ["h"], "r", {}), LAST], {}, r"node node_1 \(Sigmoid\).*--output h"),
    "SiLU": ([FIRST, ("Sigmoid", ["h"], "s", {}), ("Mul", ["h", "s"], "r", {}), LAST], {}, "Sigmoid"),
    "a last SiLU": ([FIRST, ("Sigmoid", ["h"], "s", {}), ("Mul", ["h", "s"], "y", {})], {}, "Sigmoid"),
    "a cast to integers": (
        [
            ("Cast", ["x"], "i", {"to": TensorProto.INT64}),
            ("Cast", ["i"], "f", {"to": 1}),
            ("MatMul", ["f", "w1t"], "y", {}),
        ],
        {},
        r"node node_0 \(Cast\).*rounds to integers",
    ),
    "rows one by one": ([("MatMul", ["x", "w1t"], "y", {})], {"shape": [5, 4]}, "acts on 5 rows.*batch size 1"),
    "a product of tensors": ([FIRST, ("Mul", ["h", "h"], "r", {}), LAST], {}, "both factors depend on the input"),
    "division by a tensor": ([FIRST, ("Div", ["scalar", "h"], "r", {}), LAST], {}, "divides by a tensor"),
    "division by zero": ([("Div", ["x", "zero"], "y", {})], {}, "divides by it"),
    "a transposed convolution": (
        [("ConvTranspose", ["x", "kernel"], "y", {})],
        {"shape": [1, 1, 4, 4]},
        "only Conv is",
    ),
    "an unknown attribute": ([("Relu", ["x"], "y", {"slope": 2.0})], {}, "attribute: slope"),
    "a missing tensor": ([("MatMul", ["x", "missing"], "y", {})], {}, "used before it is computed"),
    "random numbers": (
        [("RandomNormal", [], "n", {"shape": [1, 4]}), ("Add", ["x", "n"], "y", {})],
        {},
        "RandomNormal of constants is not folded",
    ),
    "a huge constant": (
        [("ConstantOfShape", ["many"], "n", {}), ("Add", ["x", "n"], "y", {})],
        {},
        "more than 134217728 entries",
    ),
    "no input": ([("Neg", ["mean"], "y", {})], {}, "depends on none of its inputs"),
    "NaN": ([("Add", ["x", "nan"], "y", {})], {}, "tensor nan holds NaN"),
    "a variable length": ([FIRST, RELU, LAST], {"shape": [1, "length"]}, "variable shape"),
    "integer arithmetic": ([("Add", ["x", "one"], "y", {})], {"element": TensorProto.INT64}, "input x has no floats"),
    "a future operator set": ([FIRST, RELU, LAST], {"opset": 999}, "operator set is 999, and the installed onnx knows"),
    "an old operator set": ([FIRST, RELU, LAST], {"opset": 5}, "operator set is 5"),
}
ODD = {"kernel": np.ones((1, 1, 3, 3), np.float32), "many": np.array([1 << 40]), "nan": np.full(4, np.nan, np.float32)}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name(tmp_path, name):
    nodes, options, words = REFUSED[name]
    path = write(tmp_path / "net.onnx", nodes, constants={**CONSTANTS, **ODD}, **options)
    with pytest.raises((BadInput, Malformed), match=words) as caught:
        load_target(path)
    assert "net.onnx" in str(caught.value) and "\n" not in str(caught.value)


def test_an_output_is_chosen_by_name(tmp_path):
    nodes = [FIRST, RELU, LAST, ("Sigmoid", ["y"], "p", {}), ("Mul", ["y", "p"], "swish", {})]
    path = write(tmp_path / "net.onnx", nodes, outputs=("y", "swish"))
    with pytest.raises(BadInput, match="it has 2 outputs; name one: --output y, swish"):
        load_target(path)
    assert load_target(path, output="y").widths == (4, 6, 3)
    inside = load_target(path, output="h")
    assert inside.widths == (4, 6) and "the output is h, a tensor inside the network" in inside.remarks
    with pytest.raises(BadInput, match="Sigmoid"):
        load_target(path, output="swish")
    with pytest.raises(BadInput, match="--output: z cannot be used"):
        load_target(path, output="z")


def test_local_functions_are_inlined_and_foreign_operators_refused(tmp_path):
    body = [helper.make_node("Gemm", ["a", "w", "b"], ["g"], transB=1), helper.make_node("Relu", ["g"], ["c"])]
    layer = helper.make_function("mine", "Layer", ["a", "w", "b"], ["c"], body, [helper.make_opsetid("", 17)])
    path = write(tmp_path / "net.onnx", [FIRST, RELU, LAST])
    model = onnx.load(path)
    del model.graph.node[:2]
    model.graph.node.insert(0, helper.make_node("Layer", ["x", "w1", "b1"], ["r"], domain="mine"))
    model.opset_import.append(helper.make_opsetid("mine", 1))
    path.write_bytes(model.SerializeToString())
    with pytest.raises(BadInput, match="operators of mine are not known"):
        load_target(path)
    model.functions.append(layer)
    path.write_bytes(model.SerializeToString())
    assert load_target(path).widths == (4, 6, 3)


def beside(path: Path, location: str, **entries: str) -> Path:
    """Move the weights of a file into another one."""
    model = onnx.load(path)
    tensor = model.graph.initializer[0]
    path.with_name("net.data").write_bytes(b"12345678" + tensor.raw_data)
    length = str(len(tensor.raw_data))
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, "offset": "8", "length": length, **entries}.items():
        tensor.external_data.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())
    return path


def test_weights_may_lie_beside_the_file(tmp_path):
    path = beside(write(tmp_path / "net.onnx", [FIRST, RELU, LAST]), "net.data")
    target = load_target(path)
    x = np.random.default_rng(0).normal(size=(9, 4))
    assert np.allclose(target.forward(x), plain(x)) and target.compared is not None


@pytest.mark.parametrize(
    "location", ["../net.data", "/etc/passwd", "a/../net.data", "..", "", "a\\net.data", "./net.data"]
)
def test_weights_elsewhere_are_refused(tmp_path, location):
    path = beside(write(tmp_path / "net.onnx", [FIRST, RELU, LAST]), location)
    with pytest.raises(BadInput, match="must lie in the same folder"):
        load_target(path)


def test_links_and_lengths_beside_the_file_are_not_believed(tmp_path):
    path = beside(write(tmp_path / "net.onnx", [FIRST, RELU, LAST]), "link.data")
    (tmp_path / "link.data").symlink_to("/etc/passwd")
    with pytest.raises(Malformed, match="symbolic link"):
        load_target(path)
    for wrong in ({"length": "999999"}, {"offset": "-4"}, {"offset": "abc"}):
        path = beside(write(tmp_path / "net.onnx", [FIRST, RELU, LAST]), "net.data", **wrong)
        with pytest.raises(Malformed, match="tensor w1"):
            load_target(path)
    path = beside(write(tmp_path / "net.onnx", [FIRST, RELU, LAST]), "none.data")
    with pytest.raises(BadInput, match="No such file"):
        load_target(path)


def test_garbage_is_malformed(tmp_path):
    for content in (b"\xff" * 100, b"", b"\x00", b"hello"):
        (tmp_path / "bad.onnx").write_bytes(content)
        with pytest.raises(Malformed):
            load_target(tmp_path / "bad.onnx")


def test_a_network_that_differs_from_its_runtime_is_refused_by_its_first_node(tmp_path, monkeypatch):
    from lt_proofs.models.builder import Builder

    path = write(
        tmp_path / "net.onnx", [FIRST, RELU, ("LeakyRelu", ["r"], "l", {"alpha": 0.5}), ("Neg", ["l"], "y", {})]
    )
    assert read_network(path).compared is not None
    monkeypatch.setattr(Builder, "relu", lambda self, name, value: self.combined(name, [value], [1.0]))
    with pytest.raises(BadInput, match=r"node node_1 \(Relu\): .* computes another value"):
        read_network(path)
    skipped = read_network(path, compare=False)
    assert skipped.compared is None and "not compared with the source's own runtime, as asked" in skipped.remarks


def test_a_network_that_mixes_its_batch_is_refused(tmp_path):
    mixed = [
        ("ReduceMean", ["x"], "m", {"axes": [0], "keepdims": 1}),
        ("Sub", ["x", "m"], "s", {}),
        ("MatMul", ["s", "w1t"], "h", {}),
        ("Add", ["h", "b1"], "y", {}),
    ]
    path = write(tmp_path / "net.onnx", mixed, shape=["N", 4])
    with pytest.raises(BadInput, match="it may add up the inputs of a batch"):
        load_target(path, compare=False)
    joined = [("Gather", ["x", "first"], "m", {"axis": 0}), *mixed[1:]]
    with pytest.raises(BadInput, match="mixes the inputs of a batch"):
        load_target(write(path, joined, shape=["N", 4], constants={"first": np.array([0])}))
    # of one input only, it is the constant b1
    assert np.array_equal(load_target(write(path, mixed)).forward(np.ones((1, 4)))[0], B1)


def test_without_onnxruntime_the_reference_evaluator_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    reading = read_network(write(tmp_path / "net.onnx", [FIRST, RELU, LAST]))
    assert reading.runtime == "the reference evaluator of onnx"


def test_damaged_files_are_refused_in_one_line_or_read_as_their_runtime_reads_them(tmp_path):
    from lt_proofs.errors import LtProofsError

    random = np.random.default_rng(5)
    nodes = READ["normalized inputs and outputs"][0]
    content = write(tmp_path / "net.onnx", nodes, constants=CONSTANTS).read_bytes()
    for _ in range(150):
        damaged = bytearray(content)
        damaged[random.integers(len(content))] ^= 1 << int(random.integers(8))
        (tmp_path / "net.onnx").write_bytes(bytes(damaged))
        try:
            read_network(tmp_path / "net.onnx")
        except LtProofsError as error:
            assert str(error).isprintable() and "defect" not in str(error)
