"""Edge-popup on Theorem 1's random network: masks, gradients and forward passes against plain arithmetic."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.experiments.popup.settings import kept_of, plain_size, structure_size, wide_widths
from lt_proofs.networks.random_network import RandomLayer

torch = pytest.importorskip("torch")

from lt_proofs.experiments.popup.images import Part, Split  # noqa: E402 - only with torch
from lt_proofs.experiments.popup.layers import Plain, Structure, TopK  # noqa: E402
from lt_proofs.experiments.popup.networks import random_network  # noqa: E402
from lt_proofs.experiments.popup.training import generator, train  # noqa: E402

SMALL = st.integers(1, 5)
FRACTIONS = st.fractions(0, Fraction(99, 100), max_denominator=100)
UNIT = 2.0**-24


@given(scores=st.lists(st.integers(-4, 4), min_size=1, max_size=40), data=st.data())
def test_the_mask_keeps_exactly_so_many_of_the_largest(scores, data):
    kept = data.draw(st.integers(1, len(scores)))
    mask = TopK.apply(torch.tensor(scores, dtype=torch.float32), kept).numpy()
    assert set(mask) <= {0.0, 1.0} and mask.sum() == kept
    assert min(s for s, m in zip(scores, mask, strict=True) if m) >= max(
        (s for s, m in zip(scores, mask, strict=True) if not m), default=-4
    )


@given(seed=st.integers(0, 2**32), kept=st.integers(1, 12))
def test_the_gradient_passes_straight_through(seed, kept):
    numbers = generator(seed)
    scores = torch.randn(3, 4, generator=numbers, requires_grad=True)
    slope = torch.randn(3, 4, generator=numbers)
    (TopK.apply(scores.abs(), kept) * slope).sum().backward()
    assert torch.equal(scores.grad, slope * scores.detach().sign())


def reference(seed, rows, columns, r, relu, first, second, x):
    """The structure by the weights of the random network and two masks, one product at a time."""
    layer = RandomLayer.regular(seed, 3, rows, columns, r)
    dense, matrix = layer.matrix(5) * UNIT, layer.matrix(6) * UNIT
    outputs = np.zeros(rows)
    for unit in range(columns * r):
        owner = unit % columns
        seen = first[unit] * dense[unit, owner] * x[owner]
        seen = max(seen, 0.0) if relu else seen
        for row in range(rows):
            outputs[row] += second[row, unit] * matrix[row, unit] * seen
    return outputs


@settings(max_examples=40)
@given(seed=st.integers(0, 2**64 - 1), rows=SMALL, columns=SMALL, r=SMALL, relu=st.booleans(), removed=FRACTIONS)
def test_the_structure_is_a_pruned_pair_of_the_theorems_layers(seed, rows, columns, r, relu, removed):
    part = Structure(seed, 3, rows, columns, r, relu=relu, removed=removed, generator=generator(1))
    inputs = torch.randn(6, columns, generator=generator(2))
    first, second = part.first.mask().detach().numpy(), part.second.mask().detach().numpy()
    assert first.sum() == kept_of(columns * r, removed) and second.sum() == kept_of(rows * columns * r, removed)
    found = part(inputs).detach().numpy() / part.gain
    for x, y in zip(inputs.double().numpy(), found, strict=True):
        assert np.allclose(y, reference(seed, rows, columns, r, relu, first, second, x), atol=1e-5)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**64 - 1), rows=SMALL, columns=SMALL, removed=FRACTIONS)
def test_with_one_unit_and_no_relu_it_is_a_plain_masked_layer(seed, rows, columns, removed):
    one = Structure(seed, 1, rows, columns, 1, relu=False, removed=removed, generator=generator(1))
    plain = Plain(seed, 1, rows, columns, removed, generator(3))
    inputs = torch.randn(5, columns, generator=generator(2))
    with torch.no_grad():
        plain.second.scores.copy_(one.second.scores)
        assert torch.equal(plain.second.weights, one.second.weights)
        # what the one unit makes of its input only scales the input
        expected = plain(inputs * one.first()) / plain.gain
    assert torch.allclose(one(inputs) / one.gain, expected, atol=1e-6)


@settings(max_examples=6)
@given(variant=st.sampled_from(["structure-linear", "structure-relu", "wide"]), removed=FRACTIONS, r=st.integers(1, 4))
def test_training_moves_scores_only_and_keeps_the_count(variant, removed, r):
    numbers = generator(5)
    images = torch.rand(24, 6, generator=numbers).numpy()
    part = Part(images, np.arange(24) % 3)
    network = random_network(variant, (6, 4, 3), r, removed, 7, numbers)
    before = [masked.weights.clone() for masked in network.masked]
    scores = [masked.scores.detach().clone() for masked in network.masked]
    masks = []
    for masked in network.masked:
        masked.register_forward_hook(lambda module, _, out: masks.append((module, int((out != 0).sum()))))
    train(network, Split(part, part, part, 8), 3, 8, numbers)
    assert all(torch.equal(old, masked.weights) for old, masked in zip(before, network.masked, strict=True))
    assert any(not torch.equal(old, masked.scores) for old, masked in zip(scores, network.masked, strict=True))
    assert masks and all(count == module.kept == kept_of(module.weights.numel(), removed) for module, count in masks)
    assert [name for name, _ in network.named_parameters() if not name.endswith("scores")] == []


@settings(max_examples=60)
@given(widths=st.lists(st.integers(1, 30), min_size=2, max_size=5).map(tuple), r=st.integers(1, 8))
def test_numbers_of_weights_are_those_of_the_networks(widths, r):
    linear = random_network("structure-linear", widths, r, Fraction(1, 2), 0, generator(0))
    wide = random_network("wide", widths, r, Fraction(1, 2), 0, generator(0))
    assert linear.drawn == structure_size(widths, r)
    assert linear.kept == sum(kept_of(n, Fraction(1, 2)) for a, b in pairwise(widths) for n in (r * a, r * a * b))
    assert wide.drawn == plain_size(wide_widths(widths, r))
    if len(widths) > 2:
        apart = [
            abs(plain_size((widths[0], *[h] * (len(widths) - 2), widths[-1])) - linear.drawn) for h in range(1, 400)
        ]
        assert abs(wide.drawn - linear.drawn) <= min(apart)
