"""From a judgement to the steps of a certificate: follow the plan, and prove what the checker's rules ask for."""

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


def conclude(judgement: Judgement, plan: Plan | None, steps: Steps, final: bool = False) -> int | None:
    """Add the steps that conclude a judgement and return the number of the last; None when one is missing.

    First the premises are concluded by their own plans, then the inequalities that the rule asks for by the search.
    ``final`` says that the judgement is the statement of the certificate.
    """
    plan = Plan("tree") if judgement.form == "inequality" else plan or USUAL.get(judgement.form)
    if plan is None:
        return None
    sources = [conclude(premise, inner, steps) for premise, inner in plan.premises]
    data = plan.data | hints(judgement, final)
    try:
        asked = obligations(plan.rule, judgement, [premise for premise, _ in plan.premises], data, final)
    except Refused:
        return None
    sources += [conclude(obligation, None, steps) for obligation in asked]
    # the checker takes no step of which one premise is missing
    numbers = [source for source in sources if source is not None]
    if len(numbers) < len(sources):
        return None
    if judgement.form != "inequality":
        return steps.add(plan.rule, judgement, numbers, data)
    evidence = evidence_of(judgement)
    return None if evidence is None else steps.add("tree", judgement, numbers, data | evidence)


def hints(judgement: Judgement, final: bool) -> dict[str, Any]:
    """A point of the domain that meets the hypotheses, where the checker asks for one.

    It asks so that no statement holds only because nothing meets its hypotheses; of inequalities it asks it only where
    they are the statement of the certificate.
    """
    if judgement.form == "grid-cut" or "hypotheses" not in FORMS[judgement.form] or not judgement["hypotheses"]:
        return {}
    if judgement.form == "inequality" and not final:
        return {}
    point = witness(judgement["domain"], judgement["hypotheses"])
    return {} if point is None else {"point": texts(point)}


def proof_of(judgement: Judgement, plan: Plan | None) -> Steps | None:
    """The steps of a proof, or None when none was found."""
    steps = Steps()
    return steps if conclude(judgement, plan, steps, final=True) is not None else None


def refutation_of(judgement: Judgement, instance: Mapping[str, Any]) -> Steps:
    """The steps that conclude the negation of a judgement from an instance on which it fails.

    The rule may ask for inequalities: that the judgement is well formed, for example that its terms are defined. Those
    that are not proved are left out, and the checker then refuses the certificate.
    """
    steps, data = Steps(), dict(instance)
    negation = {"form": "not", "statement": encode(judgement)}
    try:
        asked = obligations("counterexample", negation, [], data, final=True)
    except Refused:
        asked = []
    numbers = [conclude(obligation, None, steps) for obligation in asked]
    steps.add("counterexample", negation, [number for number in numbers if number is not None], data)
    return steps
