"""The laws of samples from which campaigns draw, each with its exact integer sampler (Mathematics 1.3).

Samples lie on a dyadic grid instead of the continuum; Mathematics 2.30 transfers the theorems to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.kernels import laws, philox
from lt_proofs.kernels.passage import sample_from, words_of_samples
from lt_proofs.tables import LAWS as FILES


@dataclass(frozen=True)
class Sampler:
    """A law on [-1, 1] whose samples are integers in units of 2^-bits; ``stream`` is its Philox stream.

    The uniform law has 24 bits; products of two uniform numbers, and gadgets, have 48. A campaign gives up a trial
    after ``most`` samples unless it is told another number.
    """

    name: str
    stream: int
    bits: int
    most: int = 64

    def __post_init__(self) -> None:
        laws.check_law(self.stream)

    def sample(self, seed: int, trial: int, index: int) -> Fraction:
        """Return sample number ``index`` of a trial, exactly; raise BadInput for a seed out of range.

        >>> UNIFORM.sample(0, 0, 0)
        Fraction(-2776693, 16777216)
        """
        key = np.uint64(philox.check_seed(seed))
        words = words_of_samples(self.stream, key, np.uint64(trial), index)
        return Fraction(int(sample_from(self.stream, words, index)), 1 << self.bits)


LAWS = {
    name: Sampler(name, row["sampled"]["stream"], row["sampled"]["bits"], row["sampled"]["most"])
    for name, row in FILES.items()
}
UNIFORM, PRODUCT, GADGET = (LAWS[name] for name in ("uniform", "product", "gadget"))


def law_named(name: str) -> Sampler:
    """Return the law of that name; raise BadInput if there is none."""
    if name not in LAWS:
        raise BadInput("law", name, f"name one of: {', '.join(LAWS)}")
    return LAWS[name]
