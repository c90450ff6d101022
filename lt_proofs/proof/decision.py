"""What is to be decided, what a search found for it, and what the checker decided: the types of every search here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lt_proofs.certificates.certificate import certificate_text
from lt_proofs.certificates.checking import CheckerAnswer
from lt_proofs.proof.counterexample import AlgebraicNumber
from lt_proofs.terms import Judgement
from lt_proofs.terms.judgement import decode_term
from lt_proofs.theory.claim import Plan
from lt_proofs.verdict import Verdict

# a certificate may be checked anywhere, so a decision does not hold the path at which it was checked here
PLACE = "file"


@dataclass(frozen=True)
class Problem:
    """A judgement to decide, under a name that becomes the name of its file."""

    name: str
    judgement: Judgement
    plan: Plan | None = None


@dataclass(frozen=True)
class Finding:
    """What a search found. It counts for nothing until the checker has accepted the certificate."""

    instances: int = 0
    """How many admissible instances of the statement were evaluated."""
    instance: dict[str, Any] | None = None
    """The instance on which the conclusion failed, as certificates write it."""
    certificate: dict[str, Any] | None = None
    """The sealed certificate of a proof or of a refutation."""
    reason: str = ""
    """Why there is no certificate: a full sentence without its final point."""


@dataclass(frozen=True)
class Decision:
    """What became of a judgement: PROVED or REFUTED only if the checker accepted the certificate."""

    name: str
    judgement: Judgement
    verdict: Verdict
    certificate: str | None
    """The text that the checker was given; it establishes nothing while the verdict is UNDECIDED."""
    instance: dict[str, Any] | None = None
    """The instance that refutes the judgement, as its certificate writes it."""
    reason: str = ""
    """Why the judgement is undecided."""
    instances: int = 0
    """How many admissible instances were evaluated before the proof was searched."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """What the checker reported of the certificate; empty if there was none."""
    parts: tuple[Decision, ...] = ()
    """The decisions that a chain of relations was cut into; this one is the worst of them."""

    @property
    def envelope(self) -> dict[str, Any] | None:
        """The certificate as data."""
        return None if self.certificate is None else dict(json.loads(self.certificate))

    @property
    def counterexample(self) -> Mapping[str, Any] | None:
        """What refutes the judgement.

        For an inequality this is the exact value of each variable, a Fraction or an isolated root of a polynomial; for
        every other form it is the instance.
        """
        if self.instance is None or self.judgement.form != "inequality":
            return self.instance
        if "root" in self.instance:
            polynomial, low, high = self.instance["root"]
            (name,) = self.judgement["domain"].names
            return {name: AlgebraicNumber(name, decode_term(polynomial), Fraction(low), Fraction(high))}
        return {name: Fraction(value) for name, value in self.instance["point"].items()}


def decision_on(problem: Problem, finding: Finding, answer: CheckerAnswer | None) -> Decision:
    """The decision by the checker's answer to the certificate of a finding; None is the answer to no certificate."""
    text = None if finding.certificate is None else certificate_text(finding.certificate)
    verdict, reason, report = Verdict.UNDECIDED, finding.reason, {}
    if answer is not None:
        report = {key: value for key, value in answer.report.items() if key != PLACE}
        if answer.accepted:
            verdict = Verdict.REFUTED if report["refutation"] else Verdict.PROVED
        else:
            reason = f"the checker did not accept the certificate: {report['reason']}"
    instance = finding.instance if verdict is Verdict.REFUTED else None
    return Decision(problem.name, problem.judgement, verdict, text, instance, reason, finding.instances, report)
