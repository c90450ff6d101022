"""The rules about many samples, attacked on exact chains, finite spaces and grids; each attack catches a wrong rule."""

import random
from fractions import Fraction as Q
from itertools import pairwise

import pytest

TINY = Q(1, 10**9)


def steps_of(points, reach):
    """For each subset of a small window, the subsets after one sample from -reach to reach."""
    full = (1 << points) - 1
    return {
        state: [state | ((state << k if k >= 0 else state >> -k) & full) for k in range(-reach, reach + 1)]
        for state in range(1, full + 1)
    }


@pytest.mark.parametrize(("points", "reach"), [(4, 2), (5, 2), (6, 3), (7, 5)])
def test_markov_on_the_exact_chain(points, reach):
    """With the exact worst factor c of one step, P(at most m points after n steps) <= c^n g(start)/g(m)."""
    steps, full = steps_of(points, reach), (1 << points) - 1

    def g(count):
        return Q(points - count, count)

    factor = max(
        sum(g(new.bit_count()) for new in steps[state]) / len(steps[state]) / g(state.bit_count())
        for state in steps if state != full
    )  # fmt: skip
    law, caught = {1 << points // 2: Q(1)}, False
    for n in range(12):
        for most in range(1, points):
            chance = sum(p for state, p in law.items() if state.bit_count() <= most)
            bound = factor**n * g(1) / g(most)
            assert chance <= bound
            caught = caught or chance > factor * bound
        new = {}
        for state, p in law.items():
            for target in steps[state]:
                new[target] = new.get(target, 0) + p / len(steps[state])
        law = new
    assert caught


def test_less_uncovered_than_a_gap_leaves_every_point_near_a_sum():
    """K_0 = [-s, s] in [-1, 1]: if less than e is uncovered, each point is within s + e of a subset sum."""
    rng, caught = random.Random(9), False
    for _ in range(300):
        s = Q(1, rng.randint(2, 9))
        samples = [Q(rng.randint(-40, 40), 40) for _ in range(rng.randint(0, 6))]
        pieces, sums = [(-s, s)], {Q(0)}
        for sample in samples:
            moved = [(max(a + sample, -1), min(b + sample, 1)) for a, b in pieces if a + sample < 1 and b + sample > -1]
            pieces = united(pieces + moved)
            sums |= {y + sample for y in sums}
        gap = 2 - sum(b - a for a, b in pieces) + TINY
        if 2 * gap <= 2:
            ordered = sorted(sums)
            ends = [Q(-1), Q(1), *((a + b) / 2 for a, b in pairwise(ordered))]
            farthest = max(min(abs(z - y) for y in sums) for z in ends if abs(z) <= 1)
            assert farthest <= s + gap
            caught = caught or farthest > s + gap * Q(3, 4)
    assert caught


def united(pieces):
    joined = []
    for a, b in sorted(pieces):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    return joined


def test_union_bound_on_random_finite_spaces():
    """As two-signs, frobenius and stack use it; the largest of the probabilities is no bound."""
    rng, caught = random.Random(10), False
    for _ in range(300):
        weights = [rng.randint(1, 9) for _ in range(rng.randint(1, 8))]
        events = [{k for k in range(len(weights)) if rng.random() < 0.4} for _ in range(rng.randint(1, 5))]
        chances = [Q(sum(weights[k] for k in event), sum(weights)) for event in events]
        some = Q(sum(weights[k] for k in set().union(*events)), sum(weights))
        assert some <= sum(chances)
        caught = caught or some > max(chances)
    assert caught


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_coupling_on_grids(bits):
    """The middle of the cell is uniform on the odd multiples, at most h away; a sum of n moves by at most n h."""
    rng, h, fine, caught = random.Random(bits), Q(1, 2**bits), 16, False
    points = [Q(2 * k + 1, fine * 2**bits) - 1 for k in range(fine * 2**bits)]
    rounded = {p: (2 * ((p + 1) / (2 * h)).__floor__() + 1) * h - 1 for p in points}
    odd = {k * h for k in range(-(2**bits) + 1, 2**bits, 2)}
    assert set(rounded.values()) == odd
    assert {sum(q == value for q in rounded.values()) for value in odd} == {len(points) // len(odd)}
    for _ in range(300):
        b, a = rng.choices(points, k=4), [rng.choice((Q(1), Q(rng.randint(0, 8), 8))) for _ in range(4)]
        part = [k for k in range(4) if rng.random() < 0.7]
        moved = abs(sum((b[k] - rounded[b[k]]) * a[k] for k in part))
        assert moved <= 4 * h
        caught = caught or moved > 2 * h
    assert caught


@pytest.mark.parametrize("bits", [(1, 1), (2, 1), (1, 3)])
def test_coupling_of_both_factors(bits):
    """Both factors rounded: a product max(a, 0) b moves by at most the sum of the steps, and not by at most one."""
    rng, steps, caught = random.Random(sum(bits)), [Q(1, 2**k) for k in bits], False
    points = [Q(2 * k + 1, 128) - 1 for k in range(128)]

    def rounded(point, h):
        return (2 * ((point + 1) / (2 * h)).__floor__() + 1) * h - 1

    for _ in range(2000):
        a, b = rng.choices(points, k=2)
        moved = abs(max(a, 0) * b - max(rounded(a, steps[0]), 0) * rounded(b, steps[1]))
        assert moved <= sum(steps)
        caught = caught or moved > max(steps)
    assert caught


def test_two_batches_of_half_the_samples():
    """From 2 m + 1 samples on, both halves have at least m of them; from 2 m on they may not."""
    halved = [(Q(m, 6), n) for m in range(60) for n in range(30)]
    assert all(n // 2 >= m for m, n in halved if n >= 2 * m + 1)
    assert any(n // 2 < m for m, n in halved if n >= 2 * m)
