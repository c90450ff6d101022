"""Tickets of networks with convolutions: written, read again, exported, and what `prune` says of them."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import lt_proofs
from lt_proofs.cli import run
from lt_proofs.errors import BadInput, Malformed, Unsolved
from lt_proofs.files.safetensors import metadata_of
from lt_proofs.models.image_nodes import Add, LayerNode, MaxPool, MeanPool, ReLU, Source
from lt_proofs.models.windows import MODES, Windows
from lt_proofs.networks import InputDomain, Layer, digits, load_target, load_ticket, prune, ticket_of
from lt_proofs.networks.export import onnx_bytes, torch_module
from lt_proofs.networks.image_attack import largest_difference
from lt_proofs.networks.image_prune import prune_images
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.ticket_files import target_bytes

EPS = Fraction(1, 50)
BOX = InputDomain((Fraction(0), Fraction(1)))
CNN = str(digits.cnn_path())


@pytest.fixture(scope="module")
def pruned():
    return prune_images(digits.cnn_target(), EPS, domain=BOX)


@pytest.fixture(scope="module")
def ticket(pruned):
    return ticket_of(pruned)


@pytest.fixture(scope="module")
def folder(ticket, tmp_path_factory):
    place = tmp_path_factory.mktemp("cnn") / "ticket"
    ticket.save(place)
    return place


def test_the_bundled_network_is_small_and_accurate():
    target = digits.cnn_target()
    assert digits.cnn_path().stat().st_size <= 10_000
    assert target.weights == 666
    images, labels = digits.cnn_images()
    assert images.min() >= 0
    assert images.max() <= 1
    assert (target.forward(images).argmax(axis=1) == labels).mean() >= 0.96


def test_a_ticket_keeps_the_accuracy(ticket):
    found = digits.accuracy(digits.cnn_target().forward, ticket.forward, digits.cnn_images)
    assert found["ticket"] >= found["target"] - 4


def test_a_folder_is_read_as_it_was_written(pruned, ticket, folder):
    again = load_ticket(folder)
    images = digits.cnn_images()[0][:20]
    assert np.array_equal(again.forward(images), ticket.forward(images))
    assert again.error_bound == ticket.error_bound == pruned.error_bound
    assert repr(again) == repr(ticket)
    assert load_target(folder / "target.safetensors").nodes == pruned.target.nodes
    assert (folder / "target.safetensors").read_bytes() == target_bytes(pruned.target)


def test_images_are_taken_in_their_own_shape(ticket):
    images = digits.cnn_images()[0][:3]
    flat = ticket.forward(images)
    assert np.array_equal(ticket.forward(images.reshape(3, 1, 8, 8)), flat)
    assert np.array_equal(ticket.forward(images[0].reshape(1, 8, 8)), flat[0])
    with pytest.raises(BadInput, match="shape"):
        ticket.forward(images[:, :60])


def test_the_bound_is_not_below_what_is_found(pruned):
    found = largest_difference(pruned)
    assert 0 < found <= pruned.error_bound


def test_the_checker_accepts_the_ticket(folder, capsys):
    assert run(["recheck", str(folder)]) == 0
    assert "accepted" in capsys.readouterr().out


def test_the_export_differs_from_the_target_by_no_more_than_the_bound(ticket):
    """On images of the target's own shape, random ones and corners, and test images."""
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(onnx_bytes(ticket), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(8)
    rows = np.vstack([rng.uniform(0, 1, (200, 64)), rng.integers(0, 2, (200, 64)), digits.cnn_images()[0]])
    (found,) = session.run(None, {"inputs": rows.reshape(-1, 1, 8, 8).astype(np.float32)})
    gaps = np.linalg.norm(found - digits.cnn_target().forward(rows), axis=1)
    assert 0 < gaps.max() <= float(ticket.error_bound)


def every_kind():
    """A network with each kind of node, stride, dilation, groups, padding, a residual sum and a permuted input."""
    rng = np.random.default_rng(3)
    source = Source((2, 6, 5), (6, 5, 2), (2, 0, 1))
    first = Windows((6, 5), (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)))
    second = Windows((6, 5), (2, 3), (1, 1), (2, 1), ((2, 0), (1, 1)), "circular")
    pool = Windows((6, 5), (3, 2), (2, 1), (1, 1), ((1, 1), (0, 0)))
    mean = Windows((3, 4), (2, 2), (1, 2), (1, 1), ((0, 1), (0, 0)))
    nodes = [
        source, LayerNode(0, 4, first, 1, bias=True), ReLU(1), LayerNode(2, 4, second, 2, bias=True), Add((2, 3)),
        MaxPool(4, pool), MeanPool(5, mean, counted=False), LayerNode(6, 3, Windows.whole((3, 2)), 1, bias=False),
    ]  # fmt: skip
    shapes = [(4, 18), (4, 12), (3, 24)]
    layers = [
        Layer(rng.uniform(-1, 1, shape), rng.uniform(-1, 1, shape[0]) if k < 2 else None)
        for k, shape in enumerate(shapes)
    ]
    return ImageTarget.of(nodes, layers, ["a", "b", "c"])


def modes():
    """A network for each way of padding, in one and in three dimensions."""
    rng = np.random.default_rng(4)
    for mode in MODES:
        for sizes in ((5,), (3, 2, 3)):
            shape = (2, *sizes)
            count = len(sizes)
            windows = Windows(sizes, (2,) * count, (2,) * count, (1,) * count, ((1, 0),) * count, mode)
            nodes = [
                Source(shape, shape, tuple(range(len(shape)))), LayerNode(0, 2, windows, 2, bias=False), ReLU(1)
            ]  # fmt: skip
            yield ImageTarget.of(nodes, [Layer(rng.uniform(-1, 1, (2, 2**count)))], ["layer"])


@pytest.mark.parametrize("target", [every_kind(), *modes()], ids=lambda target: str(target.shapes))
@pytest.mark.parametrize("law", ["uniform", "kaiming"])
def test_exports_compute_what_the_ticket_computes(target, law, monkeypatch, tmp_path):
    pytest.importorskip("onnx")
    monkeypatch.setattr("lt_proofs.networks.image_prune.PrunedImages.certified", (Fraction(1), {}))
    ticket = ticket_of(prune_images(target, EPS, law=law))
    rows = np.random.default_rng(5).uniform(-1, 1, (4, target.inputs))
    expected = ticket.forward(rows)
    images = rows.reshape(4, *target.source.given).astype(np.float32)
    runtime = pytest.importorskip("onnxruntime")
    for sparse in (False, True):
        session = runtime.InferenceSession(onnx_bytes(ticket, sparse), providers=["CPUExecutionProvider"])
        (found,) = session.run(None, {"inputs": images})
        assert np.allclose(found.reshape(4, -1), expected, rtol=0, atol=1e-4)
    torch = pytest.importorskip("torch")
    module = torch_module(ticket)
    with torch.no_grad():
        assert np.allclose(module(torch.from_numpy(images)).numpy().reshape(4, -1), expected, rtol=0, atol=1e-4)
    # the hidden channels of an export are convolutions, never a matrix of the whole image
    import onnx

    (path := tmp_path / "net.onnx").write_bytes(onnx_bytes(ticket, False))
    operators = [node.op_type for node in onnx.load(path).graph.node]
    assert operators.count("Conv") == 2 * len(target.layers)
    assert "Gemm" not in operators
    assert "MatMul" not in operators
    # and an export is read as a network of images again
    assert np.allclose(load_target(path).forward(rows), expected, rtol=0, atol=1e-4)


def test_layers_are_rescaled_where_that_keeps_less():
    """Weights of at most 1/8 are scaled up: the tolerance grows with them, and fewer products reach it."""
    rng = np.random.default_rng(6)
    windows = Windows((4, 4), (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)))
    nodes = [Source((2, 4, 4), (2, 4, 4), (0, 1, 2)), LayerNode(0, 8, windows, 1, bias=False)]
    target = ImageTarget.of(nodes, [Layer(rng.uniform(-1 / 8, 1 / 8, (8, 18)))], ["layer"])
    pruned = prune_images(target, Fraction(1, 100), domain=BOX)
    assert pruned.wanted_sums[0].scale == -2
    assert pruned.masks[0].kept[1] < pruned.kept_without
    assert pruned.solved == pruned.weights


def test_as_many_entries_are_kept_as_of_a_dense_layer():
    """For weights and tolerance of one law, within a fifth."""
    rng = np.random.default_rng(7)
    weight = rng.uniform(-1, 1, (16, 8 * 9))
    windows = Windows((4, 4), (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)))
    nodes = [Source((8, 4, 4), (8, 4, 4), (0, 1, 2)), LayerNode(0, 16, windows, 1, bias=False)]
    images = prune_images(ImageTarget.of(nodes, [Layer(weight)], ["w"]), Fraction(1, 100), domain=BOX)
    dense = prune(lt_proofs.networks.Target.of([Layer(weight)], ["w"]), Fraction(1, 100), domain=BOX)
    assert images.masks[0].kept[1] == pytest.approx(dense.masks[0].kept[1], rel=0.2)


def test_a_width_that_is_too_small_is_said_so():
    with pytest.raises(Unsolved, match="of 666 weights have no subset sum that near"):
        lt_proofs.prune(CNN, eps=0.001, n=4, box=(0, 1))


def test_prune_says_what_it_did(tmp_path, capsys):
    arguments = ["prune", CNN, "-o", str(tmp_path / "ticket"), "--eps", "0.02", "--box", "0,1", "--json"]
    assert run(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["solved"] == found["weights"] == 666
    assert sum(found["kept"][1::2]) <= found["kept_without_rescaling"]
    assert len(found["scales"]) == 3
    assert found["accuracy"]["images"] == 360
    assert 0 < Fraction(found["largest_difference_found"]) <= Fraction(found["error_bound"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--around", CNN, "--radius", "0.1"], "--around: "),
        (["--kernel", "--certain"], "--kernel: here"),
        (["--layers", "a,b"], "--layers: a,b cannot be used; the file says itself how its layers are wired"),
    ],
)
def test_options_for_dense_networks_are_refused(tmp_path, capsys, options, words):
    assert run(["prune", CNN, "-o", str(tmp_path / "ticket"), "--eps", "0.02", *options]) == 3
    error = capsys.readouterr().err
    assert words in error
    assert "\n" not in error.strip()


def test_inspect_shows_layers_and_windows(capsys):
    assert run(["inspect", CNN]) == 0
    shown = capsys.readouterr().out
    for words in (
        "node 1            layer 1, weight_1: 1 x 8 x 8 -> 4 x 8 x 8, kernel 3 x 3, padding 1+1, 1+1, with bias",
        "node 3            max pooling 2 x 2, stride 2 x 2: 4 x 4 x 4",
        "approximated      666 weights and biases",
        "theorem-1-conv    does not apply: layer 3 has a bias",
    ):
        assert words in shown


def test_compare_is_for_dense_networks(ticket):
    for given in (CNN, ticket):
        with pytest.raises(BadInput, match="only dense networks are compared"):
            lt_proofs.compare(given, given)


@pytest.mark.parametrize(
    "change",
    [
        {"nodes": "[]"},
        {"nodes": '[{"op":"input"}]'},
        {"nodes": "no JSON"},
        {"remarks": 3},
    ],
)
def test_damaged_wires_are_malformed(tmp_path, change):
    from safetensors.numpy import save_file

    content = digits.cnn_path().read_bytes()
    metadata = {**metadata_of(content, CNN), **{key: str(value) for key, value in change.items()}}
    tensors = lt_proofs.files.read_arrays(Path(CNN))
    save_file(tensors, tmp_path / "net.safetensors", metadata=metadata)
    with pytest.raises(Malformed):
        load_target(tmp_path / "net.safetensors")
