"""Attacks on judgements about growth, coverage and networks, in the shapes that the checker reads.

The sets and networks are exact, the conclusions are evaluated in floats with a margin: a counterexample counts when the
checker has confirmed it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from lt_proofs.proof.calculus import floats
from lt_proofs.proof.evaluate import exact_value, inside
from lt_proofs.proof.instances import DRAWS, Attack, Point, Trial, colourings, drawn, grid_cut, texts
from lt_proofs.subset_sum.probability import restricted_probability
from lt_proofs.tables import LAWS
from lt_proofs.terms import Domain, Judgement, Term
from lt_proofs.terms.judgement import decode_term

ZERO = 0
MARGIN = 1e-9
MOST_SAMPLES = 4096
# the probability that a sample is not positive: with n such samples no sum is positive
NOT_ABOVE_ZERO = {name: float(Fraction(row["not_positive"])) for name, row in LAWS.items()}
PARTS = 64


def number_at(term: Term, point: Point) -> float:
    """The value of a term at a point in floats."""
    return float(floats(term, {name: np.asarray(float(x)) for name, x in point.items()}))


def is_admissible(judgement: Judgement, point: Point) -> bool:
    """Whether the point is in the domain and meets the hypotheses, evaluated in floats."""
    if not inside(judgement["domain"], point):
        return False
    return all(
        number_at(h.right - h.left, point) * (1 if h.sign in ("<=", "<") else -1) >= 0 for h in judgement["hypotheses"]
    )


def rows_of_cells(rng: random.Random) -> Iterator[list[int]]:
    """Colourings of 2 to 24 cells: end intervals first, then random ones."""
    # half-covered first: growth is claimed to be largest there
    for cells in (2, 4, 8, 20, 24):
        for k in sorted(range(1, cells), key=lambda k: abs(2 * k - cells)):
            yield [1] * k + [0] * (cells - k)
    # sets without structure last: they refute claims in which the shape of the set matters, not only its size
    for _ in range(DRAWS):
        yield [rng.randint(0, 1) for _ in range(rng.choice((3, 5, 8, 12, 16)))]


def attack_drift(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Unions of equal cells of the window, with the mean gain that one sample of the law brings them."""
    others = Domain(tuple(r for r in judgement["domain"].ranges if r.name != "v"))
    law = judgement["law"]
    if law.kind not in ("uniform", "contains") and not LAWS.get(law.kind, {}).keys() & {"products", "density"}:
        return
    for row in rows_of_cells(rng):
        point = {**drawn(others, rng), "v": Fraction(sum(row), len(row))}
        if not is_admissible(judgement, point):
            continue
        length = exact_value(judgement["length"], point)
        numbers = [exact_value(x, point) for x in law.numbers]
        gain = float(law_gain(law.kind, numbers, row, length / len(row)) / length)
        stated = number_at(judgement["gain"], point)
        # the margin is for rounding: a gain within it of the claim might be equal to it
        yield gain >= stated - MARGIN * stated, {"point": texts(point), "cells": row}


def near(d: int, width: Any, radius: Any) -> Any:
    """The measure of the pairs of points at most a radius apart, one in a cell and one in the d-th cell after it."""
    # the second difference of r^2/2: the distances from one cell to the other have a triangular density
    parts = ((1, 1), (0, -2), (-1, 1))
    return sum(c * max(radius - (d - s) * width, ZERO) ** 2 for s, c in parts) / 2


def law_gain(kind: str, numbers: list[Fraction], row: list[int], width: Any) -> Any:
    """The mean gain in measure of a union of cells: exact for uniform laws, a float for products.

    ``row`` has 1 for the cells of the set and ``width`` is their width. Between multiples of the width the cut at
    radius r is a polynomial of degree 2 in r, so its mean over the radius of a product is integrated piece by piece.
    """
    mixed: dict[int, int] = {}
    for i, j in combinations(range(len(row)), 2):
        if row[i] != row[j]:
            mixed[j - i] = mixed.get(j - i, 0) + 1

    def cut(r: Any) -> Any:
        return sum(k * near(d, width, r) for d, k in mixed.items())

    if kind in ("uniform", "contains"):
        radius = numbers[-1]
        return cut(radius) / (2 * radius) * (numbers[0] if kind == "contains" else 1)
    if "density" in LAWS[kind]:
        return gain_by_density(decode_term(LAWS[kind]["density"]), cut, width * len(row))
    width = float(width)
    ends = [min(k * width, 1.0) for k in range(int(1 / width) + 2)]
    total = 0.0
    for low, high in pairwise(ends):
        if high - low < MARGIN:
            continue
        second = 2 * (cut(low) - 2 * cut((low + high) / 2) + cut(high)) / (high - low) ** 2
        first = (cut(high) - cut(low)) / (high - low) - second * (low + high)
        constant = cut(low) - first * low - second * low**2
        total += first * (high - low) / 2 + second * (high**2 - low**2) / 4
        total += constant / 2 * math.log(high / low) if low else 0.0
    return total * float(Fraction(LAWS[kind]["products"]))


def gain_by_density(density: Term, cut: Callable[[Any], Any], length: Any) -> float:
    """An upper bound of the gain under a density that falls, from its values at the near ends of PARTS parts."""
    ends = [length * k / PARTS for k in range(PARTS + 1)]
    levels = [max(0.0, number_at(density, {"z": z})) for z in ends[:-1]]
    return sum(level * float(cut(far) - cut(z)) for level, (z, far) in zip(levels, pairwise(ends), strict=True))


def attack_cover(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Points where the stated number of samples has too few sums for the window, or too likely no positive sum.

    For a network: in its only layer, or in the second of two.
    """
    layers = (1, 2) if judgement.form in NETWORKS else (1,)
    for _ in range(DRAWS):
        layer = rng.choice(layers)
        size = "samples" if judgement.form == "cover" else ("units", "later")[layer - 1]
        shape = {judgement[name]: Fraction(layer if name == "depth" else 1) for name in SHAPES[judgement.form]}
        plain = {repr(x): number for x, number in shape.items()}
        point = drawn(judgement["domain"], rng)
        # half of the tolerances and failure probabilities are tiny, where constants matter least and exponents most
        if rng.random() < 0.5:
            point = {
                name: Fraction(1, 2 ** rng.randint(1, rng.choice((3, 80)))) if 0 < x < 1 else x
                for name, x in point.items()
            }
        # the shapes for which too few samples are known to fail are the least ones; most points should have them
        point |= {name: one for name, one in plain.items() if name in point and rng.random() < 0.7}
        if not is_admissible(judgement, point):
            continue
        least = number_at(judgement[size], point)
        if not math.isfinite(least):
            continue
        # the statement is about all n >= least; the margin keeps rounding from testing one sample too few
        n = max(0, math.floor(least + 1e-6) + 1)
        known = judgement["law"].kind in NOT_ABOVE_ZERO and all(number_at(x, point) == y for x, y in shape.items())
        held = n > MOST_SAMPLES or not known or enough(judgement, point, n, layer)
        yield held, {"point": texts(point), "n": n} | ({"layer": layer} if layer > 1 else {})


def enough(judgement: Judgement, point: Point, n: int, layer: int = 1) -> bool:
    """Whether n samples pass two tests that too few samples fail: enough subset sums, and likely a positive sample.

    Behind a ReLU (layer 2) only the second is a test, because the inputs there are not negative.
    """
    tolerance = judgement["error" if judgement.form in NETWORKS else "tolerance"]
    within = number_at(tolerance, {**point, "n": Fraction(n)})
    length = number_at(judgement["length"], point) if judgement.form == "cover" else 2.0
    if layer == 1 and n * math.log(2) + math.log(2 * within / length) < -MARGIN:
        return False
    failure = math.log(number_at(judgement["failure"], point))
    return 2 * within >= length or n * math.log(NOT_ABOVE_ZERO[judgement["law"].kind]) <= failure + MARGIN


# by r4 a sample multiplies the potential (1 - v)/v by at most this in expectation
SHRINKS = {"uniform": 3 / 4, "product": 7 / 8, "gadget": 15 / 16}
WINDOW = ("taps", "inputs", "outputs", "groups", "reads")
SHAPES = {
    "cover": (),
    "layer": ("inputs", "outputs"),
    "network": ("inputs", "outputs", "depth"),
    "conv-layer": WINDOW,
    "conv-network": (*WINDOW, "depth"),
}
NETWORKS = ("network", "conv-network")


def attack_composition(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Layers that are numbers: 1 in the target and 1 + error in the other network, whose outputs differ the most."""
    for _ in range(DRAWS):
        point = drawn(judgement["domain"], rng)
        # only a variable can be made whole; a depth that is a longer term is left as it comes out
        point |= {name: Fraction(round(x)) for name, x in point.items() if name == repr(judgement["depth"])}
        depth = exact_value(judgement["depth"], point)
        if is_admissible(judgement, point) and 1 <= depth <= 64 and depth.denominator == 1:
            error = number_at(judgement["error"], point)
            held = (1 + error) ** int(depth) - 1 < number_at(judgement["bound"], point) + MARGIN
            yield held, {"point": texts(point)}


def attack_propagation(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Up to four layers that are random non-negative numbers, for which the norms of the statement are exact."""
    for _ in range(DRAWS):
        layers = [
            {x: Fraction(rng.randint(0, 8), rng.choice((1, 2, 4))) for x in "wq"} for _ in range(rng.randint(1, 4))
        ]
        # products of numbers: f for the target, g for the other network, s and g of the statement beside them
        f = g = Fraction(1)
        state = {"s": Fraction(0), "g": Fraction(1)}
        for pair in layers:
            at = {**pair, "p": abs(pair["w"] - pair["q"]), **state}
            f, g = f * pair["w"], g * pair["q"]
            state = {"s": exact_value(judgement["error"], at), "g": exact_value(judgement["growth"], at)}
        yield abs(f - g) <= state["s"], {"layers": [texts(pair) for pair in layers]}


def attack_grid_drift(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Subsets of the grids, initial segments first."""
    for points in judgement["points"]:
        rows = colourings(points, rng)
        for term in judgement["radii"]:
            radius = exact_value(term, {"M": Fraction(points)})
            for row in rows:
                at = {"M": Fraction(points), "r": radius, "v": Fraction(sum(row), points)}
                held = grid_cut(row, radius) >= exact_value(judgement["gain"], at) * points * (2 * radius + 1)
                yield held, {"points": points, "radius": int(radius), "set": row}


def attack_process(judgement: Judgement, _rng: random.Random) -> Iterator[Trial]:
    """The exact probability of failure for each number of samples, counted by the kernels."""
    points, reach = judgement["points"], judgement["reach"]
    low = -(points // 2)
    law = dict.fromkeys(range(-reach, reach + 1), 1)
    for n in judgement["samples"]:
        failure = 1 - restricted_probability(law, (low, low + points - 1), 0, n)
        bound = exact_value(judgement["bound"], {"n": Fraction(n), "M": Fraction(points)})
        yield failure <= bound, {"n": n}


def attack_uncovered(judgement: Judgement, _rng: random.Random) -> Iterator[Trial]:
    """Whether the tolerance is half the window, or theorem r4 says that so many samples suffice."""
    length, tolerance, chance, samples = (
        exact_value(judgement[field], {}) for field in ("length", "tolerance", "chance", "samples")
    )
    yield 2 * tolerance < length, {"by": "tolerance"}
    rate = SHRINKS.get(judgement["law"].kind)
    if rate is not None and length == 2 and tolerance < 1:
        yield math.log(8 / (tolerance**2 * chance)) > -float(samples) * math.log(rate), {"by": "samples"}


COVERING: dict[str, Attack] = {
    "uncovered": attack_uncovered,
    "drift": attack_drift,
    "cover": attack_cover,
    "layer": attack_cover,
    "network": attack_cover,
    "composition": attack_composition,
    "propagation": attack_propagation,
    "grid-drift": attack_grid_drift,
    "restricted-process": attack_process,
}
