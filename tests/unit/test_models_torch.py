"""PyTorch and scikit-learn: files of state dicts, modules in the order of ``forward``, estimators."""

import warnings

import numpy as np
import pytest

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.models.read import read_network
from lt_proofs.networks import load_target

torch = pytest.importorskip("torch")
nn = torch.nn


def chain():
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def saved(path, value):
    torch.save(value, path)
    return path


def outputs(reading, x):
    values = x
    for number, layer in enumerate(reading.layers):
        values = (np.maximum(values, 0) if number else values) @ layer.weight.mid.T
        values = values if layer.bias is None else values + layer.bias.mid
    return values


def test_state_dicts_are_read_wherever_checkpoints_keep_them(tmp_path):
    state = chain().state_dict()
    plain = load_target(saved(tmp_path / "net.pt", state))
    assert plain.widths == (3, 4, 2) and plain.names == ("0", "2") and plain.compared is None
    for name in ("state_dict", "model", "model_state_dict"):
        wrapped = load_target(saved(tmp_path / "net.pth", {"epoch": 3, name: state}))
        assert np.array_equal(wrapped.layers[0].weight, plain.layers[0].weight)
        assert f"read from the entry {name} of the file" in wrapped.remarks
    half = load_target(saved(tmp_path / "half.pt", {k: v.to(torch.bfloat16) for k, v in state.items()}))
    assert half.layers[0].weight.dtype == np.float32
    bare = load_target(saved(tmp_path / "linear.pt", nn.Linear(5, 2).state_dict()))
    assert bare.widths == (5, 2) and bare.remarks == ()


def test_parametrized_and_pruned_modules_are_composed(tmp_path):
    from torch.nn.utils import parametrizations, prune

    module = chain()
    parametrizations.weight_norm(module[0])
    prune.random_unstructured(module[2], "weight", 0.5)
    target = load_target(saved(tmp_path / "net.pt", module.state_dict()))
    x = np.random.default_rng(0).normal(size=(9, 3)).astype(np.float32)
    assert np.allclose(target.forward(x), module(torch.from_numpy(x)).detach().numpy(), atol=1e-5)


def script(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(chain()).save(str(path))
    return path


BAD_FILES = {
    "empty": (lambda path: path.touch() or path, Malformed, "it is empty"),
    "TorchScript": (script, BadInput, "it is a TorchScript archive; save the state dict"),
    "a whole module": (
        lambda path: saved(path, chain()),
        Malformed,
        "weights_only: it holds more than tensors, such as a",
    ),
    "a pickle with code": (
        lambda path: path.write_bytes(b"cos\nsystem\n(S'true'\ntR.") and path,
        Malformed,
        "weights_only",
    ),
    "a text": (lambda path: path.write_text("hello") and path, Malformed, "it is not what torch.save writes"),
    "a tensor": (lambda path: saved(path, torch.zeros(3)), BadInput, "one tensor without a name"),
    "numbers": (lambda path: saved(path, {"a": 1}), BadInput, "it holds more than tensors"),
    "NaN behind an odd name": (
        lambda path: saved(path, {"x\x1b[31m\n" * 30 + ".weight": torch.full((2, 2), float("nan"))}),
        BadInput,
        "it holds NaN or infinity",
    ),
    "a complex matrix": (
        lambda path: saved(path, {"a.weight": torch.zeros(2, 2, dtype=torch.cfloat)}),
        BadInput,
        "complex",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_other_files_are_refused_in_one_line_without_a_warning(tmp_path, name, capfd):
    make, kind, words = BAD_FILES[name]
    path = make(tmp_path / "net.pt")
    capfd.readouterr()
    with pytest.raises(kind, match=words) as caught:
        load_target(path)
    message = str(caught.value)
    assert "net.pt" in message and message.isprintable() and len(message) < 400
    assert capfd.readouterr().err == ""


class Branches(nn.Module):
    """Registered in another order than it is used, with a layer used twice."""

    def __init__(self):
        super().__init__()
        self.last, self.shared, self.first = nn.Linear(6, 3), nn.Linear(6, 6), nn.Linear(5, 6)
        self.norm, self.slopes = nn.BatchNorm1d(6), nn.PReLU(6)
        self.norm.running_mean.uniform_(-1, 1)
        self.norm.running_var.uniform_(0.5, 2)

    def forward(self, x):
        hidden = torch.relu_(self.first(x.flatten(1)))
        hidden = nn.functional.relu6(self.norm(hidden + self.shared(hidden)))
        left, right = self.slopes(self.shared(hidden)).chunk(2, dim=1)
        hidden = nn.functional.dropout(torch.cat([right, left], dim=1), training=self.training)
        return torch.maximum(self.last(hidden) * 2, torch.ones(3) - self.last(hidden)).clamp(min=-0.5)


def test_modules_are_read_in_the_order_of_forward():
    module = Branches()
    reading = read_network(module)
    assert module.training and "the module was read in evaluation mode" in reading.remarks
    assert reading.runtime == "PyTorch" and reading.compared < 1e-2
    x = np.random.default_rng(1).normal(size=(20, 5)).astype(np.float32)
    expected = module.eval()(torch.from_numpy(x)).detach().numpy()
    assert np.allclose(outputs(reading, x.astype(float)), expected, atol=1e-4)


def test_shared_modules_are_used_as_often_as_forward_uses_them():
    shared = nn.Linear(4, 4).double()
    reading = read_network(nn.Sequential(shared, nn.ReLU(), shared, nn.LeakyReLU(0.1), shared))
    assert [layer.weight.mid.shape for layer in reading.layers] == [(4, 4), (8, 4), (4, 8)]
    assert reading.compared < 1e-9


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (nn.Sequential(nn.Linear(3, 4), nn.Tanh()), r"tanh \(tanh\).*not known to be piecewise linear"),
        (nn.Sequential(nn.Linear(3, 4), nn.SiLU(), nn.Linear(4, 2)), "silu"),
        (nn.Sequential(nn.Linear(3, 4), nn.Softmax(1), nn.Linear(4, 2)), "softmax"),
        (nn.Sequential(nn.ReLU()), "it has no Linear layer"),
        (nn.Bilinear(2, 2, 2), "no Linear layer"),
    ],
)
def test_other_modules_are_refused_by_node(module, words, capfd):
    with pytest.raises(BadInput, match=words):
        read_network(module)
    assert capfd.readouterr().err == ""


def test_products_of_tensors_and_control_flow_are_refused():
    class Squared(nn.Linear):
        def forward(self, x):
            return super().forward(x) * x

    class Choosing(nn.Linear):
        def forward(self, x):
            return super().forward(x) if x.sum() > 0 else x

    with pytest.raises(BadInput, match="it multiplies or divides two tensors"):
        read_network(Squared(3, 3))
    with pytest.raises(BadInput, match=r"cannot be run and traced by torch\.export"):
        read_network(Choosing(3, 3))


def test_the_shape_of_an_input_can_be_given():
    module = nn.Sequential(nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 2))
    assert read_network(module, shape=(1, 3, 2, 2)).model.input_shape == (1, 3, 2, 2)
    with pytest.raises(BadInput, match=r"--layers|layers"):
        read_network(module, layers=["1"])


def test_estimators_are_read_up_to_their_scores():
    neural = pytest.importorskip("sklearn.neural_network")
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 4))
    classes = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        many = neural.MLPClassifier((8, 5), max_iter=20, random_state=0).fit(x, classes)
        two = neural.MLPClassifier((8,), max_iter=20, random_state=0).fit(x, classes > 0)
        line = neural.MLPRegressor(hidden_layer_sizes=(8,), max_iter=20, random_state=0).fit(x, x[:, :2])
        flat = neural.MLPRegressor(hidden_layer_sizes=(8,), activation="identity", max_iter=20).fit(x, x[:, 0])
        bent = neural.MLPRegressor(hidden_layer_sizes=(8,), activation="tanh", max_iter=20).fit(x, x[:, 0])
    for estimator, shapes in (
        (many, [(8, 4), (5, 8), (3, 5)]),
        (two, [(8, 4), (1, 8)]),
        (line, [(8, 4), (2, 8)]),
        (flat, [(1, 4)]),
    ):
        reading = read_network(estimator)
        assert [layer.weight.mid.shape for layer in reading.layers] == shapes
        assert reading.runtime == "scikit-learn" and reading.compared < 1e-6
    assert "outputs are those before softmax" in read_network(many).remarks
    assert np.allclose(outputs(read_network(line), x), line.predict(x))
    for wrong, words in ((bent, "activation tanh"), (neural.MLPRegressor(), "not fitted")):
        with pytest.raises(BadInput, match=words):
            read_network(wrong)


def test_without_torch_the_extra_is_named(tmp_path, monkeypatch):
    path = saved(tmp_path / "net.pt", chain().state_dict())
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(BadInput, match=r"\.\[torch\]"):
        load_target(path)


class Bent(nn.Linear):
    """A square layer and what a function makes of its outputs and of the input."""

    def __init__(self, after):
        super().__init__(4, 4)
        self.after = after

    def forward(self, x):
        return self.after(super().forward(x), x)


def kept_state():
    calls = []

    def after(y, x):
        calls.append(1)
        return y * len(calls)

    return after


@pytest.mark.parametrize("compared", [True, False])
@pytest.mark.parametrize(
    ("after", "words"),
    [
        (lambda y, x: {"scores": y}, "a dict of outputs"),
        (lambda y, x: None, "it returns NoneType"),
        (lambda y, x: (y, x), "2 outputs"),
        (lambda y, x: y + torch.randn(4), "different outputs for one input"),
        (lambda y, x: y + torch.rand_like(y), "different outputs for one input"),
        (lambda y, x: torch.bernoulli(torch.ones(4)) * y, "it draws random numbers"),
        (kept_state(), "different outputs for one input"),
        (lambda y, x: y.half().float(), "rounds to 16 bits"),
        (lambda y, x: y.bfloat16().float(), "rounds to 16 bits"),
        (lambda y, x: y.type_as(torch.zeros(1).half()).float(), "a cast that rounds"),
        (lambda y, x: y.int().float(), "rounds to integers"),
        (lambda y, x: torch.max(y, 1)[0], "of two tensors"),
        (lambda y, x: y if x.sum() > 0 else x, r"cannot be run and traced by torch\.export"),
        (lambda y, x: y * float(x.sum()), r"cannot be run and traced by torch\.export"),
    ],
)
def test_modules_of_no_one_function_are_refused_in_one_line(after, words, compared, capfd):
    with pytest.raises(BadInput, match=words) as caught:
        read_network(Bent(after), compare=compared)
    assert "\n" not in str(caught.value)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_maxima_with_constants_are_read():
    zeros, limits = torch.zeros(3, 4), torch.tensor([0.5, -0.5, 0.0, 1.0])
    for after in (
        lambda y, x: torch.maximum(y, zeros),
        lambda y, x: torch.max(limits, y),
        lambda y, x: torch.minimum(y, limits),
    ):
        module = Bent(after)
        x = np.random.default_rng(0).normal(size=(9, 4)).astype("f4")
        expected = np.array([module(torch.from_numpy(row[None])).detach().numpy().reshape(-1) for row in x])
        assert np.allclose(outputs(read_network(module), x), expected, atol=1e-6)
