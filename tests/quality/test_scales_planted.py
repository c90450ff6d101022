"""Scales of hidden neurons: no bound of a chain is below an exact one, and errors planted in their rule are found.

In networks of one neuron a layer a chain is a product of numbers, which no scales change: the checker's bound of it is
at least the product, and nearly equal. Each plant is a line of the checker changed in a copy of its folder.
"""

import importlib
import random
import shutil
import sys
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.certificates.checking import CHECKER

BITS, TRIALS = 20, 60
# name: (module, what is replaced, by what); the rule is that of Mathematics 3.15
PLANTED = {
    "inverses rounded down": ("scales", "-(-INVERSE // s)", "INVERSE // s"),
    "the unit of the scales forgotten": ("scales", "bits + BITS", "bits"),
    "the unit of the inverses forgotten": ("scales", "bits + INVERSE_BITS", "bits + BITS"),
    "rows multiplied instead of divided": ("scales", "[-(-INVERSE // s) for s in rows]", "[s << 6 for s in rows]"),
    "columns by the scales of the next layer": ("norms", "for k in (first, last - 1)", "for k in (first, last)"),
    "rows by the scales of the layer before": ("norms", "for k in (first, last - 1)", "for k in (first - 1, last - 1)"),
    "rows left as they are": ("scales", "    if rows is not None:", "    if False:"),
    "columns left as they are": ("scales", "    if columns is not None:", "    if False:"),
    "errors without scales": ("norms", "if self.scales:", 'if self.scales and "E" not in name:'),
    "products without scales": ("norms", "if self.scales:", 'if self.scales and " " not in name:'),
}


def numbers(seed):
    """W and E of a few layers of one neuron each, and scales."""
    rng = random.Random(seed)
    depth = rng.randint(2, 4)
    size = 1 << BITS
    layers = [(rng.choice([-1, 1]) * rng.randint(size // 4, size), rng.randint(-size, size)) for _ in range(depth)]
    return layers, [[rng.choice([rng.randint(1, 1023), rng.randint(100, 400)])] for _ in range(depth - 1)], rng


def checked(checker, layers, scales, pairs=()):
    entries = [{"of": name, "squarings": 0} for name in pairs]
    norms = checker.norms.Norms({"norms": entries, "scales": scales}, 0)
    for number, (wanted, error) in enumerate(layers, 1):
        norms.add(number, [[wanted]], [[error]], BITS)
    return checker.norms.ball_bound(norms, len(layers))


def exact(layers):
    """The sum of the chains of Mathematics 3.15."""
    w, e = ([abs(Fraction(pair[k], 1 << BITS)) for pair in layers] for k in (0, 1))
    t = [abs(Fraction(a + b, 1 << BITS)) for a, b in layers]
    total = Fraction(0)
    for k in range(len(layers)):
        rest = Fraction(1)
        for one in w[k + 1 :] + t[1:k]:
            rest *= one
        total += rest * e[k] * (w[0] + e[0] if k else 1)
    return total


def wrong(checker, seed):
    """Whether a bound is below the exact value, or far above it."""
    checker.errors.fresh_budget()
    layers, scales, rng = numbers(seed)
    depth = len(layers)
    pairs = [f"W{depth} W{depth - 1}"] if depth > 2 and rng.random() < 0.5 else []
    if rng.random() < 0.5:
        pairs.append(f"E{depth} W1" if depth == 2 else "W2 E1")
    found, truth = checked(checker, layers, scales, pairs), exact(layers)
    # what rounds scales, squared norms and the entries kept for them
    return not truth <= found <= truth * (1 + Fraction(1, 64)) + Fraction(1, 1 << BITS - 10)


@pytest.fixture
def copied(tmp_path):
    """A copy of the checker with one line changed."""

    def copied(module, old, new):
        folder = tmp_path / "copy"
        shutil.copytree(CHECKER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        path = folder / "data" / f"{module}.py"
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} is not once in {module}.py"
        path.write_text(text.replace(old, new), "utf-8")
        before = dict(sys.modules)
        sys.path.insert(0, str(folder))
        try:
            return SimpleNamespace(
                norms=importlib.import_module("data.norms"), errors=importlib.import_module("errors")
            )
        finally:
            sys.path.remove(str(folder))
            for name in set(sys.modules) - set(before):
                if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                    del sys.modules[name]

    return copied


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found(copied, name):
    assert any(wrong(copied_checker, seed) for copied_checker in [copied(*PLANTED[name])] for seed in range(TRIALS))


@given(st.integers(0, 2**64))
def test_scales_change_no_chain_of_numbers(checker, seed):
    assert not wrong(checker, seed)


@given(st.integers(0, 2**64))
def test_no_bound_with_scales_is_below_an_exact_difference(checker, seed):
    """Networks of up to four neurons a layer, without biases, at points of the unit ball."""
    checker.errors.fresh_budget()
    rng = random.Random(seed)
    widths = [rng.randint(1, 4) for _ in range(rng.randint(3, 5))]
    size = 1 << BITS
    first, errors = [
        [[[rng.randint(-size, size) >> drop for _ in range(a)] for _ in range(b)] for a, b in pairwise(widths)]
        for drop in (0, rng.choice([0, 5]))
    ]
    scales = [[rng.randint(1, 1023) for _ in range(width)] for width in widths[1:-1]]
    norms = checker.norms.Norms({"norms": [], "scales": scales}, 0)
    for number, (wanted, error) in enumerate(zip(first, errors, strict=True), 1):
        norms.add(number, wanted, error, BITS)
    bound = checker.norms.ball_bound(norms, len(widths) - 1)
    second = [
        [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(*pair, strict=True)]
        for pair in zip(first, errors, strict=True)
    ]
    for _ in range(5):
        point = [rng.randint(-99, 99) for _ in range(widths[0])]
        outputs = [forward(matrices, point) for matrices in (first, second)]
        unit = 1 << 2 * BITS * len(first)
        gap = Fraction(sum((a - b) ** 2 for a, b in zip(*outputs, strict=True)), unit)
        assert gap <= bound**2 * sum(v * v for v in point)


def forward(matrices, point):
    for number, matrix in enumerate(matrices):
        values = [max(v, 0) for v in point] if number else point
        point = [sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix]
    return point
