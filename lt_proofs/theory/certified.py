"""R7, the certified chain: coverage at given accuracies, by the worst case of every sample over the covered weight.

Derived, mathematics.md §1 R7 and referee B3, B5.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lt_proofs.terms import Judgement, Law, number, parse_domain
from lt_proofs.theory.claim import Plan


def certified_cover(law: Law, samples: int, length: Fraction, eps: Fraction, delta: Fraction) -> Judgement:
    """Coverage of [-M/2, M/2] within eps by so many samples, but for delta: numbers, no variables."""
    return Judgement.of(
        "cover", domain=parse_domain(""), hypotheses=(), law=law, length=number(length), tolerance=number(eps),
        failure=number(delta), samples=number(samples),
    )  # fmt: skip


def recursion(flows: Iterable[tuple[Judgement, Plan]], nodes: list[int], start: Fraction, rest: Fraction) -> Plan:
    """The plan of a certified chain from these flows on these nodes, in units of 2^-40."""
    return Plan("recursion", tuple(flows), {"start": str(start), "rest": str(rest), "nodes": nodes})
