"""A whole drawn ticket through Coq: the bundled digits network, and a small one; smaller errors are refused."""

import importlib.util
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import lt_proofs
from lt_proofs.cli import run
from lt_proofs.networks.masked import MaskedNetwork, Pair
from lt_proofs.networks.random_network import ONE, RandomLayer

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("tickets", Path(__file__).parent / "tickets.py")
tickets = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tickets)


@pytest.fixture(scope="module")
def small():
    """A ticket of widths 3-2-2 with random masks, and a target within 1/1000 of what positive inputs meet."""
    random, pairs, target = np.random.default_rng(5), [], []
    for number, (columns, rows) in enumerate(((3, 2), (2, 2)), 1):
        layer = RandomLayer.regular(3, number, rows, columns, 4)
        edges = random.random((rows, layer.units)) < 0.6
        pair = Pair(layer, random.random(layer.units) < 0.9, np.packbits(edges, axis=1, bitorder="little"), 0)
        sums = [[sum(b * max(0, a) for _, a, b in units) for units in row] for row in tickets.kept_units(pair)]
        target.append([[Fraction(round(1000 * Fraction(s, ONE * ONE)), 1 << 10) for s in row] for row in sums])
        pairs.append(pair)
    return MaskedNetwork(3, tuple(pairs)), target


def test_a_small_ticket_is_accepted(small, coqc):
    text, error = tickets.ticket_text(*small)
    answer = coqc(text)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "Closed under the global context"
    assert 0 < error < 10


def test_a_millionth_less_is_refused(small, coqc):
    text, _ = tickets.ticket_text(*small, slack=1)
    assert coqc(text).returncode == 1


def test_the_error_holds_at_random_inputs(small):
    ticket, target = small
    _, error = tickets.ticket_text(*small)
    first, second = (np.array(rows, float) for rows in target)
    inputs = np.random.default_rng(0).normal(size=(1000, 3))
    inputs /= np.linalg.norm(inputs, axis=1, keepdims=True)
    outputs = np.maximum(inputs @ first.T, 0) @ second.T
    assert np.linalg.norm(outputs - ticket.forward(inputs), axis=1).max() <= error


@pytest.fixture(scope="module")
def biased(tmp_path_factory):
    """A ticket of a target with a bias in each of two layers and weights up to 3, as the program prunes it."""
    random, folder = np.random.default_rng(7), tmp_path_factory.mktemp("biased")
    layers = [(np.round(random.uniform(-3, 3, shape) * 64) / 64) for shape in ((2, 3), (2,), (2, 2), (2,))]
    names = ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias")
    save_file(dict(zip(names, layers, strict=True)), folder / "target.safetensors")
    run(["prune", str(folder / "target.safetensors"), "-o", str(folder / "ticket"), "--eps", "0.05", "--n", "40"])
    first, c, second, e = ([[Fraction(float(w)) for w in row] for row in np.atleast_2d(one)] for one in layers)
    constant = [[Fraction(0)] * 3 + [Fraction(1)]]
    rows = (
        [[*row, bias] for row, bias in zip(first, c[0], strict=True)],
        [[*row, bias] for row, bias in zip(second, e[0], strict=True)],
    )
    return lt_proofs.load_ticket(folder / "ticket"), [rows[0] + constant, rows[1]], layers


def test_a_ticket_with_biases_and_factors_is_accepted(biased, coqc):
    ticket, target, _ = biased
    assert [pair.scale for pair in ticket.pairs] == [2, 1]
    text, _ = tickets.ticket_text(ticket, target, carrying=2)
    answer = coqc(text)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "Closed under the global context"
    assert coqc(tickets.ticket_text(ticket, target, slack=1, carrying=2)[0]).returncode == 1
    # a row that does not carry the constant
    target[0][-1][-1] -= Fraction(1, 64)
    assert coqc(tickets.ticket_text(ticket, target, carrying=2)[0]).returncode == 1


def test_the_error_with_biases_holds_at_random_inputs(biased):
    ticket, target, (first, c, second, e) = biased
    _, error = tickets.ticket_text(ticket, target, carrying=2)
    inputs = np.random.default_rng(0).normal(size=(1000, 3))
    inputs /= np.linalg.norm(inputs, axis=1, keepdims=True)
    outputs = np.maximum(inputs @ first.T + c, 0) @ second.T + e
    assert np.linalg.norm(outputs - ticket.forward(inputs), axis=1).max() <= error


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_digits_ticket_is_accepted_and_no_smaller_error(coqc, tmp_path):
    weights = ROOT / "lt_proofs/networks/data/digits.safetensors"
    run(["prune", str(weights), "-o", str(tmp_path / "ticket"), "--eps", "0.01"])
    stored = load_file(weights)
    target = [[[Fraction(float(w)) for w in row] for row in stored[name]] for name in ("fc1.weight", "fc2.weight")]
    ticket = lt_proofs.load_ticket(tmp_path / "ticket")
    text, error = tickets.ticket_text(ticket, target)
    answer = coqc(text)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "Closed under the global context"
    assert error < Fraction(6, 10)
    assert coqc(tickets.ticket_text(ticket, target, slack=1)[0]).returncode == 1
