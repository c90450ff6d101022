"""Errors planted in the kernel that looks at all masks are caught by counting the masks one by one."""

import importlib.util
import types
from collections import Counter
from fractions import Fraction as Q
from itertools import product
from math import floor

import numpy as np
import pytest

from lt_proofs.kernels import masks
from lt_proofs.networks.copositive import close
from lt_proofs.networks.exhaustive import masked_units, random_two_layer

CELLS, HIDDEN = 1, 2
GRID = list(product((-1, 0, 1), repeat=2))
TARGETS = [[0, 0, 0, 0], [1, 0, 0, 1], [1, 0, 0, 0], [0, -1, 1, 0], [-1, 0, 0, 0], [0, 0, 0, 1]]
SEEDS = range(1, 8)


def planted(old, new):
    """A copy of the kernels with one piece of their source replaced."""
    source = importlib.util.find_spec(masks.__name__).loader.get_source(masks.__name__)
    assert source.count(old) >= 1, f"the kernels have no {old!r} any more"
    copy = types.ModuleType(masks.__name__)
    exec(compile(source.replace(old, new), masks.__file__, "exec"), copy.__dict__)
    return copy


def network(seed):
    """A random network, every third one near the identity on each side."""
    first, second = random_two_layer(2, HIDDEN, seed)
    if seed % 3 == 0:
        first, second = first // 8 * 2 + 1, second // 8 * 2 + 1
        first[0, 0], first[1, 1] = (1 << 24) - 3, 5 - (1 << 24)
        second[0, 0], second[1, 1] = (1 << 24) - 7, (1 << 24) - 9
    return first, second


def counted(module, first, second, eps):
    """What a module counts for the targets, and how many cases it leaves open."""
    unit = 1 << 48
    lows = np.array([[-floor(-(x - eps) * unit) for x in row] for row in GRID])
    highs = np.array([[floor((x + eps) * unit) for x in row] for row in GRID])
    rows = np.array([[GRID.index((t[0], t[1])), GRID.index((t[2], t[3]))] for t in TARGETS])
    reals = np.array(TARGETS, float).reshape(-1, 2, 2)
    counts, unsure = np.zeros(len(TARGETS), np.int64), np.empty((64, 4), np.int64)
    bend = floor(2 * eps * unit)
    cases = module.match_patterns(first, second, 0, 16, lows, highs, rows, reals, float(eps), bend, counts, unsure)
    return counts.tolist(), cases


def truth(first, second, eps):
    """The same, mask by mask, in integers."""
    masks = Counter(
        tuple(unit for unit in masked_units(first, second, pattern, sets) if any(unit[0]) and any(unit[1]))
        for pattern in range(4**HIDDEN)
        for sets in product(range(1 << HIDDEN), repeat=2)
    )
    return [sum(n for one, n in masks.items() if close(one, [Q(x) for x in target], eps)) for target in TARGETS], 0


CASES = [(network(seed), eps) for seed in SEEDS for eps in (Q(7, 10), Q(11, 10))]


@pytest.fixture(scope="module")
def truths():
    return [truth(*layers, eps) for layers, eps in CASES]


def test_the_kernel_itself_agrees(truths):
    assert [counted(masks, *layers, eps) for layers, eps in CASES] == truths


PLANTS = [
    ("weight *= 7", "weight *= 4"),
    ("weight = np.int64(1)", "weight = np.int64(2)"),
    ("left | right != active", "left & right != active"),
    ("max(-weight, np.int64(0))", "max(weight, np.int64(0))"),
    ("sums[chosen, 2] + sums[chosen, 3]) <= bend", "sums[chosen, 2] + sums[chosen, 3]) <= bend // 8"),
    ("low[j] <= -sums[chosen, 2 * j + 1] <= high[j]", "low[j] <= sums[chosen, 2 * j + 1] <= high[j]"),
    ("if alpha < -MARGIN:", "if alpha < -1:"),
    ("if beta < -MARGIN and gap > MARGIN:", "if False:"),
    ("gap = beta * beta - alpha * alpha0", "gap = beta * beta + alpha * alpha0"),
    ("- u * u0 - v * v0", "- u * u0 + v * v0"),
    ("- target[0, 1] * y", "- target[1, 0] * y"),
    ("max(inner, 0.0)", "inner"),
    ("math.atan2(seen[k, 0], -seen[k, 1])", "math.atan2(seen[k, 1], seen[k, 0])"),
    ("lefts, rights = lists[0, rows[t, 0]], lists[1, rows[t, 1]]", "lefts = rights = lists[0, rows[t, 0]]"),
    ("chosen & (chosen - 1)", "chosen & (chosen - 2)"),
]


@pytest.mark.parametrize(("old", "new"), PLANTS)
def test_a_planted_error_is_caught(old, new, truths):
    module = planted(old, new)
    assert [counted(module, *layers, eps) for layers, eps in CASES] != truths
