"""The attack: points in the domain, exact sizes below every true maximum, and the right gradients."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.networks import InputDomain, Layer, Target, prune
from lt_proofs.networks.attack import _slopes, climb, inside, largest_difference, near_inputs
from lt_proofs.networks.domains import Ball, Box
from lt_proofs.networks.exact_forward import difference_at, outputs_at
from lt_proofs.networks.pairs import NetworkPair, pair_of_pruned, pair_of_targets

HALF = Fraction(1, 2)


def network(seed: int, widths: tuple[int, ...], biased: bool = True) -> Target:
    random = np.random.Generator(np.random.PCG64(seed))
    layers = [
        Layer(random.integers(-4, 5, (rows, columns)) / 4, random.integers(-4, 5, rows) / 4 if biased else None)
        for columns, rows in pairwise(widths)
    ]
    return Target.of(layers, [str(i) for i in range(len(layers))])


def pair(seed: int, widths: tuple[int, ...] = (3, 5, 4, 2), biased: bool = True) -> NetworkPair:
    return pair_of_targets(network(seed, widths, biased), network(seed + 1, widths, biased))


def by_hand(target: Target, point: list[Fraction]) -> list[Fraction]:
    """The outputs of a network, entry by entry."""
    values = point
    for number, layer in enumerate(target.layers):
        values = [max(value, Fraction(0)) for value in values] if number else values
        bias = [Fraction(float(b)) for b in layer.bias] if layer.bias is not None else [Fraction(0)] * len(layer.weight)
        values = [
            sum((Fraction(float(w)) * v for w, v in zip(row, values, strict=True)), b)
            for row, b in zip(layer.weight, bias, strict=True)
        ]
    return values


@given(st.integers(0, 1000), st.booleans(), st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_outputs_at_a_point_are_exact(seed: int, biased: bool, point: list[float]) -> None:
    f, g = network(seed, (3, 5, 4, 2), biased), network(seed + 1, (3, 5, 4, 2), biased)
    both = pair_of_targets(f, g)
    exact = [by_hand(one, [Fraction(x) for x in point]) for one in (f, g)]
    assert outputs_at(both, np.array(point)) == tuple(exact)
    square = sum((a - b) ** 2 for a, b in zip(*exact, strict=True))
    size = difference_at(both, np.array(point))
    assert size**2 <= square < (size + Fraction(1, 2**64)) ** 2


@pytest.mark.parametrize("domain", [InputDomain(), InputDomain((-HALF, HALF)), InputDomain((Fraction(0), HALF))])
def test_the_exact_outputs_of_a_ticket_are_those_of_its_masked_network(domain: InputDomain) -> None:
    """The kept weights themselves, in integers, against the sums that the pair holds."""
    pruned = prune(network(3, (3, 4, 2)), Fraction(1, 20), domain=domain)
    point = np.array([0.25, 0.375, 0.125] if domain.signs == 1 else [0.25, -0.375, 0.5])
    values = [Fraction(float(x)) for x in point] + [Fraction(1)]
    for number, (masks, wanted) in enumerate(zip(pruned.masks, pruned.wanted_sums, strict=True)):
        values = [max(value, Fraction(0)) for value in values] if number else values
        layer = masks.layer
        first, edges = layer.first_weights(), np.unpackbits(masks.edges, axis=1, bitorder="little")
        second = np.empty(layer.units, np.int64)
        outputs = []
        for output in range(layer.rows):
            layer.second_row(output, second)
            kept = np.flatnonzero(edges[output, : layer.units])
            hidden = [max(int(first[u]) * values[layer.owner[u]], Fraction(0)) for u in kept]
            total = sum((int(second[u]) * h for u, h in zip(kept, hidden, strict=True)), Fraction(0))
            outputs.append(total * Fraction(2**wanted.scale, 2**48))
        values = outputs
    assert outputs_at(pair_of_pruned(pruned), point)[1] == values


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_gradients_are_those_of_the_distance(seed: int) -> None:
    both = pair(seed)
    x = np.random.Generator(np.random.PCG64(seed)).normal(size=(1, 3))

    def size(point: np.ndarray) -> float:
        ours, theirs = both.forward(point)
        return float(np.linalg.norm(ours - theirs))

    slope = _slopes(both, x)[0]
    for j, step in enumerate(np.eye(3) * 1e-7):
        ahead, behind, here = size(x + step), size(x - step), size(x)
        if abs(ahead + behind - 2 * here) < 1e-11 and here > 1e-3:
            assert (ahead - behind) / 2e-7 == pytest.approx(slope[j], abs=1e-5)


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=6, deadline=None)
def test_the_attack_reaches_the_best_point_of_a_grid(seed: int, ball: bool) -> None:
    both = pair(seed, (2, 4, 2))
    domain = Ball(Fraction(1)) if ball else Box.of([-HALF, Fraction(0)], [HALF, Fraction(1)])
    places = both.places(domain)
    found = largest_difference(both, places, effort=1 / 16)
    assert (found.point >= places.low[0]).all() and (found.point <= places.high[0]).all()
    assert not ball or sum(Fraction(float(x)) ** 2 for x in found.point) <= 1
    grid = np.array(list(product(np.linspace(-1, 1, 41), repeat=2)))
    inner = inside(places, grid)
    ours, theirs = both.forward(inner)
    assert float(found.size) >= np.linalg.norm(ours - theirs, axis=1).max() * (1 - 1e-6)
    assert found.size == difference_at(both, found.point)


def test_points_of_a_ball_are_in_it_exactly() -> None:
    places = pair(1).places(Ball(Fraction(1, 3)))
    points = inside(places, np.random.Generator(np.random.PCG64(0)).normal(size=(200, 3)))
    for point in points:
        assert sum(Fraction(float(x)) ** 2 for x in point) <= Fraction(1, 9)


def test_given_inputs_are_starting_points() -> None:
    """A network whose difference is 0 but near one point, which nothing else finds."""
    bump = np.array([[4096.0], [4096.0], [4096.0]])
    place = np.array([-1365.0, -1365.5, -1366.0])
    f = Target.of([Layer(bump, place), Layer(np.array([[1.0, -2.0, 1.0]]))], ["a", "b"])
    g = Target.of([Layer(0 * bump, 0 * place), Layer(np.array([[0.0, 0.0, 0.0]]))], ["a", "b"])
    both = pair_of_targets(f, g)
    at = np.array([[1365.5 / 4096]])
    assert near_inputs(both, both.places(Box.same(Fraction(0), Fraction(1), 1)), at)[0] == 0.5
    assert (climb(both, both.places(Box.same(Fraction(0), Fraction(1), 1)), at) == at).all()
    assert largest_difference(both, both.places(Box.same(Fraction(0), Fraction(1), 1)), at, effort=1 / 16).size == HALF
