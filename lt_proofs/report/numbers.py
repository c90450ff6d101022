"""Recompute every numeric bound that the project states in three independent ways: Arb, mpmath and the checker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import mpmath

from lt_proofs.certificates.certificate import certificate
from lt_proofs.exact.enclosure import value_at
from lt_proofs.exact.rational import decimal_text, rational_text
from lt_proofs.exact.witness import to_mpmath
from lt_proofs.proof.decide import examine
from lt_proofs.proof.decision import Decision, Finding, Problem
from lt_proofs.proof.prover import proof_of
from lt_proofs.report.statement import statement_facts
from lt_proofs.terms import Judgement, Relation, Symbol, Term, number, parse_domain
from lt_proofs.terms.tree import substitute
from lt_proofs.theory.record import by_id, find
from lt_proofs.verdict import Verdict

FOLDER = "bounds"
DIGITS, SHOWN, PRECISION = 50, 6, 256
CENT, HALF = Fraction(1, 100), Fraction(1, 2)
BOTH = {"eps": CENT, "delta": CENT}


@dataclass(frozen=True)
class Stated:
    """A stated integer: the least one that is at least the claim's term at a given point.

    ``what`` describes it in words, ``claimed`` is the number as stated.
    """

    claim: str
    what: str
    point: dict[str, Fraction]
    claimed: int
    field: str = "samples"
    """The field of the claim's judgement that holds the bound, a term or a relation."""

    @property
    def name(self) -> str:
        """The common part of the names of its two certificates."""
        at = "-".join(f"{key}-{value.numerator}-{value.denominator}" for key, value in self.point.items())
        return f"{self.claim}-{at}"

    @property
    def term(self) -> Term:
        """The bound with the numbers inserted."""
        found = find(self.claim).judgement[self.field]
        bound = _solved(found) if isinstance(found, Relation) else found
        return substitute(bound, {key: number(value) for key, value in self.point.items()})


def _solved(relation: Relation) -> Term:
    """Return r/c for a conclusion h c >= r, or r if a single symbol stands on its left side."""
    if isinstance(relation.left, Symbol):
        return relation.right
    return relation.right / substitute(relation.left, {"h": number(1)})


def _layer(inputs: int, outputs: int) -> dict[str, Fraction]:
    """Return the point of a layer of a network of two layers at eps = delta = 1/100."""
    return {"d": Fraction(inputs), "e": Fraction(outputs), "l": Fraction(2), **BOTH}


def _square(size: int, **more: int | Fraction) -> dict[str, Fraction]:
    """Return the point of square matrices of a size, with further numbers."""
    return {"d": Fraction(size), **{name: Fraction(value) for name, value in more.items()}}


STATED = (
    Stated("r4-uniform", "samples, uniform law", BOTH, 56),
    Stated("r4-weighted", "samples, uniform law, eight-point lemma", BOTH, 50),
    Stated("r4-tapered", "samples, uniform law, six weights", BOTH, 48),
    Stated("r4-product", "samples, product law", BOTH, 120),
    Stated("r4-gadget", "samples, gadget law", BOTH, 247),
    Stated("r4-weighted-product", "samples, product law, twelve weights", BOTH, 81),
    Stated("r4-weighted-gadget", "samples, gadget law, twelve weights", BOTH, 171),
    Stated("l1", "hidden units for one weight", BOTH, 258, "units"),
    Stated("l1-weighted", "hidden units for one weight, by weighted coverage", BOTH, 178, "units"),
    Stated("theorem-1", "hidden units per input, layer 784 to 500 of 2", _layer(784, 500), 710, "units"),
    Stated("theorem-1", "hidden units per input, layer 500 to 10 of 2", _layer(500, 10), 564, "later"),
    Stated("theorem-1-log", "the same with the whole budget, layer 784 to 500", _layer(784, 500), 689, "units"),
    Stated("theorem-1-log", "the same with the whole budget, layer 500 to 10", _layer(500, 10), 543, "later"),
    Stated("theorem-1-weighted", "the same by weighted coverage, layer 784 to 500", _layer(784, 500), 462, "units"),
    Stated("theorem-1-weighted", "the same by weighted coverage, layer 500 to 10", _layer(500, 10), 366, "later"),
    Stated("theorem-1-constant", "the same with C = 86, layer 784 to 500", _layer(784, 500), 1564, "units"),
    Stated("theorem-1-weighted-constant", "the same with C = 60, layer 784 to 500", _layer(784, 500), 1091, "units"),
    Stated("theorem-2", "weights for matrices of size 10", _square(10, eps=CENT), 664, "conclusion"),
    Stated("theorem-2", "weights for matrices of size 100", _square(100, eps=CENT), 66438, "conclusion"),
    Stated("theorem-2-width", "hidden width, two layers, size 100", _square(100, eps=CENT), 333, "conclusion"),
    Stated("theorem-2-columns", "hidden width, two layers, size 2", _square(2, eps=CENT, delta=HALF), 13, "conclusion"),
)


def bounds_facts(folder: Path, stated: tuple[Stated, ...] = STATED) -> list[dict[str, Any]]:
    """Return one row for each stated number; the accepted certificates are left in the folder."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    known = [row for row in stated if _known(row)]
    questions = [question for row in known for question in _questions(row)]
    findings = [Finding(certificate=_certificate(question)) for question in questions]
    decisions = iter(examine(questions, findings, place))
    return [_row(row, next(decisions), next(decisions)) for row in known]


def _known(row: Stated) -> bool:
    """Whether the claim is of record."""
    return row.claim in by_id()


def _questions(row: Stated) -> Iterator[Problem]:
    """Yield two inequalities: the number is at least the bound, and the number minus one is less."""
    # inequalities without variables, which an enclosure of their term decides
    nothing = parse_domain("")
    for end, conclusion in (("enough", row.term <= row.claimed), ("least", row.term > row.claimed - 1)):
        judgement = Judgement.of("inequality", domain=nothing, hypotheses=(), conclusion=conclusion)
        yield Problem(f"{row.name}-{end}", judgement)


def _certificate(question: Problem) -> dict[str, Any] | None:
    """Return a certificate for the checker, or None; the inequality has no variables, so no random attack is made."""
    proof = proof_of(question.judgement, None)
    return certificate(question.name, proof) if proof is not None else None


def _row(row: Stated, enough: Decision, least: Decision) -> dict[str, Any]:
    """Return the facts of one number; it agrees if Arb, mpmath and the checker all give the number as stated."""
    low, high = value_at(row.term, {}, PRECISION)
    context = mpmath.mp.clone()
    context.dps = DIGITS
    witness = to_mpmath(row.term, {}, context)
    proved = all(decision.verdict is Verdict.PROVED for decision in (enough, least))
    # Arb's enclosure must not straddle an integer, or the least integer would be undecided
    agreed = proved and ceil(low) == ceil(high) == int(context.ceil(witness)) == row.claimed
    return {
        "claim": row.claim,
        "what": row.what,
        "at": [f"{name} = {rational_text(value)}" for name, value in row.point.items()],
        "formula": statement_facts(enough.judgement)["pieces"],
        "claimed": str(row.claimed),
        "arb": [decimal_text(low, SHOWN, up=False), decimal_text(high, SHOWN, up=True)],
        "mpmath": context.nstr(witness, 12),
        "checker": "accepted" if proved else "rejected",
        "files": [f"{FOLDER}/{decision.name}.json" for decision in (enough, least)],
        "agreed": "agreed" if agreed else "differs",
    }


def chain_rows(chains: dict[tuple[str, Fraction], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows for the certified chains, whose numbers only the checker recomputes, in integers."""
    return [
        {
            "claim": None,
            "what": f"samples, {law} law, certified chain",
            "at": [f"eps = {rational_text(eps)}", f"delta = {rational_text(CENT)}"],
            "formula": [],
            "claimed": found["samples"],
            "arb": [],
            "mpmath": "",
            "checker": found["state"],
            "files": [found["file"]],
            "agreed": "agreed" if found["state"] == "accepted" else "differs",
        }
        for (law, eps), found in chains.items()
    ]
