"""State dicts and named arrays: what the names say, the order of layers, and what is refused by name."""

from fractions import Fraction

import numpy as np
import pytest
from safetensors.numpy import save_file

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.models.read import read_network
from lt_proofs.models.tensors import ASSUMED, composed_tensors
from lt_proofs.networks import load_target

RANDOM = np.random.Generator(np.random.PCG64(7))


def floats(*shape):
    return RANDOM.normal(size=shape).astype(np.float32)


def names(tensors, **options):
    return [layer.name for layer in read_network(tensors, **options).layers]


def widths(tensors, **options):
    layers = read_network(tensors, **options).layers
    return [layers[0].weight.mid.shape[1], *(len(layer.weight.mid) for layer in layers)]


def test_the_order_of_a_state_dict_is_its_own():
    autoencoder = {"encoder.0.weight": floats(5, 20), "decoder.0.weight": floats(20, 5)}
    reading = read_network(autoencoder)
    assert [layer.name for layer in reading.layers] == ["encoder.0", "decoder.0"]
    assert "layers in the order of the file: encoder.0, decoder.0" in reading.remarks and ASSUMED in reading.remarks
    square = {
        f"{name}.{part}": floats(*shape)
        for name in ("inp", "hidden", "classifier")
        for part, shape in (("weight", (8, 8)), ("bias", (8,)))
    }
    assert names(square) == ["inp", "hidden", "classifier"]
    assert names(square, layers=["classifier", "inp", "hidden"]) == ["classifier", "inp", "hidden"]


def test_an_order_that_does_not_fit_is_replaced_by_the_only_one_that_does():
    tensors = {"fc2.weight": floats(3, 5), "fc1.weight": floats(5, 4)}
    assert names(tensors) == ["fc1", "fc2"]
    assert "layers in the only order that fits: fc1, fc2" in read_network(tensors).remarks


def test_without_an_order_of_its_own_a_file_must_leave_one_only(tmp_path):
    path = tmp_path / "net.safetensors"
    save_file({"encoder.weight": floats(5, 20), "decoder.weight": floats(20, 5)}, path)
    with pytest.raises(BadInput, match="give --layers decoder,encoder or encoder,decoder"):
        load_target(path)
    assert load_target(path, ["encoder", "decoder"]).widths == (20, 5, 20)
    save_file({f"fc{i}.weight": floats(4, 4) for i in (1, 2, 10)}, path)
    assert load_target(path).names == ("fc1", "fc2", "fc10")
    save_file({f"{name}.weight": floats(4, 4) for name in "abcdefghijklmnop"}, path)
    with pytest.raises(BadInput, match="or …"):
        load_target(path)
    save_file({"a.weight": floats(4, 5), "b.weight": floats(4, 5)}, path)
    with pytest.raises(BadInput, match="b has 5 inputs, and the layer before has 4 outputs"):
        load_target(path)


def test_layers_left_out_are_said_and_bad_orders_refused():
    tensors = {"a.weight": floats(4, 4), "b.weight": floats(4, 4), "c.weight": floats(3, 4)}
    reading = read_network(tensors, layers=["a", "c"])
    assert "layers left out: b" in reading.remarks and len(reading.layers) == 2
    for layers, words in ((["c", "a"], "a has 4 inputs"), (["a", "a"], "once"), (["d"], "the file has a, b, c")):
        with pytest.raises(BadInput, match=words):
            read_network(tensors, layers=layers)


def test_masks_of_pruning_are_multiplied():
    weight, mask = floats(6, 6), (RANDOM.random((6, 6)) > 0.5).astype(np.float32)
    tensors = {"0.weight_orig": weight, "0.weight_mask": mask, "2.weight_orig": weight, "2.weight_mask": 1 - mask}
    reading = read_network({**tensors, "2.bias_orig": weight[0], "2.bias_mask": mask[0]})
    assert [layer.name for layer in reading.layers] == ["0", "2"]
    assert np.array_equal(reading.layers[0].weight.mid, weight * mask)
    assert np.array_equal(reading.layers[1].bias.mid, weight[0] * mask[0])
    with pytest.raises(BadInput, match="zeros and ones"):
        read_network({**tensors, "0.weight_mask": 2 * mask})
    with pytest.raises(BadInput, match="weight_mask"):
        read_network({"0.weight": weight, "0.weight_mask": mask})


@pytest.mark.parametrize("shape", [(6, 1), (1, 4), (1, 1), ()])
@pytest.mark.parametrize(
    ("g", "v"), [("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1")]
)
def test_weight_normalization_is_composed(shape, g, v):
    directions, norms = floats(6, 4), RANDOM.uniform(0.5, 2, shape).astype(np.float32)
    found = composed_tensors({f"0.{g}": np.asarray(norms, np.float32), f"0.{v}": directions})["0.weight"]
    axis = {(6, 1): 1, (1, 4): 0}.get(shape)
    wide = directions.astype(float)
    assert np.allclose(found.mid, wide * norms / np.sqrt((wide**2).sum(axis=axis, keepdims=True)), rtol=1e-14)
    assert not found.exact and found.largest_radius() < 1e-14
    # the square of an entry is rational: v^2 g^2 / sum of v^2
    row = (
        [Fraction(x) for x in wide.reshape(-1).tolist()]
        if axis is None
        else [Fraction(x) for x in (wide[0] if axis else wide[:, 0]).tolist()]
    )
    exact = Fraction(float(wide[0, 0])) ** 2 * Fraction(float(np.ravel(norms)[0])) ** 2 / sum(x * x for x in row)
    entry, radius = abs(Fraction(float(found.mid[0, 0]))), Fraction(float(found.radius[0, 0]))
    assert max(entry - radius, 0) ** 2 <= exact <= (entry + radius) ** 2


def test_what_is_unknown_is_refused_by_name_or_ignored():
    popup = {"scores1": floats(6, 6), "scores2": floats(6, 6), "fc1.weight": floats(6, 6), "fc2.weight": floats(6, 6)}
    with pytest.raises(BadInput, match=r"scores1, scores2 are no weight or bias.*--ignore PATTERN"):
        read_network(popup)
    reading = read_network(popup, ignore=["scores*"])
    assert len(reading.layers) == 2 and "ignored: scores1, scores2" in reading.remarks
    with pytest.raises(BadInput, match="ignore: score cannot be used; no tensor has such a name"):
        read_network(popup, ignore=["score"])
    for more, words in (
        ({"bn.weight": floats(6), "bn.bias": floats(6)}, "scales values one by one"),
        ({"conv.weight": floats(2, 2, 3, 3)}, "convolution"),
        ({"steps": np.array(3)}, "int64"),
        ({"attention.in_proj_weight": floats(6, 6)}, "in_proj_weight"),
        ({"lstm.weight_ih_l0": floats(6, 6)}, "weight_ih_l0"),
        ({"fc1.scores": floats(6, 6)}, "fc1.scores"),
        ({"fc9.bias": floats(6)}, "fc9.bias"),
    ):
        with pytest.raises(BadInput, match=words):
            read_network({"fc1.weight": floats(6, 6), **more})


def test_names_of_numpy_keras_and_scikit_learn():
    first, second, bias = floats(5, 4), floats(2, 5), floats(5)
    numpy_names = {"W1": first, "b1": bias, "W2": second, "b2": floats(2)}
    assert widths(numpy_names) == [4, 5, 2]
    turned = read_network({"W1": first.T, "b1": bias, "W2": second.T, "b2": floats(2)})
    assert np.array_equal(turned.layers[0].weight.mid, first) and "the only way" in "; ".join(turned.remarks)
    keras = read_network({"dense/kernel:0": first.T, "dense/bias:0": bias, "dense_1/kernel:0": second.T})
    assert [layer.name for layer in keras.layers] == ["dense", "dense_1"]
    assert np.array_equal(keras.layers[0].bias.mid, bias.astype(float)) and "inputs x outputs" in "; ".join(
        keras.remarks
    )
    assert np.array_equal(keras.layers[1].weight.mid, second)
    assert widths({"coefs_0": first.T, "intercepts_0": bias, "coefs_1": second.T}) == [4, 5, 2]
    assert names({"a": first, "b": second}) == ["a", "b"]
    with pytest.raises(BadInput, match="rows or columns may be the outputs"):
        read_network({"W1": floats(4, 4), "b1": floats(4), "W2": floats(4, 4)})


def test_one_linear_layer_is_a_network():
    assert widths({"weight": floats(3, 4), "bias": floats(3)}) == [4, 3]
    assert read_network({"weight": floats(3, 4), "bias": floats(3)}).remarks == ()


def test_numbers_must_be_finite_floats():
    for array, words in (
        (np.full((2, 2), np.nan), "NaN or infinity"),
        (np.ones((2, 2), np.int32), "float32 or float64"),
    ):
        with pytest.raises(BadInput, match=words):
            read_network({"w\x1b[31m\n": array})


def test_npz_keeps_the_order_in_which_it_was_saved(tmp_path):
    np.savez(tmp_path / "net.npz", b=floats(5, 4), a=floats(2, 5).astype(np.float64))
    assert load_target(tmp_path / "net.npz").names == ("b", "a")
    assert load_target(tmp_path / "net.npz", ["b", "a"]).widths == (4, 5, 2)
    (tmp_path / "empty.npz").write_bytes(b"")
    with pytest.raises(Malformed, match="it is empty"):
        load_target(tmp_path / "empty.npz")


@pytest.mark.parametrize("options", [{"output": "y"}, {"shape": (1, 4)}])
def test_options_that_cannot_be_obeyed_are_refused(options):
    with pytest.raises(BadInput, match=r"says its own shape|has one output"):
        read_network({"weight": floats(3, 4)}, **options)


@pytest.mark.parametrize("prefix", ["module", "_orig_mod", "ema", "a.copy"])
def test_two_copies_of_a_network_are_refused(prefix):
    plain, other = np.ones((4, 4), "f4"), np.zeros((4, 4), "f4")
    tensors = {"fc.weight": plain, f"{prefix}.fc.weight": other}
    with pytest.raises(BadInput, match=r"fc\.weight is there too.*--ignore '.*\.\*'"):
        read_network(tensors)
    assert len(read_network(tensors, ignore=[f"{prefix}.*"]).layers) == 1
    assert len(read_network(tensors, layers=["fc", f"{prefix}.fc"]).layers) == 2


def test_an_average_beside_the_network_is_a_copy_but_an_encoder_and_a_decoder_are_none():
    square = np.ones((4, 4), "f4")
    with pytest.raises(BadInput, match=r"net\.fc\.weight is there too.*--ignore 'ema\.\*'"):
        read_network({"net.fc.weight": square, "ema.fc.weight": square})
    assert len(read_network({"encoder.fc.weight": square, "decoder.fc.weight": square}).layers) == 2
    assert len(read_network({"encoder.fc.weight": square, "fc.weight": np.ones((2, 4), "f4")}).layers) == 2
