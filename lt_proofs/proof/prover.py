"""From a judgement to a certificate: follow the plan, prove what the rules ask for, or show a counterexample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lt_proofs.certificates.certificate import Steps
from lt_proofs.proof.asking import Refused, obligations
from lt_proofs.proof.inequality import evidence_of
from lt_proofs.proof.instances import texts, witness
from lt_proofs.terms import FORMS, Judgement, encode
from lt_proofs.theory.claim import Plan

# how a judgement of each form is concluded where no plan is given
USUAL = {
    "contraction": Plan("two-point"),
    "grid-cut": Plan("enumerate-grid"),
}


def conclude(goal: Judgement, plan: Plan | None, steps: Steps, final: bool = False) -> int | None:
    """Add the steps that conclude the goal and return the number of the last; None when one is missing.

    ``final`` says that the goal is the statement of the certificate.
    """
    plan = Plan("tree") if goal.form == "inequality" else plan or USUAL.get(goal.form)
    if plan is None:
        return None
    sources = [conclude(premise, inner, steps) for premise, inner in plan.premises]
    data = plan.data | hints(goal, final)
    try:
        asked = obligations(plan.rule, goal, [premise for premise, _ in plan.premises], data, final)
    except Refused:
        return None
    sources += [conclude(obligation, None, steps) for obligation in asked]
    numbers = [source for source in sources if source is not None]
    if len(numbers) < len(sources):
        return None
    if goal.form != "inequality":
        return steps.add(plan.rule, goal, numbers, data)
    evidence = evidence_of(goal)
    return None if evidence is None else steps.add("tree", goal, numbers, data | evidence)


def hints(goal: Judgement, final: bool) -> dict[str, Any]:
    """A point of the domain that meets the hypotheses, where the checker asks for one."""
    if goal.form == "grid-cut" or "hypotheses" not in FORMS[goal.form] or not goal["hypotheses"]:
        return {}
    if goal.form == "inequality" and not final:
        return {}
    point = witness(goal["domain"], goal["hypotheses"])
    return {} if point is None else {"point": texts(point)}


def proof_of(goal: Judgement, plan: Plan | None) -> Steps | None:
    """The steps of a proof, or None when none was found."""
    steps = Steps()
    return steps if conclude(goal, plan, steps, final=True) is not None else None


def refutation_of(goal: Judgement, counterexample: Mapping[str, Any]) -> Steps:
    """The steps that conclude the negation of the goal from a counterexample.

    Besides the counterexample the checker asks that the goal says something: mostly for nothing more.
    """
    steps, data = Steps(), dict(counterexample)
    negation = {"form": "not", "statement": encode(goal)}
    try:
        asked = obligations("counterexample", negation, [], data, final=True)
    except Refused:
        asked = []
    numbers = [conclude(obligation, None, steps) for obligation in asked]
    steps.add("counterexample", negation, [number for number in numbers if number is not None], data)
    return steps
