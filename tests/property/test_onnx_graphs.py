"""Random ONNX graphs, of nodes that are read and of nodes that are not: what is read is never another function."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from lt_proofs.errors import BadInput
from lt_proofs.models.read import read_network

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

SEEDS = range(70)
# operators whose functions are not piecewise linear, or not continuous, each as (operator, attributes)
STRANGE = [
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("Exp", {}),
    ("Elu", {}),
    ("Softplus", {}),
    ("Floor", {}),
    ("Sign", {}),
    ("HardSwish", {}),
    ("Softmax", {"axis": 1}),
    ("ThresholdedRelu", {"alpha": 0.5}),
]


@dataclass
class Graph:
    """A random graph under construction: nodes, constants, and tensors of shape 1 x k with their sizes."""

    random: np.random.Generator
    nodes: list = field(default_factory=list)
    constants: list = field(default_factory=list)
    sizes: dict = field(default_factory=lambda: {"x": 4})
    # tensors that depend on a node which must not be read
    strange: set = field(default_factory=set)

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def floats(self, *shape):
        return self.constant(self.random.normal(size=shape).astype(np.float32))

    def add(self, operator, inputs, sizes, **settings):
        names = [f"t{len(self.nodes)}_{i}" for i in range(len(sizes))]
        self.nodes.append(helper.make_node(operator, inputs, names, f"n{len(self.nodes)}", **settings))
        self.sizes |= dict(zip(names, sizes, strict=True))
        if self.strange.intersection(inputs):
            self.strange |= set(names)
        return names[0]

    def pick(self):
        # recent tensors more often, so that graphs become deep
        names = list(self.sizes)
        return names[-1 - min(int(self.random.geometric(0.5)) - 1, len(names) - 1)]

    def of_size(self, size):
        return [name for name, other in self.sizes.items() if other == size]


def gemm(graph, a, k):
    m, turned = int(graph.random.integers(1, 6)), int(graph.random.integers(2))
    weight = graph.floats(m, k) if turned else graph.floats(k, m)
    bias = graph.floats(*[(m,), (1, m), (1,), ()][graph.random.integers(4)])
    factors = {"alpha": 0.75, "beta": -1.5} if graph.random.integers(2) else {}
    graph.add("Gemm", [a, weight, bias], [m], transB=turned, **factors)


def matmul(graph, a, k):
    m = int(graph.random.integers(1, 6))
    if graph.random.integers(2):
        graph.add("MatMul", [a, graph.floats(k, m)], [m])
        return
    column = graph.add("Transpose", [a], [k], perm=[1, 0])
    product = graph.add("MatMul", [graph.floats(m, k), column], [m])
    turned = graph.add("Transpose", [product], [m], perm=[1, 0])
    # columns have another shape, so later nodes take the row only
    del graph.sizes[column], graph.sizes[product]
    assert turned in graph.sizes


def elementwise(graph, a, k):
    operator = str(graph.random.choice(["Add", "Sub", "Mul", "Div", "Max", "Min"]))
    constant = graph.floats(*[(k,), (1, k), (1,), ()][graph.random.integers(4)])
    first = operator != "Div" and graph.random.integers(2)
    graph.add(operator, [constant, a] if first else [a, constant], [k])


def pair(graph, a, k):
    graph.add(
        str(graph.random.choice(["Add", "Sub", "Max", "Min", "Sum"])), [a, graph.random.choice(graph.of_size(k))], [k]
    )


def unary(graph, a, k):
    operator = str(
        graph.random.choice(["Relu", "Relu", "Relu", "LeakyRelu", "PRelu", "Clip", "Abs", "Neg", "Identity"])
    )
    inputs = [a]
    if operator == "PRelu":
        inputs.append(graph.floats(*[(k,), (1,)][graph.random.integers(2)]))
    if operator == "Clip":
        low = "" if graph.random.integers(2) else graph.constant(np.float32(-0.25))
        inputs += [low, *([graph.constant(np.float32(0.5))] if graph.random.integers(2) else [])]
    graph.add(operator, inputs, [k])


def normalization(graph, a, k):
    variance = graph.constant(graph.random.uniform(0.1, 2, k).astype(np.float32))
    graph.add("BatchNormalization", [a, graph.floats(k), graph.floats(k), graph.floats(k), variance], [k])


def movement(graph, a, k):
    kind = graph.random.integers(6)
    if kind == 5:
        graph.add(str(graph.random.choice(["ReduceSum", "ReduceMean"])), [a, graph.constant(np.array([1]))], [1])
    elif kind == 0:
        other = graph.pick()
        graph.add("Concat", [a, graph.floats(1, 2), other], [k + 2 + graph.sizes[other]], axis=1)
    elif kind == 1:
        places = graph.random.integers(0, k, 3)
        graph.add("Gather", [a, graph.constant(places)], [3], axis=1)
    elif kind == 2 and k > 1:
        graph.add("Split", [a, graph.constant(np.array([1, k - 1]))], [1, k - 1], axis=1)
    elif kind == 3:
        ends = [graph.constant(np.array([end])) for end in (k, 0 if k > 1 else -k - 1, 1, -1)]
        graph.add("Slice", [a, *ends], [k - 1 if k > 1 else 1])
    else:
        pads = graph.constant(np.array([0, 1, 0, 2]))
        graph.add("Pad", [a, pads, graph.constant(np.float32(0.5))], [k + 3])


def casts(graph, a, k):
    double = graph.add("Cast", [a], [k], to=TensorProto.DOUBLE)
    wide = graph.add("Mul", [double, graph.constant(np.array([1 / 3]))], [k])
    graph.add("Cast", [wide], [k], to=TensorProto.FLOAT)
    del graph.sizes[double], graph.sizes[wide]


def folded(graph, a, k):
    """A bias that is computed of constants and of the shape of a tensor."""
    shape = f"s{len(graph.nodes)}"
    graph.nodes.append(helper.make_node("Shape", [a], [shape]))
    filled = f"f{len(graph.nodes)}"
    value = numpy_helper.from_array(np.array([0.625], np.float32))
    graph.nodes.append(helper.make_node("ConstantOfShape", [shape], [filled], value=value))
    graph.add("Add", [a, filled], [k])


def strange(graph, a, k):
    operator, settings = STRANGE[graph.random.integers(len(STRANGE))]
    kind = graph.random.integers(4)
    if kind == 0:
        name = graph.add("Mul", [a, a], [k])
    elif kind == 1:
        whole = graph.add("Cast", [a], [k], to=TensorProto.INT64)
        name = graph.add("Cast", [whole], [k], to=TensorProto.FLOAT)
        del graph.sizes[whole]
    else:
        name = graph.add(operator, [a], [k], **settings)
    graph.strange.add(name)


KNOWN = [gemm, gemm, gemm, matmul, elementwise, elementwise, pair, unary, unary, unary, normalization, movement]
KNOWN += [casts, folded]


def random_model(seed, path, *, with_strange):
    """Write a random model, and return it with whether its output depends on a node that must not be read."""
    graph = Graph(np.random.Generator(np.random.PCG64(seed)))
    steps = int(graph.random.integers(3, 14))
    chosen = set(graph.random.integers(0, steps, 1)) if with_strange else set()
    for number in range(steps):
        name = graph.pick()
        make = strange if number in chosen else KNOWN[graph.random.integers(len(KNOWN))]
        make(graph, name, graph.sizes[name])
    outputs = [name for name in graph.sizes if name != "x"]
    output = outputs[-1] if graph.random.integers(4) else str(graph.random.choice(outputs))
    # a last affine node, so that a strange node is never the output itself, which would be cut off
    final = graph.add("Gemm", [output, graph.floats(graph.sizes[output], 2)], [2])
    batch = "N" if graph.random.integers(2) else 1
    ends = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 4]),
        helper.make_tensor_value_info(final, TensorProto.FLOAT, None),
    ]
    proto = helper.make_graph(graph.nodes, "g", ends[:1], ends[1:], graph.constants)
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", 18)])
    path.write_bytes(model.SerializeToString())
    return model, final in graph.strange


def largest_difference(model, reading, random):
    """The largest relative difference between the layers and the reference evaluator."""
    evaluator = ReferenceEvaluator(model)
    worst = 0.0
    for scale in (0.1, 1, 1, 1, 30):
        row = (random.normal(size=(1, 4)) * scale).astype(np.float32)
        (theirs,) = evaluator.run(None, {"x": row})
        values, sizes = row.astype(np.float64), np.abs(row.astype(np.float64))
        for number, layer in enumerate(reading.layers):
            weight, bias = layer.weight.mid, 0.0 if layer.bias is None else layer.bias.mid
            values = (np.maximum(values, 0) if number else values) @ weight.T + bias
            sizes = sizes @ np.abs(weight).T + np.abs(bias)
        worst = max(worst, float((np.abs(values - theirs) / (1 + sizes)).max()))
    return worst


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_of_known_nodes_are_read_as_they_are(seed, tmp_path):
    model, _ = random_model(seed, tmp_path / "net.onnx", with_strange=False)
    try:
        reading = read_network(tmp_path / "net.onnx", compare=seed % 4 == 0)
    except BadInput as error:
        # some graphs drop their input on the way
        assert "does not depend on its input" in str(error) or "need 0 inputs" in str(error), error
        return
    assert largest_difference(model, reading, np.random.default_rng(seed)) < 1e-4


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_with_a_strange_node_are_refused_or_do_not_need_it(seed, tmp_path):
    model, depends = random_model(seed + 1000, tmp_path / "net.onnx", with_strange=True)
    if depends:
        with pytest.raises(BadInput, match="node n"):
            read_network(tmp_path / "net.onnx", compare=False)
        return
    try:
        reading = read_network(tmp_path / "net.onnx", compare=False)
    except BadInput as error:
        assert "does not depend on its input" in str(error) or "need 0 inputs" in str(error), error
        return
    assert largest_difference(model, reading, np.random.default_rng(seed)) < 1e-4


def test_a_difference_would_be_seen(tmp_path):
    model, _ = random_model(3, tmp_path / "net.onnx", with_strange=False)
    reading = read_network(tmp_path / "net.onnx")
    reading.layers[-1].weight.mid[0, 0] += 0.01
    assert largest_difference(model, reading, np.random.default_rng(3)) > 1e-4
