"""The record that ships is what theory says, and every claim tells its whole story."""

import json
import re
from math import log

import pytest

from lt_proofs.errors import BadInput
from lt_proofs.terms import decode, encode
from lt_proofs.terms.prose import plain_sentence
from lt_proofs.theory.record import CLAIMS, find, record_text, shipped_text
from lt_proofs.theory.theorem_1 import C_WEIGHTED, C


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


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_places_are_in_the_paper_or_in_the_project_s_mathematics(claim):
    assert re.search(r"Mathematics [1-9]\.[0-9]+", claim.place)
    assert re.search(r"\b(paper|Lueker)\b", claim.place)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_texts_are_sentences(claim):
    for text in (claim.changes, claim.witness, claim.proof):
        assert text.endswith(".") and "  " not in text
    assert "log(" not in plain_sentence(claim.judgement)


def test_examples_quote_what_the_statements_say():
    assert find("l1").witness == "eps = delta = 1/100: 258 hidden units."
    assert "n_1 = 462 and n_2 = 366" in find("theorem-1-weighted").witness
    assert "C = 86" in find("theorem-1").changes and "C = 86" in find("theorem-1-constant").title


def test_the_constants_are_the_least_whole_ones_of_their_proofs():
    """C >= (3 + ln(q/c^2)/ln 4)/R where u = d_(i-1) d_i l/min(eps, delta) is 4; and any C > 3/R for large u."""
    for c, q, share, base in ((C, 16, 0.69, 16 / 15), (C_WEIGHTED, 338 / 9, 0.86, 2000 / 1813)):
        assert (3 + log(q / share**2) / log(4)) / log(base) <= c < (3 + log(q / share**2) / log(4)) / log(base) + 1
    for name in ("theorem-1-constant", "theorem-1-weighted-constant"):
        assert str(find(name).judgement["hypotheses"][0]) == "4*min(eps, delta) <= d*e*l"


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
