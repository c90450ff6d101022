"""The end interval in convex order: all subsets of small grids, and the table beside simulated processes."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

F = Fraction


def gains(row, reach):
    """How many cells outside a set each move by up to the reach adds."""
    cells = range(len(row))
    return [sum(row[i] > row[i + x] for i in cells if i + x in cells) for x in range(-reach, reach + 1)]


@pytest.mark.parametrize(("count", "reach"), [(8, 4), (10, 5), (12, 4), pytest.param(12, 6, marks=pytest.mark.slow)])
def test_no_subset_of_a_small_grid_refutes_the_conjecture(count, reach):
    """Evidence for the conjecture of Mathematics 2.33, which nothing proves: on grids, all subsets and all levels."""
    for row in product((0, 1), repeat=count):
        smaller, found = min(sum(row), count - sum(row)), gains(row, reach)
        for level in range(1, min(smaller, reach) + 1):
            assert sum(min(gain, level) for gain in found) >= reach * level - level * (level - 1) // 2


def test_beyond_half_the_window_the_conjecture_is_false():
    """With 7 of 10 points to each side some set has less; so the hypothesis on the radius is needed."""
    count, reach, level = 10, 7, 5
    least = min(
        sum(min(gain, level) for gain in gains(row, reach)) for row in product((0, 1), repeat=count) if sum(row) == 5
    )
    assert least < reach * level - level * (level - 1) // 2


def table(checker, law):
    return checker.end_interval.Table(law, F(1), F(2), 100, 10, F(1, 10))


STARTS = {
    "an end": lambda n: np.arange(n) < n // 2,
    "a tenth at an end": lambda n: np.arange(n) < n // 10,
    "the centre": lambda n: abs(np.arange(n) - n / 2 + 0.5) < 3,
    "random": lambda n: np.random.default_rng(3).random(n) < 0.3,
    "periodic": lambda n: np.arange(n) % 10 < 3,
    "both ends": lambda n: abs(np.arange(n) - n / 2 + 0.5) > 3 * n / 8,
    "all but the centre": lambda n: abs(np.arange(n) - n / 2 + 0.5) > n / 8,
}


def uncovered(row, samples, runs, rng, draw):
    """The mean uncovered fraction of [-1, 1], in cells, after so many samples; moves are rounded to cells."""
    count = len(row)
    sets = np.repeat(row[None, :], runs, axis=0)
    places = np.arange(count)
    for _ in range(samples):
        moved = places[None, :] - np.rint(draw(rng, runs) * count / 2).astype(int)[:, None]
        inside = (moved >= 0) & (moved < count)
        sets |= inside & np.take_along_axis(sets, np.clip(moved, 0, count - 1), axis=1)
    return 1 - sets.mean()


def uniform(rng, runs):
    return rng.uniform(-1, 1, runs)


def products(rng, runs):
    return rng.uniform(-1, 1, runs) * rng.uniform(0, 1, runs)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("law", "draw"), [(("uniform", F(1)), uniform), (("product",), products)])
def test_the_table_is_above_simulated_processes(checker, law, draw, start):
    row = STARTS[start](100)
    bounds, rng = table(checker, law), np.random.default_rng(11)
    for samples in range(1, 9):
        bounds.one_more()
        # the table bounds E (1 - V) M/gap, in units of 2^-40
        bound = bounds.at(int(row.sum()), 0) / 2**40 * 0.1 / 2
        measured = uncovered(row, samples, 4000, rng, draw)
        assert measured <= bound + 0.02


def test_an_end_interval_meets_the_lemma_nearly(checker):
    """One sample: from [-1, 0] the uniform law adds 1/8 of the window on average, and the table says so closely."""
    bounds = table(checker, ("uniform", F(1)))
    bounds.one_more()
    uncovered_part = bounds.at(50, 0) / 2**40 * 0.1 / 2
    assert F(3, 8) <= uncovered_part < 0.39


def test_the_table_is_read_before_it_is_cut_off_at_one(checker):
    """The chord of the table itself is above it; the chord of what is cut at 1 is below it, and would be unsound."""
    bounds = table(checker, ("uniform", F(1)))
    for _ in range(6):
        bounds.one_more()
    unit = 1 << 40
    at = [bounds.at(k, 0) for k in range(101)]
    last = max(k for k in range(101) if at[k] > unit)
    right = min(unit, bounds.at(last, 1 << 31))
    wrong = (min(unit, at[last]) + min(unit, at[last + 1])) // 2
    assert right > wrong
    # what is true there, by a table with cells half as long, is above the wrong one
    fine = checker.end_interval.Table(("uniform", F(1)), F(1), F(2), 200, 20, F(1, 10))
    for _ in range(6):
        fine.one_more()
    assert min(unit, fine.at(2 * last + 1, 0)) > wrong
    cut = [min(unit, bound) for bound in at]
    assert any(2 * cut[k] > cut[k - 1] + cut[k + 1] for k in range(1, 100))
    assert all(2 * at[k] <= at[k - 1] + at[k + 1] + 2 for k in range(1, 100))
