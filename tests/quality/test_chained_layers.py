"""Layers by certified chains: what the checker confirms of all weights of a layer, and that nothing more passes."""

import json
from fractions import Fraction
from math import log, sqrt

import pytest

from lt_proofs.bounds import chained
from lt_proofs.bounds.chained import chained_layer, chained_layers, rounded_down
from lt_proofs.bounds.savings import chain_saving, savings
from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.terms.tree import call
from lt_proofs.theory.layers import ONE_SIGN


@pytest.fixture(scope="module")
def layer():
    (found,) = chained_layers((2, 1), "1", "1/2")
    return found


def changed(text, field, value):
    """The certificate with a field of its last goal changed, sealed again."""
    envelope = json.loads(text)
    envelope["steps"][-1]["goal"][field] = value
    envelope["statement"] = envelope["steps"][-1]["goal"]
    return certificate_text(seal(envelope))


def test_the_checker_says_what_was_asked_for(layer):
    examined = examine_text(layer.certificate)
    assert examined.accepted and examined.report["says"] == layer.says
    assert "A of size k × 2 and B of size 1 × k" in layer.says and f"n >= {layer.n}," in layer.says
    assert "probability at least 1/2 the following" in layer.says and "c = ln(2), for every real" in layer.says


def test_a_layer_behind_a_relu_has_one_window_for_each_weight(layer):
    behind = chained_layer(2, 1, call("log", 2), Fraction(1, 2), ONE_SIGN)
    assert (behind.inputs, behind.outputs) == (2, 1) and behind.n <= layer.n
    assert "entries >= 0" in behind.says and "entries >= 0" not in layer.says
    assert '"rule":"one-sign"' in behind.certificate and '"rule":"two-signs"' in layer.certificate


def test_a_chain_asks_for_less_than_the_closed_forms(layer):
    assert chain_saving((layer,)).units == (layer.n,)
    assert all(layer.n < saving.units[0] for saving in savings((2, 1), "1", "1/2"))


def test_nothing_better_is_accepted(layer):
    better = {"units": str(layer.n - 1), "failure": "49/100", "inputs": "3", "outputs": "2", "tolerance": "69/100"}
    for field, value in better.items():
        assert examine_text(changed(layer.certificate, field, value)).state == "rejected"
    more = examine_text(changed(layer.certificate, "units", str(layer.n + 1)))
    assert more.state == "rejected" and "obligation 5 of 5" in more.report["reason"]


@pytest.mark.parametrize("value", [Fraction(2, 3), Fraction(1, 10**9), Fraction(12345678901, 98765432109)])
def test_rounding_is_downward_and_small(value):
    found = rounded_down(value)
    assert value * (1 - Fraction(1, 1 << 19)) < found <= value
    assert found.numerator < 1 << 21


def test_each_weight_has_its_share(monkeypatch):
    asked = []

    def refuse(law, eps, delta):
        asked.append((law, float(eps), delta))
        raise BadInput("eps", "small", "give a larger one")

    monkeypatch.setattr(chained, "certified", refuse)
    with pytest.raises(BadInput, match=r"8 -> 5 with 0.00376 .* cannot be used; give a larger one; or ask"):
        chained_layers((3, 8, 5, 1), "0.074", "0.1")
    ((law, eps, delta),) = asked  # the layer with the most weights comes first
    assert law == "gadget" and delta == Fraction(1, 10 * 3 * 40)  # behind a ReLU each has one window
    assert eps == pytest.approx(log(1.074) / 3 / sqrt(40), rel=1e-5)


def test_the_command_refuses_what_it_cannot_do(capfd):
    from lt_proofs.cli import run

    known = ["bound", "--eps", "0.0001", "--delta", "0.1", "--json"]
    for arguments, named in ((["--chain"], "--widths"), (["--widths", "784,500,10", "--chain"], "1/1048576")):
        assert run([*known, *arguments]) == 3
        out, err = capfd.readouterr()
        last = err.splitlines()[-1]
        assert out == "" and named in last and "chain" in last
