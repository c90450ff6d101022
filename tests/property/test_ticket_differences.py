"""Evidence beside the bound: the search stays below it and near it, and certain classes do not change."""

from fractions import Fraction

import numpy as np
import pytest

from lt_proofs.networks import InputDomain, Layer, Pruned, Target, digits, prune, ticket_of
from lt_proofs.networks.difference import both_networks, certain_classes, largest_found

BOX = InputDomain((Fraction(0), Fraction(1, 8)))


@pytest.fixture(scope="module", params=["ball", "box"])
def pruned(request: pytest.FixtureRequest) -> Pruned:
    domain = BOX if request.param == "box" else InputDomain()
    return prune(digits.target(), Fraction(1, 100), seed=1, domain=domain)


def test_the_search_comes_near_the_bound(pruned: Pruned) -> None:
    found = largest_found(pruned)
    assert 0 < found <= pruned.error_bound
    if pruned.domain.box is None:
        assert pruned.error_bound / Fraction(found) <= Fraction(7, 2)


def test_the_effective_networks_are_the_networks(pruned: Pruned) -> None:
    images, _ = digits.test_images()
    target, ticket = both_networks(pruned)
    assert np.allclose(target.forward(images)[-1], pruned.target.forward(images))
    assert np.allclose(ticket.forward(images)[-1], ticket_of(pruned).forward(images))


def test_certain_classes_do_not_change(pruned: Pruned) -> None:
    images, _ = digits.test_images()
    certain = certain_classes(pruned, images)
    same = pruned.target.forward(images).argmax(1) == ticket_of(pruned).forward(images).argmax(1)
    assert certain.sum() > 180 and same[certain].all()
    assert not certain_classes(pruned, images * 1000).any()


def test_gradients_of_a_network_with_biases() -> None:
    random = np.random.Generator(np.random.PCG64(3))
    first = Layer(random.uniform(-1, 1, (5, 3)), random.uniform(-1, 1, 5))
    target = Target.of([first, Layer(random.uniform(-1, 1, (2, 5)))], ["a", "b"])
    pruned = prune(target, Fraction(1, 50), seed=1)
    _, ticket = both_networks(pruned)
    x, direction = random.normal(size=(1, 4)), random.normal(size=(1, 2))
    slope = ticket.pulled_back(x, ticket.forward(x), direction)[0]
    for j, step in enumerate(np.eye(4) * 1e-6):
        change = (ticket.forward(x + step)[-1] - ticket.forward(x - step)[-1]) @ direction[0]
        assert change[0] / 2e-6 == pytest.approx(slope[j], abs=1e-6)
    assert 0 < largest_found(pruned) <= pruned.error_bound
