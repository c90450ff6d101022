"""Bounds of tickets of images are never below an exact difference, and hardly above it where nothing is relaxed."""

import importlib.util
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

SPEC = importlib.util.spec_from_file_location(
    "image_networks", Path(__file__).resolve().parents[1] / "quality" / "image_networks.py"
)
image_networks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(image_networks)
UNIT = 1 << 50


def violations(instance, ends, point):
    """The nodes and entries whose value or difference at a point lies outside of their interval."""
    ticket, target = (instance.images(point, ticket=kind) for kind in (True, False))
    for place, (known, ours, theirs) in enumerate(zip(ends, ticket, target, strict=True)):
        sides = [[v for row in side for v in row] for spans in known for side in spans]
        for entry, (key, value) in enumerate(ours.items()):
            low, high, least, most = (side[entry] for side in sides)
            if not low <= value * UNIT <= high or not least <= (value - theirs[key]) * UNIT <= most:
                yield place, key


@given(st.integers(0, 2**64))
def test_no_interval_excludes_an_exact_value(checker, seed):
    checker.errors.fresh_budget()
    instance, rng = image_networks.random_instance(seed)
    ends = instance.known(checker).ends
    for point in instance.points(rng, 6):
        assert not [*violations(instance, ends, point)]


def difference_squared(instance, point):
    """The squared Euclidean norm of what the outputs differ by at a point."""
    ours, theirs = (instance.images(point, ticket=kind)[-1] for kind in (True, False))
    return sum((ours[key] - theirs[key]) ** 2 for key in ours)


@given(st.integers(0, 2**64))
def test_no_joint_bound_is_below_an_exact_difference(checker, seed):
    checker.errors.fresh_budget()
    instance, rng = image_networks.random_instance(seed)
    size = len(instance.images([Fraction(0)] * prod(instance.shapes[0]), ticket=True)[-1])
    metric = [] if rng.random() < 0.5 else [[rng.randint(-9, 9) for _ in range(size)] for _ in range(size)]
    bound = Fraction(checker.images.together(instance.known(checker), metric), UNIT)
    for point in instance.points(rng, 6):
        assert difference_squared(instance, point) <= bound**2


@given(st.integers(0, 2**64))
def test_at_one_point_intervals_are_the_exact_values(checker, seed):
    """Every stride, dilation, padding and group, and every pooling, on images of 1 to 3 axes."""
    checker.errors.fresh_budget()
    instance, _ = image_networks.random_instance(seed, most_nodes=4, box=(Fraction(3, 8), Fraction(3, 8)))
    point = [Fraction(3, 8)] * prod(instance.shapes[0])
    ends = instance.known(checker).ends
    assert not [*violations(instance, ends, point)]
    # entries of a window that are equal in the ticket may differ in the target, so poolings are not exact
    first = next((i for i, node in enumerate(instance.nodes) if node["op"] == "max"), len(ends))
    widths = [
        b - a
        for known in ends[:first]
        for side in known
        for rows in zip(*side, strict=True)
        for a, b in zip(*rows, strict=True)
    ]
    assert max(widths) < 1 << 24


PLANTS = {
    "a bias is left out": ("spans", "shifted", lambda spans, biases, bits: spans),
    "the difference is halved behind a ReLU": (
        "spans", "delta_span", lambda z, d: (-(-d[0] // 2) if d[0] < 0 else 0, d[1] // 2 if d[1] > 0 else 0)
    ),
    "a pooling takes the first entry": (
        "spans", "largest_of", lambda places, *ends: tuple(end[places[0]] for end in ends)
    ),
    "padding is counted always": ("spans", "divisors", lambda node: [len(node.taps)] * len(node.taps[0])),
    "images are taken for positive": ("spans", "positive", lambda spans: spans),
}  # fmt: skip
JOINT = {
    "a strip has no radius": ("known", "delta_strip", lambda real: lambda z, d: real(z, d)._replace(radius=0)),
    "a pooling is always its first entry": ("known", "largest", lambda real: lambda places, *ends: (places[0],) * 2),
    "a sum of weights is too small": ("joint", "root_up", lambda real: lambda value: real(value) // 2),
}


@pytest.mark.parametrize("name", PLANTS)
def test_planted_errors_in_intervals_are_found(checker, monkeypatch, name):
    module, function, planted = PLANTS[name]
    monkeypatch.setattr(getattr(checker, module), function, planted)
    assert any(found_at(checker, seed) for seed in range(400))


def found_at(checker, seed):
    """Whether an interval of a random network excludes an exact value, among a few points."""
    checker.errors.fresh_budget()
    instance, rng = image_networks.random_instance(seed, most_nodes=5)
    ends = instance.known(checker).ends
    return any([*violations(instance, ends, point)] for point in instance.points(rng, 4))


@pytest.mark.parametrize("name", JOINT)
def test_planted_errors_in_joint_bounds_are_found(checker, monkeypatch, name):
    module, function, planted = JOINT[name]
    real = getattr(getattr(checker, module), function)
    monkeypatch.setattr(getattr(checker, module), function, planted(real))

    def found(seed):
        checker.errors.fresh_budget()
        instance, rng = image_networks.random_instance(seed, most_nodes=5)
        bound = Fraction(checker.images.together(instance.known(checker), []), UNIT)
        return any(difference_squared(instance, point) > bound**2 for point in instance.points(rng, 8))

    assert any(found(seed) for seed in range(600))
