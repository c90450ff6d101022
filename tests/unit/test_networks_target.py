"""Targets: order of layers, shapes, biases as a carried constant."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.networks import Layer, Target, digits, load_target


def matrix(*shape: int) -> np.ndarray:
    return np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def test_layers_come_in_natural_order(tmp_path: Path) -> None:
    tensors = {"fc10.weight": matrix(2, 3), "fc2.weight": matrix(3, 5), "fc1.weight": matrix(5, 4)}
    save_file({**tensors, "fc2.bias": matrix(3)}, tmp_path / "net.safetensors")
    target = load_target(tmp_path / "net.safetensors")
    assert target.names == ("fc1", "fc2", "fc10")
    assert target.widths == (4, 5, 3, 2)
    assert target.last_bias == 2


def test_the_constant_is_carried_as_far_as_a_bias_needs_it() -> None:
    layers = [Layer(matrix(3, 2), matrix(3)), Layer(matrix(3, 3), matrix(3)), Layer(matrix(1, 3))]
    target = Target.of(layers, ["a", "b", "c"])
    first, second, third = target.matrices()
    assert first.shape == (4, 3) and second.shape == (3, 4) and third.shape == (1, 3)
    assert first[3].tolist() == [0, 0, 1]
    x = np.array([[0.3, -0.4]])
    carried = third @ np.maximum(second @ np.maximum(first @ np.append(x, 1), 0), 0)
    assert np.allclose(carried, target.forward(x)[0])


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([], "no layers"),
        ([Layer(matrix(2, 3)), Layer(matrix(2, 3))], "the layer before has 2 outputs"),
        ([Layer(np.zeros((0, 3), np.float32))], "at least one row"),
        ([Layer(np.array([[np.nan]], np.float32))], "every weight must be finite"),
        ([Layer(np.ones((2, 2), np.int64))], "give float32 or float64"),
        ([Layer(matrix(2, 3), matrix(3))], "the layer has 2 outputs"),
    ],
)
def test_unusable_networks_are_refused(layers: list[Layer], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Target.of(layers, [str(i) for i in range(len(layers))])


def test_nan_in_a_file_and_convolutions_are_refused(tmp_path: Path) -> None:
    save_file({"w": np.full((2, 2), np.nan, np.float32)}, tmp_path / "nan.safetensors")
    with pytest.raises(Malformed, match="NaN"):
        load_target(tmp_path / "nan.safetensors")
    save_file({"conv.weight": matrix(2, 2, 3, 3)}, tmp_path / "conv.safetensors")
    with pytest.raises(BadInput, match="convolution"):
        load_target(tmp_path / "conv.safetensors")


def test_the_bundled_network_is_small_accurate_and_in_reach() -> None:
    assert digits.path().stat().st_size <= 50_000
    network = digits.target()
    assert all(np.abs(layer.weight).max() <= 1 for layer in network.layers)
    images, labels = digits.test_images()
    assert (np.linalg.norm(images, axis=1) <= 1).all()
    assert (network.forward(images).argmax(axis=1) == labels).mean() >= 0.97
