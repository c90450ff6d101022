"""``lt_proofs.prove``: decide one inequality over a box, with a certificate that the checker has accepted."""

from __future__ import annotations

from dataclasses import replace

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.proof.counterexample import counterexample, root_instance, undefined_at, vanishing_root
from lt_proofs.proof.decision import Decision, Finding, Problem, decision_on
from lt_proofs.proof.evidence import BUDGET, WORK
from lt_proofs.proof.inequality import evidence_for
from lt_proofs.proof.instances import texts
from lt_proofs.proof.prover import hints, refutation_of
from lt_proofs.proof.statement import judgements
from lt_proofs.terms import Judgement, Relation
from lt_proofs.terms.tree import plain
from lt_proofs.verdict import Verdict

NAME = "inequality"


def prove(relation: str | Relation, where: str = "", budget: float = BUDGET, work: int = WORK) -> Decision:
    """Decide an inequality or identity, or a chain such as ``0 <= f <= 1``, over a box and under conditions.

    >>> prove("v*(1-v) <= 1/4", "v in [0, 1]").verdict
    <Verdict.PROVED: 'PROVED'>
    >>> prove("v*(1-v) < 1/4", "v in [0, 1]").counterexample
    {'v': Fraction(1, 2)}

    The decision holds ``judgement``, ``verdict``, ``counterexample`` (exact values), ``certificate`` (the text that the
    checker accepted) and ``reason`` (why it is undecided). A chain, or a condition ``x != c``, makes several decisions:
    they are the ``parts`` of the one that is returned, the worst of them.

    ``where`` holds intervals, and relations that the variables meet: "x in [0, 1], 0 < y, x < y".

    ``work`` limits the search in counted units, so that the answer is the same on every machine and at every load;
    ``budget`` is a safety net in seconds: if it runs out, the inequality is undecided.

    Raises BadInput for an expression outside the grammar, an unknown or unused variable, an empty domain, or a
    domain that holds a point where a side is not defined (the message names it).
    """
    if budget <= 0:
        raise BadInput("--budget", budget, "give a positive number of seconds")
    if work <= 0:
        raise BadInput("--work", work, "give a positive number of units")
    parts = [decided(judgement, where, budget, work) for judgement in judgements(relation, where)]
    if len(parts) == 1:
        return parts[0]
    # the whole is as good as its worst part
    worst = min(parts, key=lambda part: (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED).index(part.verdict))
    return replace(worst, parts=tuple(parts))


def decided(judgement: Judgement, where: str, budget: float, work: int) -> Decision:
    """The decision on one judgement."""
    finding = search(judgement, where, budget, work)
    answer = None if finding.certificate is None else examine_text(certificate_text(finding.certificate))
    return decision_on(Problem(NAME, judgement), finding, answer)


def search(judgement: Judgement, where: str, budget: float, work: int) -> Finding:
    """Search for a point that refutes the inequality, then for evidence, then for a root that refutes it.

    Raises BadInput if a side is undefined at a point of the domain; ``where`` is what the user typed for it.
    """
    if judgement["hypotheses"] and not hints(judgement, final=True):
        raise BadInput("--where", where, "no point was found that meets the conditions; relax them")
    point = counterexample(judgement)
    if point is not None:
        return refuted(judgement, {"point": texts(point)})
    gap = undefined_at(judgement)
    if gap is not None:
        place, part = gap
        if not place:
            raise BadInput("expression", repr(judgement["conclusion"]), "give a statement whose two sides are defined")
        at = ", ".join(f"{name} = {value}" for name, value in place.items())
        raise BadInput(
            "--where",
            where,
            f"{plain(part)} makes the statement undefined at {at}; give ranges on which both sides are defined",
        )
    data, stuck = evidence_for(judgement, work, budget)
    if data is not None:
        steps = Steps()
        steps.add("tree", judgement, [], data | hints(judgement, final=True))
        return Finding(certificate=certificate(NAME, steps))
    # last, because sympy factors the difference of the sides, and only a strict inequality can fail at such a root
    root = vanishing_root(judgement)
    if root is not None:
        return refuted(judgement, root_instance(root))
    return Finding(reason=stuck or "no strategy applied to the inequality")


def refuted(judgement: Judgement, instance: dict[str, object]) -> Finding:
    """The finding of an instance on which the inequality fails."""
    return Finding(instance=instance, certificate=certificate(NAME, refutation_of(judgement, instance)))
