"""Bounds of tickets of images are never below an exact difference, and hardly above it where nothing is relaxed."""

import importlib.util
from fractions import Fraction
from math import prod
from pathlib import Path

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
