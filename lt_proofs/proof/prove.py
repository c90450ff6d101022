"""``lt_proofs.prove``: decide one inequality over a box, with a certificate that the checker has accepted."""

from __future__ import annotations

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import box_of
from lt_proofs.proof.counterexample import counterexample, root_instance, undefined_at, vanishing_root
from lt_proofs.proof.decision import Decision, Finding, Problem, decision_on
from lt_proofs.proof.evidence import BUDGET, WORK
from lt_proofs.proof.inequality import evidence_for
from lt_proofs.proof.instances import texts
from lt_proofs.proof.prover import refutation_of
from lt_proofs.terms import Judgement, Relation, parse_domain, parse_relation
from lt_proofs.terms.tree import plain, variables

NAME = "inequality"
MAX_VARIABLES = 4


def prove(relation: str | Relation, where: str = "", budget: float = BUDGET, work: int = WORK) -> Decision:
    """Decide an inequality or identity over a box.

    >>> prove("v*(1-v) <= 1/4", "v in [0, 1]").verdict
    <Verdict.PROVED: 'PROVED'>
    >>> prove("v*(1-v) < 1/4", "v in [0, 1]").counterexample
    {'v': Fraction(1, 2)}

    The decision holds ``judgement``, ``verdict``, ``counterexample`` (exact values), ``certificate`` (the text that the
    checker accepted) and ``reason`` (why it is undecided).

    ``work`` limits the search in counted units, so that the answer is the same on every machine and at every load;
    ``budget`` is a safety net in seconds: if it runs out, the inequality is undecided.

    Raises BadInput for an expression outside the grammar, an unknown or unused variable, an empty domain, or a
    domain that holds a point where a side is not defined (the message names it).
    """
    conclusion = parse_relation(relation) if isinstance(relation, str) else relation
    domain = parse_domain(where)
    names = variables(conclusion.left - conclusion.right)
    missing = names - set(domain.names)
    if missing:
        raise BadInput("--where", where, f"give an interval for {', '.join(sorted(missing))}")
    unused = set(domain.names) - names
    if unused:
        raise BadInput("--where", where, f"leave out {', '.join(sorted(unused))}, which the statement does not hold")
    if len(domain.names) > MAX_VARIABLES:
        raise BadInput("--where", where, f"at most {MAX_VARIABLES} variables are decided")
    if budget <= 0:
        raise BadInput("--budget", budget, "give a positive number of seconds")
    if work <= 0:
        raise BadInput("--work", work, "give a positive number of units")
    # 256 bits decide between ends such as pi and 22/7; if they did not, an empty interval would only cost a search
    for name, (low, high, low_open, high_open) in box_of(domain, 256).items():
        if low > high or (low == high and (low_open or high_open)):
            raise BadInput("--where", where, f"the interval of {name} is empty")
    judgement = Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=conclusion)
    finding = search(judgement, where, budget, work)
    answer = None if finding.certificate is None else examine_text(certificate_text(finding.certificate))
    return decision_on(Problem(NAME, judgement), finding, answer)


def search(judgement: Judgement, where: str, budget: float, work: int) -> Finding:
    """Search for a point that refutes the inequality, then for evidence, then for a root that refutes it.

    Raises BadInput if a side is undefined at a point of the domain; ``where`` is what the user typed for it.
    """
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
        steps.add("tree", judgement, [], data)
        return Finding(certificate=certificate(NAME, steps))
    # last, because sympy factors the difference of the sides, and only a strict inequality can fail at such a root
    root = vanishing_root(judgement)
    if root is not None:
        return refuted(judgement, root_instance(root))
    return Finding(reason=stuck or "no strategy applied to the inequality")


def refuted(judgement: Judgement, instance: dict[str, object]) -> Finding:
    """The finding of an instance on which the inequality fails."""
    return Finding(instance=instance, certificate=certificate(NAME, refutation_of(judgement, instance)))
