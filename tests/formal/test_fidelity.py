"""One masked random network of the program: its forward pass, whole numbers in Python, and Coq's definitions agree."""

from functools import partial

import numpy as np
import pytest

from lt_proofs.networks.masked import MaskedNetwork, Pair
from lt_proofs.networks.random_network import ONE, RandomLayer

WIDTHS, UNITS, SEED = (3, 2, 2), (3, 2), 11
# inputs in units of 1/16, of all signs, and one that is zero
INPUTS = [(5, -3, 16), (-16, 0, 7), (1, 2, -4), (0, 0, 0)]

HEAD = """From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import norms binary networks cells executable.
Import GRing.Theory Num.Theory.
"""
THEOREM = """Lemma on_the_grid : all_on_grid (Z.of_N (N.add half_Q half_Q)) layers.
Proof. by vm_compute. Qed.
Lemma positive : (0 < nat_of_bin half_Q)%N.
Proof. have -> : half_Q = BinNat.N.pow 2 23 by []. by rewrite nat_of_pow_bin expn_gt0. Qed.
Theorem outputs (R : rcfType) (v : seq Z) :
  (net (ticket (@network_of half_Q 2 widths units layers positive) (@masks_of 2 widths units layers))
     (fun j => toR R (nth Z0 v j) / 16%:R) (leqnn 2) =1
   (fun o => toR R (nth Z0 (run_ticket layers widths units v 2) o) /
      (16%:R * (nat_of_bin half_Q + nat_of_bin half_Q)%:R ^+ (2 * 2))))%R.
Proof.
have s0 : (0 < 16%:R :> R)%R by rewrite ltr0n.
exact: (run_ticket_sound units positive on_the_grid v (leqnn 2) s0).
Qed.
Print Assumptions outputs.
"""


@pytest.fixture(scope="module")
def network():
    random = np.random.default_rng(2)
    pairs = []
    for number, (columns, rows, n) in enumerate(zip(WIDTHS, WIDTHS[1:], UNITS, strict=False), 1):
        layer = RandomLayer.regular(SEED, number, rows, columns, n)
        edges = random.random((rows, layer.units)) < 0.7
        pairs.append(Pair(layer, random.random(layer.units) < 0.8, np.packbits(edges, axis=1, bitorder="little"), 0))
    return MaskedNetwork(WIDTHS[0], tuple(pairs))


def matrices(network, number):
    """The random matrix in units of 2^-24 and its mask, as lists of Python integers and booleans."""
    pair = network.pairs[(number - 1) // 2]
    return pair.layer.matrix(number).tolist(), network.masks[number].tolist()


def in_whole_numbers(network, values):
    """The outputs for inputs in units of 1/s, in units of 1/(s 2^96): two layers, four matrices."""
    for number in (1, 2, 3, 4):
        weights, mask = matrices(network, number)
        if number > 1:
            values = [max(0, value) for value in values]
        kept = [[w * m for w, m in zip(*rows, strict=True)] for rows in zip(weights, mask, strict=True)]
        values = [sum(w * value for w, value in zip(row, values, strict=True)) for row in kept]
    return values


def listed(entries, one):
    return "[:: " + "; ".join(map(one, entries)) + "]"


def whole(number):
    return f"(Z{'pos' if number > 0 else 'neg'} {abs(number)})" if number else "Z0"


def bit(kept):
    return "true" if kept else "false"


def in_coq(network):
    """The network as a list of layers of executable.v."""

    layers = []
    for number in (1, 3):
        parts = []
        for place in (number, number + 1):
            weights, mask = matrices(network, place)
            parts += [listed(rows, partial(listed, one=one)) for rows, one in ((weights, whole), (mask, bit))]
        layers.append("Layer " + " ".join(f"({part})" for part in parts))
    return (
        f"{HEAD}Definition half_Q : N := {ONE // 2}.\n"
        f"Definition widths (i : nat) : nat := nth 0%N [:: {'; '.join(f'{w}%N' for w in WIDTHS)}] i.\n"
        f"Definition units (i : nat) : nat := nth 0%N [:: {'; '.join(f'{n}%N' for n in UNITS)}] i.\n"
        f"Definition layers : seq layer := [:: {'; '.join(layers)}].\n"
    )


def test_forward_agrees_with_whole_numbers(network):
    for values in INPUTS:
        exact = [value / (16 * ONE**4) for value in in_whole_numbers(network, list(values))]
        assert np.allclose(network.forward(np.array(values) / 16), exact, rtol=1e-12, atol=0)
    assert any(value for values in INPUTS for value in in_whole_numbers(network, list(values)))


def test_coq_computes_the_same_whole_numbers(network, evaluate):
    terms = " ++ ".join(f"run_ticket layers widths units {listed(values, whole)} 2" for values in INPUTS)
    expected = [value for values in INPUTS for value in in_whole_numbers(network, list(values))]
    assert evaluate(in_coq(network), terms) == expected


def test_what_coq_computes_is_the_ticket_of_theorem_1(network, coqc):
    answer = coqc(in_coq(network) + THEOREM)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "Closed under the global context"
