"""The public strategies, and planted errors: whatever is false is never proved."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lt_proofs.proof.counterexample import counterexample
from lt_proofs.proof.prove import prove
from lt_proofs.terms import Judgement, parse_domain, parse_relation
from lt_proofs.testing import assert_claim, certificates, claims, laws, plants, samples, targets
from lt_proofs.verdict import Verdict

TRUE = [
    ("x*(1-x) <= 1/4", "x in [0, 1]"),
    ("log(1+x) <= x", "x in [0, 10]"),
    ("exp(-x) <= 1 - x + x^2/2", "x in [0, 3]"),
    ("(x+y)/2 >= 2*x*y/(x+y)", "x in [1, 2], y in [1, 2]"),
]
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(st.data())
def test_false_plants_are_refuted_or_left_open_never_proved(data):
    text, where = data.draw(st.sampled_from(TRUE))
    plant = data.draw(plants(parse_relation(text)))
    judgement = Judgement.of("inequality", domain=parse_domain(where), hypotheses=(), conclusion=plant)
    verdict = prove(plant, where, 5).verdict
    if counterexample(judgement, rounds=80) is not None:
        assert verdict is Verdict.REFUTED


def test_assert_claim_says_why():
    assert assert_claim("x <= 2*x", "x in [0, 1]").verdict is Verdict.PROVED
    with pytest.raises(AssertionError, match="fails at x = "):
        assert_claim("x <= x^2", "x in [0, 1]")
    with pytest.raises(AssertionError, match="UNDECIDED"):
        assert_claim("x^y + y^x > 1", "x in (0, 1], y in (0, 1]", work=100)


@settings(max_examples=30, deadline=None)
@given(samples(), laws(), targets(), claims())
def test_strategies_keep_their_promises(values, law, matrices, claim):
    assert all(-1 <= v <= 1 and (v.denominator & (v.denominator - 1)) == 0 for v in values)
    assert law in ("uniform", "product", "gadget")
    assert all(m.dtype == np.float32 and np.all(np.abs(m) <= 1) for m in matrices)
    assert all(a.shape[0] == b.shape[1] for a, b in pairwise(matrices))
    assert claim.plants


@settings(max_examples=5, deadline=None)
@given(certificates())
def test_certificates_are_sealed(envelope):
    assert envelope["digest"].startswith("sha256:")
    assert envelope["steps"][-1]["goal"] == envelope["statement"]
