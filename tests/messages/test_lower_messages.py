"""Bad input to lower bounds, packings and masks: one line that names the argument, the value and the remedy."""

import json
from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.bounds.lower import depth_width_lower, information_limit, parameters_lower, width_lower
from lt_proofs.campaigns.linear import success_count
from lt_proofs.cli import run
from lt_proofs.errors import BadInput
from lt_proofs.networks.exhaustive import all_masks, random_two_layer
from lt_proofs.networks.packings import explicit_packing, packing_certificate

NETWORK = random_two_layer(2, 2, seed=1)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: information_limit(0), "eps: 0 cannot be used; give a positive number"),
        (lambda: parameters_lower(0, "0.1"), "dim: 0 cannot be used; give a whole number from 1"),
        (lambda: parameters_lower(2.5, "0.1"), "dim: 2.5 cannot be used"),
        (lambda: parameters_lower(2, "-1"), "eps: -1 cannot be used; give a positive number"),
        (lambda: width_lower(2, "0.1", 0), "success: 0 cannot be used; give a positive number"),
        (lambda: width_lower(2, "0.1", 2), "success: 2 cannot be used; give a probability of at most 1"),
        (lambda: depth_width_lower(2, "0.1", 1), "depth: 1 cannot be used; give a whole number of layers from 2"),
        (lambda: explicit_packing(4, "0.1"), "dim: 4 cannot be used; explicit packings are for 1, 2 or 3"),
        (lambda: explicit_packing(2, "1/2"), "eps: 1/2 cannot be used; give a number above 0 and below 1/2"),
        (lambda: explicit_packing(3, "0.01"), "candidates, over 16777216; widen it or lower the dimension"),
        (lambda: packing_certificate(explicit_packing(2, "0.03")), "matrices, over 65536; widen it"),
        (lambda: all_masks(*random_two_layer(2, 8, 1), "0.2", 2), "network: 2^32 masks cannot be used; at most 2^28"),
        (lambda: all_masks(*random_two_layer(1, 15, 1), "0.2", 2), "network: 2^30 masks cannot be used; at most 2^28"),
        (lambda: all_masks(*NETWORK, "0", 2), "eps: 0 cannot be used"),
        (lambda: all_masks(*NETWORK, "0.2", 0), "cells: 0 cannot be used"),
        (lambda: all_masks(np.zeros((2, 2), np.int64), NETWORK[1], "0.2", 1), "a weight that is 0 or above 1"),
        (lambda: all_masks(np.ones((2, 3), np.int64), np.ones((2, 3), np.int64), "0.2", 1), "1 or 2 inputs"),
        (lambda: all_masks(np.ones((2, 2), np.int64), np.ones((2, 2), np.int64), "0.2", 1), "weights that coincide"),
    ],
)
def test_one_line_with_a_remedy(ask, says):
    with pytest.raises(BadInput) as caught:
        ask()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--linear", "3"], "linear: 3 cannot be used; give 1 or 2 inputs"),
        (["--linear", "2", "--most", "8"], "most: 8 cannot be used; give from 1 to 7 hidden units for 2 inputs"),
        (
            ["--linear", "1", "--law", "uniform"],
            "--linear: 1 cannot be used; it draws uniform weights; leave out --law",
        ),
        (["--linear", "1", "-o", "nowhere.json"], "the checker cannot count these trials"),
    ],
)
def test_estimate_says_what_it_cannot_count(options, says, capsys):
    assert run(["estimate", "--eps", "1/4", "--trials", "10", "--seed", "1", *options]) == 3
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_estimate_counts_widths(capsys):
    code = run(["estimate", "--linear", "1", "--eps", "1/4", "--trials", "500", "--seed", "1", "--n", "8", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found["campaign"] == {"kind": "linear", "dim": 1, "eps": "1/4", "seed": 1, "most": 256}
    assert found["coverage"][0]["successes"] == success_count(1, 8, Fraction(1, 4), 1, 500)


def test_the_command_bound_says_vacuous(capsys):
    assert run(["bound", "--eps", "0.6", "--delta", "1/2", "--dim", "10", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["lower"]["parameters"] == 0
    assert "vacuous from eps = 1/2 on" in said.err
    assert run(["bound", "--eps", "0.1", "--delta", "1/2", "--dim", "0"]) == 3
    assert "dim: 0 cannot be used" in capsys.readouterr().err
