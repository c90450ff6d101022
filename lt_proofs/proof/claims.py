"""Checking the claims of record: each is proved, and each of its planted errors must be refuted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lt_proofs.exact.witness import agrees
from lt_proofs.proof.decide import decide
from lt_proofs.proof.decision import Decision, Problem
from lt_proofs.proof.exhaustive import broken_cut
from lt_proofs.proof.processes import working_processes
from lt_proofs.terms import decode
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.claim import Claim
from lt_proofs.verdict import Tier, Verdict


@dataclass(frozen=True)
class CheckedClaim:
    """A claim with its decision, the decisions on its plants, and the seconds that they took."""

    claim: Claim
    decision: Decision
    plants: tuple[Decision, ...]
    seconds: float
    disagreement: dict[str, str] | None = None
    """Where mpmath, or a look at every subset of a grid, contradicts a step of the proof: that fails the claim."""

    @property
    def verdict(self) -> Verdict:
        """PROVED only for an accepted certificate of the very statement of record that nothing contradicts."""
        # a certificate that mpmath contradicts would be an error of the checker, so nothing is proved by it
        contradicted = self.disagreement is not None
        if self.decision.verdict is Verdict.PROVED and (contradicted or not self.decision.report.get("of_record")):
            return Verdict.UNDECIDED
        return self.decision.verdict

    @property
    def tier(self) -> Tier:
        """How the claim is known."""
        if self.verdict is not Verdict.PROVED:
            return Tier.CONJECTURED
        return Tier.EXHAUSTIVE if self.claim.finite else Tier.PROVED

    @property
    def axioms(self) -> list[str]:
        """The textbook facts that the checker listed for the accepted certificate."""
        return list(self.decision.report.get("axioms", []))


def check_claims(
    claims: Sequence[Claim],
    folder: Path | None = None,
    digits: int = 50,
    device: str = "cpu",
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[CheckedClaim]:
    """Prove the claims, keeping their certificates in ``folder`` if one is given, and run every plant.

    mpmath evaluates every inequality that a proof rests on at random points with ``digits`` digits; statements about
    grids are confirmed by kernels that look at every subset, on the CPU or with device "cuda" on the GPUs.
    With more than one process a script that calls this must guard its main part, as multiprocessing asks.
    ``progress`` is called with (claims done, claims).
    """
    check = partial(check_claim, folder=folder, digits=digits, device=device)
    # a process takes a second or two to start, which few claims are not worth
    if processes < 2 or len(claims) < 2 * processes:
        return _collected(map(check, claims), len(claims), progress)
    with working_processes(processes) as pool:
        return _collected(pool.imap(check, claims), len(claims), progress)


def _collected(
    found: Iterable[CheckedClaim], number: int, progress: Callable[[int, int], None] | None
) -> list[CheckedClaim]:
    """Return the claims as they are checked, and tell how many are done."""
    results = []
    for result in found:
        results.append(result)
        if progress is not None:
            progress(len(results), number)
    return results


def check_claim(claim: Claim, folder: Path | None, digits: int, device: str) -> CheckedClaim:
    """Prove one claim and run its plants."""
    start = time.perf_counter()
    (decision,) = decide([problem_of(claim)], folder)
    plants = decide(plants_of(claim))
    disagreement = contradiction(decision, digits, device)
    return CheckedClaim(claim, decision, tuple(plants), time.perf_counter() - start, disagreement)


def contradiction(decision: Decision, digits: int, device: str) -> dict[str, str] | None:
    """The first point at which mpmath, or an enumeration, contradicts a step of a proof."""
    for step in (decision.envelope or {"steps": []})["steps"]:
        if step["goal"]["form"] == "inequality":
            witness = agrees(decode(step["goal"]), digits)
            if witness.disagreement is not None:
                return witness.disagreement
        elif step["goal"]["form"] == "grid-cut":
            broken = broken_cut(decode(step["goal"]), device)
            if broken is not None:
                return broken
    return None


def problem_of(claim: Claim) -> Problem:
    """The claim as a problem; its id is the name of the certificate."""
    return Problem(claim.id, claim.judgement, claim.plan)


def plants_of(claim: Claim) -> list[Problem]:
    """The planted errors of a claim as problems, which go through the same search and the same checker.

    Those of the claim's form are attempted by the claim's own plan, exactly as the claim is.
    """
    # a false statement must not fall for want of trying: it gets the very plan that proves the true one
    plans = (claim.plan if plant.judgement.form == claim.judgement.form else None for plant in claim.plants)
    return [
        Problem(f"{claim.id}-plant-{number}", plant.judgement, plan)
        for number, (plant, plan) in enumerate(zip(claim.plants, plans, strict=True), 1)
    ]


def count_plants(results: Sequence[CheckedClaim]) -> dict[str, int]:
    """How many planted errors were refuted, undecided and proved; the last must be 0."""
    verdicts = [plant.verdict for result in results for plant in result.plants]
    return {v.name.lower(): verdicts.count(v) for v in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED)}


def missed(results: Sequence[CheckedClaim]) -> list[str]:
    """The planted errors that have a known counterexample and were not refuted: the claim's id and what was changed."""
    return [
        f"{result.claim.id}: {plant.change}"
        for result in results
        for plant, outcome in zip(result.claim.plants, result.plants, strict=True)
        if plant.known and outcome.verdict is Verdict.UNDECIDED
    ]


def overall(results: Sequence[CheckedClaim]) -> Verdict:
    """PROVED if every claim is, no plant is, and each plant with a known counterexample is refuted.

    REFUTED if a claim is refuted or a plant proved; else UNDECIDED.
    """
    verdicts = {result.verdict for result in results}
    # a planted error that is proved is as bad as a claim that is refuted: one of the two is misstated
    if Verdict.REFUTED in verdicts or count_plants(results)["proved"]:
        return Verdict.REFUTED
    return Verdict.UNDECIDED if Verdict.UNDECIDED in verdicts or missed(results) else Verdict.PROVED


def summary_text(results: Sequence[CheckedClaim]) -> str:
    """A summary to read: each claim with its verdict, statement, idea of proof and axioms, and its planted errors."""
    lines = []
    for result in results:
        claim = result.claim
        lines += [f"{claim.id}: {claim.title} - {result.verdict.value} ({result.tier.value})"]
        lines += [f"  {plain_sentence(claim.judgement)}", f"  {claim.proof}"]
        lines += [f"  axioms: {'; '.join(result.axioms) or 'none'}"]
        for plant, outcome in zip(claim.plants, result.plants, strict=True):
            lines.append(f"  planted: {plant.change} - {outcome.verdict.value}")
    return "\n".join(lines)
