"""The search for scales of hidden neurons: it undoes factors that a network was given, and the checker accepts them."""

from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.networks import Ball, Layer, Target, certify_difference, pair_of_targets, split_domain
from lt_proofs.networks.norms import Matrix, Norms, ball_bound, ball_chains, scaled_norms
from lt_proofs.networks.pair_norms import bound_by_norms
from lt_proofs.networks.scales import MOST, best_scales, chain_factors

WIDTHS = (6, 9, 7, 3)


def matrices(seed: int, spread: float) -> dict[str, np.ndarray]:
    """W, E and T of three layers whose hidden neurons have been given random factors."""
    rng = np.random.default_rng(seed)
    factors = [np.ones(6), *(np.exp(rng.uniform(-spread, spread, width)) for width in WIDTHS[1:3]), np.ones(3)]
    found = {}
    for k in (1, 2, 3):
        shape = WIDTHS[k], WIDTHS[k - 1]
        sides = factors[k][:, None] / factors[k - 1]
        found[f"W{k}"] = rng.normal(size=shape) * sides
        found[f"E{k}"] = 0.01 * rng.normal(size=shape) * sides
        found[f"T{k}"] = found[f"W{k}"] + found[f"E{k}"]
    return found


def bounds(values: dict[str, np.ndarray]) -> tuple[float, float]:
    named = {name: Matrix(value) for name, value in values.items()}
    return float(ball_bound(Norms(named), 3)), float(ball_bound(scaled_norms(named, None, 3), 3))


def test_factors_of_neurons_are_undone() -> None:
    even, uneven = (bounds(matrices(0, spread)) for spread in (0.0, 1.5))
    assert uneven[0] > 3 * even[0]
    assert uneven[1] < 1.02 * even[1] <= 1.02 * even[0]


def test_scales_are_whole_and_few_are_worth_nothing() -> None:
    chains = [chain for chains in ball_chains(3) for chain in chains]
    found = best_scales(matrices(1, 1.0), chains, set())
    assert found is not None
    assert [len(one) for one in found] == [9, 7]
    assert all(one.min() >= 1 and one.max() == MOST for one in found)
    shallow = [chain for chains in ball_chains(1) for chain in chains]
    assert best_scales(matrices(1, 1.0), shallow, set()) is None
    nothing = {name: 0 * value for name, value in matrices(1, 1.0).items()}
    assert best_scales(nothing, chains, set()) is None
    numbers = {name: value[:1, :1] for name, value in matrices(1, 1.0).items()}
    assert best_scales(numbers, chains, set()) is None


def test_a_chain_is_bounded_by_pairs_where_they_are_less() -> None:
    norms = {"A": 3.0, "B": 5.0, "C": 7.0, "B C": 5.0}
    value, weights = chain_factors(["A", "B", "C"], norms)
    assert value == 3 * (5 + 35) / 2
    assert weights == pytest.approx({"A": 1, "B C": 1 / 8, "B": 7 / 8, "C": 7 / 8})


def test_the_checker_accepts_a_bound_with_scales(tmp_path) -> None:
    found = matrices(2, 1.0)
    f, g = (Target.of([Layer(found[f"{kind}{k}"], None) for k in (1, 2, 3)], ["1", "2", "3"]) for kind in ("W", "T"))
    pair, ball = pair_of_targets(f, g), Ball.of(Fraction(1))
    bound, data = bound_by_norms(pair, ball)
    assert [len(one) for one in data["scales"]] == [9, 7]
    done = certify_difference(pair, ball, split_domain(pair, ball), tmp_path / "t", norms=data, by_norms=bound / 1)
    assert done.answers[0].accepted
    assert done.bounds[0] <= bound
