"""Certified chains: the least number of samples for given accuracies that a certified recursion confirms.

A chain is a certificate of coverage at one (eps, delta) by the recursion of Mathematics 2.26 and 5.21. Its
parameters are weights of the window's cells, flows for them, a starting tolerance and nodes for the covered weight.
They and the number of samples are found in floats here; the checker then verifies the certificate in integers, so a
poor choice costs samples but never correctness.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from lt_proofs.bounds.closed_form import DENSITIES, WHOLE, law_of, window_length, within
from lt_proofs.bounds.end_interval import ATOMS, CELLS, first_bounds, table
from lt_proofs.bounds.flows import Flow, flows, tapered
from lt_proofs.bounds.named import law_of_record
from lt_proofs.certificates.certificate import certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.recursion import failures
from lt_proofs.proof.calculus import derivative
from lt_proofs.proof.evaluate import exact_value
from lt_proofs.proof.evidence import NoDerivative
from lt_proofs.proof.prover import proof_of
from lt_proofs.tables import LAWS
from lt_proofs.terms import Judgement, Law, Term, number
from lt_proofs.theory.certified import certified_cover, recursion
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.flow import colourings, flow
from lt_proofs.theory.laws import PRODUCT
from lt_proofs.theory.unimodal import density, staircase_law, stated_density

# nodes and bounds of probabilities are integers in units of 2^-40
UNIT = 1 << 40
# distance of nodes in the logarithm of v/(1 - v), and the largest number of cells between them
SPACING = 0.02
FARTHEST = 3000
MOST_SAMPLES = 4000
# shares of the tolerance that are tried for the starting interval; the remainder is left for the last gaps
STARTS = tuple(Fraction(k, 20) for k in range(3, 16))
# least tolerance, relative to the window's length, that nodes in units of 2^-40 can resolve
LEAST = Fraction(1, 1 << 20)
# weights exp(-steepness x^2) that are tried, first with this many cells
STEEPNESS = (0.0, 0.7, 1.4, 2.0, 2.7, 3.5, 4.5, 6.0)
COARSE = 8
# numbers of samples handed to the checker: floats may be off by one, because the checker rounds up
TRIES = 3
NO_FLOW = "its flow could not be proved; give a smooth density that decreases for z >= 0"


@dataclass(frozen=True)
class Certified:
    """A number of samples with the text of the certificate that the checker accepted.

    ``says`` is the checker's statement in words; ``proved`` holds the judgement and its plan, for use as a premise.
    """

    value: int
    certificate: str
    says: str
    proved: tuple[Judgement, Plan]


@dataclass(frozen=True)
class Covering:
    """A covering problem: law, window length, tolerance and failure probability.

    ``moving`` is the law of the non-zero samples and ``share`` their probability: a gadget is a product with
    probability 1/2 and 0 otherwise.
    """

    law: Law
    moving: Law
    share: Fraction
    length: Fraction
    tolerance: Fraction
    failure: Fraction
    frame: Fraction
    """The length of the window of the process, which may be longer than the window that is to be covered."""

    @property
    def margin(self) -> Fraction:
        """How far the process's window reaches beyond the other at each end."""
        return (self.frame - self.length) / 2


@dataclass(frozen=True)
class Chain:
    """The parameters of a chain and the number of samples that it needs, computed in floats.

    ``start`` is the half-width of the starting interval; nodes are in units of 2^-40.
    """

    weights: tuple[int, ...]
    flows: tuple[Flow, ...]
    start: Fraction
    nodes: list[int]
    samples: int
    ends: bool = False
    """Whether the table of the end-interval lemma is used too."""


@lru_cache(maxsize=64)
def certified(law: str, eps: Any, delta: Any, window: tuple[Any, Any] = WHOLE, frame: Any = None) -> Certified:
    """Return the least number of samples that a certified chain confirms, with its certificate.

    A window (A, B) is enlarged to the symmetric window [-M/2, M/2] that contains it; the process runs in a window of
    the length ``frame``, by default M or a little longer, whichever needs fewer samples. Laws: those that have files,
    uniform:R, normal:SIGMA, laplace:B, triangular:R, or a density that decreases in z >= 0, given as
    ``density:exp(-z)/2``. Raises BadInput for other laws, for numbers out of range, and if more than 4,000 samples
    would be needed.

    >>> certified("uniform", "0.1", "0.1").value
    21
    """
    covering = covering_of(law, eps, delta, window)
    slope = slope_of(covering.moving)
    covering, chain = in_its_frame(covering, frame)
    premises = [
        (
            flow(covering.moving, covering.frame, chain.weights, one.power, one.profile),
            colourings(one.parts, one.offsets, slope),
        )
        for one in chain.flows
    ]
    # the flows are the same for each number of samples; only the recursion is longer
    for samples in range(chain.samples, chain.samples + TRIES):
        judgement = certified_cover(covering.law, samples, covering.length, covering.tolerance, covering.failure)
        end = (CELLS, ATOMS) if chain.ends else None
        plan = recursion(premises, chain.nodes, chain.start, covering.tolerance - chain.start, end)
        proof = proof_of(judgement, plan)
        if proof is None:
            raise BadInput("law", law, NO_FLOW)
        text = certificate_text(certificate("certified-chain", proof))
        examined = examine_text(text)
        if examined.accepted:
            return Certified(samples, text, examined.report["says"], (judgement, plan))
        # a flow that fails will fail with more samples too
        if "(enumerate-flow)" in examined.report["reason"]:
            raise BadInput("law", law, NO_FLOW)
    raise BadInput(
        "eps", rational_text(covering.tolerance), "the checker confirmed no number of samples; give a larger one"
    )


def in_its_frame(covering: Covering, frame: Fraction | None) -> tuple[Covering, Chain]:
    """Return the covering problem with the length of the process's window, if it is not given the better of two."""
    if frame is not None:
        wide = replace(covering, frame=frame)
        return wide, sharpest(wide)
    frames = [covering.length]
    if has_table(covering):
        # beyond each end by a quarter of the tolerance: then up to twice as much is uncovered around a point that fails
        frames.append(covering.length + covering.tolerance / 2)
    tried = [(wide, sharpest(wide)) for wide in (replace(covering, frame=frame) for frame in frames)]
    return min(tried, key=lambda found: found[1].samples)


def covering_of(law: str, eps: Any, delta: Any, window: tuple[Any, Any] = WHOLE) -> Covering:
    """Read a covering problem; raise BadInput for unknown laws and numbers out of range."""
    tolerance, chance = within(eps, "eps", None), within(delta, "delta", Fraction(1))
    length = window_length(window)
    if tolerance >= length / 2:
        raise BadInput("eps", rational_text(tolerance), f"give less than half the window's length, {length / 2}")
    if tolerance / length < LEAST:
        raise BadInput("eps", rational_text(tolerance), f"a chain needs at least {LEAST} of the window's length")
    # its bounds are multiples of 2^-40, and none of them ever becomes 0: every line above a positive bound is positive
    if chance * UNIT < 1:
        raise BadInput("delta", rational_text(chance), "give at least 2^-40; no chain bounds a smaller probability")
    if law.partition(":")[0] in DENSITIES:
        staircase_law(law, length)  # raises unless the density decreases and its integral is at most 1
        sample = Law("density", (density(law)[0],))
        return Covering(sample, sample, Fraction(1), length, tolerance, chance, length)
    name, radius = law_of(law)
    if name == "uniform":
        sample = Law(name, (number(radius),))
        return Covering(sample, sample, Fraction(1), length, tolerance, chance, length)
    sample, stated = law_of_record(name), stated_density(name)
    if stated is not None:
        return Covering(sample, Law("density", (stated,)), Fraction(1), length, tolerance, chance, length)
    if "products" not in LAWS[name]:
        raise BadInput("law", name, "its file states no density that falls in |z|, which a chain needs")
    return Covering(sample, PRODUCT, Fraction(LAWS[name]["products"]), length, tolerance, chance, length)


def slope_of(law: Law) -> Term | None:
    """Return the derivative of the density of a law given by one, else None; raise BadInput if it has none."""
    try:
        return derivative(law.numbers[0], "z") if law.kind == "density" else None
    except NoDerivative:
        raise BadInput("law", repr(law.numbers[0])[:60], "give a smooth density, without abs, min and max") from None


def sharpest(covering: Covering) -> Chain:
    """Return the chain with the fewest samples among several weights and starts, without superfluous flows.

    The steepness of the weights is chosen with a few coarse cells and one start, where flows are cheap; only then are
    the flows for the full number of cells computed and all starts tried.
    """
    cells, _ = lattice(covering)
    coarse = {s: flows_of(covering, tapered(COARSE, s)) for s in STEEPNESS}
    start = STARTS[len(STARTS) // 2] * covering.tolerance
    # min takes the first of equal numbers, so ties do not depend on the order of a set
    tried = {s: chain(covering, tapered(COARSE, s), coarse[s], start).samples for s in STEEPNESS}
    steepness = min(STEEPNESS, key=lambda s: tried[s])
    # hopeless problems are refused here, before the flows of all cells cost minutes
    within_reach(covering, tried[steepness])
    # the table of lengths makes steeper weights worth a try
    ends = has_table(covering)
    tapers = [tapered(cells, s) for s in STEEPNESS[STEEPNESS.index(steepness) :][: 2 if ends else 1]]
    weights = min(tapers, key=lambda taper: chain(covering, taper, flows_of(covering, taper), start, ends).samples)
    ways = [(share, table) for table in (False, True)[: 2 if ends else 1] for share in STARTS]
    best = min(
        (chain(covering, weights, flows_of(covering, weights), share * covering.tolerance, way) for share, way in ways),
        key=lambda found: found.samples,
    )
    within_reach(covering, best.samples)
    return sparing(covering, best)


def has_table(covering: Covering) -> bool:
    """Whether the end-interval lemma speaks of the law: uniform of at most half the window's length, or a product."""
    moving, length = covering.moving, covering.frame
    radius = exact_value(moving.numbers[0], {}) if moving.kind == "uniform" else Fraction(1)
    return moving.kind in ("uniform", "product") and 2 * radius <= length


def flows_of(covering: Covering, weights: tuple[int, ...]) -> list[Flow]:
    """Return the flows of these weights on the window of the process."""
    return known_flows(covering.moving, covering.frame, weights, lattice(covering)[1])


@lru_cache(maxsize=64)
def known_flows(law: Law, length: Fraction, weights: tuple[int, ...], offsets: int) -> list[Flow]:
    """Return the flows of a window, which layers of a network share."""
    return flows(law, length, weights, offsets)


def within_reach(covering: Covering, samples: int) -> None:
    """Raise BadInput if a chain needs more than 4,000 samples."""
    if samples > MOST_SAMPLES:
        remedy = f"over {MOST_SAMPLES} samples are needed; give larger numbers"
        raise BadInput("delta", rational_text(covering.failure), remedy)


def lattice(covering: Covering) -> tuple[int, int]:
    """Return the numbers of cells and of offsets.

    If the radius of a uniform law is a whole number of cells, its density is constant between two rows of cells
    whatever their offset, so one offset loses nothing; otherwise 14 cells with 16 offsets are used.
    """
    if covering.moving.kind == "uniform":
        ratio = exact_value(covering.moving.numbers[0], {}) / covering.frame
        for cells in range(16, 8, -1):
            # a radius beyond the window has a constant density on all of it, whatever the cells
            if ratio >= 1 or (ratio * cells).denominator == 1:
                return cells, 1
    return 14, 16


def chain(
    covering: Covering, weights: tuple[int, ...], found: Sequence[Flow], start: Fraction, ends: bool = False
) -> Chain:
    """Return the chain with these parameters and the samples that it needs in floats, or MOST_SAMPLES + 1."""
    # The start [-start, start] has at least the weight ``first``, from the lightest cell that it meets; if the weight
    # ``last`` is covered, the uncovered rest cannot contain an interval of half-width tolerance - start.
    cell = covering.frame / len(weights)
    density = [w / (cell * sum(weights)) for w in weights]
    met = [w for i, w in enumerate(density) if abs(2 * i + 1 - len(weights)) * cell < 2 * start + cell]
    rest = covering.tolerance - start
    first, last = 2 * start * min(met), 1 - gap_of(covering, rest) * min(density)
    nodes = nodes_between(first, last)
    heights, means = scales(nodes, found)
    share, failure = float(covering.share), float(covering.failure)
    rows = bounds_by_length(covering, gap_of(covering, rest)) if ends else np.full((1, 2), 2.0)
    places, parts = least_lengths(nodes, weights, rows.shape[1] - 1)
    bounds = compiled(failures)(heights, means, share, failure, MOST_SAMPLES, rows, places, parts)
    samples = len(bounds) if bounds[-1] <= failure else MOST_SAMPLES + 1
    if ends:
        first = first_bounds(
            rows, radius_of(covering), share, float(covering.frame), float(start), float(gap_of(covering, rest))
        )
        samples = min([samples, *(np.flatnonzero(first <= failure)[:1] + 1).tolist()])
    return Chain(weights, tuple(found), start, nodes, samples, ends)


def gap_of(covering: Covering, rest: Fraction) -> Fraction:
    """Return how much of the process's window is uncovered where a point has nothing covered within ``rest``."""
    return rest + min(rest, covering.margin)


def bounds_by_length(covering: Covering, gap: Fraction) -> Any:
    """Return the rows of the end-interval lemma's table, far beyond where they decide."""
    least = float(covering.failure) / 4
    return table(radius_of(covering), float(covering.share), float(covering.frame), float(gap), least, MOST_SAMPLES)


def radius_of(covering: Covering) -> float | None:
    """Return the radius of a uniform law, None for the product."""
    moving = covering.moving
    return float(exact_value(moving.numbers[0], {})) if moving.kind == "uniform" else None


def least_lengths(nodes: list[int], weights: tuple[int, ...], cells: int) -> tuple[Any, Any]:
    """Return for each node the least fraction of the window that has its weight: a cell of the table and a share."""
    heavy = np.sort(np.array(weights, dtype=np.float64))[::-1]
    weight = np.append(0.0, np.cumsum(heavy)) / heavy.sum()
    lengths = np.interp(np.array(nodes, dtype=np.float64) / UNIT, weight, np.arange(len(heavy) + 1) / len(heavy))
    places = np.minimum((lengths * cells).astype(np.int64), cells - 1)
    return places, lengths * cells - places


def scales(nodes: list[int], found: Sequence[Flow]) -> tuple[Any, Any]:
    """Return, for each power, the heights of its function psi at the nodes and its guaranteed means in each cell.

    psi(m) is m, -1/sqrt(m) or -1/m for the power -1, 1/2 or 1. Heights have the shape (powers, nodes); they are bounded
    above by tangents, as in the checker, so that chords between nodes lie above psi. Means have the shape
    (powers, cells, 2): at both ends of each cell, by the flow that is best there.
    """
    places = np.array(nodes, dtype=np.float64) / UNIT
    heights, means = [], []
    for power in sorted({one.power for one in found}):
        s = float(power)
        middle = (places[1:] + places[:-1]) / 2
        tangents = [-(middle**-s) * (1 + s - s * x / middle) for x in (places[:-1], places[1:])]
        high = np.maximum(np.append(tangents[0], -np.inf), np.append(-np.inf, tangents[1]))
        # psi(m) = m is its own tangent
        heights.append(places if power < 0 else high)
        profiles = np.array([[float(x) for x in one.profile] for one in found if one.power == power])
        gains = profiles @ np.stack([np.ones_like(places), places, places**2])
        after = places + gains if power < 0 else -(places**-s) * (1 - gains / places)
        # in each cell the flow with the largest mean at its two ends together, the checker's choice too
        best = np.argmax(after[:, 1:] + after[:, :-1], axis=0)
        cells = np.arange(len(best))
        means.append(np.stack([after[best, cells], after[best, cells + 1]], axis=1))
    return np.array(heights), np.array(means)


def sparing(covering: Covering, best: Chain) -> Chain:
    """Remove flows one after the other as long as the number of samples stays the same: fewer are quicker to check."""
    # greedy: a flow that is dropped stays dropped, so at most as many chains are computed as there are flows
    for one in best.flows:
        fewer = [other for other in best.flows if other != one]
        if not fewer:
            break
        without = chain(covering, best.weights, fewer, best.start, best.ends)
        best = without if without.samples == best.samples else best
    return best


def nodes_between(first: Fraction, last: Fraction) -> list[int]:
    """Return nodes from ``first`` to ``last`` in units of 2^-40, evenly spaced in log(v/(1 - v)), and two more.

    The third-last node is ``last``, where the window counts as covered: the bound falls to zero between it and the
    second-last node, and the last node is 1.
    """
    low, high = (math.log(float(x) / (1 - float(x))) for x in (first, last))
    count = min(FARTHEST, max(8, math.ceil((high - low) / SPACING)))
    inner = (1 / (1 + math.exp(-(low + (high - low) * k / count))) for k in range(1, count))
    ends = [int(first * UNIT), -(-last.numerator * UNIT // last.denominator)]
    # the first node is rounded down and ``last`` up, so that they are on the safe side of the true weights
    nodes = sorted({*ends, *(int(x * UNIT) for x in inner)})
    nodes = [node for node in nodes if ends[0] <= node <= ends[1]]
    # the cell in which the bound falls from 1 to 0 is kept tiny: within it nothing is known
    return [*nodes, nodes[-1] + min(UNIT - nodes[-1], 1 << 14) // 2, UNIT]
