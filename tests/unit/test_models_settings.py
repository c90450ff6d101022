"""Every ONNX operator that is read, with settings that change its meaning: exactly the function, or one line."""

import numpy as np
import pytest

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.models.compared import forward
from lt_proofs.models.read import read_network

onnx = pytest.importorskip("onnx")
helper, numpy_helper, TensorProto = onnx.helper, onnx.numpy_helper, onnx.TensorProto

RANDOM = np.random.Generator(np.random.PCG64(23))
FOUR = RANDOM.normal(size=4).astype("f4")
CONSTANTS = {
    "matrix": RANDOM.normal(size=(4, 3)).astype("f4"),
    "rows": RANDOM.normal(size=(3, 4)).astype("f4"),
    "three": RANDOM.normal(size=3).astype("f4"),
    "four": FOUR,
    "scale": RANDOM.uniform(0.5, 1, 4).astype("f4"),
    "one_scale": np.float32([2.0]),
    "half": np.float32(0.5),
    "one": np.float32(1),
    "zero": np.float32(0),
    "zeros": np.zeros((3, 4), "f4"),
    "largest": np.float32(3.4028234663852886e38),
    "inf": np.float32(np.inf),
    "minus_inf": np.float32(-np.inf),
    "nan": np.float32(np.nan),
    "short": np.float16(0.5),
    "true": np.array(True),
    "false": np.array(False),
    "integers": RANDOM.integers(-3, 4, (4, 3)),
    "first": np.array([0]),
    "second": np.array([1]),
    "last": np.array([-1]),
    "sixth": np.array([5]),
    "none": np.zeros(0, np.int64),
    "places": np.array([3, -1, 0]),
    "in_rows": np.array([[3, 0]]),
    "pairs": np.array([[0, 3], [0, 0]]),
    "pads": np.array([0, 1, 0, 2]),
    "pad": np.array([1, 2]),
    "flat": np.array([0, -1]),
    "kept": np.array([0, 4]),
    "wide": np.array([3, 4]),
    "parts": np.array([1, 3]),
    "image": np.array([1, 4, 1, 1]),
    "three_steps": np.array([3]),
    "far": np.array([-6]),
    "no_columns": np.zeros((4, 0), "f4"),
}


def write(path, nodes, opset, *, element=TensorProto.FLOAT, shape=(1, 4)):
    made = [helper.make_node(op, inputs, outputs, f"node_{i}", **s) for i, (op, inputs, outputs, s) in enumerate(nodes)]
    used = {name for _, inputs, _, _ in nodes for name in inputs}
    tensors = [numpy_helper.from_array(array, name) for name, array in CONSTANTS.items() if name in used]
    ends = [helper.make_tensor_value_info("x", element, shape), helper.make_tensor_value_info("y", element, None)]
    graph = helper.make_graph(made, "g", ends[:1], ends[1:], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return model


def node(operator, *inputs, opset=17, outputs=("y",), **settings):
    return [(operator, list(inputs), list(outputs), settings)], opset


def nodes(opset, *chain):
    return [(operator, list(inputs), list(outputs), settings) for operator, inputs, outputs, settings in chain], opset


NORMAL = ("x", "scale", "four", "four", "scale")
READ = {
    "Clip without bounds": node("Clip", "x", opset=7),
    "Clip by attributes": node("Clip", "x", opset=7, min=-0.5, max=0.25),
    "Clip above 0": node("Clip", "x", opset=10, min=0.0),
    "Clip to infinity": node("Clip", "x", "minus_inf", "inf"),
    "Clip to the largest float": node("Clip", "x", "zero", "largest"),
    "Clip from above": node("Clip", "x", "", "half"),
    "Clip between": node("Clip", "x", "half", "one"),
    "Max with zeros of more rows": node("Max", "x", "zeros"),
    "Min with zeros of more rows": node("Min", "zeros", "x", "half"),
    "Max of one": node("Max", "x"),
    "Max of three": node("Max", "x", "four", "half"),
    "Gemm with factors": node("Gemm", "x", "rows", "three", transB=1, alpha=0.3, beta=0.7),
    "Gemm without its bias": node("Gemm", "x", "matrix", "three", beta=0.0),
    "Gemm of the transposed input": nodes(
        17, ("Transpose", ["x"], ["t"], {}), ("Gemm", ["t", "matrix"], ["y"], {"transA": 1})
    ),
    "LeakyRelu by default": node("LeakyRelu", "x"),
    "LeakyRelu that falls": node("LeakyRelu", "x", alpha=-0.3),
    "LeakyRelu that is steep": node("LeakyRelu", "x", alpha=3.0),
    "PRelu": node("PRelu", "x", "four"),
    "Concat of rows": node("Concat", "x", "x", axis=0),
    "Concat with a constant": node("Concat", "zeros", "x", axis=-2),
    "Flatten to one row": nodes(17, ("Flatten", ["x"], ["f"], {"axis": 0}), ("MatMul", ["f", "matrix"], ["y"], {})),
    "Reshape with 0": node("Reshape", "x", "flat"),
    "Slice backwards": node("Slice", "x", "three_steps", "far", "second", "last"),
    "Slice by attributes": node("Slice", "x", opset=7, starts=[1], ends=[100], axes=[1]),
    "Pad": node("Pad", "x", "pads"),
    "Pad of one axis": node("Pad", "x", "pad", "", "second", opset=18),
    "Pad with nothing": node("Pad", "x", "pads", ""),
    "Pad with a half": node("Pad", "x", "pads", "half"),
    "Pad by attributes": node("Pad", "x", opset=7, pads=[0, 1, 0, 2], value=0.5),
    "Expand": node("Expand", "x", "wide"),
    "Tile": node("Tile", "x", "parts"),
    "Squeeze by attributes": nodes(
        7, ("Unsqueeze", ["x"], ["u"], {"axes": [0]}), ("Squeeze", ["u"], ["y"], {"axes": [0]})
    ),
    "Squeeze by inputs": nodes(13, ("Unsqueeze", ["x", "first"], ["u"], {}), ("Squeeze", ["u", "first"], ["y"], {})),
    "Squeeze of all": node("Squeeze", "x"),
    "BatchNormalization": node("BatchNormalization", *NORMAL, epsilon=0.1, momentum=0.1),
    "Dropout by attributes": node("Dropout", "x", opset=7, ratio=0.7),
    "Dropout by inputs": node("Dropout", "x", "half", "false"),
    "ReduceSum without its axis": node("ReduceSum", "x", "last", keepdims=0),
    "ReduceSum of all": node("ReduceSum", "x", "none"),
    "ReduceSum of nothing": node("ReduceSum", "x", noop_with_empty_axes=1),
    "ReduceSum by attributes": node("ReduceSum", "x", opset=11, axes=[1]),
    "ReduceMean by inputs": node("ReduceMean", "x", "second", opset=18),
    "ReduceMean by attributes": node("ReduceMean", "x", opset=7, axes=[-1], keepdims=0),
    "ReduceMax": node("ReduceMax", "x", axes=[1]),
    "ReduceMin": node("ReduceMin", "x", "second", opset=18),
    "ReduceMax of a plane": nodes(17, ("Tile", ["x", "parts"], ["t"], {}), ("ReduceMax", ["t"], ["y"], {})),
    "ReduceL1": node("ReduceL1", "x", axes=[1], keepdims=0),
    "Mean": node("Mean", "x", "x", "four"),
    "HardSigmoid": node("HardSigmoid", "x", alpha=0.4),
    "Gather": node("Gather", "x", "places", axis=1),
    "GatherElements": node("GatherElements", "x", "in_rows", axis=1),
    "GatherND": node("GatherND", "x", "pairs"),
    "Split by attributes": nodes(
        7, ("Split", ["x"], ["a", "b"], {"axis": 1, "split": [1, 3]}), ("Concat", ["b", "a"], ["y"], {"axis": 1})
    ),
    "Split by inputs": nodes(
        13, ("Split", ["x", "parts"], ["a", "b"], {"axis": 1}), ("Concat", ["b", "a"], ["y"], {"axis": 1})
    ),
    "Split in two": nodes(
        18, ("Split", ["x"], ["a", "b"], {"axis": 1, "num_outputs": 2}), ("Sub", ["b", "a"], ["y"], {})
    ),
    "DepthToSpace": nodes(17, ("Reshape", ["x", "image"], ["i"], {}), ("DepthToSpace", ["i"], ["y"], {"blocksize": 2})),
    "a constant minus the input": node("Sub", "four", "x"),
    "the input minus more rows": node("Sub", "x", "zeros"),
    "the input times zero": node("Mul", "x", "zero"),
    "double and back": nodes(17, ("Cast", ["x"], ["d"], {"to": 11}), ("Cast", ["d"], ["y"], {"to": 1})),
    "CastLike itself": node("CastLike", "x", "x"),
}


@pytest.mark.parametrize("compared", [True, False])
@pytest.mark.parametrize("name", READ)
def test_it_is_the_function_of_the_reference_evaluator(tmp_path, name, compared):
    from onnx.reference import ReferenceEvaluator

    chain, opset = READ[name]
    model = write(tmp_path / "net.onnx", chain, opset)
    reading = read_network(tmp_path / "net.onnx", compare=compared)
    evaluator = ReferenceEvaluator(model)
    for x in np.random.default_rng(1).normal(size=(12, 1, 4)).astype("f4") * 3:
        (expected,) = evaluator.run(None, {"x": x})
        ours = forward(list(reading.layers), x.astype(float))
        assert np.allclose(ours.reshape(-1), expected.reshape(-1), rtol=1e-5, atol=1e-5)


def passed(operator, *inputs, **settings):
    """A node and another one that turns its values back to float32."""
    return nodes(19, (operator, ["x", *inputs], ["q"], settings), ("Cast", ["q"], ["y"], {"to": 1}))


REFUSED = {
    "a cast to float16": (passed("Cast", to=10), r"node node_0 \(Cast\).*16 bits"),
    "a cast to bfloat16": (passed("Cast", to=16), r"node node_0 \(Cast\).*16 bits"),
    "a cast to 8 bits": (passed("Cast", to=17), r"node node_0 \(Cast\).*other types"),
    "a cast to integers": (passed("Cast", to=7), r"node node_0 \(Cast\).*integers"),
    "a cast like float16": (passed("CastLike", "short"), r"node node_0 \(CastLike\).*16 bits"),
    "a cast like booleans": (passed("CastLike", "true"), r"node node_0 \(CastLike\).*other types"),
    "quantization": (
        nodes(17, ("QuantizeLinear", ["x", "half"], ["q"], {}), ("DequantizeLinear", ["q", "half"], ["y"], {})),
        r"node node_0 \(QuantizeLinear\)",
    ),
    **{
        operator: (node(operator, "x"), rf"node node_0 \({operator}\): it is not known to be piecewise linear; export")
        for operator in ("Round", "Floor", "Ceil", "Sign", "Sqrt", "Elu", "Softplus", "HardSwish", "ThresholdedRelu")
    },
    "a remainder": (node("Mod", "x", "one", fmod=1), "Mod"),
    "Clip to infinity alone": (node("Clip", "x", "inf"), "give finite bounds"),
    "Clip to NaN": (node("Clip", "x", "nan"), "bounds hold NaN"),
    "Clip to nothing": (node("Clip", "x", "one", "half"), "which is empty"),
    "Max with infinity": (node("Max", "x", "minus_inf"), "minus_inf holds NaN or infinity"),
    "Gemm with a bias of more rows": (node("Gemm", "x", "matrix", "rows"), "Gemm"),
    "Pad with infinity": (node("Pad", "x", opset=7, pads=[0, 1, 0, 2], value=float("inf")), "it fills with inf"),
    "Pad that cuts": (node("Pad", "x", "last"), "cannot be evaluated"),
    "BatchNormalization by entries": (node("BatchNormalization", *NORMAL, opset=7, spatial=0), "by channels"),
    "BatchNormalization in training": (node("BatchNormalization", *NORMAL, training_mode=1), "training mode"),
    "BatchNormalization of one number": (
        node("BatchNormalization", "x", *["one_scale"] * 4),
        "one number for each of 4 channels",
    ),
    "Dropout in training": (node("Dropout", "x", "half", "true"), "training mode"),
    "axes that are not there": (node("ReduceSum", "x", "sixth"), r"axes \[5\] do not fit"),
    "one axis twice": (node("ReduceMean", "x", axes=[1, 1]), r"axes \[1, 1\] do not fit"),
    "an empty part": (node("Slice", "x", "second", "second", "second"), "is empty"),
    "a matrix without columns": (node("MatMul", "x", "no_columns"), "is empty"),
    "a matrix of integers": (node("MatMul", "x", "integers"), "type int64; give floats"),
    "Reshape to 0": (node("Reshape", "x", "kept", allowzero=1), "cannot be evaluated"),
    "a quotient": (node("Div", "x", "x"), "depend on the input"),
    "two nodes for one tensor": (nodes(17, ("Neg", ["x"], ["x"], {}), ("Neg", ["x"], ["y"], {})), "two nodes compute"),
}


@pytest.mark.parametrize("compared", [True, False])
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_line(tmp_path, name, compared):
    (chain, opset), words = REFUSED[name]
    write(tmp_path / "net.onnx", chain, opset)
    with pytest.raises((BadInput, Malformed), match=words) as caught:
        read_network(tmp_path / "net.onnx", compare=compared)
    assert "\n" not in str(caught.value)


def test_a_network_of_16_bits_is_read_without_its_rounding(tmp_path):
    chain, opset = node("Neg", "x")
    write(tmp_path / "net.onnx", chain, opset, element=TensorProto.FLOAT16)
    reading = read_network(tmp_path / "net.onnx")
    assert "input x has 16 bits; the exact function was read, without rounding" in reading.remarks


@pytest.mark.parametrize("wrong", [1e-3, 1e-5])
def test_small_differences_are_no_float_rounding(tmp_path, monkeypatch, wrong):
    from lt_proofs.models.builder import Builder
    from lt_proofs.models.enclosed import Enclosed

    scaled = Builder.scaled
    chain, opset = nodes(17, ("Mul", ["x", "half"], ["m"], {}), ("MatMul", ["m", "matrix"], ["y"], {}))
    write(tmp_path / "net.onnx", chain, opset)
    factor = Enclosed.of([1 + wrong])
    monkeypatch.setattr(Builder, "scaled", lambda self, name, v, c: scaled(self, name, v, c * factor))
    with pytest.raises(BadInput, match=r"node node_0 \(Mul\): onnxruntime computes another value"):
        read_network(tmp_path / "net.onnx")


def test_a_tensor_that_is_passed_on_is_compared_too(tmp_path, monkeypatch):
    from lt_proofs.models import onnx_operators

    chain, opset = nodes(17, ("Identity", ["x"], ["i"], {}), ("Abs", ["i"], ["a"], {}), ("Neg", ["a"], ["y"], {}))
    write(tmp_path / "net.onnx", chain, opset)
    monkeypatch.setitem(onnx_operators.OPERATORS, "Abs", (lambda call: call.value(0), frozenset()))
    with pytest.raises(BadInput, match="node x: onnxruntime computes another value"):
        read_network(tmp_path / "net.onnx")


@pytest.mark.parametrize("opset", [7, 9, 13])
def test_old_batch_normalization_is_compared_by_onnxruntime_only(tmp_path, monkeypatch, opset):
    runtime = pytest.importorskip("onnxruntime")
    # outputs may be left out by empty names
    chain, _ = node("BatchNormalization", *NORMAL, outputs=("y", "", "", "", ""))
    write(tmp_path / "net.onnx", chain, opset)
    reading = read_network(tmp_path / "net.onnx")
    assert reading.runtime == "onnxruntime"
    x = np.random.default_rng(0).normal(size=(9, 4))
    scale, shift = (CONSTANTS[name].astype(float) for name in ("scale", "four"))
    expected = scale * (x - shift) / np.sqrt(scale + np.float32(1e-5)) + shift
    assert np.allclose(forward(list(reading.layers), x), expected, rtol=1e-12)

    def missing(*args, **options):
        raise ImportError

    monkeypatch.setattr(runtime, "InferenceSession", missing)
    with pytest.raises(BadInput, match=r"no runtime runs it.*--no-compare"):
        read_network(tmp_path / "net.onnx")


def test_a_branch_is_control_flow_whatever_it_reads(tmp_path):
    inner = helper.make_graph(
        [helper.make_node("Neg", ["x"], ["o"])], "b", [], [helper.make_tensor_value_info("o", 1, None)]
    )
    chain, opset = node("If", "true", then_branch=inner, else_branch=inner)
    write(tmp_path / "net.onnx", chain, opset)
    with pytest.raises(BadInput, match=r"node node_0 \(If\): control flow"):
        read_network(tmp_path / "net.onnx")


def changed(change):
    def written(path):
        model = write(path, *nodes(17, ("MatMul", ["x", "matrix"], ["h"], {}), ("Relu", ["h"], ["y"], {})))
        change(model.graph)
        path.write_bytes(model.SerializeToString())

    return written


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: g.initializer.append(numpy_helper.from_array(np.zeros((4, 3), "f4"), "matrix")), "have one name"),
        (lambda g: g.sparse_initializer.add(), "sparse constants"),
        (lambda g: g.output.pop(), "it has 0 outputs"),
        (lambda g: g.output[0].CopyFrom(g.input[0]), "no node computes its output x"),
        (lambda g: g.node.reverse(), "used before it is computed"),
    ],
)
def test_graphs_that_contradict_themselves_are_refused(tmp_path, change, words):
    changed(change)(tmp_path / "net.onnx")
    with pytest.raises((BadInput, Malformed), match=words):
        read_network(tmp_path / "net.onnx")
