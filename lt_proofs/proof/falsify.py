"""Attacks on judgements by random and extreme instances, in exact rationals: every claim meets them before its proof.

Each form has a generator of admissible instances: those that meet its hypotheses. It yields whether the conclusion held
and the instance in the shape that the checker's rule "counterexample" reads; the checker evaluates it again.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, islice

from lt_proofs.proof.convolution_attacks import CONVOLUTION_ATTACKS
from lt_proofs.proof.counterexample import refuting
from lt_proofs.proof.decision import Finding
from lt_proofs.proof.evaluate import NotExact, exact_value, holds, inside
from lt_proofs.proof.falsify_covering import COVERING, near
from lt_proofs.proof.instances import Attack, Trial, colourings, grid_cut, points, texts
from lt_proofs.proof.lower_attacks import LOWER_ATTACKS
from lt_proofs.terms import Domain, Judgement


def falsify(judgement: Judgement, tries: int = 1000, seed: int = 0) -> Finding:
    """Evaluate the conclusion on up to ``tries`` admissible instances and stop at the first failure.

    An inequality that holds on all of them is attacked by the search for counterexamples that `prove` uses: it improves
    points where the inequality is nearly false in floats, and confirms what it finds exactly. A form without a
    generator is not attacked: no instances.
    """
    attack = ATTACKS.get(judgement.form)
    if attack is None:
        return Finding()
    drawn = instances(judgement, attack, tries, seed)
    if drawn.instance is not None or judgement.form != "inequality":
        return drawn
    return Finding(drawn.instances, refuting(judgement))


def instances(judgement: Judgement, attack: Attack, tries: int, seed: int) -> Finding:
    """What up to ``tries`` instances of an attack show, its random numbers fixed by ``seed``."""
    count = 0
    try:
        for held, instance in islice(attack(judgement, random.Random(seed)), tries):
            count += 1
            if not held:
                return Finding(count, instance)
    except NotExact:
        # an end such as pi, or a function: no exact instance can be drawn, and none is counted
        return Finding(count)
    return Finding(count)


def attack_inequality(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Points of the domain that meet the hypotheses; gives up after 20,000 points that do not."""
    misses = 0
    for point in points(judgement["domain"], rng):
        try:
            if all(holds(h, point) for h in judgement["hypotheses"]):
                yield holds(judgement["conclusion"], point), {"point": texts(point)}
                continue
        except NotExact:
            pass
        misses += 1
        if misses > 20_000:
            return


def attack_contraction(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Points of the domain, each with a law of one or two atoms that has exactly the mean that the drift asks for.

    Two atoms are the extreme points of the laws with a given mean, so no other law is worse.
    """
    name, g = judgement["variable"], judgement["potential"]
    for point in points(judgement["domain"], rng):
        v = point[name]
        top = min(exact_value(u, point) for u in judgement["ceilings"])
        mean = v + exact_value(judgement["drift"], point)
        # the state may only grow, and only up to its ceiling
        law = _law_with_mean(v, top, mean, rng)
        if law is None:
            continue
        expected = sum((p * exact_value(g, {**point, name: x}) for x, p in law), Fraction(0))
        allowed = exact_value(judgement["factor"], point) * exact_value(g, point)
        yield expected <= allowed, {"point": texts(point), "law": [[str(x), str(p)] for x, p in law]}


def _law_with_mean(
    low: Fraction, high: Fraction, mean: Fraction, rng: random.Random
) -> list[tuple[Fraction, Fraction]] | None:
    if not low <= mean <= high:
        return None
    left, right = low, high
    if rng.random() < 0.5:
        # any two atoms around the mean; else the two ends, where the mean of a convex potential is largest
        left = low + (mean - low) * Fraction(rng.randint(0, 8), 8)
        right = high - (high - mean) * Fraction(rng.randint(0, 8), 8)
    if left == right:
        return [(mean, Fraction(1))]
    weight = (mean - left) / (right - left)
    return [(left, 1 - weight), (right, weight)]


def attack_cut(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Unions of equal cells of the interval, those next to an end first; the cut is an exact sum over pairs of cells.

    The cells are chosen so that the radius is a multiple of them.
    """
    others = Domain(tuple(r for r in judgement["domain"].ranges if r.name != "a"))
    for at in points(others, rng) if others.ranges else itertools.repeat({}):
        length, radius = exact_value(judgement["length"], at), exact_value(judgement["radius"], at)
        if length <= 0 or radius <= 0:
            continue
        for cells in _grids(radius / length):
            width, reach = length / cells, int(radius / length * cells)
            for row in colourings(cells, rng, 3 if others.ranges else 100):
                point = {**at, "a": width * sum(row)}
                met = inside(judgement["domain"], point) and all(holds(h, point) for h in judgement["hypotheses"])
                if met:
                    total = width**2 * _cell_cut(row, reach)
                    held = total >= exact_value(judgement["bound"], point)
                    yield held, {"point": texts(point), "cells": row}
        if not others.ranges:
            return


def attack_capped_gain(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Unions of equal cells, those next to an end first, at levels and radii that are whole numbers of cells."""
    while True:
        count, reach = rng.randint(2, 10), rng.randint(1, 6)
        width = Fraction(1, rng.randint(1, 4))
        for row in colourings(count, rng, 3):
            for level in range(1, reach + 1):
                at = {"M": width * count, "r": width * reach, "a": width * sum(row), "l": width * level}
                met = inside(judgement["domain"], at) and all(holds(h, at) for h in judgement["hypotheses"])
                if met:
                    total = width**2 * capped_cells(row, reach, level)
                    yield total >= exact_value(judgement["bound"], at), {"point": texts(at), "cells": row}


def capped_cells(row: list[int], reach: int, level: int) -> Fraction:
    """The integral of the smaller of the level and the gain over moves up to the reach, in cells: it is whole at both
    ends of each cell, so that the smaller of the two is linear in between."""
    cells = range(len(row))
    gains = [
        min(level, sum(row[i] * (1 - row[i + x]) for i in cells if i + x in cells)) for x in range(-reach, reach + 1)
    ]
    return Fraction(sum(gains[1:]) + sum(gains[:-1]), 2)


def _grids(ratio: Fraction) -> Iterator[int]:
    for multiple in range(1, 24 // ratio.denominator + 1):
        yield ratio.denominator * multiple


def _cell_cut(row: list[int], reach: int) -> Fraction:
    total = Fraction(0)
    for i, j in combinations(range(len(row)), 2):
        if row[i] != row[j] and j - i <= reach:
            # of two cells exactly at the radius half of the pairs of points are within it
            total += 1 if j - i < reach else Fraction(1, 2)
    return total


def attack_grid_cut(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Subsets of the grids, in random order: initial segments, for which cuts are least, and random ones."""
    cases = []
    for points_ in judgement["points"]:
        rows = colourings(points_, rng)
        cases += [(points_, term, row) for term in judgement["radii"] for row in rows]
    rng.shuffle(cases)
    for points_, term, row in cases:
        radius = exact_value(term, {"M": Fraction(points_)})
        case = {"M": Fraction(points_), "r": radius, "a": Fraction(sum(row))}
        if radius.denominator != 1 or not all(holds(h, case) for h in judgement["hypotheses"]):
            continue
        held = grid_cut(row, radius) >= exact_value(judgement["bound"], case)
        yield held, {"points": points_, "radius": int(radius), "set": row}


def attack_flow(judgement: Judgement, rng: random.Random) -> Iterator[Trial]:
    """Unions of cells and of their halves, intervals of cells first; only for uniform laws and integer powers."""
    # a fractional power of a weight is not rational, and the flow of other laws is not a sum over cells
    power, weights = exact_value(judgement["power"], {}), [exact_value(w, {}) for w in judgement["weights"]]
    if judgement["law"].kind != "uniform" or power.denominator != 1:
        return
    radius, length = exact_value(judgement["law"].numbers[0], {}), exact_value(judgement["length"], {})
    for times in (1, 2):
        cells, width = len(weights) * times, length / (len(weights) * times)
        spread = [w for w in weights for _ in range(times)]
        rows = [[int(a <= k < b) for k in range(cells)] for a in range(cells) for b in range(a + 1, cells + 1)]
        rows += [[rng.randint(0, 1) for _ in range(cells)] for _ in range(200)]
        for row in rows:
            mixed = [(i, j) for i, own in enumerate(row) for j, other in enumerate(row) if own > other]
            flow = sum(
                (
                    near(abs(i - j), width, radius)
                    * (spread[i] * spread[j] / (spread[i] + spread[j]) if power > 0 else spread[j])
                    for i, j in mixed
                ),
                Fraction(0),
            )
            m = sum((w for w, own in zip(spread, row, strict=True) if own), Fraction(0)) / sum(spread)
            p, q, r = (exact_value(x, {}) for x in judgement["profile"])
            yield flow / (2 * radius * width * sum(spread)) >= p + q * m + r * m**2, {"cells": row}


ATTACKS: dict[str, Attack] = {
    "inequality": attack_inequality,
    "contraction": attack_contraction,
    "cut": attack_cut,
    "capped-gain": attack_capped_gain,
    "grid-cut": attack_grid_cut,
    "flow": attack_flow,
    **COVERING,
    **LOWER_ATTACKS,
    **CONVOLUTION_ATTACKS,
}
