"""The laws of samples from which campaigns draw, each with its exact integer sampler (Mathematics 1.3).

Samples lie on a dyadic grid instead of the continuum; Mathematics 2.30 transfers the theorems to it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.kernels import laws, philox
from lt_proofs.kernels.passage import sample_from, words_of_samples
from lt_proofs.tables import LAWS as FILES

OPERATIONS: dict[str, tuple[int, Callable[..., int]]] = {
    "+": (2, operator.add),
    "-": (2, operator.sub),
    "*": (2, operator.mul),
    "abs": (1, abs),
    "min": (2, min),
    "max": (2, max),
}
"""The operations of the term of a sample, with the numbers of their arguments."""
TOP = 2**24 - 1
"""The largest draw a or b, in units of 2^-24."""


def value_of(term: Any, draws: Mapping[str, int]) -> int:
    """The sample that the draws give, exactly; raise ValueError for what is no term of a sample."""
    if isinstance(term, str):
        if term not in draws and not term.removeprefix("-").isdecimal():
            raise ValueError(f"{term} is neither a draw nor a whole number")
        return draws[term] if term in draws else int(term)
    head, *args = term
    count, operation = OPERATIONS.get(head, (None, None))
    if operation is None or len(args) != count:
        raise ValueError(f"{head} with {len(args)} arguments")
    return operation(*(value_of(arg, draws) for arg in args))


def check_files(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise Malformed for a file from which no kernel can be written, or whose kernel would be that of another law.

    Samples are computed for the largest and the smallest draws only: enough to find a wrong ``bits`` or a product too
    many, which would have kernels write outside their arrays.
    """
    owners: dict[int, str] = {}
    for name, row in rows.items():
        path, sampled = f"lt_proofs/checker/laws/{name}.json", row["sampled"]
        owner = owners.setdefault(sampled["stream"], name)
        if owner != name:
            raise Malformed(path, f"stream {sampled['stream']} is that of the law {owner}; take another one")
        if sampled["draws"] not in (1, 2) or not 0 <= sampled["bits"] <= 48:
            raise Malformed(path, "a sample takes 1 or 2 draws and counts in units of 2^-bits, bits from 0 to 48")
        for ends in product((-TOP, -1, 1, TOP), repeat=sampled["draws"]):
            try:
                sample = value_of(sampled["sample"], dict(zip("ab", ends, strict=False)))
            except ValueError as error:
                raise Malformed(path, f"not the term of a sample: {error}; lt_proofs/tables.py says what is") from None
            if abs(sample) > 1 << sampled["bits"]:
                raise Malformed(
                    path, f"a sample {sample}/2^{sampled['bits']} lies outside [-1, 1]; correct bits or term"
                )


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


check_files(FILES)
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
