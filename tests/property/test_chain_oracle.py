"""The recursion of a certified chain beside adversaries that obey its means and a recursion in floats of its own."""

import random
from bisect import bisect_right
from fractions import Fraction as Q
from itertools import combinations, pairwise

import pytest

UNIT = 1 << 40
ROUNDING = 2000 / UNIT  # of the checker's integers, which are on the safe side, in the comparison with floats


def psi(x, power):
    """The concave function of the weight that Jensen's inequality is used for."""
    return x if power < 0 else -(x ** -float(power))


def mean(m, power, profile):
    """What the mean of psi is at least after a sample."""
    gain = sum(float(c) * m**k for k, c in enumerate(profile))
    return psi(m, power) + abs(psi(m, power)) / m * gain


def instance(rng):
    """Random nodes, dense or sparse, and random flows."""
    count = rng.choice((4, 5, 8, 20, 60))
    inner = {int(UNIT * (rng.random() if rng.randint(0, 1) else rng.random() ** 4)) for _ in range(count)}
    last = UNIT - rng.choice((2, 1 << 10, 1 << 36))
    nodes = sorted({node for node in inner if UNIT // 500 < node < last} | {UNIT // 50, last, UNIT})
    flows = []
    for _ in range(rng.randint(1, 3)):
        power, bend = rng.choice((Q(-1), Q(1, 2), Q(1))), Q(rng.randint(0, 40), 64)
        share = min(bend, Q(rng.randint(0, 30), 64))
        profile = rng.choice(((Q(0), share, -bend), (share - bend, 2 * bend - share, -bend)))
        flows.append((power, profile))
    return nodes, flows, rng.choice((Q(1), Q(1, 2)))


def prepared(checker, nodes, flows):
    """The lines of the checker; None where it takes no such flow."""
    scales = {}
    try:
        for power, profile in flows:
            scales.setdefault(power, []).append(checker.recursion.means(nodes, power, *profile))
    except checker.errors.Rejected:
        return None
    return [(checker.recursion.heights(nodes, power), checker.recursion.best(found)) for power, found in scales.items()]


def line(nodes, bounds, x):
    """The bound between the nodes, in floats."""
    k = min(bisect_right(nodes, x * UNIT), len(nodes) - 1)
    low, high = nodes[k - 1], nodes[k]
    return (bounds[k - 1] + (bounds[k] - bounds[k - 1]) * (x * UNIT - low) / (high - low)) / UNIT


def worst(rng, nodes, bounds, flows, m):
    """The most that a random law of the weight after a sample, of two values, makes of the bounds before it."""
    places = [m, 1.0, *(node / UNIT for node in rng.sample(nodes, min(len(nodes), 12)))]
    places = sorted({x for x in (*places, *(m + (1 - m) * rng.random() for _ in range(4))) if x >= m})
    most = 0.0
    for a, b in combinations(places, 2):
        least = max((mean(m, s, p) - psi(a, s)) / (psi(b, s) - psi(a, s)) for s, p in flows)
        if least <= 1:
            here, there = line(nodes, bounds, a), line(nodes, bounds, b)
            most = max(most, here + max(0.0, least) * (there - here))
    return most


def outdone(checker, seed):
    """Whether a law that obeys all means fails more often after some sample than the checker's bounds say."""
    checker.errors.fresh_budget()
    rng = random.Random(seed)
    nodes, flows, share = instance(rng)
    lines = prepared(checker, nodes, flows)
    bounds = [UNIT] * (len(nodes) - 2) + [0, 0]
    for _ in range(0 if lines is None else 5):
        new = checker.recursion.one_more(lines, bounds, share)
        cells = list(pairwise(nodes[:-2]))
        for low, high in rng.sample(cells, min(len(cells), 6)):
            m = rng.choice((low, (low + high) / 2, low + (high - low) * rng.random())) / UNIT
            failing = line(nodes, bounds, m)
            failing += float(share) * (worst(rng, nodes, bounds, flows, m) - failing)
            if failing > line(nodes, new, m) + ROUNDING:
                return True
        bounds = new
    return False


@pytest.mark.parametrize("seed", range(60))
def test_no_law_that_obeys_the_means_fails_more_often(checker, seed):
    assert not outdone(checker, seed)


@pytest.fixture(params=["psi at the nodes", "means too high", "a share of all", "a height too low"])
def planted(request, checker, monkeypatch):
    """A checker with one mistake in its recursion."""
    recursion = checker.recursion
    heights, means, one_more = recursion.heights, recursion.means, recursion.one_more
    changes = {
        "psi at the nodes": ("heights", lambda nodes, s: [int(UNIT * psi(x / UNIT, s)) for x in nodes]),
        "means too high": ("means", lambda nodes, *rest: [x + UNIT // 500 for x in means(nodes, *rest)]),
        "a share of all": ("one_more", lambda lines, bounds, _: one_more(lines, bounds, Q(1))),
        "a height too low": ("heights", lambda nodes, s: [x - UNIT // 500 * (s > 0) for x in heights(nodes, s)]),
    }  # fmt: skip
    monkeypatch.setattr(recursion, *changes[request.param])


@pytest.mark.usefixtures("planted")
def test_a_planted_mistake_is_caught(checker):
    assert any(outdone(checker, seed) for seed in range(200))


def envelope(nodes, bounds, flows, k, share):
    """The next bound at a node, in floats: the upper hull of the old ones over psi, by all pairs of nodes."""
    m, old = nodes[k] / UNIT, bounds[k]
    options = [old]
    for power, profile in flows:
        level = mean(m, power, profile)
        points = [(psi(x / UNIT, power), f) for x, f in zip(nodes[k:], bounds[k:], strict=True)]
        pairs = [(a, b) for a, b in combinations(points, 2) if a[0] <= level <= b[0]]
        options.append(max((f + (g - f) * (level - x) / (y - x) for (x, f), (y, g) in pairs), default=0.0))
    return old + float(share) * (min(options) - old)


@pytest.mark.parametrize("seed", range(6))
def test_the_bounds_are_never_below_those_in_floats(checker, seed):
    """An envelope by all pairs of nodes, in which a cell has no worse end."""
    checker.errors.fresh_budget()
    rng = random.Random(seed)
    places = sorted({*(int(UNIT * (0.1 * 9.8 ** (k / 40))) for k in range(41))})
    nodes = [*places, places[-1] + 2, UNIT]
    power = (Q(-1), Q(1, 2), Q(1))[seed % 3]
    share = Q(rng.randint(8, 16), 64)
    flows, moving = [(power, (Q(0), share, -share))], (Q(1), Q(1, 2))[seed % 2]
    lines = prepared(checker, nodes, flows)
    bounds, own = [UNIT] * (len(nodes) - 2) + [0, 0], [1.0] * (len(nodes) - 2) + [0.0, 0.0]
    for _ in range(30):
        bounds = checker.recursion.one_more(lines, bounds, moving)
        own = [envelope(nodes, own, flows, k, moving) if k < len(nodes) - 2 else 0.0 for k in range(len(nodes))]
        assert all(x / UNIT >= y - ROUNDING for x, y in zip(bounds, own, strict=True))
    assert own[0] < 1
