"""Evidence beside the bound: the search stays below it and near it, and certain classes do not change."""

from fractions import Fraction

import pytest

from lt_proofs.networks import InputDomain, Pruned, digits, prune, ticket_of
from lt_proofs.networks.difference import certain_classes, largest_found

BOX = InputDomain((Fraction(0), Fraction(1, 8)))


@pytest.fixture(scope="module", params=["ball", "box"])
def pruned(request: pytest.FixtureRequest) -> Pruned:
    domain = BOX if request.param == "box" else InputDomain()
    return prune(digits.target(), Fraction(1, 100), seed=1, domain=domain)


def test_the_search_comes_near_the_bound(pruned: Pruned) -> None:
    found = largest_found(pruned)
    assert 0 < found <= pruned.error_bound
    if pruned.domain.box is None:
        assert pruned.error_bound / found <= Fraction(7, 2)


def test_certain_classes_do_not_change(pruned: Pruned) -> None:
    images, _ = digits.test_images()
    certain = certain_classes(pruned, images)
    same = pruned.target.forward(images).argmax(1) == ticket_of(pruned).forward(images).argmax(1)
    assert certain.sum() > 180 and same[certain].all()
    assert not certain_classes(pruned, images * 1000).any()
