"""``lt_proofs.prove``: decide one inequality over a box, with a certificate that the checker has accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lt_proofs.certificates.certificate import Steps, certificate, certificate_text
from lt_proofs.certificates.checking import examine_text
from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import box_of
from lt_proofs.proof.counterexample import AlgebraicNumber, counterexample, undefined_at, vanishing_root
from lt_proofs.proof.evidence import BUDGET, WORK
from lt_proofs.proof.inequality import evidence_for
from lt_proofs.proof.instances import texts
from lt_proofs.proof.prover import refutation_of
from lt_proofs.terms import Judgement, Relation, encode, parse_domain, parse_relation
from lt_proofs.terms.tree import plain, variables
from lt_proofs.verdict import Verdict

MAX_VARIABLES = 4
Place = Mapping[str, Fraction | AlgebraicNumber]


@dataclass(frozen=True)
class Proof:
    """The outcome of :func:`prove`; PROVED and REFUTED only if the checker accepted the certificate."""

    judgement: Judgement
    verdict: Verdict
    counterexample: Place | None
    """Exact: rational coordinates, or an isolated root of a polynomial."""
    certificate: str | None
    stuck: str
    """Where an undecided search gave up."""


def prove(relation: str | Relation, where: str = "", budget: float = BUDGET, work: int = WORK) -> Proof:
    """Decide an inequality or identity over a box.

    >>> prove("v*(1-v) <= 1/4", "v in [0, 1]").verdict
    <Verdict.PROVED: 'PROVED'>
    >>> prove("v*(1-v) < 1/4", "v in [0, 1]").counterexample
    {'v': Fraction(1, 2)}

    ``work`` limits the search in counted units, so that the answer is the same on every machine and at every load;
    ``budget`` is a safety net in seconds, whose end leaves the inequality undecided.

    Raises BadInput for an expression outside the grammar, an unknown or unused variable, an empty domain, or a
    domain that holds a point where a side is not defined (the message names it).
    """
    conclusion = parse_relation(relation) if isinstance(relation, str) else relation
    domain = parse_domain(where)
    names = variables(conclusion.left - conclusion.right)
    missing = names - set(domain.names)
    if missing:
        raise BadInput("--where", where, f"give an interval for {', '.join(sorted(missing))}")
    if len(domain.names) > MAX_VARIABLES:
        raise BadInput("--where", where, f"at most {MAX_VARIABLES} variables are decided")
    if budget <= 0:
        raise BadInput("--budget", budget, "give a positive number of seconds")
    if work <= 0:
        raise BadInput("--work", work, "give a positive number of units")
    for name, (low, high, low_open, high_open) in box_of(domain, 256).items():
        if low > high or (low == high and (low_open or high_open)):
            raise BadInput("--where", where, f"the interval of {name} is empty")
    judgement = Judgement.of("inequality", domain=domain, hypotheses=(), conclusion=conclusion)
    return decide_inequality(judgement, where, budget, work)


def decide_inequality(judgement: Judgement, where: str, budget: float = BUDGET, work: int = WORK) -> Proof:
    """Refute by a point, or prove by evidence, or say where the search got stuck."""
    point = counterexample(judgement)
    if point is not None:
        return confirmed(judgement, Verdict.REFUTED, refutation_of(judgement, {"point": texts(point)}), point)
    gap = undefined_at(judgement)
    if gap is not None:
        place, part = gap
        if not place:
            raise BadInput("expression", repr(judgement["conclusion"]), "give a statement whose two sides are defined")
        at = ", ".join(f"{name} = {value}" for name, value in place.items())
        raise BadInput("--where", where, f"{plain(part)} makes the statement undefined at {at}; leave that point out")
    data, stuck = evidence_for(judgement, work, budget)
    if data is None:
        root = vanishing_root(judgement)
        if root is not None:
            hint = {"root": [encode(root.polynomial), str(root.low), str(root.high)]}
            return confirmed(judgement, Verdict.REFUTED, refutation_of(judgement, hint), {root.name: root})
        return Proof(judgement, Verdict.UNDECIDED, None, None, stuck or "no way found")
    steps = Steps()
    steps.add("tree", judgement, [], data)
    return confirmed(judgement, Verdict.PROVED, steps, None)


def confirmed(judgement: Judgement, verdict: Verdict, steps: Steps, point: Place | None) -> Proof:
    """The verdict if the checker accepts the certificate, else UNDECIDED with its reason."""
    text = certificate_text(certificate("inequality", steps))
    report: dict[str, Any] = examine_text(text).report
    if report["state"] == "accepted":
        return Proof(judgement, verdict, point, text, "")
    return Proof(judgement, Verdict.UNDECIDED, None, None, f"the checker said: {report['reason']}")
