"""The certified chain: the least number of samples that the checker accepts at given accuracies.

Floats find the number, the checker's integers confirm it: the certificate holds the nodes of the recursion alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from lt_proofs.bounds.closed_form import DENSITIES, WHOLE, law_of, window_length, within
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.recursion import least_samples
from lt_proofs.proof.calculus import floats
from lt_proofs.proof.certificate import certificate, certificate_text
from lt_proofs.proof.checking import examine_text
from lt_proofs.proof.prover import proof_of
from lt_proofs.terms import Judgement, Range
from lt_proofs.theory.certified import Gain, certified_cover, gains_of, recursion
from lt_proofs.theory.unimodal import staircase_law

UNIT = 1 << 40
SPACING = 0.0145
FARTHEST = 3000
MOST_SAMPLES = 4000
START = Fraction(3, 5)
LEAST = Fraction(1, 1 << 20)
TRIES = 3


@dataclass(frozen=True)
class Certified:
    """A number of samples, and the text of the certificate that the checker accepted for it."""

    value: int
    certificate: str
    says: str


@lru_cache(maxsize=64)
def certified(law: str, eps: Any, delta: Any, window: tuple[Any, Any] = WHOLE) -> Certified:
    """The least number of samples that a certified chain gives for the window [-M/2, M/2] around this one.

    Laws: uniform, product, gadget, uniform:R, normal:SIGMA, laplace:B, triangular:R, or a density in z >= 0 that
    falls, given as ``density:exp(-z)/2``. Raises BadInput for other laws, for numbers out of range, and where more
    than 4,000 samples would be needed.

    >>> certified("uniform", "0.1", "0.1").value
    24
    """
    tolerance, chance = within(eps, "eps", None), within(delta, "delta", Fraction(1))
    length = window_length(window)
    if law in ("product", "gadget"):
        length = max(length, Fraction(2))
    if tolerance >= length / 2:
        raise BadInput("eps", rational_text(tolerance), f"give less than half the window's length, {length / 2}")
    named = law.partition(":")[0] not in DENSITIES
    sample, found = gains_of(law, length) if named and law_of(law) else staircase_law(law, length)
    if tolerance / length < LEAST:
        raise BadInput("eps", rational_text(tolerance), f"a chain on multiples of 2^-40 needs at least {LEAST} windows")
    start, rest = START * tolerance, (1 - START) * tolerance
    nodes = nodes_between(2 * start / length, 1 - rest / length)
    guess = search(nodes, found, chance)
    for samples in range(guess, guess + TRIES):
        judgement = certified_cover(sample, samples, length, tolerance, chance)
        proof = proof_of(judgement, recursion(found, nodes, start, rest))
        if proof is None:
            raise BadInput("law", law, "the gain of this law could not be proved; give a density that falls in z")
        text = certificate_text(certificate("certified-chain", proof))
        examined = examine_text(text)
        if examined.accepted:
            return Certified(samples, text, examined.report["says"])
    raise BadInput("eps", rational_text(tolerance), "the checker confirms no number of samples here; give a larger one")


def nodes_between(first: Fraction, last: Fraction) -> list[int]:
    """Nodes in units of 2^-40, evenly spaced in the logarithm of v/(1-v), and 1/2; the last cell is all covered."""
    low, high = (math.log(float(x) / (1 - float(x))) for x in (first, last))
    count = min(FARTHEST, max(8, math.ceil((high - low) / SPACING)))
    inner = (1 / (1 + math.exp(-(low + (high - low) * k / count))) for k in range(1, count))
    ends = [int(first * UNIT), -(-last.numerator * UNIT // last.denominator)]
    nodes = sorted({*ends, *(int(x * UNIT) for x in inner), UNIT // 2})
    nodes = [node for node in nodes if ends[0] <= node <= ends[1]]
    return [*nodes, nodes[-1] + min(UNIT - nodes[-1], 1 << 14) // 2]


def search(nodes: list[int], found: tuple[Gain, ...], chance: Fraction) -> int:
    """The number of samples that the recursion in floats asks for."""
    places = np.array(nodes, dtype=np.float64) / UNIT
    means = np.stack([places[:-1], places[1:]], axis=1)
    for judgement, _, _ in found:
        where = inside(judgement, means)
        means = np.where(where[:, None], means + _gain(judgement, means), means)
    reach = np.minimum(np.searchsorted(places, 2 * places[1:]), len(nodes) - 1)
    samples = compiled(least_samples)(places, means, reach, float(chance), MOST_SAMPLES)
    if samples < 0:
        raise BadInput("delta", rational_text(chance), f"over {MOST_SAMPLES} samples are needed; give larger numbers")
    return int(samples)


def inside(judgement: Judgement, cells: Any) -> Any:
    """Which cells lie in the range of v of a drift."""
    (where,) = judgement["domain"].ranges
    low, high = _end(where, "low"), _end(where, "high")
    return (cells[:, 0] >= low) & (cells[:, 1] <= high)


def _end(where: Range, side: str) -> float:
    return float(floats(getattr(where, side), {}))


def _gain(judgement: Judgement, places: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.nan_to_num(floats(judgement["gain"], {"v": np.clip(places, 1e-300, 1 - 1e-16)}))
