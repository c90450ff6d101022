"""A whole drawn ticket through Coq: the bundled digits network, and a small one; smaller errors are refused."""

import importlib.util
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

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
