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
    """Return the judgement that ``samples`` samples cover [-M/2, M/2] within eps with probability at least 1 - delta.

    All fields are numbers; M is ``length``.
    """
    return Judgement.of(
        "cover", domain=parse_domain(""), hypotheses=(), law=law, length=number(length), tolerance=number(eps),
        failure=number(delta), samples=number(samples),
    )  # fmt: skip


def recursion(
    flows: Iterable[tuple[Judgement, Plan]],
    nodes: list[int],
    start: Fraction,
    rest: Fraction,
    end: tuple[int, int] | None = None,
) -> Plan:
    """Return the plan of a certified chain (Mathematics 2.26).

    ``nodes`` are the grid of covered weights in units of 2^-40; ``start`` and ``rest`` are the half-width of the first
    covered interval and the length of the last gaps; ``end`` the cells and atoms of the table of the end-interval lemma
    (2.34), if it is used.
    """
    table = {} if end is None else {"end": list(end)}
    return Plan("recursion", tuple(flows), {"start": str(start), "rest": str(rest), "nodes": nodes, **table})


def certified_layer(
    cover: tuple[Judgement, Plan], inputs: int, outputs: int, tolerance: Term, failure: Fraction, signs: str = BOTH
) -> tuple[Judgement, Plan]:
    """Return a layer, with numbers for all fields, that follows from coverage of the windows of its weights (l1, l2).

    A weight has one window for each sign that its input can have; the failures of all windows add up.
    """
    samples, entrywise, chance = (cover[0][field] for field in ("samples", "tolerance", "failure"))
    several = 2 * chance if INSTANCES[signs] == 2 else chance
    weight = layer(samples, domain="", tolerance=entrywise, signs=signs).replace(failure=several)
    whole = layer(samples, inputs, outputs, "", tolerance, signs=signs).replace(failure=number(failure))
    rule = "two-signs" if signs == BOTH else "one-sign"
    return whole, Plan("frobenius", ((weight, Plan(rule, (cover,))),))
