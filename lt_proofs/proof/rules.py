"""What each rule asks for: the prover's own reading of the rules, which the checker computes again for itself."""

from __future__ import annotations

from typing import Any

from lt_proofs.proof.covering_rules import COVERING, Asks, nothing
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


def twin_lattice(goal: Judgement, premises: list[Judgement], _data: dict[str, Any]) -> list[Judgement]:
    """A cut from two rows of cells: the bound is at most twice the share of all mixed pairs."""
    a: Term = Symbol("a")
    share = Apply("*", (number(2), premises[0]["share"], a, goal["length"] - a))
    return [inequality(goal["domain"], (), goal["bound"] <= share)]


ASKS: dict[str, Asks] = {
    "two-point": two_point,
    "twin-lattice": twin_lattice,
    "enumerate-lattice": nothing,
    "enumerate-grid": nothing,
    **COVERING,
    **LOWER,
}
