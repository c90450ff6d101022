"""Errors planted in each rule for differences of networks are found by comparing with exact values.

Each plant is a line of the checker changed in a copy of its folder; the copy then bounds random networks in very small
boxes, where only rounding lies between bound and truth, and in larger ones.
"""

import importlib
import importlib.util
import random
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lt_proofs.certificates.checking import CHECKER

SPEC = importlib.util.spec_from_file_location("differences", Path(__file__).parent / "differences.py")
differences = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(differences)
MODULES = ("layers", "inputs", "gaps", "neurons", "backward")
TRIALS = 600

# name: (module, what is replaced, by what); the rules are those of Mathematics 3.18 to 3.25
PLANTED = {
    "the chord without its lift": (
        "neurons",
        "max(-rise * low, (ONE - rise) * high)",
        "0",
    ),
    "the line below of slope 1": (
        "neurons",
        "ONE if high > -low else 0",
        "ONE // 2 * 3",
    ),
    "relu is z from -1 on": (
        "neurons",
        "    if low >= 0:\n        return Line",
        "    if low >= -1 << 48:\n        return Line",
    ),
    "delta is d where z alone is positive": (
        "neurons",
        "if low >= 0 and low >= most:",
        "if low >= 0:",
    ),
    "delta is 0 where z alone is negative": (
        "neurons",
        "if high <= 0 and high <= least:",
        "if high <= 0:",
    ),
    "no height of the upper plane": (
        "neurons",
        "height = max(gaps)\n",
        "height = min(gaps)\n",
    ),
    "no height of the lower plane": (
        "neurons",
        "height = min(gaps)\n",
        "height = max(gaps)\n",
    ),
    "both planes above": (
        "backward",
        "values[place], tilts, strict",
        "values[place], tilts[::-1], strict",
    ),
    "planes of the wrong sign": (
        "backward",
        "v * (p if v > 0 else q) for v, p, q in zip(row, above, below",
        "v * (q if v > 0 else p) for v, p, q in zip(row, above, below",
    ),
    "lines of the wrong sign": (
        "backward",
        "v * (r if v > 0 else f)",
        "v * (f if v > 0 else r)",
    ),
    "E left out of a row": (
        "backward",
        'layer.times(rows.gaps, "errors")',
        'layer.times(rows.gaps, "errors") and [0] * len(values)',
    ),
    "E with the other sign": (
        "backward",
        "[a + b for a, b in zip(values, layer.times",
        "[a - b for a, b in zip(values, layer.times",
    ),
    "T in the place of W": (
        "backward",
        'layer.times(rows.gaps, "first")',
        'layer.times(rows.gaps, "second")',
    ),
    "z rounded for nothing": (
        "backward",
        "upward(neurons.most_z, unit + VALUE - CONSTANT)",
        "0",
    ),
    "d rounded for nothing": (
        "backward",
        "upward(neurons.most_d, gap_unit + VALUE - CONSTANT)",
        "0",
    ),
    "weights rounded for nothing": (
        "layers",
        "upward(most, self.bits + 1 + unit) if self.drop else 0",
        "0",
    ),
    "errors rounded for nothing": (
        "layers",
        "upward(most, self.error_bits + 1 + unit) if self.drop_error else 0",
        "0",
    ),
    "bounds rounded down": (
        "layers",
        "-(-value >> drop) if drop > 0",
        "value >> drop if drop > 0",
    ),
    "the inside of a range of both signs": (
        "inputs",
        "total += max(largest, 0) if low < 0 < high else largest",
        "total += largest",
    ),
    "relu(-x) with the sign of x": (
        "inputs",
        "left = positive * low if low >= 0 else -negative * low",
        "left = positive * low if low >= 0 else negative * low",
    ),
    "a ball by its radius alone": (
        "inputs",
        "return value + radius * root_up",
        "return value + root_up",
    ),
    "slopes of one sign in a ball": (
        "inputs",
        "max(abs(a) * (high > 0), abs(b) * (low < 0))",
        "abs(a) * (high > 0)",
    ),
    "half of the box": (
        "inputs",
        "sum(map(mul, map(abs, row), self.widths))",
        "sum(map(mul, row, self.widths))",
    ),
    "intervals of half the width": (
        "gaps",
        "dot(row, sums), sum(map(mul, map(abs, row), widths))",
        "dot(row, sums), sum(map(mul, map(abs, row), widths)) // 2",
    ),
    "delta carried by T": (
        "gaps",
        "interval_product(layer.first, self.hidden[-1].deltas",
        "interval_product(layer.second, self.hidden[-1].deltas",
    ),
    "the fresh error forgotten": (
        "gaps",
        "return [(a + c, b + d) for",
        "return [(a, b) for",
    ),
    "bounds of the neighbour": (
        "gaps",
        "finer[place] = max(spans[place][0], -low)",
        "finer[place] = max(spans[place - 1][0], -low)",
    ),
}


def loaded(folder):
    """The modules of a copy of the checker."""
    before = dict(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        found = {name: importlib.import_module(f"differences.{name}") for name in MODULES}
        return SimpleNamespace(**found, errors=importlib.import_module("errors"))
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - set(before):
            if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def found_by(checker, trials):
    """The number of the first trial in which a bound is wrong, None if none is."""
    for seed in range(trials):
        checker.errors.fresh_budget()
        instance, rng = differences.seeded(seed)
        if differences.violations(instance, instance.checked(checker), instance.points(rng, 6)):
            return seed
    return None


@pytest.fixture
def copied(tmp_path):
    """A copy of the checker with one line changed."""

    def copied(module, old, new):
        folder = tmp_path / "copy"
        shutil.copytree(CHECKER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        path = folder / "differences" / f"{module}.py"
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {module}.py"
        path.write_text(text.replace(old, new), "utf-8")
        return loaded(folder)

    return copied


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found(copied, name):
    assert found_by(copied(*PLANTED[name]), TRIALS) is not None


def test_without_a_planted_error_nothing_is_found(copied):
    assert found_by(copied("neurons", "VALUE, SLOPE = 50, 40", "VALUE, SLOPE = 50, 40"), 100) is None


@pytest.mark.parametrize("dropped", range(8))
def test_each_point_of_the_planes_is_needed(copied, dropped):
    """Without one of the eight, a plane of some slopes cuts delta on some rectangle; with all of them none does."""
    neurons = copied("neurons", "VALUE, SLOPE = 50, 40", "VALUE, SLOPE = 50, 40").neurons
    assert not any(cuts(neurons, None, random.Random(seed)) for seed in range(300))
    assert any(cuts(neurons, dropped, random.Random(seed)) for seed in range(3000))


def cuts(neurons, dropped, rng):
    """Whether a plane of random slopes on a random rectangle is on the wrong side of delta at a point of a grid."""
    (low, high), (least, most) = z, d = [tuple(sorted(rng.randint(-9, 9) for _ in range(2))) for _ in range(2)]
    slopes = [rng.randint(-2 * neurons.ONE, 2 * neurons.ONE) for _ in range(2)]
    places = neurons.vertices(z, d)
    kept = [place for number, place in enumerate(places) if number != dropped]
    above, below = neurons.raised(kept, *slopes)[1], neurons.lowered(kept, *slopes)[1]
    for a in range(low, high + 1):
        for b in range(least, most + 1):
            delta = (max(a, 0) - max(a - b, 0)) << neurons.SLOPE
            over, under = (p.slope_z * a + p.slope_d * b + p.height for p in (above, below))
            if not under <= delta <= over:
                return True
    return False
