"""Flows: how much a sample carries, on average, from a set to the rest of a window, points counting by weight.

Mathematics 2.19 and 2.20: two rows of cells at all pairs of offsets stand for all measurable sets.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, encode, number
from lt_proofs.theory.claim import Plan

Weights = tuple[int, ...]
Parts = tuple[tuple[Fraction, Fraction], ...]

UNIFORM = Law("uniform", (number(1),))


def flow(law: Law, length: Fraction, weights: Weights, power: Fraction, profile: tuple[Fraction, ...]) -> Judgement:
    """Return the judgement that bounds the flow of a law out of every measurable set (Mathematics 2.19).

    The window of the given length consists of equal cells with ``weights``; the bound is the quadratic polynomial
    ``profile`` of the covered weight.
    """
    return Judgement.of(
        "flow", law=law, length=number(length), weights=tuple(map(number, weights)), power=number(power),
        profile=tuple(map(number, profile)),
    )  # fmt: skip


def colourings(parts: Parts, offsets: int = 1, slope: Term | None = None) -> Plan:
    """Return the plan that examines all colourings of two rows of cells, offset by offset (Mathematics 2.20).

    ``parts`` holds for each pair of offsets the two numbers p and q of its bound; ``slope`` is the derivative of the
    density if the law is known by one.
    """
    falls = {} if slope is None else {"slope": encode(slope)}
    return Plan("enumerate-flow", (), {"offsets": offsets, "parts": [[str(p), str(q)] for p, q in parts], **falls})
