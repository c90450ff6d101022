"""The functions that `import lt_proofs` gives: what they take, what they return, and what they refuse in one line."""

import ast
import importlib
import inspect
import json
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import lt_proofs
from lt_proofs.cli import run
from lt_proofs.errors import BadInput, LtProofsError, Malformed, Unsolved
from lt_proofs.exact.grid import as_written

W1 = np.array([[0.5, -0.25, 0.75], [0.125, 0.375, -0.5]], np.float32)
B1 = np.array([0.25, -0.125], np.float32)
W2 = np.array([[0.625, -0.875]], np.float32)
NETWORK = [W1, B1, W2]
X = np.array([[0.1, -0.2, 0.3], [0.0, 0.5, -0.5]])


def expected(x):
    return np.maximum(x @ W1.T + B1, 0) @ W2.T


@pytest.fixture(scope="module")
def ticket():
    return lt_proofs.prune(NETWORK, eps=0.01)


@pytest.fixture
def folder(tmp_path, ticket):
    ticket.save(tmp_path / "t")
    return tmp_path / "t"


def refused(call, *words, kind=LtProofsError):
    """A call is refused by one line that holds these words."""
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message and len(message) < 400, message
    for word in words:
        assert word in message, message
    return message


def test_importing_costs_nothing():
    heavy = ("numpy", "numba", "sympy", "flint", "mpmath", "click", "torch", "onnx", "safetensors", "jinja2")
    script = f"import sys, lt_proofs; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    script = "import sys, lt_proofs; lt_proofs.prune; sys.exit('torch' in sys.modules or 'onnx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_editors_and_programs_see_the_same_names():
    tree = ast.parse(Path(lt_proofs.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {alias.asname: node.module for node in block.body for alias in node.names}
    assert homes == lt_proofs._HOMES
    assert set(dir(lt_proofs)) == {"__version__", *homes}
    for name in homes:
        value = getattr(lt_proofs, name)
        assert value.__doc__ and value.__module__ == homes[name]


@pytest.mark.parametrize(
    "network",
    [
        [W1, B1, W2],
        [(W1, B1), W2],
        [(W1, B1), (W2, None)],
        {"fc1.weight": W1, "fc1.bias": B1, "fc2.weight": W2},
        [W1.tolist(), B1.tolist(), W2.tolist()],
        [W1.astype(np.float16), B1.astype(np.float64), W2],
    ],
    ids=["flat", "pairs", "none", "mapping", "lists", "dtypes"],
)
def test_arrays_are_taken(network, ticket):
    found = lt_proofs.prune(network)
    assert repr(found) == repr(ticket)
    assert np.array_equal(found.forward(X), ticket.forward(X))
    assert np.abs(found.forward(X) - expected(X)).max() <= found.error_bound


def test_files_and_folders(tmp_path, ticket):
    np.savez(tmp_path / "net.npz", **{"fc1.weight": W1, "fc1.bias": B1, "fc2.weight": W2})
    for path in (tmp_path / "net.npz", str(tmp_path / "net.npz")):
        found = lt_proofs.prune(path, 0.01, save_to=tmp_path / "t", force=True)
        assert repr(found) == repr(ticket) and found.remarks == ("ReLU between the layers was assumed",)
    assert run(["recheck", str(tmp_path / "t")]) == 0
    again = lt_proofs.load_ticket(str(tmp_path / "t"))
    assert np.array_equal(again.forward(X), ticket.forward(X)) and again.error_bound == ticket.error_bound
    again.save(tmp_path / "copy")
    refused(lambda: again.save(tmp_path / "other", export="tflite"), "export: tflite", "onnx,torch")
    assert not (tmp_path / "other").exists()
    assert run(["recheck", str(tmp_path / "copy")]) == 0


def test_modules_are_taken(ticket):
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1, bias=False))
    state = {"0.weight": W1, "0.bias": B1, "2.weight": W2}
    module.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    for network in (module, module.state_dict(), dict(module.named_parameters())):
        found = lt_proofs.prune(network, eps=0.01)
        assert repr(found) == repr(ticket)
    x = torch.from_numpy(X).float()
    gap = ticket.to_torch()(x) - module(x)
    assert float(gap.detach().abs().max()) <= float(ticket.error_bound) + 1e-6
    assert np.allclose(ticket.forward(x.requires_grad_()), ticket.forward(X), atol=1e-6)
    assert repr(lt_proofs.prune([p.bfloat16() for p in module.parameters()])) == repr(ticket)


@pytest.mark.parametrize("value", [0.01, "0.01", "1/100", Fraction(1, 100), Decimal("0.01"), np.float64(0.01),
                                   np.float32(0.01), "1e-2"])  # fmt: skip
def test_numbers_are_read_as_they_are_written(value):
    assert as_written(value) == Fraction(1, 100)


def test_a_tolerance_in_python_and_on_the_command_line_is_the_same(tmp_path):
    np.savez(tmp_path / "net.npz", **{"fc1.weight": W1, "fc1.bias": B1, "fc2.weight": W2})
    assert run(["prune", str(tmp_path / "net.npz"), "-o", str(tmp_path / "a"), "--eps", "0.1", "--box", "0,1"]) == 0
    lt_proofs.prune(tmp_path / "net.npz", 0.1, box=(0, 1.0), save_to=tmp_path / "b")
    for name in ("certificate.json", "ticket.safetensors", "target.safetensors"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_an_error_can_be_asked_for():
    found = lt_proofs.prune(NETWORK, error=0.05, box="0,1")
    assert found.error_bound <= Fraction(1, 20) and str(found.domain) == "all inputs from 0 to 1"


def test_representations_are_short(ticket):
    assert len(repr(ticket)) < 200 and len(repr(ticket.masks)) < 80
    bounds = lt_proofs.bound(0.01, 0.01), lt_proofs.bound(widths=(784, 500, 10)), lt_proofs.bound(dim=10)
    coverages = lt_proofs.cover([0.5], 0.001), lt_proofs.cover([0.3 * 1.01**k for k in range(9)], 1e-6)
    for value in (*bounds, *coverages):
        assert len(repr(value)) < 200, repr(value)


def test_bounds_are_those_of_the_command_line(capsys):
    assert run(["bound", "--eps", "0.01", "--delta", "0.01", "--widths", "784,500,10", "--dim", "10", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    samples, network = lt_proofs.bound(0.01, "1/100"), lt_proofs.bound(0.01, 0.01, widths=[784, 500, 10], dim=10)
    assert shown["n"]["closed_form"] == samples.closed_form.value
    assert shown["n"]["weighted"] == samples.weighted.value
    assert shown["n"]["certified"] == samples.certified.value == samples.samples
    assert shown["lower"]["information"] == samples.information.value
    assert [layer["n"] for layer in shown["layers"]] == [layer.n for layer in network.layers]
    assert [saving["n"] for saving in shown["savings"]] == [list(saving.units) for saving in network.savings]
    assert shown["upper"]["width"] == network.gap.upper and shown["lower"]["width"] == network.gap.lower
    assert samples.layers is samples.savings is samples.gap is None


def test_samples_may_be_lists_or_arrays():
    values = [1 / 3, -0.25, 0.625, 0.9, -0.7]
    for samples in (values, tuple(values), np.array(values), (v for v in values)):
        assert lt_proofs.cover(samples, 0.2).covered
    assert lt_proofs.cover([1, 4], 0.5, (0, 2)).gaps == 1
    # the tolerance is 1/10; the dyadic number of the float 0.1 is larger
    assert not lt_proofs.cover([Fraction(1, 5) + Fraction(1, 10**18)], 0.1, (0, "0.2")).covered


NAN, CUBE = np.array([[np.nan, 1.0]]), np.zeros((2, 2, 2))
BAD_NETWORKS = {
    "integers": ([np.eye(3, dtype=np.int64)], "network[0]: an array of int64 entries", "float32 or float64"),
    "complex": ([np.eye(2) * 1j], "network[0]", "complex128"),
    "texts": ([[["a", "b"]]], "network[0]"),
    "ragged": ([[[0.5, 0.25], [0.5]]], "network[0]"),
    "truth values": ([[[True, False]]], "network[0]", "bool"),
    "nan": ([NAN], "network[0]: NaN or infinity"),
    "infinite": ([np.array([[np.inf]])], "network[0]: NaN or infinity"),
    "cube": ([CUBE], "network[0]: shape (2, 2, 2)"),
    "empty": ([], "no layers"),
    "no rows": ([np.zeros((0, 3))], "shape (0, 3)"),
    "not chained": ([W1, W1], "network[1]: shape (2, 3)", "the layer before has 2 outputs"),
    "bias first": ([B1, W1], "network[0]: shape (2,)", "matrix first"),
    "long bias": ([W1, np.zeros(5)], "bias of shape (5,)"),
    "triple": ([(W1, B1, W2)], "network[0]: a tuple of 3"),
    "none": (None, "network: a NoneType"),
    "number": (5, "network: a int"),
    "function": (len, "network"),
    "nan in a mapping": ({"fc1.weight": NAN}, "fc1.weight", "NaN or infinity"),
    "scalars in a mapping": ({"fc1.weight": 3.0}, "fc1"),
    "no file": ("nowhere.npz", "nowhere.npz", "No such file"),
    "no network": ("setup.cfg", "network: setup.cfg", ".safetensors, .npz, .onnx"),
    "empty name": ("", "network: ''"),
}


@pytest.mark.parametrize("case", BAD_NETWORKS)
def test_what_is_no_network_is_named(case, monkeypatch):
    network, *words = BAD_NETWORKS[case]
    monkeypatch.setattr("lt_proofs.networks.one_call.prune_any", None)
    refused(lambda: lt_proofs.prune(network), *words, kind=BadInput)


BAD_ARGUMENTS = [
    ({"eps": 0}, "eps: 0", "strictly between 0 and 1"),
    ({"eps": 0.0}, "eps: 0.0", "strictly between 0 and 1"),
    ({"eps": -0.5}, "eps: -0.5", "strictly between 0 and 1"),
    ({"eps": 1}, "eps: 1 ", "strictly between 0 and 1"),
    ({"eps": True}, "eps: True", "not a truth value"),
    ({"eps": float("nan")}, "eps: nan"),
    ({"eps": float("inf")}, "eps: inf"),
    ({"eps": "abc"}, "eps: abc"),
    ({"eps": None, "error": -1}, "error: -1", "above 0"),
    ({"eps": [0.1]}, "eps: [0.1]"),
    ({"eps": np.array([0.1, 0.2])}, "eps: [0.1 0.2]"),
    ({"eps": 1e-30}, "eps: 1e-30", "kept sums are multiples of"),
    ({"eps": 0.1, "error": 0.1}, "give either eps or error"),
    ({"n": 0}, "n: 0", "from 1 to"),
    ({"n": 8.0}, "n: 8.0", "whole number"),
    ({"n": True}, "n: True", "whole number"),
    ({"seed": -1}, "seed: -1", "from 0 to 2^64 - 1"),
    ({"seed": "7"}, "seed: 7", "whole number"),
    ({"law": "normal"}, "law: normal", "uniform, kaiming"),
    ({"objective": "dense"}, "objective: dense", "sparse, exact"),
    ({"device": "tpu"}, "device: tpu"),
    ({"box": (1, 0)}, "box: (1, 0)", "rising order"),
    ({"box": 1}, "box: 1", "two numbers"),
    ({"box": (0, float("nan"))}, "box: nan"),
    ({"box": "1,0"}, "box: 1,0", "rising order"),
    ({"layers": "fc1"}, "layers: fc1"),
    ({"save_to": 3}, "save_to: 3", "give a path"),
    ({"export": "onnx"}, "export: onnx", "save_to"),
    ({"export": "tflite", "save_to": "t"}, "export: tflite", "onnx,torch"),
    ({"save_to": "nowhere/t"}, "save_to", "parent folder does not exist"),
    ({"certain": True, "n": 8}, "certain"),
]


@pytest.mark.parametrize(("options", "words"), [(options, words) for options, *words in BAD_ARGUMENTS])
def test_bad_arguments_are_named_before_the_search(options, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "1e-30" not in words[0]:  # only a look at the weights shows that this tolerance is too small
        monkeypatch.setattr(importlib.import_module("lt_proofs.networks.prune"), "searched", None)
    refused(lambda: lt_proofs.prune(NETWORK, **options), *words, kind=BadInput)
    assert list(tmp_path.iterdir()) == []


def test_unsolved_weights_are_said_in_words_of_the_call(tmp_path):
    words = refused(lambda: lt_proofs.prune(NETWORK, eps=0.0001, n=8, save_to=tmp_path / "t"), kind=Unsolved)
    assert words.startswith("eps: 0.0001: ") and words.endswith("or allow_unsolved=True") and "--" not in words
    assert list(tmp_path.iterdir()) == []
    assert lt_proofs.prune(NETWORK, eps=0.0001, n=8, allow_unsolved=True).error_bound > 0


def test_a_folder_that_may_not_be_replaced_is_refused_before_the_search(tmp_path, monkeypatch, ticket):
    (tmp_path / "thesis.tex").write_text("precious")
    monkeypatch.setattr("lt_proofs.networks.one_call.prune_any", None)
    refused(lambda: lt_proofs.prune(NETWORK, save_to=tmp_path), "save_to: ", "force=True")
    refused(lambda: lt_proofs.prune(NETWORK, save_to=tmp_path, force=True), "save_to: ", "'thesis.tex', which would be")
    words = refused(lambda: ticket.save(tmp_path), "folder: ", "force=True")
    assert "--" not in words
    refused(lambda: ticket.save(tmp_path / "no" / "t"), "folder: ", "parent folder does not exist")
    refused(lambda: ticket.save(None), "folder: None")
    refused(lambda: ticket.save(tmp_path / "thesis.tex"), "folder: ", "it is no folder")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    assert (tmp_path / "thesis.tex").read_text() == "precious"


def test_onnx_files_are_written_completely_or_not_at_all(tmp_path, ticket):
    pytest.importorskip("onnx")
    assert ticket.to_onnx(tmp_path / "net.onnx") == (tmp_path / "net.onnx").read_bytes() == ticket.to_onnx()
    refused(lambda: ticket.to_onnx(tmp_path), "path: ", "neither a link nor a folder")
    refused(lambda: ticket.to_onnx(tmp_path / "no" / "net.onnx"), "path: ", "No such file")
    refused(lambda: ticket.to_onnx(7), "path: 7")
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (np.zeros((2, 4)), "shape (2, 4)"),
        (np.zeros(2), "shape (2,)"),
        (np.zeros((1, 2, 3)), "shape (1, 2, 3)"),
        (0.5, "shape ()"),
        ([["a", "b", "c"]], "inputs"),
        ([[1, 2, 3], [1, 2]], "inputs"),
        ([[1j, 0, 0]], "complex128"),
        (None, "inputs"),
        ([[np.nan, 0, 0]], "NaN or infinity"),
    ],
    ids=["wide", "narrow", "cube", "number", "texts", "ragged", "complex", "none", "nan"],
)
def test_inputs_of_another_shape_are_refused(ticket, inputs, words):
    refused(lambda: ticket.forward(inputs), "inputs: ", words, kind=BadInput)


def test_one_row_and_batches(ticket):
    assert ticket.forward([0.1, 0.2, 0.3]).shape == (1,)
    assert ticket.forward([[0, 1, 0]] * 5).shape == (5, 1)
    assert ticket.forward(np.zeros((0, 3))).shape == (0, 1)


def test_folders_that_are_no_tickets(tmp_path, folder):
    refused(lambda: lt_proofs.load_ticket(tmp_path / "none"), "none", kind=BadInput)
    refused(lambda: lt_proofs.load_ticket(folder / "ticket.safetensors"), "give the folder of a ticket", kind=BadInput)
    refused(lambda: lt_proofs.load_ticket(5), "folder: 5", kind=BadInput)
    (tmp_path / "empty").mkdir()
    refused(lambda: lt_proofs.load_ticket(tmp_path / "empty"), "ticket.safetensors", "No such file", kind=BadInput)
    for name in ("certificate.json", "ticket.safetensors", "target.safetensors"):
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        refused(lambda: lt_proofs.load_ticket(folder), "No such file", kind=BadInput)
        for forged in (b"", b"\x00" * 64, content[: len(content) // 2], b"{}", b"[]"):
            (folder / name).write_bytes(forged)
            refused(lambda: lt_proofs.load_ticket(folder), "malformed", kind=Malformed)
        (folder / name).write_bytes(content)
    text = (folder / "certificate.json").read_text()
    (folder / "certificate.json").write_text(text.replace('"sha256:', '"sha256:0'))
    refused(lambda: lt_proofs.load_ticket(folder), "another ticket.safetensors", kind=Malformed)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"eps": 0}, "eps: 0"),
        ({"eps": True}, "eps: True"),
        ({"eps": float("nan")}, "eps: nan"),
        ({"delta": 1}, "delta: 1"),
        ({"delta": "x"}, "delta: x"),
        ({"law": "cauchy"}, "law: cauchy"),
        ({"law": 3}, "law: 3"),
        ({"window": 1}, "window: 1"),
        ({"window": (1, -1)}, "window: 1,-1"),
        ({"widths": 784}, "widths: 784"),
        ({"widths": [784]}, "widths: 784"),
        ({"widths": [784, 5.5]}, "widths: 784,5.5"),
        ({"widths": [784, 0]}, "widths: 784,0"),
        ({"dim": 0}, "0"),
        ({"dim": 2.5}, "2.5"),
    ],
)
def test_questions_out_of_range_are_refused(options, words):
    refused(lambda: lt_proofs.bound(**options), words, kind=BadInput)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.5], -1), "eps: -1"),
        (([0.5], True), "eps: True"),
        (([0.5, "x"], 0.1), "samples: x"),
        (([0.5, np.nan], 0.1), "samples: nan"),
        ((np.zeros((2, 2)), 0.1), "samples: an array of shape (2, 2)"),
        ((7, 0.1), "samples: 7"),
        (("nowhere.json", 0.1), "nowhere.json' cannot be used; give a list"),
        (([0.5], 0.1, 3), "window: 3"),
        (([0.5], 0.1, (1, -1)), "window: 1,-1"),
    ],
)
def test_samples_that_cannot_be_used_are_named(arguments, words):
    refused(lambda: lt_proofs.cover(*arguments), words, kind=BadInput)


def test_the_signatures_are_those_that_the_documents_name():
    names = list(inspect.signature(lt_proofs.prune).parameters)
    assert names[:2] == ["network", "eps"]
    assert list(inspect.signature(lt_proofs.bound).parameters)[:2] == ["eps", "delta"]
    assert list(inspect.signature(lt_proofs.cover).parameters)[:3] == ["samples", "eps", "window"]
