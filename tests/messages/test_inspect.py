"""`inspect` in a few lines, and what `inspect` and `prune` say of files that they cannot use."""

import json
from fractions import Fraction

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from lt_proofs.cli import run
from lt_proofs.networks import Layer, Target, digits
from lt_proofs.networks.inspected import facts_of, norm_of, shows
from lt_proofs.networks.norms import find_witness

DIGITS = str(digits.path())


def said(capsys, *arguments):
    code = run([*map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_it_says_how_a_file_is_read(capsys):
    code, out, err = said(capsys, "inspect", DIGITS)
    assert code == 0 and err == ""
    assert "layer 1           fc1: 64 -> 32, ReLU" in out and "spectral norm at most 8.1897 (certified)" in out
    assert "theorem 1         does not apply: layer 1 has spectral norm above 8.18" in out
    assert "remark            ReLU between the layers was assumed" in out


def test_its_json_has_the_documented_keys(capsys):
    code, out, _ = said(capsys, "inspect", DIGITS, "--json")
    found = json.loads(out)
    assert code == 0 and {"inputs", "outputs", "widths", "layers", "remarks", "compared"} <= set(found)
    assert found["inputs"] == 64 and found["outputs"] == 10 and found["widths"] == [64, 32, 10]
    assert found["compared"] is None and found["weights"] == 2368
    layer = found["layers"][0]
    assert layer["name"] == "fc1" and layer["activation"] == "relu" and not layer["bias"]
    assert Fraction(layer["spectral_norm"]) >= Fraction(layer["spectral_norm_at_least"]) > 8
    assert layer["certificate"]["of"] == "W1" and found["layers"][1]["activation"] is None


def test_the_norms_certificate_is_verified_in_integers():
    matrix = np.random.default_rng(0).uniform(-1, 1, (6, 9))
    witness = find_witness(matrix)
    assert shows(witness, matrix) and not shows(witness, 1.01 * matrix)
    assert norm_of(Layer(4096 * matrix)).upper > 4096 * np.linalg.norm(matrix, 2) > norm_of(Layer(4096 * matrix)).lower


@pytest.mark.parametrize(
    ("weights", "bias", "applies"),
    [
        ([np.eye(3) / 2, np.eye(3) * 0.99], None, True),
        ([np.eye(3) / 2, np.eye(3) * 1.01], None, False),
        ([np.eye(3) / 2, np.eye(3)], None, None),
        ([np.eye(3) / 2], np.ones(3), False),
    ],
)
def test_the_hypotheses_of_theorem_1(weights, bias, applies):
    target = Target.of([Layer(weight, bias) for weight in weights], [str(i) for i in range(len(weights))])
    assert facts_of(target)["theorem_1"]["applies"] is applies


def test_what_prune_refuses_inspect_refuses(tmp_path, capsys):
    save_file({f"fc{i}.weight": np.ones((1, 1), np.float32) for i in range(1, 131)}, tmp_path / "deep.safetensors")
    save_file({"fc.weight": np.full((2, 2), 1e300)}, tmp_path / "huge.safetensors")
    for name, words in (("deep", "it has 130 layers"), ("huge", "layer 1 has weights above 2^128")):
        path = tmp_path / f"{name}.safetensors"
        for command in (["inspect", path], ["prune", path, "-o", tmp_path / "t", "--eps", "0.1"]):
            code, out, err = said(capsys, *command)
            assert code == 3 and out == "" and err.count("\n") == 1 and words in err and path.name in err
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    ("tensors", "options", "words"),
    [
        (
            {"fc.weight": np.full((2, 2), 3e38, np.float32)},
            ["--eps", "0.05"],
            "--eps: 0.05 cannot be used; some weights are above 2^127",
        ),
        (
            {"fc.weight": np.ones((2, 2))},
            ["--eps", "1e-30"],
            "--eps: 1e-30 cannot be used; kept sums are multiples of 2^-48",
        ),
        ({"fc.weight": np.ones((2, 2))}, ["--eps", "1e-400"], "--eps: 1e-400 cannot be used"),
        ({"x\x1b[2J\n.weight": np.full((2, 2), np.nan)}, ["--eps", "0.1"], "NaN"),
        ({"fc.weight": np.ones((2, 2))}, ["--eps", "0.1", "--layers", "fc,"], "--layers: '' cannot be used"),
        ({"fc.weight": np.ones((2, 2))}, ["--eps", "0.1", "--ignore", "a*"], "--ignore: a* cannot be used"),
        ({"fc.weight": np.ones((2, 2))}, ["--eps", "0.1", "--output", "y"], "--output: y cannot be used"),
    ],
)
def test_bad_input_is_one_line_that_names_what_was_typed(tmp_path, capsys, tensors, options, words):
    save_file(tensors, tmp_path / "net.safetensors")
    code, out, err = said(capsys, "prune", tmp_path / "net.safetensors", "-o", tmp_path / "t", *options)
    assert code == 3 and out == "" and words in err
    assert err.count("\n") == 1 and err.rstrip("\n").isprintable()
    assert not (tmp_path / "t").exists()


def test_a_missing_file_is_named_as_typed(tmp_path, capsys):
    for command in (["inspect"], ["prune", "-o", tmp_path / "t", "--eps", "0.1"]):
        code, _, err = said(capsys, *command, "nothing.onnx")
        assert code == 3 and "TARGET: nothing.onnx cannot be used; No such file" in err


def test_the_ticket_keeps_the_remarks(tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    weight = onnx.numpy_helper.from_array(np.eye(2, dtype=np.float32), "w")
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    ends = [onnx.helper.make_tensor_value_info(name, 1, [1, 2]) for name in "xy"]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", ends[:1], ends[1:], [weight]))
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    arguments = ["prune", tmp_path / "net.onnx", "-o", tmp_path / "t", "--eps", "0.1", "--json"]
    for more, words in (([], "agrees with "), (["--no-compare", "--force"], "not compared with")):
        code, out, _ = said(capsys, *arguments, *more)
        assert code == 0 and any(words in remark for remark in json.loads(out)["remarks"])
        target = tmp_path / "t" / "target.safetensors"
        header = target.read_bytes()[8 : 8 + int.from_bytes(target.read_bytes()[:8], "little")]
        assert words in "; ".join(json.loads(json.loads(header)["__metadata__"]["remarks"]))
        assert set(load_file(target)) == {"weight_1"}
        assert said(capsys, "recheck", tmp_path / "t")[0] == 0
