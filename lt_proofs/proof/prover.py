"""From a judgement to a certificate: follow the plan, prove what the rules ask for, or show a counterexample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lt_proofs.certificates.certificate import Steps
from lt_proofs.proof.inequality import prove_inequality
from lt_proofs.proof.rules import ASKS
from lt_proofs.terms import Judgement, encode
from lt_proofs.theory.claim import Plan

# how a judgement of each form is concluded where no plan is given
USUAL = {
    "contraction": Plan("two-point"),
    "grid-cut": Plan("enumerate-grid"),
}


def conclude(goal: Judgement, plan: Plan | None, steps: Steps) -> int | None:
    """Add the steps that conclude the goal and return the number of the last; None when one is missing."""
    if goal.form == "inequality":
        return prove_inequality(goal, steps)
    plan = plan or USUAL.get(goal.form)
    if plan is None:
        return None
    sources = [conclude(premise, inner, steps) for premise, inner in plan.premises]
    asked = ASKS[plan.rule](goal, [premise for premise, _ in plan.premises], plan.data)
    sources += [conclude(obligation, None, steps) for obligation in asked]
    numbers = [source for source in sources if source is not None]
    if len(numbers) < len(sources):
        return None
    return steps.add(plan.rule, goal, numbers, plan.data)


def proof_of(goal: Judgement, plan: Plan | None) -> Steps | None:
    """The steps of a proof, or None when none was found."""
    steps = Steps()
    return steps if conclude(goal, plan, steps) is not None else None


def refutation_of(goal: Judgement, counterexample: Mapping[str, Any]) -> Steps:
    """The one step that concludes the negation of the goal from a counterexample."""
    steps = Steps()
    negation = {"form": "not", "statement": encode(goal)}
    steps.add("counterexample", negation, [], dict(counterexample))
    return steps
