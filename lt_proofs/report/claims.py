"""Facts about checked claims, as report.json has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from lt_proofs.campaigns.beside import Evidence, Measured, evidence_for
from lt_proofs.coq.statements import twins
from lt_proofs.exact.rational import decimal_text, rational_text
from lt_proofs.proof.claims import CheckedClaim, count_plants
from lt_proofs.proof.decision import Decision
from lt_proofs.report.statement import statement_facts
from lt_proofs.report.steps import proof_facts
from lt_proofs.theory.claim import Plant
from lt_proofs.verdict import Tier, Verdict

CERTIFICATES = "certificates"
CHECKER = "python -I -S ../lt_proofs/checker"


def claims_facts(results: Sequence[CheckedClaim]) -> list[dict[str, Any]]:
    """Return the facts of all claims in their order, each with the claims that rest on it."""
    rests: dict[str, list[str]] = {result.claim.id: [] for result in results}
    for result in results:
        for premise in result.claim.premises:
            rests.setdefault(premise, []).append(result.claim.id)
    return [{**_claim(result), "unblocks": rests[result.claim.id]} for result in results]


def counts_facts(results: Sequence[CheckedClaim]) -> dict[str, Any]:
    """Return the numbers of claims by verdict and tier, of planted errors by verdict, and the names of failures."""
    verdicts, tiers = [r.verdict for r in results], [r.tier for r in results]
    plants = count_plants(results)
    proved = [p.name for r in results for p in r.plants if p.verdict is Verdict.PROVED]
    return {
        "claims": len(results),
        "verdicts": {verdict.value: verdicts.count(verdict) for verdict in Verdict},
        # the kernel checks twins of claims for weights on a grid, beside the claims' own evidence
        "tiers": {tier.value: tiers.count(tier) for tier in Tier}
        | {Tier.KERNEL_CHECKED.value: sum(r.claim.id in twins() for r in results)},
        "plants": {**plants, "all": sum(plants.values())},
        "invalid": sum(
            p.report.get("state", "accepted") != "accepted" for r in results for p in (r.decision, *r.plants)
        ),
        "failures": [r.claim.id for r in results if r.verdict is not Verdict.PROVED] + proved,
    }


def _claim(result: CheckedClaim) -> dict[str, Any]:
    claim = result.claim
    return {
        "id": claim.id,
        "title": claim.title,
        "verdict": result.verdict.value,
        "tier": result.tier.value,
        "statement": statement_facts(claim.judgement),
        "proof": claim.proof,
        "steps": proof_facts(result.decision.envelope) if result.decision.envelope is not None else [],
        "place": claim.place,
        "changes": claim.changes,
        "kernel": _twin(claim.id),
        "witness": claim.witness,
        "premises": list(claim.premises),
        "axioms": result.axioms,
        "planted": {"refuted": count_plants([result])["refuted"], "all": len(result.plants)},
        "instances": result.decision.instances,
        "plants": [_plant(*pair) for pair in zip(claim.plants, result.plants, strict=True)],
        "disagreement": result.disagreement,
        "evidence": [_evidence(evidence) for evidence in evidence_for(claim.id)],
        "certificate": _certificate(result.decision),
        "again": [f"lt-proofs check {claim.id}", f"lt-proofs show {claim.id}"],
    }


def _twin(name: str) -> dict[str, str] | None:
    """Return the theorem of formal/ that says the same for weights on a grid, if there is one."""
    twin = twins().get(name)
    return None if twin is None else {"theorem": twin.theorem, "of": twin.of}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Return a recorded campaign beside a claim: a measurement, never a proof."""
    return {
        "campaign": evidence.name,
        "tier": evidence.tier.value,
        "trials": evidence.trials,
        "level": rational_text(evidence.level),
        "rows": [_measured(measured) for measured in evidence.measured],
    }


def _measured(measured: Measured) -> dict[str, str]:
    slack = measured.slack
    return {
        "what": measured.what,
        "low": _shown(measured.low, up=False),
        "high": _shown(measured.high, up=True),
        "claimed": _claimed(measured),
        "fits": "consistent" if measured.consistent else "contradicts",
        "room": "" if slack is None else decimal_text(slack, 2, up=False),
    }


def _claimed(measured: Measured) -> str:
    """What the claim says of the quantity: a failure probability of at most 1 would be no statement."""
    if not measured.above and measured.bound >= 1:
        return "nothing"
    return f"at {'least' if measured.above else 'most'} {_shown(measured.bound, up=not measured.above)}"


def _shown(value: Fraction, *, up: bool) -> str:
    """Return a number with five significant digits, rounded up or down as asked."""
    # small numbers need more places for five significant digits
    digits = next((k for k in range(5, 60, 5) if abs(value) * 10**k >= 10_000 or not value), 60)
    text = decimal_text(value, digits, up=up)
    return text.rstrip("0").rstrip(".")


def _plant(plant: Plant, decision: Decision) -> dict[str, Any]:
    found = decision.instance
    return {
        "change": plant.change,
        "verdict": decision.verdict.value,
        "counterexample": found,
        "caught": None if found is None else counterexample_words(found),
    }


def _certificate(decision: Decision) -> dict[str, Any] | None:
    """Return the certificate's file and what the checker said of it; None if there is no certificate."""
    envelope, report = decision.envelope, decision.report
    if envelope is None:
        return None
    file = f"{CERTIFICATES}/{decision.name}.json"
    return {
        "file": file,
        "digest": envelope["digest"],
        "state": report["state"],
        "of_record": report.get("of_record"),
        "says": report.get("says", report.get("reason", "")),
        "steps": len(envelope["steps"]),
        "remarks": report.get("remarks", []),
        "recheck": recheck_commands(file),
    }


def recheck_commands(file: str) -> list[str]:
    """Return the two commands that check a file again in the report's folder: the package's, and the checker alone."""
    return [f"lt-proofs recheck {file}", f"{CHECKER} {file}"]


def counterexample_words(found: Mapping[str, Any]) -> str:
    """Return a counterexample in one line.

    >>> counterexample_words({"point": {"v": "1/2"}, "law": [["1/2", "3/4"], ["1", "1/4"]]})
    'v = 1/2; V = 1/2 with probability 3/4, 1 with probability 1/4'
    >>> counterexample_words({"cells": [1, 0]})
    'equal cells of the interval, 1 for the cells of A: 1 0'
    """
    return "; ".join(_part(key, value) for key, value in found.items())


# part of a counterexample -> its name for readers
PARTS = {
    "cells": "equal cells of the interval, 1 for the cells of A",
    "set": "the set, 1 for its points",
    "points": "grid points",
    "first": "colours of the first row",
    "second": "colours of the second row",
    "places": "a maximal set of the interval [-1, 1]",
    "slopes": "two slopes, and one that is near both",
    "targets": "number of targets, and of draws",
    "functions": "number of functions in each draw",
    "grid": "matrices whose entries are the midpoints of a grid with this number of cells",
    "network": "input and output weights of the hidden units",
    "inputs": "inputs at which the values of all masks are counted",
    "draws": "equally probable draws",
    "n": "samples, or hidden units per input",
    "layer": "in layer",
}
# longer parts are cut: the certificate has them in full
LONG = 240


def _part(key: str, value: Any) -> str:
    if key == "point":
        return ", ".join(f"{name} = {number}" for name, number in value.items())
    if key == "law":
        return "V = " + ", ".join(f"{x} with probability {p}" for x, p in value if p != "0")
    shown = " ".join(map(str, value)) if isinstance(value, list) else value
    text = f"{PARTS.get(key, key)}: {shown}".replace("'", "")
    return text if len(text) <= LONG else f"{text[:LONG]} …"
