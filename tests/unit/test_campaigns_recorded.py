"""The campaigns beside the claims: accepted, as they were counted, and nowhere against what a claim says."""

from fractions import Fraction as Q

import pytest

from lt_proofs.campaigns.beside import BESIDE, Measured, evidence_for, least_delta
from lt_proofs.campaigns.recorded import CAMPAIGNS, record_campaigns, recorded_text
from lt_proofs.campaigns.recount import recount
from lt_proofs.certificates.checking import run_checker
from lt_proofs.errors import BadInput
from lt_proofs.verdict import Tier

NAMES = sorted({name for names in BESIDE.values() for name in names})


@pytest.mark.parametrize("claim", BESIDE)
def test_nothing_measured_is_against_the_claim(claim):
    found = evidence_for(claim.upper())
    assert [evidence.name for evidence in found] == list(BESIDE[claim])
    for evidence in found:
        assert evidence.consistent
        assert evidence.tier is Tier.STATISTICAL
        assert evidence.level == Q(999, 1000)
        for measured in evidence.measured:
            assert measured.low <= measured.high
            assert 0 < measured.bound <= 1
            assert measured.slack is None or measured.slack >= 1


def test_the_last_row_of_a_cover_claim_is_its_closed_form():
    """56, 120 and 247 samples at eps = delta = 1/100, the grid's share of the tolerance taken off."""
    for claim in ("r4-uniform", "r4-product", "r4-gadget", "theorem-1"):
        last = evidence_for(claim)[0].measured[-1]
        assert Q(7, 1000) < last.bound <= Q(1, 100)
        assert last.high < last.bound


def test_most_claims_have_none_and_others_are_unknown():
    assert evidence_for("r3") == ()
    with pytest.raises(BadInput):
        evidence_for("no-such-claim")


def test_what_contradicts_a_bound_is_seen():
    assert not Measured("failure", Q(1, 10), Q(1, 5), Q(1, 20), above=False).consistent
    assert not Measured("gain", Q(1, 10), Q(1, 5), Q(1, 2), above=True).consistent
    assert Measured("gain", Q(1, 10), Q(1, 5), Q(1, 10), above=True).slack == 1
    assert Measured("failure", Q(0), Q(0), Q(1, 20), above=False).slack is None


def test_the_least_delta_has_two_digits():
    assert least_delta(lambda delta: delta >= Q(314159, 10**9)) == Q(32, 10**5)
    assert least_delta(lambda delta: False) == 1
    assert least_delta(lambda delta: delta >= Q(1, 2)) == Q(1, 2)


@pytest.mark.parametrize("name", NAMES)
def test_two_leaves_counted_again(name, tmp_path):
    path = tmp_path / f"{name}.json"
    path.write_text(recorded_text(name))
    assert run_checker([path])[0].accepted
    found = recount(path, 2, "0123456789abcdef")
    assert (found.false, len(found.counted)) == (None, 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_recording_again_writes_the_same_bytes(name, tmp_path):
    assert name in CAMPAIGNS
    record_campaigns(tmp_path, (name,))
    assert (tmp_path / f"{name}.json").read_text() == recorded_text(name)
