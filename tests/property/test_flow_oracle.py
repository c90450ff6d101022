"""Flows that the checker accepts, beside the exact flow out of unions of many finer cells.

The oracle integrates over pairs of fine cells by the second antiderivative of the density; every set of fine cells is
looked at.  The profiles offered to the checker are the sharpest that it takes, on a grid of numbers.
"""

import math
import random
from fractions import Fraction as Q
from itertools import product

import pytest

ROUNDING = 1e-9


def carried(a, b, power):
    """What a point of density a sends to one of density b, per unit of a's density of probability."""
    return a * abs(1 - (1 + b / a) ** -power)


def twice_integrated(law):
    """G with G'' the density at z > 0, G even."""
    if law[0] in ("uniform", "contains"):
        weight, radius = (1.0, float(law[1])) if law[0] == "uniform" else map(float, law[1:])
        return lambda z: weight * (z * z / (4 * radius) if abs(z) <= radius else abs(z) / 2 - radius / 4)
    if law[0] == "product":
        return lambda z: product_twice(abs(z))
    return lambda z: z * z / 4 - abs(z) ** 3 / 48  # the density 1/2 - z/8


def product_twice(z):
    """The same for the density -log(z)/2 on (0, 1)."""
    if z > 1:
        return 3 / 8 + (z - 1) / 2
    return 3 * z * z / 8 - (z * z * math.log(z) / 4 if z else 0)


def flows_of(law, length, weights, power, fine):
    """(weight, flow) of all unions of cells, each cell of the window cut into `fine` ones."""
    count, g = len(weights) * fine, twice_integrated(law)
    width = float(length) / count
    density = [float(weights[k // fine]) / (width * fine * float(sum(weights))) for k in range(count)]
    between = [g((d + 1) * width) - 2 * g(d * width) + g((d - 1) * width) for d in range(count)]
    sent = [[between[abs(i - j)] * carried(a, b, float(power)) for j, b in enumerate(density)]
            for i, a in enumerate(density)]  # fmt: skip
    for inside in product((0, 1), repeat=count):
        here, there = ([k for k, own in enumerate(inside) if own == colour] for colour in (1, 0))
        yield sum(density[k] * width for k in here), sum(sent[i][j] for i in here for j in there)


def instance(rng, kinds):
    """A random law, window, weights, power and number of offsets."""
    radius = Q(rng.randint(1, 9), rng.choice((1, 2, 4)))
    laws = {
        "uniform": ("uniform", radius),
        "contains": ("contains", Q(rng.randint(0, 4), 4), radius),
        "product": ("product",),
        "density": ("density", ("-", Q(1, 2), ("/", "z", Q(8)))),
    }
    law, cells = laws[rng.choice(kinds)], rng.randint(2, 4)
    weights = tuple(Q(rng.randint(1, 12), rng.choice((1, 1, 5))) for _ in range(cells))
    power = rng.choice((Q(-1), Q(1, 2), Q(1)))
    return law, Q(rng.randint(1, 6), 2), weights, power, rng.randint(1, 3)


def accepted(checker, law, length, weights, power, profile, parts):
    """Whether the checker takes the flow; the fall of a density is not asked for."""
    goal = {"law": law, "length": length, "weights": weights, "power": power, "profile": profile}
    checker.errors.fresh_budget()
    data = {"offsets": 2 * len(parts), "parts": [[str(p), str(q)] for p, q in parts]}
    try:
        checker.flows.colourings(goal, data)
    except checker.errors.Rejected as error:
        if "colouring" not in str(error):
            raise
        return False
    return True


def sharpest(checker, rng, law, length, weights, power, halves):
    """A profile of a random start and bend with the greatest share that the checker takes."""
    bend = -Q(rng.randint(0, 12), 8)
    starts = [-Q(rng.randint(0, 6), 16) * rng.randint(0, 1) for _ in range(halves)]
    shifts = [Q(rng.randint(-3, 3), 16) for _ in range(halves)]
    found, low, high = None, -64, 129
    while low < high:
        middle = (low + high) // 2
        parts = [(p, Q(middle, 32) + shift) for p, shift in zip(starts, shifts, strict=True)]
        last, linear = (sum(column) / halves for column in zip(*parts, strict=True))
        if accepted(checker, law, length, weights, power, (last, linear, bend), parts):
            found, low = (last, linear, bend), middle + 1
        else:
            high = middle
    return found


def broken(checker, rng, kinds, fine):
    """Whether some set of fine cells has less flow than an accepted profile says."""
    law, length, weights, power, halves = instance(rng, kinds)
    profile = sharpest(checker, rng, law, length, weights, power, halves)
    if profile is None:
        return False
    last, linear, bend = map(float, profile)
    fine = min(fine, 8 // len(weights))
    rows = flows_of(law, length, weights, power, fine)
    return any(flow < last + linear * m + bend * m * m - ROUNDING for m, flow in rows)


KINDS = ("uniform", "contains", "product", "density")


@pytest.mark.parametrize("seed", range(40))
def test_no_set_of_fine_cells_has_less_flow(checker, seed):
    assert not broken(checker, random.Random(seed), KINDS, 4)


@pytest.fixture(params=["near ends", "cost of the heavier", "bend counted twice"])
def planted(request, checker, monkeypatch):
    """A checker with one mistake in what the colourings are given."""
    flows = checker.flows
    dense, cost, balanced = flows.densities, flows.cost, flows.balanced

    def near_ends(goal, width, offsets):
        levels = dense(goal, width, offsets)
        return [levels[0], *levels[:-1]]

    def twice(rows):
        return [[2 * x for x in row] for row in rows]

    changes = {
        "near ends": ("densities", near_ends),
        "cost of the heavier": ("cost", lambda v, w, power: max(cost(v, w, power), cost(w, v, power))),
        "bend counted twice": ("balanced", lambda a, b, both, *rest: balanced(a, b, twice(both), *rest)),
    }  # fmt: skip
    monkeypatch.setattr(flows, *changes[request.param])


@pytest.mark.usefixtures("planted")
def test_a_planted_mistake_is_caught(checker):
    assert any(broken(checker, random.Random(seed), KINDS, 4) for seed in range(200))


@pytest.mark.parametrize("seed", range(40))
def test_what_refutes_a_flow_is_below_it(checker, seed):
    """A set that the checker takes as a counterexample has by the oracle less flow, and one below by far is taken."""
    rng = random.Random(seed)
    law, length, weights, power, _ = instance(rng, ("uniform",))
    power = power if power != Q(1, 2) else Q(1)
    fine = min(3, 8 // len(weights))
    rows = list(flows_of(law, length, weights, power, fine))
    for inside, (m, flow) in rng.sample(list(zip(product((0, 1), repeat=len(weights) * fine), rows, strict=True)), 10):
        for gap in (-0.01, 0.01):
            profile = (Q(flow + gap).limit_denominator(10**6), Q(0), Q(0))
            goal = {"law": law, "length": length, "weights": weights, "power": power, "profile": profile}
            try:
                checker.sets.refuted_flow(goal, {"cells": list(inside)})
                refuted = True
            except checker.errors.Rejected:
                refuted = False
            assert refuted == (gap > 0), (m, flow)
