"""Finite companions: the restricted process against all sequences, gains on grids against their cuts, refutations."""

from fractions import Fraction as Q
from itertools import product

import pytest


def not_covered(points, reach, samples):
    """The share of the sequences of samples by which the subset sums from the middle point miss some point."""
    missed = 0
    for drawn in product(range(-reach, reach + 1), repeat=samples):
        covered = {points // 2}
        for x in drawn:
            covered |= {y + x for y in covered if 0 <= y + x < points}
        missed += len(covered) < points
    return Q(missed, (2 * reach + 1) ** samples)


def process(checker, points=3, reach=1, samples=(2,), bound="1"):
    return checker.read_judgement("restricted-process", points=points, reach=reach, samples=list(samples), bound=bound)


@pytest.mark.parametrize(("points", "reach"), [(2, 1), (2, 2), (3, 1), (3, 2), (4, 2), (4, 3), (5, 2)])
def test_processes_are_those_of_all_sequences(checker, points, reach):
    exact = [not_covered(points, reach, n) for n in range(5)]
    assert [Q(ways, total) for ways, total in checker.finite.uncovered(points, reach, 4)] == exact
    for n, chance in enumerate(exact):
        said = checker.finite.restricted_process(process(checker, points, reach, [n], str(chance)))
        assert said == f"exact probabilities over all {2**points} subsets of the window"
        if chance:
            goal = process(checker, points, reach, [n], f"{chance} - 1/999999")
            words = f"with {n} samples the probability is {chance}, more than the bound"
            checker.rejected(words, checker.finite.restricted_process, goal)
            checker.samples.refuted_process(goal, {"n": n})
        goal = process(checker, points, reach, [n], str(chance))
        checker.rejected("does not exceed", checker.samples.refuted_process, goal, {"n": n})


def test_a_process_of_more_than_256_sets(checker):
    *_, (ways, total) = checker.finite.uncovered(9, 4, 4)
    assert Q(ways, total) == not_covered(9, 4, 4) < 1


def test_bounds_of_processes_speak_of_samples_and_points(checker):
    checker.finite.restricted_process(process(checker, 3, 1, [0, 1, 2], "M/3 - 2/9*max(n - 1, 0)"))
    goal = process(checker, 3, 1, [2, 0], "M/3 - n/8")
    checker.rejected("with 2 samples the probability is 7/9", checker.finite.restricted_process, goal)
    checker.samples.refuted_process(process(checker, 3, 1, [1, 3], "n/M/4"), {"n": 1})
    checker.rejected(
        "does not exceed", checker.samples.refuted_process, process(checker, 3, 1, [1, 3], "n/M"), {"n": 3}
    )
    checker.malformed(
        "the bound uses v without a range", checker.finite.restricted_process, process(checker, bound="v")
    )


def test_limits_of_processes(checker, monkeypatch):
    amounts = []
    monkeypatch.setattr(checker.finite, "spend", amounts.append)
    for shape in ((12, 1, [1]), (2, 2, [0]), (2, 1, [256]), (5, 5, [2])):
        goal = process(checker, *shape)
        assert checker.finite.restricted_process(goal)
        checker.rejected("does not exceed", checker.samples.refuted_process, goal, {"n": goal["samples"][0]})
    assert amounts[:2] == [1 * 3 * 10] * 2
    assert amounts[2:5] == [3 * 10, 3 * 2 * 10, 3 * 2 * 10]
    assert amounts[-4:] == [11 * 10, 5 * 11 * 10] * 2
    for change in ({"points": 13}, {"points": 1}, {"points": 0}, {"reach": 0}, {"reach": -1}, {"reach": 4}):
        goal = process(checker, **change)
        checker.rejected("a window of 2 to 12 points and a reach of 1", checker.finite.restricted_process, goal)
        checker.rejected("too large to be gone through", checker.samples.refuted_process, goal, {"n": 2})
    checker.rejected("a window of 2 to 12 points", checker.finite.restricted_process, process(checker, samples=[]))
    for samples in ([-1], [257], [0, 257, 1], [1, -1, 2]):
        checker.rejected("from 0 to 256 samples", checker.finite.restricted_process, process(checker, samples=samples))
    for n, samples in ((1, [2]), (-1, [-1]), (257, [257]), (True, [1]), ("2", [2]), (None, [2]), (2.0, [2])):
        goal = process(checker, samples=samples, bound="0")
        checker.malformed("names no number of samples", checker.samples.refuted_process, goal, {"n": n})


def grid(checker, form="grid-drift", points=(4,), radii=("2",), **more):
    return checker.read_judgement(form, points=list(points), radii=list(radii), **more)


def least(points, radius, size):
    """The least mean share that one sample adds to a set of this size."""
    return min(added(row, radius) for row in product((0, 1), repeat=points) if sum(row) == size)


def added(row, radius):
    """The mean share that one sample, uniform on the integers from -radius to radius, adds to a set."""
    places = [(y, x) for y, own in enumerate(row) if own for x in range(-radius, radius + 1)]
    new = sum(0 <= y + x < len(row) and not row[y + x] for y, x in places)
    return Q(new, (2 * radius + 1) * len(row))


def test_gains_on_grids(checker):
    """The cut is what all points together gain, so many in 2r + 1 times the points; no set gains less."""
    cut = grid(checker, "grid-cut", [4, 6], ["1", "M/2"], bound="a*(M-a)/M")
    exact = "v*(1-v)*M/(M*(2*r + 1))"
    checker.finite.grid_gain(grid(checker, points=[4, 6], radii=["1", "M/2"], gain=exact), cut)
    checker.finite.grid_gain(grid(checker, points=[4, 6], radii=["1", "M/2"], gain="v - 1"), cut)
    for gain in (f"{exact} + 1/999999*v", f"{exact} + (1-v)/999999", f"{exact} + 1/999*max(r - 2, 0)*max(M - 5, 0)*v"):
        goal = grid(checker, points=[4, 6], radii=["1", "M/2"], gain=gain)
        checker.rejected("at [0-9] of [46] points and radius", checker.finite.grid_gain, goal, cut)
    for points, radius, size in ((4, 2, 1), (5, 3, 2), (4, 1, 4), (5, 2, 5), (5, 2, 0)):
        bound = checker.cuts.least_cuts(points, radius)[size]
        cut = grid(checker, "grid-cut", [points], [str(radius)], bound=f"max(0, {bound} - 99*abs(a - {size}))")
        gain = f"{least(points, radius, size)} - 99*abs(v - {size}/M)"
        checker.finite.grid_gain(grid(checker, points=[points], radii=[str(radius)], gain=gain), cut)
        goal = grid(checker, points=[points], radii=[str(radius)], gain=f"{gain} + 1/99999")
        words = f"at {size} of {points} points and radius {radius} the cut says less"
        checker.rejected(words, checker.finite.grid_gain, goal, cut)


def test_gains_on_grids_need_their_cuts(checker):
    goal, cut = grid(checker, gain="0"), grid(checker, "grid-cut", bound="0")
    checker.finite.grid_gain(goal, cut)
    checker.rejected("premises of the forms grid-cut first", checker.concludes, "grid-gain", goal, [goal])
    checker.rejected("premises of the forms grid-cut first", checker.concludes, "grid-gain", goal, [])
    given = grid(checker, "grid-cut", bound="0", hypotheses=["a <= 1"])
    others = [grid(checker, "grid-cut", p, r, bound="0") for p, r in (([4, 5], ["2"]), ([3], ["2"]), ([4], ["1"]))]
    more = grid(checker, "grid-cut", [5], ["3"], bound="0")
    checker.rejected("1 premises are more", checker.concludes, "grid-gain", goal, [cut, cut])
    for other in (given, *others, more):
        checker.rejected("on the same grids, without hypotheses, are needed", checker.finite.grid_gain, goal, other)
    checker.malformed("the gain uses a", checker.finite.grid_gain, grid(checker, gain="a"), cut)


def test_sets_that_gain_less(checker):
    refuted = checker.sets.refuted_grid_drift
    for row, radius in product(product((0, 1), repeat=4), (1, 2, 3)):
        exact, data = added(row, radius), {"points": 4, "radius": radius, "set": list(row)}
        refuted(grid(checker, points=[4, 5], radii=["1", "2", "M - 1"], gain=f"{exact} + 1/999"), data)
        for gain in (str(exact), f"{exact} - 1"):
            goal = grid(checker, points=[4, 5], radii=["1", "2", "M - 1"], gain=gain)
            checker.rejected("does not refute the gain", refuted, goal, data)
    data = {"points": 4, "radius": 2, "set": [1, 0, 0, 0]}
    refuted(grid(checker, gain="v + r/M - 1/2"), data)
    checker.rejected("does not refute the gain", refuted, grid(checker, gain="v - r/M"), data)
    nothing = {"points": -1, "radius": 2, "set": []}
    checker.malformed("names no grid", refuted, grid(checker, points=[-1], gain="-1"), nothing)
