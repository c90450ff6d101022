"""The rules of sharper chains, attacked in exact rationals: weighted coverage, staircases, and the recursion."""

import random
from fractions import Fraction as Q
from itertools import pairwise, product

WEIGHTS, RATE = (1, 3, 3, 1), Q(9, 32)
FINE = 8  # cells of the sets, each a part of one cell of the weights


def measure(cells):
    """The weighted share of the window that a set of cells covers."""
    return sum(own * WEIGHTS[i * 4 // FINE] for i, own in enumerate(cells)) / Q(sum(WEIGHTS) * FINE, 4)


def after(cells, shift):
    """The weighted share that is covered after a shift by so many cells, linear between whole numbers."""
    low = shift.numerator // shift.denominator

    def whole(j):
        moved = [0 <= i - j < FINE and cells[i - j] for i in range(FINE)]
        return measure([own or new for own, new in zip(cells, moved, strict=True)])

    return (low + 1 - shift) * whole(low) + (shift - low) * whole(low + 1)


def mean_inverse(cells, parts):
    """Bounds of E 1/m(K') for X uniform on [-1, 1]: 1/linear is convex, so middles are below it and chords above."""
    places = [Q(k, parts) - FINE // 2 for k in range(FINE * parts + 1)]
    values = [after(cells, place) for place in places]
    low = sum(2 / (a + b) for a, b in pairwise(values)) / (len(places) - 1)
    high = sum((1 / a + 1 / b) / 2 for a, b in pairwise(values)) / (len(places) - 1)
    return low, high


def test_the_weighted_potential_shrinks_for_every_set_of_cells():
    """1/m - 1 shrinks by 1 - 9/32 for all 254 unions of eight cells, and not by 1 - 36/100 for each of them."""
    caught = False
    for cells in product((0, 1), repeat=FINE):
        if 0 < sum(cells) < FINE:
            low, high = mean_inverse(cells, 4)
            before = 1 / measure(cells) - 1
            assert high - 1 <= (1 - RATE) * before
            caught = caught or low - 1 > (1 - Q(36, 100)) * before
    assert caught


def gain(cells, width, radius):
    """The mean length that a sample uniform on [-radius, radius] adds to a union of cells."""
    mixed = [abs(i - j) for i, own in enumerate(cells) for j, other in enumerate(cells) if own > other]
    corners = ((1, 1), (0, -2), (-1, 1))
    cut = sum(c * max(radius - (d - s) * width, Q(0)) ** 2 for d in mixed for s, c in corners) / 2
    return cut / (2 * radius)


def test_a_density_gains_what_the_staircase_below_it_does():
    """Laws that are mixtures of uniform ones, and staircases below their density with other radii and weights."""
    rng, caught = random.Random(1), False
    for _ in range(200):
        radii = sorted(rng.sample([Q(k, 4) for k in range(1, 13)], 3))
        parts = [Q(rng.randint(0, 4), 12) for _ in radii]
        below = sorted({rng.choice(radii), *radii[: rng.randint(1, 3)]})
        levels = [sum(p / (2 * r) for p, r in zip(parts, radii, strict=True) if r >= place) for place in below]
        steps = [(2 * r * (a - b), r) for r, a, b in zip(below, levels, [*levels[1:], Q(0)], strict=True)]
        cells = [rng.randint(0, 1) for _ in range(rng.randint(2, 6))]
        width = Q(rng.randint(1, 6), 4)
        true_gain = sum(p * gain(cells, width, r) for p, r in zip(parts, radii, strict=True))
        stated = sum(w * gain(cells, width, r) for w, r in steps)
        assert all(w >= 0 for w, _ in steps)
        assert stated <= true_gain
        caught = caught or Q(21, 20) * stated > true_gain
    assert caught


def stays_below(rng, v, rise, steps, target):
    """The chance to stay below the target under a strategy that mixes v and a higher point, at random or greedily."""
    if v >= target:
        return Q(0)
    if not steps:
        return Q(1)
    top = min(2 * v, Q(1))
    need = min(rise * v * (1 - v), top - v)
    higher = top if rng.random() < 0.5 else v + need + (top - v - need) * Q(rng.randint(0, 4), 4)
    chance = need / (higher - v) if higher > v else Q(1)
    rest = (1 - chance) * stays_below(rng, v, rise, steps - 1, target) if chance < 1 else 0
    return chance * stays_below(rng, higher, rise, steps - 1, target) + rest


def test_no_strategy_beats_the_recursion(checker):
    """Random and greedy laws with the least mean, against the recursion's bound; with its gain doubled it is beaten."""
    recursion, unit = checker.recursion, checker.recursion.UNIT
    rng, caught = random.Random(2), False
    nodes = [unit * k // 64 for k in range(8, 62)]
    windows = recursion.reaches(nodes)
    for rise in (Q(1, 2), Q(1, 4)):
        bounds = {}
        for factor in (1, 2):
            drift = checker.read_term(f"{factor * rise}*v*(1-v)")
            means = recursion.least_means(nodes, [((Q(0), Q(1)), drift)])
            now = [unit] * (len(nodes) - 1) + [0]
            for steps in range(1, 8):
                now = recursion.one_more(nodes, means, windows, now)
                bounds[factor, steps] = Q(now[0], unit)
        for steps in range(1, 8):
            worst = max(stays_below(rng, Q(1, 8), rise, steps, Q(60, 64)) for _ in range(30))
            assert worst <= bounds[1, steps]
            caught = caught or worst > bounds[2, steps]
    assert caught
