"""The claims of record are proved by the checker, and their planted errors are not."""

from dataclasses import replace

import pytest

from lt_proofs.cli import run
from lt_proofs.proof.claims import check_claims, count_plants, missed, overall
from lt_proofs.proof.falsify import falsify
from lt_proofs.report.searches import checked_claims
from lt_proofs.terms import Judgement, parse_domain, parse_relation
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.record import CLAIMS
from lt_proofs.verdict import Verdict

ABOUT_NUMBERS = {"uncovered": 2}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_every_claim_is_proved_and_its_plants_are_refuted(claim, tmp_path):
    """Each claim by itself, so that a busy machine has the time of a test for each.

    Whichever test comes first, this one or that of a whole report, searches; the other has what the same code found
    for the same claim examined by the checker.
    """
    (found,) = checked_claims([claim], tmp_path, anew=False)
    assert found.verdict is Verdict.PROVED
    assert overall([found]) is Verdict.PROVED
    assert count_plants([found])["proved"] == 0
    assert sum(p.verdict is Verdict.REFUTED and p.counterexample is not None for p in found.plants) >= 2


def test_the_number_of_processes_changes_nothing():
    claims = [claim for claim in CLAIMS if claim.judgement.form in ("inequality", "contraction", "cut")][:4]
    one, two = (check_claims(claims, processes=processes) for processes in (1, 2))
    assert len(one) == 4
    for first, second in zip(one, two, strict=True):
        assert first.decision.envelope == second.decision.envelope
        assert [p.envelope for p in first.plants] == [p.envelope for p in second.plants]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_a_thousand_admissible_instances(claim):
    attack = falsify(claim.judgement, 1000, seed=1)
    # a chain has one instance for each number of samples, and all are evaluated; other forms are about numbers alone
    form = claim.judgement.form
    every = len(claim.judgement["samples"]) if form == "restricted-process" else ABOUT_NUMBERS.get(form, 1000)
    assert attack.instances >= every
    assert attack.instance is None


def test_a_verdict_has_no_truth_value():
    with pytest.raises(TypeError, match="no truth value"):
        bool(Verdict.PROVED)


def inequality(relation, where):
    return Judgement.of(
        "inequality", domain=parse_domain(where), hypotheses=(), conclusion=parse_relation(relation)
    )  # fmt: skip


BOTH = "x in (0, oo), y in (0, oo)"
TRUE = inequality("sqrt(x*y) <= 1/2*(x + y)", BOTH)
ROOT = inequality("sqrt(x*y) <= 49/100*(x + y)", BOTH)  # no instance that is drawn has a rational root
STRICT = inequality("x^2 - 2*x*y + y^2 > 0", BOTH)
SUBTLE = inequality("x^y + y^x > 1", "x in (0, 1], y in (0, 1]")  # true, and beyond the search


def toy(*plants):
    return Claim("toy", "A toy", TRUE, Plan("tree"), "derived here", "nothing", "x = y = 1", "A square.", plants)


def test_planted_errors_meet_the_searcher_that_prove_uses():
    (found,) = check_claims([toy(Plant("49/100", ROOT), Plant("strict", STRICT))])
    assert [plant.verdict for plant in found.plants] == [Verdict.REFUTED] * 2
    assert all("point" in plant.instance for plant in found.plants)
    assert missed([found]) == []


def test_a_planted_error_that_is_not_refuted_is_named(monkeypatch, capsys):
    """`check` ends with 2, unless the claim says that no counterexample is known."""
    monkeypatch.setattr("lt_proofs.proof.inequality.WORK", 100)
    strict, subtle = Plant("strict", STRICT), Plant("x^y", SUBTLE)
    (named,) = check_claims([toy(strict, subtle)])
    assert [plant.verdict for plant in named.plants] == [Verdict.REFUTED, Verdict.UNDECIDED]
    unknown = replace(named, claim=toy(strict, replace(subtle, known=False)))
    assert (missed([named]), missed([unknown])) == (["toy: x^y"], [])
    monkeypatch.setattr(type(named), "verdict", Verdict.PROVED)  # it is in no record
    monkeypatch.setattr("lt_proofs.theory.record.find", lambda name: named.claim)
    monkeypatch.setattr("lt_proofs.campaigns.beside.evidence_for", lambda _: [])
    for found, code in ((named, 2), (unknown, 0)):
        monkeypatch.setattr("lt_proofs.proof.claims.check_claims", lambda *_, found=found, **__: [found])
        assert run(["check", "toy"]) == code
        said = capsys.readouterr().out
        assert ("no counterexample was found to the planted error of toy: x^y" in said) is (found is named)
