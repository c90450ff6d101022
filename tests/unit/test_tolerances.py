"""Tolerances layer by layer, bounds by norms of any two networks, and certificates beside a ticket's own."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import lt_proofs
from lt_proofs.certificates.checking import run_checker
from lt_proofs.networks import InputDomain, Layer, Pruned, Target, prune, prune_to_error, save_ticket
from lt_proofs.networks.beside import near_inputs, on_domain
from lt_proofs.networks.compare import compare_on
from lt_proofs.networks.domains import Ball, Box
from lt_proofs.networks.pair_norms import bound_by_norms, input_norm
from lt_proofs.networks.pairs import pair_of_pruned, pair_of_targets
from lt_proofs.networks.tolerances import layer_shares, least_bound, prune_within

BOX = InputDomain((Fraction(-1), Fraction(1)))


def network(seed: int = 0, widths: tuple[int, ...] = (2, 12, 12, 2)) -> Target:
    random = np.random.Generator(np.random.PCG64(seed))
    layers = [
        Layer(random.uniform(-1, 1, (widths[i + 1], widths[i])).astype(np.float32)) for i in range(len(widths) - 1)
    ]
    return Target.of(layers, [f"fc{i}" for i in range(len(layers))])


@pytest.fixture(scope="module")
def pruned() -> Pruned:
    return prune(network(), Fraction(1, 20), domain=BOX)


def test_each_layer_has_its_own_tolerance(tmp_path: Path) -> None:
    """The statement names the largest tolerance, and all weights are within it."""
    shares = [Fraction(1, 4), Fraction(2), Fraction(1)]
    pruned = prune(network(), Fraction(1, 50), domain=BOX, shares=shares)
    assert [wanted.eps for wanted in pruned.wanted_sums] == [share / 50 for share in shares]
    assert pruned.eps == Fraction(1, 25) and pruned.solved == pruned.weights
    for wanted, masks in zip(pruned.wanted_sums, pruned.masks, strict=True):
        assert wanted.largest_error(masks.sums) <= wanted.eps
    save_ticket(pruned, tmp_path / "t")
    assert run_checker([tmp_path / "t" / "certificate.json"])[0].accepted


def test_shares_spend_the_error_in_proportion_to_weights(pruned: Pruned) -> None:
    """Layer k alone gives c_k; with shares s_k the sum of c_k s_k is what it was, and c_k s_k is as w_k."""
    shares = layer_shares(pruned)
    again = prune(network(), Fraction(1, 20), domain=BOX, shares=shares)
    assert len(shares) == 3 and max(shares) / min(shares) > 2
    # the middle layer has most of the weights, so it may err most for what it costs
    assert shares[1] == max(shares)
    assert sum(again.kept) < sum(pruned.kept) * 11 // 10
    assert least_bound(again) < least_bound(pruned) * 2


def test_an_error_is_reached_with_fewer_edges(tmp_path: Path) -> None:
    error = Fraction(1, 5)
    plain, better = (search(network(), error, domain=BOX) for search in (prune_to_error, prune_within))
    assert plain.error_bound <= error and least_bound(better) <= error
    assert sum(better.kept) < 0.8 * sum(plain.kept)
    best = on_domain(better)
    assert best.found <= best.bound <= error < better.error_bound
    save_ticket(better, tmp_path / "t", extra=best.files)
    answers = run_checker([tmp_path / "t" / "certificate.json", tmp_path / "t" / "difference.json"])
    assert [answer.state for answer in answers] == ["accepted", "accepted"]
    assert lt_proofs.load_ticket(tmp_path / "t").error_bound == best.bound


def test_a_difference_of_other_files_is_malformed(pruned: Pruned, tmp_path: Path) -> None:
    best = on_domain(pruned)
    statement = json.loads(best.files["difference.json"])
    statement["statement"]["g"]["digest"] = "sha256:" + 64 * "0"
    save_ticket(pruned, tmp_path / "t", extra={"difference.json": json.dumps(statement).encode()})
    with pytest.raises(lt_proofs.Malformed, match="it is about other files"):
        lt_proofs.load_ticket(tmp_path / "t")


def test_regions_beside_a_ticket(pruned: Pruned, tmp_path: Path) -> None:
    rows = np.array([[0.5, -0.25], [1.0, 1.0]])
    found, files = near_inputs(pruned, rows, Fraction(1, 100))
    assert set(files) == {"regions.json", "inputs.safetensors"} and found.found <= found.bound
    save_ticket(pruned, tmp_path / "t", extra=files)
    assert run_checker([tmp_path / "t" / "regions.json"])[0].accepted


@pytest.mark.parametrize("seed", range(4))
def test_bounds_by_norms_are_accepted_and_above_the_attack(seed: int) -> None:
    """Networks of many inputs on a ball: norms alone; the checker computes no more than what is stated."""
    f, g = network(seed, (40, 6, 5)), network(seed + 10, (40, 6, 5))
    pair = pair_of_targets(f, g)
    bound, entries = bound_by_norms(pair, Ball(Fraction(1)))
    done = compare_on(pair, Ball(Fraction(1)))
    assert entries and done.found <= done.bound <= bound
    if done.by_norms:
        assert done.bound == bound


def test_the_largest_norm_of_an_input() -> None:
    pair = pair_of_targets(network(0, (2, 3, 1)), network(1, (2, 3, 1)))
    assert 0 <= input_norm(pair, Box.of([Fraction(-3), Fraction(0)], [Fraction(1), Fraction(4)])) - 5 < 2**-30
    assert 0 <= input_norm(pair, Ball(Fraction(7, 3))) - Fraction(7, 3) < Fraction(1, 2**30)


def test_bounds_of_a_ticket_by_norms_are_those_of_its_certificate() -> None:
    ball = prune(network(3, (5, 6, 3)), Fraction(1, 20))
    bound, _ = bound_by_norms(pair_of_pruned(ball), Ball(Fraction(1)))
    assert abs(float(bound / ball.error_bound) - 1) < 1e-6
