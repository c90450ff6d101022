"""The one entry point: a judgement goes in, a verdict comes out, and a certificate that the checker accepted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lt_proofs.certificates.certificate import certificate, certificate_text
from lt_proofs.certificates.checking import Examined, run_checker
from lt_proofs.proof.falsify import Attack, falsify
from lt_proofs.proof.prover import proof_of, refutation_of
from lt_proofs.terms import Judgement
from lt_proofs.theory.claim import Plan
from lt_proofs.verdict import Verdict

Found = tuple[Attack, dict[str, Any] | None]
"""What a search found, which counts for nothing yet: the falsifier's outcome, and a certificate or None."""


@dataclass(frozen=True)
class Problem:
    """A judgement to decide, under a name that becomes the name of its file."""

    name: str
    judgement: Judgement
    plan: Plan | None = None


@dataclass(frozen=True)
class Decision:
    """What was found: PROVED or REFUTED only if the checker accepted the certificate file."""

    problem: Problem
    verdict: Verdict
    attack: Attack
    examined: Examined | None
    envelope: dict[str, Any] | None

    @property
    def counterexample(self) -> dict[str, Any] | None:
        """The confirmed counterexample of a refutation."""
        return self.attack.counterexample if self.verdict is Verdict.REFUTED else None


def decide(problems: Sequence[Problem], folder: Path | None = None, tries: int = 1000) -> list[Decision]:
    """Attack and prove each judgement, write the certificates and have one checker process examine them all.

    Certificates go to ``folder`` as NAME.json, or to a temporary folder that is removed.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="lt_proofs-") as temporary:
            return decide(problems, Path(temporary), tries)
    return examine(problems, [_search(problem, tries) for problem in problems], folder)


def examine(problems: Sequence[Problem], found: Sequence[Found], folder: Path) -> list[Decision]:
    """Write the certificates that a search found to the folder, and decide by what the checker says of them."""
    paths = {}
    for problem, (_, envelope) in zip(problems, found, strict=True):
        if envelope is not None:
            paths[problem.name] = folder / f"{problem.name}.json"
            paths[problem.name].write_text(certificate_text(envelope), encoding="ascii")
    examined = dict(zip(paths, run_checker(list(paths.values())), strict=True))
    return [
        _decision(problem, attack, envelope, examined.get(problem.name))
        for problem, (attack, envelope) in zip(problems, found, strict=True)
    ]


def _search(problem: Problem, tries: int) -> Found:
    attack = falsify(problem.judgement, tries)
    if attack.counterexample is not None:
        steps = refutation_of(problem.judgement, attack.counterexample)
        return attack, certificate(problem.name, steps)
    proof = proof_of(problem.judgement, problem.plan)
    return attack, certificate(problem.name, proof) if proof is not None else None


def _decision(problem: Problem, attack: Attack, envelope: dict[str, Any] | None, examined: Examined | None) -> Decision:
    verdict = Verdict.UNDECIDED
    if examined is not None and examined.accepted:
        verdict = Verdict.REFUTED if examined.report["refutation"] else Verdict.PROVED
    return Decision(problem, verdict, attack, examined, envelope)
