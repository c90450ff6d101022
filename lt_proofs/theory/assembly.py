"""Networks of given widths, in numbers: layers whose errors do not add up, and networks composed of any layers.

Mathematics 3.26 and 3.27.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import perm

from lt_proofs.terms import Judgement, number
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.laws import GADGET
from lt_proofs.theory.layers import BOTH, INSTANCES, layer

MOMENTS = range(1, 7)
"""Half the exponents of the moments of a norm by which the errors of a layer may be bounded."""


def rounded_layer(
    cover: tuple[Judgement, Plan], shape: tuple[int, int], tolerance: Fraction, failure: Fraction, signs: str, k: int
) -> tuple[Judgement, Plan]:
    """Return a layer whose weights are rounded up or down to subset sums such that the errors do not add up (3.26).

    ``shape`` are its inputs and outputs; ``k`` is half the moment of the norm that shows the tolerance.
    """
    inputs, outputs = shape
    whole = layer(cover[0]["samples"], inputs, outputs, "", number(tolerance), signs=signs)
    return whole.replace(failure=number(failure)), Plan("either-way", (cover,), {"moment": k})


def given_network(
    layers: Sequence[tuple[Judgement, Plan]],
    widths: Sequence[int],
    units: Sequence[int],
    eps: Fraction,
    delta: Fraction,
) -> tuple[Judgement, Plan]:
    """Return Theorem 1 for these widths with these units per input, from layers with numbers for all fields (3.27)."""
    judgement = Judgement.of(
        "given-network", law=GADGET, widths=tuple(widths), units=tuple(units), error=number(eps), failure=number(delta)
    )
    return judgement, Plan("assemble", tuple(layers))


def moment_bound(k: int, inputs: int, outputs: int, signs: str = BOTH) -> int:
    """Return P_k: the 2k-th moment of the norm of the errors, in units of the tolerance of a weight, is at most this.

    >>> [moment_bound(k, 2, 3, "nonnegative") for k in (1, 2)]
    [6, 42]
    """
    columns = INSTANCES[signs] * inputs
    ways = ((count * 4 ** (k - d), b, c) for (b, c, d), count in walks(k).items())
    return sum(weight * perm(outputs, b) * perm(columns, c) for weight, b, c in ways)


@cache
def walks(k: int) -> Counter[tuple[int, int, int]]:
    """Return how many closed walks of 2k steps between rows and columns use no entry once, up to names.

    They are counted by their numbers of rows, columns and different entries.
    """
    found: Counter[tuple[int, int, int]] = Counter()
    for rows in words(k):
        for columns in words(k):
            used = Counter(zip(rows, columns, strict=True)) + Counter(zip(rows[1:] + rows[:1], columns, strict=True))
            if min(used.values()) > 1:
                found[max(rows) + 1, max(columns) + 1, len(used)] += 1
    return found


def words(k: int) -> Iterator[tuple[int, ...]]:
    """Yield the words of k letters in which each new letter is the next whole number."""
    if k == 0:
        yield ()
        return
    for word in words(k - 1):
        yield from ((*word, letter) for letter in range(max(word, default=-1) + 2))
