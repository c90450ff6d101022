"""The claims of record are proved by the checker, and their planted errors are not."""

import pytest

from lt_proofs.proof.claims import check_claims, count_plants, overall
from lt_proofs.proof.falsify import falsify
from lt_proofs.theory.record import CLAIMS
from lt_proofs.verdict import Verdict


@pytest.fixture(scope="module")
def results():
    return check_claims(CLAIMS)


def test_every_claim_is_proved(results):
    assert [r.claim.id for r in results if r.verdict is not Verdict.PROVED] == []
    assert overall(results) is Verdict.PROVED


def test_no_plant_is_proved_and_two_per_claim_are_refuted(results):
    assert count_plants(results)["proved"] == 0
    for r in results:
        assert sum(p.verdict is Verdict.REFUTED and p.counterexample is not None for p in r.plants) >= 2


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_a_thousand_admissible_instances(claim):
    attack = falsify(claim.judgement, 1000, seed=1)
    # a chain has one instance for each number of samples, and all are evaluated
    every = len(claim.judgement["samples"]) if claim.judgement.form == "chain" else 1000
    assert attack.instances >= every
    assert attack.counterexample is None


def test_a_verdict_has_no_truth_value():
    with pytest.raises(TypeError, match="no truth value"):
        bool(Verdict.PROVED)
