"""Certified chains beside what is true: the adversary's game on a grid of states, and processes on few points."""

from collections import Counter
from fractions import Fraction as Q

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

STATES = 96
SMALL = "(a/2 - 3*a^2/8 + a^2/4*log(a))/2"  # of the smaller part of [-1, 1]: what products gain
WHOLE, LOWER, UPPER = (Q(0), Q(1)), (Q(0), Q(1, 2)), (Q(1, 2), Q(1))
GAINS = {
    "uniform": [(WHOLE, "v*(1-v)/2")],
    "narrow": [(WHOLE, "v*(1-v)/7")],
    "lopsided": [(WHOLE, "v/3*(1-v)*(2-v)/2")],
    "product": [(LOWER, SMALL.replace("a", "(2*v)")), (UPPER, SMALL.replace("a", "(2*(1-v))"))],
}
LEAST = {
    "uniform": lambda v: v * (1 - v) / 2,
    "narrow": lambda v: v * (1 - v) / 7,
    "lopsided": lambda v: v * (1 - v) * (2 - v) / 6,
    "product": lambda v: (lambda a: (a / 2 - 3 * a**2 / 8 + a**2 / 4 * np.log(a)) / 2)(2 * np.minimum(v, 1 - v)),
}


def game(gain, rest, most):
    """The chance of each state k/STATES to be `rest` states below all of them, for 0..most samples, at its worst.

    The adversary chooses any law on the states from k to 2k with the least mean: one point, or two around it.
    """
    places = np.arange(1, STATES)
    means = places + STATES * gain(places / STATES)
    values = np.where(np.arange(STATES + 1) < STATES - rest, 1.0, 0.0)
    found = [values]
    for _ in range(most):
        new = np.zeros(STATES + 1)
        for k, mean in zip(places, means, strict=True):
            top = min(2 * k, STATES)
            low, high = np.arange(k, int(np.ceil(mean))), np.arange(int(np.ceil(mean)), top + 1)
            weight = (mean - low[:, None]) / (high - low[:, None])
            both = (1 - weight) * values[low][:, None] + weight * values[high]
            new[k] = max(values[high].max(initial=0.0), both.max(initial=0.0))
        values = new
        found.append(values)
    return found


def bounds(checker, nodes, gains, most):
    """The bounds of the checker from the first node, for 0..most samples."""
    recursion = checker.recursion
    means, windows = recursion.least_means(nodes, gains), recursion.reaches(nodes)
    now = [recursion.UNIT] * (len(nodes) - 1) + [0]
    found = [now[0]]
    for _ in range(most):
        now = recursion.one_more(nodes, means, windows, now)
        found.append(now[0])
    return [Q(bound, recursion.UNIT) for bound in found]


def nodes_of(checker, first, rest, count):
    """Nodes from one state to another, 1/2 among them, as many in between as asked for."""
    unit = checker.recursion.UNIT
    ends = first * unit // STATES, -((rest - STATES) * unit // STATES)
    inner = {ends[0] + (ends[1] - ends[0]) * k // count for k in range(count + 1)}
    return [*sorted({*inner, unit // 2}), ends[1] + unit // 10**4]


def read(checker, law):
    return [(where, checker.read_term(text)) for where, text in GAINS[law]]


@pytest.mark.parametrize("law", GAINS)
@pytest.mark.parametrize(("first", "rest", "count"), [(6, 5, 4), (6, 5, 150), (20, 10, 40), (3, 1, 160)])
def test_no_bound_is_below_the_game(checker, law, first, rest, count):
    truth = [values[first] for values in game(LEAST[law], rest, 24)]
    found = bounds(checker, nodes_of(checker, first, rest, count), read(checker, law), 24)
    assert all(bound >= true - 1e-9 for bound, true in zip(found, truth, strict=True))


@pytest.mark.parametrize("law", GAINS)
def test_a_gain_raised_by_a_tenth_is_noticed(checker, law):
    """The game is a sharp oracle: the bounds of a gain that is a tenth too high fall below it."""
    truth = [values[6] for values in game(LEAST[law], 5, 80)]
    gains = [(where, ("*", Q(11, 10), gain)) for where, gain in read(checker, law)]
    found = bounds(checker, nodes_of(checker, 6, 5, 300), gains, 80)
    assert any(bound < true for bound, true in zip(found, truth, strict=True))


@settings(max_examples=40)
@given(
    bends=st.lists(st.fractions(0, 1, max_denominator=50), min_size=2, max_size=2),
    inner=st.sets(st.integers(8, 88), min_size=1, max_size=8),
    shift=st.fractions(-Q(1, 50), Q(0), max_denominator=1000),
)
def test_no_nodes_and_no_concave_gain_beat_the_game(checker, bends, inner, shift):
    """Any few nodes and any concave gain, negative ones among them."""
    one, two = bends
    gain = checker.read_term("c*v*(1-v)/2 + d*v^2*(1-v^2)/4 + e")
    gain = checker.syntax.substitute(gain, {"c": one, "d": two * one, "e": shift})
    unit = checker.recursion.UNIT
    nodes = [unit * k // STATES for k in (7, *sorted(inner), 90, 91)]
    truth = game(lambda v: float(one) * (v * (1 - v) / 2 + float(two) * v**2 * (1 - v**2) / 4) + float(shift), 6, 6)
    found = bounds(checker, nodes, [(WHOLE, gain)], 6)
    assert all(bound >= values[7] - 1e-9 for bound, values in zip(found, truth, strict=True))


@given(
    steps=st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 2**41)), min_size=2, max_size=12),
    mean=st.integers(0, 10**7),
)
def test_the_line_is_above_all_points_and_falls(checker, steps, mean):
    xs, fs, place = [], [], 0
    for step, height in steps:
        place += step
        xs.append(place)
        fs.append(height)
    slope, height = checker.recursion.line_above(xs, fs, mean)
    assert slope >= 0
    assert all(height - slope * x >= f * checker.recursion.UNIT for x, f in zip(xs, fs, strict=True))


def whole_chances(points, reach, most):
    """The chance that K_n is not the whole window of so many points, from its middle, X uniform on -reach..reach."""
    full = (1 << points) - 1
    shares, found = Counter({1 << points // 2: Q(1)}), []
    for _ in range(most + 1):
        found.append(1 - shares[full])
        after = Counter()
        for covered, chance in shares.items():
            for x in range(-reach, reach + 1):
                moved = covered << x if x >= 0 else covered >> -x
                after[covered | moved & full] += chance / (2 * reach + 1)
        shares = after
    return found


@pytest.mark.parametrize(("points", "reach", "rise"), [(7, 3, Q(1, 2)), (9, 4, Q(1, 2)), (7, 7, Q(7, 15))])
def test_no_bound_is_below_a_process_on_points(checker, points, reach, rise):
    """On 2N+1 points the gain is v(1-v)/2 at the reach N, and v(1-v) points/(2 reach + 1) beyond the window."""
    exact = whole_chances(points, reach, 12)
    unit = checker.recursion.UNIT
    first, last = unit // points, unit * (2 * points - 1) // (2 * points)
    nodes = [*sorted({first + (last - first) * k // 200 for k in range(201)}), last + unit // 10**4]
    gains = [(WHOLE, checker.read_term(f"{rise}*v*(1-v)"))]
    found = bounds(checker, nodes, gains, 12)
    assert all(bound >= chance for bound, chance in zip(found, exact, strict=True))
    assert found[-1] < 1
