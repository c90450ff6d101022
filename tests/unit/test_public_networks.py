"""Networks that others have published: all are read, or refused for what is no ReLU network.

Their folder is named by LT_PROOFS_NETWORKS; the files are not part of this project, each has its own licence.
"""

import os
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lt_proofs.certificates.checking import run_checker
from lt_proofs.errors import BadInput
from lt_proofs.networks import InputDomain, load_target, save_ticket
from lt_proofs.networks.given_network import target_of
from lt_proofs.networks.image_prune import prune_images
from lt_proofs.networks.image_target import ImageTarget

FOLDER = os.environ.get("LT_PROOFS_NETWORKS")
FILES = sorted(Path(FOLDER).glob("*.*")) if FOLDER else []
SUFFIXES = {".onnx", ".nnet", ".pt"}
# all that these files may be refused for; tensors with convolutions need words on what stands between them
REASONS = ("not known to be piecewise linear", "it belongs to a convolution")
IMAGES = ("convnet_avgpool", "convnet_maxpool", "cnn_max_mnist3", "marabou_cifar10_small", "traffic_classifier64")
IMAGES += ("cifar_deep_kw", "resnet_2b")
LENET_PARTS = ["conv1:pad=2", "max:2", "conv2", "max:2", "fc1", "fc2", "fc3"]
BOX = InputDomain((Fraction(0), Fraction(1)))

pytestmark = pytest.mark.skipif(not FILES, reason="LT_PROOFS_NETWORKS names no folder")


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix in SUFFIXES], ids=lambda path: path.name)
def test_it_is_read_or_refused_for_what_it_is(path):
    pytest.importorskip("torch" if path.suffix == ".pt" else "onnx")
    start = time.process_time()
    try:
        target = load_target(path)
    except BadInput as error:
        assert any(reason in str(error) for reason in REASONS), error
        return
    if path.suffix == ".onnx":
        assert target.compared is not None
        # generous: the figure that counts is measured in benchmarks
        assert time.process_time() - start < 10 * (1 + path.stat().st_size / 1e6)


def test_two_formats_of_one_network_are_one_function():
    pytest.importorskip("onnx")
    named = {path.name: path for path in FILES}
    if not {"testnetwork2.nnet", "testnetwork2.onnx"} <= set(named):
        pytest.skip("the folder lacks testnetwork2")
    text, graph = load_target(named["testnetwork2.nnet"]), load_target(named["testnetwork2.onnx"])
    assert text.widths == graph.widths
    # the .onnx file was written with the normalization in its weights, in float32
    lines = [line for line in named["testnetwork2.nnet"].read_text().splitlines() if not line.startswith("//")]
    means, ranges = (np.array([float(part) for part in line.split(",") if part.strip()][:5]) for line in lines[5:7])
    x = np.random.default_rng(0).uniform(-0.5, 0.5, (50, 5)) * ranges + means
    assert np.allclose(text.forward(x), graph.forward(x), rtol=1e-4, atol=1e-5)


def named(name):
    """The file of this name; skip without it."""
    path = Path(FOLDER) / name
    if not path.exists():
        pytest.skip(f"the folder lacks {name}")
    return path


def check_pruned(target, folder):
    """Every weight has a sum within the tolerance, few entries are kept, and the checker accepts the ticket."""
    pruned = prune_images(target, Fraction(1, 100), domain=BOX)
    assert pruned.solved == pruned.weights
    assert pruned.max_weight_error <= Fraction(1, 100)
    assert sum(pruned.kept[1::2]) <= min(3.2 * pruned.weights, pruned.kept_without)
    save_ticket(pruned, folder / "ticket")
    (answer,) = run_checker([folder / "ticket"])
    assert answer.accepted, answer.report


@pytest.mark.parametrize("name", IMAGES)
def test_networks_of_images_are_pruned(name, tmp_path):
    pytest.importorskip("onnxruntime")
    target = load_target(named(f"{name}.onnx"))
    assert isinstance(target, ImageTarget)
    assert target.compared is not None
    start = time.process_time()
    check_pruned(target, tmp_path)
    assert time.process_time() - start < 20


@pytest.mark.slow
def test_the_papers_lenet_is_read_as_its_own_module(tmp_path):
    """The weights alone do not say it: padding 2 in front of the first convolution, and two max poolings."""
    torch = pytest.importorskip("torch")
    nn = torch.nn
    module = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120, bias=False), nn.ReLU(), nn.Linear(120, 84, bias=False), nn.ReLU(),
        nn.Linear(84, 10, bias=False),
    )  # fmt: skip
    state = torch.load(named("acnagle_lenet5.pt"), weights_only=True, map_location="cpu")
    for part, weight in zip((p for p in module if hasattr(p, "weight")), state.values(), strict=True):
        part.weight.data = weight
    target = load_target(named("acnagle_lenet5.pt"), LENET_PARTS, shape=(1, 28, 28))
    same = target_of(module, shape=(1, 1, 28, 28))
    assert same.compared is not None
    assert same.nodes == target.nodes
    assert all(np.array_equal(a.weight, b.weight) for a, b in zip(same.layers, target.layers, strict=True))
    check_pruned(target, tmp_path)
