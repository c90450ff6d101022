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
