"""The record that ships is what theory says, and every claim tells its whole story."""

import json

import pytest

from lt_proofs.errors import BadInput
from lt_proofs.terms import decode, encode
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.record import CLAIMS, find, record_text, shipped_text


def test_shipped_record_is_what_theory_writes():
    assert shipped_text() == record_text()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_judgements_survive_json(claim):
    data = json.loads(json.dumps(encode(claim.judgement)))
    assert decode(data) == claim.judgement


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_claims_tell_their_story(claim):
    assert len(claim.plants) >= 2
    assert all(plant.judgement != claim.judgement for plant in claim.plants)
    for text in (claim.title, claim.place, claim.changes, claim.witness, claim.proof, plain_sentence(claim.judgement)):
        assert text.strip()


def test_ids_are_unique_and_found_in_any_case():
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
    assert find("R3") is find("r3")


def test_unknown_id_names_the_nearest():
    with pytest.raises(BadInput, match="did you mean r1-grid"):
        find("r1-gird")


def test_a_changed_constant_changes_the_sentence():
    claim = find("r3")
    plant = claim.plants[0].judgement
    assert "kappa/2" in plain_sentence(claim.judgement)
    assert "13/25" in plain_sentence(plant)
