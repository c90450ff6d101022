"""Numbers of samples that do not suffice: each is found in floats and confirmed by the checker (Mathematics 2.31).

If a sum of independent variables is small, the subset sums miss a point of the window. With the tilt 0 it is the sum
of the positive samples, which is the largest subset sum; with a tilt k it is that of ln(1 + exp(k X)), which also
counts how many subset sums there are, and is sharper for small tolerances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from lt_proofs.bounds.closed_form import WHOLE, law_of, window_length, within
from lt_proofs.bounds.named import law_of_record
from lt_proofs.certificates.certificate import certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.exact.rational import parse_rational
from lt_proofs.proof.prover import proof_of
from lt_proofs.tables import LAWS
from lt_proofs.terms import Law, number
from lt_proofs.theory.necessity import POINTS, reach, uncovered

TILTS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
MOST_SAMPLES = 4096
# the checker rounds down, so the number that it confirms may be less by one than that found in floats
TRIES = 3
Distribution = Callable[[Any], Any]


@dataclass(frozen=True)
class Reach:
    """Fewer than ``value`` samples do not suffice; the certificate, which the checker accepted, says so of value - 1.

    Without a certificate, of value 0, nothing is said.
    """

    value: int
    certificate: str = ""
    says: str = ""


@lru_cache(maxsize=256)
def reach_limit(law: str, eps: Any, delta: Any, window: tuple[Any, Any] = WHOLE) -> Reach | None:
    """Return the number of samples below which coverage fails with a probability above delta, with its certificate.

    The window [A, B] is narrowed to a symmetric one, [-B, B] or [A, -A], if it contains 0 inside. None for a window
    without one, and for laws other than uniform ones and those that are 0 or a product. Raises BadInput for numbers out
    of range and unknown laws.

    >>> [reach_limit(law, "0.01", "0.01").value for law in ("uniform", "product")]
    [15, 24]
    """
    tolerance, chance = within(eps, "eps", None), within(delta, "delta", Fraction(1))
    window_length(window)
    low, high = (parse_rational(end, "window") if isinstance(end, str) else Fraction(end) for end in window)
    length = 2 * min(-low, high)
    if law.partition(":")[0] not in LAWS or length <= 2 * tolerance:
        return None
    name, radius = law_of(law)
    sample = Law("uniform", (number(radius),)) if name == "uniform" else law_of_record(name)
    below = distribution(name, float(radius))
    if below is None:
        return None
    samples, tilt = most_missing(below, length, tolerance, chance)
    simple = name == "uniform" and tilt == 0 and radius >= length / 2 - tolerance
    for fewer in range(min(TRIES, samples + 1)):
        judgement = uncovered(sample, samples - fewer, length, tolerance, chance)
        points = 0 if simple else POINTS * (1 + fewer)
        proof = proof_of(judgement, reach(Fraction(tilt), points))
        examined = examine_text(text := "" if proof is None else certificate_text(certificate("reach", proof)))
        if examined.accepted:
            return Reach(samples - fewer + 1, text, examined.report["says"])
    return None


def distribution(name: str, radius: float) -> tuple[float, Distribution] | None:
    """Return the probability that a sample is 0, and P(X <= x, X not 0) for arrays of x; None for other laws."""
    if name == "uniform":
        return 0.0, lambda x: np.clip((x + radius) / (2 * radius), 0, 1)
    if "products" not in LAWS[name]:
        return None
    share = float(Fraction(LAWS[name]["products"]))

    def below(x: Any) -> Any:
        size = np.clip(np.abs(x), 1e-300, 1)
        return share * (0.5 + np.sign(x) * (size - size * np.log(size)) / 2)

    return 1 - share, below


def most_missing(
    law: tuple[float, Distribution], length: Fraction, tolerance: Fraction, chance: Fraction
) -> tuple[int, int]:
    """Return the largest number of samples that miss a point with a probability above ``chance``, and its tilt."""
    found = []
    for tilt in TILTS:
        masses = rounded_law(law, tilt, float(length), float(tolerance))
        enough = 1
        while enough < MOST_SAMPLES and small_sum(masses, enough) > chance:
            enough *= 2
        least = enough // 2
        while enough - least > 1:
            middle = (least + enough) // 2
            least, enough = (middle, enough) if small_sum(masses, middle) > chance else (least, middle)
        found.append((least, -tilt))
    samples, tilt = max(found)
    return samples, -tilt


def rounded_law(law: tuple[float, Distribution], tilt: int, length: float, tolerance: float) -> Any:
    """Return the probabilities of the numbers of steps to which one variable of the sum is rounded up."""
    zero, below = law
    ends = np.array([length / 2, tolerance])
    # ln sinh, without the infinities of sinh
    grown = ends * tilt + np.log1p(-np.exp(-2 * tilt * ends)) if tilt else ends
    levels = (grown[0] - grown[1]) / POINTS * np.arange(POINTS + 1)
    if tilt:
        levels = np.append(-np.inf, levels[1:] + np.log(-np.expm1(-levels[1:]))) / tilt
    return np.diff(zero + below(levels), prepend=0)


def small_sum(masses: Any, samples: int) -> float:
    """Return the probability that the sum of so many variables is at most the number of steps."""
    size = 2 * len(masses)
    total, square = np.append(1.0, np.zeros(len(masses) - 1)), masses
    while samples:
        if samples & 1:
            total = np.fft.irfft(np.fft.rfft(total, size) * np.fft.rfft(square, size), size)[: len(masses)]
        square = np.fft.irfft(np.fft.rfft(square, size) ** 2, size)[: len(masses)]
        samples >>= 1
    return float(total.sum())
