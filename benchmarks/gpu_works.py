"""The works on which kernels are compared and measured: random inputs, the computation, and sizes."""

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

UNIT = 1 << 24


@dataclass(frozen=True)
class Work:
    """One row of the table.

    ``make`` returns the inputs for a size, ``do`` computes the answers on a device, ``sizes`` are those for measuring,
    for comparing with the CPU and for a quick run, ``items`` counts the items of a size. ``reach`` is the rate to be
    reached, in items per second, on one GPU of the H200's class.
    """

    name: str
    make: Any
    do: Any
    sizes: tuple[int, int, int]
    items: Any
    reach: float | None = None


def random_seed():
    """Return a fresh seed from the operating system."""
    return int.from_bytes(os.urandom(7), "big")


def passages(eps):
    """First passages of the uniform law; the inputs are (seed, trials)."""

    def do(inputs, device):
        from lt_proofs.laws import UNIFORM
        from lt_proofs.subset_sum import first_passages

        seed, trials = inputs
        return (first_passages(UNIFORM, seed, trials, eps, device=device),)

    return do


def uniform(rows):
    """Rows of 21 uniform samples and targets on [-1, 1], in units of 2^-24."""
    random = np.random.default_rng(random_seed())
    samples = 2 * random.integers(0, UNIT, (rows, 21)) + 1 - UNIT
    return samples, random.integers(-UNIT, UNIT + 1, rows)


def gadgets(rows):
    """Rows of 32 gadget samples and targets on [-1, 1], in units of 2^-48."""
    random = np.random.default_rng(random_seed())
    a, b = (2 * random.integers(0, UNIT, (rows, 32)) + 1 - UNIT for _ in range(2))
    return b * np.maximum(a, 0), random.integers(-(UNIT**2), UNIT**2 + 1, rows)


def best(inputs, device):
    """The best subset of each row."""
    from lt_proofs.subset_sum import best_subsets

    return best_subsets(*inputs, device=device)


def within(inputs, device):
    """Any subset within 0.01 for each row."""
    from lt_proofs.subset_sum import any_within_each

    samples, targets = inputs
    return any_within_each(samples, targets - UNIT // 100, targets + UNIT // 100, device=device)


def fewest(inputs, device):
    """The smallest subset within 0.01 for each row of gadgets."""
    from lt_proofs.subset_sum import fewest_within_each

    samples, targets = inputs
    return fewest_within_each(samples, targets - UNIT**2 // 100, targets + UNIT**2 // 100, device=device)


def cuts(points, device):
    """Least cuts of all subsets of a grid."""
    from lt_proofs.subset_sum.cuts import least_cuts

    return (least_cuts(points, device=device),)


def chain(points, device):
    """The exact probability that 6 samples cover a window, as text."""
    from lt_proofs.subset_sum import restricted_probability

    law = dict.fromkeys(range(-points // 2, points // 2 + 1), 1)
    probability = restricted_probability(law, (0, points - 1), 1, 6, device=device)
    return (np.frombuffer(str(probability).encode(), np.uint8),)


def masks(inputs, device):
    """All masks of a two-layer network, counted by target."""
    from lt_proofs.networks.exhaustive import all_masks

    return (all_masks(*inputs, "0.24", 2, device=device).counts,)


def two_layers(hidden):
    """A random two-layer network with two inputs and outputs."""
    from lt_proofs.networks.exhaustive import random_two_layer

    return random_two_layer(2, hidden, random_seed())


def layer(rows):
    """A target network of one random layer."""
    from lt_proofs.networks.target import Layer, Target

    random = np.random.default_rng(random_seed())
    return Target.of([Layer(random.uniform(-1, 1, (rows, max(rows, 4))))], ["layer"])


def prune(target, device):
    """The masks and sums of a ticket for one layer."""
    from lt_proofs.networks.prune import prune as search

    (found,) = search(target, Fraction(1, 50), seed=1, n=48, device=device).masks
    return found.edges, found.sums


WORKS = [
    Work("first passage, uniform, ε = 0.01", lambda n: (random_seed(), n), passages("0.01"), (1 << 25, 1 << 18, 6),
         lambda n: n, 30e6),
    Work("first passage, uniform, ε = 0.0001", lambda n: (random_seed(), n), passages("0.0001"), (1 << 15, 1 << 12, 1),
         lambda n: n),
    Work("best subset, n = 21", uniform, best, (397_000, 40_000, 1), lambda n: n, 397_000 / 0.05),
    Work("any subset within 0.01, n = 21", uniform, within, (397_000, 397_000, 4), lambda n: n),
    Work("fewest within 0.01 of 32 gadget samples", gadgets, fewest, (784_000, 784_000, 2), lambda n: n),
    Work("least cuts, every subset and radius of a grid of n", lambda n: n, cuts, (30, 26, 6), lambda n: 1 << n),
    Work("chain of coverage, window of n, 6 steps", lambda n: n, chain, (22, 18, 5),
         lambda n: 6 * (n + 1) << n),
    Work("all masks of 2 inputs, n hidden units, 2 outputs", two_layers, masks, (8, 7, 1), lambda n: 16**n, 2**32 / 10),
    Work("prune n by n weights, ε = 0.02, 48 units", layer, prune, (500, 200, 1), lambda n: n * max(n, 4)),
]  # fmt: skip
