"""Terms: parsing, printing, canonical JSON."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.proof.evaluate import NotExact, exact_value
from lt_proofs.terms import Apply, Number, Relation, Symbol, canonical_json, decode, encode, parse_domain, parse_term
from lt_proofs.terms.judgement import Judgement
from lt_proofs.terms.tree import plain, substitute, subterms, variables

leaves = st.one_of(
    st.builds(Number, st.fractions(min_value=-9, max_value=9, max_denominator=7)),
    st.sampled_from([Symbol("x"), Symbol("y")]),
)


def applications(inner):
    return st.one_of(
        st.builds(lambda h, a, b: Apply(h, (a, b)), st.sampled_from(["+", "-", "*", "/", "min", "max"]), inner, inner),
        st.builds(lambda a: Apply("-", (a,)), inner),
        st.builds(lambda a: Apply("abs", (a,)), inner),
        st.builds(lambda a, n: Apply("^", (a, Number(Fraction(n)))), inner, st.integers(-2, 3)),
    )


terms = st.recursive(leaves, applications, max_leaves=12)
point = {"x": Fraction(3, 7), "y": Fraction(-5, 2)}


def value_or_none(term):
    try:
        return exact_value(term, point)
    except NotExact:
        return None


@given(terms)
def test_printed_terms_parse_to_the_same_value(term):
    text = plain(term)
    try:
        again = parse_term(text)
    except Exception as error:
        assert "division by zero" in str(error) or "powers end" in str(error) or "tower" in str(error)
        return
    assert value_or_none(again) == value_or_none(term)


@given(terms)
def test_json_round_trip(term):
    j = Judgement.of("inequality", domain=parse_domain("x in [0, 1]"), hypotheses=(), conclusion=term <= 1)
    assert decode(encode(j)) == j


@given(terms, terms)
def test_substitution_is_evaluation(term, inner):
    replaced = value_or_none(substitute(term, {"x": inner}))
    inside = value_or_none(inner)
    if inside is None:
        return
    try:
        expected = exact_value(term, {**point, "x": inside})
    except NotExact:
        expected = None
    assert replaced == expected


def test_subterms_come_inside_out():
    x = Symbol("x")
    assert [plain(t) for t in subterms(2 * x + 1)] == ["2", "x", "2*x", "1", "2*x + 1"]
    assert variables(parse_term("pi*x + y")) == {"x", "y"}


def test_a_relation_has_no_truth_value():
    with pytest.raises(TypeError, match="prove it"):
        bool(Relation("<=", Symbol("x"), Symbol("y")))


def test_canonical_json_refuses_floats():
    with pytest.raises(TypeError, match="float"):
        canonical_json({"a": [1, 0.5]})


def test_powers_associate_to_the_right_and_bind_tighter_than_minus():
    assert parse_term("x^y^2") == parse_term("x^(y^2)")
    assert exact_value(parse_term("-2^2"), {}) == -4
    assert exact_value(parse_term("2**-1"), {}) == Fraction(1, 2)


def test_ln_is_read_as_it_is_printed():
    assert parse_term("ln(8/(x*y))/ln(4/3)") == parse_term("log(8/(x*y))/log(4/3)")
