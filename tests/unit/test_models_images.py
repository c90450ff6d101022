"""ONNX files and modules with convolutions: read as windows and compared with their runtimes, or refused by node."""

import numpy as np
import pytest

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.models.image_nodes import Add, LayerNode, MaxPool, MeanPool, ReLU, Source
from lt_proofs.models.read import read_network
from lt_proofs.models.windows import Windows
from lt_proofs.networks.given_network import target_of

onnx = pytest.importorskip("onnx")
helper, numpy_helper, TensorProto = onnx.helper, onnx.numpy_helper, onnx.TensorProto

RANDOM = np.random.Generator(np.random.PCG64(22))


def normal(*shape):
    return RANDOM.normal(size=shape).astype(np.float32)


CONSTANTS = {
    "k": normal(4, 2, 3, 3),
    "k1": normal(4, 2, 1, 1),
    "b": normal(4),
    "deep": normal(6, 1, 2, 3),
    "b6": normal(6),
    "even": normal(3, 2, 2, 2),
    "b3": normal(3),
    "line": normal(3, 2, 4),
    "cube": normal(2, 1, 2, 2, 2),
    "b2": normal(2),
    "k4": normal(4, 4, 3, 3),
    "k44": normal(4, 4, 1, 1),
    "fc": normal(3, 64),
    "fcb": normal(3),
    "fc2": normal(2, 12),
    "grouped": normal(6, 2, 3, 3),
    "pads": np.array([0, 0, 1, 1, 0, 0, 2, 0]),
    "half": np.float32(0.5),
    "scale": np.abs(normal(4)) + np.float32(0.5),
    "shift": normal(4),
    "mean": normal(4),
    "variance": np.abs(normal(4)) + np.float32(0.5),
    "scale2": normal(2),
    "shift2": normal(2),
    "mean2": normal(2),
    "variance2": np.abs(normal(2)) + np.float32(0.5),
    "third": np.float32(1 / 3),
    "flat": np.array([1, -1]),
    "image": np.array([1, 2, 4, 4]),
    "channels": np.abs(normal(4, 1, 1)),
    "pixels": np.abs(normal(4, 4)),
}


def write(path, nodes, shape, opset=17, outputs=("y",)):
    made = [
        helper.make_node(op, inputs, [out] if isinstance(out, str) else out, f"node_{i}", **settings)
        for i, (op, inputs, out, settings) in enumerate(nodes)
    ]
    used = {name for _, inputs, _, _ in nodes for name in inputs}
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in CONSTANTS.items() if name in used]
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    ends += [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    graph = helper.make_graph(made, "g", ends[:1], ends[1:], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def batch_normed(source, result, ends=""):
    return (
        "BatchNormalization",
        [source, *(f"{name}{ends}" for name in ("scale", "shift", "mean", "variance"))],
        result,
        {},
    )


RELU = ("Relu", ["h"], "y", {})
PADDED = {"pads": [1, 1, 1, 1]}
CONV = ("Conv", ["x", "k", "b"], "h", PADDED)
IMAGE = [1, 2, 4, 4]
# name -> (nodes, shape of the input, kinds of the nodes that were read)
READ = {
    "strides, dilations and unequal padding": (
        [("Conv", ["x", "k", "b"], "h", {"strides": [2, 1], "dilations": [1, 2], "pads": [0, 2, 1, 1]}), RELU],
        [1, 2, 7, 6],
        [LayerNode, ReLU],
    ),
    "one dimension": ([("Conv", ["x", "line", "b3"], "h", {"strides": [2]}), RELU], [1, 2, 9], [LayerNode, ReLU]),
    "three dimensions": (
        [("Conv", ["x", "cube", "b2"], "h", {"pads": [0, 1, 0, 1, 0, 0]}), RELU],
        [1, 1, 3, 3, 4],
        [LayerNode, ReLU],
    ),
    "groups": ([("Conv", ["x", "grouped", "b6"], "h", {"group": 3}), RELU], [1, 6, 4, 5], [LayerNode, ReLU]),
    "depthwise": ([("Conv", ["x", "deep", "b6"], "h", {"group": 6}), RELU], [1, 6, 4, 5], [LayerNode, ReLU]),
    "auto_pad SAME_UPPER": (
        [("Conv", ["x", "even"], "h", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}), RELU],
        [1, 2, 5, 4],
        [LayerNode, ReLU],
    ),
    "auto_pad SAME_LOWER": ([("Conv", ["x", "even"], "h", {"auto_pad": "SAME_LOWER"}), RELU], IMAGE, [LayerNode, ReLU]),
    "an even kernel with an inner tap": (
        [("Conv", ["x", "even", "b3"], "h", {"pads": [1, 0, 0, 1]}), RELU],
        IMAGE,
        [LayerNode, ReLU],
    ),
    "max pooling with padding": (
        [CONV, ("MaxPool", ["h"], "y", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]})],
        IMAGE,
        [LayerNode, MaxPool],
    ),
    "max pooling that rounds up": (
        [CONV, ("MaxPool", ["h"], "y", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1})],
        IMAGE,
        [LayerNode, MaxPool],
    ),
    "average pooling that counts": (
        [CONV, ("AveragePool", ["h"], "y", {"kernel_shape": [3, 2], "pads": [1, 0, 1, 0], "count_include_pad": 1})],
        IMAGE,
        [LayerNode, MeanPool],
    ),
    "average pooling that does not": (
        [CONV, ("AveragePool", ["h"], "y", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})],
        IMAGE,
        [LayerNode, MeanPool],
    ),
    "global pooling": (
        [CONV, ("GlobalAveragePool", ["h"], "m", {}), ("GlobalMaxPool", ["h"], "n", {}), ("Add", ["m", "n"], "y", {})],
        IMAGE,
        [LayerNode, MeanPool, MaxPool, Add],
    ),
    "the mean over all positions": (
        [CONV, ("ReduceMean", ["h"], "y", {"axes": [2, 3], "keepdims": 0})],
        IMAGE,
        [LayerNode, MeanPool],
    ),
    "a dense head": (
        [CONV, ("Relu", ["h"], "r", {}), ("Flatten", ["r"], "f", {}), ("Gemm", ["f", "fc", "fcb"], "y", {"transB": 1})],
        IMAGE,
        [LayerNode, ReLU, LayerNode],
    ),
    "channels last": (
        [
            ("Transpose", ["x"], "t", {"perm": [0, 3, 1, 2]}),
            ("Conv", ["t", "k", "b"], "c", PADDED),
            ("Relu", ["c"], "r", {}),
            ("Transpose", ["r"], "u", {"perm": [0, 2, 3, 1]}),
            ("Reshape", ["u", "flat"], "f", {}),
            ("Gemm", ["f", "fc", "fcb"], "y", {"transB": 1}),
        ],
        [1, 4, 4, 2],
        [LayerNode, ReLU, LayerNode],
    ),
    "a flat input": (
        [("Reshape", ["x", "image"], "t", {}), ("Conv", ["t", "k", "b"], "h", PADDED), RELU],
        [1, 32],
        [LayerNode, ReLU],
    ),
    "a residual block": (
        [
            CONV,
            ("Relu", ["h"], "r", {}),
            ("Conv", ["r", "k4", "b"], "c", PADDED),
            ("Add", ["c", "r"], "s", {}),
            ("Relu", ["s"], "y", {}),
        ],
        IMAGE,
        [LayerNode, ReLU, LayerNode, Add, ReLU],
    ),
    "a projection": (
        [
            CONV,
            ("Relu", ["h"], "r", {}),
            ("Conv", ["r", "k4", "b"], "c", {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
            ("Conv", ["r", "k44"], "p", {"strides": [2, 2]}),
            ("Add", ["c", "p"], "y", {}),
        ],
        IMAGE,
        [LayerNode, ReLU, LayerNode, LayerNode, Add],
    ),
    "batch normalization behind": ([CONV, batch_normed("h", "n"), ("Relu", ["n"], "y", {})], IMAGE, [LayerNode, ReLU]),
    "batch normalization in front": (
        [batch_normed("x", "n", "2"), ("Conv", ["n", "k", "b"], "h", {}), RELU],
        IMAGE,
        [LayerNode, ReLU],
    ),
    "batch normalization in front of zero padding": (
        [batch_normed("x", "n", "2"), ("Conv", ["n", "k", "b"], "h", PADDED), RELU],
        IMAGE,
        [LayerNode, LayerNode, ReLU],
    ),
    "a factor in front of zero padding": (
        [("Mul", ["x", "third"], "n", {}), ("Conv", ["n", "k", "b"], "h", PADDED), RELU],
        IMAGE,
        [LayerNode, ReLU],
    ),
    "normalization of what is used twice": (
        [CONV, batch_normed("h", "n"), ("Add", ["h", "n"], "y", {})],
        IMAGE,
        [LayerNode, LayerNode, Add],
    ),
    "padding in front": (
        [("Pad", ["x", "pads"], "p", {}), ("Conv", ["p", "k"], "h", {}), RELU],
        IMAGE,
        [LayerNode, ReLU],
    ),
    "padding by reflection": (
        [("Pad", ["x", "pads"], "p", {"mode": "reflect"}), ("Conv", ["p", "k", "b"], "h", {}), RELU],
        IMAGE,
        [LayerNode, ReLU],
    ),
    "padding by the edge": (
        [("Pad", ["x", "pads"], "p", {"mode": "edge"}), ("Conv", ["p", "k", "b"], "h", {}), RELU],
        IMAGE,
        [LayerNode, ReLU],
    ),
    "convolutions without ReLU between": ([CONV, ("Conv", ["h", "k4"], "y", {})], IMAGE, [LayerNode, LayerNode]),
    "leaky ReLU": (
        [CONV, ("LeakyRelu", ["h"], "y", {"alpha": 0.25})],
        IMAGE,
        [LayerNode, ReLU, LayerNode, ReLU, LayerNode, Add],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_windows(tmp_path, name):
    nodes, shape, kinds = READ[name]
    pytest.importorskip("onnxruntime")
    reading = read_network(write(tmp_path / "net.onnx", nodes, shape))
    assert reading.compared is not None
    assert reading.layers == ()
    source, *others = reading.images.nodes
    assert isinstance(source, Source)
    assert sorted(type(node).__name__ for node in others) == sorted(kind.__name__ for kind in kinds)


def test_folding_is_charged(tmp_path):
    nodes, shape, _ = READ["batch normalization behind"]
    reading = read_network(write(tmp_path / "net.onnx", nodes, shape))
    assert 0 < reading.shift < 1e-12
    assert any("constants were folded" in remark for remark in reading.remarks)


REFUSED = {
    "a transposed convolution": (
        [("ConvTranspose", ["x", "even"], "y", {})],
        IMAGE,
        "node_0 (ConvTranspose): of convolutions only Conv",
    ),
    "a bias without an inner tap": (
        [("Conv", ["x", "even", "b3"], "h", PADDED), RELU],
        IMAGE,
        "node_0: its bias has no place: with padding [[1, 1], [1, 1]] none of the taps of its 2x2 kernel",
    ),
    "padding by a constant": (
        [("Pad", ["x", "pads", "half"], "p", {}), ("Conv", ["p", "k", "b"], "h", {}), RELU],
        IMAGE,
        "node_1: its image is padded by numbers other than 0",
    ),
    "padding of its own before max pooling": (
        [("Pad", ["x", "pads"], "p", {}), ("MaxPool", ["p"], "y", {"kernel_shape": [2, 2]})],
        IMAGE,
        "node_1 (MaxPool): padding of its own",
    ),
    "an average that rounds up": (
        [CONV, ("AveragePool", ["h"], "y", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1})],
        IMAGE,
        "node_1 (AveragePool): ceil_mode",
    ),
    "places of largest entries": (
        [CONV, ("MaxPool", ["h"], ["y", "places"], {"kernel_shape": [2, 2]})],
        IMAGE,
        "node_1 (MaxPool): it also returns the places",
    ),
    "an image of another dimension": (
        [("Conv", ["x", "k", "b"], "h", {}), RELU],
        [1, 2, 4],
        "node_0 (Conv): its input has shape (1, 2, 4), which is no image of 2",
    ),
    "several images": (
        [("Conv", ["x", "k", "b"], "h", {}), RELU],
        [2, 2, 4, 4],
        "node_0 (Conv): its input of shape (2, 2, 4, 4) holds several images",
    ),
    "a variable size": ([("Conv", ["x", "k", "b"], "h", {}), RELU], [1, 2, "w", 4], "input x has a variable shape"),
    "channels that do not fit": (
        [("Conv", ["x", "k", "b"], "h", {}), RELU],
        [1, 3, 4, 4],
        "its kernel of 4 outputs and 2 inputs in 1 groups does not fit its input of 3",
    ),
    "a window that is too wide": (
        [("Conv", ["x", "k", "b"], "h", {}), RELU],
        [1, 2, 2, 4],
        "its window is wider than the image of size 2",
    ),
    "factors of pixels": (
        [CONV, ("Mul", ["h", "pixels"], "m", {}), ("Relu", ["m"], "y", {})],
        IMAGE,
        "it scales or shifts the pixels of a channel by different numbers",
    ),
    "joined images": ([CONV, ("Concat", ["h", "h"], "j", {"axis": 1}), ("Relu", ["j"], "y", {})], IMAGE, "it joins"),
    "attention": (
        [CONV, ("Softmax", ["h"], "s", {}), ("Mul", ["s", "h"], "y", {})],
        IMAGE,
        "node_1 (Softmax): it is not known to be piecewise linear",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_line(tmp_path, name):
    nodes, shape, words = REFUSED[name]
    with pytest.raises((BadInput, Malformed)) as caught:
        target_of(write(tmp_path / "net.onnx", nodes, shape))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def shifted(table):
    """Windows that read one position further to the right."""
    return np.where(table >= 0, np.roll(table, 1, axis=0), -1)


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("strides, dilations and unequal padding", "node_0"),
        ("max pooling with padding", "node_0"),
        ("groups", "node_0"),
    ],
)
def test_windows_that_read_elsewhere_are_found_by_the_runtime(tmp_path, monkeypatch, name, node):
    pytest.importorskip("onnxruntime")
    nodes, shape, _ = READ[name]
    right = Windows.table.func
    monkeypatch.setattr(Windows, "table", property(lambda windows: shifted(right(windows))))
    with pytest.raises(BadInput, match=f"node {node}: onnxruntime computes another value"):
        read_network(write(tmp_path / "net.onnx", nodes, shape))


def test_modules_are_compared_with_pytorch():
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(22)
    modules = [
        (nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, padding_mode="circular"), nn.BatchNorm2d(4), nn.ReLU(),
                       nn.MaxPool2d(3, 2, 1), nn.Conv2d(4, 4, 3, padding="same", groups=2), nn.AdaptiveAvgPool2d(1),
                       nn.Flatten(), nn.Linear(4, 2)), (1, 2, 6, 6)),
        (nn.Sequential(nn.Conv1d(2, 3, 3, padding=1, padding_mode="replicate"), nn.ReLU(), nn.AvgPool1d(2),
                       nn.ZeroPad1d(1), nn.Conv1d(3, 2, 3, stride=2), nn.AdaptiveMaxPool1d(1)), (1, 2, 8)),
        (nn.Sequential(nn.Conv3d(1, 2, 2, dilation=2), nn.ReLU(), nn.MaxPool3d(2), nn.Flatten(), nn.Linear(2, 2)),
         (1, 1, 4, 4, 4)),
        (nn.Sequential(nn.Conv2d(1, 2, 3, padding_mode="reflect", padding=2), nn.ReLU(),
                       nn.AvgPool2d(3, 2, 1, count_include_pad=False)), (1, 1, 5, 5)),
    ]  # fmt: skip
    for module, shape in modules:
        for part in module.modules():
            if hasattr(part, "running_var"):
                part.running_mean.uniform_(-0.5, 0.5)
                part.running_var.uniform_(0.5, 2)
        assert target_of(module, shape=shape).compared is not None


@pytest.mark.parametrize(
    ("part", "shape", "words"),
    [
        (lambda nn: nn.ConvTranspose2d(1, 1, 2), (1, 1, 4, 4), "transposed convolutions are not supported"),
        (lambda nn: nn.AdaptiveAvgPool2d(3), (1, 1, 4, 4), "parts of different sizes"),
        (lambda nn: nn.LPPool2d(2, 2), (1, 1, 4, 4), "not known to be piecewise linear|of poolings only"),
        (lambda nn: nn.Conv2d(1, 1, 2), None, "name the shape of one input"),
    ],
)
def test_modules_are_refused_in_one_line(part, shape, words):
    torch = pytest.importorskip("torch")
    with pytest.raises(BadInput, match=words):
        target_of(torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1), part(torch.nn)), shape=shape)


LENET = {"conv1.weight": normal(2, 1, 3, 3), "conv1.bias": normal(2), "fc.weight": normal(3, 18)}
PARTS = ["conv1:pad=1", "max:2", "fc"]


def test_tensors_are_wired_as_the_user_says():
    target = target_of(LENET, PARTS, shape=(1, 6, 6))
    assert [type(node).__name__ for node in target.nodes] == ["Source", "LayerNode", "ReLU", "MaxPool", "LayerNode"]
    assert target.widths == (36, 72, 3)
    assert any("ReLU behind each layer" in remark for remark in target.remarks)
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(normal(5, 1, 6, 6))
    tensors = {name: torch.from_numpy(array) for name, array in LENET.items()}
    hidden = torch.nn.functional.conv2d(x, tensors["conv1.weight"], tensors["conv1.bias"], padding=1)
    pooled = torch.nn.functional.max_pool2d(torch.relu(hidden), 2).flatten(1)
    assert np.allclose(target.forward(x.flatten(1).numpy()), pooled @ tensors["fc.weight"].T, atol=1e-4)


@pytest.mark.parametrize(
    ("parts", "shape", "words"),
    [
        (None, None, "the file does not say what stands between layers"),
        (["conv1", "fc"], (1, 6, 6), "it has 18 inputs, and what stands before it has 32: 2x4x4"),
        (["conv1:pad=1", "max:2"], (1, 6, 6), "no part names the tensor fc.weight"),
        (["conv1:pad=1", "max", "fc"], (1, 6, 6), "give the size of its window, as in max:2"),
        (["conv1:bad=1", "max:2", "fc"], (1, 6, 6), "its settings are stride, pad, dilation, groups"),
        (["conv1:pad=1", "max:2", "fc:pad=1"], (1, 6, 6), "only convolutions have settings"),
        (["conv2"], (1, 6, 6), "the file has the layers conv1, fc"),
        (PARTS, (36,), "give channels and one to three sizes"),
    ],
)
def test_tensors_without_wires_are_refused_in_one_line(parts, shape, words):
    with pytest.raises(BadInput) as caught:
        target_of(LENET, parts, shape=shape)
    assert words in str(caught.value)
