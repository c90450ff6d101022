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
    """The flow of a law out of every measurable set in a window of cells of these weights."""
    return Judgement.of(
        "flow", law=law, length=number(length), weights=tuple(map(number, weights)), power=number(power),
        profile=tuple(map(number, profile)),
    )  # fmt: skip


def colourings(parts: Parts, offsets: int = 1, slope: Term | None = None) -> Plan:
    """By all colourings of two rows of cells, for each of so many offsets; two offsets share numbers p and q.

    ``slope`` is that of the density, where the law is known by one.
    """
    falls = {} if slope is None else {"slope": encode(slope)}
    return Plan("enumerate-flow", (), {"offsets": offsets, "parts": [[str(p), str(q)] for p, q in parts], **falls})
