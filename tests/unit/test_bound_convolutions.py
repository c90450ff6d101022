"""``bound --conv``: the numbers of theorem-1-conv for networks as they are written, and what is refused."""

import json
from fractions import Fraction
from math import ceil, log

import pytest
from click.testing import CliRunner

from lt_proofs.bounds.closed_form import layer_units
from lt_proofs.bounds.convolutions import convolution_widths, shapes_of
from lt_proofs.cli.bound import command
from lt_proofs.errors import BadInput
from lt_proofs.proof.window_images import Images, Line

LENET = "1x28x28 conv 6 k5 p2, pool 2, conv 16 k5 p2, pool 2, flatten 120, 84, 10"
RATE = log(2000 / 1813)


def test_a_network_like_lenet():
    assert [layer.n for layer in convolution_widths(LENET, "0.01", "0.01")] == [337, 402, 473, 412, 379]
    signed = convolution_widths(LENET, "0.01", "0.01", signed=True)
    assert [layer.n for layer in signed] == [337 + round(log(2) / RATE), 402, 473, 412, 379]
    assert [layer.n for layer in convolution_widths(LENET, "0.01", "0.01", "l2")] == [355, 412, 454, 408, 358]


def test_shapes_along_the_way():
    text = "4x9 conv 6 k3 s2 d2 p1 g2, max pool 2 s1, flatten, 5"
    first, second = shapes_of(text)
    images = Images((Line(9, 3, 2, 2, 1, 1),))
    assert (first.inputs, first.outputs, first.taps, first.groups, first.reads) == (4, 6, 3, 2, images.reads)
    # (9 + 2 - 4 - 1)//2 + 1 = 4 pixels, 3 behind the pooling
    assert (second.kind, second.inputs, second.taps, second.reads) == ("dense", 6, 3, 1)


def test_formula_with_groups():
    (layer,) = convolution_widths("4x9x9 conv 6 k3 p1 g2", "0.1", "0.2", "l2")
    k, d, e, groups, reads = 9, 2, 3, 2, 9
    tall = 169 / 9 * groups * reads * k**2 * d**2 * e**2 / (log(1.1) ** 2 * 0.2)
    assert layer.n == ceil(log(tall) / RATE)
    assert layer.hidden == 4 * layer.n and layer.random_weights == layer.hidden * (2 + 9 * 3)
    assert layer.necessary == Fraction(int((groups * k * d * e * log(10, 2) + log(0.8, 2)) / 4 / 29 * 1000), 1000)


def test_a_convolution_of_one_tap_on_one_pixel_is_a_dense_layer():
    text = "784x1 500, 10"
    found = [layer.n for layer in convolution_widths(text, "0.01", "0.01", "l2", signed=True)]
    point = {"eps": Fraction(1, 100), "delta": Fraction(1, 100)}
    assert found == list(layer_units("theorem-1-weighted", [(784, 500), (500, 10)], point)) == [462, 366]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("28 conv 6 k5", "28 cannot be used; begin with channels"),
        ("1x28x28", "a layer is missing"),
        ("1x28x28 pool 2", "no convolution and no dense layer"),
        ("1x28x28 conv k5", "give the output channels after conv"),
        ("1x28x28 conv 6", "give the size of the kernel"),
        ("1x28x28 conv 6 k5 q2", "'q2' is not one of k, s, d, p, g"),
        ("1x28x28 conv 6 k5 k5", "'k5' is not one of"),
        ("1x28x28 conv 6 k0", "'k0' needs one number"),
        ("1x28x28 conv 6 k5x5x5", "needs one number or one for each of 2 axes"),
        ("3x28x28 conv 6 k5 g2", "2 groups do not divide 3 and 6 channels"),
        ("1x4x4 conv 6 k7 p1", "its window spans 7 pixels, but the image has 4 and 2 zeros"),
        ("1x4x4 conv 6 k3, flatten, conv 5 k1", "no layer that may stand here"),
        ("1x4x4 conv 6 k3, , 10", "a layer is missing"),
        ("1x4x4 transformer 6", "no layer that may stand here"),
        ("1x4x4 conv 2000000 k3", "numbers are at most"),
    ],
)
def test_what_is_refused(text, words):
    with pytest.raises(BadInput, match=words):
        convolution_widths(text, "0.01", "0.01")


def test_overlapping_pooling_is_for_the_largest_absolute_value():
    text = "1x9x9 conv 4 k3, pool 3 s2, 10"
    assert len(convolution_widths(text, "0.01", "0.01")) == 2
    with pytest.raises(BadInput, match="a pixel lies in 4 windows"):
        convolution_widths(text, "0.01", "0.01", "l2")


def test_the_command_line():
    run = CliRunner().invoke(command, ["--eps", "0.01", "--delta", "0.01", "--conv", LENET], standalone_mode=False)
    assert "layer 3, dense with 49 taps, 16 -> 120: 473 per input, 7568 in all" in run.output
    run = CliRunner().invoke(
        command, ["--eps", "1/100", "--delta", "1/100", "--conv", LENET, "--json"], standalone_mode=False
    )
    facts = json.loads(run.output)
    assert [row["n"] for row in facts["layers"]] == [337, 402, 473, 412, 379] and facts["weights"] == 107550
    for more in (["--dim", "3", "--conv", LENET], ["--norm", "l2"], ["--signed"]):
        run = CliRunner().invoke(command, ["--eps", "0.01", "--delta", "0.01", *more], standalone_mode=False)
        assert isinstance(run.exception, BadInput) and more[0] in str(run.exception)
