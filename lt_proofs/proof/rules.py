"""What each rule asks for: the prover's own reading of the rules, which the checker computes again for itself."""

from __future__ import annotations

from typing import Any

from lt_proofs.proof.covering_rules import COVERING, Asks, nothing
from lt_proofs.proof.evaluate import exact_value
from lt_proofs.proof.lower_rules import LOWER
from lt_proofs.terms import Apply, Domain, Judgement, Range, Relation, Symbol, Term, number
from lt_proofs.terms.tree import substitute

UNIT = Range("t", "[", number(0), number(1), "]")


def inequality(domain: Domain, hypotheses: tuple[Relation, ...], conclusion: Relation) -> Judgement:
    """The judgement that the conclusion holds wherever the hypotheses do."""
    return Judgement.of("inequality", domain=domain, hypotheses=hypotheses, conclusion=conclusion)


def two_point(goal: Judgement, _premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """Contraction by the two-point worst case: chord above the potential, and the chord at the least mean."""
    name, g, h = goal["variable"], goal["potential"], goal["drift"]
    v, t = Symbol(name), Symbol("t")
    asked = []
    for ceiling in goal["ceilings"]:
        least = tuple(ceiling <= other for other in goal["ceilings"] if other != ceiling)
        top = substitute(g, {name: ceiling})
        width = ceiling - v
        between = substitute(g, {name: v + t * width})
        with_unit = Domain((*goal["domain"].ranges, UNIT))
        asked += [
            inequality(goal["domain"], least, v < ceiling),
            inequality(with_unit, least, between <= (1 - t) * g + t * top),
            inequality(goal["domain"], least, top <= g),
            inequality(goal["domain"], least, width * g + h * (top - g) <= goal["factor"] * (g * width)),
        ]
    return asked


def cut_by_flow(goal: Judgement, premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """A cut from the flow of a uniform law: the bound is at most so much of the measure of all pairs."""
    a: Term = Symbol("a")
    length, radius = exact_value(goal["length"], {}), exact_value(goal["radius"], {})
    last, linear, bend = (exact_value(x, {}) for x in premises[0]["profile"])
    whole = 2 * radius * length
    parts = (number(whole * last), number(whole * linear / length) * a)
    cut = Apply("+", (*parts, Apply("*", (number(whole * bend / length**2), a, a))))
    return [inequality(goal["domain"], (), goal["bound"] <= cut)]


ASKS: dict[str, Asks] = {
    "two-point": two_point,
    "cut-by-flow": cut_by_flow,
    "enumerate-grid": nothing,
    **COVERING,
    **LOWER,
}
