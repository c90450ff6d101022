"""R7, the certified recursion: coverage at given accuracies, by the worst case of every sample over the covered weight.

Mathematics 2.26 and 3.17.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lt_proofs.terms import Judgement, Law, Term, number, parse_domain
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.layers import BOTH, INSTANCES, layer


def certified_cover(law: Law, samples: int, length: Fraction, eps: Fraction, delta: Fraction) -> Judgement:
    """Coverage of [-M/2, M/2] within eps by so many samples, but for delta: numbers, no variables."""
    return Judgement.of(
        "cover", domain=parse_domain(""), hypotheses=(), law=law, length=number(length), tolerance=number(eps),
        failure=number(delta), samples=number(samples),
    )  # fmt: skip


def recursion(flows: Iterable[tuple[Judgement, Plan]], nodes: list[int], start: Fraction, rest: Fraction) -> Plan:
    """The plan of a certified chain from these flows on these nodes, in units of 2^-40."""
    return Plan("recursion", tuple(flows), {"start": str(start), "rest": str(rest), "nodes": nodes})


def certified_layer(
    cover: tuple[Judgement, Plan], inputs: int, outputs: int, tolerance: Term, failure: Fraction, signs: str = BOTH
) -> tuple[Judgement, Plan]:
    """A layer of numbers whose windows, one for each sign of the input of each weight, are covered (l1, l2)."""
    samples, entrywise, chance = (cover[0][field] for field in ("samples", "tolerance", "failure"))
    several = 2 * chance if INSTANCES[signs] == 2 else chance
    weight = layer(samples, domain="", tolerance=entrywise, signs=signs).replace(failure=several)
    whole = layer(samples, inputs, outputs, "", tolerance, signs=signs).replace(failure=number(failure))
    rule = "two-signs" if signs == BOTH else "one-sign"
    return whole, Plan("frobenius", ((weight, Plan(rule, (cover,))),))
