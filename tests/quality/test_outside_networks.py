"""Networks as other people's tools write them: the ticket is near the file's own function, or the file is refused.

The source's function is computed by the reference evaluator of the onnx package or by PyTorch, never by this project.
Whatever is accepted must be that function; what the documents say is supported must be accepted; a refusal is one line.
"""

import itertools
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import lt_proofs
from lt_proofs.cli import run

EPS = "0.01"


def generator(*key):
    return np.random.Generator(np.random.PCG64(key))


def points(width, seed=0):
    """Inputs in the unit ball: random ones, unit vectors of both signs, and zero."""
    rows = generator(seed, width).normal(size=(40, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) * 1.0001
    rows[::3] *= 0.3
    return np.vstack([rows, np.eye(width), -np.eye(width), np.zeros((1, width))]).astype(np.float32)


def written_target(folder):
    """The function of target.safetensors: matrices and biases with ReLU between them."""
    tensors = load_file(folder / "target.safetensors")
    depth = sum(name.startswith("weight_") for name in tensors)

    def forward(values):
        for i in range(1, depth + 1):
            values = np.maximum(values, 0) if i > 1 else values
            values = values @ tensors[f"weight_{i}"].T.astype(np.float64)
            values = values + tensors.get(f"bias_{i}", np.zeros(1)).astype(np.float64)
        return values

    return forward


def accepted(tmp_path, capsys, file, source, width, *options):
    """The file is pruned, and both target and ticket are near the source's function; returns what inspect says."""
    folder = tmp_path / "ticket"
    code = run(["prune", str(file), "-o", str(folder), "--eps", EPS, "--force", *options])
    said = capsys.readouterr()
    assert code == 0, said.err
    ticket = lt_proofs.load_ticket(folder)
    inputs = points(width)
    outputs = np.asarray(source(inputs), np.float64).reshape(len(inputs), -1)
    assert (ticket.inputs, ticket.outputs) == (width, outputs.shape[1])
    size = max(1.0, float(np.abs(outputs).max()))
    target = written_target(folder)(inputs.astype(np.float64))
    assert np.abs(target - outputs).max() <= 1e-4 * size, float(np.abs(target - outputs).max())
    gap = np.linalg.norm(ticket.forward(inputs) - outputs, axis=1).max()
    assert gap <= float(ticket.error_bound) + 1e-4 * size
    return said.out


def refused(tmp_path, capsys, file, *words, options=()):
    """The file is refused by one line that holds the words; nothing is written, no warning leaks."""
    folder = tmp_path / "refused"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code = run(["prune", str(file), "-o", str(folder), "--eps", EPS, *options])
    said = capsys.readouterr()
    assert code == 3, said.out
    assert said.err.count("\n") == 1 and said.out == "", said.err
    assert not folder.exists()
    for word in words:
        assert word in said.err, said.err
    return said.err


def inspected(capsys, file, *options):
    code = run(["inspect", str(file), "--json", *options])
    said = capsys.readouterr()
    assert code == 0, said.err
    found = json.loads(said.out)
    assert {"inputs", "outputs", "widths", "layers", "remarks", "compared"} <= set(found)
    return found


# ONNX graphs


class Graph:
    """An ONNX graph under construction; values are batches of rows, of the type of the graph's input."""

    def __init__(self, onnx, seed):
        self.onnx, self.random = onnx, generator(11, seed)
        self.nodes, self.tensors = [], []

    def weights(self, *shape, spread=1.0):
        return (self.random.uniform(-1, 1, shape) * spread / max(1.0, np.sqrt(shape[-1] if shape else 1))).astype("f4")

    def const(self, array):
        name = f"c{len(self.tensors)}"
        self.tensors.append(self.onnx.numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def add(self, op, *inputs, outputs=1, **settings):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(self.onnx.helper.make_node(op, inputs, names, **settings))
        return names[0]

    def save(self, path, first, lasts, batch="N", opset=17, shape=None):
        helper, kind = self.onnx.helper, self.onnx.TensorProto.FLOAT
        ends = [helper.make_tensor_value_info("x", kind, shape or [batch, first])]
        outputs = [helper.make_tensor_value_info(name, kind, ["M", "D"]) for name in lasts]
        graph = helper.make_graph(self.nodes, "g", ends, outputs, self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
        self.onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString())
        return path


def evaluator(onnx, path, output=None, *, one_by_one=False, shape=None):
    from onnx.reference import ReferenceEvaluator

    session = ReferenceEvaluator(str(path))
    wanted = None if output is None else [output]

    # NumPy's products of small matrices may set the flags of floats for entries that they do not return
    @np.errstate(all="ignore")
    def source(inputs):
        if one_by_one:
            rows = [session.run(wanted, {"x": row.reshape(shape or (1, -1))})[0] for row in inputs]
            return np.stack([np.asarray(row).reshape(-1) for row in rows])
        return session.run(wanted, {"x": inputs})[0]

    return source


def gemm(g, v, d):
    e = int(g.random.integers(2, 6))
    transposed, alpha, beta = (
        bool(g.random.integers(2)),
        float(g.random.choice([1, 0.5, 2])),
        float(g.random.choice([1, 2])),
    )
    matrix = g.const(g.weights(e, d) if transposed else g.weights(e, d).T)
    bias = g.random.choice(["none", "vector", "row", "scalar"])
    shapes = {"none": [], "vector": [(e,)], "row": [(1, e)], "scalar": [()]}[bias]
    settings = {"alpha": alpha, "beta": beta, "transB": int(transposed)}
    return g.add("Gemm", v, matrix, *(g.const(g.weights(*s)) for s in shapes), **settings), e


def matmul(g, v, d):
    e = int(g.random.integers(2, 6))
    made = g.add("MatMul", v, g.const(g.weights(e, d).T))
    bias = g.const(g.weights(*[(e,), (1, e), (), (1,)][g.random.integers(4)]))
    return g.add("Add", *([made, bias] if g.random.integers(2) else [bias, made])), e


def transposed_matrix(g, v, d):
    return g.add("MatMul", v, g.add("Transpose", g.const(g.weights(3, d)), perm=[1, 0])), 3


def identity_matrix(g, v, d):
    shared = g.add("Identity", g.const(g.weights(d, d)))
    first = g.add("Relu", g.add("MatMul", v, shared))
    return g.add("MatMul", first, g.add("Identity", shared)), d


def constant_node(g, v, d):
    value = g.onnx.numpy_helper.from_array(np.ascontiguousarray(g.weights(4, d).T))
    return g.add("MatMul", v, g.add("Constant", value=value)), 4


def normalised(g, v, d):
    mean, spread = g.const(g.weights(d)), g.const(np.float32(0.5) + np.abs(g.weights(d)))
    return g.add("Div", g.add("Sub", v, mean), spread), d


def scaled(g, v, d):
    v = g.add("Mul", *([v, g.const(np.float32(-0.75))] if g.random.integers(2) else [g.const(g.weights(1, d)), v]))
    return g.add("Sub", g.const(g.weights(d)), v), d


def batch_norm(g, v, d):
    fields = [1 + g.weights(d), g.weights(d), g.weights(d), np.float32(0.5) + np.abs(g.weights(d))]
    return g.add("BatchNormalization", v, *map(g.const, fields), epsilon=1e-3), d


def relu(g, v, d):
    return g.add("Relu", v), d


def clip(g, v, d):
    return g.add("Clip", v, g.const(np.float32(0))), d


def maximum(g, v, d):
    zero = g.const(np.zeros([(), (1,), (d,)][g.random.integers(3)], np.float32))
    return g.add("Max", *([v, zero] if g.random.integers(2) else [zero, v])), d


def leaky(g, v, d):
    return g.add("LeakyRelu", v, alpha=float(g.random.choice([0.01, 0.25]))), d


def prelu(g, v, d):
    return g.add("PRelu", v, g.const(np.abs(g.weights(*[(d,), (1,)][g.random.integers(2)])))), d


def two_affine(g, v, d):
    return matmul(g, *gemm(g, v, d))


def in_double(g, v, d):
    wide = g.add("Cast", v, to=11)
    made = g.add(
        "Add", g.add("MatMul", wide, g.const(g.weights(3, d).T.astype("f8"))), g.const(g.weights(3).astype("f8"))
    )
    return g.add("Cast", made, to=1), 3


def residual(g, v, d):
    inner = g.add("Relu", g.add("Gemm", v, g.const(g.weights(3, d)), g.const(g.weights(3)), transB=1))
    back = g.add("Gemm", inner, g.const(g.weights(d, 3)), transB=1)
    return g.add("Add", *([v, back] if g.random.integers(2) else [back, v])), d


def passed_over(g, v, d):
    return g.add("Identity", g.add("Flatten", g.add("Dropout", v))), d


def viewed(g, v, d):
    """x.view(x.size(0), -1) as PyTorch exported it for years."""
    size = g.add("Gather", g.add("Shape", v), g.const(np.int64(0)), axis=0)
    parts = [g.add("Unsqueeze", part, g.const(np.array([0]))) for part in (size, g.const(np.int64(-1)))]
    return g.add("Reshape", v, g.add("Concat", *parts, axis=0)), d


AFFINE = [gemm, matmul, transposed_matrix, identity_matrix, constant_node, two_affine, in_double]
BETWEEN = [normalised, scaled, batch_norm, residual, passed_over, viewed]
PIECES = [relu, clip, maximum, leaky, prelu]
SUPPORTED = [*AFFINE, *BETWEEN, *PIECES]


def smooth(op):
    def piece(g, v, d):
        return g.add(op, v), d

    piece.__name__ = op.lower()
    return piece


def silu(g, v, d):
    return g.add("Mul", v, g.add("Sigmoid", v)), d


def squared(g, v, d):
    return g.add("Mul", v, v), d


def cast_to_int(g, v, d):
    return g.add("Cast", g.add("Cast", v, to=7), to=1), d


def divided(g, v, d):
    return g.add("Div", g.const(np.float32(1)), g.add("Add", g.add("Relu", v), g.const(np.float32(1)))), d


def softmax(g, v, d):
    return g.add("Softmax", v, axis=-1), d


def dropped_in_training(g, v, d):
    """Two rows of the batch mixed: no function of one input."""
    return g.add("Sub", v, g.add("ReduceMean", v, axes=[0], keepdims=1)), d


UNSUPPORTED = [*map(smooth, ("Sigmoid", "Tanh", "Exp", "Floor", "Softplus", "Elu", "Erf")), silu, squared, cast_to_int,
               divided, softmax, dropped_in_training]  # fmt: skip


@pytest.mark.parametrize("piece", SUPPORTED, ids=lambda piece: piece.__name__)
@pytest.mark.parametrize("place", ["first", "between", "last", "alone"])
def test_each_supported_node_is_read(tmp_path, capsys, piece, place):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, SUPPORTED.index(piece))
    plan = {"first": [piece, gemm], "between": [gemm, piece, relu, gemm], "last": [gemm, relu, gemm, piece]}
    v, d = "x", 4
    for step in plan.get(place, [piece]):
        v, d = step(g, v, d)
    if place == "alone" and piece in (passed_over, viewed):
        return  # a graph without any weights
    file = g.save(tmp_path / "net.onnx", 4, [v])
    accepted(tmp_path, capsys, file, evaluator(onnx, file), 4)


@pytest.mark.parametrize("piece", UNSUPPORTED, ids=lambda piece: piece.__name__)
def test_each_unsupported_node_is_refused(tmp_path, capsys, piece):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, UNSUPPORTED.index(piece))
    v, d = relu(g, *gemm(g, "x", 4))
    v, d = gemm(g, *piece(g, v, d))
    file = g.save(tmp_path / "net.onnx", 4, [v])
    refused(tmp_path, capsys, file)
    assert run(["inspect", str(file)]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_inspect_says_what_prune_reads(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 77)
    v, d = "x", 4
    for piece in (normalised, gemm, leaky, residual, batch_norm, relu, gemm):
        v, d = piece(g, v, d)
    file = g.save(tmp_path / "net.onnx", 4, [v])
    accepted(tmp_path, capsys, file, evaluator(onnx, file), 4)
    assert run(["recheck", str(tmp_path / "ticket")]) == 0
    capsys.readouterr()
    found = inspected(capsys, file)
    assert (found["inputs"], found["outputs"]) == (4, d)
    assert found["widths"][0] == 4 and found["widths"][-1] == d and len(found["layers"]) == len(found["widths"]) - 1
    assert 0 <= found["compared"] <= 1e-4
    assert inspected(capsys, file, "--no-compare")["compared"] is None
    plain = dense(generator(1), 4, 4, 4)
    save_file(named(plain, ("fc1", "fc2")), tmp_path / "net.safetensors")
    found = inspected(capsys, tmp_path / "net.safetensors")
    assert found["widths"] == [4, 4, 4] and found["compared"] is None


def fuzz(tmp_path, capsys, seed, pieces, *, must):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 1000 + seed)
    v, d = "x", int(g.random.integers(2, 6))
    first = d
    for number in g.random.integers(0, len(pieces), int(g.random.integers(2, 7))):
        v, d = pieces[number](g, v, d)
    v, d = gemm(g, v, d)
    file = g.save(tmp_path / "net.onnx", first, [v])
    folder = tmp_path / "fuzz"
    code = run(["prune", str(file), "-o", str(folder), "--eps", EPS, "--no-compare"])
    said = capsys.readouterr()
    if code == 3 and not must:
        assert said.err.count("\n") == 1
        return
    assert code == 0, said.err
    inputs = points(first, seed)
    outputs = evaluator(onnx, file)(inputs)
    size = max(1.0, float(np.abs(outputs).max()))
    assert np.abs(written_target(folder)(inputs.astype(np.float64)) - outputs).max() <= 1e-4 * size


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(s, marks=pytest.mark.slow) for s in range(12, 120))])
def test_random_graphs_of_supported_nodes(tmp_path, capsys, seed):
    fuzz(tmp_path, capsys, seed, SUPPORTED, must=True)


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(s, marks=pytest.mark.slow) for s in range(12, 120))])
def test_random_graphs_are_never_another_function(tmp_path, capsys, seed):
    fuzz(tmp_path, capsys, 5000 + seed, [*SUPPORTED, *UNSUPPORTED], must=False)


def test_a_matrix_on_the_left(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 1)
    hidden = g.add("Relu", g.add("Add", g.add("MatMul", g.const(g.weights(5, 4)), "x"), g.const(g.weights(5, 1))))
    out = g.add("MatMul", g.const(g.weights(2, 5)), hidden)
    file = g.save(tmp_path / "net.onnx", 4, [out], shape=[4, 1])
    source = evaluator(onnx, file, one_by_one=True, shape=(4, 1))
    accepted(tmp_path, capsys, file, source, 4)


def test_rows_of_a_matrix_are_not_one_input(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 2)
    out = g.add("MatMul", g.add("Relu", g.add("MatMul", "x", g.const(g.weights(3, 4).T))), g.const(g.weights(2, 3).T))
    file = g.save(tmp_path / "net.onnx", 4, [out], shape=[5, 4])
    folder = tmp_path / "t"
    if run(["prune", str(file), "-o", str(folder), "--eps", EPS]) == 0:  # only as the network of all 20 inputs
        assert lt_proofs.load_ticket(folder).inputs == 20
    else:
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("shape", [[1, 4], [1, 1, 4], [1, 2, 2], [1, 1, 2, 2]])
def test_inputs_of_other_shapes_are_flattened_in_their_order(tmp_path, capsys, shape):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 3)
    v, _d = gemm(g, *relu(g, *gemm(g, g.add("Flatten", "x", axis=1), 4)))
    file = g.save(tmp_path / "net.onnx", 4, [v], shape=shape)
    accepted(tmp_path, capsys, file, evaluator(onnx, file, one_by_one=True, shape=shape), 4)


def test_a_transposed_input_is_permuted(tmp_path, capsys):
    """Keras puts channels last: the flattened order is another one than that of the input."""
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 4)
    v, _d = gemm(g, g.add("Flatten", g.add("Transpose", "x", perm=[0, 2, 1]), axis=1), 6)
    file = g.save(tmp_path / "net.onnx", 6, [v], shape=[1, 2, 3])
    folder = tmp_path / "t"
    if run(["prune", str(file), "-o", str(folder), "--eps", EPS]) == 3:
        assert capsys.readouterr().err.count("\n") == 1
        return
    inputs = points(6)
    outputs = evaluator(onnx, file, one_by_one=True, shape=(1, 2, 3))(inputs)
    assert np.abs(written_target(folder)(inputs) - outputs).max() < 1e-4


def test_declared_outputs_are_obeyed(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 5)
    first, d = gemm(g, "x", 4)
    second, _e = gemm(g, *relu(g, first, d))
    file = g.save(tmp_path / "tail.onnx", 4, [first])
    accepted(tmp_path, capsys, file, evaluator(onnx, file), 4)
    file = g.save(tmp_path / "two.onnx", 4, [first, second])
    refused(tmp_path, capsys, file, "--output")
    for name in (first, second):
        accepted(tmp_path, capsys, file, evaluator(onnx, file, name), 4, "--output", name)
    refused(tmp_path, capsys, file, "nowhere", options=("--output", "nowhere"))


@pytest.mark.parametrize("op", ["Softmax", "Sigmoid", "ArgMax", "LogSoftmax"])
def test_a_final_score_function_is_cut_off_and_said(tmp_path, capsys, op):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 6)
    scores, _ = gemm(g, *relu(g, *gemm(g, "x", 4)))
    plain = g.save(tmp_path / "plain.onnx", 4, [scores])
    settings = {} if op == "Sigmoid" else {"axis": 1}
    end = g.add(op, scores, **settings)
    file = g.save(tmp_path / "net.onnx", 4, [end]) if op != "ArgMax" else None
    if file is None:
        helper = onnx.helper
        graph = helper.make_graph(g.nodes, "g", [helper.make_tensor_value_info("x", 1, ["N", 4])],
                                  [helper.make_tensor_value_info(end, 7, ["N", 1])], g.tensors)  # fmt: skip
        file = tmp_path / "net.onnx"
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        file.write_bytes(model.SerializeToString())
    said = accepted(tmp_path, capsys, file, evaluator(onnx, plain), 4)
    assert op in said


def test_weights_beside_the_file(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 7)
    v, _ = gemm(g, *relu(g, *gemm(g, "x", 4)))
    plain = g.save(tmp_path / "plain.onnx", 4, [v])
    source = evaluator(onnx, plain)
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "net.onnx"
    settings = {"save_as_external_data": True, "size_threshold": 0, "location": "net.data"}
    onnx.save_model(onnx.load(plain), file, **settings)
    accepted(tmp_path, capsys, file, source, 4)
    # the same bytes in a folder above must not be read
    for location in ("../net.data", str(tmp_path / "net.data"), "sub/../../net.data"):
        model = onnx.load(file, load_external_data=False)
        for tensor in model.graph.initializer:
            for entry in tensor.external_data:
                if entry.key == "location":
                    entry.value = location
        (tmp_path / "net.data").write_bytes((tmp_path / "deep" / "net.data").read_bytes())
        file.write_bytes(model.SerializeToString())
        refused(tmp_path, capsys, file)
        onnx.save_model(onnx.load(plain), file, **settings)
    (tmp_path / "deep" / "net.data").unlink()
    refused(tmp_path, capsys, file)
    (tmp_path / "deep" / "net.data").symlink_to(tmp_path / "net.data")
    code = run(["prune", str(file), "-o", str(tmp_path / "x"), "--eps", EPS])
    assert code in (0, 3)
    capsys.readouterr()


def test_what_torch_exports_today(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.BatchNorm1d(6), torch.nn.Linear(6, 3))
    model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (torch.zeros(1, 5),), str(tmp_path / "net.onnx"), verbose=False)
    capsys.readouterr()
    assert onnx
    accepted(tmp_path, capsys, tmp_path / "net.onnx", lambda x: model(torch.from_numpy(x)).detach().numpy(), 5)


def test_weights_that_are_not_finite_are_refused(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    for number, value in enumerate((np.nan, np.inf, -np.inf)):
        g = Graph(onnx, 8)
        matrix = g.weights(3, 4)
        matrix[1, 2] = value
        v = g.add("Gemm", "x", g.const(matrix), transB=1)
        file = g.save(tmp_path / f"net{number}.onnx", 4, [v])
        refused(tmp_path, capsys, file)


@pytest.mark.parametrize("kind", ["f4", "f8", "f2"])
def test_weights_are_taken_bit_by_bit(tmp_path, capsys, kind):
    onnx = pytest.importorskip("onnx")
    number = {"f4": 1, "f8": 11, "f2": 10}[kind]
    random = generator(40)
    matrices = [random.uniform(-1, 1, shape).astype(kind) for shape in ((5, 4), (2, 5))]
    biases = [random.uniform(-1, 1, size).astype(kind) for size in (5, 2)]
    helper = onnx.helper
    nodes = [helper.make_node("Gemm", ["x", "w0", "b0"], ["h"], transB=1), helper.make_node("Relu", ["h"], ["r"]),
             helper.make_node("Gemm", ["r", "w1", "b1"], ["y"], transB=1)]  # fmt: skip
    tensors = [onnx.numpy_helper.from_array(array, f"{name}{i}")
               for name, arrays in (("w", matrices), ("b", biases)) for i, array in enumerate(arrays)]  # fmt: skip
    ends = [helper.make_tensor_value_info(name, number, ["N", size]) for name, size in (("x", 4), ("y", 2))]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    assert run(["prune", str(tmp_path / "net.onnx"), "-o", str(tmp_path / "t"), "--eps", EPS]) == 0
    assert run(["recheck", str(tmp_path / "t")]) == 0
    read = load_file(tmp_path / "t" / "target.safetensors")
    assert sorted(read) == ["bias_1", "bias_2", "weight_1", "weight_2"]
    for i, (matrix, bias) in enumerate(zip(matrices, biases, strict=True), 1):
        assert np.array_equal(read[f"weight_{i}"].astype("f8"), matrix.astype("f8"))
        assert np.array_equal(read[f"bias_{i}"].astype("f8"), bias.astype("f8"))
    capsys.readouterr()


# tensors by name


def dense(random, *widths, bias=True):
    """Layers (matrix, bias or None) of float32, outputs x inputs."""
    pairs = list(itertools.pairwise(widths))
    made = [(random.uniform(-1, 1, (e, d)) / np.sqrt(d), random.uniform(-0.5, 0.5, e)) for d, e in pairs]
    return [(w.astype(np.float32), b.astype(np.float32) if bias else None) for w, b in made]


def function_of(layers):
    def forward(values):
        values = np.asarray(values, np.float64)
        for number, (weight, bias) in enumerate(layers):
            values = np.maximum(values, 0) if number else values
            values = values @ weight.T + (0 if bias is None else bias)
        return values

    return forward


def named(layers, names):
    return {f"{name}.{part}": array for name, layer in zip(names, layers, strict=True)
            for part, array in zip(("weight", "bias"), layer, strict=True) if array is not None}  # fmt: skip


def save_state(torch, path, tensors, wrap=None):
    state = {name: torch.from_numpy(np.array(array)) for name, array in tensors.items()}
    torch.save(wrap(state) if wrap else state, path)
    return path


@pytest.mark.parametrize("names", [("inp", "hidden", "classifier"), ("z", "y", "x"), ("encoder.0", "mid", "decoder.0"),
                                   ("fc2", "fc1", "fc3"), ("layers.10", "layers.9", "head")])  # fmt: skip
def test_a_state_dict_has_the_order_of_its_file(tmp_path, capsys, names):
    torch = pytest.importorskip("torch")
    layers = dense(generator(20), 4, 4, 4, 4)
    file = save_state(torch, tmp_path / "net.pt", named(layers, names))
    accepted(tmp_path, capsys, file, function_of(layers), 4)
    turned = [layers[i] for i in (2, 0, 1)]
    order = ",".join(names[i] for i in (2, 0, 1))
    accepted(tmp_path, capsys, file, function_of(turned), 4, "--layers", order)


def test_an_autoencoder_is_not_turned_inside_out(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    layers = dense(generator(21), 6, 3, 6)
    file = save_state(torch, tmp_path / "net.pt", named(layers, ("encoder", "decoder")))
    accepted(tmp_path, capsys, file, function_of(layers), 6)


@pytest.mark.parametrize("wrap", ["state_dict", "model", "module", "model_state_dict"])
def test_wrapped_state_dicts(tmp_path, capsys, wrap):
    torch = pytest.importorskip("torch")
    layers = dense(generator(22), 4, 5, 2)
    prefix = "module." if wrap == "module" else ""
    tensors = {prefix + name: array for name, array in named(layers, ("fc1", "fc2")).items()}
    wrapping = None if wrap == "module" else lambda state: {"epoch": 3, wrap: state, "loss": 0.5}
    file = save_state(torch, tmp_path / "net.pt", tensors, wrapping)
    if wrap == "model_state_dict" and run(["prune", str(file), "-o", str(tmp_path / "t"), "--eps", EPS]) == 3:
        assert capsys.readouterr().err.count("\n") == 1
        return
    accepted(tmp_path, capsys, file, function_of(layers), 4)


def test_two_state_dicts_in_one_file_are_refused(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    one, other = (torch.nn.Linear(3, 2).state_dict() for _ in range(2))
    torch.save({"model": one, "state_dict": other}, tmp_path / "net.pt")
    refused(tmp_path, capsys, tmp_path / "net.pt", "model", "state_dict")


def test_pruned_and_normalised_weights_are_composed(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    from torch.nn.utils import prune, weight_norm
    from torch.nn.utils.parametrizations import weight_norm as parametrized

    def model():
        torch.manual_seed(3)
        return torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Linear(4, 4, bias=False))

    def forward(module):
        return lambda x: module(torch.from_numpy(np.asarray(x, np.float32))).detach().numpy()

    masked = model()
    prune.random_unstructured(masked[0], "weight", 0.5)
    prune.l1_unstructured(masked[2], "weight", 0.25)
    prune.random_unstructured(masked[0], "bias", 0.5)
    halves = model()
    prune.random_unstructured(halves[2], "weight", 0.5)
    normed, new = model(), model()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weight_norm(normed[0])
        weight_norm(normed[2], dim=1)
        parametrized(new[0])
        parametrized(new[2])
    with torch.no_grad():
        for g in (normed[0].weight_g, normed[2].weight_g, new[0].parametrizations.weight.original0):
            g.mul_(1.5)
    for number, module in enumerate((masked, halves, normed, new)):
        file = tmp_path / f"net{number}.pt"
        torch.save(module.state_dict(), file)
        if module is normed:  # its second layer is normed along the other dimension, which the shape of g tells
            module(torch.zeros(1, 4))
        accepted(tmp_path, capsys, file, forward(module), 4)


def test_unknown_tensors_are_refused_by_name_unless_ignored(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    layers = dense(generator(23), 4, 4, 4)
    tensors = named(layers, ("fc1", "fc2"))
    scores = {"scores1": np.ones((4, 4), np.float32), "scores2": np.ones((4, 4), np.float32)}
    file = save_state(torch, tmp_path / "net.pt", {**tensors, **scores})
    refused(tmp_path, capsys, file, "scores1", "--ignore")
    accepted(tmp_path, capsys, file, function_of(layers), 4, "--ignore", "scores*")
    file = save_state(torch, tmp_path / "buffer.pt", {**tensors, "step": np.zeros((), np.float32)})
    refused(tmp_path, capsys, file, "step")
    bn = {"bn.weight": np.ones(4, "f4"), "bn.bias": np.ones(4, "f4"), "bn.running_mean": np.ones(4, "f4"),
          "bn.running_var": np.ones(4, "f4")}  # fmt: skip
    file = save_state(torch, tmp_path / "bn.pt", {**tensors, **bn})
    refused(tmp_path, capsys, file, "bn")


def test_a_bare_linear_layer(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    layers = dense(generator(24), 4, 3)
    file = save_state(torch, tmp_path / "net.pt", {"weight": layers[0][0], "bias": layers[0][1]})
    accepted(tmp_path, capsys, file, function_of(layers), 4)


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float64"])
def test_other_floats_are_taken_exactly(tmp_path, capsys, kind):
    torch = pytest.importorskip("torch")
    layers = dense(generator(25), 4, 5, 2)
    state = {
        name: torch.from_numpy(array).to(getattr(torch, kind)) for name, array in named(layers, ("a", "b")).items()
    }
    torch.save(state, tmp_path / "net.pt")
    wide = [(state[f"{n}.weight"].double().numpy(), state[f"{n}.bias"].double().numpy()) for n in ("a", "b")]
    accepted(tmp_path, capsys, tmp_path / "net.pt", function_of(wide), 4)


def test_tensors_without_an_order_are_asked_about(tmp_path, capsys):
    layers = dense(generator(26), 4, 4, 4, 4)
    names = ("inp", "hidden", "classifier")
    save_file(named(layers, names), tmp_path / "net.safetensors")
    line = refused(tmp_path, capsys, tmp_path / "net.safetensors", "--layers")
    assert all(name in line for name in names)
    accepted(tmp_path, capsys, tmp_path / "net.safetensors", function_of(layers), 4, "--layers", ",".join(names))
    # where one order only chains, or names are numbered, nothing needs to be asked
    only = dense(generator(27), 5, 3, 4, 2)
    save_file(named(only, names), tmp_path / "net.safetensors")
    accepted(tmp_path, capsys, tmp_path / "net.safetensors", function_of(only), 5)
    save_file(named(layers, ("fc1", "fc2", "fc10")), tmp_path / "net.safetensors")
    accepted(tmp_path, capsys, tmp_path / "net.safetensors", function_of(layers), 4)


def test_layers_are_obeyed_or_refused(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    layers = dense(generator(28), 4, 4, 4, 4)
    save_file(named(layers, ("a", "b", "c")), tmp_path / "net.safetensors")
    folder = tmp_path / "dropped"
    code = run(["prune", str(tmp_path / "net.safetensors"), "-o", str(folder), "--eps", EPS, "--layers", "a,b"])
    said = capsys.readouterr()
    assert code in (0, 3)
    assert "c" in (said.out.partition("remark")[2] if code == 0 else said.err)
    if code == 0:
        inputs = points(4)
        assert np.abs(written_target(folder)(inputs) - function_of(layers[:2])(inputs)).max() < 1e-5
    refused(tmp_path, capsys, tmp_path / "net.safetensors", "nowhere", options=("--layers", "a,nowhere"))
    g = Graph(onnx, 9)
    v, _ = gemm(g, *relu(g, *gemm(g, "x", 4)))
    file = g.save(tmp_path / "net.onnx", 4, [v])
    refused(tmp_path, capsys, file, "--layers", options=("--layers", "b,a"))


def test_other_names_of_weights(tmp_path, capsys):
    layers = dense(generator(29), 4, 5, 2)
    (w1, b1), (w2, b2) = layers
    forms = {
        "letters": {"W1": w1, "b1": b1, "W2": w2, "b2": b2},
        "keras": {"dense/kernel": w1.T, "dense/bias": b1, "dense_1/kernel": w2.T, "dense_1/bias": b2},
        "keras 3": {"dense/kernel:0": w1.T, "dense/bias:0": b1, "dense_1/kernel:0": w2.T, "dense_1/bias:0": b2},
    }
    for name, tensors in forms.items():
        np.savez(tmp_path / "net.npz", **{key: np.ascontiguousarray(array) for key, array in tensors.items()})
        if name == "keras 3" and run(["inspect", str(tmp_path / "net.npz")]) == 3:
            assert capsys.readouterr().err.count("\n") == 1
            continue
        capsys.readouterr()
        accepted(tmp_path, capsys, tmp_path / "net.npz", function_of(layers), 4)


def test_square_kernels_of_keras_are_transposed(tmp_path, capsys):
    layers = dense(generator(30), 4, 4, 4)
    tensors = {"dense/kernel": layers[0][0].T, "dense/bias": layers[0][1],
               "dense_1/kernel": layers[1][0].T, "dense_1/bias": layers[1][1]}  # fmt: skip
    np.savez(tmp_path / "net.npz", **{key: np.ascontiguousarray(array) for key, array in tensors.items()})
    accepted(tmp_path, capsys, tmp_path / "net.npz", function_of(layers), 4)


def nnet_text(layers, means, ranges):
    widths = [layers[0][0].shape[1], *(w.shape[0] for w, _ in layers)]
    rows = ["// generated", f"{len(layers)},{widths[0]},{widths[-1]},{max(widths)},", ",".join(map(str, widths)) + ",",
            "0,", ",".join(["-1000.0"] * widths[0]) + ",", ",".join(["1000.0"] * widths[0]) + ",",
            ",".join(map(str, means)) + ",", ",".join(map(str, ranges)) + ","]  # fmt: skip
    for weight, bias in layers:
        rows += [",".join(repr(float(x)) for x in row) + "," for row in weight]
        rows += [f"{float(x)!r}," for x in bias]
    return "\n".join(rows) + "\n"


def test_nnet_files_with_their_normalisation(tmp_path, capsys):
    layers = dense(generator(31), 3, 5, 2)
    means, ranges = [0.25, -0.5, 0.125, 0.75], [2.0, 0.5, 1.0, 4.0]
    (tmp_path / "net.nnet").write_text(nnet_text(layers, means, ranges))
    plain = function_of(layers)
    outside = lambda x: plain((np.asarray(x, np.float64) - means[:3]) / ranges[:3]) * ranges[3] + means[3]  # noqa: E731
    accepted(tmp_path, capsys, tmp_path / "net.nnet", outside, 3)
    text = (tmp_path / "net.nnet").read_text()
    for number, bad in enumerate((text[: len(text) // 2], "", text.replace("0.25", "nan", 1), "3,x\n")):
        (tmp_path / f"bad{number}.nnet").write_text(bad)
        refused(tmp_path, capsys, tmp_path / f"bad{number}.nnet")


# files that are no networks


def test_files_that_are_no_networks_are_refused_in_one_line(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    (tmp_path / "empty.pt").write_bytes(b"")
    (tmp_path / "empty.onnx").write_bytes(b"")
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "empty.safetensors").write_bytes(b"")
    (tmp_path / "noise.pt").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "noise.onnx").write_bytes(bytes(range(256)) * 4)
    torch.save(module, tmp_path / "whole.pt")
    torch.save([1, 2, 3], tmp_path / "list.pt")
    torch.save({}, tmp_path / "nothing.pt")
    torch.save({"a": torch.zeros(2, 2, 2)}, tmp_path / "cube.pt")
    torch.save({"fc.weight": torch.eye(3).int()}, tmp_path / "ints.pt")
    torch.save({"fc.weight": torch.eye(3).to(torch.complex64)}, tmp_path / "complex.pt")
    torch.save({"ödd näme\n.weight": torch.full((2, 2), float("nan"))}, tmp_path / "nan.pt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(module), str(tmp_path / "script.pt"))
    for file in sorted(tmp_path.iterdir()):
        refused(tmp_path, capsys, file, file.name)


def test_tensors_that_are_larger_than_their_file(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    one = torch.sparse_coo_tensor(torch.tensor([[0], [0]]), torch.ones(1), (10**6, 10**6), check_invariants=True)
    bombs = {"expanded": torch.zeros(1).expand(10**5, 10**5), "sparse": one, "meta": torch.zeros(4, 4, device="meta")}
    for name, tensor in bombs.items():
        torch.save({"fc.weight": tensor}, tmp_path / f"{name}.pt")
        refused(tmp_path, capsys, tmp_path / f"{name}.pt", "fc.weight")
    onnx = pytest.importorskip("onnx")
    for number, (op, sizes) in enumerate(
        [("ConstantOfShape", [4, 10**10]), ("Expand", [4, 10**9]), ("Tile", [1, 10**9])]
    ):
        g = Graph(onnx, number)
        inputs = [] if op == "ConstantOfShape" else [g.const(g.weights(4, 1))]
        v = g.add("MatMul", "x", g.add(op, *inputs, g.const(np.array(sizes))))
        refused(tmp_path, capsys, g.save(tmp_path / f"{op}.onnx", 4, [v]))


def test_a_sparse_matrix_is_the_matrix(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    layers = dense(generator(34), 4, 5, 2)
    state = {name: torch.from_numpy(array) for name, array in named(layers, ("a", "b")).items()}
    torch.save({name: t.to_sparse() if t.ndim == 2 else t for name, t in state.items()}, tmp_path / "net.pt")
    accepted(tmp_path, capsys, tmp_path / "net.pt", function_of(layers), 4)


DRAWN = ["RandomUniform", "RandomNormalLike", "Bernoulli"]


@pytest.mark.parametrize("op", [*DRAWN, "custom Relu", "FusedGemm", "Dropout"])
def test_what_is_drawn_or_defined_elsewhere_is_refused(tmp_path, capsys, op):
    onnx = pytest.importorskip("onnx")
    g = Graph(onnx, 10)
    v, d = gemm(g, "x", 4)
    if op in DRAWN:
        inputs = [] if op == "RandomUniform" else [g.const(np.full(d, 0.5, np.float32))]
        v = g.add("Add", v, g.add(op, *inputs, **({"shape": [d]} if not inputs else {})))
    elif op == "Dropout":
        v = g.add(op, v, g.const(np.float32(0.5)), g.const(np.array(True)))
    else:
        matrix = [g.const(g.weights(d, d))] if op == "FusedGemm" else []
        v = g.add(op.removeprefix("custom "), v, *matrix, domain="elsewhere")
    v, _ = gemm(g, v, d)
    helper = onnx.helper
    ends = [helper.make_tensor_value_info(name, 1, ["N", size]) for name, size in (("x", 4), (v, "D"))]
    graph = helper.make_graph(g.nodes, "g", ends[:1], ends[1:], g.tensors)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("elsewhere", 1)]
    (tmp_path / "net.onnx").write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
    )
    refused(tmp_path, capsys, tmp_path / "net.onnx")


def test_huge_weights_and_tiny_tolerances(tmp_path, capsys):
    layers = dense(generator(32), 4, 3)
    save_file(named(layers, ("fc",)), tmp_path / "net.safetensors")
    code = run(["prune", str(tmp_path / "net.safetensors"), "-o", str(tmp_path / "t"), "--eps", "1e-30"])
    said = capsys.readouterr().err
    assert code == 3 and said.count("\n") == 1 and "--eps" in said and "1e-30" in said
    huge = np.full((2, 2), 3e38, np.float32)
    save_file({"fc.weight": huge}, tmp_path / "huge.safetensors")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code = run(["prune", str(tmp_path / "huge.safetensors"), "-o", str(tmp_path / "t"), "--eps", EPS])
    said = capsys.readouterr().err
    assert code in (0, 3) and said.count("\n") == 1
    if code == 3:
        assert not (tmp_path / "t").exists()


def test_an_unwritable_place_is_refused_before_the_file_is_read(tmp_path, capsys):
    layers = dense(generator(33), 4, 3)
    save_file(named(layers, ("fc",)), tmp_path / "net.safetensors")
    for place in ("/proc/t", str(tmp_path / "no" / "t"), str(tmp_path / "net.safetensors")):
        code = run(["prune", str(tmp_path / "nowhere.safetensors"), "-o", place, "--eps", EPS])
        said = capsys.readouterr().err
        assert code == 3 and said.count("\n") == 1 and Path(place).name in said


# modules


def test_the_forward_order_of_a_module_counts(tmp_path):
    torch = pytest.importorskip("torch")

    class Turned(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.last, self.first, self.shared = (torch.nn.Linear(4, 4) for _ in range(3))

        def forward(self, x):
            x = torch.relu(self.first(x))
            x = torch.nn.functional.relu(self.shared(self.shared(x)))
            return self.last(x) + 0.5

    class Branches(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = torch.nn.Linear(4, 3), torch.nn.Linear(3, 4)

        def forward(self, x):
            return x + self.b(torch.relu(self.a(x)))

    class Curved(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = torch.nn.Linear(4, 3), torch.nn.Linear(3, 4)

        def forward(self, x):
            return self.b(torch.tanh(self.a(x)))

    torch.manual_seed(5)
    inputs = points(4)
    for module in (Turned(), Branches()):
        ticket = lt_proofs.prune(module, eps=0.001)
        outputs = module(torch.from_numpy(inputs)).detach().numpy()
        gap = np.linalg.norm(ticket.forward(inputs) - outputs, axis=1).max()
        assert gap <= float(ticket.error_bound) + 1e-5 and float(ticket.error_bound) < 0.1
    with pytest.raises(lt_proofs.LtProofsError, match="tanh"):
        lt_proofs.prune(Curved(), eps=0.01)
