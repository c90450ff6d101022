"""Deciding judgements of any form: each is attacked, then proved, and the checker examines what was found."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lt_proofs.certificates.certificate import certificate, certificate_text
from lt_proofs.certificates.checking import run_checker
from lt_proofs.proof.decision import Decision, Finding, Problem, decision_on
from lt_proofs.proof.falsify import falsify
from lt_proofs.proof.prover import proof_of, refutation_of


def decide(problems: Sequence[Problem], folder: Path | None = None, tries: int = 1000) -> list[Decision]:
    """Attack and prove each judgement, write the certificates and have one checker process examine them all.

    Certificates go to ``folder`` as NAME.json, or to a temporary folder that is removed. ``tries`` is the number of
    random instances on which each conclusion is evaluated first.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="lt_proofs-") as temporary:
            return decide(problems, Path(temporary), tries)
    return examine(problems, [search(problem, tries) for problem in problems], folder)


def examine(problems: Sequence[Problem], findings: Sequence[Finding], folder: Path) -> list[Decision]:
    """Write the certificates of the findings to the folder, and decide each problem by the checker's answer."""
    paths = {}
    for problem, finding in zip(problems, findings, strict=True):
        if finding.certificate is not None:
            paths[problem.name] = folder / f"{problem.name}.json"
            paths[problem.name].write_text(certificate_text(finding.certificate), encoding="ascii")
    answers = dict(zip(paths, run_checker(list(paths.values())), strict=True))
    return [decision_on(p, finding, answers.get(p.name)) for p, finding in zip(problems, findings, strict=True)]


def search(problem: Problem, tries: int = 1000) -> Finding:
    """Search for a counterexample, and if none is found for a proof; no search is made that the clock could end."""
    # attacked first: a false judgement should not be searched for a proof, and a true one survives cheaply
    finding = falsify(problem.judgement, tries)
    if finding.instance is not None:
        steps = refutation_of(problem.judgement, finding.instance)
    else:
        proof = proof_of(problem.judgement, problem.plan)
        if proof is None:
            return replace(finding, reason="no counterexample was found, and no proof of one of the steps")
        steps = proof
    return replace(finding, certificate=certificate(problem.name, steps))
